"""A card and its host, for tests: keys, certificates, records and their log, written by another hand.

P-256 signing in plain Python: slow, but it shares nothing with the programs under test.
"""

import hashlib
import random
import sqlite3

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
     0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)
KEY_INFO = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
COLUMNS = ["nxp_cert", "oem_cert_0", "oem_cert_1", "oem_cert_2", "oem_cert_3", "prod_counter", "start_hash", "signature"]
RECORDS = """CREATE TABLE records (
        id integer PRIMARY KEY,
        nxp_cert blob,
        oem_cert_0 blob,
        oem_cert_1 blob,
        oem_cert_2 blob,
        oem_cert_3 blob,
        prod_counter blob,
        start_hash blob,
        signature blob
    )"""
PROPERTIES = """CREATE TABLE properties (
        id integer PRIMARY KEY,
        version integer,
        tp_device_id text
    )"""
NO_HASH = bytes(32)


def double(p):
    x, y, z = p
    if z == 0:
        return p
    s = 4 * x * y * y % P
    m = 3 * (x - z * z) * (x + z * z) % P
    x3 = (m * m - 2 * s) % P
    return x3, (m * (s - x3) - 8 * pow(y, 4, P)) % P, 2 * y * z % P


def add(p, q):
    """Jacobian p and affine q, which are not equal."""
    x, y, z = p
    if z == 0:
        return q[0], q[1], 1
    u, s = q[0] * z * z % P, q[1] * z * z * z % P
    h, r = (u - x) % P, (s - y) % P
    x3 = (r * r - h**3 - 2 * x * h * h) % P
    return x3, (r * (x * h * h - x3) - y * h**3) % P, z * h % P


def affine(p):
    inverse = pow(p[2], -1, P)
    return p[0] * inverse**2 % P, p[1] * inverse**3 % P


def table():
    """16^i * j * G for each digit of a scalar."""
    rows, base = [], G
    for _ in range(64):
        row, point = [None, base], (*base, 1)
        point = double(point)
        row.append(affine(point))
        for _ in range(3, 16):
            point = add(point, base)
            row.append(affine(point))
        rows.append(row)
        base = affine(add(point, base))
    return rows


TABLE = table()


def times_g(scalar):
    point = (0, 1, 0)
    for i, row in enumerate(TABLE):
        if digit := scalar >> 4 * i & 15:
            point = add(point, row[digit])
    return affine(point)


class Key:
    def __init__(self, seed):
        self.secret = int.from_bytes(hashlib.sha256(f"key {seed}".encode()).digest()) % N
        x, y = times_g(self.secret)
        self.point = x.to_bytes(32) + y.to_bytes(32)
        self.public = KEY_INFO + self.point  # SubjectPublicKeyInfo in DER

    def sign(self, message, digest=None):
        """r || s over SHA-256 of the message, the same each time."""
        e = int.from_bytes(digest or hashlib.sha256(message).digest())
        k = int.from_bytes(hashlib.sha256(self.secret.to_bytes(32) + e.to_bytes(32)).digest()) % N
        r = times_g(k)[0] % N
        s = pow(k, -1, N) * (e + r * self.secret) % N
        return r.to_bytes(32) + s.to_bytes(32)


