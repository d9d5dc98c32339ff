"""The list: one line for every item, disclosed or withheld, under one signed root (docs/spec/court-bundle.md)."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from comity.exchange.wire import signed, tlog
from comity.exchange.wire.keys import PublicKeys
from comity.exchange.wire.signed import Signed
from comity.exchange.wire.strict import Hex, Label, Line, Malformed, Number, Stamp, Strict, body, read_object
from comity.lib import clock
from comity.lib.canonical import canonical
from comity.lib.errors import BadInput

KIND = "comity-list/1"
LINE_LIMIT = 4 * 1024 * 1024
SALT = 32
EXTENSION = re.compile(r".*\.([A-Za-z0-9]{1,8})\Z", re.DOTALL)

Text = Annotated[str, Field(max_length=100_000)]


class BadList(BadInput):
    code = "packages.bad-list"
    says = "The list cannot be used: {why}."
    next_step = "Ask for it again; compare its root with the one in the court's file."


class _Content(Strict):
    name: Text
    media_type: Text
    size: Number
    sha256: Hex


class _Derived(Strict):
    source: Line
    way: Line
    tool: Text = ""
    by: Text = ""
    at: Stamp | None = None
    source_sha256: Hex | None = None


class _Item(Strict):
    ref: Line
    title: Text
    kind: Line
    custody: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=10_000)]
    derived: Annotated[list[_Derived], Field(max_length=10_000)]
    content: _Content | None = None
    facts: dict[str, Text] = Field(default_factory=dict)
    passport: list[dict[str, str]] = Field(default_factory=list)


class _Withheld(Strict):
    ground: Line
    says: Text
    commitment: Hex


class _Entry(Strict):
    n: Annotated[int, Field(ge=1, le=1_000_000)]
    item: _Item | None = None
    withheld: _Withheld | None = None


class _File(Strict):
    name: Line
    size: Number
    sha256: Hex


class _Recipient(Strict):
    name: Line
    function: Line


class _Body(Strict):
    authority: Label
    case: Line
    purpose: Line
    at: Stamp
    count: Number
    disclosed: Number
    root: Hex
    files: Annotated[list[_File], Field(max_length=20)]
    recipient: _Recipient | None = None
    opens_at: Stamp | None = None
    closes_at: Stamp | None = None


@dataclass(frozen=True)
class Content:
    """The bytes of an item, as the list names them."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Entry:
    """One line: either an item with its custody, or a commitment to one that is withheld, with the ground."""

    n: int
    item: dict[str, Any] | None
    withheld: dict[str, Any] | None
    line: bytes = field(repr=False)

    @property
    def content(self) -> Content | None:
        told = (self.item or {}).get("content")
        return Content(**told) if told else None

    @property
    def custody(self) -> list[bytes]:
        """The entries of its chain of custody, as they were written (docs/spec/custody.md)."""
        return [canonical(one) for one in (self.item or {}).get("custody", ())]

    @property
    def path(self) -> str | None:
        """Where its bytes lie in the bundle: the place in the list, never a name that somebody chose."""
        if (content := self.content) is None:
            return None
        found = EXTENSION.fullmatch(content.name)
        return f"items/{self.n:05d}{'.' + found[1].lower() if found else ''}"

    @property
    def label(self) -> str:
        """How a fault names it."""
        return f"item {self.n}" + (f" ({self.item['ref']})" if self.item else "")


def disclosed(n: int, item: Mapping[str, Any]) -> Entry:
    """The line of a disclosed item.

    :raises BadList: a field is missing or malformed.
    """
    return read_entry(canonical({"n": n, "item": dict(item)}), n)


def withheld(n: int, item: Mapping[str, Any], *, ground: str, says: str, salt: bytes) -> Entry:
    """The line of a withheld item: it binds to what the item is without telling it."""
    told = {"ground": ground, "says": says, "commitment": commitment(item, salt)}
    return read_entry(canonical({"n": n, "withheld": told}), n)


