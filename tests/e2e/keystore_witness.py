#!/usr/bin/env python3
"""keystore_witness.py - two programs and one format: hvks1.py, written from the
page about the format alone, opens what hvconsole made and writes what hvconsole
opens; the known answer is the same to the byte.

usage: keystore_witness.py HVCONSOLE
"""
import base64
import hashlib
import os
import ssl
import struct
import sys
import time

import hvks1
from world import PASSPHRASE, expect, tell

SUB = '3f1c0a52-7b7e-4a11-9d60-8f2e7c5b4a10'
APP = '0b2e6a41-0001-4203-8405-060708090a0b'


def put(path, data):
    with open(path, 'wb') as f:
        f.write(data)
    os.chmod(path, 0o600)
    return path


def get(path):
    with open(path, 'rb') as f:
        return f.read()


def known_answer(world):
    """To the byte; opened by hvconsole through both slots; weak, so read-only."""
    data, key_file = hvks1.known_answer()
    digest = hashlib.sha256(data).hexdigest()
    expect(digest == '5fb37cde6c0f641c07f1c9331618ec072898dcf6ee831bd5713bb7309c4562cb',
           'known answer: %s' % digest)
    store = put(world.path('kat.hvks'), data)
    key = put(world.path('kat.key'), hvks1.key_file_text(key_file).encode())
    for args, scope in ((('--passphrase-file', world.passfile), 'full'),
                        (('--slot-key', key), 'verify')):
        keys = world.json('--keystore', store, *args, 'key', 'list')['items']
        expect([(k['sub'], k['version'], k['state']) for k in keys]
               == [(hvks1.KAT_SUB, 'kat-001', 'active')], 'keys: %r' % keys)
        status = world.json('--keystore', store, *args, 'keystore', 'status')
        expect(status['scope'] == scope and status['read_only'], 'status: %r' % status)
        expect(status['weak'] == (scope == 'full'), 'weak: %r' % status)
    _, err = world.run('--keystore', store, '--passphrase-file', world.passfile, 'key', 'list')
    expect('read-only' in err, 'no warning of a weak slot: %r' % err)
    e = world.error('--keystore', store, '--passphrase-file', world.passfile, 'keystore', 'slot',
                    'add', '--key-out', world.path('never'), want=12)
    expect('read-only' in e['message'] and not os.path.exists(world.path('never')), repr(e))
    expect(get(store) == data, 'looking changed the file')


def random_store(extra_v=(), extra_s=(), passphrase=None):
    """(bytes, key file): a store of ours with one key that hvconsole has never
    seen, opened by a key file of full scope, or by a passphrase."""
    now = int(time.time() * 1000)
    rk, key_file, key = os.urandom(32), os.urandom(32), os.urandom(64)
    if passphrase:
        slot = hvks1.Slot(hvks1.PASSPHRASE, hvks1.FULL, os.urandom(8), now, os.urandom(32),
                          'witness', 17, 8, 1)
    else:
        slot = hvks1.Slot(hvks1.KEY_FILE, hvks1.FULL, os.urandom(8), now, os.urandom(32),
                          'witness')
    store = hvks1.Store(os.urandom(16), 41, now, os.urandom(32), 3, os.urandom(32), [slot],
                        [hvks1.sub_record(SUB, APP, now, now, 'from outside'),
                         hvks1.key_record(SUB, 'w-1', key, now, now, now)] + list(extra_v),
                        list(extra_s))
    slot.wrap(store.store_id, passphrase or key_file, rk)
    return store.encode(rk), key_file, key


def written_by_the_witness(world):
    """hvconsole opens it, keeps what it does not know, and chains its save to it."""
    unknown = [(0x0155, 2, b'a record of tomorrow'), (0x0277, 0, b'')]
    data, key_file, key = random_store(unknown[:1], unknown[1:])
    store = put(world.path('w.hvks'), data)
    slot_key = put(world.path('w.key'), hvks1.key_file_text(key_file).encode())
    args = ('--keystore', store, '--slot-key', slot_key)
    keys = world.json(*args, 'key', 'list')['items']
    expect([(k['sub'], k['version'], k['state']) for k in keys] == [(SUB, 'w-1', 'active')],
           'keys: %r' % keys)
    listener = world.path('w.listener')
    world.run(*args, 'keystore', 'slot', 'add', '--verify', '--key-out', listener)
    after, scope = hvks1.open_store(get(store), key_file=key_file)
    expect(scope == hvks1.FULL and after.generation == 42 and after.epoch == 3, 'generation')
    expect(after.previous == data[-64:-32], 'the save does not name the file before it')
    expect(unknown[0] in after.v and unknown[1] in after.s, 'a record of tomorrow was lost')
    got = [hvks1.parse_key(r[2]) for r in after.v if r[0] == 0x0102]
    expect(len(got) == 1 and got[0]['key'] == key, 'the key came back as another')
    expect([r for r in after.v if r[0] == 0x01ff], 'no head of the audit log')
    narrow, scope = hvks1.open_store(get(store), key_file=hvks1.read_key_file(listener))
    expect(scope == hvks1.VERIFY and narrow.v == after.v, 'the verify slot reads something else')


