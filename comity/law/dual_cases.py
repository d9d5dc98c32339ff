"""Typical conduct told in words and in elements (data/conducts.yaml), and the scenarios of dual criminality.

A scenario names two countries and an offence, or one country and a conduct; docs/rooms/law.md gives the forms.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from comity.law import concordance, dual, reading
from comity.law.conduct import CLOSED_FORM
from comity.lib.errors import BadInput

ON = date(2026, 11, 23)  # the day of a scenario that names none: the day the national files were compiled


class UnknownConduct(BadInput):
    code = "law.unknown-conduct"
    says = "{conduct!r} is not a conduct that is told here."
    next_step = "There are: {known}."


@dataclass(frozen=True)
class Conduct:
    """What somebody did, in words and in elements. Every element that is not named is false."""

    id: str
    title: str
    says: str
    offences: tuple[str, ...]
    facts_true: tuple[str, ...]
    facts_unknown: tuple[str, ...]

    @property
    def facts(self) -> dict[str, list[str]]:
        """The facts in the form that ``dual.compare`` takes."""
        return {"facts_true": list(self.facts_true), "facts_unknown": list(self.facts_unknown)}


class _Conduct(reading.Strict):
    id: str
    title: str
    says: str
    offences: list[str]
    facts_true: list[str]
    facts_unknown: list[str] = []


class _File(reading.Strict):
    conducts: list[_Conduct]


@cache
def conducts(folder: Path = reading.DATA) -> Mapping[str, Conduct]:
    """Every conduct that is told, by id.

    :raises reading.LawFaults: the file cannot be used.
    """
    told = reading.checked(folder / "conducts.yaml", _File, lambda told, _read: _faults(told, concordance.book(folder)))
    return {
        row.id: Conduct(
            row.id, row.title, row.says, tuple(row.offences), tuple(row.facts_true), tuple(row.facts_unknown)
        )
        for row in told.conducts
    }


def conduct(id: str, *, folder: Path = reading.DATA) -> Conduct:
    """One of them.

    :raises UnknownConduct: naming all.
    """
    known = conducts(folder)
    if id not in known:
        raise UnknownConduct(conduct=id, known=", ".join(known))
    return known[id]


def answer(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a scenario of the kind ``dual_criminality`` is answered.

    ``{from, to, offence | offences | conduct, facts | facts_true, facts_unknown, instrument, on}`` for two laws, or
    ``{country, pivots | conduct, facts_true, facts_unknown, on}`` for one. Elements are answered as sets of their ids.
    """
    told = dict(given)
    on = told.pop("on", ON)
    offences, facts = _asked(told)
    if "country" in told:
        one = dual.criminal(told.pop("country"), offences, facts, on=on)
        _nothing_left(told)
        return {
            "verdict": one.verdict,
            "provision": one.provision,
            "matched": _tokens(one.matched),
            "missing": _tokens(one.missing),
            "unstated": _tokens(one.unstated),
            "confidence": one.confidence,
        }
    issuing, executing, instrument = told.pop("from"), told.pop("to"), told.pop("instrument", None)
    _nothing_left(told)
    found = dual.compare(issuing, executing, offences, facts=facts, instrument=instrument, on=on)
    return {
        "verdict": found.verdict,
        "waived": found.waived,
        "category": found.category,
        "matched": set(found.tokens("matched")),
        "missing": set(found.tokens("missing")),
        "unstated": set(found.tokens("unstated")),
        "cites": {reason.cite for reason in found.reasons},
        "thresholds": {row.cite: row.met for row in found.thresholds},
        "per_country": {code: law.verdict for code, law in found.per_country.items()},
    }


def _asked(told: dict[str, Any]) -> tuple[list[str], dict[str, Any] | None]:
    """The offences and the facts of a scenario, taken out of it."""
    if "conduct" in told:
        known = conduct(told.pop("conduct"))
        return list(known.offences), known.facts
    named = told.pop("pivots", None) or told.pop("offences", None) or told.pop("offence")
    offences = [named] if isinstance(named, str) else list(named)
    closed: dict[str, Any] = {key: told.pop(key) for key in CLOSED_FORM if key in told}
    facts: dict[str, Any] | None = told.pop("facts", None)
    return offences, closed or facts


def _nothing_left(told: Mapping[str, Any]) -> None:
    """:raises ValueError: the scenario says something that nobody reads."""
    if told:
        raise ValueError(f"nothing reads {', '.join(map(repr, told))}")


def _tokens(found: tuple[dual.Element, ...]) -> set[str]:
    return {token for element in found for token in element.tokens}


def _faults(told: _File, book: concordance.Book) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for index, row in enumerate(told.conducts):
        here = f"/conducts/{index}"
        if row.id in seen:
            yield f"{here}/id", f"{row.id} stands here twice"
        seen.add(row.id)
        for id in row.offences:
            if id not in book.pivots:
                yield f"{here}/offences", f"no offence is called {id!r}"
        for key in ("facts_true", "facts_unknown"):
            for token in getattr(row, key):
                if token not in book.tokens:
                    yield f"{here}/{key}", f"no token is called {token!r}"
