"""Golden vectors of the chain's byte forms, from a second implementation that shares no code with the first.

Python 3, standard library alone, own Ed25519 (RFC 8032) by the book. Written from the description of the format, not from
the TypeScript. Run by hand: python3 make_vectors.py > vectors.json, then let biome format what it wrote.
"""

import hashlib
import json
import struct


def sha256(data):
    return hashlib.sha256(data).digest()


# Ed25519 on plain integers.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    assert (x * x - x2) % P == 0
    return P - x if x & 1 != sign else x


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P
    return x, y


def mul(scalar, point):
    total = (0, 1)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y)


def pack(point):
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def torsion8():
    """A point of order 8: any point of the curve times L, until one has that order."""
    y = 2
    while True:
        try:
            point = mul(L, (recover_x(y, 0), y))
            if mul(4, point) != (0, 1):
                return point
        except AssertionError:
            pass
        y += 1


def expand(seed):
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little") & (2**254 - 8) | 2**254
    return a, h[32:]


def public_key(seed):
    return pack(mul(expand(seed)[0], BASE))


def challenge(r, key, message):
    return int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L


def sign(seed, message):
    a, prefix = expand(seed)
    r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % L
    big_r, key = pack(mul(r, BASE)), public_key(seed)
    s = (r + challenge(big_r, key, message) * a) % L
    return big_r + s.to_bytes(32, "little")


def in_domain(domain, data):
    return domain.encode() + b"\0" + data


# Byte forms.
def header(h):
    return b"".join(
        [
            struct.pack(">H", h["version"]),
            bytes.fromhex(h["chainId"]),
            struct.pack(">I", h["height"]),
            bytes.fromhex(h["parent"]),
            h["time"].to_bytes(6, "big"),
            bytes.fromhex(h["transactionRoot"]),
            bytes.fromhex(h["stateRoot"]),
            struct.pack(">HII", h["transactionCount"], h["bodyBytes"], h["difficulty"]),
            struct.pack(">Q", int(h["nonce"])),
            bytes.fromhex(h["producer"]),
        ]
    )


def unsigned(t):
    payload = bytes.fromhex(t["payload"])
    return b"".join(
        [
            bytes([t["version"]]),
            bytes.fromhex(t["chainId"]),
            bytes([t["type"]]),
            bytes.fromhex(t["from"]),
            struct.pack(">QQI", int(t["nonce"]), int(t["fee"]), t["expiryHeight"]),
            struct.pack(">H", len(payload)) + payload,
        ]
    )


