"""The lists of treaties and their parties as the files give them, checked against each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

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
    reach: Reach
    as_of: AsOf | None
    url: str
    source: str
    confidence: reading.Confidence
    notes: str


class _Adopted(reading.Strict):
    date: reading.Day | None
    place: str | None = None


class _InForce(reading.Strict):
    date: reading.Day | None


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
    notes: str = ""


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


class _Sources(reading.Strict):
    sources: dict[str, reading.Source]


@dataclass(frozen=True)
class Book:
    """Everything that the files say, checked against each other."""

    treaties: dict[str, Treaty]
    rows: dict[str, dict[str, Row]]
    absent: dict[str, dict[str, Absent]]
    members: tuple[str, ...]


@cache
def book(folder: Path) -> Book:
    told, read = reading.document(folder / "treaties.yaml", _Treaties)
    sources, _ = reading.document(folder / "sources.yaml", _Sources)
    members, members_read = reading.document(folder / "un-members.yaml", _Members)
    rows = reading.table(folder / "parties.csv", Row)
    absent = reading.table(folder / "non_parties.csv", Absent)
    known = {treaty.id for treaty in told.treaties}
    reading.refuse(read, _treaty_faults(told, set(sources.sources)))
    reading.refuse(members_read, _member_faults(members))
    faults = [*_row_faults("parties.csv", rows, known, sources)]
    faults += _row_faults("non_parties.csv", absent, known, sources)
    if faults:
        raise reading.LawFaults(faults)
    return Book(
        treaties={treaty.id: _treaty(treaty) for treaty in told.treaties},
        rows={id: {row.country: row for _, row in rows if row.treaty_id == id} for id in known},
        absent={id: {row.country: row for _, row in absent if row.treaty_id == id} for id in known},
        members=tuple(members.members),
    )


def _treaty(told: _Treaty) -> Treaty:
    return Treaty(
        id=told.id,
        title=told.title,
        short=told.short,
        kind=told.kind,
        in_force=told.in_force.date,
        applies_from=told.applies_from,
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


def _member_faults(told: _Members) -> Iterator[tuple[str, str]]:
    for index, country in enumerate(told.members):
        if country not in calendars.countries():
            yield f"/members/{index}", f"{country} is not a country"


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
        seen.add((row.treaty_id, row.country))
