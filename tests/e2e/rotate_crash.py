#!/usr/bin/env python3
"""rotate_crash.py - kill -9 at the system calls of a rotation, of creating and
of importing, with a real listener and sandbox. After each: `key resume` (or the
same command again) ends with platform, keystore and listener agreeing, no
version id is used twice, and no genuine notification is refused at any time.

usage: rotate_crash.py HVCONSOLE        HV_TEST_LONG=true tries every point
"""
import base64
import collections
import concurrent.futures
import os
import signal
import subprocess
import sys
import time

from rotate_world import (ACCEPTED, ACTIVE, DRAFT, LIVE, LONG, Keys, Killer, Names, Stream, agree,
                          can_trace, refusals, thin)
from world import World, expect, tell

SKIP = 77
PER_SUB = 5           # eight keys may verify; one more each time
FEW = (12, 6, 4)      # points of a short run: rotate, create, import
SOON = 2              # seconds; what takes longer waits for the platform
SHARES = 6 if LONG else 1   # worlds among which all points are dealt: they wait mostly
# What a kill leaves in the keystore; a run has to meet each of them.
LEFT = {'rotate': ('untouched', 'prepared', 'submitted', 'rotated'),
        'create': ('nothing', 'a draft', 'the subscription'),
        'import': ('nothing', 'the key')}


