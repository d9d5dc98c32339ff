"""The log's signed head: a C2SP tlog-checkpoint in a C2SP signed note (docs/spec/log.md, section 4).

Other people's tools verify the Ed25519 line and pass over the ML-DSA-65 line; we demand both.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field

from comity.exchange.wire.keys import PublicKeys, SecretKeys
from comity.exchange.wire.strict import sized
from comity.lib.errors import BadInput

LIMIT = 256 * 1024
MOST_SIGNATURES = 64
CONTEXT = b"comity-checkpoint/1"
ED25519 = b"\x01"
# Signed notes leave 0xff to types without a number of their own, followed by a name that will not collide.
MLDSA65 = b"\xffcomity-mldsa65/1"
TEXT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n")
LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


class NotACheckpoint(BadInput):
    code = "wire.not-a-checkpoint"
    says = "This is not a checkpoint: {why}."
    next_step = "Ask for it again."


class BadCheckpoint(BadInput):
    code = "wire.bad-checkpoint"
    says = "The checkpoint is not signed with both keys of {origin}."
    next_step = "Do not rely on it, and keep it: a log that shows a wrong checkpoint must explain itself."


@dataclass(frozen=True)
class Checkpoint:
    """A log of ``size`` entries with this root, as its keeper signed it."""

    origin: str
    size: int
    root: bytes
    raw: bytes = field(repr=False)


@dataclass(frozen=True)
class Line:
    """One signature line of a note. ``key_id`` is a hint for choosing the key, not a proof."""

    name: str
    key_id: bytes
    signature: bytes


def origin_of(authority: str) -> str:
    """The name of an authority's log, and of the keys that sign it."""
    return f"comity/{authority}"


def sign(origin: str, size: int, root: bytes, keys: SecretKeys) -> Checkpoint:
    """Sign the head of our log. A keeper never signs two heads of which neither continues the other."""
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    signatures = keys.sign(text.encode(), CONTEXT)
    lines = [
        f"— {origin} {base64.b64encode(key_id + signature).decode()}\n"
        for (key_id, _), signature in zip(_own(origin, keys.public), signatures, strict=True)
    ]
    return read(f"{text}\n{''.join(lines)}".encode(), origin, keys.public)


def read(raw: bytes, origin: str, keys: PublicKeys) -> Checkpoint:
    """Verify a checkpoint, following docs/spec/log.md section 4.

    :raises TooLarge: (1) more than 256 KiB.
    :raises NotACheckpoint: (2) another shape or (3) another log's.
    :raises BadCheckpoint: (4) not signed with both keys.
    """
    text, lines = parse_note(raw)  # (1), (2)
    found = TEXT.fullmatch(text)
    if found is None:
        raise NotACheckpoint(why="its three lines are not origin, size and root")
    if found[1] != origin:  # (3)
        raise NotACheckpoint(why=f"it is of the log {found[1]}")
    _demand_both(text.encode(), lines, origin, keys)  # (4)
    root = base64.b64decode(found[3])
    if base64.b64encode(root).decode() != found[3]:
        raise NotACheckpoint(why="its root is not spelled canonically")
    return Checkpoint(origin, int(found[2]), root, raw)


def verifier_keys(origin: str, keys: PublicKeys) -> tuple[str, str]:
    """The two keys as text that other tools read: ``name+hint+base64(type, public key)``."""
    first, second = _own(origin, keys)
    return _vkey(origin, *first), _vkey(origin, *second)


def parse_note(raw: bytes) -> tuple[str, list[Line]]:
    """Text and signature lines of a signed note, unverified (C2SP signed-note, "Format").

    :raises TooLarge: more than 256 KiB.
    :raises NotACheckpoint: not a note.
    """
    try:
        note = sized(raw, LIMIT, "A checkpoint").decode("utf-8")
    except UnicodeDecodeError:
        raise NotACheckpoint(why="it is not UTF-8") from None
    if any(char < " " and char != "\n" for char in note):
        raise NotACheckpoint(why="it holds a control character")
    text, empty_line, signatures = note.rpartition("\n\n")
    if not empty_line or not signatures.endswith("\n"):
        raise NotACheckpoint(why="no signatures follow an empty line")
    lines = signatures[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NotACheckpoint(why=f"it has more than {MOST_SIGNATURES} signatures")
    return text + "\n", [_line(line) for line in lines]


def key_hint(name: str, material: bytes) -> bytes:
    """The four bytes that point to a key; ``material`` is its type and the public key."""
    return hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]


def _own(origin: str, keys: PublicKeys) -> list[tuple[bytes, bytes]]:
    materials = (ED25519 + keys.ed25519, MLDSA65 + keys.mldsa65)
    return [(key_hint(origin, material), material) for material in materials]


def _vkey(origin: str, key_id: bytes, material: bytes) -> str:
    return f"{origin}+{key_id.hex()}+{base64.b64encode(material).decode()}"


def _line(line: str) -> Line:
    found = LINE.fullmatch(line)
    try:
        signature = base64.b64decode(found[2], validate=True) if found else b""
    except binascii.Error:
        signature = b""
    if found is None or len(signature) < 5:
        raise NotACheckpoint(why="a signature line is malformed")
    return Line(found[1], signature[:4], signature[4:])


def _demand_both(text: bytes, lines: list[Line], origin: str, keys: PublicKeys) -> None:
    """Unknown keys are passed over; of each known one there must be exactly one line, and it must be good."""
    found = []
    for key_id, _ in _own(origin, keys):
        ours = [line.signature for line in lines if (line.name, line.key_id) == (origin, key_id)]
        if len(ours) != 1:
            raise BadCheckpoint(origin=origin)
        found.append(ours[0])
    if not keys.verifies(text, CONTEXT, *found):
        raise BadCheckpoint(origin=origin)
