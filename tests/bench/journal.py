"""journal.py - the goals of the journal: beside a raw file, with and without a
tail that follows, and the listener's memory. Called by bench.py."""
import json
import os
import statistics
import subprocess
import threading
import time

import load


def cpu_ms(pid):
    with open('/proc/%d/stat' % pid, encoding='utf-8') as f:
        fields = f.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf('SC_CLK_TCK')


def memory_kb(pid, field='VmRSS'):
    with open('/proc/%d/status' % pid, encoding='utf-8') as f:
        for line in f:
            if line.startswith(field + ':'):
                return int(line.split()[1])
    return 0


def journal_goals(bench, goal, skip, say):
    tool = bench.options.journal_bench
    if not tool or not os.path.exists(tool):
        skip('G4', 'journal-bench was not built')
        return
    out = subprocess.run([tool], capture_output=True, text=True, timeout=900,
                         cwd=bench.folder).stdout
    for line in out.splitlines():
        if not line.startswith('{'):
            continue
        r = json.loads(line)
        say(**r)
        if 'ratio' in r and 'k' in r:
            goal('G4', 'raw file %.0f rows/s, journal %.0f rows/s, K=%d'
                 % (r['raw'], r['journal'], r['k']), round(r['ratio'], 2), '<= 3.5 x',
                 r['ratio'] <= 3.5)


def raw_goals(bench, goal, skip, say):
    """The same listener, once on the journal, once on a raw file: see raw.h."""
    binary = bench.tool('hvconsole-raw')
    if not os.path.exists(binary):
        skip('G4', 'hvconsole-raw was not built')
        return
    w = bench.world
    raw = os.path.join(w.store, 'raw-file')      # the listener writes nowhere else
    w.listener.terminate()
    w.listener.wait()
    with open(raw + '.on', 'w+b', buffering=0) as switch:
        switch.write(b'0')
        ours, w.binary, w.environ['HV_BENCH_RAW'] = w.binary, binary, raw
        bench.listen()
        got = {b'0': [], b'1': []}
        for n in range(bench.options.rounds):
            for on in (b'0', b'1') if n % 2 else (b'1', b'0'):
                switch.seek(0)
                switch.write(on)
                r = bench.load(64)
                say(round=n, end_to_end='raw' if on == b'1' else 'journal', **r)
                got[on].append(r['rps'])
        switch.seek(0)
        switch.write(b'0')
        w.listener.terminate()
        w.listener.wait()
        w.binary = ours
        del w.environ['HV_BENCH_RAW']
        bench.listen()
    journal, file = statistics.median(got[b'0']), statistics.median(got[b'1'])
    goal('G4', 'end to end, 64 TLS connections: journal %.0f/s, the same on a raw file %.0f/s'
         % (journal, file), round(journal / file, 2), '>= 0.85 x', journal >= 0.85 * file)


class Tail:
    """`log tail -f`, once it follows: opening the keystore is behind it."""

    def __init__(self, bench, *args):
        self.bench = bench
        w = bench.world
        self.process = subprocess.Popen(
            [w.binary, 'log', 'tail', '-f', '-o', 'ndjson', '--limit', '1', *args],
            env=w.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.seen = threading.Event()
        self.newest = 0.0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for _ in self.process.stdout:
            self.newest = time.monotonic()
            self.seen.set()

    def send(self, limit, forged=False):
        """Milliseconds from the answer to the line; None: it never came."""
        header, body = load.one_message(self.bench.sub, 'v-bench',
                                        os.urandom(64) if forged else self.bench.key)
        self.seen.clear()
        self.bench.world.post(header, body, '/hv/n')
        sent = time.monotonic()
        return (self.newest - sent) * 1000 if self.seen.wait(limit) else None

    def follow(self, forged=False):
        end = time.monotonic() + 20
        while self.send(1, forged) is None:
            if time.monotonic() > end:
                raise TimeoutError('the tail does not follow')
        while self.seen.is_set():
            self.seen.clear()
            time.sleep(0.3)     # what it still had to tell
        return self

    def close(self):
        self.process.terminate()
        self.process.wait()


def tail_goals(bench, goal, skip, say):
    tail = Tail(bench).follow()
    delays = [tail.send(5) for _ in range(20)]
    tail.close()
    worst = max(delays) if None not in delays else float('inf')
    goal('G10', 'a row is printed by a following tail, worst of 20, after the 200',
         '%.0f ms' % worst, '<= 100 ms', worst <= 100)
    rates = {False: [], True: []}
    used = []
    for n in range(bench.options.rounds):
        # Who comes first changes: the machine gets warmer, the journal longer.
        for tailed in (False, True) if n % 2 else (True, False):
            tail = Tail(bench, '--verdict', 'bad-hmac').follow(True) if tailed else None
            before = cpu_ms(tail.process.pid) if tail else 0
            r = bench.load(64)
            say(round=n, tailed=tailed, **r)
            rates[tailed].append(r['rps'])
            if tail:
                used.append((cpu_ms(tail.process.pid) - before) / bench.options.seconds / 10)
                tail.close()
    say(tail_cpu_percent=statistics.median(used))
    cost = 100 * (1 - statistics.median(rates[True]) / statistics.median(rates[False]))
    goal('G10', 'what a following tail that shows nothing costs the listener', '%.1f %%' % cost,
         '<= 3 %', cost <= 3)


def memory_goals(bench, goal, skip, say):
    load.wrk(bench.ours, bench.messages['ours'], bench.options.seconds, 256)
    rss = memory_kb(bench.pid())
    goal('G11', 'listener, RSS after 256 TLS connections', '%.1f MB' % (rss / 1024), '<= 48 MB',
         rss <= 48 * 1024)
    distinct = 0
    while distinct < 280000:
        again = load.write_messages(bench.folder, bench.sub, 'v-bench', bench.key, bench.secret)
        distinct += min(load.MESSAGES, load.wrk(bench.ours, again['ours'], bench.options.seconds,
                                                64)['requests'])
    rss = memory_kb(bench.pid())
    goal('G11', 'the same after %d distinct messages' % distinct, '%.1f MB' % (rss / 1024),
         '<= 48 MB', rss <= 48 * 1024)
    if not bench.options.long:
        skip('G11', 'flat over 1 M notifications: with --long')
        return
    total, samples = 0, []
    while total < 1000000:
        total += load.wrk(bench.ours, bench.messages['ours'], 10, 64)['requests']
        fds = len(os.listdir('/proc/%d/fd' % bench.pid()))
        samples.append((total, memory_kb(bench.pid()), fds))
        say(notifications=samples[-1][0], rss_kb=samples[-1][1], fds=samples[-1][2])
    growth = samples[-1][1] - samples[0][1]
    goal('G11', 'RSS grown between %d and %d notifications' % (samples[0][0], samples[-1][0]),
         '%d KB' % growth, '<= 2 MB', growth <= 2048)
    goal('G11', 'descriptors', '%d, then %d' % (samples[0][2], samples[-1][2]), 'flat',
         samples[-1][2] <= samples[0][2] + 4)
