#!/usr/bin/env python3
"""keystore_copies.py - the way back to a backup, and what the platform says to
it; modes that let others in; dry runs; what may not be overwritten; a log that
was cut, and one that cannot be written.

usage: keystore_copies.py HVCONSOLE
"""
import os
import stat
import sys

import hvks1
from world import expect, tell


def store_of(world):
    return os.path.join(world.dir, 'data', 'hvconsole', 'keystore.hvks')


def get(path):
    with open(path, 'rb') as f:
        return f.read()


def state_of(world):
    """Every file of ours and what is in it: dry runs leave all that. What
    running processes say of themselves (run/) changes by itself."""
    found = {}
    for top, _, names in os.walk(world.dir):
        if os.path.basename(top) == 'run':
            continue
        for name in names:
            path = os.path.join(top, name)
            if os.path.isfile(path) and not name.endswith('.lock'):
                found[path] = get(path)
    return found


def dry_runs(world):
    copy, new = world.path('copy'), world.path('new')
    with open(new, 'w', encoding='utf-8') as f:
        f.write('some other passphrase\n')
    world.run('keystore', 'backup', copy)
    before = state_of(world)
    for words in (('init', '--keystore', world.path('x')), ('passwd',), ('slot', 'remove', 'first'),
                  ('slot', 'add', '--key-out', world.path('k')), ('slot', 'add'),
                  ('backup', world.path('y')), ('restore', copy), ('export', world.path('z')),
                  ('import', copy, '--from-passphrase-file', world.passfile)):
        out = world.json('keystore', *words, '--dry-run')
        expect(out['dry_run'] is True, '%r: %r' % (words, out))
    out = world.json('config', 'set', 'require-mlock', 'yes', '--dry-run')
    expect(out['dry_run'] is True and out['value'] == 'yes', repr(out))
    changed = {p for p, data in state_of(world).items() if before.get(p) != data}
    expect(not changed and len(state_of(world)) == len(before), 'a dry run wrote %r' % changed)


def nothing_is_overwritten(world):
    for words in (('backup',), ('export', '--new-passphrase-file', world.path('new'))):
        path = world.path('taken')
        with open(path, 'w', encoding='utf-8') as f:
            f.write('mine')
        e = world.error('keystore', words[0], path, *words[1:], want=6)
        expect('exists' in e['message'] and get(path) == b'mine', repr(e))
        e = world.error('keystore', words[0], '/dev/tty', *words[1:], want=6)
        os.remove(path)
    e = world.error('keystore', 'slot', 'add', '--key-out', world.path('new'), want=6)
    out = world.path('fresh')
    world.run('keystore', 'backup', out)
    expect(stat.S_IMODE(os.stat(out).st_mode) == 0o600, 'a backup that others may read')
    for words in (('passwd',), ('restore', out), ('slot', 'remove', 'first')):
        e = world.error('keystore', *words, want=12)
        expect('confirmation' in e['message'], repr(e))


def modes(world):
    """Refused, with the command that mends it; and that command mends it."""
    store = store_of(world)
    for mode in (0o644, 0o660, 0o604):
        os.chmod(store, mode)
        e = world.error('key', 'list', want=12)
        expect(e['hint'].startswith("chmod 600 '%s'" % store), repr(e))
    expect(os.system(e['hint']) == 0, 'the hint does not run')
    world.run('key', 'list')
    os.chmod(store, 0o640)
    group = os.stat(store).st_gid
    e = world.error('key', 'list', want=12)
    expect('config set keystore-group %d' % group in e['hint'], repr(e))
    world.run('config', 'set', 'keystore-group', str(group))
    world.run('key', 'list')
    world.run('config', 'set', 'keystore-group', '')
    os.chmod(store, 0o600)
    os.chmod(os.path.dirname(store), 0o770)
    e = world.error('key', 'list', want=12)
    expect(e['hint'].startswith('chmod go-w'), repr(e))
    expect(os.system(e['hint']) == 0, 'the hint does not run')
    world.run('key', 'list')


