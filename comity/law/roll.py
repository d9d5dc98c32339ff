"""The lists of treaties and their parties as the files give them, checked against each other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BeforeValidator, model_validator

from comity.law import calendars, reading

Reach = Literal[
    "complete",
    "complete-dated",
    "complete-memory",
    "complement",
    "complement-dated",
    "partial",
    "signatories",
    "signatories-partial",
    "union",
    "none",
]
Kind = Literal["treaty", "eu-act", "scheme"]


@dataclass(frozen=True)
class AsOf:
    """When a list was taken, as exactly as its source tells: a year, a month or a day."""

    text: str
    first: date
    last: date


@dataclass(frozen=True)
class Treaty:
    """An instrument of law and how far the list of its parties reaches."""

    id: str
    title: str
    short: str
    kind: Kind
    in_force: date | None
    applies_from: date | None
    applies_until: date | None  # the day a repeal took effect
    provisional_from: date | None  # applied provisionally from then on, until in force
    awaited: AsOf | None  # not in force when this was noted
    reach: Reach
    as_of: AsOf | None
    url: str
    source: str
    confidence: reading.Confidence
    notes: str


class _Adopted(reading.Strict):
    date: reading.Day | None
    place: str | None = None


def _as_of(value: Any) -> Any:
    """A year, a month or a day; anything else is left for the model to refuse."""
    text = str(value)
    try:
        year, month, day = (int(part) for part in (text + "-01-01")[:10].split("-"))
        first = date(year, month, day)
        following = (date(year + 1, 1, 1), date(year + month // 12, month % 12 + 1, 1))
    except ValueError:
        raise ValueError(f"{text!r} is not a year, a month or a day such as 2026-11") from None
    if len(text) == 10:
        return AsOf(text, first, first)
    return AsOf(text, first, following[len(text) == 7] - timedelta(days=1))


ToldAsOf = Annotated[AsOf, BeforeValidator(_as_of)]


class _InForce(reading.Strict):
    date: reading.Day | None
    awaited: ToldAsOf | None = None

    @model_validator(mode="after")
    def one_of_them(self) -> Self:
        if self.date and self.awaited:
            raise ValueError("a treaty with a day of entry into force is not awaited")
        return self


class _Count(reading.Strict):
    count: int | None = None
    as_of: ToldAsOf | None = None
    confidence: reading.Confidence | None = None
    listed_here: int | None = None


class _Treaty(reading.Strict):
    id: str
    title: str
    short: str
    kind: Kind
    adopted: _Adopted
    opened_for_signature: _Adopted | None = None
    in_force: _InForce
    depositary: str
    parties: _Count
    parties_data: Reach
    in_force_for_party: str | None = None
    topics: list[str]
    url: str
    confidence: reading.Confidence
    source: str
    applies_from: reading.Day | None = None
    applies_until: reading.Day | None = None
    provisional_from: reading.Day | None = None
    notes: str = ""

    @model_validator(mode="after")
    def a_day_for_members(self) -> Self:
        if self.parties_data == "union" and not (self.kind == "eu-act" and self.applies_from):
            raise ValueError("the list of the Union's members serves acts of the Union that have applies_from")
        return self


class _Treaties(reading.Strict):
    treaties: list[_Treaty]


class Row(reading.Strict):
    treaty_id: str
    country: str
    status: Literal["party", "signatory", "withdrawn", "participant", "unclear"]
    in_force: reading.Day | None = None
    source: str
    confidence: reading.Confidence
    deposit_date: reading.Day | None = None
    in_force_basis: Literal["listed", "computed", "act", "memory"] | None = None
    note: str = ""
    until: reading.Day | None = None


class Absent(reading.Strict):
    treaty_id: str
    country: str
    status: Literal["signatory", "none"]
    signed: reading.Day | None = None
    as_of: ToldAsOf
    source: str
    confidence: reading.Confidence
    note: str = ""


class _Members(reading.Strict):
    as_of: ToldAsOf
    source: str
    confidence: reading.Confidence
    members: list[str]


class _UnionMembers(reading.Strict):
    as_of: ToldAsOf
    source: str
    confidence: reading.Confidence
    members: dict[str, reading.Day]
    former: dict[str, reading.Day]


class Reservation(reading.Strict):
    """What a State said when it joined, or later, about an article of a treaty."""

    treaty: str
    country: str
    kind: Literal["reservation", "declaration", "notification"]
    article: str
    says: str
    topics: list[Literal["nationals", "languages", "authorities", "channel", "measures", "legal_basis", "political"]]
    since: reading.Day | None = None
    until: reading.Day | None = None
    source: str
    confidence: reading.Confidence


class _Reservations(reading.Strict):
    reservations: list[Reservation]


class _Sources(reading.Strict):
    sources: dict[str, reading.Source]


@dataclass(frozen=True)
class Book:
    """Everything that the files say, checked against each other."""

    treaties: dict[str, Treaty]
    rows: dict[str, dict[str, Row]]
    absent: dict[str, dict[str, Absent]]
    members: frozenset[str]
    union: dict[str, date]  # members of the European Union, by the day they joined
    left_union: frozenset[str]
    sources: dict[str, reading.Source]
    reservations: dict[tuple[str, str], tuple[Reservation, ...]]  # by treaty and country


@cache
def book(folder: Path) -> Book:
    """Everything about treaties and their parties in a folder.

    :raises reading.LawFaults: with every fault of the file that has some.
    """
    told, read = reading.document(folder / "treaties.yaml", _Treaties)
    sources, _ = reading.document(folder / "sources.yaml", _Sources)
    members, members_read = reading.document(folder / "un-members.yaml", _Members)
    rows, faults = reading.readable(folder / "parties.csv", Row)
    absent, absent_faults = reading.readable(folder / "non_parties.csv", Absent)
    known = {treaty.id for treaty in told.treaties}
    reading.refuse(read, _treaty_faults(told, set(sources.sources)))
    reading.refuse(members_read, _member_faults(members.members))
    faults += [*absent_faults, *_row_faults("parties.csv", rows, known, sources)]
    faults += _row_faults("non_parties.csv", absent, known, sources)
    if faults:
        raise reading.LawFaults(sorted(faults, key=lambda fault: (fault.file, fault.line)))
    union = _union(folder / "eu-members.yaml", told)
    return Book(
        treaties={treaty.id: _treaty(treaty) for treaty in told.treaties},
        rows=_by_treaty(rows, known),
        absent=_by_treaty(absent, known),
        members=frozenset(members.members),
        union=union.members if union else {},
        left_union=frozenset(union.former) if union else frozenset(),
        sources=sources.sources,
        reservations=_reservations(folder / "reservations.yaml", known, sources),
    )


L = TypeVar("L", Row, Absent)


def _by_treaty(rows: tuple[tuple[int, L], ...], known: set[str]) -> dict[str, dict[str, L]]:
    found: dict[str, dict[str, L]] = {id: {} for id in known}
    for _, row in rows:
        found[row.treaty_id][row.country] = row
    return found


def _union(path: Path, told: _Treaties) -> _UnionMembers | None:
    """The members of the European Union, needed where a list of parties rests on it."""
    if not any(treaty.parties_data == "union" for treaty in told.treaties):
        return None
    return reading.checked(
        path, _UnionMembers, lambda told, _read: _member_faults((*told.members, *told.former), names=True)
    )


def _reservations(path: Path, known: set[str], sources: _Sources) -> dict[tuple[str, str], tuple[Reservation, ...]]:
    if not path.exists():
        return {}
    told = reading.checked(path, _Reservations, lambda told, _read: _reservation_faults(told, known, sources))
    found: dict[tuple[str, str], tuple[Reservation, ...]] = {}
    for row in told.reservations:
        found[row.treaty, row.country] = (*found.get((row.treaty, row.country), ()), row)
    return found


def _reservation_faults(told: _Reservations, known: set[str], sources: _Sources) -> Iterator[tuple[str, str]]:
    for index, row in enumerate(told.reservations):
        here = f"/reservations/{index}"
        if row.treaty not in known:
            yield f"{here}/treaty", f"no treaty is called {row.treaty!r}"
        if row.country not in calendars.countries():
            yield f"{here}/country", f"{row.country!r} is not a country"
        if row.source not in sources.sources:
            yield f"{here}/source", f"no source is called {row.source!r}"


def _treaty(told: _Treaty) -> Treaty:
    return Treaty(
        id=told.id,
        title=told.title,
        short=told.short,
        kind=told.kind,
        in_force=told.in_force.date,
        applies_from=told.applies_from,
        applies_until=told.applies_until,
        provisional_from=told.provisional_from,
        awaited=told.in_force.awaited,
        reach=told.parties_data,
        as_of=told.parties.as_of,
        url=told.url,
        source=told.source,
        confidence=told.confidence,
        notes=told.notes,
    )


def _treaty_faults(told: _Treaties, sources: set[str]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for index, treaty in enumerate(told.treaties):
        if treaty.id in seen:
            yield f"/treaties/{index}/id", f"{treaty.id} stands here twice"
        if treaty.source not in sources:
            yield f"/treaties/{index}/source", f"no source is called {treaty.source!r}"
        seen.add(treaty.id)


def _member_faults(countries: Iterable[str], *, names: bool = False) -> Iterator[tuple[str, str]]:
    for index, country in enumerate(countries):
        if country not in calendars.countries():
            yield f"/members/{country if names else index}", f"{country} is not a country"


def _row_faults(
    file: str, rows: tuple[tuple[int, Any], ...], known: set[str], sources: _Sources
) -> Iterator[reading.Fault]:
    seen: set[tuple[str, str]] = set()
    for line, row in rows:
        if row.treaty_id not in known:
            yield reading.Fault(file, line, "treaty_id", f"no treaty is called {row.treaty_id!r}")
        if row.country not in calendars.countries():
            yield reading.Fault(file, line, "country", f"{row.country!r} is not a country")
        if row.source not in sources.sources:
            yield reading.Fault(file, line, "source", f"no source is called {row.source!r}")
        if (row.treaty_id, row.country) in seen:
            yield reading.Fault(file, line, "country", f"{row.country} stands here twice for {row.treaty_id}")
        if isinstance(row, Row) and row.until and row.in_force and row.until <= row.in_force:
            yield reading.Fault(file, line, "until", f"{row.country} would leave before it is bound")
        seen.add((row.treaty_id, row.country))
