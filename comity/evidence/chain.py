"""The chain of custody: entries made, read and verified, and the gaps in it (docs/spec/custody.md). Pure."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints

from comity.exchange.wire import strict
from comity.lib.canonical import canonical
from comity.lib.clock import stamp
from comity.lib.errors import BadInput, ComityError

FORMAT = "comity-custody/1"
FIRST_PREVIOUS = "0" * 64
LIMIT = 64 << 10
What = Literal[
    "taken", "received", "made", "sealed", "copied", "moved", "lent", "back", "examined", "checked", "permitted",
    "sent", "returned", "destroyed", "corrected",
]  # fmt: skip
WHATS: tuple[str, ...] = get_args(What)
BEGINS = ("taken", "received", "made")
HANDS_OVER = frozenset({"taken", "received", "made", "moved", "lent", "back", "returned"})
"""After these the item is with ``to``."""
STATED = ("at", "from", "to", "left_at", "why", "power", "seal", "place")
"""What people state of an entry; all but ``why`` can be corrected."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"\A[^\x00-\x09\x0b-\x1f\x7f]+\z")]


class BadEntry(BadInput):
    code = "custody.malformed"
    says = "An entry of custody cannot be read: {why}."
    next_step = "Ask whoever keeps the chain for its bytes as they were written."


class _Entry(strict.Strict):
    format: Literal["comity-custody/1"]
    authority: strict.Label
    item: Annotated[str, Field(pattern=r"\A[a-z0-9][a-z0-9-]{0,39}/[1-9][0-9]{0,8}\z")]
    number: Annotated[int, Field(ge=1, le=strict.HIGHEST)]
    previous: strict.Hex
    what: What
    at: strict.Stamp
    recorded_at: strict.Stamp
    by: Text
    name: Text
    from_: Annotated[Text | None, Field(alias="from")] = None
    to: Text | None = None
    left_at: strict.Stamp | None = None
    why: Text | None = None
    power: Text | None = None
    seal: Text | None = None
    place: Text | None = None
    sha256: strict.Hex | None = None
    corrects: Annotated[int | None, Field(ge=1)] = None


@dataclass(frozen=True)
class Entry:
    """One entry as it was written. What nobody said is empty."""

    authority: str
    item: str
    number: int
    previous: str
    what: str
    at: datetime
    recorded_at: datetime
    by: str
    name: str
    from_whom: str = ""
    to_whom: str = ""
    left_at: datetime | None = None
    why: str = ""
    power: str = ""
    seal: str = ""
    place: str = ""
    sha256: str = ""
    corrects: int | None = None

    def as_json(self) -> dict[str, Any]:
        told = {
            "format": FORMAT,
            "authority": self.authority,
            "item": self.item,
            "number": self.number,
            "previous": self.previous,
            "what": self.what,
            "at": stamp(self.at),
            "recorded_at": stamp(self.recorded_at),
            "by": self.by,
            "name": self.name,
            "from": self.from_whom,
            "to": self.to_whom,
            "left_at": stamp(self.left_at) if self.left_at else "",
            "why": self.why,
            "power": self.power,
            "seal": self.seal,
            "place": self.place,
            "sha256": self.sha256,
            "corrects": self.corrects or "",
        }
        return {key: value for key, value in told.items() if value != ""}


@dataclass(frozen=True)
class ChainFault:
    """What is wrong with the entry at this place (from 1; 0: the chain as a whole)."""

    number: int
    code: str
    says: str


@dataclass(frozen=True)
class Gap:
    """What nobody wrote down, before the entry ``number``: ``says`` has fields for ``values``.

    ``kind`` is holder, time or order.
    """

    number: int
    kind: str
    says: str
    values: Mapping[str, Any]


def write(entry: Entry) -> bytes:
    """The bytes of an entry.

    :raises BadEntry: a field is not as the specification says.
    """
    raw = canonical(entry.as_json())
    read(raw)
    return raw


def read(raw: bytes) -> Entry:
    """An entry from its bytes (docs/spec/custody.md, section 1).

    :raises BadEntry: too large, not canonical, or a field is missing, unknown or misspelt.
    """
    try:
        told = strict.body(_Entry, _without_empty(strict.read_object(raw, LIMIT, "the entry")), "the entry")
        return Entry(
            authority=told.authority,
            item=told.item,
            number=told.number,
            previous=told.previous,
            what=told.what,
            at=strict.moment(told.at, "at"),
            recorded_at=strict.moment(told.recorded_at, "recorded_at"),
            by=told.by,
            name=told.name,
            from_whom=told.from_ or "",
            to_whom=told.to or "",
            left_at=strict.moment(told.left_at, "left_at") if told.left_at else None,
            why=told.why or "",
            power=told.power or "",
            seal=told.seal or "",
            place=told.place or "",
            sha256=told.sha256 or "",
            corrects=told.corrects,
        )
    except ComityError as error:
        raise BadEntry(why=str(error.fields.get("why") or error.sentence)) from None


def _without_empty(told: dict[str, Any]) -> dict[str, Any]:
    """:raises BadEntry: a field is null; what says nothing is absent."""
    for key, value in told.items():
        if value is None:
            raise BadEntry(why=f"/{key}: it says nothing and must be absent")
    return told


