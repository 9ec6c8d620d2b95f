#!/usr/bin/env python3
"""secrets_session.py - a whole session with planted secrets, and then a search
for them: in every file it left, in everything any of its processes said, in
their environments and command lines. No core dump, and memory that is locked.

usage: secrets_session.py HVCONSOLE
"""
import base64
import errno
import fcntl
import json
import os
import pty
import re
import resource
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
import uuid

import hvks1
from world import PASSPHRASE, World, Failed, expect, notification, sign

NEW = 'sleeping otter counts violins'
OTHER = 'amber trombone under the stairs'
WRONG = 'never the right one, planted'


# ---- what is searched for ---------------------------------------------------

def needles(name, secret):
    """A secret in every dress it could wear: raw, hexadecimal, base64 at each of
    its three alignments."""
    yield name + ' raw', secret
    yield name + ' hex', secret.hex().encode()
    yield name + ' HEX', secret.hex().upper().encode()
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + secret)
        first, last = (shift * 8 + 5) // 6, (shift + len(secret)) * 8 // 6
        yield '%s base64/%d' % (name, shift), whole[first:last]
        urlsafe = whole[first:last].replace(b'+', b'-').replace(b'/', b'_')
        yield '%s base64url/%d' % (name, shift), urlsafe


def pieces(name, secret, size=24):
    """The beginning, the middle and the end: a part of a secret is one, too."""
    half = (len(secret) - size) // 2
    for word, at in (('begin', 0), ('middle', half), ('end', len(secret) - size)):
        yield from needles('%s (%s)' % (name, word), secret[at:at + size])


class Search:
    def __init__(self):
        self.needles, self.names = [], set()
        self.places = self.bytes = 0

    def plant(self, name, secret, text=False):
        self.names.add(name)
        self.needles += list(needles(name, secret) if text else pieces(name, secret))

    def look(self, data, where):
        self.places += 1
        self.bytes += len(data)
        return ['%s in %s' % (name, where) for name, value in self.needles if value in data]


def control(search, key):
    """A search that finds nothing proves nothing, unless it would have found it."""
    for shift in range(3):
        dressed = base64.b64encode(os.urandom(shift) + key)
        expect(search.look(dressed, 'the control'), 'the search is blind at %d' % shift)
    for dressed in (key, key.hex().encode(), key.hex().upper().encode(), key[20:60]):
        expect(search.look(b'x' + dressed, 'the control'), 'the search is blind')
    expect(search.look(PASSPHRASE.encode(), 'the control'), 'the search is blind')
    expect(not search.look(os.urandom(4096), 'the control'), 'the search sees ghosts')


