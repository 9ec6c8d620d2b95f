#!/usr/bin/env python3
"""records.py PROGRAM - records and rights: what is told about them is what the
sandbox then really does. Each action with its remedy; coverage against every
pair emitted; a draft of rules against the rules themselves; snapshots; things;
giving access up."""
import json
import os
import sys

from browser_plain import Plain
from world import expect, tell

ACTIONS = ('NoActionRequired', 'AuthorizationRequired', 'ReauthorizationRequired',
           'ReauthorizationNotPossible', 'RecordLocationNotSupported')
TYPES = ('Weight', 'blood-pressure', 'Height')
RULE = '<rule name="%s" is-optional="%s">%s<target-set>%s</target-set></rule>'


def auth(*rules):
    return '<auth><rules>%s</rules></auth>' % ''.join(rules)


def rule(name, types, *permissions, optional=False):
    return RULE % (name, 'true' if optional else 'false',
                   ''.join('<permission>%s</permission>' % p for p in permissions or ['All']),
                   ''.join('<type-id>%s</type-id>' % t for t in types))


def write(world, name, text):
    path = world.path(name)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    return path


def pair(item):
    return item['record'], item['person']


def rows(world):
    return world.json('record', 'list')['items']


def actions(world):
    """Every action shows, with the remedy that belongs to it."""
    first = rows(world)[0]
    for word in ACTIONS:
        world.run('sandbox', 'auth', 'set', first['record'], word)
        got = world.json('record', 'show', first['record'][:8], '--person', first['person'])
        expect(got['auth_action'] == word and got['meaning'] and got['remedy'], '%r' % got)
        wants_page = word in ('AuthorizationRequired', 'ReauthorizationRequired')
        expect(bool(got['url']) == wants_page, '%s: %r' % (word, got['url']))
        if wants_page:
            out = world.json('shell', 'decode', got['url'])
            expect(out['target'] == 'APPAUTH' and
                   out['params']['extrecordid'] == first['record'], '%r' % out)
        expect((got['reach'] == 'revoked') == (word == 'AuthorizationRequired'),
               '%s: %r' % (word, got['reach']))
        listed = [r for r in world.json('record', 'list', '--action', word)['items']
                  if pair(r) == pair(first)]
        expect(len(listed) == 1, '%s is not found by --action' % word)
    world.run('sandbox', 'auth', 'set', first['record'], 'rules')
    two = {}
    for row in rows(world):
        two.setdefault(row['record'], []).append(row['person'])
    shared = [r for r, people in two.items() if len(people) > 1]
    expect(shared, 'no record with two people')
    got = world.json('record', 'show', shared[0])
    expect(len(got['others']) == 1, 'the second person is missing: %r' % got['others'])
    print('5 actions, each with its remedy; a record with two people')


def silent_pairs(world):
    return {(i['record'], i['type']) for i in world.json('record', 'coverage')['items']
            if i['notifies'] is False}


def told_pairs(world):
    return {(i['record'], i['type']) for i in world.json('record', 'coverage')['items']
            if i['notifies'] is True}


def coverage(world, ids):
    """Every (record, type) emitted: notifications come where they were said to."""
    records = sorted({r['record'] for r in rows(world)})
    world.run('sandbox', 'app', 'rules', 'offline', write(world, 'off.xml', auth(
        rule('weight', [ids['Weight']], 'Read'), rule('pressure', [ids['blood-pressure']]))))
    # What was granted before goes on: only who agrees anew has the new rights.
    agree(world, records[:2])
    world.run('sandbox', 'auth', 'set', records[2], 'AuthorizationRequired')
    said, silent = told_pairs(world), silent_pairs(world) - told_pairs(world)
    expect(said and silent, 'nothing to compare: %d told, %d silent' % (len(said), len(silent)))
    tried = 0
    for record in records:
        for name in TYPES:
            out = world.json('sandbox', 'emit', '--type', name, '--record', record)
            tried += 1
            want = (record, ids[name]) in said
            expect((out['queued'] > 0) == want, '%s %s: queued %d, said %s'
                   % (record, name, out['queued'], 'notifies' if want else 'silent'))
    got = world.json('record', 'coverage', '--silent', want=3)['items']
    expect({(i['record'], i['type']) for i in got} >= silent and
           all(i['why'] and i['remedy'] for i in got), 'silent pairs: %r' % got[:2])
    world.run('sandbox', 'auth', 'set', records[2], 'rules')
    print('coverage: %d pairs emitted, all as told (%d silent)' % (tried, len(silent)))


def agree(world, records):
    """The persons of these records open the page of the remedy and consent."""
    plain = Plain(world, world.profile['app_id'])
    for row in rows(world):
        if row['record'] not in records:
            continue
        expect(plain.begin('APPAUTH', extrecordid=row['record']) == 200, plain.page)
        plain.step(person=row['person_name'])
        plain.step(do='go', record=row['record'])
        expect(plain.status == 302 and 'wctoken=' in plain.headers['Location'],
               'no consent: HTTP %d %s' % (plain.status, plain.headers['Location']))