def hash_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def head(item: str, number: int, hash: str) -> bytes:
    """What the log holds of a chain after an entry (docs/spec/custody.md, section 4)."""
    return f"{FORMAT}\n{item}\n{number}\n{hash}\n".encode()


def verify_chain(
    entries: Sequence[bytes], *, authority: str = "", item: str = "", head_hash: str = ""
) -> list[ChainFault]:
    """Every fault of a chain, given the bytes of its entries in order (docs/spec/custody.md, section 3).

    :param authority: who keeps it, and ``item`` which it is, where the reader knows; otherwise the first entry says.
    :param head_hash: the hash of the last entry, from the log or a signed list; empty where there is none.
    """
    return list(_faults(entries, authority, item, head_hash))


def _faults(entries: Sequence[bytes], authority: str, item: str, head_hash: str) -> Iterator[ChainFault]:
    previous, so_far = FIRST_PREVIOUS, dict[int, Entry]()
    if not entries:
        yield ChainFault(0, "custody.order", "The chain has no entry.")
    for place, raw in enumerate(entries, start=1):
        try:
            one = read(raw)
        except BadEntry as error:  # (1)
            yield ChainFault(place, error.code, error.sentence)
            previous = hash_of(raw)
            continue
        authority, item = authority or one.authority, item or one.item
        if (one.authority, one.item) != (authority, item):  # (2)
            yield ChainFault(place, "custody.another-item", f"It is of {one.item} of {one.authority}, not of {item}.")
        if one.number != place:  # (3)
            yield ChainFault(place, "custody.number", f"It is numbered {one.number} and stands at place {place}.")
        if one.previous != previous:  # (4)
            yield ChainFault(place, "custody.broken", "The entry before it is not the one that it followed.")
        if says := _order(one, place, so_far):  # (5)
            yield ChainFault(place, "custody.order", says)
        previous = hash_of(raw)
        so_far[place] = one
    if entries and head_hash and previous != head_hash:  # (6)
        yield ChainFault(len(entries), "custody.head", "The chain does not end as it was recorded.")


def _order(one: Entry, place: int, so_far: Mapping[int, Entry]) -> str:
    """What contradicts section 2, or nothing."""
    if place == 1 and one.what not in BEGINS:
        return f"A chain does not begin with {one.what!r}."
    if place > 1 and one.what in BEGINS:
        return f"Only the first entry is {one.what!r}."
    if one.what != "corrected":
        if one.corrects is not None:
            return "Only a correction names another entry."
        if any(before.what == "destroyed" for before in so_far.values()):
            return "Nothing but a correction follows a destruction."
        return ""
    corrected = so_far.get(one.corrects or 0)
    if corrected is None or corrected.what == "corrected":
        return "It corrects no earlier entry."
    return ""


def effective(entries: Sequence[Entry]) -> list[Entry]:
    """The entries as they are to be read: corrections applied to what they correct, and left out themselves."""
    now = {one.number: one for one in entries if one.what != "corrected"}
    for one in entries:
        if one.what == "corrected" and one.corrects in now:
            now[one.corrects] = _corrected(now[one.corrects], one)
    return [now[number] for number in sorted(now)]


def _corrected(before: Entry, by: Entry) -> Entry:
    return replace(
        before,
        at=by.at,
        from_whom=by.from_whom,
        to_whom=by.to_whom,
        left_at=by.left_at,
        power=by.power,
        seal=by.seal,
        place=by.place,
    )


def holder(entries: Sequence[Entry]) -> str:
    """Who has the item after the last entry."""
    return next((one.to_whom for one in reversed(effective(entries)) if one.what in HANDS_OVER and one.to_whom), "")


def gaps(entries: Sequence[Entry]) -> list[Gap]:
    """What nobody wrote down (docs/spec/custody.md, section 5), oldest first."""
    return list(_gaps(effective(entries)))


def _gaps(entries: Sequence[Entry]) -> Iterator[Gap]:
    has, since, last = "", None, None
    for one in entries:
        if last is not None and one.at < last.at:
            yield Gap(one.number, "order", ORDER, {"at": one.at, "after": last.at})
        if one.what in HANDS_OVER:
            if has and one.from_whom and _same(has) != _same(one.from_whom):
                values = {"from": has, "to": one.from_whom, "since": since, "until": one.left_at or one.at}
                yield Gap(one.number, "holder", HOLDER, values)
            if one.left_at is not None and one.left_at < one.at:
                values = {"from": one.from_whom or has, "to": one.to_whom, "since": one.left_at, "until": one.at}
                yield Gap(one.number, "time", TIME, values)
            if one.to_whom:
                has, since = one.to_whom, one.at
        last = one


HOLDER = "Nobody says how it came from {from} to {to}, between {since} and {until}."
TIME = "Nobody says who had it between {since} and {until}, from {from} to {to}."
ORDER = "This is said to have happened on {at}, before the entry above it, on {after}."


def _same(name: str) -> str:
    return " ".join(name.split()).casefold()
