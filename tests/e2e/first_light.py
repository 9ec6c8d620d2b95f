#!/usr/bin/env python3
"""first_light.py - the main path by command: create, emit, rotate, old and new
version verified, a forgery refused, the rules and the exit codes.

usage: first_light.py HVCONSOLE
"""
import json
import os
import sys

from world import base64, expect, notification, sign, tell


def key_file(world, name, size):
    path = world.path(name)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(base64.b64encode(bytes(range(size))).decode() + '\n')
    os.chmod(path, 0o600)
    return path


def rules(world):
    """What we refuse before the platform has to."""
    e = world.error('sub', 'create', '--type', 'weight', '--url', 'http://localhost/hv/n', want=6)
    expect('https' in e['message'], 'http URL: %r' % e)
    e = world.error('sub', 'create', '--type', 'weight', '--url', world.notify_url(),
                    '--key-version', 'short', '--key-file', key_file(world, 'k63', 63), want=6)
    expect('64' in e['message'] and '63' in e['message'], '63-byte key: %r' % e)
    world.error('sub', 'create', '--type', 'no-such-type', '--url', world.notify_url(), want=5)
    world.error('sub', 'creat', want=2)
    world.error('sub', 'show', 'ffffffff', want=5)


def limit(world, used):
    """25 fit; the 26th is refused by us, and by the platform itself."""
    for n in range(used, 25):
        world.json('sub', 'create', '--type', 'height', '--url', world.notify_url('/hv/%d' % n))
    got = world.json('sub', 'list')
    expect(got['used'] == 25 and got['limit'] == 25 and len(got['items']) == 25, 'not 25')
    e = world.error('sub', 'create', '--type', 'height', '--url', world.notify_url(), want=6)
    expect(e.get('platform_code') in (None, 0), 'refused by the platform, not by us: %r' % e)
    # a profile that believes in a higher limit lets the platform refuse
    config = os.path.join(world.dir, 'config', 'hvconsole', 'config')
    with open(config, encoding='utf-8') as f:
        text = f.read()
    with open(config, 'w', encoding='utf-8') as f:
        f.write(text.replace('[profile test]', '[profile test]\nlimit = 26'))
    e = world.error('sub', 'create', '--type', 'height', '--url', world.notify_url(), want=6)
    expect(e['platform_code'] == 133, 'the platform did not refuse: %r' % e)
    with open(config, 'w', encoding='utf-8') as f:
        f.write(text)
    keys = world.json('key', 'list')['items']
    expect(not [k for k in keys if k['state'] == 'pending'], 'a refused draft left its key')


def keystore_errors(world):
    """Three different troubles, three messages, nothing changed on disk."""
    store = os.path.join(world.dir, 'data', 'hvconsole', 'keystore.hvks')
    with open(store, 'rb') as f:
        good = f.read()
    wrong = world.path('wrong')
    with open(wrong, 'w', encoding='utf-8') as f:
        f.write('not the right passphrase\n')
    seen = set()
    bad = bytearray(good)
    bad[len(bad) // 2] ^= 1
    for name, data, args, code in (
            ('wrong passphrase', good, ('--passphrase-file', wrong), 4),
            ('damaged', bytes(bad), (), 13),
            ('another kind', b'SQLite format 3\0' + good, (), 13)):
        copy = world.path('copy.hvks')
        with open(copy, 'wb') as f:
            f.write(data)
        os.chmod(copy, 0o600)
        e = world.error('--keystore', copy, *args, 'key', 'list', want=code)
        with open(copy, 'rb') as f:
            expect(f.read() == data, '%s: the file was changed' % name)
        seen.add(e['message'].replace(copy, ''))
    expect(len(seen) == 3, 'not three messages: %r' % seen)


def story(world):
    world.up()
    rules(world)
    sub = world.json('sub', 'create', '--type', 'blood-pressure,weight', '--url',
                     world.notify_url())
    expect(len(sub['types']) == 2, 'types: %r' % sub)
    a = sub['key_version']
    emitted = world.json('sandbox', 'emit', '--type', 'weight', '--wait')
    expect(emitted['delivered'] >= 1, 'not delivered: %r' % emitted)
    rotation = world.json('key', 'rotate', sub['id'], '--yes')
    expect(rotation['state'] == 'done', 'rotation: %r' % rotation)
    b = rotation['items'][0]['new']
    expect(rotation['items'][0]['old'] == a and b != a, 'versions: %r' % rotation)
    world.json('sandbox', 'emit', '--type', 'weight', '--wait')
    body = notification(sub['id'], '00000000-0000-4000-8000-000000000001')
    expect(world.post(sign(bytes(64), sub['id'], b, body), body) == 401, 'a forgery got in')
    expect(world.post(None, body) == 401, 'no header got in')
    # an answer of 401 does not wait for its row; `log list` may be earlier
    out, _ = world.run('log', 'list', '--limit', '0', '-o', 'ndjson')
    rows = [json.loads(line) for line in out.splitlines()]
    words = [row['verdict'] for row in rows]
    expect(words.count('verified') >= 2, 'verified rows: %r' % words)
    expect({r['version'] for r in rows if r['verdict'] == 'verified'} >= {a, b}, 'versions')
    for row in rows:
        if row['verdict'] in ('verified', 'verified-old'):
            expect(row['events'] and row['events'][0]['things'], 'no event: %r' % row)
    versions = {k['version']: k['state'] for k in world.json('key', 'list', sub['id'])['items']}
    expect(versions == {a: 'accepted', b: 'active'}, 'states: %r' % versions)
    world.error('key', 'rotate', sub['id'], want=12)      # nobody to confirm
    world.run('listen', 'stop')
    e = world.error('key', 'rotate', sub['id'], '--yes', want=12)
    expect('listener' in e['message'], 'no listener: %r' % e)
    expect(world.json('key', 'list', sub['id'])['items'].__len__() == 2, 'something was written')
    world.error('sub', 'delete', sub['id'], want=12)
    keystore_errors(world)
    limit(world, 1)
    deleted = world.json('sub', 'delete', sub['id'], '--yes')
    expect(deleted['items'][0]['deleted'] is True, 'not deleted: %r' % deleted)
    expect(world.json('sub', 'list')['used'] == 24, 'still there')


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
