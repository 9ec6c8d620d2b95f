#!/usr/bin/env python3
"""listen_table.py - the table of answers of the listener, row by row, over real
TLS. Where a row is at home:

  verified, first time or repeat: 200, empty    good, repeat
  any failure of authentication: 401            refusals (byte-identical)
  bad HMAC with --bad-hmac-response 200         bad_hmac_200 (with its fuse)
  verified but XML refused: 200, quarantined    listen_bodies.py
  inner subscription differs: 200, mismatch     listen_bodies.py
  store locked or missing at start              no_store; full disk: journal_sync.py
  stopping: 503, Retry-After 300                unit listener_stop
  queue full: 503                               unit listener (queue)
  malformed HTTP: 400, close                    malformed, two_lengths, pipelined
  too large header: 431; body: 413              large
  too slow                                      listen_deadlines.py
  path 404, method 405, coding 415, expect 417  routes
and of the limits:
  connections, in total and per address         caps
  TLS 1.2, ECDHE and AEAD                       policy
  request line 2 KiB, headers 8 KiB, 32 lines   large
  body 256 KiB, 1 MiB by --max-body             large
  keep-alive, 1000 requests                     keep_alive
  handshake 5 s, headers 10 s, body 30 s,
  idle 15 s, answer 10 s                        listen_deadlines.py, unit http_life
  queue 10 000; tag 4 KiB, depth 32             unit; listen_bodies.py
  10 refusals a second listed, burst 50         unit listener_life
besides: half-closed senders (half_closed), /healthz (health), run/metrics.prom
(metrics).

usage: listen_table.py HVCONSOLE
"""
import os
import re
import ssl
import sys

from wire import Line, Sub, serve_one, tls_context, thing, wait_until
from world import Failed, expect, tell

UNKNOWN = '00000000-1357-4b9d-8f0a-2c4e6a8b0d1f'
MAC = 'PnpZkZvgzTxCUiHOSxlqK9l1D825/efpmR2IWb8Ofxk='


def ask(world, data):
    with Line(world.port) as line:
        line.send(data)
        return line.to_end()


def status_of(answer):
    got = re.match(rb'HTTP/1\.1 (\d{3}) ', answer)
    return int(got.group(1)) if got else 0


def expect_status(world, data, want, what):
    answer = ask(world, data)
    expect(status_of(answer) == want, '%s: %r, wanted %d' % (what, answer[:80], want))
    if want != 200 and b' http:' not in data[:12]:    # evhttp takes that for a proxy's
        expect(b'Connection: close' in answer, '%s: the connection stays open' % what)
    if want in (401, 404, 405, 415):    # others may be evhttp's own words
        expect(answer.endswith(b'\r\n\r\n'), '%s: a body: %r' % (what, answer))
    return answer


def good(world, sub):
    body = sub.body(thing(1))
    answers = []
    with Line(world.port) as line:
        for _ in range(3):    # the first, and two repeats
            line.send(sub.request(body))
            answers.append(line.answer())
    for status, headers, content in answers:
        expect(status == 200 and content == b'', 'answered %d %r' % (status, content))
        expect('connection' not in headers, 'a good sender may stay')
    rows = world.json('log', 'list', '--verdict', 'verified')['items']
    expect(len(rows) == 3, '%d rows' % len(rows))
    first = rows[-1]['id']
    expect([r['duplicate_of'] for r in rows] == [first, first, None],
           'repeats: %s' % [r['duplicate_of'] for r in rows])


