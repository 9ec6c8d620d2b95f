#!/usr/bin/env python3
"""journal_sync.py - what a 200 stands on, seen from outside: between a message
and its 200 lies at least one fdatasync of the journal; a full disk is a 503, and
when there is room again messages are taken as before.

usage: journal_sync.py HVCONSOLE
"""
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import uuid

from world import base64, expect, json, notification, sign, tell

MESSAGES = 40
NO_PTRACE = {'ASAN_OPTIONS': 'detect_leaks=0'}    # its search for leaks needs what strace has


def post_some(world, key, sub, count):
    answers = []
    for _ in range(count):
        body = notification(sub, str(uuid.uuid4()))
        answers.append(world.post(sign(key, sub, 'v-sync', body), body))
    return answers


def restart(world, prefix=(), limit=None):
    """The listener once more, perhaps under another program or a limit."""
    world.listener.send_signal(signal.SIGTERM)
    world.listener.wait(30)
    r, w = os.pipe()

    def set_limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    world.listener = subprocess.Popen(
        [*prefix, world.binary, 'listen', '--addr', '127.0.0.1:0', '--ready-fd', str(w)],
        env=dict(world.environ, **(NO_PTRACE if prefix else {})), pass_fds=[w], stdin=subprocess.DEVNULL,
        preexec_fn=set_limit if limit else None)
    os.close(w)
    world.children.append(world.listener)
    with os.fdopen(r, encoding='utf-8') as f:
        ready = json.loads(f.readline())
    world.port = int(ready['listening'].rsplit(':', 1)[1])
    return ready


def check_sync(world, key, sub):
    """One connection, one message at a time: as many commits as answers."""
    if not shutil.which('strace'):
        print('skipped: the syncs are not counted, there is no strace here')
        return
    trace = world.path('trace')
    ready = restart(world, ('strace', '-f', '-qq', '-y', '-o', trace, '-e',
                            'trace=fdatasync,fsync'))
    answers = post_some(world, key, sub, MESSAGES)
    expect(answers == [200] * MESSAGES, 'under strace: %r' % answers)
    os.kill(ready['pid'], signal.SIGTERM)
    world.listener.wait(60)
    with open(trace, encoding='utf-8') as f:
        syncs = len(re.findall(r'(?:fdatasync|fsync)\(\d+<[^>]*journal\.db-wal>\)\s+= 0', f.read()))
    print('%d messages answered 200, %d syncs of the journal' % (MESSAGES, syncs))
    expect(syncs >= MESSAGES, '%d answers stand on %d syncs' % (MESSAGES, syncs))


def check_full_disk(world, key, sub):
    """A limit on file size acts as a full disk does: the write fails. It can be
    lifted from outside, as space can be made."""
    size = max(os.path.getsize(os.path.join(world.store, name))
               for name in os.listdir(world.store) if name.startswith('journal.db'))
    before = len(rows(world))
    ready = restart(world, limit=size + 100000)
    answers = []
    while 503 not in answers and len(answers) < 2000:
        answers += post_some(world, key, sub, 20)
    good = answers.count(200)
    expect(503 in answers, 'the limit was not met')
    expect(set(answers) == {200, 503}, 'answers: %r' % set(answers))
    expect(post_some(world, key, sub, 3) == [503] * 3, 'a full disk takes messages')
    resource.prlimit(ready['pid'], resource.RLIMIT_FSIZE,
                     (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    answers = post_some(world, key, sub, 5)
    expect(answers == [200] * 5, 'with room again: %r' % answers)
    after = len(rows(world))
    expect(after - before == good + 5, '%d were answered 200, %d rows came'
           % (good + 5, after - before))
    health = world.json('status')['listener']
    expect(health['running'], 'status: %r' % health)


def rows(world):
    out, _ = world.run('log', 'list', '--limit', '0', '-o', 'ndjson', '--fields', 'id')
    return out.splitlines()


def story(world):
    world.up()
    key = os.urandom(64)
    key_file = world.path('key')
    with open(key_file, 'w', encoding='utf-8') as f:
        f.write(base64.b64encode(key).decode() + '\n')
    os.chmod(key_file, 0o600)
    sub = world.json('sub', 'create', '--type', 'weight', '--url', world.notify_url(),
                     '--key-version', 'v-sync', '--key-file', key_file)['id']
    expect(post_some(world, key, sub, 3) == [200] * 3, 'the listener does not answer')
    check_sync(world, key, sub)
    check_full_disk(world, key, sub)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
