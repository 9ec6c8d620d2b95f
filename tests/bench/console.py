"""console.py - the console's goals: first frame beside a trivial curses
program, key to frame over a journal of any size, memory, bytes a key writes,
and what it does while nobody does anything. Called by bench.py."""
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import termios
import time

MARK = re.compile(rb'\033\]2;frame (\d+)\a')
SIZE = (50, 160)


class Terminal:
    """A program in a pseudo-terminal that marks its frames."""

    def __init__(self, argv, environ):
        self.seen = b''
        self.written = 0
        self.frames = 0
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(argv[0], argv, dict(environ, TERM='xterm-256color', LC_ALL='C.UTF-8',
                                          HVCONSOLE_FRAME_MARK='1'))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', *SIZE, 0, 0))

    def read(self, limit):
        """What comes within `limit` seconds; False: nothing, or the end."""
        if not select.select([self.fd], [], [], max(limit, 0))[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.written += len(data)
        self.seen = (self.seen + data)[-200000:]
        return bool(data)

    def frame(self, limit=10):
        """Until a frame is complete; the moment it was."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            marks = [int(m) for m in MARK.findall(self.seen)]
            if marks and marks[-1] > self.frames:
                self.frames = marks[-1]
                return time.monotonic()
            self.read(end - time.monotonic())
        raise TimeoutError('no frame in %s s' % limit)

    def until(self, text, limit=120):
        end = time.monotonic() + limit
        while text.encode() not in self.seen:
            if time.monotonic() > end:
                raise TimeoutError('%r never came' % text)
            self.read(end - time.monotonic())
        return time.monotonic()

    def calm(self, quiet=0.15):
        while self.read(quiet):
            pass
        marks = MARK.findall(self.seen)
        self.frames = int(marks[-1]) if marks else 0

    def key(self, keys):
        """Milliseconds from a press to its frame, and the bytes it wrote."""
        before = self.written
        start = time.monotonic()
        os.write(self.fd, keys)
        took = (self.frame() - start) * 1000
        return took, self.written - before

    def usage(self):
        """(nanoseconds of CPU, voluntary wakeups) of all its threads."""
        cpu = wakeups = 0
        for task in os.listdir('/proc/%d/task' % self.pid):
            place = '/proc/%d/task/%s/' % (self.pid, task)
            with open(place + 'schedstat', encoding='utf-8') as f:
                cpu += int(f.read().split()[0])
            with open(place + 'status', encoding='utf-8') as f:
                wakeups += int(re.search(r'^voluntary_ctxt_switches:\s+(\d+)', f.read(),
                                         re.M).group(1))
        return cpu, wakeups

    def rss_kib(self):
        with open('/proc/%d/status' % self.pid, encoding='utf-8') as f:
            return int(re.search(r'^VmRSS:\s+(\d+)', f.read(), re.M).group(1))

    def close(self):
        try:
            os.kill(self.pid, signal.SIGTERM)
            while self.read(1):
                pass
        except (OSError, ProcessLookupError):
            pass
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def first_frames(commands, environ, rounds):
    """Median of each command's time to its first whole frame, in turns."""
    took = [[] for _ in commands]
    for _ in range(rounds):
        for argv, times in zip(commands, took):
            t = Terminal(argv, environ)
            times.append((t.frame() - t.started) * 1000)
            t.close()
    return [sorted(times)[rounds // 2] for times in took]


def console(bench):
    w = bench.world
    return [w.binary, '--passphrase-file', w.passfile, 'tui', '--view', 'log']


def fill(bench, rows):
    """A journal of that many rows; the listener must not hold it."""
    w = bench.world
    store = os.path.join(w.dir, 'data', 'hvconsole', 'keystore.hvks')
    for name in ('journal.db', 'journal.db-wal', 'journal.db-shm'):
        try:
            os.unlink(os.path.join(w.store, name))
        except FileNotFoundError:
            pass
    subprocess.run([bench.tool('journal-many'), 'fill', '--keystore', store,
                    '--passphrase-file', w.passfile, '--rows', str(rows),
                    os.path.join(w.store, 'journal.db')], check=True, stdout=subprocess.DEVNULL)


# Each is pressed so often, warm, and once cold before.
KEYS = [
    ('one row', b'k', 60), ('a page up', b'\033[5~', 60), ('a page down', b'\033[6~', 60),
    ('to the beginning and the end', b'gG', 20), ('the next refused one', b',', 60),
    ('another verdict', b'v', 40),
]
FILTERS = [
    ('subscription', 'sub:'), ('version', 'version:v20260823-1'), ('verdict', 'bad-hmac'),
    ('two hours', 'since:2h'), ('two words', 'since:5d !verified'),
]


def measure_keys(t, told):
    cold, warm, wrote = [], [], []
    for name, keys, times in KEYS:
        took = [t.key(keys) for _ in range(times)]
        cold.append(took[0][0])
        warm += [ms for ms, _ in took[1:]]
        wrote += [size for _, size in took]
        told(console_key=name, p50_ms=round(percentile([m for m, _ in took], 0.5), 2),
             p99_ms=round(percentile([m for m, _ in took], 0.99), 2),
             bytes=percentile([b for _, b in took], 0.5))
    return cold, warm, wrote


def measure_filters(t, sub, told):
    cold, warm = [], []
    for name, words in FILTERS:
        words += sub if words == 'sub:' else ''
        took = []
        for _ in range(6):
            t.key(b'/')
            os.write(t.fd, b'\025' + words.encode())
            t.calm()
            took.append(t.key(b'\r')[0])
            t.calm(0.05)
            t.key(b'\033')
            t.calm(0.05)
        cold.append(took[0])
        warm += took[1:]
        told(console_filter=name, cold_ms=round(took[0], 2),
             worst_warm_ms=round(max(took[1:]), 2))
    return cold, warm


ABSENT = 'zz-no-such-text'
# In one body of some thousands, as a part of an id.
SOMEWHERE = 'c0ffe'


def search(t, text):
    """From Enter: (ms to the frame that says so, the moment it was pressed)."""
    t.key(b'/')
    os.write(t.fd, b'\025text:' + text.encode())
    t.calm()
    t.seen = b''
    start = time.monotonic()
    took = t.key(b'\r')[0]
    return took, start


def last_frame(t, moment):
    """It tells how far it is ten times a second: no word for longer is the end."""
    while True:
        try:
            moment = t.frame(0.3)
        except TimeoutError:
            return moment


def measure_search(t, rounds):
    """(ms to the first row, seconds of a whole one, ms of keys meanwhile,
    ms until Esc says that it is stopped, share of a core used after that)"""
    first, whole, keys, stops, after = [], [], [], [], []
    for _ in range(rounds):
        _, start = search(t, SOMEWHERE)
        first.append((t.until(' v2026-', 20) - start) * 1000)
        t.calm(0.4)
        t.key(b'\033')
        t.calm()
        _, start = search(t, ABSENT)
        whole.append(last_frame(t, start) - start)
        t.key(b'\033')
        t.calm()
    for _ in range(rounds):
        _, start = search(t, ABSENT)
        while time.monotonic() - start < min(whole) / 2:
            keys.append(t.key(b't')[0])
        t.key(b'\033')
        t.calm()
        search(t, ABSENT)
        t.read(0.1)
        stops.append(t.key(b'\033')[0])
        t.read(0.05)
        before, wall = t.usage()[0], time.monotonic()
        while time.monotonic() - wall < 0.3:
            t.read(0.1)
        after.append((t.usage()[0] - before) / 1e9 / (time.monotonic() - wall))
        t.key(b'\033')
        t.calm()
    return first, whole, keys, stops, after


def lnav_seconds(bench, rows):
    """The same question to lnav, about what we export for it: without bodies."""
    w = bench.world
    home = os.path.join(w.dir, 'lnav')
    formats = os.path.join(home, '.lnav', 'formats', 'hvconsole')
    name = os.path.join(w.dir, 'export.ndjson')
    os.makedirs(formats, exist_ok=True)
    shutil.copy(os.path.join(os.path.dirname(__file__), '..', '..', 'docs', 'lnav',
                             'hvconsole.json'), formats)
    w.run('log', 'export', '--to', name)
    environ = dict(w.environ, HOME=home, XDG_CONFIG_HOME=os.path.join(home, '.config'))
    took = []
    for _ in range(3):
        start = time.monotonic()
        subprocess.run(['lnav', '-n', '-c', ':filter-in ' + ABSENT, name], env=environ,
                       check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        took.append(time.monotonic() - start)
    size = os.path.getsize(name)
    os.unlink(name)
    return sorted(took)[1], size


def idle(t, seconds):
    """As it is when nobody has been there for half a minute."""
    end = time.monotonic() + 31
    while time.monotonic() < end:
        t.read(end - time.monotonic())
    before, wakes = t.usage()
    size = t.written
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        t.read(end - time.monotonic())
    after, later = t.usage()
    return ((after - before) / 1e9 / seconds * 100,
            (later - wakes) / seconds, (t.written - size) / seconds)


def goals(bench, goal, skip, say):
    if not os.path.exists(bench.tool('journal-many')):
        skip('G8', 'journal-many was not built')
        return
    w = bench.world
    rows = 10_000_000 if bench.options.long else 1_000_000
    if w.listener:
        w.listener.terminate()
        w.listener.wait()
    fill(bench, rows)
    sub = w.json('log', 'list', '--verdict', 'verified', '--limit', '1')['items'][0]['sub']
    mine, trivial = first_frames([console(bench), [bench.tool('curses-peer')]], w.environ,
                                 bench.options.rounds * 3)
    goal('G8', 'first full frame at %d rows, beside trivial curses' % rows,
         '%.1f ms, %.1fx' % (mine, mine / trivial), '<= 30 ms, <= 3x',
         mine <= 30 and mine <= 3 * trivial)
    t = Terminal(console(bench), w.environ)
    try:
        t.until('FOLLOW')
        t.calm(1)
        cold, warm, wrote = measure_keys(t, say)
        t.key(b'f')
        t.calm()
        more_cold, more_warm = measure_filters(t, sub, say)
        goal('G9', 'key to frame at %d rows, p99 warm' % rows,
             '%.1f ms' % percentile(warm + more_warm, 0.99), '<= 16 ms',
             percentile(warm + more_warm, 0.99) <= 16)
        goal('G9', 'the same, worst cold', '%.1f ms' % max(cold + more_cold), '<= 50 ms',
             max(cold + more_cold) <= 50)
        goal('G9', 'bytes that a key writes, worst (a screen has %d cells)'
             % (SIZE[0] * SIZE[1]), '%d' % max(wrote), '<= 4 a cell',
             max(wrote) <= 4 * SIZE[0] * SIZE[1])
        first, whole, keys, stops, after = measure_search(t, bench.options.rounds)
        total = sorted(whole)[len(whole) // 2]
        goal('G9', 'a text in all bodies of %d rows: first of it on screen, worst' % rows,
             '%.0f ms' % max(first), '<= 100 ms', max(first) <= 100)
        goal('G9', 'keys while it searches, p99', '%.1f ms' % percentile(keys, 0.99),
             '<= 16 ms', percentile(keys, 0.99) <= 16)
        goal('G9', 'Esc stops it: to the frame that says so, worst; core used after',
             '%.1f ms, %.1f %%' % (max(stops), max(after) * 100), '<= 50 ms, < 10 %',
             max(stops) <= 50 and max(after) < 0.1)
        say(console_search=rows, seconds=round(total, 2),
            rows_per_second=round(rows / max(total, 0.001)))
        if not shutil.which('lnav'):
            skip('G9', 'lnav is not installed')
        elif rows > 1_000_000:
            skip('G9', 'beside lnav: at 1 M rows, without --long')
        else:
            theirs, size = lnav_seconds(bench, rows)
            goal('G9', 'all of it, beside lnav :filter-in on our export (%d MB, no bodies)'
                 % (size >> 20), '%.2f s, %.2fx' % (total, total / theirs), '<= 0.33x',
                 total <= theirs / 3)
        rss = t.rss_kib() / 1024
        goal('G11', 'memory of the console at %d rows' % rows, '%.1f MB' % rss, '<= 32 MB',
             rss <= 32)
        cpu, wakes, size = idle(t, 30)
        goal('G8', 'idle: CPU, wakeups and bytes a second', '%.2f %%, %.1f, %.0f'
             % (cpu, wakes, size), '< 0.1 %, the tick', cpu < 0.1)
    finally:
        t.close()
