#!/usr/bin/env python3
"""listen_sink.py - what is verified reaches a stream of NATS JetStream (--sink):
each of 200 exactly once, in order for each record, though the server is killed
in the middle and the listener as well; and what keeps it away is said in one
sentence, in the listener's facts, in `status` and in `doctor`.

usage: listen_sink.py HVCONSOLE
"""
import hashlib
import os
import signal
import ssl
import subprocess
import sys
import urllib.parse

from listen_handon import A, B, Sent, facts, restart
from nats_line import BINARY, Client, Relay, Server
from wire import Sub, wait_until
from world import expect, tell

MESSAGES = 200


def trouble(world):
    """What the listener says keeps its notifications here."""
    try:
        with open(os.path.join(world.store, 'run', 'listener'), encoding='utf-8') as f:
            for line in f:
                if line.startswith('handon-error='):
                    return urllib.parse.unquote(line[13:].strip())
    except OSError:
        pass
    return ''


def says(world, words):
    wait_until(lambda: words in trouble(world),
               lambda: 'it does not say "%s" but "%s"' % (words, trouble(world)), 60)
    print('said: %s' % trouble(world))


def refused(world):
    """Before anything starts: exit 2, and no secret is repeated."""
    for url, words in (('nats://user:hunter2@127.0.0.1:4222', '--sink-creds'),
                       ('127.0.0.1:4222', 'nats://HOST'),
                       ('http://127.0.0.1:4222', 'nats://HOST'),
                       ('nats://127.0.0.1:4222/a..b', 'no subject'),
                       ('nats://127.0.0.1:4222/a.*', 'no subject'),
                       ('nats://127.0.0.1:4222/' + 'a' * 101, 'no subject'),
                       ('nats://127.0.0.1:0', 'port'),
                       ('nats://', 'host')):
        error = world.error('listen', '--addr', '127.0.0.1:0', '--sink', url, want=2)
        text = error['message'] + (error.get('hint') or '')
        expect('--sink' in text and words in text and 'hunter2' not in text, str(error))
    for args in (('--sink', 'nats://a', '--exec', 'true'),
                 ('--sink', 'nats://a', '--forward', 'https://a/'),
                 ('--sink-creds', world.passfile),
                 ('--sink', 'nats://a', '--sink-creds', world.path('none'))):
        world.error('listen', '--addr', '127.0.0.1:0', *args, want=2)


def each_trouble(world, sub, server):
    """No server, one without a stream; and then it gets there. (A server without
    JetStream, strangers, passwords and silence have their unit tests.)"""
    sink = 'nats://127.0.0.1:%d' % server.port
    restart(world, signal.SIGTERM, '--sink', sink)
    sent = Sent(world, sub)
    sent.post(A)
    says(world, 'no NATS server answers at 127.0.0.1:%d' % server.port)
    status = world.json('status')
    expect('handed on' in str(status['attention']), str(status['attention']))
    doctor = world.json('doctor', want=None)
    expect([r for r in doctor['items'] if r['check'] == 'hand-on' and r['state'] == 'warn'
            and 'no NATS server' in r['text']], str(doctor))
    expect([r for r in doctor['items'] if r['check'] == 'journal' and r['state'] == 'ok'
            and r['text'].startswith('1 row ')], str(doctor))

    server.start()
    says(world, 'no stream of 127.0.0.1:%d takes hvconsole.*' % server.port)
    client = Client(server.port)
    client.make_stream('FIRST', ['hvconsole.>'])
    wait_until(lambda: client.count('FIRST') == 1, 'it does not get there', 60)
    wait_until(lambda: facts(world).get('waiting') == 0, str(facts(world)), 60)
    wait_until(lambda: trouble(world) == '', trouble(world), 30)
    client.close()


def check(sent, sub, messages):
    """Each exactly once, the exact bytes, the facts beside them."""
    sums = [hashlib.sha256(body).hexdigest() for _, _, body in messages]
    expect(len(sums) == len(set(sums)), 'a message stands in the stream twice')
    expect(set(sums) == set(sent.all()), '%d sent, %d in the stream' % (len(sent.all()), len(sums)))
    for record, posted in sent.by_record.items():
        expect([s for s in sums if s in set(posted)] == posted,
               'record %s: not in the order of arrival' % record[-1])
    for (subject, headers, _), digest in zip(messages, sums):
        expect(subject == 'ward.notes.' + sub.id, subject)
        expect(headers['Nats-Msg-Id'] == digest, str(headers))
        expect(headers['X-HVConsole-Sub'] == sub.id and int(headers['X-HVConsole-Id']) > 0 and
               headers['X-HVConsole-Verdict'] == 'verified' and
               headers['X-HVConsole-Received'].endswith('Z'), str(headers))


def make_tls(world):
    """(what nats-server wants to hear, what its client needs)."""
    cert, key = world.path('nats.crt'), world.path('nats.key')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj',
                    '/CN=localhost', '-keyout', key, '-out', cert, '-days', '2'],
                   check=True, capture_output=True)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return ('--tls', '--tlscert', cert, '--tlskey', key), context


def through_kills(world, sub, server):
    """Over TLS: the server dies, stalls and comes back; the listener dies with
    messages out that nobody acknowledged."""
    tls, context = make_tls(world)
    server.stop()
    server.start(*tls)
    client = Client(server.port, context)
    client.make_stream('WARD', ['ward.notes.*'])
    client.close()
    relay = Relay(server.port)
    args = ('--sink', 'tls://127.0.0.1:%d/ward.notes' % relay.port)
    restart(world, signal.SIGTERM, *args)
    sent = Sent(world, sub)
    sent.number = 1000
    slowest = 0
    for n in range(MESSAGES):
        if n == 60:
            server.stop(signal.SIGKILL)
        elif n == 100:
            server.start(*tls)
        elif n == 120:
            server.send(signal.SIGSTOP)
        elif n == 140:
            server.send(signal.SIGCONT)
        elif n == 150:
            # All before are there; what follows gets there and is not acknowledged.
            client = Client(server.port, context)
            wait_until(lambda: client.count('WARD') == 150, 'it does not catch up', 90)
            relay.is_hushed = True
        slowest = max(slowest, sent.post((A, B)[n % 2]))
    print('a 200 took %.0f ms at most' % (1000 * slowest))
    wait_until(lambda: client.count('WARD') > 150, 'nothing was on its way', 60)
    world.listener.send_signal(signal.SIGKILL)
    world.listener.wait(60)
    relay.is_hushed = False
    world.listen(*args)
    wait_until(lambda: client.count('WARD') >= MESSAGES, 'not all of it got there', 90)
    # .. those among them that were there already.
    wait_until(lambda: facts(world).get('done_total', 0) >= MESSAGES - 150,
               lambda: str(facts(world)), 60)
    messages = client.messages('WARD')
    client.close()
    check(sent, sub, messages)
    again = sum(int(h['X-HVConsole-Attempt']) > 1 for _, h, _ in messages)
    print('%d sent, %d in the stream, %d of them not at the first attempt'
          % (len(sent.all()), len(messages), again))


def story(world):
    if not BINARY:
        refused(world)
        print('skipped: there is no nats-server here')
        sys.exit(77)
    world.up()
    sub = Sub(world)
    server = Server(world.path('nats'))
    try:
        each_trouble(world, sub, server)
        through_kills(world, sub, server)
        world.listener.send_signal(signal.SIGTERM)
        expect(world.listener.wait(60) == 0, 'the listener does not end well')
        refused(world)
    finally:
        server.stop()


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
