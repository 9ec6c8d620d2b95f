#!/usr/bin/env python3
"""check_wire.py - every document on the wire against the published schemas.

usage: check_wire.py RUN-TEST RECORD_WIRE SCHEMAS-DIR

SCHEMAS-DIR holds the schemas and validate.py; empty: says so and skips (77).
"""
import glob
import os
import subprocess
import sys
import tempfile


def main(run_test, recorder, schemas):
    if not schemas:
        print('skipped: no schemas_dir; see docs/TESTING.md')
        return 77
    with tempfile.TemporaryDirectory() as folder:
        os.environ['HV_WIRE_DIR'] = folder
        if subprocess.call([run_test, recorder]):
            return 1
        files = sorted(glob.glob(folder + '/*.xml'))
        if len(files) < 18:
            print('only %d documents were written' % len(files))
            return 1
        p = subprocess.run([sys.executable, os.path.join(schemas, 'validate.py'), *files],
                           capture_output=True, text=True)
        print(p.stdout.replace(folder + '/', ''), p.stderr)
        if p.returncode:
            for name in files:
                with open(name, encoding='utf-8') as f:
                    print(os.path.basename(name), f.read())
        return 1 if p.returncode else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:4]))
