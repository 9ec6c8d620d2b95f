#!/usr/bin/env python3
"""sandbox_load.py - the sandbox's door under load and abuse: 200 calls a second
of mixed methods on one core with a state file, kill -9 while it writes, and
what slow, huge, malformed and hostile requests get.

usage: sandbox_load.py HVCONSOLE [SECONDS]
"""
import base64
import gzip
import hashlib
import hmac
import http.client
import os
import re
import signal
import socket
import ssl
import sys
import threading
import time

from old_client import OldClient
from world import ACTION_URL, expect, tell

RATE = 200           # calls a second
CLIENTS = 4
GROWTH_KB = 8192     # of the resident set, after the first second
WEIGHT = '3d34d87e-7fc1-4153-800f-f56592cb0d17'
PATIENCE_S = 40


class Caller(OldClient):
    """Offline calls of one application, over a connection that is kept."""

    def __init__(self, world, other=None):
        self.connection = None
        if not other:
            super().__init__(world, ACTION_URL)
            return
        self.__dict__.update(other.__dict__)
        self.connection = None

    def post(self, body):
        if not self.connection:
            self.connection = http.client.HTTPSConnection(
                self.platform.netloc, context=self.context, timeout=PATIENCE_S)
        self.connection.request('POST', self.platform.path, body=body,
                                headers={'Content-Type': 'text/xml'})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        expect(answer.status == 200, 'HTTP %d' % answer.status)
        return text

    def offline(self, method, version, info='<info/>', person=None, record=None):
        """(code, answer) of a call on behalf of nobody, a person, or a record."""
        digest = base64.b64encode(hashlib.sha256(info.encode()).digest()).decode()
        header = ('<header><method>%s</method><method-version>%d</method-version>%s<auth-session>'
                  '<auth-token>%s</auth-token>%s</auth-session><language>en</language>'
                  '<country>US</country><msg-time>%s</msg-time><msg-ttl>1800</msg-ttl>'
                  '<version>load</version><info-hash><hash-data algName="SHA256">%s</hash-data>'
                  '</info-hash></header>'
                  % (method, version,
                     '<record-id>%s</record-id>' % record if record else '', self.token,
                     '<offline-person-info><offline-person-id>%s</offline-person-id>'
                     '</offline-person-info>' % person if person else '', self.now(), digest))
        mac = base64.b64encode(hmac.new(self.secret, header.encode(),
                                        hashlib.sha256).digest()).decode()
        answer = self.post(
            '<wc-request:request xmlns:wc-request="urn:com.microsoft.wc.request"><auth><hmac-data '
            'algName="HMACSHA256">%s</hmac-data></auth>%s%s</wc-request:request>'
            % (mac, header, info))
        return int(re.search(r'<code>(\d+)</code>', answer).group(1)), answer

    def put(self, person, record):
        """Adds a weight; the id of the thing."""
        code, answer = self.offline(
            'PutThings', 2, '<info><thing><type-id>%s</type-id><data-xml><weight><when><date>'
            '<y>2015</y><m>11</m><d>12</d></date></when><value><kg>71.5</kg></value></weight>'
            '<common/></data-xml></thing></info>' % WEIGHT, person, record)
        expect(code == 0, 'PutThings: %s' % answer)
        return re.search(r'<thing-id[^>]*>([^<]+)<', answer).group(1)

    def has(self, person, record, thing):
        code, answer = self.offline(
            'GetThings', 3, '<info><group><id>%s</id><format><section>core</section><xml/>'
            '</format></group></info>' % thing, person, record)
        expect(code == 0, 'GetThings: %s' % answer)
        return thing in answer

    def mixed(self, n, person, record):
        query = ('<info><group max="5"><filter><type-id>%s</type-id></filter><format><section>core'
                 '</section><xml/></format></group></info>' % WEIGHT)
        rows = [
            ('GetThings', 3, query, person, record),
            ('GetPersonInfo', 1, '<info/>', person, None),
            ('GetEventSubscriptions', 1, '<info/>', None, None),
            ('QueryPermissions', 1, '<info><thing-type-id>%s</thing-type-id></info>' % WEIGHT,
             person, record),
            ('GetAuthorizedPeople', 1, '<info><parameters/></info>', None, None),
        ]
        if n % 10 == 0:
            self.put(person, record)
            return
        method, version, info, who, where = rows[n % len(rows)]
        code, answer = self.offline(method, version, info, who, where)
        expect(code == 0, '%s: %s' % (method, answer))


