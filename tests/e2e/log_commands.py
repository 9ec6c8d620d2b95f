#!/usr/bin/env python3
"""log_commands.py - what the log tells of one hour at the listener: lists,
search, reasons and nearest misses, counts, repeats, gaps, export, pruning; and
what the journal file yields to somebody who has nothing else.

usage: log_commands.py HVCONSOLE
"""
import contextlib
import json
import os
import sqlite3
import sys
import time
import uuid

from world import base64, expect, hashlib, notification, sign, tell

PERSON = '8d4e1f92-66b3-4c1a-8f07-2b9d5e60c3a1'
RECORD = 'c05a7e34-1f2d-4b86-9c3e-d8417a6b5f02'


@contextlib.contextmanager
def locked(world):
    """Without the passphrase: sealed fields stay closed, and a command is quick."""
    environ = world.environ
    world.environ = {k: v for k, v in environ.items() if k != 'HVCONSOLE_PASSPHRASE_FILE'}
    try:
        yield
    finally:
        world.environ = environ


def wait_for(world, what, fn):
    """The journal thread writes some things after its answer: ask until then."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        value = fn()
        if value:
            return value
    raise AssertionError('%s did not come' % what)


def rows(world, *args):
    return world.json('log', 'list', *args)['items']


def steps(row):
    return {step['step']: step for step in row['why']}


def nearest(world, row_id):
    def look():
        row = world.json('log', 'show', str(row_id))
        return steps(row).get('nearest')
    return wait_for(world, 'the nearest miss of row %d' % row_id, look)['note']


def send_some(world, key, sub):
    """Verified ones, a repeat, and refusals; ids by name."""
    thing = str(uuid.uuid4())
    good = notification(sub, thing)
    crlf = notification(sub, str(uuid.uuid4())).replace(b'><', b'>\r\n<')
    lf = crlf.replace(b'\r\n', b'\n')
    ids = {}

    def post(name, header, body, want):
        got = world.post(header, body)
        expect(got == want, '%s: answered %d' % (name, got))
        ids[name] = wait_for(world, name, lambda: rows(world, '--limit', '1'))[0]['id']

    post('first', sign(key, sub, 'v-log', good), good, 200)
    post('repeat', sign(key, sub, 'v-log', good), good, 200)
    broken = b'<not-xml'
    post('quarantined', sign(key, sub, 'v-log', broken), broken, 200)
    for name, header, body in (
            ('lf', sign(key, sub, 'v-log', lf), crlf),
            ('text-key', sign(base64.b64encode(key), sub, 'v-log', good), good),
            ('case', sign(key, sub, 'V-LOG', good), good),
            ('forged', sign(os.urandom(64), sub, 'v-log', good), good),
            ('missing', None, good)):
        before = rows(world, '--limit', '1')[0]['id']
        expect(world.post(header, body) == 401, '%s was not refused' % name)
        ids[name] = wait_for(world, name, lambda: [
            row for row in rows(world, '--limit', '1') if row['id'] > before])[0]['id']
    return ids, thing, good


def check_reasons(world, ids, key):
    wanted = {'lf': 'with LF where CRLF came', 'text-key': 'base64 text taken as the key',
              'case': 'version v-log of this subscription fits', 'forged': 'nothing near fits'}
    for name, words in wanted.items():
        note = nearest(world, ids[name])
        expect(words in note, '%s: %r' % (name, note))
    told = world.json('log', 'explain', str(ids['lf']))
    results = [(c['step'], c['result']) for c in told['checks']]
    expect(results == [('header', 'yes'), ('subscription', 'yes'), ('version', 'yes'),
                       ('mac', 'no'), ('xml', 'not reached'), ('inner', 'not reached'),
                       ('nearest', 'looked for')], 'checks: %r' % results)
    expect(told['retry_until'] and told['verdict'] == 'bad-hmac', 'explain: %r' % told)
    expect(world.json('log', 'explain', str(ids['first']))['checks'][-1]['step'] == 'inner',
           'a verified row has a nearest miss')
    missing = world.json('log', 'explain', str(ids['missing']))
    expect(missing['checks'][0]['result'] == 'no', 'missing header: %r' % missing)


def check_search(world, ids, sub, thing, good):
    found = [row['id'] for row in rows(world, '--grep', thing.upper())]
    expect(found == [ids['repeat'], ids['first']], '--grep of a thing id: %r' % found)
    digest = hashlib.sha256(good).hexdigest()
    found = [row['id'] for row in rows(world, '--grep', digest[:20], '--verdict', 'bad-hmac')]
    expect(ids['forged'] in found and ids['first'] not in found, '--grep of a digest: %r' % found)
    found = [row['id'] for row in rows(world, '--record', RECORD)]
    expect(found == [ids['repeat'], ids['first']], '--record: %r' % found)
    with locked(world):
        out, err = world.run('log', 'list', '--grep', thing, '-o', 'json')
        expect(json.loads(out)['items'] == [], 'a locked search read bodies')
        expect('bodies are not searched' in err, 'a locked search keeps quiet: %r' % err)
        expect(len(rows(world, '--grep', 'v-log')) > 0, 'a locked search finds no version')
        row = world.json('log', 'show', str(ids['first']))
        expect(row['events'] is None or row['events'][0]['record'] is None, 'locked, and read')


def check_counts(world, ids, sub):
    stats = {r['verdict']: r for r in world.json('log', 'stats')['items']}
    expect(stats['verified']['count'] == 2 and stats['verified']['fresh'] == 1, 'stats: %r' % stats)
    expect(stats['bad-hmac']['count'] == 3, 'stats: %r' % stats)
    by_rows = {r['verdict']: r['count'] for r in
               world.json('log', 'stats', '--until', '2099-01-01T00:00:00Z')['items']}
    expect(by_rows == {v: r['count'] for v, r in stats.items()}, 'rows and counters disagree')
    by_sub = world.json('log', 'stats', '--by', 'sub', '--sub', sub)['items']
    expect(len(by_sub) == 1 and by_sub[0]['verified'] == 3, 'by sub: %r' % by_sub)
    by_hour = world.json('log', 'stats', '--by', 'hour')['items']
    expect(sum(r['count'] for r in by_hour) == sum(by_rows.values()), 'by hour: %r' % by_hour)
    world.run('log', 'stats', '--by', 'colour', want=2)
    # An empty variable of a script must not mean "all".
    for flag in ('--version', '--grep', '--record', '--verdict', '--since', '--until'):
        expect(flag in world.error('log', 'list', flag, '', want=2)['message'], flag)
    again = world.json('log', 'duplicates')['items']
    expect(len(again) == 1 and again[0]['first'] == ids['first'] and
           again[0]['repeats'] == 1 and again[0]['last_id'] == ids['repeat'],
           'duplicates: %r' % again)


def check_export(world, ids, good):
    path = world.path('rows.ndjson')
    told = world.json('log', 'export', '--to', path)
    lines = [json.loads(line) for line in open(path, encoding='utf-8')]
    expect(told['rows'] == len(lines) == len(rows(world, '--limit', '0')), 'export: %r' % told)
    expect([line['id'] for line in lines] == sorted(line['id'] for line in lines), 'order')
    expect(all(line['type'] == 'message' for line in lines), 'the type of a line')
    expect(os.stat(path).st_mode & 0o777 == 0o600, 'others may read the export')
    world.run('log', 'export', '--to', path, want=6)
    case = world.path('case')
    expect(world.json('log', 'export', str(ids['first']), '--to', case)['body'], 'no body')
    expect(open(case + '/body.bin', 'rb').read() == good, 'the body is another')
    expect(sorted(os.listdir(case)) == ['SHA256SUMS', 'body.bin', 'headers.txt', 'row.json',
                                        'why.txt'], 'evidence: %r' % os.listdir(case))
    digest = open(case + '/SHA256SUMS', encoding='utf-8').read().split()[0]
    expect(digest == hashlib.sha256(good).hexdigest(), 'the digest is another')
    case = world.path('refused')
    expect(not world.json('log', 'export', str(ids['forged']), '--to', case)['body'], 'a body')


def check_file(world, thing, key, good):
    """Somebody has the store's files and nothing else."""
    secrets = {'person': PERSON, 'record': RECORD, 'thing': thing}
    for name in os.listdir(world.store):
        if not name.startswith('journal.db'):
            continue
        data = open(os.path.join(world.store, name), 'rb').read()
        for what, text in secrets.items():
            for form in (text.encode(), text.upper().encode(), uuid.UUID(text).bytes,
                         uuid.UUID(text).bytes_le, text.replace('-', '').encode()):
                expect(form not in data, '%s holds a %s id' % (name, what))
        expect(b'notifications' not in data and good[60:100] not in data, '%s holds a body' % name)
        expect(key not in data and base64.b64encode(key) not in data, '%s holds a key' % name)


