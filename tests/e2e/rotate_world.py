"""rotate_world.py - what the stories about rotations share: a reader of the
keystore that is not hvconsole's (hvks1.py), a stream of notifications signed
with every key the platform may sign with, and a kill at a chosen system call.
"""
import collections
import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import threading
import uuid

import hvks1
from world import expect, notification, sign

PENDING, ACTIVE, ACCEPTED, RETIRED = 1, 2, 3, 4
LIVE, DRAFT = 1, 4
ROLES = {PENDING: 'announced', ACTIVE: 'active', ACCEPTED: 'accepted'}
# What changes something that outlives the process, or is seen by another one.
CALLS = ('fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,ftruncate,'
         'sendto,sendmsg,write,writev,pwrite64,connect,mkdir,mkdirat')

LONG = os.environ.get('HV_TEST_LONG') == 'true'


class Keys:
    """The keystore's V part through a key-file slot of verify scope."""

    def __init__(self, world):
        self.path = os.path.join(world.dir, 'data', 'hvconsole', 'keystore.hvks')
        self.slot = world.path('verify.key')
        world.run('keystore', 'slot', 'add', '--verify', '--key-out', self.slot,
                  '--label', 'listener')
        self.secret = hvks1.read_key_file(self.slot)
        self.seen, self.list = None, []

    def read(self):
        """All key records, read anew when the file was replaced."""
        now = os.stat(self.path)
        stamp = (now.st_ino, now.st_mtime_ns)
        if stamp != self.seen:
            with open(self.path, 'rb') as f:
                store, _ = hvks1.open_store(f.read(), key_file=self.secret)
            self.list = [hvks1.parse_key(r[2]) for r in store.v if r[0] == 0x0102]
            self.subs = [hvks1.parse_sub(r[2]) for r in store.v if r[0] == 0x0101]
            self.generation = store.generation
            self.seen = stamp
        return self.list

    def of(self, sub):
        return [k for k in self.read() if k['sub'] == sub]

    def genuine(self):
        """Those the platform may sign with: a key counts from the save on that
        says bytes are about to leave. A draft has no id at the platform yet, and
        what it has dropped signs nothing."""
        keys = self.read()
        live = {s['sub'] for s in self.subs if s['status'] == LIVE}
        return [k for k in keys if k['sub'] in live
                and (k['state'] in (ACTIVE, ACCEPTED)
                     or (k['state'] == PENDING and k['times'][1]))]


class Stream:
    """Sends steadily, under every genuine key in turn; counts the answers."""

    def __init__(self, world, keys, pause=0.004):
        self.world, self.keys, self.pause = world, keys, pause
        self.counts = collections.Counter()
        self.refused = []
        self.over = threading.Event()
        self.laps = 0
        self.lap = threading.Condition()
        self.failure = None
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        c = None
        try:
            while not self.over.is_set():
                if not self.keys.genuine():
                    self.over.wait(self.pause)
                for key in self.turn():
                    if self.over.wait(self.pause):
                        break
                    if c is None:
                        c = http.client.HTTPSConnection('127.0.0.1', self.world.port, timeout=30,
                                                        context=context)
                    if not self.send(c, key):
                        c.close()
                        c = None
                with self.lap:
                    self.laps += 1
                    self.lap.notify_all()
        except Exception as e:    # told by stop()
            self.failure = e
            with self.lap:
                self.lap.notify_all()
        finally:
            if c:
                c.close()

    def turn(self):
        """Every genuine key once, and one that is being announced between all others:
        from the very save on after which the platform may know it."""
        for key in self.keys.genuine():
            yield from (k for k in self.keys.genuine() if k['state'] == PENDING)
            yield key

    def send(self, c, key):
        """False: the listener closed the connection, as it may."""
        body = notification(key['sub'], str(uuid.uuid4()))
        header = sign(key['key'], key['sub'], key['version'], body)
        try:
            c.request('POST', '/hv/notify', body=body, headers={
                'Authorization': header, 'Content-Type': 'text/xml'})
            response = c.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError,
                ssl.SSLEOFError):
            return False
        response.read()
        self.counts[ROLES[key['state']]] += 1
        if response.status != 200:
            self.refused.append((response.status, key['sub'], key['version'], key['state']))
        return response.status == 200 and not response.will_close

    def wait_laps(self, n=2):
        """Until every key was used again, after this call."""
        with self.lap:
            goal = self.laps + n
            expect(self.lap.wait_for(lambda: self.laps >= goal or self.failure, 60),
                   'the stream of notifications stands still')

    def stop(self):
        self.over.set()
        self.thread.join(60)
        expect(not self.failure, 'the stream ended: %r' % self.failure)
        expect(not self.refused, 'genuine and refused: %s' % self.refused[:3])
        return self.counts


