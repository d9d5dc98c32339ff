"""The files of routes as they must be written, and what is wrong with one that is not.

Data: data/measures.yaml and data/routes/*.yaml (docs/rooms/law.md explains the keys).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from comity.law import calendars, reading, roll
from comity.lib import strict_yaml

Direction = Literal["court-state", "state-court", "state-state"]
Needs = Literal["both", "issuing", "executing", "either", "state", "none"]
Law = Literal["mla", "extradition"]
Effect = Literal["replaces", "before"]


class Cited(reading.Strict):
    says: str
    cite: str
    source: str | None = None
    confidence: reading.Confidence | None = None


class Point(Cited):
    measures: list[str] = []
    when: Direction | None = None
    unless_bound: bool = False


class Scope(reading.Strict):
    of: list[str]
    otherwise: Literal["open", "against"]


class Basis(reading.Strict):
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
    offences: Scope | None = None
    adds_to: bool = False
    tier: str | None = None
    covers: dict[str, str]
    general: dict[str, str] = {}


class Way(reading.Strict):
    instrument: str
    title: str
    tier: str
    between: list[Direction] = ["state-state"]
    source: str
    confidence: reading.Confidence
    issuing: Cited | None = None
    executing: Cited | None = None
    language: Cited | None = None
    bases: list[Basis]
    excludes: dict[str, Cited] = {}
    points: list[Point] = []


class Ways(reading.Strict):
    routes: list[Way]


class Tier(reading.Strict):
    says: str
    cite: str
    source: str
    confidence: reading.Confidence


class Rule(Tier):
    winner: str
    loser: list[str]
    effect: Effect


class Precedence(reading.Strict):
    tiers: dict[str, Tier]
    rules: list[Rule]


class Regions(reading.Strict):
    regions: dict[str, list[str]]


class Measure(reading.Strict):
    title: str
    family: str
    within: str | None = None
    aliases: list[str] = []


class Measures(reading.Strict):
    families: dict[str, str]
    measures: dict[str, Measure]


@dataclass(frozen=True)
class Known:
    """What the files of routes may name."""

    measures: Measures
    regions: Regions
    order: Precedence
    roll: roll.Book


def measure_faults(told: Measures) -> Iterator[tuple[str, str]]:
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


def _circles(id: str, told: Measures) -> bool:
    seen, here = {id}, told.measures[id].within
    while here in told.measures:
        if here in seen:
            return True
        seen.add(here)
        here = told.measures[here].within
    return False


def region_faults(told: Regions) -> Iterator[tuple[str, str]]:
    for id, countries in told.regions.items():
        for index, country in enumerate(countries):
            if country not in calendars.countries():
                yield f"/regions/{id}/{index}", f"{country!r} is not a country"


def order_faults(told: Precedence, known: Known, instruments: set[str]) -> Iterator[tuple[str, str]]:
    rows: dict[str, Tier] = {f"/tiers/{id}": row for id, row in told.tiers.items()}
    rows |= {f"/rules/{index}": row for index, row in enumerate(told.rules)}
    for here, row in rows.items():
        if row.source not in known.roll.sources:
            yield f"{here}/source", f"no source is called {row.source!r}"
    for index, rule in enumerate(told.rules):
        for name in (rule.winner, *rule.loser):
            if name not in instruments:
                yield f"/rules/{index}", f"no route is called {name!r}"


def way_faults(told: Ways, read: strict_yaml.Document, known: Known, seen: set[str]) -> Iterator[tuple[str, str]]:
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


def _source_faults(here: str, way: Way, known: Known) -> Iterator[tuple[str, str]]:
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


def _basis_faults(here: str, basis: Basis, known: Known) -> Iterator[tuple[str, str]]:
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
