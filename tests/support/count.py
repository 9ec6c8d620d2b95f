#!/usr/bin/env python3
"""count.py - one closing line over all meson tests: 'N passed, N failed'.

usage: count.py TESTLOG.JSON     Exits 1 when something failed or nothing ran.
"""
import json
import sys


def main(path):
    passed = failed = skipped = 0
    with open(path, encoding='utf-8') as f:
        for line in f:
            result = json.loads(line)['result']
            if result in ('OK', 'EXPECTEDFAIL'):
                passed += 1
            elif result == 'SKIP':
                skipped += 1
            else:
                failed += 1
    print('%d passed, %d failed, %d skipped' % (passed, failed, skipped))
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