class Killer:
    """Runs hvconsole so that it is killed at the N th call of one kind."""

    def __init__(self, world, slot):
        self.world, self.slot = world, slot
        self.environ = dict(world.environ, ASAN_OPTIONS='detect_leaks=0')

    def strace(self, args, *flags):
        return subprocess.run(
            ['strace', '-f', '-qq', *flags, self.world.binary, '--slot-key',
             self.slot, *args], env=self.environ, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=120)

    def points(self, *args):
        """(call, N) in the order in which a whole run meets them."""
        log = self.world.path('strace.log')
        p = self.strace(args, '-e', 'trace=' + CALLS, '-e', 'signal=none', '-o', log)
        expect(p.returncode == 0, 'whole run of %s: %d %s' % (args, p.returncode, p.stderr))
        seen, points, main = collections.Counter(), [], None
        with open(log, encoding='utf-8', errors='replace') as f:
            for line in f:
                match = re.match(r'(\d+)\s+(\w+)\(', line)
                if not match:
                    continue
                main = main or match.group(1)
                if match.group(1) == main:
                    seen[match.group(2)] += 1
                    points.append((match.group(2), seen[match.group(2)]))
        return points

    def kill(self, point, *args):
        """True when it was killed there, False when it came to its end."""
        p = self.strace(args, '-o', '/dev/null', '-e', 'trace=' + point[0],
                        '-e', 'inject=%s:signal=KILL:when=%d' % point)
        expect(p.returncode in (0, -9, 137), '%s at %s: exit %d\n%s'
               % (args, point, p.returncode, p.stderr))
        return p.returncode != 0


def can_trace():
    return shutil.which('strace') is not None and subprocess.run(
        ['strace', '-f', '-o', '/dev/null', 'true'], capture_output=True,
        check=False).returncode == 0


def thin(points, most):
    """About @most of them, evenly, ends included."""
    if len(points) <= most:
        return points
    return [points[i * (len(points) - 1) // (most - 1)] for i in range(most)]


def agree(world, slot, keys, sub, when):
    """Platform, keystore and listener name the same key; gives its version."""
    mine = keys.of(sub)
    active = [k for k in mine if k['state'] == ACTIVE]
    expect(len(active) == 1, '%s: %d active keys' % (when, len(active)))
    expect(not [k for k in mine if k['state'] == PENDING], '%s: a pending key is left' % when)
    record = next(s for s in keys.subs if s['sub'] == sub)
    expect(record['intent'] == 0 and record['status'] == 1, '%s: %s' % (when, record))
    shown = [s for s in world.json('--slot-key', slot, 'sub', 'list')['items'] if s['id'] == sub]
    expect(len(shown) == 1 and shown[0]['key_version'] == active[0]['version'],
           '%s: the platform shows %s, the keystore has %s' % (when, shown, active[0]['version']))
    return active[0]['version']


class Names:
    """One version id, one key, for ever and over all subscriptions."""

    def __init__(self):
        self.known = {}

    def check(self, keys, when):
        for key in keys.read():
            name = key['version']
            print8 = self.known.setdefault(name, key['fingerprint'])
            expect(print8 == key['fingerprint'], '%s: version id %s was used twice' % (when, name))


def refusals(world):
    """Rows of the log that are not verified, as the listener wrote them."""
    out, _ = world.run('log', 'list', '--limit', '0', '-o', 'ndjson')
    rows = [json.loads(line) for line in out.splitlines()]
    return rows, [r for r in rows if r['verdict'] not in ('verified', 'verified-old')]
