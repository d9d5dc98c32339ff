"""Taking items in, and what happens to them: every step is an entry of the chain of custody, logged with it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from comity.access import asking, handling
from comity.access import queries as people
from comity.access.handling import OWN, Handling
from comity.access.queries import Compartment, User
from comity.dossiers import queries as dossiers
from comity.evidence import chain, sight
from comity.evidence.models import Custody, Item, Numbering
from comity.evidence.values import KINDS, PHYSICAL, TakingFacts
from comity.exchange import actions as exchange
from comity.exchange import queries as network
from comity.exchange.wire.strict import b64, unb64
from comity.lib import clock
from comity.lib.errors import BadInput, ComityError
from comity.search import actions as search


class NoTitle(BadInput):
    code = "evidence.no-title"
    says = "An item has a title."
    next_step = "Say in a few words what it is."


class UnknownKind(BadInput):
    code = "evidence.unknown-kind"
    says = "{kind!r} is not a kind of item; known are {known}."
    next_step = "Choose one of these."


class NeedsBytesOrSeal(BadInput):
    code = "evidence.needs-bytes-or-seal"
    says = "Neither a file nor a seal or place was given."
    next_step = "Add the file; for a thing that can be held, say under which seal or where it is kept."


class BadMoment(BadInput):
    code = "evidence.bad-moment"
    says = "This is said to have happened at {when}, and that {why}."
    next_step = "Mend the day and time."


class WrongState(ComityError):
    code = "evidence.wrong-state"
    says = "The item {ref} is {state}; this step needs one that is {needed}."
    next_step = "Look at its chain of custody; correct an entry if it is wrong."


class NothingToCorrect(BadInput):
    code = "evidence.nothing-to-correct"
    says = "The item {ref} has no entry {number} that could be corrected."
    next_step = "Corrections name an entry that is not itself a correction."


class NoReason(BadInput):
    code = "evidence.no-reason"
    says = "This step is recorded with a reason."
    next_step = "Write one sentence that says why."


class NobodyNamed(BadInput):
    code = "evidence.nobody-named"
    says = "Nobody is named who has the item since."
    next_step = "Name the person, the authority or the place."


class NoBytes(ComityError):
    code = "evidence.no-bytes"
    says = "The item {ref} has no bytes here."
    next_step = "It is a thing that can be held, or its bytes were destroyed."


@dataclass(frozen=True)
class Checked:
    """What came of reading all bytes: ``sha256`` as found, empty where they could not be read."""

    ok: bool
    sha256: str


def take(
    compartment: Compartment,
    *,
    title: str,
    kind: str,
    by: User,
    at: datetime,
    description: str = "",
    level: int = 0,
    handling: Handling = OWN,
    taking: TakingFacts | None = None,
    stream: BinaryIO | None = None,
    name: str = "",
    media_type: str = "",
    seal: str = "",
    place: str = "",
    language: str = "",
    to_whom: str = "",
) -> Item:
    """Take an item in. A file is read once, in pieces, and stored sealed.

    :param to_whom: who has it since; by default this authority.
    :raises NoTitle, UnknownKind, NeedsBytesOrSeal, BadMoment, NotFound, NotAllowed: before anything is stored.
    """
    taking = taking or TakingFacts()
    level = max(level, compartment.level)
    demand_new(compartment, level, title, kind, by, at)
    if stream is None and (kind not in PHYSICAL or not (seal.strip() or place.strip())):
        raise NeedsBytesOrSeal
    not_later(taking.at, at)
    bytes_ = stored(stream, name, media_type, at)
    with transaction.atomic():
        exchange.lock_log()
        row = create(
            compartment,
            by=by,
            at=at,
            title=title,
            kind=kind,
            description=description,
            level=level,
            handling=handling.as_json(),
            language=language,
            seal_number=seal.strip(),
            place=place.strip(),
            **taken(taking),
            **bytes_,
        )
        add(
            row,
            "taken",
            by=by,
            at=at,
            when=taking.at,
            from_whom=taking.from_whom,
            to_whom=to_whom or settings.COMITY.authority,
            why=taking.where,
            power="; ".join(filter(None, (taking.power, taking.provision))),
            seal=seal,
            place=place,
            sha256=row.sha256,
        )
    return row


def demand_new(compartment: Compartment, level: int, title: str, kind: str, by: User, at: datetime) -> None:
    """:raises NotFound, NotAllowed: the rules. NoTitle, UnknownKind: what is said of it."""
    sight.demand(by, "write", people.thing("item", compartment.name, compartment, level=level), at)
    if not title.strip():
        raise NoTitle
    if kind not in KINDS:
        raise UnknownKind(kind=kind, known=", ".join(KINDS))


def not_later(when: datetime | None, at: datetime) -> None:
    """:raises BadMoment: it lies after now."""
    if when is not None and when > at:
        raise BadMoment(when=clock.stamp(when), why="is still to come")


def stored(stream: BinaryIO | None, name: str, media_type: str, at: datetime) -> dict[str, Any]:
    """The columns of the bytes. Outside a transaction: a file of gigabytes must not hold up everybody else's writes."""
    if stream is None:
        return {}
    kept = exchange.store_blob(stream, at=at)
    return {
        "name": dossiers.file_name(name, 1),
        "media_type": dossiers.media_type(media_type),
        "size": kept.size,
        "sha256": kept.sha256,
        "blob": kept.id,
        "key": b64(kept.key),
    }