def resident_kb(pid):
    with open('/proc/%d/status' % pid, encoding='ascii') as f:
        return int(re.search(r'VmRSS:\s+(\d+)', f.read()).group(1))


def cpu_s(pid):
    """Seconds of processor time that it used so far."""
    with open('/proc/%d/stat' % pid, encoding='utf-8') as f:
        fields = f.read().rpartition(')')[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def is_sanitized(pid):
    with open('/proc/%d/maps' % pid, encoding='utf-8') as f:
        return 'libasan' in f.read()


def load(world, caller, seconds):
    """RATE calls a second for so long, all answered 0, on one core."""
    pid = world.platform.pid
    person, record = world.sandbox['persons'][0], world.sandbox['records'][0]
    total = RATE * seconds
    failed, lock, count, marks = [], threading.Lock(), [0], {}
    os.sched_setaffinity(pid, {min(os.sched_getaffinity(0))})
    started, worked = time.monotonic(), cpu_s(pid)

    def client():
        mine = Caller(world, caller)
        try:
            while True:
                with lock:
                    n = count[0]
                    count[0] += 1
                    if n in (RATE, total // 2, total):
                        marks[n] = resident_kb(pid)
                if n >= total:
                    return
                pause = started + n / RATE - time.monotonic()
                if pause > 0:
                    pacer.wait(pause)
                mine.mixed(n, person, record)
        except Exception as e:    # told below, by the main thread
            failed.append(e)

    pacer = threading.Event()    # never set: a wait for the next call's turn
    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    took = time.monotonic() - started
    os.sched_setaffinity(pid, os.sched_getaffinity(0))
    expect(not failed, 'under load: %r' % failed[:1])
    grown = marks[total] - marks[RATE]
    sanitized = is_sanitized(pid)
    print('%d calls in %.1f s, %.0f a second, %.0f%% of one core; resident %d kB after 1 s, %d kB '
          'half-way, %d kB at the end%s'
          % (total, took, total / took, 100 * (cpu_s(pid) - worked) / took, marks[RATE],
             marks[total // 2], marks[total], ' (sanitized)' if sanitized else ''))
    expect(sanitized or grown < GROWTH_KB, 'it grew by %d kB' % grown)
    expect(sanitized or took < seconds * 1.1, '%d calls took %.1f s' % (total, took))


def kill_while_writing(world, caller, state):
    """Everything that was answered is there after kill -9."""
    person, record = world.sandbox['persons'][0], world.sandbox['records'][0]
    answered, lock, enough = [], threading.Lock(), threading.Event()

    def client():
        mine = Caller(world, caller)
        try:
            while True:
                thing = mine.put(person, record)
                with lock:
                    answered.append(thing)
                    if len(answered) >= 100:
                        enough.set()
        except (OSError, http.client.HTTPException):
            return    # the kill

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for t in threads:
        t.start()
    expect(enough.wait(60), 'too few answers')
    world.platform.send_signal(signal.SIGKILL)
    world.platform.wait()
    for t in threads:
        t.join()
    world.platform, _ = world.serve('sandbox', 'up', '--port', world.port, '--state', state)
    caller.connection = None
    code, _ = caller.offline('GetPersonInfo', 1, '<info/>', person)
    expect(code == 8, 'a session outlived the process: %d' % code)
    caller.open_session()
    lost = [t for t in answered if not caller.has(person, record, t)]
    print('%d things answered before kill -9, %d lost' % (len(answered), len(lost)))
    expect(not lost, 'lost: %r' % lost[:3])


# ---- abuse ----

def connect(world, caller):
    raw = socket.create_connection(('127.0.0.1', int(world.port)), timeout=PATIENCE_S)
    return caller.context.wrap_socket(raw, server_hostname='localhost')


def until_closed(s):
    """What the other side says until it closes."""
    got = b''
    try:
        while True:
            more = s.recv(65536)
            if not more:
                return got
            got += more
    except (ConnectionResetError, ssl.SSLError):
        return got


def slow(world, caller, sent, ended):
    """Starts a request and never goes on; notes how long it was borne."""
    def wait():
        started = time.monotonic()
        s = connect(world, caller)
        s.sendall(sent)
        until_closed(s)
        ended.append(time.monotonic() - started)
        s.close()

    t = threading.Thread(target=wait)
    t.start()
    return t


HEAD = b'POST /platform/wildcat.ashx HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n'
WRAP = '<wc-request:request xmlns:wc-request="urn:com.microsoft.wc.request">%s</wc-request:request>'


def post_raw(world, caller, body, headers=b''):
    """(status line, body) of one POST as it is."""
    s = connect(world, caller)
    try:
        s.sendall(HEAD + headers + b'Connection: close\r\nContent-Length: %d\r\n\r\n' % len(body)
                  + body)
    except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
        pass    # it has heard enough
    got = until_closed(s)
    s.close()
    return got.split(b'\r\n', 1)[0].decode(), got.partition(b'\r\n\r\n')[2].decode()


def abuse(world, caller):
    """Each is refused in its own way, and others are served meanwhile."""
    ended = []
    waiting = [slow(world, caller, HEAD[:20], ended), slow(world, caller, HEAD, ended)]
    if os.environ.get('HV_TEST_LONG') == 'true':    # half a minute more
        waiting.append(slow(world, caller, HEAD + b'Content-Length: 100\r\n\r\n<a', ended))
    entities = ''.join('<!ENTITY a%d "%s">' % (n, '&a%d;' % (n - 1) * 10) for n in range(1, 10))
    codes = [
        ('not XML', 'hello', 3),
        ('empty', '', 3),
        ('cut off', WRAP[:40], 3),
        ('two roots', WRAP % '' * 2, 3),
        ('a wrong close', WRAP % '<a><b></a></b>', 3),
        ('an external DTD', '<!DOCTYPE r SYSTEM "file:///etc/passwd">' + WRAP % '', 3),
        ('a billion laughs', '<!DOCTYPE r [<!ENTITY a0 "ha">%s]>%s' % (entities, WRAP % '&a9;'), 3),
        ('a deep nest', WRAP % ('<a>' * 100000 + '</a>' * 100000), 3),
        ('a huge tag', WRAP % ('<a b="%s"/>' % ('x' * 100000)), 3),
        ('UTF-16', (WRAP % '').encode('utf-16'), 3),
        ('a NUL', WRAP % '\0', 3),
        ('no method', WRAP % '<header/><info/>', 3),
    ]
    for name, body, code in codes:
        body = body if isinstance(body, bytes) else body.encode()
        status, answer = post_raw(world, caller, body)
        expect('200' in status and '<code>%d</code>' % code in answer,
               '%s: %s %s' % (name, status, answer[:200]))
        expect('<error><message>' in answer, '%s: no message' % name)
        expect('root:' not in answer, '%s: it read the file' % name)
    bomb = gzip.compress(b' ' * (64 << 20))
    status, answer = post_raw(world, caller, bomb, b'Content-Encoding: gzip\r\n')
    expect('200' in status and '<code>2</code>' in answer, 'a bomb: %s %s' % (status, answer[:200]))
    status, _ = post_raw(world, caller, b'<' * (5 << 20))
    expect('413' in status or status == '', 'a huge body: %s' % status)
    status, _ = post_raw(world, caller, b'', b'X: ' + b'y' * 20000 + b'\r\n')
    expect('431' in status or '400' in status or status == '', 'huge headers: %s' % status)
    code, _ = caller.offline('GetEventSubscriptions', 1)
    expect(code == 0, 'after all that: %d' % code)
    for t in waiting:
        t.join(PATIENCE_S)
    print('slow ones were borne for %s s' % ', '.join('%.1f' % s for s in sorted(ended)))
    expect(len(ended) == len(waiting), 'a slow client is still there')
    expect(world.platform.poll() is None, 'the sandbox ended')


def loopback(world):
    """Nobody from outside gets in unless told otherwise, and the help says so."""
    with open('/proc/net/tcp', encoding='ascii') as f:
        rows = [line.split() for line in f.readlines()[1:]]
    bound = [r[1] for r in rows if r[3] == '0A' and int(r[1].split(':')[1], 16) == int(world.port)]
    expect(bound == ['0100007F:%04X' % int(world.port)], 'it listens on %r' % bound)
    out, _ = world.run('sandbox', 'up', '--help')
    expect('loopback' in out and '127.0.0.1' in out, 'the help does not say so')
    world.error('sandbox', 'up', '--plain', '--bind', '0.0.0.0', '--port', '0', '--store',
                world.path('other'), want=2)


def story(world):
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else \
        60 if os.environ.get('HV_TEST_LONG') == 'true' else 3
    state = world.path('sandbox.state')
    world.platform, ready = world.serve('sandbox', 'up', '--port', '0', '--state', state)
    world.port = ready['listening'].rsplit(':', 1)[1]
    world.sandbox = world.json('sandbox', 'status')
    caller = Caller(world)
    loopback(world)
    abuse(world, caller)
    load(world, caller, seconds)
    kill_while_writing(world, caller, state)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
