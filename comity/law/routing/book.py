"""The routes as the files give them: measures, bases, precedence, checked against each other.

Data: data/measures.yaml and data/routes/*.yaml (docs/rooms/law.md explains the keys).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from comity.law import calendars, reading, roll
from comity.lib import strict_yaml

Direction = Literal["state-state", "court-state", "state-court"]
Needs = Literal["both", "issuing", "executing", "either", "state", "none"]
Law = Literal["mla", "extradition"]
Effect = Literal["replaces", "before"]
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


class _Cited(reading.Strict):
    says: str
    cite: str
    source: str | None = None
    confidence: reading.Confidence | None = None


class _Point(_Cited):
    measures: list[str] = []
    when: Direction | None = None
    unless_bound: bool = False


class _Scope(reading.Strict):
    of: list[str]
    otherwise: Literal["open", "against"]


class _Basis(reading.Strict):
    treaty: str | None
    beside: list[str] = Field(alias="with", default=[])
    needs: Needs = "both"
    across: list[str] = []
    among: str | None = None
    when: Direction | None = None
    law: Law | None = None
    name: str
    source: str | None = None
    confidence: reading.Confidence | None = None
    offences: _Scope | None = None
    adds_to: bool = False
    tier: str | None = None
    covers: dict[str, str]
    general: dict[str, str] = {}


class _Way(reading.Strict):
    instrument: str
    title: str
    tier: str
    between: list[Direction] = ["state-state"]
    source: str
    confidence: reading.Confidence
    issuing: _Cited | None = None
    executing: _Cited | None = None
    language: _Cited | None = None
    bases: list[_Basis]
    excludes: dict[str, _Cited] = {}
    points: list[_Point] = []


class _Ways(reading.Strict):
    routes: list[_Way]


class _Tier(reading.Strict):
    says: str
    cite: str
    source: str
    confidence: reading.Confidence


class _Rule(_Tier):
    winner: str
    loser: list[str]
    effect: Effect


class _Precedence(reading.Strict):
    tiers: dict[str, _Tier]
    rules: list[_Rule]


class _Regions(reading.Strict):
    regions: dict[str, list[str]]


class _Measure(reading.Strict):
    title: str
    family: str
    within: str | None = None
    aliases: list[str] = []


class _Measures(reading.Strict):
    families: dict[str, str]
    measures: dict[str, _Measure]


@cache
def book(folder: Path) -> Book:
    """The routes of a folder.

    :raises reading.LawFaults: with every fault of the first file that has some.
    """
    told, read = reading.document(folder / "measures.yaml", _Measures)
    reading.refuse(read, _measure_faults(told))
    regions, regions_read = reading.document(folder / FOLDER / REGIONS, _Regions)
    reading.refuse(regions_read, _region_faults(regions))
    order, order_read = reading.document(folder / FOLDER / PRECEDENCE, _Precedence)
    known = _Known(told, regions, order, roll.book(folder))
    ways = tuple(_ways(folder / FOLDER, known))
    reading.refuse(order_read, _order_faults(order, known, {way.instrument for way in ways}))
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


@dataclass(frozen=True)
class _Known:
    """What the files of routes may name."""

    measures: _Measures
    regions: _Regions
    order: _Precedence
    roll: roll.Book


def _ways(folder: Path, known: _Known) -> Iterator[Way]:
    seen: set[str] = set()
    place = 0
    for path in sorted(folder.glob("*.yaml")):
        if path.name in (PRECEDENCE, REGIONS):
            continue
        told, read = reading.document(path, _Ways)
        reading.refuse(read, _way_faults(told, read, known, seen))
        for way in told.routes:
            yield _way(way, place, known)
            place += 1


def _measure(id: str, told: _Measures) -> Measure:
    wider, row = [id], told.measures[id]
    while (within := told.measures[wider[-1]].within) is not None:
        wider.append(within)
    return Measure(id, row.title, row.family, tuple(row.aliases), tuple(wider))


def _way(told: _Way, place: int, known: _Known) -> Way:
    def cited(row: _Cited | None) -> Cited | None:
        return row and Cited(row.says, row.cite, row.source or told.source, row.confidence or told.confidence)

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


def _basis(told: _Basis, way: _Way, known: _Known) -> Basis:
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


def _measure_faults(told: _Measures) -> Iterator[tuple[str, str]]:
    names: set[str] = set(told.measures)
    for id, row in told.measures.items():
        here = f"/measures/{id}"
        if row.family not in told.families:
            yield f"{here}/family", f"no family is called {row.family!r}"
        if row.within is not None and row.within not in told.measures:
            yield f"{here}/within", f"no measure is called {row.within!r}"
        elif row.within is not None and _circles(id, told):
            yield f"{here}/within", f"{id} stands within itself"
        for alias in row.aliases:
            if alias in names:
                yield f"{here}/aliases", f"{alias} stands for another measure already"
            names.add(alias)


def _circles(id: str, told: _Measures) -> bool:
    seen, here = {id}, told.measures[id].within
    while here in told.measures:
        if here in seen:
            return True
        seen.add(here)
        here = told.measures[here].within
    return False


def _region_faults(told: _Regions) -> Iterator[tuple[str, str]]:
    for id, countries in told.regions.items():
        for index, country in enumerate(countries):
            if country not in calendars.countries():
                yield f"/regions/{id}/{index}", f"{country!r} is not a country"


def _order_faults(told: _Precedence, known: _Known, instruments: set[str]) -> Iterator[tuple[str, str]]:
    rows: dict[str, _Tier] = {f"/tiers/{id}": row for id, row in told.tiers.items()}
    rows |= {f"/rules/{index}": row for index, row in enumerate(told.rules)}
    for here, row in rows.items():
        if row.source not in known.roll.sources:
            yield f"{here}/source", f"no source is called {row.source!r}"
    for index, rule in enumerate(told.rules):
        for name in (rule.winner, *rule.loser):
            if name not in instruments:
                yield f"/rules/{index}", f"no route is called {name!r}"


def _way_faults(
    told: _Ways, read: strict_yaml.Document, known: _Known, seen: set[str]
) -> Iterator[tuple[str, str]]:
    for index, way in enumerate(told.routes):
        here = f"/routes/{index}"
        if way.instrument in seen:
            yield f"{here}/instrument", f"{way.instrument} stands here twice"
        seen.add(way.instrument)
        if way.tier not in known.order.tiers:
            yield f"{here}/tier", f"no tier is called {way.tier!r}; there are {', '.join(known.order.tiers)}"
        for id in way.excludes:
            if id not in known.measures.measures:
                yield f"{here}/excludes/{id}", f"no measure is called {id!r}"
        yield from _source_faults(here, way, known)
        for number, basis in enumerate(way.bases):
            yield from _basis_faults(f"{here}/bases/{number}", basis, known)


def _source_faults(here: str, way: _Way, known: _Known) -> Iterator[tuple[str, str]]:
    rows: dict[str, Any] = {f"{here}/points/{index}": row for index, row in enumerate(way.points)}
    rows |= {f"{here}/excludes/{id}": row for id, row in way.excludes.items()}
    rows |= {f"{here}/bases/{index}": row for index, row in enumerate(way.bases)}
    rows |= {f"{here}/{key}": row for key in ("issuing", "executing", "language") if (row := getattr(way, key))}
    for pointer, row in {here: way, **rows}.items():
        if row.source is not None and row.source not in known.roll.sources:
            yield f"{pointer}/source", f"no source is called {row.source!r}"
    for index, point in enumerate(way.points):
        for id in point.measures:
            if id not in known.measures.measures:
                yield f"{here}/points/{index}/measures", f"no measure is called {id!r}"


def _basis_faults(here: str, basis: _Basis, known: _Known) -> Iterator[tuple[str, str]]:
    for treaty in (basis.treaty, *basis.beside, *(basis.offences.of if basis.offences else ())):
        if treaty is not None and treaty not in known.roll.treaties:
            yield here, f"no treaty is called {treaty!r}"
    if basis.treaty is None and basis.law is None:
        yield here, "a basis has a treaty, or rests on a law"
    if basis.tier is not None and basis.tier not in known.order.tiers:
        yield f"{here}/tier", f"no tier is called {basis.tier!r}; there are {', '.join(known.order.tiers)}"
    if basis.among is not None and basis.among not in known.regions.regions:
        yield f"{here}/among", f"no region is called {basis.among!r}"
    for country in basis.across:
        if country not in calendars.countries():
            yield f"{here}/across", f"{country!r} is not a country"
    for id in basis.covers:
        if id not in known.measures.measures:
            yield f"{here}/covers/{id}", f"no measure is called {id!r}"
    for family in basis.general:
        if family not in known.measures.families:
            yield f"{here}/general/{family}", f"no family is called {family!r}"
    if not basis.covers and not basis.general:
        yield here, "a basis covers some measure"