def rsa_parts(der):
    """Modulus aside, the integers of a PKCS#8 RSA key: d, p, q, dp, dq, qinv."""
    def item(at):
        length, at = der[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7f
            length, at = int.from_bytes(der[at:at + size], 'big'), at + size
        return at, length
    at, _ = item(0)
    at = sum(item(at))                     # version
    at = sum(item(at))                     # algorithm
    at, _ = item(at)                       # the octet string ...
    at, _ = item(at)                       # ... and the sequence in it
    numbers = []
    while len(numbers) < 9:
        start, length = item(at)
        numbers.append(der[start:start + length].lstrip(b'\0'))
        at = start + length
    return dict(zip(('d', 'p', 'q', 'dp', 'dq', 'qinv'), numbers[3:]))


# ---- a world that remembers everything that was said ------------------------

class Watched(World):
    def __init__(self, binary):
        super().__init__(binary)
        self.said = []
        self.readers = []

    def run(self, *args, want=0, stdin=None):
        try:
            out, err = super().run(*args, want=want, stdin=stdin)
        except Failed as e:
            self.said.append((' '.join(args), str(e).encode()))
            raise
        self.said.append((' '.join(args), (out + err).encode()))
        return out, err

    def serve(self, *args):
        r, w = os.pipe()
        p = subprocess.Popen([self.binary, '-v', *args, '--ready-fd', str(w)],
                             env=self.environ, pass_fds=[w], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        os.close(w)
        self.children.append(p)
        reader = threading.Thread(target=lambda: self.said.append(
            ('output of ' + ' '.join(args), p.stdout.read())))
        reader.start()
        self.readers.append(reader)
        with os.fdopen(r, encoding='utf-8') as f:
            line = f.readline()
        expect(line, '%s did not become ready' % ' '.join(args))
        return p, json.loads(line)

    def end_children(self):
        """All of them, and their last words."""
        for p in self.children:
            if p.returncode is None and p.poll() is None:
                p.terminate()
                p.wait(30)
        for reader in self.readers:
            reader.join(30)
        state = os.path.join(self.dir, 'state', 'hvconsole')
        self.must_be_there = [os.path.join(state, name) for name in
                              ('journal.db', 'audit-console.ndjson', 'marks')]
        for path in self.must_be_there:
            expect(os.path.getsize(path) > 0, 'there is no %s' % path)


class Terminal:
    """The console in a pseudo-terminal; everything that it draws is kept."""

    def __init__(self, world, *args):
        environ = dict(world.environ, TERM='xterm-256color', LANG='C.UTF-8')
        environ.pop('HVCONSOLE_PASSPHRASE_FILE', None)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(world.binary, [world.binary, *args], environ)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 140, 0, 0))
        self.drawn = b''

    def read(self, limit):
        if not select.select([self.fd], [], [], max(0, limit - time.monotonic()))[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError as e:
            expect(e.errno == errno.EIO, str(e))
            return False
        self.drawn += data
        return bool(data)

    def wait(self, text, since=0):
        """Until these words stand there, whatever the cursor did between them."""
        limit = time.monotonic() + 90
        bare = text.replace(' ', '').encode()
        while bare not in re.sub(rb'\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()].|\s|\x1b[=>]', b'',
                                 self.drawn[since:]):
            expect(self.read(limit), 'the console did not show %r: ...%r'
                   % (text, self.drawn[-600:]))

    def send(self, keys):
        os.write(self.fd, keys.encode())

    def end(self):
        limit = time.monotonic() + 60
        while self.read(limit):
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return status


# ---- the session ------------------------------------------------------------

def put(world, name, text):
    path = world.path(name)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text + '\n')
    os.chmod(path, 0o600)
    return path


def inspect_process(search, pid, who):
    """What others on this host could see of it; and that it cannot be dumped."""
    found = []
    for name in ('environ', 'cmdline'):
        with open('/proc/%d/%s' % (pid, name), 'rb') as f:
            found += search.look(f.read(), '%s of %s' % (name, who))
    with open('/proc/%d/limits' % pid, encoding='ascii') as f:
        core = [line.split()[4:6] for line in f if line.startswith('Max core file size')]
    expect(core == [['0', '0']], '%s may dump core: %r' % (who, core))
    with open('/proc/%d/status' % pid, encoding='ascii') as f:
        locked = [int(line.split()[1]) for line in f if line.startswith('VmLck')][0]
    return found, locked


def use_console(world, search, passphrase):
    t = Terminal(world, 'tui')
    t.wait('Passphrase')
    t.send(WRONG + '\r')
    t.wait('1 of 10 tries')
    t.send(passphrase + '\r')
    t.wait('Needs attention', len(t.drawn))
    found, locked = inspect_process(search, t.pid, 'the console')
    for keys, text in (('2', 'Weight'), ('3', 'active'), ('6', 'verified')):
        mark = len(t.drawn)
        t.send(keys)
        t.wait(text, mark)
    t.send('Q')
    expect(os.waitstatus_to_exitcode(t.end()) == 0, 'the console did not end well')
    world.said.append(('the console', t.drawn))
    return found, locked