class Story:
    def __init__(self, world, share):
        self.world, self.share = world, share
        world.up()
        self.slot = world.path('ops.key')
        world.run('keystore', 'slot', 'add', '--key-out', self.slot, '--label', 'ops')
        self.keys = Keys(world)
        self.killer = Killer(world, self.slot)
        self.names = Names()
        self.left = {what: collections.Counter() for what in LEFT}
        self.tried = {}
        self.versions = set()
        self.paths = 0
        self.slow = 0

    def json(self, *args, want=0):
        return self.world.json('--slot-key', self.slot, *args, want=want)

    def url(self):
        self.paths += 1
        return self.world.notify_url('/hv/notify/%d' % self.paths)

    def new_sub(self):
        return self.json('sub', 'create', '--type', 'weight', '--url', self.url())['id']

    def emit(self, when):
        """The platform itself, with the key it has now."""
        got = self.world.json('sandbox', 'emit', '--type', 'weight', '--wait', '--timeout', '20s')
        expect(got['delivered'] == got['queued'] > 0, '%s: %s' % (when, got))

    def choose(self, points, few):
        return points[self.share::SHARES] if LONG else thin(points, few)

    def tell(self, what, killed, points, of):
        self.tried[what] = (killed, points, of)

    # ---- rotate ----

    def resume(self, when):
        """`key resume`; whether it is waiting for the platform is seen from its
        taking long: in a short run that one is stopped and aborted instead."""
        p = subprocess.Popen([self.world.binary, '--slot-key', self.slot, 'key', 'resume'],
                             env=self.world.environ, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        began = time.monotonic()
        try:
            _, err = p.communicate(timeout=150 if LONG else SOON)
            self.slow += time.monotonic() - began > 10
        except subprocess.TimeoutExpired:
            p.send_signal(signal.SIGINT)
            _, err = p.communicate(timeout=60)
            if p.returncode == 0:
                return 0
            expect(not LONG, '%s: resume takes for ever' % when)
            expect(p.returncode == 8, '%s: stopped with %d %s' % (when, p.returncode, err))
            self.slow += 1
            self.json('key', 'abort', '--yes')
            return 5
        expect(p.returncode in (0, 5), '%s: resume %d %s' % (when, p.returncode, err))
        return p.returncode

    def active(self, sub):
        return next(k['version'] for k in self.keys.of(sub) if k['state'] == ACTIVE)

    def left_by_rotate(self, sub, before):
        if self.active(sub) != before:
            return 'rotated'
        intent = next(s['intent'] for s in self.keys.subs if s['sub'] == sub)
        return LEFT['rotate'][intent]

    def rotate(self):
        sub = self.new_sub()
        points = self.killer.points('key', 'rotate', sub, '--yes')
        chosen, killed = self.choose(points, FEW[0]), 0
        for i, point in enumerate(chosen):
            when = 'rotate, killed at %s %d' % point
            if i % PER_SUB == 0:
                self.world.run('--slot-key', self.slot, 'sub', 'delete', sub, '--yes')
                sub = self.new_sub()
            before = self.active(sub)
            killed += self.killer.kill(point, 'key', 'rotate', sub, '--yes')
            self.left['rotate'][self.left_by_rotate(sub, before)] += 1
            self.emit(when)
            if self.resume(when) == 5:
                if self.active(sub) == before:
                    self.json('key', 'rotate', sub, '--yes')
            after = agree(self.world, self.slot, self.keys, sub, 'after ' + when)
            expect(after != before, '%s: it was never rotated' % when)
            self.names.check(self.keys, when)
            self.versions.add(after)
        self.emit('after all rotations')
        self.world.run('--slot-key', self.slot, 'sub', 'delete', sub, '--yes')
        self.tell('rotate', killed, len(chosen), len(points))

    # ---- create ----

    def listed(self, url):
        return [s for s in self.json('sub', 'list')['items'] if s['url'] == url]

    def create(self):
        def command(url):
            return ['sub', 'create', '--type', 'weight', '--url', url]

        url = self.url()
        points = self.killer.points(*command(url))
        self.world.run('--slot-key', self.slot, 'sub', 'delete', self.listed(url)[0]['id'],
                       '--yes')
        chosen, killed = self.choose(points, FEW[1]), 0
        for point in chosen:
            when = 'create, killed at %s %d' % point
            url = self.url()
            self.keys.read()
            known = {s['sub'] for s in self.keys.subs}
            killed += self.killer.kill(point, *command(url))
            self.keys.read()
            new = [s['status'] for s in self.keys.subs if s['sub'] not in known]
            is_draft = new == [DRAFT]
            self.left['create'][LEFT['create'][2 * (new == [LIVE]) or is_draft]] += 1
            # Looking at the list takes over what the platform made.
            if not self.listed(url):
                self.slow += is_draft   # it is looked for a minute long
                if is_draft and not LONG:
                    continue
                self.json(*command(url))
            made = self.listed(url)
            expect(len(made) == 1, '%s: %d were made' % (when, len(made)))
            agree(self.world, self.slot, self.keys, made[0]['id'], when)
            self.names.check(self.keys, when)
            self.emit('after ' + when)
            self.versions.add(made[0]['key_version'])
            self.world.run('--slot-key', self.slot, 'sub', 'delete', made[0]['id'], '--yes')
        self.tell('create', killed, len(chosen), len(points))

    # ---- import ----

    def import_(self):
        def command(sub, n):
            path = self.world.path('import.%d' % n)
            if not os.path.exists(path):
                with open(path, 'wb') as f:
                    f.write(base64.b64encode(os.urandom(64)) + b'\n')
                os.chmod(path, 0o600)
            return ['key', 'import', sub, 'theirs-%d' % n, '--key-file', path]

        sub = self.new_sub()
        points = self.killer.points(*command(sub, 0))
        chosen, killed = self.choose(points, FEW[2]), 0
        for n, point in enumerate(chosen, 1):
            when = 'import, killed at %s %d' % point
            if n % PER_SUB == 0:
                self.world.run('--slot-key', self.slot, 'sub', 'delete', sub, '--yes')
                sub = self.new_sub()
            killed += self.killer.kill(point, *command(sub, n))
            is_here = any(k['version'] == 'theirs-%d' % n for k in self.keys.of(sub))
            self.left['import'][LEFT['import'][is_here]] += 1
            got = self.json(*command(sub, n))
            expect(got['state'] == 'accepted', '%s: %s' % (when, got))
            mine = [k for k in self.keys.of(sub) if k['version'] == 'theirs-%d' % n]
            expect(len(mine) == 1 and mine[0]['state'] == ACCEPTED, '%s: %s' % (when, mine))
            agree(self.world, self.slot, self.keys, sub, when)
            self.names.check(self.keys, when)
        self.world.run('--slot-key', self.slot, 'sub', 'delete', sub, '--yes')
        self.tell('import', killed, len(chosen), len(points))


def play(world, share):
    """One share of all points, in a world of its own."""
    s = Story(world, share)
    stream = Stream(world, s.keys)
    try:
        s.rotate()
        s.create()
        s.import_()
        stream.wait_laps()
    finally:
        stream.over.set()
    s.sent = stream.stop()
    s.rows, s.refused = refusals(world)
    return s


def story(world):
    worlds = [world] + [World(world.binary) for _ in range(SHARES - 1)]
    try:
        with concurrent.futures.ThreadPoolExecutor(SHARES) as pool:
            shares = list(pool.map(play, worlds, range(SHARES)))
    finally:
        for other in worlds[1:]:
            other.close()
    for what, states in LEFT.items():
        killed, tried = (sum(s.tried[what][i] for s in shares) for i in (0, 1))
        left = sum((s.left[what] for s in shares), collections.Counter())
        print('%s: %d points tried of %d that a whole run passes, %d killed; it left %s'
              % (what, tried, shares[0].tried[what][2], killed,
                 ', '.join('%s %d' % (w, left[w]) for w in states)))
        expect(killed >= tried - 2 * SHARES, '%s: only %d of %d were killed'
               % (what, killed, tried))
        expect(all(left[w] for w in states), '%s: a step was never met' % what)
    print('%d waited for the platform%s' % (sum(s.slow for s in shares),
                                            '' if LONG else ', and were not waited for'))
    sent = sum((s.sent for s in shares), collections.Counter())
    rows, refused = (sum((getattr(s, of) for s in shares), []) for of in ('rows', 'refused'))
    print('%d notifications sent (%s), %d rows in the log, %d refused'
          % (sum(sent.values()), ', '.join('%s %d' % c for c in sorted(sent.items())),
             len(rows), len(refused)))
    expect(not refused, 'refused: %s' % refused[:2])
    fresh = {r['version'] for r in rows if r['verdict'] == 'verified'}
    versions = set().union(*(s.versions for s in shares))
    expect(versions <= fresh, 'never seen under: %s' % (versions - fresh))
    expect(sent['accepted'] and sent['active'], 'too little load to prove anything')


if __name__ == '__main__':
    if not can_trace():
        print('skipped: strace cannot trace here')
        sys.exit(SKIP)
    sys.exit(tell(story, sys.argv[1]))