def der(tag, *parts):
    body = b"".join(parts)
    size = bytes([len(body)]) if len(body) < 128 else len(body).to_bytes(-(-len(body).bit_length() // 8))
    return bytes([tag]) + (size if len(body) < 128 else bytes([0x80 + len(size)]) + size) + body


def integer(number):
    return der(2, number.to_bytes(number.bit_length() // 8 + 1))


def signature_der(raw):
    return der(0x30, integer(int.from_bytes(raw[:32])), integer(int.from_bytes(raw[32:])))


def name(common_name):
    return der(0x30, der(0x31, der(0x30, bytes.fromhex("0603550403"), der(0x0c, common_name.encode()))))


def certificate(ca, key, common_name, issuer="Big Tech Company", early=False, extensions=None, since=b"211202080525Z"):
    constraints = der(0x30, bytes.fromhex("0603551d13"), b"\x01\x01\xff", der(4, der(0x30)))
    serial = der(2, bytes(4) + b"\x11" * 16) if early else integer(1234567890)
    signed = der(0x30, der(0xa0, b"\x02\x01\x02"), serial, ECDSA_SHA256, name(issuer),
                 der(0x30, der(0x17, since), der(0x17, b"311130080525Z")),
                 name(common_name), key.public, der(0xa3, der(0x30, extensions or constraints)))
    raw = ca.sign(signed)
    signature = der(0x30, der(2, raw[:32]), der(2, raw[32:])) if early else signature_der(raw)
    return der(0x30, signed, ECDSA_SHA256, der(3, b"\0", signature))


def entry(tag, kind, payload):
    return len(payload).to_bytes(2, "little") + bytes([0, tag, 0, 0]) + kind.to_bytes(2, "little") + payload


def identity(prod, key, uid, uuid, attest=None):
    """The NXP identity record of a die."""
    entries = [entry(0xa0, 0x9966, key.point)] + ([entry(0xa0, 0x9999, attest.point)] if attest else [])
    entries += [entry(0xa0, 0x0f0f, uid), entry(0xa0, 0x9696, uuid)]
    body = b"".join(entries) + bytes([64, 0, 0, 0xc0, 0, 0, 0x20, 0])  # head of the signature's entry
    head = bytes([0, 0, 1, 0x33]) + (len(body) + 64).to_bytes(2, "little") + bytes(2)
    return head + body + prod.sign(head + body)


def new_hash(row):
    return hashlib.sha256(b"".join(row[column] or b"" for column in COLUMNS[:7])).digest()


class Card:
    """A card with its keys; `record` makes the next one, as the card and its host do."""

    def __init__(self, seed="card", certificates=2, owner="105276681024525924"):
        self.random = random.Random(seed)
        self.log_key, self.ca, self.prod = (Key(f"{seed}/{what}") for what in ("log", "ca", "prod"))
        self.seed, self.certificates, self.owner = seed, certificates, owner
        self.counter, self.head, self.dies = 0, NO_HASH, 0

    def die(self):
        self.dies += 1
        uuid = self.random.randbytes(16)
        return identity(self.prod, Key(f"{self.seed}/die/{self.dies}"), self.random.randbytes(16), uuid), uuid

    def record(self, die=None, certificates=None, **changed):
        """A valid record; `changed` are columns that the card signs in place of its own."""
        nxp_cert, uuid = die or self.die()
        self.counter += 1
        if certificates is None:
            certificates = [certificate(self.ca, Key(f"{self.seed}/oem/{self.counter}/{i}"), f"dev-{uuid.hex()}-{i:02}")
                            for i in range(self.certificates)]
        row = dict.fromkeys(COLUMNS)
        row.update({f"oem_cert_{i}": one for i, one in enumerate(certificates)})
        row.update(nxp_cert=nxp_cert, prod_counter=self.counter.to_bytes(4), start_hash=self.head)
        row.update(changed)
        self.head = new_hash(row)
        row["signature"] = self.log_key.sign(self.head)
        return row

    def records(self, count):
        return [self.record() for _ in range(count)]


def write_log(path, rows, owner="105276681024525924", ids=None, script=(), records=RECORDS, properties=PROPERTIES):
    """`owner` None: a log of version 1. `script`: statements at the end."""
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute(records)
    if owner is not None:
        database.execute(properties)
        database.execute("INSERT INTO properties VALUES (1, 2, ?)", (owner,))
    for number, row in zip(ids or range(1, len(rows) + 1), rows):
        database.execute("INSERT INTO records VALUES (?,?,?,?,?,?,?,?,?)", (number, *(row[column] for column in COLUMNS)))
    for statement in script:
        database.execute(statement)
    database.commit()
    database.close()
    return path
