"""hvks1.py - an independent reader and writer of keystore files, format version
1, written from the tables of docs/keystore-format.md and nothing else: standard
library only, no code of the program. The tests that use it are the proof that
the page tells the whole truth.
"""
import hashlib
import hmac
import struct
import uuid

MAGIC = bytes.fromhex('8948564b530d0a1a')
HEADER, SLOT, SUM = 128, 192, 32
PASSPHRASE, KEY_FILE = 1, 2
FULL, VERIFY = 1, 2
CRITICAL = 1


class Refused(Exception):
    """The file is not one that a reader may open; the text says why."""


def need(condition, why):
    if not condition:
        raise Refused(why)


# ---- primitives -------------------------------------------------------------

def _sbox():
    """The substitution box of AES from its definition: inverse, then affine."""
    exp, log, x = [0] * 256, [0] * 256, 1
    for i in range(255):
        exp[i], log[x] = x, i
        x ^= (x << 1) ^ (0x11b if x & 0x80 else 0)
        x &= 0xff
    box = []
    for v in range(256):
        inverse = exp[(255 - log[v]) % 255] if v else 0
        out = 0x63
        for shift in range(5):
            out ^= ((inverse << shift) | (inverse >> (8 - shift))) & 0xff
        box.append(out)
    return box


SBOX = _sbox()
DOUBLE = [((v << 1) ^ (0x1b if v & 0x80 else 0)) & 0xff for v in range(256)]


def _round_keys(key):
    words = [list(key[i:i + 4]) for i in range(0, 32, 4)]
    rcon = 1
    for i in range(8, 60):
        word = list(words[-1])
        if i % 8 == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= rcon
            rcon = DOUBLE[rcon]
        elif i % 8 == 4:
            word = [SBOX[b] for b in word]
        words.append([a ^ b for a, b in zip(words[i - 8], word)])
    return [sum(words[i:i + 4], []) for i in range(0, 60, 4)]


# Where each byte of the state comes from after ShiftRows.
SHIFT = [(i + 4 * (i % 4)) % 16 for i in range(16)]


def _encrypt_block(keys, block):
    state = [a ^ b for a, b in zip(block, keys[0])]
    for n in range(1, 15):
        state = [SBOX[state[i]] for i in SHIFT]
        if n < 14:
            mixed = []
            for c in range(0, 16, 4):
                a, b, d, e = state[c:c + 4]
                every = a ^ b ^ d ^ e
                mixed += [a ^ every ^ DOUBLE[a ^ b], b ^ every ^ DOUBLE[b ^ d],
                          d ^ every ^ DOUBLE[d ^ e], e ^ every ^ DOUBLE[e ^ a]]
            state = mixed
        state = [a ^ b for a, b in zip(state, keys[n])]
    return bytes(state)


