"""The proof that a head was recorded in the log of its authority, as a package carries it."""

import base64
import binascii
import hashlib
from typing import Any

from pydantic import Field

from comity.exchange.wire import checkpoint, tlog
from comity.exchange.wire.keys import PublicKeys
from comity.exchange.wire.signed import Signed
from comity.exchange.wire.strict import Number, Strict, body, read_object
from comity.lib import clock
from comity.lib.canonical import canonical
from comity.lib.errors import BadInput

LIMIT = 512 * 1024


class BadLogProof(BadInput):
    code = "packages.bad-log-proof"
    says = "The proof of the log does not hold: {why}."
    next_step = "Ask the authority for the proof of this list: 'comity log prove'."


class _Proof(Strict):
    index: Number
    size: Number
    entry: str = Field(max_length=tlog.ENTRY_LIMIT)
    proof: list[str] = Field(max_length=64)
    checkpoint: str = Field(max_length=checkpoint.LIMIT)


def carried(proved: dict[str, Any]) -> bytes:
    """What ``exchange.queries.prove`` answered, as a package carries it: the keeper's own signatures, no witnesses."""
    note = _own(str(proved["checkpoint"]))
    kept = {key: proved[key] for key in ("index", "size", "entry", "proof")}
    return canonical({**kept, "checkpoint": note})


def _own(note: str) -> str:
    text, lines = checkpoint.parse_note(note.encode())
    origin = text.split("\n", 1)[0]
    ours = [line for line in lines if line.name == origin]
    return _spelled(text, ours)


def _spelled(text: str, lines: list[checkpoint.Line]) -> str:
    told = "".join(f"— {one.name} {base64.b64encode(one.key_id + one.signature).decode()}\n" for one in lines)
    return f"{text}\n{told}"


def verify(raw: bytes, *, kind: str, head: Signed, authority: str, at: str, keys: PublicKeys) -> tuple[int, int]:
    """That the log of this authority holds this head, recorded at this moment; returns its index and the log's size.

    Every byte counts: the proof has one spelling, and the checkpoint carries the keeper's two signatures and no other.

    :raises BadLogProof: it does not.
    """
    try:
        told = body(_Proof, read_object(raw, LIMIT, "the proof"), "the proof")
        note = checkpoint.read(told.checkpoint.encode(), checkpoint.origin_of(authority), keys)
        text, lines = checkpoint.parse_note(note.raw)
        entry = tlog.read_entry(told.entry.encode())
        steps = [_hash(step) for step in told.proof]
        tlog.verify_inclusion(tlog.leaf_hash(told.entry.encode()), told.index, told.size, steps, note.root)
    except BadLogProof:
        raise
    except BadInput as error:
        raise BadLogProof(why=error.sentence.rstrip(".")) from None
    if len(lines) != 2 or _spelled(text, lines) != told.checkpoint:
        raise BadLogProof(why="the checkpoint is spelled in another way, or carries other signatures")
    if note.size != told.size:
        raise BadLogProof(why="the checkpoint is of another size")
    expected = (kind, head.id, hashlib.sha256(head.raw).hexdigest(), at)
    if (entry.kind, entry.name, entry.sha256, clock.stamp(entry.at)) != expected:
        raise BadLogProof(why="the entry is of something else, or of another moment")
    return told.index, told.size


def _hash(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadLogProof(why="a hash is not base64") from None
    if base64.b64encode(raw).decode() != text or len(raw) != tlog.HASH:
        raise BadLogProof(why="a hash is not spelled canonically")
    return raw
