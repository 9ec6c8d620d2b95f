#!/usr/bin/env python3
"""bench.py - the performance goals, measured side by side in one run with the
servers people would otherwise use. Prints one JSON line a measurement, then a
table of goals. Only ratios of one run are goals: the machine may be busy.

usage: bench.py HVCONSOLE [--rounds N] [--seconds S] [--only G1,G2,...] [--long]
"""
import argparse
import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import console
import journal
import load
import peers

sys.path.insert(0, os.path.join(load.HERE, '..', 'e2e'))
from world import World    # noqa: E402

SECRET = 'bench-secret-of-the-peers'
rows = []       # of the table: goal, what, figure, wanted, state


def say(**line):
    print(json.dumps(line), flush=True)


def goal(name, what, figure, wanted, holds):
    rows.append((name, what, figure, wanted, 'holds' if holds else 'MISSED'))
    say(goal=name, what=what, figure=figure, wanted=wanted, holds=bool(holds))


def skip(name, why):
    rows.append((name, why, '-', '-', 'skipped'))
    say(goal=name, skipped=why)


def median(values):
    return statistics.median(values) if values else 0.0


class Bench:
    def __init__(self, options):
        self.options = options
        self.secret = SECRET
        self.world = World(options.binary)
        self.folder = tempfile.mkdtemp(prefix='hvb')
        self.cert, self.tls_key = peers.make_cert(self.folder)
        self.peers = {}

    def tool(self, name):
        """A program that was built beside journal-bench."""
        return os.path.join(os.path.dirname(self.options.journal_bench), name)

    def up(self):
        w = self.world
        w.up(listen=False)
        self.key_file = w.path('key')
        self.key = load.new_key(self.key_file)
        self.sub = w.json('sub', 'create', '--type', 'weight', '--url',
                          'https://localhost:8443/hv/n', '--key-version', 'v-bench',
                          '--key-file', self.key_file)['id']
        self.listen()
        self.messages = load.write_messages(self.folder, self.sub, 'v-bench', self.key, SECRET)
        self.peers, missing = peers.start_all(self.folder, self.cert, self.tls_key, SECRET)
        for text in missing:
            say(missing=text)

    def listen(self):
        self.world.listen('--cert', self.cert, '--key', self.tls_key)
        self.ours = 'https://127.0.0.1:%d/hv/n' % self.world.port

    def close(self):
        for peer in self.peers.values():
            peer.close()
        self.world.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def targets(self):
        yield 'ours', self.ours, 'ours'
        for peer in self.peers.values():
            yield peer.name, peer.url, peer.header

    def pid(self):
        return self.world.listener.pid

    def load(self, connections):
        """One round of ours, and the listener's CPU a request: the machine may be busy."""
        before = journal.cpu_ms(self.pid())
        r = load.wrk(self.ours, self.messages['ours'], self.options.seconds, connections)
        return dict(r, cpu_us=(journal.cpu_ms(self.pid()) - before) * 1000 / max(1, r['requests']))

    def rounds(self, connections, only=None, close=False):
        """Interleaved rounds of every server; medians by name."""
        got = {}
        for n in range(self.options.rounds):
            for name, url, header in self.targets():
                if only and name not in only:
                    continue
                r = load.wrk(url, self.messages[header], self.options.seconds, connections,
                             close=close)
                say(round=n, server=name, connections=connections, new_connections=close, **r)
                got.setdefault(name, []).append(r)
        return {name: {k: median([r[k] for r in runs]) for k in ('rps', 'p50', 'p99', 'bad')}
                for name, runs in got.items()}


