#!/usr/bin/env python3
"""keystore_passwd.py - after a new passphrase the old one opens nothing, neither
the keystore nor a backup beside it; a listener that was started with its key
file goes on without anybody's help, and sees new keys.

usage: keystore_passwd.py HVCONSOLE
"""
import glob
import os
import shutil
import sys
import uuid

from world import PASSPHRASE, base64, expect, notification, sign, tell

NEW = 'another horse, another staple'


def secret_file(world, name, text):
    path = world.path(name)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text + '\n')
    os.chmod(path, 0o600)
    return path


def post(world, sub, version, key):
    body = notification(sub, str(uuid.uuid4()))
    return world.post(sign(key, sub, version, body), body)


def listener_of(world):
    return world.json('status')['listener']


def old_is_useless(world, store, outside):
    """The old passphrase, at the keystore and at every copy that is left."""
    old = secret_file(world, 'old', PASSPHRASE)
    e = world.error('--passphrase-file', old, 'key', 'list', want=4)
    expect('wrong passphrase' in e['message'], repr(e))
    for copy in glob.glob(store + '.*'):
        if copy.endswith('.lock'):
            continue
        world.error('--keystore', copy, '--passphrase-file', old, 'key', 'list', want=4)
    # A copy taken elsewhere opens with what was good then, but does not come back.
    e = world.error('--passphrase-file', old, 'keystore', 'restore', outside, '--yes', want=12)
    expect('shut out' in e['message'], repr(e))
    # Put there by hand, it is older than what this host has seen.
    keep = world.path('keep')
    shutil.copy2(store, keep)
    shutil.copy2(outside, store)
    e = world.error('--passphrase-file', old, 'key', 'list', want=13)
    expect('older than what this host has seen' in e['message'], repr(e))
    os.rename(keep, store)


def replace(store, data):
    """As a save does it: another file under the same name."""
    with open(store + '.new', 'wb') as f:
        f.write(data)
    os.chmod(store + '.new', 0o600)
    os.rename(store + '.new', store)


def bad_files(world, store, sub, key):
    """Whatever stands there, the listener keeps the last good keys, and tells."""
    with open(store, 'rb') as f:
        good = f.read()
    with open(max(glob.glob(store + '.bak-*'), key=os.path.getmtime), 'rb') as f:
        older = f.read()
    flipped = bytearray(good)
    flipped[500] ^= 1
    for data, words in ((bytes(flipped), 'checksum'), (b'garbage', 'not a keystore'),
                        (good[:5000], 'ends too early'), (older, 'older')):
        replace(store, data)
        expect(post(world, sub, 'v-one', key) == 200, 'the last good keys were dropped: ' + words)
        health = listener_of(world)['health']
        expect(health.startswith('degraded') and words in health, 'health: %r' % health)
    replace(store, good)
    expect(post(world, sub, 'v-one', key) == 200 and listener_of(world)['health'] == 'ok',
           'not well again')
    notes = [(a['outcome'], a['note']) for a in world.json(
        'keystore', 'audit', '--program', 'listener')['items'] if a['verb'] == 'listener keys']
    expect(len([n for n in notes if n[0] == 'refused']) == 4, 'the audit: %r' % notes)


def story(world):
    world.up(listen=False)
    store = os.path.join(world.dir, 'data', 'hvconsole', 'keystore.hvks')
    credential = world.path('listener.key')
    world.run('keystore', 'slot', 'add', '--verify', '--key-out', credential)
    # From here on the listener has its key file, and no passphrase anywhere near.
    operator = dict(world.environ)
    del world.environ['HVCONSOLE_PASSPHRASE_FILE']
    world.listen('--slot-key', credential)
    world.environ = operator
    key = os.urandom(64)
    key_file = secret_file(world, 'key', base64.b64encode(key).decode())
    sub = world.json('sub', 'create', '--type', 'weight', '--url', world.notify_url(),
                     '--key-version', 'v-one', '--key-file', key_file)['id']
    expect(post(world, sub, 'v-one', key) == 200, 'before: not accepted')
    bad_files(world, store, sub, key)
    outside = world.path('outside.hvks')
    world.run('keystore', 'backup', outside)
    before = world.json('keystore', 'status')
    expect(before['backups'] > 0, 'no backups to remove')
    world.error('keystore', 'passwd', '--new-passphrase-file', credential, want=12)
    new = secret_file(world, 'new', NEW)
    report = world.json('keystore', 'passwd', '--new-passphrase-file', new, '--keep', credential,
                        '--yes')
    expect(len(report['backups_removed']) == before['backups'], 'removed: %r' % report)
    expect(report['seen']['hmac_keys'] == 1 and report['seen']['app_keys'] == 1
           and report['seen_keys'][0]['version'] == 'v-one', 'what was seen: %r' % report)
    expect([s['label'] for s in report['slots']] == ['first', 'listener'], repr(report['slots']))
    expect(post(world, sub, 'v-one', key) == 200, 'after passwd: not accepted')
    expect(world.listener.poll() is None, 'the listener ended')
    listener = listener_of(world)
    expect(listener['generation'] == report['generation'] and listener['health'] == 'ok',
           'the listener did not follow: %r' % listener)
    old_is_useless(world, store, outside)
    # The new passphrase opens it, and what it makes reaches the same listener.
    with open(world.passfile, 'w', encoding='utf-8') as f:
        f.write(NEW + '\n')
    rotation = world.json('key', 'rotate', sub, '--yes')
    expect(rotation['state'] == 'done', 'rotation: %r' % rotation)
    expect(post(world, sub, 'v-one', key) == 200, 'the accepted key was refused')
    emitted = world.json('sandbox', 'emit', '--type', 'weight', '--wait')
    expect(emitted['delivered'] >= 1, 'the new key was not delivered: %r' % emitted)
    # Without its credential it is told of; the listener goes on with what it has.
    report = world.json('keystore', 'slot', 'remove', 'listener', '--yes')
    expect([s['label'] for s in report['dropped']] == ['listener'], repr(report))
    expect(post(world, sub, 'v-one', key) == 200, 'the last good keys were dropped')
    health = listener_of(world)['health']
    expect(health.startswith('degraded'), 'health after its slot went: %r' % health)
    audit = world.json('keystore', 'audit', 'verify')['items']
    expect(audit[0]['state'] == 'ok' and audit[0]['open'] == 0, 'audit: %r' % audit)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
