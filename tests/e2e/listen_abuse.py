#!/usr/bin/env python3
"""listen_abuse.py - a crowd of bad clients beside good ones: 500 that send a
byte a second, garbage for TLS, heads and bodies that are too large, rows of
requests whose answers nobody reads, senders that vanish. Good ones are answered
200 all the while; the bad are gone within their deadlines, and nothing of them
stays: no descriptor, no memory. How much of their rate good ones keep is
measured and printed here, and held against a goal by the bench.

usage: listen_abuse.py HVCONSOLE
"""
import os
import selectors
import socket
import ssl
import struct
import sys
import threading
import time

from wire import Line, Sub, count_files, rss_kib, thing, tls_context, wait_until
from world import expect, tell

SLOW = 500
GOOD = 4
HEAD = b'POST /hv/notify HTTP/1.1\r\nHost: localhost\r\n'


class Good:
    """A sender on a connection of its own that waits for each answer."""

    def __init__(self, world, sub, number):
        self.port = world.port
        self.data = [sub.request(sub.body(thing(number * 1000 + n))) for n in range(50)]
        self.answered = 0
        self.trouble = None
        self.stop = False
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        try:
            while not self.stop:
                with Line(self.port) as line:
                    for data in self.data:
                        line.send(data)
                        got = line.answer()
                        if not got or got[0] != 200:
                            self.trouble = 'a good one is answered %s' % (got,)
                            return
                        self.answered += 1
                        if self.stop:
                            return
        except OSError as e:
            self.trouble = 'a good one has lost its connection: %s' % e


def rate(good, seconds):
    before, start = sum(g.answered for g in good), time.monotonic()
    threading.Event().wait(seconds)    # a window to count in
    return (sum(g.answered for g in good) - before) / (time.monotonic() - start)


class Crowd:
    """Slow ones, some before their handshake and some behind it."""

    def __init__(self, port):
        self.waiting = selectors.DefaultSelector()
        for n in range(SLOW):
            s = socket.create_connection(('127.0.0.1', port), 60)
            if n % 5 == 0:
                s = tls_context().wrap_socket(s, suppress_ragged_eofs=True)
            s.setblocking(False)
            self.waiting.register(s, selectors.EVENT_READ, [n, 0])

    def drip(self, seconds):
        """A byte each a second, until all are closed or the time is over."""
        end = time.monotonic() + seconds
        while self.waiting.get_map() and time.monotonic() < end:
            second = time.monotonic() + 1
            while time.monotonic() < second and self.waiting.get_map():
                for key, _ in self.waiting.select(0.1):
                    self.look(key)
            for key in list(self.waiting.get_map().values()):
                self.put(key)
        return len(self.waiting.get_map())

    def put(self, key):
        data = (HEAD + b'X: ' + b'y' * 99) if key.data[0] % 5 == 0 else \
            b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + bytes(99)
        try:
            key.fileobj.send(data[key.data[1]:key.data[1] + 1])
            key.data[1] += 1
        except (OSError, ssl.SSLError):
            self.gone(key)

    def look(self, key):
        try:
            if not key.fileobj.recv(4096):
                self.gone(key)
        except (ssl.SSLWantReadError, BlockingIOError):
            pass
        except (OSError, ssl.SSLError):
            self.gone(key)

    def gone(self, key):
        self.waiting.unregister(key.fileobj)
        key.fileobj.close()


def vanish(line):
    """Gone without a word: what was sent to it comes back as a reset."""
    line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    line.close()


def flood(port, request):
    """A row of requests, and not one answer is read: returns when shut out."""
    line = Line(port)
    line.socket.settimeout(1)
    sent = 0
    end = time.monotonic() + 40
    while time.monotonic() < end:
        try:
            line.send(request * 20)
            sent += 20
        except socket.timeout:
            continue    # nothing goes any more; wait for the end
        except (OSError, ssl.SSLError):
            line.close()
            return sent
    line.close()
    return None


def bad_manners(port, request):
    head_end = request.index(b'\r\n\r\n') + 4
    too_large = HEAD + b'X: ' + b'y' * 20000 + b'\r\n\r\n'
    too_long = HEAD + b'Content-Length: 99999999\r\n\r\n'
    chunk = HEAD + b'Transfer-Encoding: chunked\r\n\r\n' + b'8000\r\n' + b'x' * 0x8000 + b'\r\n'
    for _ in range(6):
        with Line(port, tls=False) as line:
            line.send(os.urandom(300))
            line.to_end()
        for data in (too_large, too_long, too_long + b'x' * 70000, chunk):
            try:
                with Line(port) as line:
                    line.send(data)
                    line.half_close()
                    line.to_end()
            except (OSError, ssl.SSLError):
                pass    # shut while we were still sending
        for cut in (1, head_end - 1, head_end, len(request) - 1, len(request)):
            line = Line(port)
            line.send(request[:cut])
            vanish(line)
        with Line(port) as line:
            line.send(request)
            line.half_close()
            got = line.answer()
            expect(got and got[0] == 200, 'half-closed: %s' % (got,))


def story(world):
    world.up()
    sub = Sub(world)
    request = sub.request(sub.body(thing(1)))
    pid = world.listener.pid
    with Line(world.port) as line:
        line.send(request)
        expect(line.answer()[0] == 200, 'the listener does not answer')
    bad_manners(world.port, request)    # once, to have met everything
    wait_until(lambda: world.json('status')['listener']['running'], 'it is not running')
    files = count_files(pid)
    memory = rss_kib(pid)
    good = [Good(world, sub, n) for n in range(1, GOOD + 1)]
    try:
        quiet = rate(good, 2)
        crowd = Crowd(world.port)
        floods = []
        flooder = threading.Thread(target=lambda: floods.append(flood(world.port, request)))
        flooder.start()
        others = threading.Thread(target=crowd.drip, args=(25,))
        others.start()
        crowded = rate(good, 2)
        bad_manners(world.port, request)
        others.join(60)
        flooder.join(60)
    finally:
        for g in good:
            g.stop = True
        for g in good:
            g.thread.join(60)
    print('good ones: %.0f/s alone, %.0f/s in the crowd: %.0f %%'
          % (quiet, crowded, 100 * crowded / max(quiet, 1)))
    expect(not [g.trouble for g in good if g.trouble], str([g.trouble for g in good]))
    expect(all(g.answered for g in good), 'a good one was never answered')
    expect(not crowd.waiting.get_map(), '%d slow ones are still there' % len(crowd.waiting.get_map()))
    expect(floods and floods[0] is not None, 'who reads no answers was not shut out')
    print('who read no answers was shut out after %d requests' % floods[0])
    wait_until(lambda: count_files(pid) <= files + 2, 'descriptors stay open: %d, then %d'
               % (files, count_files(pid)))
    grown = rss_kib(pid) - memory
    print('descriptors: %d, then %d; memory: %d KiB more' % (files, count_files(pid), grown))
    with open('/proc/%d/maps' % pid, encoding='utf-8') as f:
        if 'libasan' in f.read():
            print('skipped: memory is not compared, AddressSanitizer keeps what is freed')
        else:
            expect(grown < 24 * 1024, 'memory has grown by %d KiB' % grown)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