def prediction(world, ids):
    """A draft told what would happen; then it does."""
    drafts = {
        'more': auth(rule('base', [ids['Weight'], ids['Height']]),
                     rule('new', ['31501360-362b-4791-ae12-141386ac5407'])),
        'less': auth(rule('base', [ids['Weight']], 'Read')),
        'optional': auth(rule('base', [ids['Weight']], 'Read'),
                         rule('opt', ['31501360-362b-4791-ae12-141386ac5407'], optional=True)),
    }
    base = write(world, 'base.xml', auth(rule('base', [ids['Weight'], ids['Height']])))
    count = 0
    for avenue in ('online', 'offline'):
        world.run('sandbox', 'app', 'rules', avenue, base)
        for name, text in sorted(drafts.items()):
            path = write(world, name + '.xml', text)
            before = {pair(r): r['auth_action'] for r in rows(world)}
            out, _ = world.run('record', 'diff', 'now', '%s:%s' % (avenue, path), '-o', 'json',
                               want=None)
            expect(world.status in (0, 3), 'diff: exit %d' % world.status)
            changes = {pair(i): i['is'] for i in json.loads(out)['items']}
            world.run('sandbox', 'app', 'rules', avenue, path)
            after = {pair(r): r['auth_action'] for r in rows(world)}
            for key, was in before.items():
                expect(after[key] == changes.get(key, was), '%s %s %r: predicted %s, is %s'
                       % (avenue, name, key, changes.get(key, was), after[key]))
                count += 1
            world.run('sandbox', 'app', 'rules', avenue, base)
    print('prediction: %d records, each as the sandbox did it' % count)


def snapshots(world):
    kept = world.path('records.snap')
    world.json('record', 'matrix', '--snapshot', kept)
    with open(kept, 'rb') as f:
        data = f.read()
    for row in rows(world):
        for word in (row['record'], row['person'], row['name'], row['person_name']):
            expect(word.encode() not in data, 'the snapshot tells %r' % word)
    world.run('record', 'matrix', '--snapshot', kept, want=6)
    expect(world.json('record', 'diff', kept, 'now')['items'] == [], 'a difference too many')
    broken = world.path('broken.snap')
    for at in (0, 30, len(data) - 1):
        with open(broken, 'wb') as f:
            f.write(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
        world.run('record', 'diff', broken, 'now', want=None)
        expect(world.status in (2, 13), 'altered at %d: exit %d' % (at, world.status))
    first = rows(world)[0]
    world.run('sandbox', 'auth', 'set', first['record'], 'ReauthorizationNotPossible')
    items = world.json('record', 'diff', kept, 'now', want=3)['items']
    expect({i['change'] for i in items} == {'action'}, '%r' % items)
    world.run('sandbox', 'auth', 'set', first['record'], 'rules')
    return kept


def things(world, ids):
    out = world.json('sandbox', 'emit', '--type', 'Weight', '--wait')['things'][0]
    row = str(world.json('log', 'list', '--limit', '1')['items'][0]['id'])
    got = world.json('things', 'show', row)['items']
    expect([(i['thing'], i['what']) for i in got] == [(out['thing'], 'created')], '%r' % got)
    expect('<weight>' in got[0]['xml'] and got[0]['type'] == ids['Weight'], '%r' % got)
    ghost = '00000000-0000-4000-8000-000000000001'
    got = world.json('things', 'get', out['record'], out['thing'], ghost)['items']
    expect([i['what'] for i in got] == ['created', 'gone or not readable'], '%r' % got)
    world.error('things', 'get', out['record'], 'nonsense', want=2)
    world.error('things', 'show', '999999', want=5)
    refused(world, ids, out['record'])
    text = world.run('things', 'show', row, '-o', 'table')[0]
    expect('\n  <when>' in text, 'the data is not shown line by line: %r' % text)


def refused(world, ids, record):
    """A closed record is told as closed, and beside it the open ones as they are."""
    shared = [r for r in rows(world) if r['record'] != record]
    shared = [r for r in shared if sum(r['record'] == o['record'] for o in shared) > 1]
    expect(len(shared) == 2, 'no record with two people: %r' % shared)
    out = world.json('sandbox', 'emit', '--type', 'Weight', '--record', shared[0]['record'],
                     '--wait')['things'][0]
    seen = {str(i['id']): i['events'] for i in world.json('log', 'list', '--limit', '3')['items']}
    mine = [i for i, events in seen.items() if any(out['thing'] in e['things'] for e in events)]
    world.run('sandbox', 'auth', 'set', shared[0]['record'], 'AuthorizationRequired')
    for row in mine:
        error = world.error('things', 'show', row, want=10)
        expect(error['platform_code'] == 11 and 'APPAUTH' in error['hint'], '%r' % error)
    world.run('sandbox', 'auth', 'set', shared[0]['record'], 'rules')
    whats = {i['what'] for row in mine for i in world.json('things', 'show', row)['items']}
    expect(whats == {'created'}, 'not readable again: %r' % whats)


def give_up(world, kept):
    row = [r for r in rows(world)][0]
    args = ('record', 'revoke', row['record'], '--person', row['person'])
    world.error(*args, want=12)
    expect(world.json(*args, '--dry-run')['items'][0]['revoked'] is False, 'dry')
    expect(pair(row) in {pair(r) for r in rows(world)}, 'a dry run gave up')
    expect(world.json(*args, '--yes')['items'][0]['revoked'] is True, 'not revoked')
    expect(pair(row) not in {pair(r) for r in rows(world)}, 'still listed')
    items = world.json('record', 'diff', kept, 'now', want=3)['items']
    expect([i['change'] for i in items] == ['gone'], '%r' % items)
    world.error(*args, '--yes', want=5)
    world.error('record', 'show', 'ab', want=2)


def story(world):
    world.up()
    world.json('sub', 'create', '--type', ','.join(TYPES), '--url', world.notify_url())
    sub = world.json('sub', 'list')['items'][0]
    by_name = {t['name']: t['id'] for t in sub['types']}
    ids = {'Weight': by_name['Weight'], 'blood-pressure': by_name['Blood pressure'],
           'Height': by_name['Height']}
    kept = snapshots(world)
    actions(world)
    things(world, ids)
    give_up(world, kept)
    coverage(world, ids)
    prediction(world, ids)
    expect(os.path.exists(kept), 'the snapshot went away')


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