def ctr(key, text):
    """AES-256 in counter mode from an all-zero block."""
    keys = _round_keys(key)
    stream = b''.join(_encrypt_block(keys, i.to_bytes(16, 'big'))
                      for i in range((len(text) + 15) // 16))
    return bytes(a ^ b for a, b in zip(text, stream))


def mac(key, text):
    return hmac.new(key, text, hashlib.sha256).digest()


def hkdf(key, salt, info, length):
    prk, out, block, n = mac(salt, key), b'', b'', 1
    while len(out) < length:
        block = mac(prk, block + info + bytes([n]))
        out, n = out + block, n + 1
    return out[:length]


def scrypt(passphrase, salt, log2_n, r, p):
    n = 1 << log2_n
    return hashlib.scrypt(passphrase, salt=salt, n=n, r=r, p=p, dklen=32,
                          maxmem=128 * n * r + (1 << 20))


# ---- key files --------------------------------------------------------------

def read_key_file(path):
    with open(path, 'rb') as f:
        text = f.read()
    need(len(text) == 79 and text.startswith(b'hvks1-keyfile ') and text.endswith(b'\n'),
         'not a key file')
    digits = text[14:78].decode('ascii')
    need(digits == digits.lower(), 'not a key file')
    return bytes.fromhex(digits)


def key_file_text(key):
    return 'hvks1-keyfile %s\n' % key.hex()


# ---- slots ------------------------------------------------------------------

class Slot:
    def __init__(self, kind, scope, slot_id, created, salt, label, log2_n=0, r=0, p=0,
                 wrapped=bytes(32), tag=bytes(32)):
        self.kind, self.scope, self.id, self.created = kind, scope, slot_id, created
        self.salt, self.label, self.log2_n, self.r, self.p = salt, label, log2_n, r, p
        self.wrapped, self.tag = wrapped, tag

    def front(self):
        return (struct.pack('>BBBBB3x8sQ32s40s', self.kind, self.scope, self.log2_n, self.r,
                            self.p, self.id, self.created, self.salt,
                            self.label.encode('utf-8')))

    def encode(self):
        return self.front() + self.wrapped + self.tag + bytes(32)

    @classmethod
    def decode(cls, data):
        kind, scope, log2_n, r, p, zero, slot_id, created, salt, label, wrapped, tag, rest = \
            struct.unpack('>BBBBB3s8sQ32s40s32s32s32s', data)
        need((kind, scope) in ((1, 1), (2, 1), (2, 2)), 'type and scope of a slot')
        if kind == PASSPHRASE:
            need(15 <= log2_n <= 20 and r == 8 and 1 <= p <= 4, 'costs of a slot')
        else:
            need((log2_n, r, p) == (0, 0, 0), 'costs of a key-file slot')
        need(not any(zero) and not any(rest), 'reserved bytes of a slot')
        text = label.rstrip(b'\0')
        need(b'\0' not in text, 'label of a slot')
        return cls(kind, scope, slot_id, created, salt, text.decode('utf-8'), log2_n, r, p,
                   wrapped, tag)

    def keys(self, store_id, secret):
        ikm = secret if self.kind == KEY_FILE else scrypt(
            secret, b'hvks1 slot\0' + self.salt, self.log2_n, self.r, self.p)
        okm = hkdf(ikm, self.salt, b'hvks1 wrap' + store_id + self.front(), 64)
        return okm[:32], okm[32:]

    def wrap(self, store_id, secret, key):
        enc, tag_key = self.keys(store_id, secret)
        self.wrapped = ctr(enc, key)
        self.tag = mac(tag_key, b'hvks1 wtag' + self.wrapped)

    def unwrap(self, store_id, secret):
        enc, tag_key = self.keys(store_id, secret)
        if not hmac.compare_digest(self.tag, mac(tag_key, b'hvks1 wtag' + self.wrapped)):
            return None
        return ctr(enc, self.wrapped)


# ---- records ----------------------------------------------------------------

KEY_LENGTHS = {0x0101: 32, 0x0102: 67, 0x0103: 8, 0x01ff: 0, 0x0201: 16, 0x0202: 16,
               0x0203: 48, 0x0204: 8}


def text(value, size='>H'):
    raw = value.encode('utf-8') if isinstance(value, str) else value
    return struct.pack(size, len(raw)) + raw


def sub_record(sub, app, created, confirmed, label='', status=1):
    return (0x0101, CRITICAL, struct.pack(
        '>16s16sQQBBHxxxxQ32s', uuid.UUID(sub).bytes, uuid.UUID(app).bytes, created, confirmed,
        status, 0, 0, 0, bytes(32)) + text(label))


def fingerprint(key):
    return hashlib.sha256(b'hvks1 key fp' + key).digest()[:8]


def key_record(sub, version, key, created, submitted=0, activated=0, superseded=0, not_before=0,
               state=2, origin=1):
    raw = version.encode('ascii')
    return (0x0102, CRITICAL, struct.pack(
        '>16sB50sBB3x64sQQQQQQ8s', uuid.UUID(sub).bytes, len(raw), raw, state, origin, key,
        created, submitted, activated, superseded, not_before, 0, fingerprint(key)))


def app_record(app, created, spki_sha256, name, der):
    return (0x0201, CRITICAL, struct.pack('>16sQ32s', uuid.UUID(app).bytes, created, spki_sha256)
            + text(name) + text(der, '>I'))


def parse_key(body):
    sub, length, version, state, origin, key, *times, print8 = struct.unpack(
        '>16sB50sBB3x64sQQQQQQ8s', body)
    return {'sub': str(uuid.UUID(bytes=sub)), 'version': version[:length].decode(),
            'state': state, 'origin': origin, 'key': key, 'times': times, 'fingerprint': print8}


def parse_sub(body):
    sub, app, created, confirmed, status, intent = struct.unpack('>16s16sQQBB', body[:50])
    return {'sub': str(uuid.UUID(bytes=sub)), 'app': str(uuid.UUID(bytes=app)),
            'created': created, 'confirmed': confirmed, 'status': status, 'intent': intent}


def parse_app(body):
    app, created, spki = struct.unpack('>16sQ32s', body[:56])
    name_len = struct.unpack('>H', body[56:58])[0]
    name = body[58:58 + name_len].decode('utf-8')
    der = body[58 + name_len:]
    need(struct.unpack('>I', der[:4])[0] == len(der) - 4, 'length of a private key')
    return {'app': str(uuid.UUID(bytes=app)), 'created': created, 'spki': spki, 'name': name,
            'der': der[4:]}


def encode_part(letter, records):
    body = b''.join(struct.pack('>HHI', kind, flags, len(data)) + data
                    for kind, flags, data in sorted(
                        records, key=lambda r: (r[0], r[2][:KEY_LENGTHS.get(r[0], len(r[2]))])))
    plain = b'HV' + letter + b'1' + struct.pack('>II', len(body), len(records)) + body
    return plain + bytes(-len(plain) % 4096)


def decode_part(letter, plain):
    need(plain[:4] == b'HV' + letter + b'1', 'mark of a part')
    size, count = struct.unpack('>II', plain[4:12])
    need(12 + size <= len(plain) and not any(plain[12 + size:]), 'filling of a part')
    records, at, last = [], 12, None
    while at < 12 + size:
        kind, flags, length = struct.unpack('>HHI', plain[at:at + 8])
        body = plain[at + 8:at + 8 + length]
        need(at + 8 + length <= 12 + size, 'length of a record')
        key = (kind, body[:KEY_LENGTHS.get(kind, length)])
        need(last is None or key > last, 'order of records')
        need(kind in KEY_LENGTHS or not flags & CRITICAL, 'a critical record of unknown type')
        last, at = key, at + 8 + length
        records.append((kind, flags, body))
    need(len(records) == count, 'number of records')
    return records


# ---- the file ---------------------------------------------------------------

class Store:
    """Header fields, slots, and the records of both parts."""

    def __init__(self, store_id, generation, saved, save_salt, epoch, previous, slots,
                 v=(), s=()):
        self.store_id, self.generation, self.saved = store_id, generation, saved
        self.save_salt, self.epoch, self.previous = save_salt, epoch, previous
        self.slots, self.v, self.s = slots, list(v), list(s)

    def root(self, rk, letter):
        return hkdf(rk, self.store_id, b'hvks1 root ' + letter + struct.pack('>I', self.epoch),
                    32)

    def save_keys(self, root, letter):
        okm = hkdf(root, self.save_salt, b'hvks1 save ' + letter
                   + struct.pack('>Q', self.generation), 64)
        return okm[:32], okm[32:]

    def encode(self, rk):
        """The bytes of the file; the slots are wrapped already."""
        enc_v, mac_v = self.save_keys(self.root(rk, b'V'), b'V')
        enc_s, mac_s = self.save_keys(self.root(rk, b'S'), b'S')
        v = ctr(enc_v, encode_part(b'V', self.v))
        s = ctr(enc_s, encode_part(b'S', self.s))
        header = MAGIC + struct.pack(
            '>HHI16sQQ32sBBHIII32s', 1, 1, HEADER + SLOT * len(self.slots), self.store_id,
            self.generation, self.saved, self.save_salt, 1, len(self.slots), 0, len(v), len(s),
            self.epoch, self.previous)
        sealed = header + b''.join(slot.encode() for slot in self.slots) + v + s
        tag_s = mac(mac_s, b'hvks1 tag S' + sealed)
        tag_v = mac(mac_v, b'hvks1 tag V' + sealed + tag_s)
        whole = sealed + tag_s + tag_v
        return whole + hashlib.sha256(whole).digest()


def open_store(data, passphrase=None, key_file=None):
    """(store, scope), after every check that a reader owes."""
    need(data[:8] == MAGIC, 'not a keystore')
    version, reader = struct.unpack('>HH', data[8:12])
    need((version, reader) == (1, 1), 'version')
    need(hashlib.sha256(data[:-SUM]).digest() == data[-SUM:], 'damaged')
    (front, store_id, generation, saved, save_salt, suite, n, flags, v_len, s_len, epoch,
     previous) = struct.unpack('>I16sQQ32sBBHIII32s', data[12:HEADER])
    need(front == HEADER + SLOT * n and 1 <= n <= 8, 'number of slots')
    need(any(store_id) and 1 <= generation <= 2**64 - 2, 'store id or generation')
    need(suite == 1 and flags == 0 and epoch >= 1, 'suite, flags or epoch')
    for length in (v_len, s_len):
        need(length % 4096 == 0 and 4096 <= length <= 4 << 20, 'length of a part')
    need(len(data) == front + v_len + s_len + 96, 'length of the file')
    slots = [Slot.decode(data[HEADER + i * SLOT:HEADER + (i + 1) * SLOT]) for i in range(n)]
    need(len({slot.id for slot in slots}) == n, 'slot ids')
    need(any(slot.scope == FULL for slot in slots), 'no slot of full scope')
    store = Store(store_id, generation, saved, save_salt, epoch, previous, slots)
    key = None
    for slot in slots:
        secret = passphrase if slot.kind == PASSPHRASE else key_file
        key = slot.unwrap(store_id, secret) if secret else None
        if key:
            break
    need(key, 'no slot opens')
    v_at, s_at = front, front + v_len
    sealed, tag_s, tag_v = data[:s_at + s_len], data[-96:-64], data[-64:-32]
    root_v = store.root(key, b'V') if slot.scope == FULL else key
    enc, tag_key = store.save_keys(root_v, b'V')
    need(hmac.compare_digest(tag_v, mac(tag_key, b'hvks1 tag V' + sealed + tag_s)), 'tag V')
    if slot.scope == FULL:
        enc_s, tag_key = store.save_keys(store.root(key, b'S'), b'S')
        need(hmac.compare_digest(tag_s, mac(tag_key, b'hvks1 tag S' + sealed)), 'tag S')
        store.s = decode_part(b'S', ctr(enc_s, data[s_at:s_at + s_len]))
    store.v = decode_part(b'V', ctr(enc, data[v_at:s_at]))
    return store, slot.scope


# ---- the known answer -------------------------------------------------------

KAT_TIME = 1767225600000
KAT_SUB = '00112233-4455-6677-8899-aabbccddeeff'
KAT_PASSPHRASE = b'correct horse battery staple'


def _draws():
    i = 0
    while True:
        size = yield
        out = b''
        while len(out) < size:
            out += hashlib.sha256(b'hvks kat' + struct.pack('>I', i)).digest()
            i += 1
        yield out[:size]


def known_answer():
    """(file, key file) made from the inputs that the page names."""
    source = _draws()

    def draw(size):
        next(source)
        return source.send(size)

    key_file, store_id, salt, previous, rk = draw(32), draw(16), draw(32), draw(32), draw(32)
    first = Slot(PASSPHRASE, FULL, draw(8), KAT_TIME, draw(32), 'ops-primary', 15, 8, 1)
    second = Slot(KEY_FILE, VERIFY, draw(8), KAT_TIME, draw(32), 'listener')
    store = Store(store_id, 7, KAT_TIME, salt, 1, previous, [first, second],
                  [key_record(KAT_SUB, 'kat-001', bytes(range(64)), KAT_TIME, KAT_TIME, KAT_TIME)])
    first.wrap(store_id, KAT_PASSPHRASE, rk)
    second.wrap(store_id, key_file, store.root(rk, b'V'))
    return store.encode(rk), key_file
