#!/usr/bin/env python3
"""rotate_commands.py - the key commands as an operator meets them: what is
refused and why, a canary, ^C, pause, resume and abort, retiring, a stranger's
key at the platform, and what `key doctor` finds.

usage: rotate_commands.py HVCONSOLE
"""
import base64
import os
import shutil
import signal
import subprocess
import sys
import uuid

from rotate_world import ACTIVE, Keys, agree
from world import expect, notification, sign, tell

SUBS = 4


class Operator:
    def __init__(self, world):
        self.world = world
        world.up(listen=False)
        self.slot = world.path('ops.key')
        world.run('keystore', 'slot', 'add', '--key-out', self.slot, '--label', 'ops')
        self.subs = sorted(
            self.json('sub', 'create', '--type', 'weight', '--url',
                      'https://localhost:8443/hv/notify/%d' % i)['id'] for i in range(SUBS))
        self.keys = Keys(world)

    def json(self, *args, want=0):
        return self.world.json('--slot-key', self.slot, *args, want=want)

    def error(self, *args, want):
        return self.world.error('--slot-key', self.slot, *args, want=want)

    def store(self):
        with open(self.keys.path, 'rb') as f:
            return f.read()

    def key(self, sub, version):
        return next(k for k in self.keys.of(sub) if k['version'] == version)

    def active(self, sub):
        return next(k for k in self.keys.of(sub) if k['state'] == ACTIVE)['version']

    def post(self, sub, version, key):
        body = notification(sub, str(uuid.uuid4()))
        return self.world.post(sign(key, sub, version, body), body)

    def start(self, *args):
        return subprocess.Popen([self.world.binary, '-v', '--slot-key', self.slot, *args],
                                env=self.world.environ, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def wait_line(p, *words):
    for line in p.stderr:
        if all(w in line for w in words):
            return
    expect(False, 'no line with %s came' % ', '.join(words))


def states(job):
    return [i['state'] for i in job['items']]


def check_nothing_written(op):
    before = op.store()
    got = op.error('key', 'rotate', '--all', '--yes', want=12)
    expect('listener' in got['message'] and got['hint'], got)
    op.world.listen()
    got = op.json('key', 'rotate', '--all', '--canary', '2', '--dry-run')
    expect(got['dry_run'] and got['state'] == 'planned' and got['impact']['subs'] == SUBS, got)
    expect([i.get('canary', False) for i in got['items']] == [True, True, False, False], got)
    op.error('key', 'rotate', '--all', want=12)              # nobody to ask
    op.error('key', 'rotate', want=2)
    op.error('key', 'rotate', '--all', '--canary', str(26), '--yes', want=2)
    op.error('key', 'rotate', '--all', '--pace', 'soon', '--yes', want=2)
    op.error('--read-only', 'key', 'rotate', '--all', '--yes', want=12)
    op.error('key', 'rotate', 'deadbeef', '--yes', want=5)
    op.error('key', 'resume', want=5)
    op.error('key', 'pause', want=5)
    op.error('key', 'abort', '--yes', want=5)
    expect(op.store() == before, 'a refusal or a dry run wrote the keystore')
    expect(op.json('key', 'jobs')['items'] == [], 'a refusal left a job')


def check_canary(op):
    for sub in op.subs:
        op.world.run('--slot-key', op.slot, 'sub', 'edit', sub, '--url',
                     op.world.notify_url('/hv/notify/' + sub[:4]))
    got = op.json('key', 'rotate', '--all', '--canary', '2', '--timeout', '1s', '--yes', want=8)
    expect(got['state'] == 'paused' and 'canary' in got['reason'], got)
    expect(states(got) == ['done', 'done', 'waiting', 'waiting'], got)
    op.world.json('sandbox', 'emit', '--type', 'weight', '--wait')
    got = op.json('key', 'resume')
    expect(got['state'] == 'done' and states(got) == ['done'] * SUBS, got)
    expect([i['proven'] for i in got['items'][:2]] == [True, True], got)
    for item in got['items']:
        expect(agree(op.world, op.slot, op.keys, item['sub'], 'canary') == item['new'], item)


def check_stops(op):
    """^C, a second console, a pause from there, and giving up."""
    p = op.start('key', 'rotate', '--all', '--pace', '1h', '--yes')
    wait_line(p, '1 of %d' % SUBS, 'done')
    expect(op.json('key', 'jobs')['items'][0]['state'] == 'running', 'it is not shown running')
    op.error('key', 'rotate', '--all', '--yes', want=6)
    op.error('key', 'resume', want=6)
    op.error('key', 'abort', '--yes', want=6)
    p.send_signal(signal.SIGINT)
    _, err = p.communicate(timeout=60)
    expect(p.returncode == 8 and 'stops after the step' in err and 'key resume' in err,
           '^C: %d %s' % (p.returncode, err))
    op.error('key', 'rotate', '--all', '--yes', want=6)      # that one is open
    p = op.start('key', 'resume')
    wait_line(p, '2 of %d' % SUBS, 'done')
    got = op.json('key', 'pause')
    p.communicate(timeout=60)
    expect(got['state'] == 'paused' and p.returncode == 8, 'pause: %d %s' % (p.returncode, got))
    expect(states(got) == ['done', 'done', 'waiting', 'waiting'], got)
    got = op.json('key', 'abort', '--yes')
    expect(got['state'] == 'aborted', got)
    expect(states(got) == ['done', 'done', 'dropped', 'dropped'], got)
    op.error('key', 'abort', '--yes', want=5)


def check_retire(op):
    sub = op.subs[0]
    active = op.active(sub)
    old = max((k for k in op.keys.of(sub) if k['version'] != active), key=lambda k: k['times'][0])
    version, key = old['version'], old['key']
    expect(op.post(sub, version, key) == 200, 'an accepted key is refused')
    row = next(k for k in op.json('key', 'drain', sub)['items'] if k['version'] == version)
    expect(row['drain'] == 'draining' and not row['safe'] and row['uses'] >= 1, row)
    checks = {c['rule']: c['state'] for c in row['checks']}
    expect(checks['grace'] == 'not-ok' and checks['shown'] == 'not-asked', checks)
    got = op.error('key', 'retire', sub, version, '--yes', want=6)
    expect('too early' in got['message'] and '--force' in got['hint'], got)
    got = op.error('key', 'retire', sub, active, '--force', '--yes', want=6)
    expect('active' in got['message'], got)
    op.error('key', 'retire', sub, version, '--force', want=12)
    op.error('key', 'retire', sub, 'never-was', '--force', '--yes', want=5)
    expect(op.post(sub, version, key) == 200, 'a refusal retired it')
    got = op.json('key', 'retire', sub, version, '--force', '--yes')
    expect(got['state'] == 'retired', got)
    expect(op.post(sub, version, key) == 401, 'a retired key verifies')
    expect(op.key(sub, version)['key'] == bytes(64), 'its bytes are still there')
    op.error('key', 'retire', sub, version, '--force', '--yes', want=6)


def check_doctor(op):
    expect(op.json('key', 'doctor')['items'] == [], 'findings in a sound keystore')
    path = op.world.path('theirs.key')
    with open(path, 'wb') as f:
        f.write(base64.b64encode(os.urandom(64)) + b'\n')
    os.chmod(path, 0o600)
    for sub in op.subs[2:4]:
        got = op.json('key', 'import', sub, 'theirs-1', '--key-file', path)
        expect(got['state'] == 'accepted' and got['origin'] == 'imported', got)
    found = op.json('key', 'doctor', want=3)['items']
    expect([f['trouble'] for f in found] == ['reused'], found)
    op.json('key', 'retire', op.subs[3], 'theirs-1', '--force', '--yes')
    expect(op.json('key', 'doctor')['items'] == [], 'the reuse was ended')


def check_stranger(op):
    """Another console with a copy of the keystore gives a subscription a key of
    its own; both number their versions alike."""
    sub, there = op.subs[1], op.world.path('there')
    os.mkdir(there, 0o700)
    shutil.copy(op.keys.path, os.path.join(there, 'copy.hvks'))
    theirs = op.world.json('--slot-key', op.slot, '--keystore', os.path.join(there, 'copy.hvks'),
                           '--store', there, 'key', 'rotate', sub, '--without-listener',
                           '--yes')['items'][0]['new']
    found = op.json('key', 'doctor', want=3)['items']
    expect([(f['trouble'], f['sub'], f['version']) for f in found]
           == [('unknown-version', sub, theirs)], found)
    before = op.store()
    got = op.error('key', 'rotate', sub, '--yes', want=8)
    expect('CRITICAL' in got['message'] and 'compromised' in got['hint'], got)
    expect(op.store() == before, 'it was written all the same')
    old = op.active(sub)
    got = op.json('key', 'rotate', sub, '--compromised', '--yes')
    expect(got['items'][0]['new'] != theirs, 'announced over theirs under the same version id')
    agree(op.world, op.slot, op.keys, sub, 'taken back')
    expect(op.key(sub, old)['key'] == bytes(64), 'the compromised key was not wiped')
    expect(op.json('key', 'doctor')['items'] == [], 'taken back')


def story(world):
    op = Operator(world)
    for check in (check_nothing_written, check_canary, check_stops, check_retire, check_doctor,
                  check_stranger):
        check(op)
        print('%s: ok' % check.__name__[6:].replace('_', ' '))


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
