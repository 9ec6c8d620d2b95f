#!/usr/bin/env python3
"""hour.py PROGRAM [--valgrind] - an hour at the console in virtual time: every
view, filters, sorting, marks, forms, a rotation, questions answered no, an idle
lock, resizes, and what time alone brings. In a pseudo-terminal and as
a plain picture; whatever checks memory must have nothing to say."""
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import threading

from world import PASSPHRASE, expect, notification, sign, tell

TYPES = ('weight', 'height', 'medication')
SIZES = ((24, 80), (40, 140), (5, 20), (12, 60), (60, 200), (24, 80))
VALGRIND = ('valgrind', '-q', '--leak-check=full', '--show-leak-kinds=definite,indirect,possible',
            '--errors-for-leak-kinds=definite,indirect', '--track-fds=no', '--error-exitcode=99',
            '--child-silent-after-fork=yes')


def round_of_views(n):
    """A round a tired person makes: look, filter, sort, mark, read, go back."""
    size = SIZES[n % len(SIZES)]
    return ['size %dx%d' % (size[1], size[0]),
            'press 1', 'clock 20s', 'press j x', 'press <Esc> d d',
            'press 2', 'clock 10s', 'press j ] ] ] ] ] ]', 'press / ', 'type weight',
            'press <Enter> s s i n N', 'press * u <Esc>', 'press t', 'press <Space> yc',
            'press x', 'press <PgDn> <Esc>', 'clock 30s',
            'press 3', 'press ] ] ]', 'press G g x <Esc>', 'clock 15s',
            'press 4', 'press j ] ]', 'press x <Esc>',
            'press 5', 'press j ] ]', 'press x <Esc>', 'clock 15s',
            'press 6', 'press G k k <Enter>', 'press ] ] <Esc> v v', 'press . , m } p p f',
            'press / ', 'type verdict:bad-hmac', 'press <Enter> <Esc>', 'clock 30s',
            'press 7', 'press j ] x <Esc>',
            'press 8', 'press j ] x <Esc>',
            'press 9', 'press ] x <Esc>', 'clock 20s',
            'press ?', 'type rotate', 'press <Down> <Esc> <Esc>',
            'press ^p', 'type dash', 'press <Enter>',
            'press z z', 'messages', 'press <Esc>', 'speak', 'clock 1m']


def hour(url):
    """The steps; the seconds of their clocks make an hour and more."""
    lines = ['wait Needs attention']
    for n in range(5):
        lines += round_of_views(n)
    lines += ['size 80x24', 'press 2', 'press A', 'type ' + url.replace('https://', ''),
              'press <Tab> <Tab>', 'type sleep', 'press <Enter> <F2>', 'expect Create', 'press n',
              'press <Esc>', 'press y',
              'press g D', 'expect Delete', 'press n', 'press R', 'press <Esc>',
              'press 3', 'press *', 'press R', 'expect Type 3', 'type 3', 'press <Enter>',
              'wait rotated', 'clock 2m', 'press 6', 'press <Esc>', 'clock 9m',
              'press 1', 'expect Needs attention',
              'clock 601s', 'expect Passphrase', 'clock 15m', 'type ' + PASSPHRASE,
              'press <Enter>', 'wait Needs attention']
    for n in range(3):
        lines += round_of_views(n + 3)
    return lines + ['clock 1m', 'size 80x24', 'press 1', 'expect Needs attention']


def seconds(lines):
    total = 0
    for line in lines:
        if line.startswith('clock '):
            word = line.split()[1]
            total += int(word[:-1]) * {'s': 1, 'm': 60, 'h': 3600}[word[-1]]
    return total


def fill(world):
    for name in TYPES:
        made = world.json('sub', 'create', '--type', name, '--url', world.notify_url('/hv/' + name))
        world.run('sandbox', 'emit', '--type', name, '--wait')
    body = notification(made['id'], '8d4e1f92-66b3-4c1a-8f07-2b9d5e60c3a1')
    for version in (made['key_version'], 'v20200101-1'):
        status = world.post(sign(b'x' * 64, made['id'], version, body), body, '/hv/x')
        expect(status == 401, 'a forged one was answered %d' % status)