def change_passphrase(world):
    """On a terminal, typed: nothing of it is echoed."""
    t = Terminal(world, 'keystore', 'passwd', '--keep', world.path('listener.key'))
    t.wait('Passphrase for')
    t.send(PASSPHRASE + '\r')
    t.wait('Go on? [y/N]')
    t.send('y\r')
    t.wait('New passphrase')
    t.send(NEW + '\r')
    t.wait('Once more')
    t.send(NEW + '\r')
    expect(os.waitstatus_to_exitcode(t.end()) == 0, 'passwd: %r' % t.drawn[-600:])
    world.said.append(('passwd on a terminal', t.drawn))
    put(world, 'pass', NEW)


def make_world(world, key):
    """Up to a listener that runs with its key file, and a key that we know."""
    world.up(listen=False)
    world.run('-v', 'keystore', 'slot', 'add', '--verify', '--key-out',
              world.path('listener.key'))
    world.run('keystore', 'slot', 'add', '--key-out', world.path('full.key'))
    # Nothing but its key file: that is how a service runs.
    operator = dict(world.environ)
    del world.environ['HVCONSOLE_PASSPHRASE_FILE']
    world.listen('--slot-key', world.path('listener.key'))
    world.environ = operator
    key_file = put(world, 'key', base64.b64encode(key).decode())
    return world.json('sub', 'create', '--type', 'weight', '--url', world.notify_url(),
                      '--key-version', 'v-planted', '--key-file', key_file)['id']


def plant_the_rest(world, search):
    """What was made meanwhile: the witness reads it from the keystore."""
    store = os.path.join(world.dir, 'data', 'hvconsole', 'keystore.hvks')
    with open(store, 'rb') as f:
        content, _ = hvks1.open_store(
            f.read(), key_file=hvks1.read_key_file(world.path('full.key')))
    for kind, _, body in content.v + content.s:
        if kind == 0x0102:
            made = hvks1.parse_key(body)
            search.plant('HMAC key ' + made['version'], made['key'])
        elif kind == 0x0201:
            for name, number in rsa_parts(hvks1.parse_app(body)['der']).items():
                search.plant('RSA ' + name, number)
        elif kind == 0x0103:
            search.plant('index key', body[16:48])
            search.plant('outbox key', body[48:80])
        elif kind == 0x0204:
            search.plant('journal private key', body[16:48])
    for name in ('listener.key', 'full.key'):
        search.plant('slot ' + name, hvks1.read_key_file(world.path(name)))


def do_everything(world, sub, key):
    for _ in range(2):
        body = notification(sub, str(uuid.uuid4()))
        expect(world.post(sign(key, sub, 'v-planted', body), body) == 200, 'not accepted')
    expect(world.post(sign(os.urandom(64), sub, 'v-planted', body), body) == 401, 'forgery')
    world.json('sandbox', 'emit', '--type', 'weight', '--wait')
    world.run('-v', '-v', 'key', 'rotate', sub, '--yes')
    world.json('sandbox', 'emit', '--type', 'weight', '--wait')
    bad = put(world, 'bad.key', base64.b64encode(key[:63]).decode())
    wrong = put(world, 'wrong', WRONG)
    world.error('sub', 'create', '--type', 'height', '--url', world.notify_url(),
                '--key-version', 'v-short', '--key-file', bad, want=6)
    world.error('--passphrase-file', wrong, 'key', 'list', want=4)
    other = put(world, 'other', OTHER)
    world.run('keystore', 'backup', world.path('out.backup'))
    world.run('keystore', 'export', world.path('out.export'), '--new-passphrase-file', other)
    world.run('keystore', 'export', world.path('out.app'), '--app-key',
              world.profile['app_id'], '--confirm', world.profile['app_id'],
              '--new-passphrase-file', other)
    world.error('keystore', 'import', world.path('out.export'), '--from-passphrase-file', wrong,
                want=4)
    world.run('keystore', 'import', world.path('out.export'), '--from-passphrase-file', other)


