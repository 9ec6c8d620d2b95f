#!/usr/bin/env python3
"""rooms.py - the walls between the rooms, read from every #include and call.

usage: rooms.py ROOT

A room may include include/hvconsole and the rooms before it, nothing after it;
each external library is at home in few rooms; some calls are banned where they
would break a promise (core never writes to stdout, only base reads randomness
...). Also: a `Fact:` names a heading of docs/protocol.md, and unfinished work
is not left in comments. Prints every breach as FILE:LINE and exits 1.
"""
import os
import re
import sys

ROOMS = ['base', 'keystore', 'core', 'sandbox', 'tui']
# what a room may include of others' private headers
MAY = {
    'base': ['base/'],
    'keystore': ['keystore/'],
    'core': ['core/'],
    'sandbox': ['sandbox/', 'core/loop/', 'core/net/'],
    'tui': ['tui/'],
}
# public headers a room must not see
HIDDEN = {
    'base': ['keyring', 'keystore', 'profile', 'client', 'sub', 'notify', 'journal', 'listener',
             'rotate', 'run', 'loop', 'sandbox', 'names', 'send'],
    'keystore': ['client', 'sub', 'notify', 'journal', 'listener', 'rotate', 'run', 'loop',
                 'sandbox', 'send', 'names'],
    'core': ['sandbox'],
    'sandbox': ['keyring', 'keystore', 'profile', 'client', 'sub', 'notify', 'journal',
                'listener', 'rotate', 'send'],
    'tui': [],
}
# external headers and where they live (path prefixes)
HOME = {
    r'curses\.h|ncurses.*|term\.h': ['tui/term/'],
    r'readline/.*': ['tui/term/prompt.c'],
    r'jansson\.h': ['tui/command/out', 'tui/command/json'],
    r'qrencode\.h': ['core/shell/'],
    r'curl/.*': ['core/', 'sandbox/'],
    r'libxml/.*': ['core/', 'sandbox/'],
    r'event2/.*|event\.h': ['core/', 'sandbox/'],
    r'sqlite3\.h': ['core/', 'sandbox/'],
    r'nats/.*': ['core/handon/'],
    r'openssl/.*': ['base/', 'keystore/', 'core/', 'sandbox/'],
    r'sys/socket\.h|netinet/.*|arpa/.*|netdb\.h|sys/un\.h': ['core/', 'sandbox/'],
}
BANNED = {   # call -> rooms or files in which it is banned ('' = everywhere)
    r'\b(printf|puts|putchar)\s*\(': ['base/', 'keystore/', 'core/', 'sandbox/'],
    r'\bstdout\b': ['base/', 'keystore/', 'core/', 'sandbox/'],
    r'\bisatty\s*\(': ['base/', 'keystore/', 'core/', 'sandbox/'],
    r'\b(strcpy|strcat|sprintf|gets|strtok|system|popen|mktemp|tmpnam)\s*\(': [''],
    r'\b(sleep|usleep)\s*\(': [''],
    r'\bgetenv\s*\(': ['base/', 'keystore/', 'core/', 'sandbox/'],
    r'\bXML_PARSE_(NOENT|DTDLOAD|DTDATTR|DTDVALID|XINCLUDE|RECOVER|HUGE)\b': [''],
    r'\bRAND_(bytes|priv_bytes)\s*\(': ['keystore/', 'core/', 'tui/'],
}
ALLOWED = {   # file -> what the ban means otherwise
    'core/net/systemd.c': 'getenv(',    # the service manager speaks by environment
}
WORDS = re.compile(r'\b(TODO|FIXME|XXX|HACK)\b|\.\./shared')


def sources(root):
    for room in ROOMS + ['include']:
        for folder, _, names in os.walk(os.path.join(root, room)):
            for name in sorted(names):
                if name.endswith(('.c', '.h')):
                    yield room, os.path.relpath(os.path.join(folder, name), root)


def strip_comments(text):
    """Blank comments and strings, keep line numbers."""
    def blank(match):
        return re.sub(r'[^\n]', ' ', match.group())
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def main(root):
    breaches = []
    facts = set()
    protocol = os.path.join(root, 'docs', 'protocol.md')
    with open(protocol, encoding='utf-8') as f:
        for line in f:
            if line.startswith('## '):
                facts.add(line[3:].strip())
    count = 0
    for room, path in sources(root):
        count += 1
        with open(os.path.join(root, path), encoding='utf-8') as f:
            text = f.read()

        def breach(line, what):
            breaches.append('%s:%d: %s' % (path, line, what))

        if not text.lstrip().startswith('/*'):
            breach(1, 'no sign: a file opens with a comment that says what it is')
        for number, line in enumerate(text.splitlines(), 1):
            m = WORDS.search(line)
            if m:
                breach(number, 'unfinished or private word: ' + m.group())
            m = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if not m:
                continue
            name = m.group(2)
            if name.startswith('hvconsole/'):
                if room != 'include' and name[10:-2] in HIDDEN[room]:
                    breach(number, '%s/ must not know %s' % (room, name))
            elif m.group(1) == '"':
                if room == 'include' or not any(name.startswith(p) for p in MAY[room]):
                    breach(number, '%s/ reaches into another room: %s' % (room, name))
            for pattern, homes in HOME.items():
                if re.fullmatch(pattern, name) and not any(path.startswith(h) for h in homes):
                    breach(number, '<%s> is at home in %s only' % (name, ', '.join(homes)))
        code = strip_comments(text)
        for pattern, where in BANNED.items():
            if not any(path.startswith(w) for w in where):
                continue
            for m in re.finditer(pattern, code):
                if ALLOWED.get(path) == m.group().strip():
                    continue
                breach(code.count('\n', 0, m.start()) + 1, 'banned here: ' + m.group().strip())
        for m in re.finditer(r'Fact:\s*((?:[a-z-]+(?:,\s*(?:\*\s*)?)?)+)', text):
            for name in re.split(r'[,\s*]+', m.group(1)):
                if name and name not in facts:
                    breach(text.count('\n', 0, m.start()) + 1,
                           'Fact: %s is no heading of docs/protocol.md' % name)
    print('\n'.join(breaches) if breaches else 'rooms: %d files, no breach' % count)
    return 1 if breaches or count == 0 else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