def refusals(world, sub):
    body = sub.body(thing(2))
    right = sub.sign(body)
    rows = [
        ('missing-header', None), ('missing-header', ''),
        ('malformed-header', 'Basic dXNlcjpwYXNz'),
        ('malformed-header', 'HVEventingSharedKey x'),
        ('malformed-header', right.replace(':v-1:', ': v-1:')),
        ('malformed-header', right[:-1]),
        ('malformed-header', 'HVEventingSharedKey %s:v-1:%s' % (sub.id, '0' * 64)),
        ('unknown-subscription', 'HVEventingSharedKey %s:v-1:%s' % (UNKNOWN, MAC)),
        ('unknown-version', 'HVEventingSharedKey %s:v-2:%s' % (sub.id, MAC)),
        ('unknown-version', right.replace(':v-1:', ':V-1:')),
        ('bad-hmac', 'HVEventingSharedKey %s:v-1:%s' % (sub.id, MAC)),
    ]
    answers = set()
    for _, auth in rows:
        head = 'POST /hv HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n' % len(body)
        if auth is not None:
            head += 'Authorization: %s\r\n' % auth
        answer = expect_status(world, (head + '\r\n').encode() + body, 401, str(auth))
        answers.add(re.sub(rb'Date: [^\r]*\r\n', b'', answer))
    expect(len(answers) == 1, 'refusals differ: %r' % answers)
    wanted = {}
    for word, _ in rows:
        wanted[word] = wanted.get(word, 0) + 1

    def told():
        got = {}
        for item in world.json('log', 'list')['items']:
            if item['answered'] == 401:
                got[item['verdict']] = got.get(item['verdict'], 0) + 1
        return got == wanted
    wait_until(told, 'the rows of refusals are not %s' % wanted)


def malformed(world):
    for what, data in (
            ('no HTTP', b'hello\r\n\r\n'),
            ('no Host', b'POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n'),
            ('two Hosts', b'POST / HTTP/1.1\r\nHost: a\r\nHost: a\r\nContent-Length: 0\r\n\r\n'),
            ('two Authorizations', b'POST / HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\n'
             b'Authorization: x\r\nContent-Length: 0\r\n\r\n'),
            ('a control byte', b'POST / HTTP/1.1\r\nHost: a\r\nX: a\x01b\r\n'
             b'Content-Length: 0\r\n\r\n'),
            ('a folded line', b'POST / HTTP/1.1\r\nHost: a\r\n X: y\r\n\r\n'),
            ('a bare LF', b'POST / HTTP/1.1\nHost: a\n\n'),
            ('two lengths', b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n'
             b'Content-Length: 3\r\n\r\nabc'),
            ('two different lengths', b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n'
             b'Content-Length: 30\r\n\r\nabc'),
            ('both lengths', b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n'
             b'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'),
            ('a length with a sign', b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3'
             b'\r\n\r\nabc'),
            ('33 lines', b'POST / HTTP/1.1\r\nHost: a\r\n' + b'X: y\r\n' * 32 + b'\r\n')):
        expect_status(world, data, 400, what)


def pipelined(world, sub):
    one = sub.request(sub.body(thing(3)))
    bad = one.replace(b'Host: localhost\r\n', b'Host: a\r\nHost: b\r\n')
    with Line(world.port) as line:
        line.send(one + one + bad + one)
        got = [line.answer() for _ in range(3)]
        expect([a[0] for a in got] == [200, 200, 400], 'a row of requests: %s' % got)
        expect(line.answer() is None, 'it went on after a refusal')


def large(world, sub):
    def line_of(size):
        return b'POST /%s HTTP/1.1\r\n' % (b'x' * (size - len('POST / HTTP/1.1')))

    expect_status(world, line_of(2048) + b'Host: a\r\nContent-Length: 0\r\n\r\n', 401,
                  'a line of 2048')
    expect_status(world, line_of(2049) + b'Host: a\r\nContent-Length: 0\r\n\r\n', 431,
                  'a line of 2049')
    answer = ask(world, b'POST / HTTP/1.1\r\nHost: a\r\nX: ' + b'y' * 20000 + b'\r\n\r\n')
    expect(status_of(answer) in (431, 400, 0), 'headers of 20 000 bytes: %r' % answer[:40])
    expect_status(world, b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 262145\r\n\r\n',
                  413, 'a body of 256 KiB and one')
    body = b'x' * 262144
    expect_status(world, sub.request(body, more='Connection: close\r\n'), 200,
                  'a body of 256 KiB')
    expect_status(world, b'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
                  b'40001\r\nx', 413, 'the same in chunks')