def taken(taking: TakingFacts) -> dict[str, Any]:
    """The columns of how it was taken."""
    return {
        "taken_at": taking.at,
        "taken_where": taking.where.strip(),
        "taken_by": taking.by.strip(),
        "taken_from": taking.from_whom.strip(),
        "power": taking.power.strip(),
        "provision": taking.provision.strip(),
        "instrument": taking.instrument,
        "treaty": taking.treaty,
    }


def create(compartment: Compartment, *, by: User, at: datetime, title: str, **columns: Any) -> Item:
    """A new item under the next number of its compartment, findable by its words."""
    with asking.as_node():  # the last number counts what this person may not see too
        Numbering.objects.get_or_create(compartment=compartment)
        numbering = Numbering.objects.select_for_update().get(compartment=compartment)
        numbering.last += 1
        numbering.save(update_fields=["last"])
    row = Item.objects.create(
        compartment=compartment, number=numbering.last, title=title.strip(), added_by=by, added_at=at, **columns
    )
    text = " ".join((row.description, row.name, row.taken_where, row.taken_from, row.seal_number, row.place))
    search.put("item", row.ref, title=row.title, text=text, compartment=compartment, level=row.level, at=at)
    return row


def add(row: Item, what: str, *, by: User, at: datetime, when: datetime | None = None, **said: Any) -> Custody:
    """Write the next entry of an item's chain, and its head into the log, in the caller's transaction.

    The item must be locked (:func:`sight.locked`) or new.

    :param when: when it happened, if not now.
    :raises BadMoment: after now, or it left before it came.
    :raises chain.BadEntry: a text is too long or has control characters.
    """
    not_later(when, at)
    left_at = said.get("left_at")
    if left_at is not None and left_at > (when or at):
        raise BadMoment(when=clock.stamp(left_at), why="is after it arrived")
    plainly: dict[str, Any] = {key: plain(value) if isinstance(value, str) else value for key, value in said.items()}
    entry = chain.Entry(
        authority=settings.COMITY.authority,
        item=row.ref,
        number=row.entries + 1,
        previous=row.head or chain.FIRST_PREVIOUS,
        what=what,
        at=when or at,
        recorded_at=at,
        by=by.username,
        name=by.full_name,
        **plainly,
    )
    raw = chain.write(entry)
    hash = chain.hash_of(raw)
    index = exchange.record("custody", f"{row.ref}/{entry.number}", chain.head(row.ref, entry.number, hash), at)
    kept = Custody.objects.create(
        item=row, compartment=row.compartment, level=row.level, number=entry.number, what=what, raw=raw, hash=hash,
        by=by, at=entry.at, recorded_at=at, log_index=index,
    )  # fmt: skip
    row.head, row.entries = hash, entry.number
    if what == "corrected":
        row.holder = chain.holder([chain.read(bytes(one.raw)) for one in sight.chain(row)])
    elif what in chain.HANDS_OVER and entry.to_whom:
        row.holder = entry.to_whom
    row.save()
    return kept