def fdatasync_ms(folder, count=300):
    """A growing file, 1 KB at a time: p50 and p99."""
    times = []
    fd = os.open(os.path.join(folder, 'raw'), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    for _ in range(count):
        start = time.perf_counter()
        os.write(fd, b'x' * 1024)
        os.fdatasync(fd)
        times.append((time.perf_counter() - start) * 1000)
    os.close(fd)
    times.sort()
    return times[len(times) // 2], times[len(times) * 99 // 100]


def rate_goals(bench):
    got = bench.rounds(64)
    ours = got['ours']['rps']
    goal('-', 'answers that were not 200', got['ours']['bad'], 0, not got['ours']['bad'])
    wanted = [('G1', 'webhook', 10), ('G2', 'nginx', 0.25), ('G3', 'python', 5),
              ('G3', 'node', 1.3)]
    for name, peer, ratio in wanted:
        if peer not in got or not got[peer]['rps']:
            skip(name, 'no %s to compare with' % peer)
            continue
        figure = ours / got[peer]['rps']
        goal(name, 'rate, 64 TLS connections: ours %.0f/s, %s %.0f/s'
             % (ours, peer, got[peer]['rps']), round(figure, 2), '>= %s x' % ratio, figure >= ratio)


def latency_goals(bench):
    raws, ones, many = [], [], []
    for _ in range(bench.options.rounds):
        raws.append(fdatasync_ms(bench.folder))
        ones.append(load.wrk(bench.ours, bench.messages['ours'], bench.options.seconds, 1))
        many.append(load.wrk(bench.ours, bench.messages['ours'], bench.options.seconds, 64))
    raw50, raw99 = median([r[0] for r in raws]), median([r[1] for r in raws])
    say(raw_fdatasync_p50=raw50, raw_fdatasync_p99=raw99)
    for name, runs, key, raw, limit in (
            ('1 connection, p50', ones, 'p50', raw50, 4),
            ('64 connections, p50', many, 'p50', raw50, 15),
            ('64 connections, p99', many, 'p99', raw99, 50)):
        value = median([r[key] for r in runs])
        goal('G5', 'latency, %s: %.2f ms, raw fdatasync %.2f ms' % (name, value, raw),
             round(value / raw, 1), '<= %d x' % limit, value / raw <= limit)


SHARE = re.compile(r'sha256|hmac|base64|^xml|SAX|hv_notify|evp_mac', re.I)


def share_goal(bench):
    if not shutil.which('perf'):
        skip('G6', 'perf is not installed')
        return
    data = os.path.join(bench.folder, 'perf.data')
    worker = threading.Thread(target=load.wrk, args=(bench.ours, bench.messages['ours'],
                                                     bench.options.seconds + 2, 64))
    worker.start()
    p = subprocess.run(['perf', 'record', '-q', '-e', 'cpu-clock', '-o', data, '-p',
                        str(bench.pid()), '--', 'sleep', str(bench.options.seconds)],
                       capture_output=True, text=True)
    worker.join()
    if p.returncode:
        skip('G6', 'perf cannot record here')
        return
    out = subprocess.run(['perf', 'report', '-i', data, '--stdio', '--no-children', '-F',
                          'overhead,symbol'], capture_output=True, text=True).stdout
    share = 0.0
    for line in out.splitlines():
        m = re.match(r'\s*([\d.]+)%\s+\[.\]\s+(\S+)', line)
        if m and SHARE.search(m.group(2)):
            share += float(m.group(1))
    goal('G6', 'HMAC, base64 and XML, share of CPU at 700 B', '%.1f %%' % share, '<= 20 %',
         share <= 20)


def handshake_goal(bench):
    got = bench.rounds(64, only=('ours', 'nginx'), close=True)
    if 'nginx' not in got or not got['nginx']['rps']:
        skip('G7', 'no nginx to compare with')
        return
    figure = got['ours']['rps'] / got['nginx']['rps']
    goal('G7', 'a new TLS connection a request: ours %.0f/s, nginx %.0f/s'
         % (got['ours']['rps'], got['nginx']['rps']), round(figure, 2), '>= 0.7 x', figure >= 0.7)


def durability_goals(bench):
    rounds = 20
    p = subprocess.run([sys.executable, os.path.join(load.HERE, '..', 'e2e', 'kill_listener.py'),
                        bench.options.binary, str(rounds)], capture_output=True, text=True)
    last = (p.stdout.strip().splitlines() or ['nothing'])[-1]
    goal('G12', 'kill -9: ' + last, 'exit %d' % p.returncode, 'none missing', p.returncode == 0)
    if not shutil.which('strace'):
        skip('G12', 'strace is not installed')
        return
    out = os.path.join(bench.folder, 'strace')
    trace = subprocess.Popen(['strace', '-f', '-qq', '-e', 'trace=fdatasync,fsync', '-o', out, '-p',
                              str(bench.pid())], stderr=subprocess.DEVNULL)
    before = commits(bench)
    load.wrk(bench.ours, bench.messages['ours'], bench.options.seconds, 8)
    after = commits(bench)
    trace.terminate()
    trace.wait()
    with open(out, encoding='utf-8') as f:
        syncs = sum(1 for line in f if re.search(r'f(data)?sync\(\d+\)\s*=|resumed>', line))
    if before is None or after is None:
        skip('G12', 'the listener does not tell its commits; %d syncs were seen' % syncs)
        return
    goal('G12', 'fdatasync per commit: %d syncs, %d commits' % (syncs, after - before),
         round(syncs / max(1, after - before), 2), '>= 1', syncs >= after - before)


def commits(bench):
    """From the metrics file, which is as old as its last writing."""
    path = os.path.join(bench.world.store, 'run', 'metrics.prom')
    time.sleep(3)
    try:
        with open(path, encoding='utf-8') as f:
            m = re.search(r'^\w*commits_total (\d+)', f.read(), re.M)
    except OSError:
        return None
    return int(m.group(1)) if m else None


async def slow_sender(port, context, dropped):
    start = time.monotonic()
    try:
        reader, writer = await asyncio.open_connection('127.0.0.1', port, ssl=context)
        for byte in b'POST /hv/n HTTP/1.1\r\nHost: localhost\r\nX-Slow: ' + b'a' * 1000:
            writer.write(bytes([byte]))
            await writer.drain()
            try:
                if not await asyncio.wait_for(reader.read(100), 1):
                    break
            except asyncio.TimeoutError:
                pass
    except (OSError, asyncio.IncompleteReadError):
        pass
    dropped.append(time.monotonic() - start)


def slow_crowd(port, count, dropped):
    async def crowd():
        context = peers.insecure()
        await asyncio.gather(*[slow_sender(port, context, dropped) for _ in range(count)])
    asyncio.run(crowd())


def abuse_goals(bench):
    quiet, crowded, dropped = [], [], []
    for _ in range(min(3, bench.options.rounds)):
        quiet.append(load.wrk(bench.ours, bench.messages['ours'], 4, 64)['rps'])
        crowd = threading.Thread(target=slow_crowd, args=(bench.world.port, 500, dropped))
        crowd.start()
        time.sleep(2)       # their handshakes are over, most bytes are still to come
        crowded.append(load.wrk(bench.ours, bench.messages['ours'], 4, 64)['rps'])
        crowd.join()
    lost = 100 * (1 - median(crowded) / median(quiet))
    goal('G13', '500 senders of 1 byte/s take from good clients', '%.1f %%' % lost, '<= 10 %',
         lost <= 10)
    worst = max(dropped)
    goal('G13', 'they are dropped, the last after', '%.1f s' % worst, '<= 10 s + handshake',
         worst <= 15)


def of(goals):
    """Goals of another file, which has no table of its own."""
    return lambda bench: goals(bench, goal, skip, say)


GOALS = [
    (('G1', 'G2', 'G3'), rate_goals), (('G4',), of(journal.journal_goals)),
    (('G4',), of(journal.raw_goals)), (('G5',), latency_goals), (('G6',), share_goal),
    (('G7',), handshake_goal), (('G10',), of(journal.tail_goals)),
    (('G11',), of(journal.memory_goals)), (('G12',), durability_goals), (('G13',), abuse_goals),
    (('G8', 'G9'), of(console.goals)),     # last: it takes the journal over
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('binary')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--seconds', type=int, default=2)
    parser.add_argument('--only', default='')
    parser.add_argument('--long', action='store_true')
    parser.add_argument('--journal-bench', default='')
    options = parser.parse_args()
    if not shutil.which('wrk'):
        print('bench: wrk is not installed: nothing can be measured (apt install wrk)',
              file=sys.stderr)
        return 1
    wanted = set(options.only.split(',')) if options.only else None
    bench = Bench(options)
    try:
        bench.up()
        for names, run in GOALS:
            if not wanted or wanted & set(names):
                run(bench)
    finally:
        bench.close()
    print('\n%-4s %-72s %12s %-20s %s' % ('goal', 'what', 'measured', 'wanted', ''))
    for row in rows:
        print('%-4s %-72s %12s %-20s %s' % row)
    return 0 if all(row[4] != 'MISSED' for row in rows) else 3


if __name__ == '__main__':
    sys.exit(main())
