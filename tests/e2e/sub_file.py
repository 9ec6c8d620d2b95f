#!/usr/bin/env python3
"""sub_file.py - subscriptions as a file: exported, compared, applied, applied
again, pruned, kept and made again; what production would refuse; the doctor.

usage: sub_file.py HVCONSOLE
"""
import os
import signal
import sys

from world import ACTION_URL, expect, tell


def put(world, name, text):
    path = world.path(name)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    return path


def acts(out):
    return sorted((i['act'], i['url'].rsplit('/', 1)[1]) for i in out['items'])


def urls(world):
    return sorted(s['url'].rsplit('/', 1)[1] for s in world.json('sub', 'list')['items'])


def by_key_file(world):
    """No KDF in every command."""
    world.run('keystore', 'slot', 'add', '--key-out', world.path('hvks-keyfile'))
    del world.environ['HVCONSOLE_PASSPHRASE_FILE']
    world.environ['CREDENTIALS_DIRECTORY'] = world.dir


def refused(world):
    """Nothing is changed by a file that does not stand as a whole."""
    good = '[subscription]\nurl = %s\ntypes = weight\n' % world.notify_url('/hv/x')
    for text, code, words in ((good + 'color = red\n', 2, ':4: '),
                              (good + '[subscription]\nurl = http://x/\ntypes = weight\n', 6,
                               'http://x/: '),
                              (good * 26, 6, 'the limit is 25')):
        e = world.error('sub', 'apply', put(world, 'bad', text), '--yes', want=code)
        expect(words in e['message'], repr(e))
    e = world.error('sub', 'apply', put(world, 'good', good), want=12)
    expect('--yes' in e['hint'], repr(e))
    world.error('sub', 'apply', world.path('missing'), '--yes', want=5)
    out = world.json('sub', 'apply', world.path('good'), '--dry-run')
    expect(acts(out) == [('create', 'x')] and out['items'][0]['dry_run'] is True
           and out['items'][0]['done'] is False, repr(out))
    expect(not urls(world), 'something was made')


def round_trip(world):
    first = world.json('sub', 'create', '--type', 'weight', '--url', world.notify_url('/hv/a'))
    world.json('sub', 'create', '--type', 'height,weight', '--url', world.notify_url('/hv/b'))
    text, _ = world.run('sub', 'export')
    path = put(world, 'subs', text)
    expect(world.json('sub', 'diff', path) == {'schema': 'hvconsole.sub-step-list/1', 'same': 2,
                                               'items': []}, 'an export differs')
    one = world.json('sub', 'export', first['id'][:8])
    expect(one['subs'] == 1 and '/hv/a' in one['text'] and '/hv/b' not in one['text'], repr(one))
    expect(one['text'].splitlines()[2:] == text.splitlines()[2:5], 'one is as in all')
    return path, text, first


def half_way(world, path):
    """What was done before the platform refused is told as done, the rest as not."""
    world.json('sandbox', 'fault', 'add', 'error:134', '--method', 'SubscribeToEvent', '--count',
               '1')
    out = world.json('sub', 'apply', path, '--yes', want=6)
    expect(sorted((i['act'], i['done']) for i in out['items'])
           == [('create', False), ('update', True), ('update', True)], repr(out))


def edited(world, path, text, first):
    """Another URL, another type, one that is new; twice the same."""
    text = text.replace('/hv/a\n', '/hv/a2\n').replace('types = Height', 'types = Allergy, Height')
    text += '\n# to come\n[subscription]\nurl = %s\ntypes = Blood pressure\n' % world.notify_url('/hv/c')
    put(world, 'subs', text)
    want = [('create', 'c'), ('update', 'a2'), ('update', 'b')]
    out = world.json('sub', 'diff', path, want=3)
    expect(acts(out) == want, repr(out))
    by_url = {i['url'].rsplit('/', 1)[1]: i for i in out['items']}
    expect(by_url['a2']['was_url'] == first['url'] and by_url['a2']['id'] == first['id'], repr(out))
    expect(by_url['b']['changes'] == '+Allergy', repr(out))
    half_way(world, path)
    out = world.json('sub', 'diff', path, want=3)
    expect(acts(out) == want[:1], 'what is left: %r' % out)
    out = world.json('sub', 'apply', path, '--yes')
    expect(acts(out) == want[:1] and all(i['done'] and i['id'] for i in out['items']), repr(out))
    expect(urls(world) == ['a2', 'b', 'c'], repr(urls(world)))
    now = {s['id']: s for s in world.json('sub', 'list')['items']}
    expect(now[first['id']]['key_version'] == first['key_version']
           and all(s['has_key'] for s in now.values()), 'keys: %r' % now)
    expect(world.json('sub', 'apply', path, '--yes')['items'] == [], 'applied twice')
    lines = [(a['verb'], a['phase'], a['outcome']) for a in
             world.json('keystore', 'audit')['items'] if a['verb'] == 'sub apply']
    expect(lines.count(('sub apply', 'intent', None)) >= 3
           and lines.count(('sub apply', 'outcome', 'ok')) >= 3, repr(lines))


