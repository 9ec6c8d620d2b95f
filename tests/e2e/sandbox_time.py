#!/usr/bin/env python3
"""sandbox_time.py - the sandbox's notifier on its own clock: ten days of
retries to a dead listener in seconds, kill -9 in the middle with a state file,
the listener's return, faults by command, a foreign state file.

usage: sandbox_time.py HVCONSOLE
"""
import datetime
import hashlib
import hmac
import http.server
import os
import queue
import signal
import socket
import ssl
import sys
import threading
import time

from world import ACTION_URL, base64, expect, sign, tell

MINUTE, HOUR, DAY = 60, 3600, 86400
# Between one attempt and the next; then always the last.
STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR]
MOST_S = 10.0    # of real time, for ten days


def at(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()


class Handler:
    """An address that refuses connections until the application comes back."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.bind(('127.0.0.1', 0))
        self.url = 'https://localhost:%d/hv/notify' % self.socket.getsockname()[1]
        self.got = queue.Queue()
        self.server = None

    def come_back(self, store, status=200):
        got = self.got

        class Request(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                got.put((self.headers['Authorization'], body))
                self.send_response(status)
                self.send_header('Content-Length', '0')
                self.end_headers()

            def log_message(self, *args):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(store, 'sandbox', 'server.pem'),
                                os.path.join(store, 'sandbox', 'server-key.pem'))
        self.socket.listen()
        self.server = http.server.ThreadingHTTPServer(
            self.socket.getsockname(), Request, bind_and_activate=False)
        self.server.daemon_threads = True
        self.server.socket.close()
        self.server.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def set_up(world, state):
    """A sandbox with a state file, an application, and one subscription whose
    handler is dead."""
    world.run('keystore', 'init')
    world.platform, ready = world.serve('sandbox', 'up', '--port', '0', '--state', state)
    world.port = ready['listening'].rsplit(':', 1)[1]
    sandbox = world.json('sandbox', 'status')
    expect(sandbox['state'] == state, 'status does not tell the state file')
    cert = world.path('app.pem')
    profile = world.json('profile', 'add', 'test', '--platform', sandbox['platform'], '--shell',
                         sandbox['shell'], '--env', 'ppe', '--action-url', ACTION_URL, '--ca',
                         sandbox['ca'], '--cert-out', cert)
    world.run('sandbox', 'app', 'add', '--app-id', profile['app_id'], '--cert', cert)
    world.handler = Handler()
    world.key = os.urandom(64)
    key_file = world.path('key')
    with open(key_file, 'w', encoding='utf-8') as f:
        f.write(base64.b64encode(world.key).decode() + '\n')
    os.chmod(key_file, 0o600)
    world.sub = world.json('sub', 'create', '--type', 'weight', '--url', world.handler.url,
                           '--key-version', 'v-1', '--key-file', key_file)['id']


def attempts(world, batch):
    """The log's lines of one batch, oldest first."""
    rows = world.json('sandbox', 'log', '--limit', '0')['items']
    return [r for r in rows if r['kind'] == 'delivery' and r['batch'] == batch]


def advance(world, duration):
    return world.json('sandbox', 'clock', 'advance', duration)


def check_times(rows, event):
    """Every attempt stands where the schedule says, to the millisecond."""
    want = event + 0.1
    for n, row in enumerate(rows):
        expect(abs(at(row['at']) - want) < 0.0015, 'attempt %d at %s' % (n + 1, row['at']))
        want += STEPS[min(n, len(STEPS) - 1)]


def gives_up(world):
    """Ten days to a dead listener: each attempt at its time, the same bytes,
    then nothing more."""
    started = time.monotonic()
    world.run('sandbox', 'clock', 'rate', '0')
    emitted = world.json('sandbox', 'emit', '--type', 'weight')
    expect(emitted['queued'] == 1, 'not queued: %r' % emitted)
    waiting = world.json('sandbox', 'queue')['items']
    expect(len(waiting) == 1 and waiting[0]['sub'] == world.sub and waiting[0]['tries'] == 0,
           'queue: %r' % waiting)
    moved = advance(world, '11d')
    took = time.monotonic() - started
    rows = attempts(world, waiting[0]['id'])
    tried = [r for r in rows if r['result'] == 'no answer']
    check_times(tried, at(waiting[0]['event']))
    expect(len(tried) == moved['attempts'] == 26, '%d attempts' % len(tried))
    expect(len({r['sha256'] for r in tried}) == 1, 'the bytes changed')
    expect(rows[-1]['result'] == 'given up', 'last line: %r' % rows[-1])
    expect(at(tried[-1]['at']) <= at(waiting[0]['gives_up']), 'tried after ten days')
    expect(at(tried[-1]['at']) + 12 * HOUR > at(waiting[0]['gives_up']), 'gave up too early')
    expect(not world.json('sandbox', 'queue')['items'], 'the queue is not empty')
    expect(moved['ahead_s'] >= 11 * DAY - 1, 'the clock did not move: %r' % moved)
    expect(took < MOST_S, 'ten days took %.1f s' % took)
    print('ten days, %d attempts, given up: %.1f s of real time' % (len(tried), took))


def returns(world, state):
    """Four days to a dead listener, kill -9, four more, and it is back."""
    world.json('sandbox', 'emit', '--type', 'weight')
    advance(world, '4d')
    world.run('sandbox', 'fault', 'add', 'delay:1h', '--for', '30d')
    before = {what: world.json('sandbox', *what.split())
              for what in ('queue', 'fault list', 'app list', 'clock show')}
    world.platform.send_signal(signal.SIGKILL)
    world.platform.wait()
    world.platform, _ = world.serve('sandbox', 'up', '--port', world.port, '--state', state)
    after = {what: world.json('sandbox', *what.split()) for what in before}
    for what in ('queue', 'fault list', 'app list'):
        expect(before[what] == after[what], '%s: %r became %r' % (what, before[what], after[what]))
    expect(after['clock show']['now'] == before['clock show']['now'], 'a clock at rate 0 moved')
    expect(after['clock show']['rate'] == '0', 'the rate is lost')
    subs = world.json('sub', 'list')['items']
    expect([s['id'] for s in subs] == [world.sub], 'subscriptions: %r' % subs)
    world.run('sandbox', 'fault', 'clear')
    batch = after['queue']['items'][0]
    advance(world, '4d')
    world.handler.come_back(world.store)
    moved = advance(world, '12h')
    expect(moved['delivered'] == 1, 'not delivered: %r' % moved)
    header, body = world.handler.got.get(timeout=10)
    expect(world.handler.got.empty(), 'delivered twice')
    rows = attempts(world, batch['id'])
    digest = hashlib.sha256(body).hexdigest()
    expect({r['sha256'] for r in rows} == {digest}, 'other bytes than before')
    expect(rows[-1]['result'] == 'HTTP 200', 'last line: %r' % rows[-1])
    expect(hmac.compare_digest(header, sign(world.key, world.sub, 'v-1', body)), 'bad signature')
    expect(not world.json('sandbox', 'queue')['items'], 'the queue is not empty')


def expect_struck(world, words):
    """The log tells that each of these faults struck."""
    rows = world.json('sandbox', 'log', '--limit', '0')['items']
    for word in words:
        expect([r for r in rows if r['kind'] == 'fault' and r['what'].startswith(word)
                and r['result'] == 'struck'], 'the log does not tell that %s struck' % word)


def faults(world):
    """Every fault of deliveries does what it says, and the log says so."""
    def emit(*words):
        world.json('sandbox', 'emit', '--type', 'weight', *words)

    def take(count):
        advance(world, '1m')
        got = [world.handler.got.get(timeout=10) for _ in range(count)]
        expect(world.handler.got.empty(), 'more than %d came' % count)
        return got

    world.run('sandbox', 'fault', 'add', 'drop', '--count', '1')
    emit()
    take(0)
    emit()
    take(1)
    world.run('sandbox', 'fault', 'add', 'dup', '--count', '1', '--sub', world.sub)
    emit()
    first, second = take(2)
    expect(first == second, 'the second copy differs')
    world.run('sandbox', 'fault', 'add', 'reorder', '--count', '2')
    ids = []
    for _ in range(2):
        ids.append(world.json('sandbox', 'emit', '--type', 'weight')['things'][0]['thing'])
        advance(world, '1s')
    bodies = [body for _, body in take(2)]
    expect(ids[1].encode() in bodies[0] and ids[0].encode() in bodies[1], 'not reordered')
    world.run('sandbox', 'fault', 'add', 'delay:5m', '--count', '1')
    emit()
    take(0)
    advance(world, '4m')
    take(1)
    world.run('key', 'rotate', world.sub, '--yes', '--without-listener')
    version = world.json('sub', 'show', world.sub)['key_version']
    world.run('sandbox', 'fault', 'add', 'old-key', '--count', '1')
    emit()
    old, = take(1)
    emit()
    new, = take(1)
    expect(':v-1:' in old[0] and ':%s:' % version in new[0], 'keys: %r, %r' % (old[0], new[0]))
    rows = world.json('sandbox', 'log', '--limit', '0')['items']
    few = world.json('sandbox', 'log', '--limit', '3')['items']
    expect([r['id'] for r in few] == [r['id'] for r in rows[-3:]], 'not the newest: %r' % few)
    expect_struck(world, ('drop', 'dup', 'reorder', 'delay', 'old-key'))
    expect(not world.json('sandbox', 'fault', 'list')['items'], 'faults that struck are left')


def calls(world):
    """Faults of method calls, as the client sees them."""
    rows = [('maintenance', 10, 152), ('error:37', 10, 37)]
    for word, status, code in rows:
        world.run('sandbox', 'fault', 'add', word, '--count', '1',
                  '--method', 'GetEventSubscriptions')
        e = world.error('sub', 'list', want=status)
        expect(e['platform_code'] == code, '%s: %r' % (word, e))
    world.run('sandbox', 'fault', 'add', 'http-500', '--method', 'GetEventSubscriptions')
    world.run('sub', 'list', want=11)
    world.run('sandbox', 'fault', 'clear')
    world.run('sandbox', 'fault', 'add', 'timeout', '--method', 'GetEventSubscriptions')
    world.run('--timeout', '500ms', 'sub', 'list', want=11)
    world.run('sandbox', 'fault', 'clear')
    world.run('sub', 'list')
    expect_struck(world, ('maintenance', 'error:37', 'http-500', 'timeout'))
    world.error('sandbox', 'fault', 'add', 'flood', want=2)
    world.error('sandbox', 'fault', 'add', 'drop', '--method', 'GetThings', want=2)
    world.error('sandbox', 'fault', 'clear', '4711', want=5)


def foreign_state(world):
    """A file that is none of ours is refused and not touched."""
    world.run('sandbox', 'down')
    for name, content in (('text', b'not a database\n' * 20), ('short', b'SQLite format 3\0')):
        path = world.path(name)
        with open(path, 'wb') as f:
            f.write(content)
        world.error('sandbox', 'up', '--port', '0', '--state', path, want=13)
        with open(path, 'rb') as f:
            expect(f.read() == content, '%s was touched' % name)
        expect(not [n for n in os.listdir(world.dir) if n.startswith(name + '-')],
               'SQLite left something beside %s' % name)


def reset(world, state):
    world.error('sandbox', 'reset', want=12)
    world.run('sandbox', 'reset', '--yes')
    status = world.json('sandbox', 'status')
    expect(status['subs'] == 0 and status['queued'] == 0 and status['ahead_s'] == 0,
           'after reset: %r' % status)
    expect(len(world.json('sandbox', 'app', 'list')['items']) == 1, 'applications are left')
    expect(os.stat(state).st_mode & 0o777 == 0o600, 'mode of the state file')


def story(world):
    state = world.path('sandbox.state')
    set_up(world, state)
    gives_up(world)
    returns(world, state)
    faults(world)
    calls(world)
    reset(world, state)
    foreign_state(world)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