def confirmed(world):
    full = world.path('full.key')
    content, _ = hvks1.open_store(get(store_of(world)), key_file=hvks1.read_key_file(full))
    return {s['sub']: s['confirmed'] for s in
            (hvks1.parse_sub(r[2]) for r in content.v if r[0] == 0x0101)}, content.generation


def restore(world):
    """With the platform there it is asked at once; without it nobody forgets."""
    world.run('keystore', 'slot', 'add', '--key-out', world.path('full.key'))
    first = world.json('sub', 'create', '--type', 'weight', '--url', world.notify_url())
    backup = world.path('day.backup')
    world.run('keystore', 'backup', backup)
    second = world.json('sub', 'create', '--type', 'height', '--url', world.notify_url())
    _, high = confirmed(world)
    out, err = world.run('keystore', 'restore', backup, '--yes')
    expect(second['key_version'] in err and 'CRITICAL' in err.upper(),
           'a key that is in no keystore any more is not told of: %r' % err)
    dates, generation = confirmed(world)
    expect(generation > high, 'the generation went back: %d after %d' % (generation, high))
    expect(set(dates) == {first['id']} and dates[first['id']] > 0, 'not reconciled: %r' % dates)
    expect(world.json('keystore', 'status')['unconfirmed'] == 0, 'unconfirmed')
    # The same, and nobody there to ask.
    world.run('sandbox', 'down')
    _, err = world.run('keystore', 'restore', backup, '--yes', '--timeout', '5s')
    expect('not confirmed' in err and 'sub list' in err, 'not told: %r' % err)
    dates, _ = confirmed(world)
    expect(dates == {first['id']: 0}, 'confirmed by whom? %r' % dates)
    status = world.json('status')
    expect(any('not confirmed' in a['text'] for a in status['attention']), repr(status))
    expect(world.json('keystore', 'doctor', want=3), 'doctor')
    audit = world.json('keystore', 'audit')['items']
    verbs = [line['verb'] for line in audit]
    expect(verbs.count('keystore restore') >= 4, 'verbs: %r' % verbs)


def cut(world):
    log = os.path.join(world.store, 'audit-console.ndjson')
    whole = get(log)
    lines = whole.splitlines(True)
    with open(log, 'wb') as f:
        f.write(b''.join(lines[:-4]))
    for words, code in ((('keystore', 'doctor'), 3), (('status',), 0),
                        (('keystore', 'audit', 'verify'), 13), (('keystore', 'status'), 0)):
        out, err = world.run(*words, '-o', 'json', want=code)
        expect('CRITICAL' in out + err and 'cut' in out, '%r: %r' % (words, out))
    bad = b''.join(lines[:2]) + lines[2].replace(b'root', b'toor', 1).replace(
        b'"uid":', b'"uid":1') + b''.join(lines[3:])
    with open(log, 'wb') as f:
        f.write(bad)
    e = world.error('keystore', 'audit', 'verify', want=13)
    expect('line 3 ' in e['message'], 'the first bad line: %r' % e)
    with open(log, 'wb') as f:
        f.write(whole)
    world.run('keystore', 'audit', 'verify')
    os.chmod(log, 0o666)
    e = world.error('keystore', 'slot', 'add', '--key-out', world.path('never'), want=12)
    expect('nothing was changed' in e['message'] and e['hint'] == "chmod 600 '%s'" % log
           and not os.path.exists(world.path('never')), repr(e))
    world.run('key', 'list')
    expect(os.system(e['hint']) == 0, 'the hint does not run')
    world.run('keystore', 'slot', 'add', '--key-out', world.path('at-last'))


def story(world):
    world.up()
    dry_runs(world)
    nothing_is_overwritten(world)
    modes(world)
    restore(world)
    cut(world)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