def merkle(leaves):
    """RFC 6962, 2.1, in its own recursive words."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\1" + merkle(leaves[:k]) + merkle(leaves[k:]))


def state_root(entries):
    def bit(key, at):
        return key[at // 8] >> 7 - at % 8 & 1 if at // 8 < len(key) else 0

    def root(rows):
        key, value = rows[0]
        if len(rows) == 1:
            return sha256(b"\0" + struct.pack(">H", len(key)) + key + sha256(value))
        b = next(b for b in range(8 * 256) if bit(key, b) != bit(rows[-1][0], b))
        zeros = [row for row in rows if bit(row[0], b) == 0]
        return sha256(b"\1" + struct.pack(">H", b) + root(zeros) + root(rows[len(zeros) :]))

    rows = sorted((key.encode(), bytes.fromhex(value)) for key, value in entries)
    return root(rows) if rows else sha256(b"")


def expand_difficulty(compact):
    e, m = compact >> 24, compact & 0xFFFFFF
    if m == 0 or e > 231 or (e and m < 2**23):
        return None
    return m << e


# The vectors.
SEEDS = [sha256(b"chain vector %d" % n) for n in range(3)]
KEYS = [public_key(seed) for seed in SEEDS]


def filler(name):
    return sha256(name.encode()).hex()


def make_headers():
    shapes = [
        dict(version=1, chainId="00" * 32, height=0, parent="00" * 32, time=1735689600000, transactionCount=0,
             bodyBytes=2, difficulty=1, nonce="0", producer="00" * 32),
        dict(version=1, chainId=filler("chain"), height=7, parent=filler("six"), time=1735689810000, transactionCount=3,
             bodyBytes=578, difficulty=0x01800000, nonce="123456789012345", producer=KEYS[0].hex()),
        dict(version=65535, chainId="ff" * 32, height=2**32 - 1, parent="ff" * 32, time=2**48 - 1, transactionCount=65535,
             bodyBytes=2**32 - 1, difficulty=2**32 - 1, nonce=str(2**64 - 1), producer="ff" * 32),
    ]
    for n, h in enumerate(shapes):
        h["transactionRoot"], h["stateRoot"] = filler("tx %d" % n), filler("state %d" % n)
        encoded = header(h)
        assert len(encoded) == 190
        block_id = sha256(b"swarm/blk/1\0" + encoded)
        seal = sign(SEEDS[0], in_domain("swarm/seal/1", block_id))
        yield dict(header=h, encoded=encoded.hex(), id=block_id.hex(), seal=seal.hex(), sealedBy=KEYS[0].hex())


def make_transactions():
    for n, payload in enumerate([b"", KEYS[1] + struct.pack(">Q", 5), b"\xff" * 4096]):
        t = {
            "version": 1, "chainId": filler("chain"), "type": n, "from": KEYS[n].hex(), "nonce": str(n * 1000),
            "fee": str([0, 1, 2**64 - 1][n]), "expiryHeight": [0, 100, 2**32 - 1][n], "payload": payload.hex(),
        }
        body = unsigned(t)
        tx_id = sha256(b"swarm/tx/1\0" + body)
        signature = sign(SEEDS[n], in_domain("swarm/tx-sig/1", tx_id))
        t["signature"] = signature.hex()
        encoded = body + signature
        yield dict(transaction=t, encoded=encoded.hex(), id=tx_id.hex(), fullId=sha256(b"swarm/txf/1\0" + encoded).hex())


def make_descriptions():
    """What owners say of their tokens: form, id, content hash, signature."""
    for n, words in enumerate([b"", "Ännas Karte".encode(), bytes(range(256)) * 4]):
        description = dict(chainId=filler("chain"), token=filler("token %d" % n), seq=str(2**64 - 1 if n == 0 else n), bytes=words.hex())
        body = bytes.fromhex(description["chainId"]) + bytes.fromhex(description["token"])
        body += struct.pack(">Q", int(description["seq"])) + struct.pack(">H", len(words)) + words
        identity = sha256(b"swarm/meta/1\0" + body)
        signature = sign(SEEDS[n], in_domain("swarm/meta-sig/1", identity))
        description["signature"] = signature.hex()
        yield dict(
            description=description, encoded=(body + signature).hex(), id=identity.hex(), contentHash=sha256(words).hex(), owner=KEYS[n].hex()
        )


def make_signatures():
    message = b"what is signed"
    seed, key = SEEDS[0], KEYS[0]
    a = expand(seed)[0]
    good = sign(seed, message)
    r_point, s = mul(12345, BASE), None
    twist = torsion8()
    identity = pack((0, 1))

    def row(case, accepts, public, signature, text=message):
        return dict(case=case, accepts=accepts, key=public.hex(), message=text.hex(), signature=signature.hex())

    yield row("honest", True, key, good)
    yield row("another message", False, key, good, b"another")
    yield row("A and R identity, S 0", False, identity, identity + bytes(32))
    mixed_r = pack(add(r_point, twist))
    s = (12345 + challenge(mixed_r, key, message) * a) % L
    yield row("R with a part of order 8", False, key, mixed_r + s.to_bytes(32, "little"))
    mixed_key = pack(add(mul(a, BASE), twist))
    for n in range(8):
        text = b"mixed %d" % n
        r = pack(mul(777 + n, BASE))
        s = (777 + n + challenge(r, mixed_key, text) * a) % L
        yield row("A with a part of order 8, message %d" % n, False, mixed_key, r + s.to_bytes(32, "little"), text)
    yield row("S and L", False, key, good[:32] + (int.from_bytes(good[32:], "little") + L).to_bytes(32, "little"))
    yield row("S is L", False, key, identity + L.to_bytes(32, "little"))
    yield row("A of order 8", False, pack(twist), identity + bytes(32))
    yield row("A not canonical: y is p and one", False, (P + 1).to_bytes(32, "little"), identity + bytes(32))
    yield row("A identity with a sign", False, (1 | 1 << 255).to_bytes(32, "little"), identity + bytes(32))
    yield row("R not canonical", False, key, (P + 1).to_bytes(32, "little") + bytes(32))
    yield row("A not on the curve", False, (2).to_bytes(32, "little"), good)


STATES = [
    [],
    [["pool", "01"]],
    [["pool", "01"], ["poolc/aa", "02"], ["poolc/ab", "03"]],
    [["acct/%s" % filler("account %d" % n), "%02x" % n * (n + 1)] for n in range(40)] + [["a", ""], ["ab", "00"], ["abc", "0000"]],
]

def text(value):
    return struct.pack(">H", len(value.encode())) + value.encode()


def default_genesis():
    """The genesis of the default parameters: its state is the rules, and no balance."""
    names = [
        "transfer", "pool_donate", "pool_payout", "token_deploy", "token_mint",
        "token_transfer", "token_burn", "token_meta", "token_close",
    ]
    coin = 10**8
    rules = b"".join(
        [
            text("swarm-space"),
            (1735689600000).to_bytes(6, "big"),
            struct.pack(">I", 30000),
            text("pow-sha256"), text("longest-valid"), text("swarm-ledger"),
            struct.pack(">II", 65536, 60),
            struct.pack(">HH", 0, 0),
            struct.pack(">QIQB", 50 * coin, 210000, 21000000 * coin, 5),
        ]
    )
    types = struct.pack(">H", len(names)) + b"".join(bytes([n + 1]) + text(name) for n, name in enumerate(names))
    h = dict(
        version=1, chainId="00" * 32, height=0, parent="00" * 32, time=1735689600000,
        transactionRoot=merkle([]).hex(), stateRoot=state_root([["chain/rules/0", rules.hex()], ["chain/types", types.hex()]]).hex(),
        transactionCount=0, bodyBytes=2, difficulty=65536, nonce="0", producer="00" * 32,
    )
    return dict(id=sha256(b"swarm/blk/1\0" + header(h)).hex(), stateRoot=h["stateRoot"])


transactions = list(make_transactions())
body = struct.pack(">H", len(transactions)) + b"".join(bytes.fromhex(t["encoded"]) for t in transactions)
print(
    json.dumps(
        dict(
            genesis=default_genesis(),
            headers=list(make_headers()),
            transactions=transactions,
            body=dict(encoded=body.hex(), root=merkle([bytes.fromhex(t["fullId"]) for t in transactions]).hex()),
            merkle=[dict(leaves=n, root=merkle([sha256(b"leaf %d" % k) for k in range(n)]).hex()) for n in range(18)],
            states=[dict(entries=s, root=state_root(s).hex()) for s in STATES],
            descriptions=list(make_descriptions()),
            signatures=list(make_signatures()),
            difficulties=[
                dict(compact=c, value=None if expand_difficulty(c) is None else str(expand_difficulty(c)))
                for c in [0, 1, 2**23, 2**24 - 1, 2**24, 2**24 + 1, 0x01800000, 0x01FFFFFF, 0x02800000, 0x027FFFFF, 0xE7FFFFFF, 0xE8800000, 2**32 - 1]
            ],
        ),
        indent=1,
    )
)
