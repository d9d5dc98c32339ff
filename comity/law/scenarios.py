"""Cases told in a file, with the answer that the law room must give: a lawyer reads them, and any node can run them.

``scenarios/KIND-*.yaml``; docs/rooms/law.md gives the format. Each kind has a function that answers in plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from comity.law import calendars, deadlines, dual_cases, parties, reading, routes, safeguard_scenarios
from comity.law.reckoning import Period
from comity.lib import clock
from comity.lib.errors import ComityError

FOLDER = Path(__file__).resolve().parent / "scenarios"

Given = dict[str, Any]
Answer = dict[str, Any]


class _Row(reading.Strict):
    id: str
    title: str
    article: str
    given: dict[str, Any]
    then: dict[str, Any]


class _File(reading.Strict):
    kind: str
    scenarios: list[_Row]


@dataclass(frozen=True)
class Scenario:
    """One case: what is ``given`` and what must ``then`` be answered, with its article."""

    id: str
    title: str
    article: str
    kind: str
    file: str
    line: int
    given: Given
    then: Answer


@dataclass(frozen=True)
class Outcome:
    """A scenario that was run, and every respect in which the answer differs."""

    scenario: Scenario
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.differences


def files(folder: Path = FOLDER) -> list[Path]:
    """The files of scenarios, by kind."""
    return sorted(folder.glob("*.yaml"))


def load(path: Path) -> tuple[Scenario, ...]:
    """The scenarios of one file.

    :raises LawFaults: with everything that is wrong in it.
    """
    told, read = reading.document(path, _File)
    reading.refuse(read, _faults(told))
    return tuple(
        Scenario(
            row.id, row.title, row.article, told.kind, path.name, read.line(f"/scenarios/{index}"), row.given, row.then
        )
        for index, row in enumerate(told.scenarios)
    )


def _faults(told: _File) -> Iterator[tuple[str, str]]:
    if told.kind not in KINDS:
        yield "/kind", f"{told.kind!r} is no kind of scenario; there are {', '.join(KINDS)}"
    seen: set[str] = set()
    for index, row in enumerate(told.scenarios):
        if row.id in seen:
            yield f"/scenarios/{index}/id", f"there are two scenarios {row.id!r}"
        seen.add(row.id)


def run(path: Path) -> list[Outcome]:
    """Run the scenarios of one file.

    :raises LawFaults: the file cannot be used.
    """
    return [Outcome(one, tuple(_differences(one))) for one in load(path)]


def _differences(scenario: Scenario) -> Iterator[str]:
    try:
        found = KINDS[scenario.kind](dict(scenario.given))
    except (KeyError, TypeError, ValueError, ComityError) as error:
        yield f"It cannot be run: {type(error).__name__} {error}."
        return
    for key, expected in scenario.then.items():
        if key not in found:
            yield f"Nothing is answered for {key!r}; there are {', '.join(sorted(found))}."
        elif not _meets(found[key], expected):
            yield f"{key} is {found[key]!r}, not {expected!r}."


class Prose(str):
    """A text of which a scenario names phrases: all of them must stand in it."""


class Silent(str):
    """A text of which a scenario names phrases: none of them may stand in it."""


def _meets(found: Any, expected: Any) -> bool:
    """Sets hold at least what is expected, texts the phrases; everything else is equal."""
    if isinstance(found, Prose | Silent):
        return all((phrase in found) == isinstance(found, Prose) for phrase in expected)
    if isinstance(found, set | frozenset):
        return set(expected) <= found
    if isinstance(found, date) and isinstance(expected, str):
        return found.isoformat() == expected
    return bool(found == expected)


def _deadline(given: Given) -> Answer:
    """``{law, event, country}`` or ``{period: {days: 5}, rule, event, country}``: the end on the country's clock."""
    started_at, country = clock.moment(given["event"]), given["country"]
    if "law" in given:
        due = deadlines.due(given["law"], started_at=started_at, country=country)
    else:
        ((unit, count),) = given["period"].items()
        due = deadlines.due_by_hand(Period(unit, count), started_at=started_at, country=country, rule=given["rule"])
    told = " ".join([due.rule, *due.notes])
    return {
        "due": due.at and due.at.astimezone(calendars.zone(country)).isoformat(),
        "words": due.words,
        "cite": due.cite,
        "confidence": due.confidence,
        "because": Prose(told),
        "not_because": Silent(told),
    }


def _parties(given: Given) -> Answer:
    """``{treaty, country, on}``: whether it is bound."""
    found = parties.is_party(given["treaty"], given["country"], given["on"])
    return {"answer": found.answer, "since": found.since, "until": found.until, "confidence": found.confidence}


def _route(given: Given) -> Answer:
    """``{from, to, measure, on, facts}``: the first instrument with its treaties, and which apply, do not, or may."""
    found = routes.routes(given["from"], given["to"], given["measure"], given["on"], facts=given.get("facts"))
    applies = {route.instrument for route in found if route.applies is True}
    unknown = {route.instrument for route in found if route.applies is None}
    return {
        "first": found[0].instrument if found else None,
        "legal_basis": set(found[0].legal_basis) if found else set(),
        "applies": applies,
        "unknown": unknown,
        "not": set(routes.instruments()) - applies - unknown,
    }


KINDS: dict[str, Callable[[Given], Answer]] = {
    "dual_criminality": dual_cases.answer,
    "deadline": _deadline,
    "parties": _parties,
    "route": _route,
    **safeguard_scenarios.KINDS,
}