def critical_records(world):
    for extra in (([(0x0155, 1, b'x')], ()), ((), [(0x0277, 1, b'x')])):
        data, key_file, _ = random_store(*extra)
        store = put(world.path('critical.hvks'), data)
        slot_key = put(world.path('critical.key'), hvks1.key_file_text(key_file).encode())
        e = world.error('--keystore', store, '--slot-key', slot_key, 'key', 'list', want=13)
        expect(get(store) == data, 'a file that was refused was changed')
        expect(e['message'], 'no sentence')


def made_by_hvconsole(world):
    """The witness reads all of it, by passphrase and by key file."""
    world.run('keystore', 'init')
    store = os.path.join(world.dir, 'data', 'hvconsole', 'keystore.hvks')
    first, scope = hvks1.open_store(get(store), passphrase=PASSPHRASE.encode())
    expect(scope == hvks1.FULL and first.generation == 1 and first.epoch == 1, 'first generation')
    expect(first.slots[0].log2_n in (17, 18), 'a cheap slot: %d' % first.slots[0].log2_n)
    data, _, key = random_store(passphrase=b'of the witness, 2^17')
    other = put(world.path('other.hvks'), data)
    phrase = put(world.path('other.pass'), b'of the witness, 2^17\n')
    report = world.json('keystore', 'import', other, '--from-passphrase-file', phrase)
    expect((report['subs'], report['keys']) == (1, 1), 'import: %r' % report)
    cert = world.path('cert.pem')
    profile = world.json('profile', 'add', 'live', '--platform',
                         'https://localhost:1/platform/wildcat.ashx', '--shell',
                         'https://localhost:1/', '--env', 'ppe', '--action-url',
                         'https://localhost:1/hv/', '--cert-out', cert)
    full = world.path('full.key')
    world.run('keystore', 'slot', 'add', '--key-out', full)
    now, scope = hvks1.open_store(get(store), key_file=hvks1.read_key_file(full))
    expect(scope == hvks1.FULL, 'scope')
    by_phrase, _ = hvks1.open_store(get(store), passphrase=PASSPHRASE.encode())
    expect(now.v == by_phrase.v and now.s == by_phrase.s, 'two slots, two contents')
    keys = [hvks1.parse_key(r[2]) for r in now.v if r[0] == 0x0102]
    expect(len(keys) == 1 and keys[0]['key'] == key
           and keys[0]['fingerprint'] == hvks1.fingerprint(key), 'the HMAC key')
    apps = [hvks1.parse_app(r[2]) for r in now.s if r[0] == 0x0201]
    expect([a['app'] for a in apps] == [profile['app_id']], 'applications: %r' % apps)
    with open(cert, encoding='ascii') as f:
        der = ssl.PEM_cert_to_DER_cert(f.read())
    spki = der.find(bytes.fromhex('300d06092a864886f70d0101010500')) # rsaEncryption, as a key's
    length = struct.unpack('>H', der[spki - 2:spki])[0]
    expect(hashlib.sha256(der[spki - 4:spki + length]).digest() == apps[0]['spki'],
           'SPKI of the certificate')
    modulus = der[der.find(b'\x02\x82\x01\x01\x00', spki) + 5:][:256]
    expect(modulus in apps[0]['der'], 'the private key is not that of the certificate')
    exported = world.path('export.hvks')
    new = put(world.path('export.pass'), b'a passphrase for the export\n')
    world.run('keystore', 'export', exported, '--sub', SUB, '--new-passphrase-file', new)
    part, _ = hvks1.open_store(get(exported), passphrase=b'a passphrase for the export')
    expect(part.store_id != now.store_id and {r[0] for r in part.v} == {0x0101, 0x0102}
           and not part.s, 'an export holds more than was chosen')
    app_key(world, profile['app_id'], apps[0]['der'])


def app_key(world, app, der):
    """The one key that leaves for other programs: PBES2 in PEM, which OpenSSL's own
    loader opens with the passphrase, and with no other."""
    out, right = world.path('app.key'), put(world.path('app.pass'), b'only for this one key\n')
    args = ('keystore', 'export', out, '--app-key', app[:8], '--new-passphrase-file', right)
    world.error(*args, want=12)
    world.error(*args, '--yes', want=12)
    world.error(*args, '--confirm', 'x', want=12)
    expect(not os.path.exists(out), 'written without a confirmation')
    world.run(*args, '--confirm', app)
    text = get(out)
    expect(text.startswith(b'-----BEGIN ENCRYPTED PRIVATE KEY-----'), 'not PKCS#8')
    sealed = base64.b64decode(b''.join(text.splitlines()[1:-1]))
    expect(bytes.fromhex('06092a864886f70d01050d') in sealed, 'not PBES2')
    expect(der[30:60] not in sealed, 'the key stands there in the clear')
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(world.path('cert.pem'), out, 'only for this one key')
    try:
        context.load_cert_chain(world.path('cert.pem'), out, 'another')
        expect(False, 'another passphrase opens it')
    except ssl.SSLError:
        pass


def story(world):
    known_answer(world)
    written_by_the_witness(world)
    critical_records(world)
    made_by_hvconsole(world)
    print('known answer, 2 stores of the witness, 2 with critical records, 1 store and 2 exports '
          'of hvconsole')


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