def routes(world):
    close = '\r\nHost: a\r\nContent-Length: 1\r\n%s\r\nx'
    for target, more, want in (
            ('POST /hv HTTP/1.1', '', 401), ('POST /hv/a/b?c HTTP/1.1', '', 401),
            ('POST / HTTP/1.1', '', 404), ('POST /hvx HTTP/1.1', '', 404),
            ('POST http://a/hv HTTP/1.1', '', 404),
            ('GET /hv HTTP/1.1', '', 405), ('PUT /hv HTTP/1.1', '', 405),
            ('DELETE /hv HTTP/1.1', '', 405), ('OPTIONS /hv HTTP/1.1', '', 405),
            ('POST /hv HTTP/1.1', 'Content-Encoding: gzip\r\n', 415),
            ('POST /hv HTTP/1.1', 'Content-Encoding: identity\r\n', 401),
            ('POST /hv HTTP/1.1', 'Content-Type: multipart/form-data; boundary=x\r\n', 415),
            ('POST /hv HTTP/1.1', 'Content-Type: application/x-www-form-urlencoded\r\n', 415),
            ('POST /hv HTTP/1.1', 'Expect: 200-maybe\r\n', 417)):
        expect_status(world, (target + close % more).encode(), want, target + ' ' + more)
    with Line(world.port) as line:    # the one expectation there is
        line.send(b'POST /hv HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n'
                  b'Expect: 100-continue\r\n\r\n')
        expect(line.answer()[0] == 100, 'no 100 Continue')
        line.send(b'x')
        expect(line.answer()[0] == 401, 'and then no answer')


def half_closed(world, sub):
    for n in range(10):
        with Line(world.port) as line:
            line.send(sub.request(sub.body(thing(100 + n))))
            line.half_close()
            got = line.answer()
            expect(got and got[0] == 200, 'half-closed: %s' % (got,))


def health(world):
    status, headers, body = None, None, None
    with Line(world.port) as line:
        line.send(b'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
        status, headers, body = line.answer()
    expect((status, body) == (200, b'ok'), 'healthz: %d %r' % (status, body))
    expect(headers['cache-control'] == 'no-store', str(headers))
    expect_status(world, b'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n',
                  404, 'POST /healthz')
    expect_status(world, b'GET /healthz?x HTTP/1.1\r\nHost: a\r\n\r\n', 404, 'GET /healthz?x')


def metrics(world, sub):
    """What it counts, in the words of Prometheus; written every few seconds."""
    def told():
        out = {}
        try:
            with open(os.path.join(world.store, 'run', 'metrics.prom'), encoding='utf-8') as f:
                for line in f:
                    if line[0] != '#':
                        name, value = line.rsplit(' ', 1)
                        out[name.removeprefix('hvconsole_')] = float(value)
        except OSError:
            pass
        return out
    for n in range(3):
        serve_one(world, sub, 500 + n)
    world.post(None, b'x')
    verified, missing = ('notifications_total{verdict="%s"}' % w
                         for w in ('verified', 'missing-header'))
    wait_until(lambda: (told().get(verified), told().get(missing)) == (3, 1),
               'the counts are not told')
    got = told()
    expect(got['answer_seconds_count'] == 3 == got['answer_seconds_bucket{le="+Inf"}'], str(got))
    expect(got['healthy'] == 1 and got['keystore_generation'] >= 1, str(got))
    expect(got['journal_commits_total'] >= 3, str(got))
    with open(os.path.join(world.store, 'run', 'metrics.prom'), encoding='utf-8') as f:
        text = f.read()
    for name in {line.split('{')[0].split(' ')[0] for line in text.split('\n') if line and line[0] != '#'}:
        family = re.sub('_(bucket|sum|count)$', '', name)
        expect('# TYPE %s ' % family in text or '# TYPE %s ' % name in text, 'no type: ' + name)


def keep_alive(world, sub):
    data = sub.request(sub.body(thing(4)))
    with Line(world.port) as line:
        for n in range(1000):
            line.send(data)
            status, headers, _ = line.answer()
            expect(status == 200, 'request %d: %d' % (n, status))
            expect(('connection' in headers) == (n == 999), 'request %d: %s' % (n, headers))
        expect(line.answer() is None, 'more than 1000 requests')


def policy(world):
    for version, works in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True),
                           (ssl.TLSVersion.TLSv1_3, True)):
        try:
            context = tls_context(version)
            context.set_ciphers('ALL:@SECLEVEL=0')
            with Line(world.port, context=context) as line:
                name = line.socket.cipher()[0]
            expect(works, '%s is taken' % version)
            expect('GCM' in name or 'CHACHA20' in name, 'cipher %s' % name)
        except (ssl.SSLError, OSError):
            expect(not works, '%s is refused' % version)
    for ciphers in ('AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA'):
        context = tls_context(ssl.TLSVersion.TLSv1_2)
        context.set_ciphers(ciphers)
        try:
            Line(world.port, context=context).close()
            raise Failed('%s is taken' % ciphers)
        except (ssl.SSLError, OSError):
            pass
    with Line(world.port, tls=False) as line:
        line.send(b'POST / HTTP/1.1\r\nHost: a\r\n\r\n')
        expect(b'HTTP' not in line.to_end(), 'plain HTTP is answered')