def check_integrity(world, ids):
    """Somebody turns one number in the file: that row, and no other, is told."""
    told = world.json('log', 'verify')
    expect(told['altered'] == 0 and told['intact'] == 3 and told['trouble'] is None and
           told['strays'] == 0, 'verify: %r' % told)

    def turn(by):
        with contextlib.closing(sqlite3.connect(os.path.join(world.store, 'journal.db'),
                                                timeout=30)) as db, db:
            db.execute('UPDATE arrival SET received=received+? WHERE id=?', (by, ids['first']))
    turn(1)
    told = world.json('log', 'verify', want=9)
    expect(told['altered'] == 1 and told['items'][0]['id'] == ids['first'], 'verify: %r' % told)
    one = world.json('log', 'verify', str(ids['first']), want=9)['items'][0]
    expect(one['result'] == 'altered', 'verify: %r' % one)
    expect(world.json('log', 'show', str(ids['first']))['altered'], 'show does not tell')
    world.run('log', 'show', str(ids['first']), '--raw', want=13)
    turn(-1)
    world.json('log', 'verify')


def check_gaps(world):
    """One that came, one that the platform lost, and what is older than the log."""
    came = world.json('sandbox', 'emit', '--type', 'weight', '--wait')['things'][0]
    gaps = {g['record']: g for g in world.json('log', 'gaps')['items']}
    expect(gaps[came['record']]['state'] == 'received', 'gaps: %r' % gaps)
    expect(gaps[came['record']]['last_id'] == rows(world, '--limit', '1')[0]['id'],
           'another row: %r' % gaps)
    world.run('sandbox', 'fault', 'add', 'drop', '--count', '1')
    other = next(r for r in world.sandbox['records'] if r != came['record'])
    lost = world.json('sandbox', 'emit', '--type', 'weight', '--record', other)['things'][0]
    wait_for(world, 'the loss', lambda: world.json('sandbox', 'fault', 'list')['items'][0]['hits'])
    told = world.json('log', 'gaps')
    gaps = {g['record']: g for g in told['items']}
    expect(lost['record'] == other and gaps[other]['state'] == 'waiting' and
           gaps[other]['last_received'] is None, 'a loss of a moment ago: %r' % gaps)
    expect(len(told['blind_spots']) >= 3 and told['missing'] == 0, 'gaps: %r' % told)
    # The seeded world was changed long before anybody listened.
    told = world.json('log', 'gaps', '--since', '3650d')
    missing = [g for g in told['items'] if g['state'] == 'missing']
    expect(told['missing'] == len(missing) > 0, 'gaps: %r' % told)
    with locked(world):
        world.run('log', 'gaps', want=4)


