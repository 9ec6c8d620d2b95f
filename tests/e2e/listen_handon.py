#!/usr/bin/env python3
"""listen_handon.py - what is verified reaches the application's own worker: at
least once, in order for each record, with growing pauses while the worker fails,
across kill -9 of the listener, and never in the way of the 200. First a command
(--exec), then a URL (--forward) that takes the exact bytes.

usage: listen_handon.py HVCONSOLE
"""
import hashlib
import http.server
import json
import os
import signal
import sys
import threading
import time

from wire import Line, Sub, thing, wait_until
from world import expect, tell

A, B = ('c05a7e34-1f2d-4b86-9c3e-%012x' % n for n in (1, 2))

# Writes down each attempt; fails while there is a file "broken", and waits for
# its end while there is a file "stuck".
WORKER = '''#!/bin/sh
body=$(mktemp "$PLACE/body.XXXXXX")
cat > "$body"
sum=$(sha256sum < "$body" | cut -c1-64)
echo "begin $HVCONSOLE_ID $HVCONSOLE_ATTEMPT $sum $HVCONSOLE_VERDICT $HVCONSOLE_SUB" >> "$PLACE/seen"
[ ! -e "$PLACE/stuck" ] || cat "$PLACE/stuck"
[ ! -e "$PLACE/broken" ] || exit 3
echo "taken $HVCONSOLE_ID $HVCONSOLE_ATTEMPT $sum" >> "$PLACE/seen"
'''


class Sent:
    """What was answered 200, in order, by record."""

    def __init__(self, world, sub):
        self.world = world
        self.sub = sub
        self.by_record = {A: [], B: []}
        self.number = 0

    def post(self, record):
        self.number += 1
        body = self.sub.body(thing(self.number), record=record)
        start = time.monotonic()
        with Line(self.world.port) as line:
            line.send(self.sub.request(body))
            status = line.answer()[0]
        took = time.monotonic() - start
        expect(status == 200, 'answered %d' % status)
        self.by_record[record].append(hashlib.sha256(body).hexdigest())
        return took

    def all(self):
        return self.by_record[A] + self.by_record[B]


def restart(world, how, *args):
    world.listener.send_signal(how)
    world.listener.wait(60)
    world.listen(*args)


def facts(world):
    """What the listener tells in its metrics about handing on."""
    out = {}
    try:
        with open(os.path.join(world.store, 'run', 'metrics.prom'), encoding='utf-8') as f:
            for line in f:
                if '_handon_' in line and not line.startswith('#'):
                    name, value = line.rsplit(' ', 1)
                    out[name.split('_handon_')[1]] = float(value)
    except OSError:
        pass
    return out


def in_order(sent, taken, what):
    """Each record's messages, first takings only, in the order they were sent."""
    firsts = list(dict.fromkeys(taken))
    for record, sums in sent.by_record.items():
        got = [s for s in firsts if s in sums]
        expect(got == sums, '%s, record %s: %d of %d, or not in order'
               % (what, record[-1], len(got), len(sums)))


def seen(place):
    try:
        with open(os.path.join(place, 'seen'), encoding='utf-8') as f:
            return [line.split() for line in f]
    except OSError:
        return []


def touch(place, name, there):
    path = os.path.join(place, name)
    if there:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    else:
        os.unlink(path)


