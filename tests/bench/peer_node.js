// peer_node.js - node's https with an HMAC check; each message is written and
// synced before it is answered, as its documentation shows. No XML.
// usage: peer_node.js PORT CERT KEY SECRET FILE
const [port, cert, key, secret, file] = process.argv.slice(2);
const crypto = require('crypto');
const fs = require('fs');
const https = require('https');
const fd = fs.openSync(file, 'a');

function answer(res, code) {
  res.writeHead(code, { 'Content-Length': 0 });
  res.end();
}

https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) }, (req, res) => {
  const parts = [];
  req.on('data', (d) => parts.push(d));
  req.on('end', () => {
    const body = Buffer.concat(parts);
    const wanted = 'sha256=' + crypto.createHmac('sha256', secret).update(body).digest('hex');
    const given = req.headers['x-signature'] || '';
    if (given.length !== wanted.length ||
        !crypto.timingSafeEqual(Buffer.from(given), Buffer.from(wanted))) {
      answer(res, 401);
      return;
    }
    fs.write(fd, body, (e1) => {
      if (e1) answer(res, 503);
      else fs.fdatasync(fd, (e2) => answer(res, e2 ? 503 : 200));
    });
  });
}).listen(Number(port), '127.0.0.1', 1024);
