#!/usr/bin/env python3
"""listen_disk.py - real disks that fail under a running listener: one that is
full (tmpfs, ext4), a file system that its kernel makes read-only, a journal
taken away. What cannot be stored gets 503 and never 200, one sentence says why,
and when there is room again all is well by itself: the same process, and each
200 has its row.

usage: listen_disk.py HVCONSOLE

Mounts in a mount namespace of its own; skips aloud where that is not allowed.
"""
import errno
import hashlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import threading
import uuid

from wire import Sub, tls_context, wait_until
from world import Failed, expect, tell

SIZE_MB = 16
BATCH = 8    # connections that send at the same time


class Disk:
    """A file system of a few megabytes at the world's store."""

    def __init__(self, world, kind):
        self.kind = kind
        self.store = world.store
        self.image = world.path('image')
        os.makedirs(self.store, 0o700, exist_ok=True)
        if kind == 'ext4':
            with open(self.image, 'wb') as f:
                f.truncate(SIZE_MB << 20)
            self.tool('mkfs.ext4', '-q', '-m', '0', self.image)
        self.mount()

    @staticmethod
    def tool(*args):
        path = shutil.which(args[0]) or shutil.which(args[0], path='/usr/sbin:/sbin')
        if not path:
            raise OSError(errno.ENOENT, 'there is no %s' % args[0])
        p = subprocess.run([path, *args[1:]], capture_output=True, text=True)
        if p.returncode:
            raise OSError(errno.EPERM, '%s: %s' % (' '.join(args), p.stderr.strip()))

    def mount(self):
        if self.kind == 'ext4':
            self.tool('mount', '-o', 'loop', self.image, self.store)
        else:
            self.tool('mount', '-t', 'tmpfs', '-o', 'size=%dm' % SIZE_MB, 'none', self.store)
        os.chmod(self.store, 0o700)

    def leave(self):
        self.tool('umount', '-l', self.store)

    def repair(self):
        """Its image on another device: the old one is busy as long as somebody
        has a file of it open."""
        again = self.image + '.again'
        shutil.copy(self.image, again)
        self.image = again
        subprocess.run([shutil.which('e2fsck', path='/usr/sbin:/sbin'), '-fy', again],
                       capture_output=True)

    def fill(self):
        """To the last byte."""
        with open(os.path.join(self.store, 'filler'), 'ab', buffering=0) as f:
            for size in (1 << 20, 4096, 512):
                try:
                    while True:
                        f.write(b'x' * size)
                except OSError as e:
                    expect(e.errno == errno.ENOSPC, str(e))

    def make_room(self):
        os.unlink(os.path.join(self.store, 'filler'))


class Sender:
    """Sends, and remembers what was answered 200."""

    def __init__(self, world, sub):
        self.world = world
        self.sub = sub
        self.stored = set()

    def post(self):
        body = self.sub.body(str(uuid.uuid4()))
        status = self.world.post(self.sub.sign(body), body)
        if status == 200:
            self.stored.add(hashlib.sha256(body).hexdigest())
        return status

    def batch(self):
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.post()))
                   for _ in range(BATCH)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        expect(len(answers) == BATCH, 'only %d were answered' % len(answers))
        return answers

    def until_refused(self):
        """What still finds a place is stored; the first 503 ends it."""
        for _ in range(200):
            answers = self.batch()
            expect(set(answers) <= {200, 503}, str(answers))
            if 503 in answers:
                return
        raise Failed('a disk that takes nothing takes messages')

    def check_rows(self, what):
        out, _ = self.world.run('log', 'list', '--limit', '0', '-o', 'ndjson')
        there = {line.split('"sha256":"')[1][:64] for line in out.splitlines()}
        expect(self.stored <= there, '%s: of %d answered 200, %d have no row'
               % (what, len(self.stored), len(self.stored - there)))


def healthz(world):
    c = http.client.HTTPSConnection('127.0.0.1', world.port, timeout=30, context=tls_context())
    try:
        c.request('GET', '/healthz')
        answer = c.getresponse()
        return answer.status, answer.read().decode().strip()
    finally:
        c.close()


