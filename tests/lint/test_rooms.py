#!/usr/bin/env python3
"""test_rooms.py - the lint must see each kind of breach; one small tree each.

usage: test_rooms.py ROOMS.PY
"""
import os
import subprocess
import sys
import tempfile

SIGN = '/* a sign */\n'
# (file, content, what the lint must say; None = it must be content)
CASES = [
    ('base/a.c', SIGN + '#include "hvconsole/bytes.h"\n', None),
    ('base/a.c', '#include "hvconsole/bytes.h"\n', 'no sign'),
    ('base/a.c', SIGN + '#include "hvconsole/keystore.h"\n', 'must not know'),
    ('keystore/a.c', SIGN + '#include "core/net/http.h"\n', 'reaches into'),
    ('sandbox/a.c', SIGN + '#include "core/wire/writer.h"\n', 'reaches into'),
    ('sandbox/a.c', SIGN + '#include "core/net/http.h"\n', None),
    ('core/a.c', SIGN + '#include <curses.h>\n', 'at home in'),
    ('tui/cli/a.c', SIGN + '#include <sqlite3.h>\n', 'at home in'),
    ('core/a.c', SIGN + 'void f(void) { printf("x"); }\n', 'banned here'),
    ('core/a.c', SIGN + '/* printf( */ const char *s = "printf(";\n', None),
    ('tui/a.c', SIGN + 'void f(char *d) { strcpy(d, "x"); }\n', 'banned here'),
    ('core/a.c', SIGN + '/* Fact: nowhere-at-all */\n', 'no heading'),
    ('core/a.c', SIGN + '/* Fact: scalars */\n', None),
    ('core/a.c', SIGN + '/* TO' + 'DO later */\n', 'unfinished'),
]


def main(lint):
    bad = 0
    for path, content, want in CASES:
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(os.path.join(root, 'docs'))
            with open(os.path.join(root, 'docs/protocol.md'), 'w', encoding='utf-8') as f:
                f.write('## scalars\n')
            os.makedirs(os.path.join(root, os.path.dirname(path)))
            with open(os.path.join(root, path), 'w', encoding='utf-8') as f:
                f.write(content)
            p = subprocess.run([sys.executable, lint, root], capture_output=True, text=True)
            good = p.returncode == 0 if want is None else p.returncode == 1 and want in p.stdout
            if not good:
                bad += 1
                print('%r: wanted %r, got %d %s' % (content, want, p.returncode, p.stdout + p.stderr))
    print('%d cases, %d wrong' % (len(CASES), bad))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
