"""load.py - the load: signed messages in files for wrk, and one run of wrk."""
import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'e2e'))
from world import notification, sign    # noqa: E402

MESSAGES = 20000
BODY = 686      # bytes, as measured on the stated reference


def bodies(sub):
    for _ in range(MESSAGES):
        body = notification(sub, str(uuid.uuid4()), record=str(uuid.uuid4()))
        yield body + b' ' * (BODY - len(body))


def write_messages(folder, sub, version, key, secret):
    """The same bodies, signed for us and for the peers."""
    names = {'ours': os.path.join(folder, 'ours.tsv'), 'hex': os.path.join(folder, 'hex.tsv')}
    with open(names['ours'], 'wb') as ours, open(names['hex'], 'wb') as peers:
        for body in bodies(sub):
            ours.write(b'Authorization: %s\t%s\n' % (sign(key, sub, version, body).encode(), body))
            mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            peers.write(b'X-Signature: sha256=%s\t%s\n' % (mac.encode(), body))
    return names


def one_message(sub, version, key):
    body = notification(sub, str(uuid.uuid4()))
    return sign(key, sub, version, body), body


def wrk(url, messages, seconds, connections, threads=2, close=False):
    """One run; rps, p50 and p99 in ms, and how many were not 200."""
    environ = dict(os.environ, HV_BENCH_MESSAGES=messages)
    if close:
        environ['HV_BENCH_CLOSE'] = '1'
    out = subprocess.run(['wrk', '-t%d' % min(threads, connections), '-c%d' % connections,
                          '-d%ds' % seconds, '--timeout', '10s', '--latency', '-s',
                          os.path.join(HERE, 'load.lua'), url],
                         env=environ, capture_output=True, text=True, check=True).stdout
    result = json.loads([l for l in out.splitlines() if l.startswith('RESULT ')][0][7:])
    return {'rps': result['requests'] / (result['us'] / 1e6), 'p50': result['p50'] / 1000,
            'p99': result['p99'] / 1000, 'requests': result['requests'], 'bad': result['bad'],
            'net': result['net']}


def new_key(path):
    key = os.urandom(64)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(base64.b64encode(key).decode() + '\n')
    os.chmod(path, 0o600)
    return key