def well_again(world, sender, before, what):
    """By itself: nobody restarts anything."""
    wait_until(lambda: sender.post() == 200, '%s: it does not come back' % what, 60)
    expect(sender.batch() == [200] * BATCH, '%s: not all is taken again' % what)
    wait_until(lambda: healthz(world)[0] == 200, lambda: str(healthz(world)), 60)
    expect(world.listener.poll() is None and world.listener.pid == before,
           '%s: not the same process' % what)
    sender.check_rows(what)
    print('%s: %d answered 200, each has its row' % (what, len(sender.stored)))


def full(world, disk, sender):
    before = world.listener.pid
    expect(sender.batch() == [200] * BATCH, 'it does not begin well')
    disk.fill()
    sender.until_refused()
    for _ in range(3):
        expect(sender.batch() == [503] * BATCH, '%s: a full disk takes messages' % disk.kind)
    status, why = healthz(world)
    expect(status == 503 and 'journal' in why and '\n' not in why, '%d %s' % (status, why))
    print('%s, full: %s' % (disk.kind, why))
    doctor = world.json('doctor', want=3)
    expect([r for r in doctor['items'] if r['check'] == 'disk' and r['state'] == 'error'],
           str(doctor))
    said = world.json('status')['attention']
    expect([a for a in said if 'journal' in a['text']], 'status says %s' % said)
    disk.make_room()
    well_again(world, sender, before, '%s with room again' % disk.kind)


def taken_away(world, sender):
    """Somebody moves the journal: what comes goes to a new one, and never to a
    file without a name."""
    before = world.listener.pid
    place = os.path.join(world.store, 'old')
    os.mkdir(place)
    sender.check_rows('before it is taken away')
    for name in ('journal.db', 'journal.db-wal', 'journal.db-shm'):
        if os.path.exists(os.path.join(world.store, name)):
            os.rename(os.path.join(world.store, name), os.path.join(place, name))
    sender.stored.clear()
    well_again(world, sender, before, 'journal taken away')


def read_only(world, disk, sender):
    """What ext4 does when its device fails: nothing can be written any more.
    It ends when it is told to; repaired, mounted and started anew, all is there.
    (By itself it cannot: its fence knows the old file system, not the new one.)"""
    os.sync()
    disk.tool('mount', '-o', 'remount,abort', world.store)
    sender.until_refused()
    for _ in range(3):
        expect(sender.batch() == [503] * BATCH, 'a read-only file system takes messages')
    print('read-only: %s' % healthz(world)[1])
    world.listener.send_signal(signal.SIGTERM)
    expect(world.listener.wait(60) == 0, 'it does not end on a read-only file system')
    disk.leave()
    disk.repair()
    disk.mount()
    world.listen()
    well_again(world, sender, world.listener.pid, 'repaired and mounted anew')


def on(kind):
    def story(world):
        try:
            disk = Disk(world, kind)
        except OSError as e:
            print('skipped: no %s here: %s' % (kind, e.strerror))
            raise SystemExit(77)
        try:
            world.up()
            sender = Sender(world, Sub(world))
            full(world, disk, sender)
            if kind == 'tmpfs':
                taken_away(world, sender)
            else:
                read_only(world, disk, sender)
        finally:
            for p in world.children:
                p.kill()
                p.wait()
            disk.leave()
    return story


def main(binary):
    if os.environ.get('HV_OWN_MOUNTS') != 'yes':
        # A namespace of its own: whatever happens, this machine keeps its mounts.
        own = ['unshare', '--mount'] + ([] if os.getuid() == 0 else ['--map-root-user'])
        if not shutil.which('unshare') or subprocess.run([*own, 'true'], capture_output=True).returncode:
            print('skipped: no mount namespace of our own is allowed here')
            return 77
        os.environ['HV_OWN_MOUNTS'] = 'yes'
        os.execvp('unshare', [*own, sys.executable, *sys.argv])
    ends = []
    for kind in ('tmpfs', 'ext4'):
        try:
            ends.append(tell(on(kind), binary))
        except SystemExit as e:
            ends.append(e.code)
    return 1 if 1 in ends else 77 if set(ends) == {77} else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