def restart(world, *args):
    world.listener.terminate()
    expect(world.listener.wait(60) == 0, 'the listener ended badly')
    world.listen(*args)


def caps(world, sub):
    """Above a cap the oldest without a whole head goes; others stay."""
    for flags, most in ((('--max-per-address', '3', '--count-loopback'), 3),
                        (('--max-connections', '4'), 4)):
        restart(world, '--plain', *flags)
        lines = [Line(world.port, tls=False) for _ in range(most)]
        for line in lines:    # in: each has had an answer, and waits
            line.send(sub.request(sub.body(thing(5))))
            expect(line.answer()[0] == 200, 'below the cap')
        more = Line(world.port, tls=False)
        expect(lines[0].answer() is None, '%s: the oldest is not closed' % (flags,))
        for line in lines[1:] + [more]:
            line.send(sub.request(sub.body(thing(6))))
            expect(line.answer()[0] == 200, '%s: one too many was closed' % (flags,))
            line.close()


def bad_hmac_200(world, sub):
    """To the letter of the platform's text, until a version fails that worked."""
    restart(world, '--plain', '--bad-hmac-response', '200')
    body = sub.body(thing(7))
    forged = sub.request(body, 'HVEventingSharedKey %s:v-1:%s' % (sub.id, MAC))

    def send(data):
        with Line(world.port, tls=False) as line:
            line.send(data)
            return line.answer()[0]
    before = len(world.json('log', 'list', '--verdict', 'verified', '--limit', '0')['items'])
    expect([send(forged) for _ in range(4)] == [200] * 4, 'never verified: no fuse')
    expect(send(sub.request(body)) == 200, 'the good one')
    expect(send(forged) == 401, 'the fuse has not blown')
    expect(send(sub.request(body).replace(b':v-1:', b':v-9:')) == 401, 'another failure')
    after = len(world.json('log', 'list', '--verdict', 'verified', '--limit', '0')['items'])
    expect(after == before + 1, 'a forgery was stored as verified')


def no_store(world):
    """Nothing to verify with, nothing to store in: it does not start at all."""
    world.listener.terminate()
    world.listener.wait(60)
    error = world.error('listen', '--addr', '127.0.0.1:0', '--keystore',
                        world.path('none.hvks'), want=5)
    expect('keystore' in error['message'], str(error))
    error = world.error('listen', '--addr', 'anywhere', want=2)
    expect('is not ADDRESS:PORT' in error['message'], str(error))


def story(world):
    world.up(listen=False)
    world.listen('--path', '/')
    sub = Sub(world)
    good(world, sub)
    refusals(world, sub)
    malformed(world)
    pipelined(world, sub)
    large(world, sub)
    half_closed(world, sub)
    policy(world)
    keep_alive(world, sub)
    restart(world, '--path', '/hv')
    metrics(world, sub)
    routes(world)
    health(world)
    caps(world, sub)
    bad_hmac_200(world, sub)
    no_store(world)
    print('every row of the table')


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