def command(world, binary, valgrind, name):
    log = world.path('memory.' + name)
    words = [binary, 'tui', '--script', world.path('steps')]
    if valgrind:
        words = list(VALGRIND) + ['--log-file=%s.%%p' % log] + words
    return words


def environ(world, name):
    out = dict(world.environ, LINES='24', COLUMNS='80', TERM='xterm-256color', LC_ALL='C.UTF-8')
    log = world.path('memory.' + name)
    out['ASAN_OPTIONS'] = 'detect_leaks=1:log_path=%s' % log
    out['UBSAN_OPTIONS'] = 'print_stacktrace=1:log_path=%s' % log
    return out


def reports(world):
    """What a sanitizer or valgrind wrote; empty is good. Lines with the number between
    dashes are valgrind's about itself: 3.19 does not know the system call mlock2."""
    text = ''
    for name in os.listdir(world.dir):
        if name.startswith('memory.'):
            with open(world.path(name), encoding='utf-8', errors='replace') as f:
                text += ''.join(line for line in f if not re.match(r'--[0-9]+-- ', line))
    return text


def in_a_terminal(world, words):
    """The console on a pseudo-terminal that changes its size now and then."""
    leader, follower = pty.openpty()
    stop = threading.Event()
    seen = bytearray()

    def resize(rows, cols):
        fcntl.ioctl(leader, termios.TIOCSWINSZ, struct.pack('HHHH', rows, cols, 0, 0))

    def drain():
        at, n = 0, 0
        while not stop.is_set():
            if select.select([leader], [], [], 0.2)[0]:
                try:
                    seen[:] = (seen + os.read(leader, 65536))[-20000:]
                except OSError:
                    return
            at += 1
            if at % 200 == 0:
                n += 1
                resize(*SIZES[n % len(SIZES)])

    resize(24, 80)
    thread = threading.Thread(target=drain)
    process = subprocess.Popen(words, env=environ(world, 'pty'), stdin=follower, stdout=follower,
                               stderr=follower, start_new_session=True)
    os.close(follower)
    thread.start()
    try:
        return process.wait(1500), bytes(seen[-2000:])
    finally:
        if process.poll() is None:
            process.kill()
        stop.set()
        thread.join()
        os.close(leader)


def play(world, valgrind):
    world.up()
    fill(world)
    lines = hour(world.notify_url('/hv/sleep'))
    expect(seconds(lines) >= 3600, 'the hour has %d seconds' % seconds(lines))
    with open(world.path('steps'), 'w', encoding='utf-8') as f:
        f.write('\n'.join(lines) + '\n')
    words = command(world, world.binary, valgrind, 'plain') + ['--plain']
    p = subprocess.run(words, env=environ(world, 'plain'), stdin=subprocess.DEVNULL,
                       capture_output=True, text=True, timeout=1500)
    expect(p.returncode == 0, 'plain: exit %d\n%s%s' % (p.returncode, p.stdout, p.stderr[-3000:]))
    expect('Needs attention' in p.stdout, p.stdout)
    with open(world.path('steps'), 'a', encoding='utf-8') as f:
        f.write('quit\n')
    status, seen = in_a_terminal(world, command(world, world.binary, valgrind, 'pty'))
    text = reports(world)
    expect(status == 0 and not text, 'terminal: exit %d\n%s\n%r' % (status, text[:6000], seen))
    print('%d virtual seconds, %d steps, twice: clean' % (seconds(lines), len(lines)))


def main():
    valgrind = '--valgrind' in sys.argv[2:]
    if valgrind and not shutil.which('valgrind'):
        print('skipped: valgrind is not installed')
        return 0
    return tell(lambda world: play(world, valgrind), sys.argv[1])


if __name__ == '__main__':
    sys.exit(main())
