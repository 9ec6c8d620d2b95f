#!/usr/bin/env python3
"""listen_deadlines.py - who is slow is closed when his time is over, and not a
byte can stretch it: 5 s for a handshake, 10 s for the headers, 15 s idle, 30 s
for a body. All at once, at full length, with one byte a second; the body's with
--long only, as the unit tests of the door show it with a shorter one.

usage: listen_deadlines.py HVCONSOLE
"""
import select
import socket
import ssl
import sys
import threading
import time

from wire import Line, Sub, is_long, thing
from world import expect, tell

SLACK = 4    # seconds: a busy machine


def drip(connection, data):
    """One byte a second until the other side closes; the seconds it took."""
    start = time.monotonic()
    raw = connection
    at = 0
    while True:
        readable, _, _ = select.select([raw], [], [], 1.0)
        try:
            if readable and not connection.recv(4096):
                return time.monotonic() - start
            if not readable and at < len(data):
                connection.sendall(data[at:at + 1])
                at += 1
        except (OSError, ssl.SSLError):
            return time.monotonic() - start


def story(world):
    world.up()
    sub = Sub(world)
    request = sub.request(sub.body(thing(1)))
    head_end = request.index(b'\r\n\r\n') + 4
    took = {}

    def plain(name, data):
        with socket.create_connection(('127.0.0.1', world.port), 60) as connection:
            took[name] = drip(connection, data)

    def tls(name, first, data):
        with Line(world.port) as line:
            if first:
                line.send(first)
            took[name] = drip(line.socket, data)

    rows = [
        ('no handshake', 5, plain, (b'',)),
        ('a slow handshake', 5, plain, (b'\x16\x03\x01\x02\x00\x01\x00\x01' + b'\x00' * 99,)),
        ('nothing', 10, tls, (b'', b'')),
        ('slow headers', 10, tls, (b'', request)),
        ('idle', 15, tls, (request, b'')),
    ]
    if is_long():
        rows += [
            ('no body', 30, tls, (request[:head_end], b'')),
            ('a slow body', 30, tls, (request[:head_end], request[head_end:])),
        ]
    else:
        print('skipped without --long: the 30 s of a body')
    threads = [threading.Thread(target=fn, args=(name,) + args) for name, _, fn, args in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    for name, seconds, _, _ in rows:
        got = took.get(name)
        print('%-16s %s s of %d' % (name, got and '%.1f' % got, seconds))
        expect(got and seconds - 0.5 <= got <= seconds + SLACK,
               '%s: closed after %s s, not %d' % (name, got, seconds))


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
