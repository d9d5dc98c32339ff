"""The routes as the files give them: measures, bases, precedence, checked against each other.

Data: data/measures.yaml and data/routes/*.yaml (docs/rooms/law.md explains the keys).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from comity.law import reading, roll
from comity.law.routing import files
from comity.law.routing.files import Direction, Effect, Law, Needs

FOLDER = "routes"
PRECEDENCE, REGIONS = "precedence.yaml", "regions.yaml"


@dataclass(frozen=True)
class Measure:
    """Something that one authority may ask of another. ``wider`` starts with the measure itself."""

    id: str
    title: str
    family: str
    aliases: tuple[str, ...]
    wider: tuple[str, ...]


@dataclass(frozen=True)
class Cited:
    """A sentence with its citation."""

    says: str
    cite: str
    source: str
    confidence: reading.Confidence


@dataclass(frozen=True)
class Point(Cited):
    """Something that a person must check before the route is taken."""

    measures: tuple[str, ...]
    when: Direction | None
    unless_bound: bool


@dataclass(frozen=True, eq=False)  # each is itself only, so that it can be a key
class Basis:
    """A text under which the route may run. Several are alternatives, but those that add to the others."""

    treaty: str | None
    beside: tuple[str, ...]  # treaties that must bind both too
    needs: Needs
    across: frozenset[str]  # exactly one of the two is among these
    among: frozenset[str]  # both are among these
    when: Direction | None
    law: Law | None
    name: str
    source: str
    confidence: reading.Confidence
    offences: frozenset[str]  # treaties whose offences it covers; empty: any offence
    closed_scope: bool  # an offence of none of them is outside
    adds_to: bool
    tier: str | None  # where it is another than the route's
    covers: Mapping[str, str]
    general: Mapping[str, str]

    @property
    def treaties(self) -> tuple[str, ...]:
        return (*((self.treaty,) if self.treaty else ()), *self.beside)

    def between(self, issuing: str, executing: str) -> bool:
        """Whether two States could be bound by it at all."""
        if self.across and (issuing in self.across) == (executing in self.across):
            return False
        return not self.among or {issuing, executing} <= self.among

    def provides(self, measure: Measure) -> tuple[str, bool] | None:
        """The article for a measure and whether it is a provision of its own; None where there is none."""
        own = next((self.covers[id] for id in measure.wider if id in self.covers), None)
        if own is not None:
            return own, True
        article = self.general.get(measure.family)
        return None if article is None else (article, False)


@dataclass(frozen=True)
class Way:
    """An instrument as a route: its bases, who acts, what it leaves out."""

    instrument: str
    title: str
    tier: str
    between: tuple[Direction, ...]
    issuing: Cited | None
    executing: Cited | None
    language: Cited | None
    bases: tuple[Basis, ...]
    excludes: Mapping[str, Cited]
    points: tuple[Point, ...]
    place: int  # in the files


@dataclass(frozen=True)
class Rule(Cited):
    """One text replaces another, or goes before it, between those whom it binds."""

    winner: str
    losers: tuple[str, ...]
    effect: Effect


@dataclass(frozen=True)
class Book:
    """Everything that the files say about routes."""

    families: Mapping[str, str]
    measures: Mapping[str, Measure]
    names: Mapping[str, str]  # ids and aliases, to ids
    ways: tuple[Way, ...]
    tiers: Mapping[str, Cited]
    rules: tuple[Rule, ...]


@cache
def book(folder: Path) -> Book:
    """The routes of a folder.

    :raises reading.LawFaults: with every fault of the first file that has some.
    """
    told = reading.checked(folder / "measures.yaml", files.Measures, lambda told, _read: files.measure_faults(told))
    regions = reading.checked(folder / FOLDER / REGIONS, files.Regions, lambda told, _read: files.region_faults(told))
    order, order_read = reading.document(folder / FOLDER / PRECEDENCE, files.Precedence)
    known = files.Known(told, regions, order, roll.book(folder))
    ways = tuple(_ways(folder / FOLDER, known))
    reading.refuse(order_read, files.order_faults(order, known, {way.instrument for way in ways}))
    measures = {id: _measure(id, told) for id in told.measures}
    return Book(
        families=told.families,
        measures=measures,
        names={name: id for id, row in measures.items() for name in (id, *row.aliases)},
        ways=ways,
        tiers={id: Cited(row.says, row.cite, row.source, row.confidence) for id, row in order.tiers.items()},
        rules=tuple(
            Rule(row.says, row.cite, row.source, row.confidence, row.winner, tuple(row.loser), row.effect)
            for row in order.rules
        ),
    )


def _ways(folder: Path, known: files.Known) -> Iterator[Way]:
    seen: set[str] = set()
    place = 0
    for path in sorted(folder.glob("*.yaml")):
        if path.name in (PRECEDENCE, REGIONS):
            continue
        told = reading.checked(path, files.Ways, lambda told, read: files.way_faults(told, read, known, seen))
        for way in told.routes:
            yield _way(way, place, known)
            place += 1


def _measure(id: str, told: files.Measures) -> Measure:
    wider, row = [id], told.measures[id]
    while (within := told.measures[wider[-1]].within) is not None:
        wider.append(within)
    return Measure(id, row.title, row.family, tuple(row.aliases), tuple(wider))


def _way(told: files.Way, place: int, known: files.Known) -> Way:
    def cited(row: files.Cited | None) -> Cited | None:
        return (
            None
            if row is None
            else Cited(row.says, row.cite, row.source or told.source, row.confidence or told.confidence)
        )

    return Way(
        instrument=told.instrument,
        title=told.title,
        tier=told.tier,
        between=tuple(told.between),
        issuing=cited(told.issuing),
        executing=cited(told.executing),
        language=cited(told.language),
        bases=tuple(_basis(row, told, known) for row in told.bases),
        excludes={id: found for id, row in told.excludes.items() if (found := cited(row))},
        points=tuple(
            Point(
                row.says,
                row.cite,
                row.source or told.source,
                row.confidence or told.confidence,
                tuple(row.measures),
                row.when,
                row.unless_bound,
            )
            for row in told.points
        ),
        place=place,
    )


def _basis(told: files.Basis, way: files.Way, known: files.Known) -> Basis:
    return Basis(
        treaty=told.treaty,
        beside=tuple(told.beside),
        needs=told.needs,
        across=frozenset(told.across),
        among=frozenset(known.regions.regions[told.among] if told.among else ()),
        when=told.when,
        law=told.law,
        name=told.name,
        source=told.source or way.source,
        confidence=told.confidence or way.confidence,
        offences=frozenset(told.offences.of if told.offences else ()),
        closed_scope=bool(told.offences and told.offences.otherwise == "against"),
        adds_to=told.adds_to,
        tier=told.tier,
        covers=told.covers,
        general=told.general,
    )