def look_at_everything(world, sub):
    for words in ('status', 'key list', 'sub list', 'sub show %s --raw' % sub, 'log list',
                  'log list -o wide', 'log show 1', 'keystore status', 'keystore slot list',
                  'keystore audit', 'keystore audit -o wide', 'keystore audit verify',
                  'profile list', 'config list', 'sandbox status', 'commands --json'):
        world.run('-v', *words.split())
        if '-o' not in words and '--' not in words:
            world.run('-v', *words.split(), '-o', 'json')
    world.run('sub', 'diff', put(world, 'subs', world.run('sub', 'export')[0]))
    for words in ('keystore doctor', 'key doctor', 'doctor', 'sub lint --as prod',
                  'profile lint --as prod'):
        world.run('-v', *words.split(), want=None)


def kill_with_abort(world):
    """A crash of the listener leaves no core file, even where they are wanted."""
    p = world.listener
    os.kill(p.pid, signal.SIGABRT)
    _, status = os.waitpid(p.pid, 0)
    p.returncode = -signal.SIGABRT
    expect(os.WIFSIGNALED(status) and not os.WCOREDUMP(status), 'a core dump: %x' % status)


# Files in which a secret may stand: those that we wrote it to ourselves, and the
# key files of slots. The private key of the sandbox's certificate is no secret of
# the keystore; what it knows as the platform it keeps in memory.
GIVEN = {'pass', 'key', 'bad.key', 'wrong', 'other', 'listener.key', 'full.key'}


def search_files(world, search):
    found, count = [], 0
    for top, _, names in os.walk(world.dir):
        for name in names:
            path = os.path.join(top, name)
            if (top == world.dir and name in GIVEN) or not os.path.isfile(path):
                continue
            with open(path, 'rb') as f:
                found += search.look(f.read(), os.path.relpath(path, world.dir))
            count += 1
    return found, count


def story(world):
    # As inviting as possible: it is for the program to forbid them.
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
    except (ValueError, OSError):
        pass    # the hard limit is lower already
    search, key = Search(), os.urandom(64)
    search.plant('planted HMAC key', key)
    for name, phrase in (('passphrase', PASSPHRASE), ('new passphrase', NEW),
                         ('passphrase of the export', OTHER), ('wrong passphrase', WRONG)):
        search.plant(name, phrase.encode(), text=True)
    control(search, key)
    sub = make_world(world, key)
    do_everything(world, sub, key)
    plant_the_rest(world, search)
    found, locked = inspect_process(search, world.listener.pid, 'the listener')
    more, _ = use_console(world, search, PASSPHRASE)
    found += more
    change_passphrase(world)
    body = notification(sub, str(uuid.uuid4()))
    expect(world.post(sign(key, sub, 'v-planted', body), body) == 200, 'after passwd')
    look_at_everything(world, sub)
    if not locked:
        expect('not locked' in world.run('status')[0], 'memory is not locked, and nobody says so')
    kill_with_abort(world)
    world.end_children()
    files, count = search_files(world, search)
    found += files
    for where, data in world.said:
        found += search.look(data, 'what was said by: ' + where)
    expect(not found, 'secrets where none may be:\n  ' + '\n  '.join(sorted(set(found))))
    kinds = {os.path.basename(p) for p in world.must_be_there}
    print('%d forms of %d secrets; %d files and %d streams, %d bytes; %d KiB locked; %s'
          % (len(search.needles), len(search.names), count,
             len(world.said), search.bytes, locked, ', '.join(sorted(kinds))))
    # A search in an empty place finds nothing, too; and here it must find.
    for name in ('key', 'pass'):
        with open(world.path(name), 'rb') as f:
            expect(search.look(f.read(), name), 'the search does not see %s' % name)
    expect(count >= 10 and len(world.said) > 40, 'there was too little to search in')


def main():
    world = Watched(sys.argv[1])
    try:
        story(world)
        return 0
    except Failed as e:
        print('FAILED: %s' % e, file=sys.stderr)
        return 1
    finally:
        world.close()


if __name__ == '__main__':
    sys.exit(main())