def pruned_and_kept(world, path, text):
    """What the file does not name stays, until it is said otherwise."""
    head = text.split('\n\n')
    put(world, 'subs', head[0] + '\n\n' + head[1] + '\n')
    out = world.json('sub', 'apply', path, '--yes')
    expect(acts(out) == [('extra', 'b'), ('extra', 'c'), ('update', 'a')], repr(out))
    expect(len(urls(world)) == 3, 'deleted without --prune')
    out = world.json('sub', 'apply', path, '--prune', '--yes')
    expect(acts(out) == [('delete', 'b'), ('delete', 'c')], repr(out))
    expect(urls(world) == ['a'], repr(urls(world)))
    keep = world.path('keep')
    world.run('sub', 'delete', world.json('sub', 'list')['items'][0]['id'], '--yes', '--keep-file',
              keep, '--dry-run')
    expect(not os.path.exists(keep), 'a dry run wrote a file')
    gone = world.json('sub', 'list')['items'][0]['id']
    world.run('sub', 'delete', gone, '--yes', '--keep-file', keep)
    expect(urls(world) == [], 'not deleted')
    out = world.json('sub', 'apply', keep, '--yes')
    expect(acts(out) == [('create', 'a')] and out['items'][0]['id'] != gone, repr(out))
    made = out['items'][0]['id']
    world.error('sub', 'delete', made, '--yes', '--keep-file', keep, want=6)
    expect(urls(world) == ['a'], 'deleted though the file could not be written')
    return made


def open_rotation(world, sub):
    """Nobody changes what a rotation is at work on."""
    os.kill(world.listener.pid, signal.SIGSTOP)
    try:
        world.error('key', 'rotate', sub, '--yes', want=None)
    finally:
        os.kill(world.listener.pid, signal.SIGCONT)
    url = world.notify_url('/hv/other')
    e = world.error('sub', 'edit', sub, '--url', url, want=6)
    expect('rotation' in e['message'] and 'resume' in e['hint'], repr(e))
    path = put(world, 'one', '[subscription %s]\nurl = %s\ntypes = weight\n' % (sub, url))
    world.error('sub', 'apply', path, '--yes', want=6)
    expect(urls(world) == ['a'], 'changed in the middle of a rotation')
    expect(world.json('key', 'resume')['state'] == 'done', 'not resumed')
    expect(acts(world.json('sub', 'apply', path, '--yes')) == [('update', 'other')], 'afterwards')


def ids(out):
    return {i['id'] for i in out['items']}


def lints(world, sub):
    """What passes here and not there; what is known of each id."""
    world.run('sub', 'lint')
    out = world.json('sub', 'lint', sub[:8], '--as', 'prod', want=3)
    expect(ids(out) == {'outside-action-url', 'notify-not-public'}
           and all(i['sub'] == sub for i in out['items']), repr(out))
    world.json('sub', 'edit', sub, '--url', ACTION_URL + 'n')
    out = world.json('sub', 'lint', '--as', 'prod', want=3)
    expect(ids(out) == {'notify-not-public'}, repr(out))
    world.json('sub', 'create', '--type', 'weight', '--url', ACTION_URL + 'n')
    out = world.json('sub', 'lint', want=3)
    expect(ids(out) == {'duplicate-subscription'}, repr(out))
    world.run('profile', 'lint')
    out = world.json('profile', 'lint', 'test', '--as', 'prod', want=3)
    expect({'action-url-not-public', 'own-ca', 'test-platform', 'redirect-ignored'} <= ids(out),
           repr(out))
    world.error('profile', 'lint', '--as', 'live', want=2)
    world.error('profile', 'lint', 'nobody', want=5)
    for lint in ids(out) | {'duplicate-subscription', 'no-key'}:
        expect(world.json('explain', lint)['meaning'], lint)


def presets(world):
    for name, env, host in (('us', 'prod', 'platform.healthvault.com'),
                            ('eu-ppe', 'ppe', 'platform.healthvault-ppe.co.uk'),
                            ('chbase-ppe', 'ppe', 'platform.ppe.chbase.com')):
        p = world.json('profile', 'add', name, '--instance', name, '--action-url',
                       'https://app.contoso.com/hv/', '--dry-run')
        expect(p['env'] == env and host in p['platform'], repr(p))
    e = world.error('profile', 'add', 'x', '--instance', 'mars', '--action-url', ACTION_URL, want=5)
    expect('us-ppe' in e['hint'], repr(e))
    world.error('profile', 'add', 'x', '--instance', 'us', '--shell', 'https://x/', '--action-url',
                ACTION_URL, want=2)


def doctor(world):
    out = world.json('doctor', want=None)
    parts = [(i['part'], i['check']) for i in out['items']]
    expect({p for p, _ in parts} == {'keystore', 'keys', 'listener', 'store', 'profile'},
           repr(parts))
    expect({c for p, c in parts if p == 'store'} == {'journal', 'hand-on', 'disk'}, repr(parts))
    expect(('listener', 'health') in parts, 'the listener runs: %r' % parts)
    expect(world.status == 3 and ('keys', 'gone') in parts, 'a deleted one has a key: %r' % parts)
    os.chmod(world.path('hvks-keyfile'), 0o644)
    bad = [i for i in world.json('doctor', want=3)['items'] if i['check'] == 'credential']
    expect(bad[0]['state'] == 'warn' and os.system(bad[0]['hint']) == 0, repr(bad))
    bad = [i for i in world.json('doctor', want=3)['items'] if i['check'] == 'credential']
    expect(bad[0]['state'] == 'ok', repr(bad))
    world.run('listen', 'stop')
    out = world.json('doctor', want=3)
    expect([i['state'] for i in out['items'] if i['part'] == 'listener'] == ['warn'], repr(out))


def story(world):
    world.up()
    by_key_file(world)
    refused(world)
    path, text, first = round_trip(world)
    edited(world, path, text, first)
    sub = pruned_and_kept(world, path, text)
    open_rotation(world, sub)
    lints(world, sub)
    presets(world)
    doctor(world)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