def plain(text: str) -> str:
    """A text as an entry keeps it: lines end as on every system, nothing stands around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()


@transaction.atomic
def move(row: Item, *, to_whom: str, by: User, at: datetime, **said: Any) -> Custody:
    """It changes hands or place.

    :raises NobodyNamed, WrongState, BadMoment, NotFound, NotAllowed.
    """
    return hand_over(row, "moved", ("held",), by=by, at=at, to_whom=to_whom, **said)


@transaction.atomic
def lend(row: Item, *, to_whom: str, why: str, by: User, at: datetime, **said: Any) -> Custody:
    """It goes to somebody who gives it back, for a reason."""
    return hand_over(row, "lent", ("held",), state="lent", by=by, at=at, to_whom=to_whom, why=reason(why), **said)


@transaction.atomic
def bring_back(row: Item, *, by: User, at: datetime, to_whom: str = "", **said: Any) -> Custody:
    """What was lent is back."""
    to_whom = to_whom or settings.COMITY.authority
    return hand_over(row, "back", ("lent",), state="held", by=by, at=at, to_whom=to_whom, **said)


@transaction.atomic
def examine(row: Item, *, to_whom: str, why: str, by: User, at: datetime, **said: Any) -> Custody:
    """Somebody (``to_whom``) examined it; it stays with whom it is."""
    now = in_state(sight.locked(row, "write", by=by, at=at), ("held", "lent"))
    return add(now, "examined", by=by, at=at, to_whom=named(to_whom), why=reason(why), **said)


@transaction.atomic
def seal(row: Item, *, seal: str, why: str, by: User, at: datetime, **said: Any) -> Custody:
    """It bears another seal since."""
    now = in_state(sight.locked(row, "write", by=by, at=at), ("held", "lent"))
    now.seal_number = named(seal)
    return add(now, "sealed", by=by, at=at, seal=seal, why=reason(why), **said)


def hand_over(row: Item, what: str, states: tuple[str, ...], *, by: User, at: datetime, to_whom: str,
              state: str = "", **said: Any) -> Custody:  # fmt: skip
    now = in_state(sight.locked(row, "write", by=by, at=at), states)
    said.setdefault("from_whom", "")
    said["from_whom"] = said["from_whom"] or now.holder
    now.state = state or now.state
    now.place = said.get("place", "") or now.place
    now.seal_number = said.get("seal", "") or now.seal_number
    return add(now, what, by=by, at=at, to_whom=named(to_whom), **said)


@transaction.atomic
def correct(row: Item, number: int, *, why: str, by: User, at: datetime, **values: Any) -> Custody:
    """Say what an earlier entry should have said; the earlier one stays.

    :param values: ``when from_whom to_whom left_at power seal place``; what is not named stays as it was.
    :raises NothingToCorrect, NoReason, BadMoment, NotFound, NotAllowed.
    """
    now = sight.locked(row, "write", by=by, at=at)
    entries = [chain.read(bytes(one.raw)) for one in sight.chain(now)]
    before = next((one for one in chain.effective(entries) if one.number == number), None)
    if before is None:
        raise NothingToCorrect(ref=now.ref, number=number)
    said = {name: getattr(before, name) for name in ("from_whom", "to_whom", "left_at", "power", "seal", "place")}
    said |= {"when": before.at, **values}
    return add(now, "corrected", by=by, at=at, why=reason(why), corrects=number, **said)


@transaction.atomic
def permit(row: Item, *, to: str, reference: str, by: User, at: datetime) -> Custody:
    """The originator agreed that the item goes to this authority; ``reference`` says where that stands."""
    now = sight.locked(row, "write", by=by, at=at)
    held = handling.read(now.handling)
    now.handling = Handling(
        held.originator, held.codes, held.restriction, held.purposes, held.consents | {named(to)}
    ).as_json()
    return add(now, "permitted", by=by, at=at, from_whom=now.originator, to_whom=to, why=reason(reference))


def check_bytes(row: Item, *, by: User, at: datetime) -> Checked:
    """Read all bytes, compare their hash, and record what came of it.

    :raises NoBytes: there are none. NotFound: not for this user.
    """
    found = sight.item(by, row.ref, at)
    if not found.key:
        raise NoBytes(ref=found.ref)
    sha256 = hash_of_bytes(found)  # outside a transaction: it may take minutes
    with transaction.atomic():
        now = sight.locked(found, "read", by=by, at=at)
        now.checked_at, now.intact = at, sha256 == now.sha256
        why = "" if now.intact else "The bytes are not those that were taken in."
        add(now, "checked", by=by, at=at, sha256=sha256, why=why)
    return Checked(bool(now.intact), sha256)


def hash_of_bytes(row: Item) -> str:
    """The SHA-256 of what is stored; empty where it cannot be opened as it was sealed."""
    found = hashlib.sha256()
    try:
        for piece in network.open_blob(row.blob, unb64(row.key, "the key")):
            found.update(piece)
    except (OSError, ComityError):
        return ""
    return found.hexdigest()


def in_state(row: Item, states: tuple[str, ...]) -> Item:
    """:raises WrongState: it is in another."""
    if row.state not in states:
        raise WrongState(ref=row.ref, state=row.state, needed=" or ".join(states))
    return row


def reason(text: str) -> str:
    """:raises NoReason: none was given."""
    if not text.strip():
        raise NoReason
    return text


def named(text: str) -> str:
    """:raises NobodyNamed: nobody is."""
    if not text.strip():
        raise NobodyNamed
    return text.strip()