def by_command(world, sub):
    place = world.path('place')
    os.mkdir(place)
    script = world.path('worker.sh')
    with open(script, 'w', encoding='utf-8') as f:
        f.write(WORKER.replace('$PLACE', place))
    os.chmod(script, 0o700)
    args = ('--exec', script)
    restart(world, signal.SIGTERM, *args)
    sent = Sent(world, sub)

    # A worker that fails: tried again after 1 s, then 2 s; others wait for it.
    touch(place, 'broken', True)
    sent.post(A)
    sent.post(A)
    sent.post(B)
    wait_until(lambda: sum(s[0] == 'begin' and s[2] == '3' for s in seen(place)) >= 2,
               'it is not tried again', 60)
    attempts = [s for s in seen(place) if s[0] == 'begin']
    expect({s[3] for s in attempts} == {sent.by_record[A][0], sent.by_record[B][0]},
           'the second of a record is tried before the first is taken')
    expect(not [s for s in seen(place) if s[0] == 'taken'], 'taken by a worker that failed')
    expect(attempts[0][4] == 'verified' and attempts[0][5] == sub.id, str(attempts[0]))

    # kill -9 while all of it waits, and again while a worker is at it.
    restart(world, signal.SIGKILL, *args)
    fifo = os.path.join(place, 'stuck')
    os.mkfifo(fifo)
    hold = os.open(fifo, os.O_RDWR)    # who reads it waits as long as this is open
    touch(place, 'broken', False)
    before = len(seen(place))
    wait_until(lambda: len(seen(place)) > before, 'nothing is tried after a kill', 60)
    slowest = max(sent.post(r) for r in (A, B) * 5)
    print('with a worker that hangs, a 200 takes %.0f ms at most' % (1000 * slowest))
    expect(slowest < 15, 'a worker that hangs holds up the 200')
    world.listener.send_signal(signal.SIGKILL)
    world.listener.wait(60)
    os.unlink(fifo)
    os.close(hold)    # those that outlived their listener end, too
    world.listen(*args)
    wait_until(lambda: set(sent.all()) <= {s[3] for s in seen(place) if s[0] == 'taken'},
               'not all of it was taken', 90)
    taken = [s for s in seen(place) if s[0] == 'taken']
    in_order(sent, [s[3] for s in taken], 'by command')
    wait_until(lambda: facts(world).get('waiting') == 0, 'something still waits: %s'
               % facts(world), 60)
    print('by command: %d sent, %d attempts, %d taken'
          % (len(sent.all()), sum(s[0] == 'begin' for s in seen(place)), len(taken)))


class Worker(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    taken, attempts, lock, fails = [], [], threading.Lock(), True

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        digest = hashlib.sha256(body).hexdigest()
        with Worker.lock:
            Worker.attempts.append((self.headers['X-HVConsole-Id'],
                                    int(self.headers['X-HVConsole-Attempt']), digest))
            if not Worker.fails:
                Worker.taken.append(digest)
            status = 503 if Worker.fails else 204
        self.send_response(status)
        if status != 204:
            self.send_header('Content-Length', '0')
        self.end_headers()

    def log_message(self, *args):
        pass


def by_url(world, sub):
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Worker)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = 'http://127.0.0.1:%d/work' % server.server_address[1]
    try:
        restart(world, signal.SIGTERM, '--forward', url)
        sent = Sent(world, sub)
        sent.number = 1000
        for n in range(20):
            sent.post((A, B)[n % 2])
        wait_until(lambda: len({a[0] for a in Worker.attempts if a[1] >= 2}) >= 2,
                   'it is not tried again', 60)
        restart(world, signal.SIGKILL, '--forward', url)
        for n in range(20):
            sent.post((A, B)[n % 2])
        Worker.fails = False
        wait_until(lambda: set(sent.all()) <= set(Worker.taken), 'not all of it was taken', 90)
        in_order(sent, Worker.taken, 'by URL')
        ids = {}
        for number, _, digest in Worker.attempts:
            expect(ids.setdefault(number, digest) == digest, 'one id, two bodies')
        print('by URL: %d sent, %d attempts, %d taken'
              % (len(sent.all()), len(Worker.attempts), len(Worker.taken)))
    finally:
        server.shutdown()
        server.server_close()


def refused(world):
    """Notifications leave this machine over https only."""
    for url in ('http://example.org/x', 'ftp://127.0.0.1/x', 'https://u:p@example.org/'):
        error = world.error('listen', '--addr', '127.0.0.1:0', '--forward', url, want=2)
        expect('--forward' in error['message'], json.dumps(error))
    world.error('listen', '--addr', '127.0.0.1:0', '--forward', 'https://a/', '--exec', 'true',
                want=2)


def story(world):
    world.up()
    sub = Sub(world)
    by_command(world, sub)
    by_url(world, sub)
    world.listener.send_signal(signal.SIGTERM)
    world.listener.wait(60)
    refused(world)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
