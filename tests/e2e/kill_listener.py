#!/usr/bin/env python3
"""kill_listener.py - kill -9 of the listener under load, 20 times with --long:
every notification that was answered 200 is in the journal.

usage: kill_listener.py HVCONSOLE [ROUNDS]
"""
import hashlib
import http.client
import json
import os
import signal
import ssl
import sys
import threading
import uuid

from wire import is_long
from world import base64, expect, notification, sign, tell

SENDERS = 8
ANSWERS = 60     # per round, before the kill


def story(world):
    world.up()
    key = os.urandom(64)
    key_file = world.path('key')
    with open(key_file, 'w', encoding='utf-8') as f:
        f.write(base64.b64encode(key).decode() + '\n')
    os.chmod(key_file, 0o600)
    sub = world.json('sub', 'create', '--type', 'weight', '--url', world.notify_url(),
                     '--key-version', 'v-load', '--key-file', key_file)
    answered = []
    lock = threading.Lock()

    def sender(port, enough):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        try:
            c = http.client.HTTPSConnection('127.0.0.1', port, timeout=20, context=context)
            while True:
                body = notification(sub['id'], str(uuid.uuid4()))
                c.request('POST', '/hv/notify', body=body, headers={
                    'Authorization': sign(key, sub['id'], 'v-load', body)})
                response = c.getresponse()
                response.read()
                expect(response.status == 200, 'answered %d' % response.status)
                with lock:
                    answered.append(hashlib.sha256(body).hexdigest())
                    if len(answered) >= enough[0]:
                        enough[1].set()
        except (OSError, http.client.HTTPException):
            return    # the kill; what had no answer counts for nothing

    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 20 if is_long() else 5
    for n in range(rounds):
        if n:
            world.listen()
        enough = (len(answered) + ANSWERS, threading.Event())
        threads = [threading.Thread(target=sender, args=(world.port, enough))
                   for _ in range(SENDERS)]
        for t in threads:
            t.start()
        expect(enough[1].wait(60), 'round %d: the listener did not answer' % n)
        world.listener.send_signal(signal.SIGKILL)
        world.listener.wait()
        for t in threads:
            t.join(60)
    out, _ = world.run('log', 'list', '--limit', '0', '-o', 'ndjson')
    stored = {}
    for line in out.splitlines():
        row = json.loads(line)
        stored[row['sha256']] = row['verdict']
    missing = [digest for digest in answered if stored.get(digest) != 'verified']
    print('%d rounds, %d answered 200, %d rows, %d missing'
          % (rounds, len(answered), len(stored), len(missing)))
    expect(not missing, 'acknowledged and lost: %s' % missing[:3])
    expect(len(answered) >= rounds * ANSWERS, 'too little load to prove anything')


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
