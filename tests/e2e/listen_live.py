#!/usr/bin/env python3
"""listen_live.py - what changes while 64 connections are sending: a key is
rotated, the certificate is read again twice, once from a broken file. Nobody is
refused and no connection breaks; what was signed with the old key counts as
verified-old, the platform's own with the new one; new connections meet the new
certificate.

usage: listen_live.py HVCONSOLE
"""
import hashlib
import os
import signal
import ssl
import subprocess
import sys
import threading

from wire import Line, Sub, thing, tls_context, wait_until
from world import expect, tell

THREADS = 8
LINES = 8    # of each


class Sender:
    def __init__(self, port, requests):
        self.requests = requests
        self.answers = {}
        self.trouble = None
        self.stop = False
        self.lines = [Line(port) for _ in range(LINES)]
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        at = 0
        left = 900    # requests: a connection has 1000
        try:
            while not self.stop and left:
                for line in self.lines:
                    line.send(self.requests[at % len(self.requests)])
                    at += 1
                for line in self.lines:
                    got = line.answer()
                    status = got[0] if got else 'no answer'
                    self.answers[status] = self.answers.get(status, 0) + 1
                left -= 1
        except OSError as e:
            self.trouble = str(e)
        for line in self.lines:
            line.close()


def make_cert(world, name):
    cert, key = world.path(name + '.crt'), world.path(name + '.key')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, '-days',
                    '2', '-subj', '/CN=localhost', '-addext',
                    'subjectAltName=DNS:localhost,IP:127.0.0.1'], check=True,
                   capture_output=True)
    with open(cert, encoding='ascii') as f:
        return cert, key, hashlib.sha256(ssl.PEM_cert_to_DER_cert(f.read())).digest()


def served(port):
    with Line(port, context=tls_context()) as line:
        return hashlib.sha256(line.socket.getpeercert(True)).digest()


def total(senders):
    return sum(sum(s.answers.values()) for s in senders)


def go_on(senders, count=200):
    """Until so many more were answered, so that what comes next comes in between."""
    goal = total(senders) + count
    wait_until(lambda: total(senders) >= goal or any(s.trouble for s in senders),
               'the senders have stopped')


def rotate(world, sub, senders):
    go_on(senders)
    job = world.json('key', 'rotate', sub.id, '--yes')
    expect(job['state'] == 'done', 'the rotation is %s' % job['state'])
    go_on(senders)
    emitted = world.json('sandbox', 'emit', '--type', 'weight', '--count', '5', '--wait')
    expect(emitted['delivered'] >= 5, 'with the new key: %s' % emitted)
    go_on(senders)


def reload_cert(world, senders, first, files):
    cert, key, _ = files
    second = make_cert(world, 'second')
    for new, old in ((second[0], cert), (second[1], key)):
        os.replace(new, old)
    world.listener.send_signal(signal.SIGHUP)
    wait_until(lambda: served(world.port) == second[2], 'the new certificate is not served')
    go_on(senders)
    with open(cert, 'w', encoding='ascii') as f:
        f.write('no certificate\n')
    world.listener.send_signal(signal.SIGHUP)
    go_on(senders)
    expect(served(world.port) == second[2], 'a broken file took the certificate away')
    expect(second[2] != first, 'both are the same: nothing was shown')


def story(world):
    world.up(listen=False)
    files = make_cert(world, 'first')
    world.listen('--cert', files[0], '--key', files[1])
    sub = Sub(world)
    expect(served(world.port) == files[2], 'another certificate than the one given')
    senders = [Sender(world.port, [sub.request(sub.body(thing(100 * n + i))) for i in range(50)])
               for n in range(THREADS)]
    try:
        rotate(world, sub, senders)
        reload_cert(world, senders, files[2], files)
    finally:
        for s in senders:
            s.stop = True
        for s in senders:
            s.thread.join(60)
    for s in senders:
        expect(not s.trouble, 'a connection broke: %s' % s.trouble)
        expect(set(s.answers) == {200}, 'answers: %s' % s.answers)
    print('%d connections, %d answered 200, nothing else' % (THREADS * LINES, total(senders)))
    words = {}
    for item in world.json('log', 'list', '--limit', '0')['items']:
        words[item['verdict']] = words.get(item['verdict'], 0) + 1
    print('verdicts: %s' % words)
    expect(set(words) == {'verified', 'verified-old'}, 'verdicts: %s' % words)
    # And at least one that the platform itself has sent.
    expect(sum(words.values()) > total(senders), 'fewer rows than answers')


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
