"""What this authority asks of requests: the list that administrators work on, and the one that stands on our card.

Until a list is published here, the card holds the rules of ``requirements.yaml`` in the node's folder; the first change
takes them over. Each change is a new row with the whole list, so nothing is lost and everything can be taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from comity.access import queries as people
from comity.access import rules
from comity.access.queries import User
from comity.access.rules import Thing
from comity.exchange import merkle
from comity.exchange.models import RequirementList
from comity.instruments import requirement_kinds as kinds
from comity.instruments.faults import Problem
from comity.instruments.requirement_kinds import Entry
from comity.instruments.requirements import check
from comity.lib import strict_yaml
from comity.lib.canonical import digest
from comity.lib.errors import BadInput, ComityError

MOST = 500  # on one card (docs/spec/card.md)
FILE = "requirements.yaml"

Rules = list[dict[str, Any]]
Put = Callable[[tuple[Entry, ...]], tuple[Entry, ...]]


class BadRequirements(BadInput):
    code = "exchange.bad-requirements"
    says = "requirements.yaml must be a list of rules: {why}."
    next_step = "Mend the file in the node's folder; docs/rooms/instruments.md shows a rule."


class FaultyRequirement(BadInput):
    """``problems`` holds every reason, each with the place of the entry that it is about."""

    code = "exchange.faulty-requirement"
    says = "The requirement cannot be kept: {why}"
    next_step = "Mend each place named."

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(why=" ".join(problem.says for problem in problems))


class TooManyRequirements(BadInput):
    code = "exchange.too-many-requirements"
    says = "A card holds at most {most} requirements."
    next_step = "Remove one that is no longer needed."


class NoSuchRequirement(ComityError):
    code = "exchange.no-such-requirement"
    says = "There is no requirement {id} in the list."
    next_step = "Look at the list; somebody may have removed it."


class ListChanged(ComityError):
    code = "exchange.requirements-changed-meanwhile"
    says = "{by} changed the list of requirements meanwhile."
    next_step = "Look at the list as it is now, then do it again."


@dataclass(frozen=True)
class Step:
    """One change of the list."""

    number: int
    what: str  # one of RequirementList.STEPS
    about: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Asked:
    """Our requirements: the list as it is worked on, and the one that others see.

    ``number`` is that of the last change, 0 while only the file was ever read: a page sends it back.
    """

    number: int
    entries: tuple[Entry, ...]
    published: tuple[Entry, ...]
    published_at: datetime | None
    removed: tuple[Entry, ...]  # published, and no longer in the list

    @property
    def changed(self) -> bool:
        """Whether the list differs from what others see."""
        return self.entries != self.published

    def state(self, one: Entry) -> str:
        """``new``, ``changed``, or ``published`` as it stands."""
        before = next((known for known in self.published if known.id == one.id), None)
        return "new" if before is None else "published" if before == one else "changed"

    def entry(self, id: str) -> Entry:
        """:raises NoSuchRequirement: it is not in the list."""
        return _one(self.entries, id)


def asked() -> Asked:
    """The list as it stands.

    :raises BadRequirements, BadYaml: nothing was published here yet, and the file cannot be read.
    """
    last, published = _last(), _published()
    seed = _seed() if published is None else _entries(published)
    entries = seed if last is None else _entries(last)
    known = {one.id for one in entries}
    return Asked(
        number=last.number if last else 0,
        entries=entries,
        published=seed,
        published_at=published.at if published else None,
        removed=tuple(one for one in seed if one.id not in known),
    )


def steps(limit: int = 50) -> list[Step]:
    """Who changed the list, newest first."""
    rows = RequirementList.objects.order_by("-number")[:limit]
    return [Step(row.number, row.what, row.about, row.by, row.at) for row in rows]


def on_card() -> Rules:
    """The rules that our card holds. Raises as ``asked``."""
    published = _published()
    return _file() if published is None else list(published.rules or ())


def in_force(entries: Sequence[Entry]) -> Rules:
    """Entries as the rules that would stand on the card."""
    return [kinds.rule(one) for one in entries]


def fingerprint(entries: Sequence[Entry]) -> str:
    """A name for exactly this list, so that what is published is what was looked at."""
    return digest([one.as_json() for one in entries])


# What changes the list


def add(one: Entry, *, by: User, at: datetime, number: int) -> Entry:
    """Put a requirement at the end of the list; returns it with its id.

    :param number: of the list that the page showed.
    :raises NotAllowed, ListChanged, FaultyRequirement, TooManyRequirements: nothing was changed.
    """

    def put(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return (*entries, named)

    known = {past.get("id") for row in RequirementList.objects.order_by("number") for past in row.entries}
    named = replace(one, id=_free_id(one, known | {seed.id for seed in asked().entries}))
    _demand_sound(named)
    _change("added", named.id, put, by=by, at=at, number=number)
    return named


def change(one: Entry, *, by: User, at: datetime, number: int) -> None:
    """Put an entry in the place of the one with its id.

    :raises NoSuchRequirement: and as ``add``.
    """
    _demand_sound(one)

    def put(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        _one(entries, one.id)
        return tuple(one if known.id == one.id else known for known in entries)

    _change("changed", one.id, put, by=by, at=at, number=number)


def move(id: str, *, up: bool, by: User, at: datetime, number: int) -> None:
    """Exchange a requirement with the one before or after it. Raises as ``change``."""

    def put(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        rows = list(entries)
        here = rows.index(_one(entries, id))
        there = max(here - 1, 0) if up else min(here + 1, len(rows) - 1)
        rows[here], rows[there] = rows[there], rows[here]
        return tuple(rows)

    _change("moved", id, put, by=by, at=at, number=number)


def remove(id: str, *, by: User, at: datetime, number: int) -> None:
    """Take a requirement out of the list; ``take_back`` undoes it. Raises as ``change``."""

    def put(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        gone = _one(entries, id)
        return tuple(known for known in entries if known != gone)

    _change("removed", id, put, by=by, at=at, number=number)


def take_back(to: int | None, *, by: User, at: datetime, number: int) -> None:
    """Make the list again what it was after an earlier change; None: what others see.

    :raises NoSuchRequirement: there was no such change. NotAllowed, ListChanged: as ``add``.
    """

    def put(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        if to is None:
            return asked().published
        row = RequirementList.objects.filter(number=to).first()
        if row is None and to != 0:
            raise NoSuchRequirement(id=to)
        return _seed() if row is None else _entries(row)

    _change("taken-back", "", put, by=by, at=at, number=number)


@transaction.atomic
def publish(*, shown: str, by: User, at: datetime) -> None:
    """Put the list on our card from now on. The caller issues the card and sends it.

    :param shown: ``fingerprint`` of the list that was looked at.
    :raises NotAllowed, FaultyRequirement, TooManyRequirements: nothing was changed.
    :raises ListChanged: the list is another by now.
    """
    _demand_administrator(by)
    merkle.lock()
    now = asked()
    if fingerprint(now.entries) != shown:
        raise ListChanged(by=_last_author())
    for one in now.entries:
        _demand_sound(one)
    if len(now.entries) > MOST:
        raise TooManyRequirements(most=MOST)
    _store("published", "", now.entries, in_force(now.entries), by, at, now.number)


@transaction.atomic
def _change(what: str, about: str, put: Put, *, by: User, at: datetime, number: int) -> None:
    _demand_administrator(by)
    merkle.lock()  # one after the other
    now = asked()
    if now.number != number:
        raise ListChanged(by=_last_author())
    entries = put(now.entries)
    if len(entries) > MOST:
        raise TooManyRequirements(most=MOST)
    if entries == now.entries:
        return
    number = now.number
    if number == 0 and now.entries:
        number = _store("imported", "", now.entries, None, by, at, number)
    _store(what, about, entries, None, by, at, number)


def _store(
    what: str,
    about: str,
    entries: Sequence[Entry],
    made: list[dict[str, Any]] | None,
    by: User,
    at: datetime,
    last: int,
) -> int:
    told = [one.as_json() for one in entries]
    RequirementList.objects.create(
        number=last + 1, what=what, about=about, entries=told, rules=made, by=by.username, at=at
    )
    return last + 1


def _demand_administrator(by: User) -> None:
    """Whoever manages the peers manages what we tell them."""
    rules.demand(people.actor(by), "manage", Thing("peers"))


def _demand_sound(one: Entry) -> None:
    if found := kinds.problems(one):
        raise FaultyRequirement(found)


def _free_id(one: Entry, taken: set[Any]) -> str:
    """``eio-languages``, or with a number: an id never means two different requirements."""
    stem = f"{one.instrument}-{one.kind}"
    if stem not in taken:
        return stem
    return next(name for number in range(2, len(taken) + 3) if (name := f"{stem}-{number}") not in taken)


def _one(entries: Sequence[Entry], id: str) -> Entry:
    found = next((one for one in entries if one.id == id), None)
    if found is None:
        raise NoSuchRequirement(id=id)
    return found


def _last() -> RequirementList | None:
    return RequirementList.objects.order_by("-number").first()


def _last_author() -> str:
    row = _last()
    return row.by if row else "?"


def _published() -> RequirementList | None:
    return RequirementList.objects.filter(what="published").order_by("-number").first()


def _entries(row: RequirementList) -> tuple[Entry, ...]:
    return tuple(kinds.entry(one) for one in row.entries)


def _seed() -> tuple[Entry, ...]:
    """The rules of the file as entries.

    :raises BadRequirements: one of them does not have the shape of a rule.
    """
    found = _file()
    if faults := check(found):
        raise BadRequirements(why=f"{faults[0].pointer}: {faults[0].says.rstrip('.')}")
    return tuple(kinds.from_rule(one) for one in found)


def _file() -> Rules:
    file = settings.COMITY.folder / FILE
    if not file.exists():
        return []
    found = strict_yaml.read(file).value
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadRequirements(why="each is an object")
    return found
