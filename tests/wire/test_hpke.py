"""Opens our envelopes by hand, without the library's HPKE: RFC 9180 and the X-Wing draft, written out."""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comity.exchange.wire import envelope
from tests.wire.test_vectors import KEYS, load

SUITE = b"HPKE" + bytes.fromhex("647a00010002")  # X-Wing, HKDF-SHA256, AES-256-GCM


def extract(salt, label, key):
    """RFC 9180 section 4, LabeledExtract."""
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + SUITE + label + key, "sha256")


def expand(secret, label, info, length):
    """RFC 9180 section 4, LabeledExpand, for one block of output."""
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + SUITE + label + info
    return hmac.digest(secret, labelled + b"\x01", "sha256")[:length]


def x_wing(keys, encapsulated):
    """draft-connolly-cfrg-xwing-kem, section 5: one hash over both secrets, the X25519 part and a label."""
    quantum, classical = encapsulated[:1088], encapsulated[1088:]
    ours = X25519PrivateKey.from_private_bytes(keys.x25519)
    parts = [
        MLKEM768PrivateKey.from_seed_bytes(keys.mlkem768).decapsulate(quantum),
        ours.exchange(X25519PublicKey.from_public_bytes(classical)),
        classical,
        ours.public_key().public_bytes_raw(),
        bytes.fromhex("5c2e2f2f5e5c"),
    ]
    return hashlib.sha3_256(b"".join(parts)).digest()


def test_an_envelope_opens_by_the_letter_of_the_rfc():
    case = load("envelope")["cases"][1]
    one = envelope.read(case["raw"].encode())
    info = b'{"from":"fr-central","kind":"comity-envelope/1","prev":"%s","seq":2,"to":"nl-om"}' % one.prev.encode()
    context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(x_wing(KEYS["nl-om"], one.sealed[:1120]), b"secret", b"")
    key, nonce = expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)
    padded = AESGCM(key).decrypt(nonce, one.sealed[1120:], b"")
    length = int.from_bytes(padded[:4], "big")
    assert padded[4 : 4 + length].decode() == case["payload"]
    assert set(padded[4 + length :]) <= {0}
