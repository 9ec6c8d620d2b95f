#!/usr/bin/env python3
"""rotate_stream.py - 25 subscriptions get a new key while notifications come
without a break: ours, signed with every key the platform may sign with, and the
sandbox's own. Not one of them is refused, and each subscription is seen under
its old and its new key.

usage: rotate_stream.py HVCONSOLE        HV_TEST_LONG=true rotates six times
"""
import sys
import threading
import time

from rotate_world import LONG, Keys, Names, Stream, agree, refusals
from world import expect, tell

SUBS = 25
ROUNDS = 6 if LONG else 1     # eight keys of a subscription may verify
CANARIES = 3


class Platform:
    """The sandbox signs on its own side; one emit after the other."""

    def __init__(self, world):
        self.world = world
        self.delivered = 0
        self.failure = None
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        try:
            while not self.over.is_set():
                got = self.world.json('sandbox', 'emit', '--type', 'weight', '--wait',
                                      '--timeout', '60s')
                expect(got['delivered'] == got['queued'] == SUBS, 'emitted: %s' % got)
                self.delivered += got['delivered']
        except Exception as e:    # told by stop()
            self.failure = e

    def stop(self):
        self.over.set()
        self.thread.join(120)
        expect(not self.failure, 'the platform: %s' % self.failure)
        return self.delivered


def rotate_all(world, slot, subs, n):
    """One rotation of all of them; gives {subscription: (old, new)}."""
    got = world.json('--slot-key', slot, 'key', 'rotate', '--all', '--canary', str(CANARIES),
                     '--yes')
    items = got['items']
    expect(got['state'] == 'done' and {i['sub'] for i in items} == set(subs),
           'round %d: %s' % (n, got))
    expect(all(i['state'] == 'done' for i in items), 'round %d: %s' % (n, items))
    expect([i.get('proven') for i in items[:CANARIES]] == [True] * CANARIES,
           'round %d: the first went unproven: %s' % (n, items[:CANARIES]))
    return {i['sub']: (i['old'], i['new']) for i in items}


def check_seen(rows, pairs, n):
    """Each subscription: under its new key, and under the old one afterwards."""
    seen = {(r['sub'], r['version'], r['verdict']) for r in rows}
    for sub, (old, new) in pairs.items():
        expect((sub, new, 'verified') in seen, 'round %d: %s never under %s' % (n, sub, new))
        expect((sub, old, 'verified-old') in seen,
               'round %d: %s never under %s after it was replaced' % (n, sub, old))


def story(world):
    world.up()
    slot = world.path('ops.key')
    world.run('keystore', 'slot', 'add', '--key-out', slot, '--label', 'ops')
    subs = [world.json('--slot-key', slot, 'sub', 'create', '--type', 'weight', '--url',
                       world.notify_url('/hv/notify/%d' % i))['id'] for i in range(SUBS)]
    keys, names, rounds = Keys(world), Names(), []
    stream = Stream(world, keys)
    platform = Platform(world)
    try:
        for n in range(ROUNDS):
            stream.wait_laps(1)
            began = time.monotonic()
            rounds.append(rotate_all(world, slot, subs, n))
            print('round %d: %d subscriptions rotated in %.1f s' % (n + 1, SUBS,
                                                                    time.monotonic() - began))
            names.check(keys, 'round %d' % n)
        stream.wait_laps()
    finally:
        stream.over.set()
        platform.over.set()
    delivered = platform.stop()
    sent = stream.stop()
    for sub in subs:
        expect(agree(world, slot, keys, sub, 'at the end') == rounds[-1][sub][1],
               '%s has another key than the last rotation gave it' % sub)
    rows, refused = refusals(world)
    for n, pairs in enumerate(rounds):
        check_seen(rows, pairs, n)
    verdicts = [r['verdict'] for r in rows]
    print('%d notifications sent by us (%s) and %d by the platform; of %d in the log %d verified, '
          '%d verified-old, %d refused'
          % (sum(sent.values()), ', '.join('%s %d' % c for c in sorted(sent.items())), delivered,
             len(rows), verdicts.count('verified'), verdicts.count('verified-old'), len(refused)))
    expect(not refused, 'refused: %s' % refused[:2])
    expect(len(rows) >= sum(sent.values()) + delivered, 'the log has only %d rows' % len(rows))


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
