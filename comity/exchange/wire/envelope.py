"""A signed act on its way: padded, sealed for its receiver, and bound to its place in the channel.

docs/spec/channel.md, sections 2 and 3. HPKE is RFC 9180 in base mode; its KEM X-Wing (ML-KEM-768 + X25519).
"""

import hashlib
import re
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke

from comity.exchange.wire.keys import PublicKeys, SecretKeys
from comity.exchange.wire.strict import HIGHEST, Malformed, b64, sized, unb64
from comity.lib.canonical import canonical
from comity.lib.errors import BadInput

KIND = "comity-envelope/1"
LIMIT = 2 * 1024 * 1024
FIRST_PREV = "0" * 64
SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
# The one spelling of RFC 8785 for these six fields; anything else is refused without being parsed.
SHAPE = re.compile(
    rb'\{"from":"([a-z0-9][a-z0-9-]{2,39})","kind":"comity-envelope/1","prev":"([0-9a-f]{64})",'
    rb'"sealed":"([A-Za-z0-9_-]+)","seq":([1-9][0-9]{0,15}),"to":"([a-z0-9][a-z0-9-]{2,39})"\}'
)


class NotAnEnvelope(BadInput):
    code = "wire.not-an-envelope"
    says = "These bytes are not an envelope: {why}."
    next_step = "Ask the sender to send it again; if it stays so, one side runs a version with a fault."


class CannotOpen(BadInput):
    code = "wire.cannot-open"
    says = "Envelope {seq} from {sender} does not open with our keys at this place of the channel."
    next_step = "Tell the sender: it may hold an old card of ours, or the envelope was moved or changed."


@dataclass(frozen=True)
class Envelope:
    """One sealed act. The next envelope names ``hash`` as its ``prev``; ``raw`` is what to keep and send."""

    raw: bytes = field(repr=False)
    hash: str
    sender: str
    receiver: str
    seq: int
    prev: str
    sealed: bytes = field(repr=False)


def seal(payload: bytes, *, to_keys: PublicKeys, sender: str, receiver: str, seq: int, prev: str) -> Envelope:
    """Seal signed bytes for one receiver at one place of the channel.

    :param prev: the hash of the envelope before, or ``FIRST_PREV`` when ``seq`` is 1.
    :raises TooLarge: the envelope would exceed 2 MiB.
    :raises NotAnEnvelope: a label, number or hash is malformed.
    """
    if not 1 <= seq <= HIGHEST:
        raise NotAnEnvelope(why=f"{seq} is no number of an envelope")
    sealed = SUITE.encrypt(pad(payload), to_keys.sealing, info=_place(sender, receiver, seq, prev))
    raw = b'{"from":"%s","kind":"comity-envelope/1","prev":"%s","sealed":"%s","seq":%d,"to":"%s"}' % (
        sender.encode(), prev.encode(), b64(sealed).encode(), seq, receiver.encode(),
    )  # fmt: skip
    return read(raw)


def read(raw: bytes) -> Envelope:
    """Read an envelope without opening it, following docs/spec/channel.md section 2.

    :raises TooLarge: more than 2 MiB.
    :raises NotAnEnvelope: another shape, or a first envelope that names a predecessor.
    """
    found = SHAPE.fullmatch(sized(raw, LIMIT, "An envelope"))
    if found is None:
        raise NotAnEnvelope(why="it does not have exactly the six fields in canonical spelling")
    sender, prev, sealed, seq, receiver = (part.decode() for part in found.groups())
    if int(seq) > HIGHEST:
        raise NotAnEnvelope(why="its number is too high")
    if (int(seq) == 1) != (prev == FIRST_PREV):
        raise NotAnEnvelope(why="the first envelope, and no other, has 64 zeros as its predecessor")
    try:
        inner = unb64(sealed, "the sealed part")
    except Malformed as error:
        raise NotAnEnvelope(why=error.sentence.rstrip(".")) from None
    return Envelope(raw, hashlib.sha256(raw).hexdigest(), sender, receiver, int(seq), prev, inner)


def open_sealed(envelope: Envelope, keys: SecretKeys) -> bytes:
    """The signed bytes inside. Verify them before use: sealing proves nothing about the sender.

    :raises CannotOpen: sealed for other keys or another place, changed, or padded in another way.
    """
    info = _place(envelope.sender, envelope.receiver, envelope.seq, envelope.prev)
    try:
        return unpad(SUITE.decrypt(envelope.sealed, keys.opening, info=info))
    except (InvalidTag, ValueError):
        raise CannotOpen(seq=envelope.seq, sender=envelope.sender) from None


def pad(payload: bytes) -> bytes:
    """Length (4 bytes, big-endian), payload, zeros up to the next Padmé size."""
    filled = 4 + len(payload)
    return len(payload).to_bytes(4, "big") + payload + bytes(padme(filled) - filled)


def unpad(padded: bytes) -> bytes:
    """:raises ValueError: not what ``pad`` makes, so that one payload has one padded form."""
    length = int.from_bytes(padded[:4], "big")
    payload = padded[4 : 4 + length]
    if len(payload) != length or pad(payload) != padded:
        raise ValueError("padding")
    return payload


def padme(length: int) -> int:
    """The Padmé size class of a length (Nikitin et al., PoPETs 2019(4), section 4): at most 12 % more.

    A float with as many bits of mantissa as its exponent needs; lengths leak O(log log L) bits.
    """
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    loose = max(0, exponent - exponent.bit_length())
    mask = (1 << loose) - 1
    return (length + mask) & ~mask


def _place(sender: str, receiver: str, seq: int, prev: str) -> bytes:
    return canonical({"from": sender, "kind": KIND, "prev": prev, "seq": seq, "to": receiver})
