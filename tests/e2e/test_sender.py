#!/usr/bin/env python3
"""test_sender.py PROGRAM - `test send|matrix` against our own listener, against
handlers that answer wrongly, slowly or never, and against Debian's webhook:
what is said is what a platform would do with the answer."""
import http.server
import json
import shutil
import socket
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET

from world import expect, tell


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as its path says: /500, /201, /302, /slow, /reset."""
    protocol_version = 'HTTP/1.1'
    seen = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        Handler.seen.append((self.path, dict(self.headers), body))
        word = self.path.rsplit('/', 1)[1]
        if word == 'reset':
            self.close_connection = True
            return
        if word == 'slow':
            Handler.late.wait(1.2)
            word = '200'
        self.send_response(int(word))
        if word == '302':
            self.send_header('Location', 'https://example.org/')
        self.send_header('Content-Length', '5')
        self.end_headers()
        self.wfile.write(b'\x1b[2J!')

    def log_message(self, *args):
        pass


Handler.late = threading.Event()


def start_handler():
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, 'http://127.0.0.1:%d' % server.server_address[1]


def our_listener(world, sub):
    world.run('key', 'rotate', sub, '--yes')
    items = world.json('test', 'matrix')['items']
    wrong = [i for i in items if i['pass'] is not True]
    expect(not wrong, 'our own listener: %r' % wrong)
    expect({i['mode'] for i in items} >= {'normal', 'old', 'mixed', 'bad-hmac', 'missing'},
           'modes: %r' % items)
    print('matrix against our listener: %d of %d pass' % (len(items), len(items)))
    report = ET.fromstring(world.run('test', 'matrix', '-o', 'junit')[0])
    expect(report.get('failures') == '0' and report.get('skipped') == '0' and
           len(report.findall('testcase')) == len(items), 'JUnit: %r' % report.attrib)
    rows = world.json('log', 'list', '--limit', '0')['items']
    expect(rows and all(r['test'] for r in rows), 'a row without our mark')
    key = [k for k in world.json('key', 'list', sub)['items'] if k['state'] == 'accepted'][0]
    expect(key['drain'] == 'quiet', 'test messages keep the old key: %r' % key)
    world.json('test', 'send', '--mode', 'old:' + key['version'])
    got = world.json('test', 'send', '--exact')
    expect(got['pass'] and not got['request']['marked'], '%r' % got)
    rows = world.json('log', 'list', '--limit', '1')['items']
    expect(rows[0]['test'] is False, 'an exact message carries the mark')
    return rows[0]['id']


def again_from_the_log(world, row, sub):
    world.json('sub', 'create', '--type', 'Height', '--url', world.notify_url())
    got = world.json('test', 'send', '--from', str(row), '--to', 'listener')
    expect(got['sub'] == sub, 'signed for another subscription than the row: %r' % got)
    expect(got['items'] == 'given' and got['pass'], '%r' % got)
    new, old = (world.json('log', 'list', '--limit', '0')['items'][0],
                world.json('log', 'show', str(row)))
    expect(new['sha256'] == old['sha256'] and new['duplicate_of'] == row, '%r' % new)
    body = world.path('body.xml')
    with open(body, 'w', encoding='utf-8') as f:
        f.write('<edited/>')
    world.error('test', 'send', '--body', body, want=2)
    got = world.json('test', 'send', '--body', body, '--sub', sub)
    expect(got['pass'] and got['request']['body'] == '<edited/>', '%r' % got)
    verdict = world.json('log', 'list', '--limit', '1')['items'][0]['verdict']
    expect(verdict == 'quarantined', verdict)
    # The row says for whom, the file what.
    got = world.json('test', 'send', '--from', str(row), '--body', body, '--to', 'listener')
    expect(got['sub'] == sub and got['pass'] and got['request']['body'] == '<edited/>', '%r' % got)


def as_text(world, base):
    """To a person the whole exchange as text; a MAC is never whole."""
    out = world.run('test', 'send', '--allow-private', '--to', base + '/x/500', '-o', 'table',
                    want=9)[0]
    for line in ('POST /x/500 HTTP/1.1', 'Host: ' + base.split('//')[1], '<wc:notifications',
                 'X-HVConsole-Test: 1', 'HTTP/1.1 500', 'expected 200: FAIL', 'retried for up to',
                 'suggestion', 'no TLS'):
        expect(line in out, 'no %r in\n%s' % (line, out))
    mac = [line for line in out.splitlines() if line.startswith('Authorization: ')][0]
    expect(mac.endswith('..') and len(mac.rsplit(':', 1)[1]) == 10, mac)
    sent = Handler.seen[-1][1]
    expect(sent['Authorization'].startswith(mac[15:-2]), '%r' % sent)
    expect(set(sent) == {'Host', 'Accept', 'Content-Type', 'X-HVConsole-Test', 'Authorization',
                         'Content-Length'}, 'the text is not the request: %r' % sent)
    out = world.run('test', 'send', '--to', 'listener', '-o', 'table', '--dry-run')[0]
    expect('not sent' in out and '-- answer' not in out, out)


def many_destinations(world, base):
    """Each gets a column; one more row with ids of a record."""
    record = world.json('record', 'list')['items'][0]['record']
    items = world.json('test', 'matrix', '--allow-private', '--to', 'listener,' + base + '/500',
                       '--record', record, want=9)['items']
    urls = {i['url'] for i in items}
    expect(len(urls) == 2 and len(items) == 28, '%r' % items)
    expect({i['items'] for i in items if i['mode'] == 'normal'} >= {'fake:3', 'empty'} and
           any(i['items'].startswith('real:') for i in items), '%r' % items)
    world.error('test', 'matrix', '--to', 'listener,nowhere', want=2)


def strange_handlers(world, base):
    record = world.json('record', 'list')['items'][0]['record']
    got = world.json('test', 'send', '--items', 'record:' + record[:8], '--to', 'listener')
    expect(got['pass'] and got['items'].startswith('real:') and record in got['request']['body'],
           '%r' % got)
    world.error('test', 'send', '--items', 'record:ffff', want=5)
    why = world.error('test', 'send', '--to', base + '/200', want=12)
    expect('loopback' in why['message'] and '--allow-private' in why['hint'], '%r' % why)
    why = world.error('test', 'send', '--allow-private', '--to',
                      base.replace('://', '://me:geheim@') + '/200', want=6)
    expect('names a user' in why['message'] and 'geheim' not in why['message'], '%r' % why)
    expect(not Handler.seen, 'something was sent to a refused address')
    for word, status, platform, note in (
            ('200', 200, 'delivered', ''), ('500', 500, 'retried', 'failed'),
            ('201', 201, 'retried', 'only 200'), ('302', 302, 'retried', 'no redirect'),
            ('slow', 200, 'delivered', 'slow')):
        want = 0 if status == 200 else 9
        got = world.json('test', 'send', '--allow-private', '--to', '%s/%s' % (base, word),
                         want=want)
        expect((got['status'], got['platform'], got['pass']) == (status, platform, want == 0),
               '%s: %r' % (word, got))
        expect(note in (got['note'] or ''), '%s: %r' % (word, got['note']))
        expect('\x1b' in got['answer']['body'], 'the answer is not as it came')
    text = world.run('test', 'send', '--allow-private', '--to', base + '/200', '-o', 'table')[0]
    expect('\x1b' not in text, 'foreign bytes on the terminal: %r' % text)
    got = world.json('test', 'send', '--allow-private', '--to', base + '/reset', want=9)
    expect(got['status'] is None and got['platform'] == 'retried', '%r' % got)
    count = len(Handler.seen)
    world.json('test', 'send', '--allow-private', '--to', base + '/200', '--dry-run')
    expect(len(Handler.seen) == count, 'a dry run sent something')
    got = world.json('test', 'send', '--allow-private', '--to', base + '/200', '--count', '5')
    expect(got['sent'] == 5 and len(Handler.seen) == count + 5, '%r' % got)


def never(world):
    """A handler that takes the message and says nothing."""
    s = socket.create_server(('127.0.0.1', 0))
    url = 'http://127.0.0.1:%d/' % s.getsockname()[1]
    got = world.json('test', 'send', '--allow-private', '--to', url, '--timeout', '1s', want=9)
    expect(got['status'] is None and got['platform'] == 'retried' and
           'no answer in time' in got['note'], '%r' % got)
    s.close()


def webhook(world, sub):
    """Debian's webhook answers 200 to all it knows a rule for."""
    binary = shutil.which('webhook')
    if not binary:
        print('webhook is not installed: its part is skipped')
        return
    hooks = world.path('hooks.json')
    with open(hooks, 'w', encoding='utf-8') as f:
        json.dump([{'id': 'hv', 'execute-command': '/bin/true',
                    'http-methods': ['POST'],
                    'trigger-rule': {'match': {
                        'type': 'regex', 'regex': '^HVEventingSharedKey .*:.*:.*=$',
                        'parameter': {'source': 'header', 'name': 'Authorization'}}},
                    'trigger-rule-mismatch-http-response-code': 401}], f)
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        port = s.getsockname()[1]
    p = subprocess.Popen([binary, '-hooks', hooks, '-ip', '127.0.0.1', '-port', str(port),
                          '-verbose'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True)
    world.children.append(p)
    for line in p.stdout:
        if 'serving hooks' in line:
            break
    threading.Thread(target=p.stdout.read, daemon=True).start()
    items = world.json('test', 'matrix', '--allow-private', '--to',
                       'http://127.0.0.1:%d/hooks/hv' % port, want=9)['items']
    by_mode = {i['mode']: i for i in items}
    expect(by_mode['normal']['pass'] and by_mode['normal']['platform'] == 'delivered',
           '%r' % by_mode['normal'])
    forged = by_mode['bad-hmac']
    expect(forged['pass'] and 'cannot prove' in forged['note'], '%r' % forged)
    expect(by_mode['missing']['status'] == 401 and by_mode['missing']['pass'],
           '%r' % by_mode['missing'])
    expect(by_mode['lower-case']['pass'] is False, '%r' % by_mode['lower-case'])
    print('webhook: %s' % ', '.join('%s %s' % (i['mode'], i['status']) for i in items))


def bad_words(world, sub):
    for words, want in ((('--mode', 'nromal'), 2), (('--items', 'fake:0'), 2),
                        (('--items', 'real'), 2), (('--count', '0'), 2),
                        (('--gap', 'soon'), 2), (('--to', 'nowhere'), 2),
                        (('--sub', 'ffff0000'), 5), (('--from', 'x'), 2),
                        (('--from', '999999'), 5), (('--mode', 'old:never-was'), 5),
                        (('--body', '/dev/null', '--from', '999999'), 5)):
        why = world.error('test', 'send', *words, want=want)
        expect(why['message'], '%r' % (words,))
    _, err = world.run('sub', 'list', '-o', 'junit', want=2)
    expect('JUnit' in err, err)
    world.error('test', 'send', '--read-only', want=12)


def story(world):
    world.up()
    sub = world.json('sub', 'create', '--type', 'Weight', '--url', world.notify_url())['id']
    again_from_the_log(world, our_listener(world, sub), sub)
    for other in world.json('sub', 'list')['items']:
        if other['id'] != sub:
            world.run('sub', 'delete', other['id'], '--yes')
    server, base = start_handler()
    strange_handlers(world, base)
    as_text(world, base)
    many_destinations(world, base)
    server.shutdown()
    never(world)
    webhook(world, sub)
    bad_words(world, sub)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