def commitment(item: Mapping[str, Any], salt: bytes) -> str:
    """SHA-256 over a salt of 32 random bytes and the item. Without the salt nothing can be guessed from it.

    :raises BadList: the salt has another length.
    """
    if len(salt) != SALT:
        raise BadList(why=f"a salt has {SALT} bytes")
    return hashlib.sha256(salt + canonical(dict(item))).hexdigest()


def opens(entry: Entry, item: Mapping[str, Any], salt: bytes) -> bool:
    """Whether this is what was withheld: for the court, to whom the keeper hands item and salt."""
    return bool(entry.withheld) and entry.withheld["commitment"] == commitment(item, salt)  # type: ignore[index]


def read_entry(line: bytes, n: int) -> Entry:
    """One line of ``list.jsonl``, without its end.

    :raises BadList: malformed, or another place than it stands at.
    """
    try:
        told = body(_Entry, value := read_object(line, LINE_LIMIT, f"line {n}"), f"line {n}")
    except Malformed as error:
        raise BadList(why=error.sentence.rstrip(".")) from None
    if told.n != n:
        raise BadList(why=f"line {n} says that it is line {told.n}")
    if (told.item is None) == (told.withheld is None):
        raise BadList(why=f"line {n} is neither disclosed nor withheld")
    return Entry(n, value.get("item"), value.get("withheld"), line)


def custody_head(item: Mapping[str, Any]) -> str:
    """The hash of the last entry of an item's custody; empty where it has none."""
    steps = item.get("custody", ())
    return hashlib.sha256(canonical(steps[-1])).hexdigest() if steps else ""


class _Ring(dict[tuple[int, int], bytes]):
    """Tiles in memory."""

    def read(self, level: int, index: int) -> bytes:
        return self.get((level, index), b"")


def root_of(hashes: Sequence[bytes]) -> str:
    """The root of the tree over the lines, hashed as the log hashes its entries (RFC 9162)."""
    tiles = _Ring()
    tiles.update(tlog.append(hashes, 0, tiles))
    return tlog.root(len(hashes), tiles).hex()


def leaves(entries: Iterable[Entry]) -> list[bytes]:
    return [tlog.leaf_hash(entry.line) for entry in entries]


@dataclass(frozen=True)
class Told:
    """The signed head of a list, read."""

    signed: Signed
    authority: str
    case: str
    purpose: str
    at: str
    count: int
    disclosed: int
    root: str
    files: dict[str, tuple[int, str]]
    recipient: dict[str, str] | None = None
    opens_at: str | None = None
    closes_at: str | None = None


def head(
    entries: Sequence[Entry],
    *,
    authority: str,
    case: str,
    purpose: str,
    at: datetime,
    files: Mapping[str, bytes],
    recipient: Mapping[str, str] | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> dict[str, Any]:
    """What is signed of a list: its root, its date, for whom it is, and the pages that stand beside it.

    :raises BadList: a field is malformed.
    """
    told: dict[str, Any] = {
        "authority": authority, "case": case, "purpose": purpose, "at": clock.stamp(at), "count": len(entries),
        "disclosed": sum(entry.item is not None for entry in entries), "root": root_of(leaves(entries)),
        "files": [
            {"name": name, "size": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
            for name, raw in sorted(files.items())
        ],
    }  # fmt: skip
    if recipient:
        told["recipient"] = dict(recipient)
    if opens_at and closes_at:
        told |= {"opens_at": clock.stamp(opens_at), "closes_at": clock.stamp(closes_at)}
    _checked(told)
    return told


def _checked(told: Any) -> _Body:
    try:
        return body(_Body, told, "the head of the list")
    except Malformed as error:
        raise BadList(why=error.sentence.rstrip(".")) from None


def read(raw: bytes, keys: PublicKeys) -> Told:
    """Verify a signed head.

    :raises NotSigned, WrongKind, BadSignature: as ``wire.signed.read``.
    :raises BadList: the body is malformed.
    """
    found = signed.read(raw, KIND, keys)
    told = _checked(found.body)
    return Told(
        found, told.authority, told.case, told.purpose, told.at, told.count, told.disclosed, told.root,
        {file.name: (file.size, file.sha256) for file in told.files},
        told.recipient.model_dump() if told.recipient else None, told.opens_at, told.closes_at,
    )  # fmt: skip