def check_prune(world, ids):
    world.run('log', 'prune', want=2)
    world.run('log', 'prune', '--older', '0s', want=12)    # nobody to ask
    would = world.json('log', 'prune', '--older', '0s', '--dry-run')
    expect(would['dry_run'] and would['rows'] >= 5 and would['contents'] == 3,
           'dry run: %r' % would)
    done = world.json('log', 'prune', '--older', '0s', '--yes')
    expect(done['rows'] == would['rows'] and done['contents'] == 3, 'pruned: %r' % done)
    left = rows(world, '--limit', '0')
    expect(sorted(row['id'] for row in left) ==
           sorted(ids[n] for n in ('first', 'repeat', 'quarantined')), 'left: %r' % left)
    expect(all(row['pruned'] for row in left), 'contents were left')
    stats = {r['verdict']: r['count'] for r in world.json('log', 'stats')['items']}
    expect(stats['bad-hmac'] == 3, 'counters went with their rows: %r' % stats)


def story(world):
    world.up()
    key = os.urandom(64)
    key_file = world.path('key')
    with open(key_file, 'w', encoding='utf-8') as f:
        f.write(base64.b64encode(key).decode() + '\n')
    os.chmod(key_file, 0o600)
    sub = world.json('sub', 'create', '--type', 'weight', '--url', world.notify_url(),
                     '--key-version', 'v-log', '--key-file', key_file)['id']
    with locked(world):
        ids, thing, good = send_some(world, key, sub)
        check_reasons(world, ids, key)
        check_counts(world, ids, sub)
    check_search(world, ids, sub, thing, good)
    verified = world.json('log', 'verify', str(ids['first']), str(ids['forged']))['items']
    expect([v['result'] for v in verified] == ['intact', 'not-stored'], 'verify: %r' % verified)
    check_integrity(world, ids)
    check_export(world, ids, good)
    check_file(world, thing, key, good)
    # The ledger takes rows up when the listener has a quiet second.
    with locked(world):
        wait_for(world, 'the ledger', lambda: world.json(
            'log', 'prune', '--older', '0s', '--dry-run')['contents'] == 3)
        check_prune(world, ids)
    world.run('log', 'show', str(ids['first']), '--raw', want=5)
    world.run('log', 'show', '9' * 30, want=2)
    check_file(world, thing, key, good)    # free pages too
    check_gaps(world)
    body = world.path('body')
    with open(body, 'wb') as f:
        f.write(good)
    told = world.json('verify', '--header', sign(key, sub, 'v-log', good + b'\n'), '--body', body,
                      '--explain', want=9)
    expect('with LF at its end' in steps(told)['nearest']['note'], 'verify: %r' % told)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
