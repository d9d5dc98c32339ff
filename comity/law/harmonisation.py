"""Where national definitions meet what the treaties demand, and where two of them differ.

A law is held against the common definition of each offence. What it asks beyond it, leaves out or excludes is a gap
against a treaty that binds the country and does not allow it. What is not recorded is "not recorded", never a missing
law.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from comity.law import calendars, charges, concordance, conduct, difference, national, offences, parties, reading, texts
from comity.law.concordance import Leeway, Pivot, TreatyDuty
from comity.law.conduct import Facts
from comity.law.difference import Difference
from comity.law.dual_words import Words
from comity.law.elements import Clause
from comity.law.national import Country, Provision

Status = Literal["covered", "allowed", "narrower", "not recorded"]
Kind = Literal["asks", "leaves out", "excludes", "not recorded"]
BudapestStatus = Literal["full", "partial", "none", "unknown"]
MUST = ("mandatory",)


@dataclass(frozen=True)
class Demand:
    """What one treaty asks of the country about an offence, and whether it was bound on the day."""

    treaty: str
    cite: str
    duty: concordance.Duty
    bound: parties.Verdict
    note: str
    confidence: reading.Confidence

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Gap:
    """A national definition that is narrower than the common one, or none that is recorded.

    ``demands`` are the treaties that ask for more; ``allowed`` the articles that let the law be so. Without demands
    it is a difference and no gap. ``closed_by`` says what change of which provision would close it.
    """

    country: str
    offence: str
    title: str
    kind: Kind
    tokens: tuple[str, ...]
    provision: str
    says: str
    closed_by: str
    demands: tuple[str, ...]
    allowed: tuple[str, ...]
    confidence: reading.Confidence

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Cell:
    """One offence in one country."""

    country: str
    offence: str
    title: str
    status: Status
    provisions: tuple[str, ...]
    degree: float | None
    demands: tuple[Demand, ...]
    gaps: tuple[Gap, ...]
    confidence: reading.Confidence

    def as_json(self) -> dict[str, Any]:
        plain = ("country", "offence", "title", "status", "degree", "confidence")
        return {name: getattr(self, name) for name in plain} | {
            "provisions": list(self.provisions),
            "demands": [one.as_json() for one in self.demands],
            "gaps": [one.as_json() for one in self.gaps],
        }


@dataclass(frozen=True)
class Matrix:
    """Offences by country on a day."""

    on: date
    countries: tuple[str, ...]
    offences: tuple[str, ...]
    cells: tuple[Cell, ...]
    language: str

    def cell(self, offence: str, country: str) -> Cell:
        """One of them.

        :raises KeyError: no such offence or country in it.
        """
        return {(cell.offence, cell.country): cell for cell in self.cells}[offence, country]

    def as_rows(self) -> list[dict[str, str]]:
        """One row for each cell, for CSV."""
        return [
            {
                "offence": cell.offence,
                "title": cell.title,
                "country": cell.country,
                "status": cell.status,
                "difference": "" if cell.degree is None else f"{cell.degree:.2f}",
                "provisions": "; ".join(cell.provisions),
                "demanded_by": "; ".join(one.cite for one in cell.demands if one.bound == "yes" and one.duty in MUST),
                "gaps": "; ".join(gap.says for gap in cell.gaps),
                "confidence": cell.confidence,
            }
            for cell in self.cells
        ]

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "countries": list(self.countries),
            "offences": list(self.offences),
            "cells": [cell.as_json() for cell in self.cells],
            "language": self.language,
        }


@dataclass(frozen=True)
class Article:
    """One article of the Budapest Convention in one country."""

    country: str
    article: int
    subject: str
    provision: str
    status: BudapestStatus | Literal["not recorded"]
    note: str
    source: str
    confidence: reading.Confidence
    bound: parties.Verdict

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class _Row(reading.Strict):
    country: str
    article: str
    subject: str
    provision: str = ""
    status: BudapestStatus
    source: str = ""
    confidence: reading.Confidence = "memory"
    note: str = ""


ARTICLES = {
    2: "illegal access",
    3: "illegal interception",
    4: "data interference",
    5: "system interference",
    6: "misuse of devices",
    7: "computer-related forgery",
    8: "computer-related fraud",
    9: "child sexual abuse material",
    10: "copyright and related rights",
    11: "attempt, aiding or abetting",
    12: "corporate liability",
    16: "expedited preservation of stored data",
    17: "preservation and partial disclosure of traffic data",
    18: "production order",
    19: "search and seizure of stored data",
    20: "real-time collection of traffic data",
    21: "interception of content data",
}


def matrix(
    on: date,
    language: str = texts.ENGLISH,
    *,
    countries: Iterable[str] | None = None,
    pivots: Iterable[str] | None = None,
    folder: Path = reading.DATA,
) -> Matrix:
    """Every offence in every recorded country against what the treaties demand on a day.

    :raises offences.UnknownOffence: naming the nearest.
    :raises calendars.UnknownCountry: no such country.
    """
    codes = tuple(countries) if countries is not None else national.known(folder=folder)
    chosen = (
        [offences.pivot(id, folder=folder) for id in pivots] if pivots is not None else offences.pivots(folder=folder)
    )
    words = Words(language, folder=folder)
    cells = [_cell(pivot, code, on, words, folder) for pivot in chosen for code in codes]
    return Matrix(on, codes, tuple(pivot.id for pivot in chosen), tuple(cells), words.to.language)


def gaps(country: str, *, on: date, language: str = texts.ENGLISH, folder: Path = reading.DATA) -> tuple[Gap, ...]:
    """Where a country's recorded law is narrower than a treaty that binds it on the day demands.

    :raises calendars.UnknownCountry: no such country.
    """
    cells = matrix(on, language, countries=[country], folder=folder).cells
    return tuple(gap for cell in cells for gap in cell.gaps if gap.demands)


def budapest(
    country: str | None = None, *, on: date, language: str = texts.ENGLISH, folder: Path = reading.DATA
) -> tuple[Article, ...]:
    """Articles 2 to 12 and 16 to 21 of the Budapest Convention one by one; every recorded country without ``country``.

    :raises calendars.UnknownCountry: no such country.
    """
    rows = _budapest(folder)
    codes = [country] if country is not None else list(dict.fromkeys(code for code, _ in rows))
    found = []
    for code in codes:
        calendars.known(code)
        bound = parties.is_party("cets-185", code, on, language=language, folder=folder).answer
        found += [_article(code, number, rows.get((code, number)), bound, language) for number in ARTICLES]
    return tuple(found)


def differences(
    left: str, right: str, *, language: str = texts.ENGLISH, folder: Path = reading.DATA
) -> tuple[Difference, ...]:
    """How far the definitions of two countries lie apart, offence by offence, for those that both record.

    :raises calendars.UnknownCountry: no such country.
    """
    one, other = national.of(left, folder=folder), national.of(right, folder=folder)
    words = Words(language, folder=folder)
    return tuple(
        difference.between(pivot, one.provisions(pivot.id), other.provisions(pivot.id), words)
        for pivot in offences.pivots(folder=folder)
        if one and other and one.provisions(pivot.id) and other.provisions(pivot.id)
    )


def heat(
    pivot: str, *, language: str = texts.ENGLISH, folder: Path = reading.DATA
) -> dict[tuple[str, str], Difference]:
    """How far the definitions of one offence lie apart, for every pair of recorded countries.

    :raises offences.UnknownOffence: naming the nearest.
    """
    found = offences.pivot(pivot, folder=folder)
    words = Words(language, folder=folder)
    files = [file for code in national.known(folder=folder) if (file := national.of(code, folder=folder))]
    recorded = {file.code: file.provisions(pivot) for file in files if file.provisions(pivot)}
    return {
        (one, other): difference.between(found, recorded[one], recorded[other], words)
        for one in recorded
        for other in recorded
        if one != other
    }


def as_rows(articles: Iterable[Article]) -> list[dict[str, str]]:
    """Articles of the Budapest Convention as rows, for CSV."""
    return [{name: str(value) for name, value in article.as_json().items()} for article in articles]


def _cell(pivot: Pivot, code: str, on: date, words: Words, folder: Path) -> Cell:
    file = national.of(code, folder=folder)
    demands = tuple(_demand(duty, code, on, words, folder) for duty in pivot.treaties)
    provisions = file.provisions(pivot.id) if file else ()
    if file is None or not provisions:
        gap = _unrecorded(pivot, code, demands, file, words)
        return Cell(code, pivot.id, words.offence(pivot), "not recorded", (), None, demands, (gap,), "memory")
    found = tuple(_narrower(pivot, file, demands, words))
    status: Status = "covered"
    if found:
        status = "narrower" if any(gap.demands for gap in found) else "allowed"
    sure: reading.Confidence = (
        "verified" if all(provision.confidence == "verified" for provision in provisions) else "memory"
    )
    degree = difference.from_common(pivot, provisions, words).degree
    names = tuple(provision.provision for provision in provisions)
    return Cell(code, pivot.id, words.offence(pivot), status, names, degree, demands, found, sure)


def _demand(duty: TreatyDuty, code: str, on: date, words: Words, folder: Path) -> Demand:
    bound = _is_bound(duty.treaty, code, on, folder)
    return Demand(duty.treaty, words.cite(duty), duty.duty, bound, words.to.text(duty.note), duty.confidence)


@cache
def _is_bound(treaty: str, code: str, on: date, folder: Path) -> parties.Verdict:
    return parties.is_party(treaty, code, on, folder=folder).answer


def _narrower(pivot: Pivot, file: Country, demands: Sequence[Demand], words: Words) -> Iterator[Gap]:
    """Each way in which the recorded law reaches less than the common definition."""
    common = charges.Compared("", file.code, {"": None, file.code: file}, (pivot,), Facts({}, as_charged=True)).laws()
    best = common.executing.best
    if best is None or common.executing.reach == "yes":
        return
    for clause in best.which(None):
        if clause.why == "excluded":
            yield from _excluded(pivot, file, clause, best.provision, demands, words)
        elif clause.why == "extra":
            yield _gap(pivot, "asks", clause.tokens, best.provision, pivot.may_be_added, demands, words)
    for gap in common.gaps:
        yield _gap(pivot, "leaves out", (gap.token,), gap.best, pivot.may_be_left_out, demands, words)


def _excluded(
    pivot: Pivot, file: Country, clause: Clause, provision: Provision, demands: Sequence[Demand], words: Words
) -> Iterator[Gap]:
    """What a provision excludes, unless another is made for it: then what that one asks."""
    facts = Facts(dict.fromkeys(clause.tokens, True))
    readings = conduct.readings(file, facts.value, given=pivot.clauses)
    other = conduct.closest(one for one in readings if one.provision.offence == pivot.id and one.truth is not False)
    if other is None:
        yield _gap(pivot, "excludes", clause.tokens, provision, pivot.may_be_excluded, demands, words)
        return
    for asked in other.which(None):
        if asked.why == "extra":
            yield _gap(pivot, "asks", asked.tokens, other.provision, pivot.may_be_added, demands, words)


def _gap(
    pivot: Pivot,
    kind: Kind,
    tokens: tuple[str, ...],
    provision: Provision,
    leeway: Sequence[Leeway],
    demands: Sequence[Demand],
    words: Words,
) -> Gap:
    allowed = {row.treaty: row for row in leeway if row.token in tokens and row.treaty}
    asked = [one for one in demands if one.bound == "yes" and one.duty in MUST and one.treaty not in allowed]
    bound = {one.treaty for one in demands if one.bound == "yes"}
    cited = [f"{words.treaty(id)} art {row.article}".strip() for id, row in allowed.items() if id and id in bound]
    says, closed = _sentences(kind, provision, words.one_of(tokens), words)
    return Gap(
        provision.country,
        pivot.id,
        words.offence(pivot),
        kind,
        tokens,
        provision.provision,
        says,
        closed,
        tuple(one.cite for one in asked),
        tuple(words.to.cite(cite) for cite in cited),
        provision.confidence,
    )


def _sentences(kind: Kind, provision: Provision, element: str, words: Words) -> tuple[str, str]:
    """What is narrower, and what would close it."""
    say, name = words.to.say, provision.provision
    if kind == "asks":
        return (
            words.to.say("{provision} also asks: {element}.", provision=name, element=element),
            words.to.say("{provision} would have to do without: {element}.", provision=name, element=element),
        )
    if kind == "excludes":
        return (
            words.to.say("{provision} does not apply if: {element}.", provision=name, element=element),
            words.to.say("{provision} would have to apply even if: {element}.", provision=name, element=element),
        )
    return (
        say("{provision} does not reach: {element}.", provision=name, element=element),
        say("{provision} would have to reach: {element}.", provision=name, element=element),
    )


def _unrecorded(pivot: Pivot, code: str, demands: Sequence[Demand], file: Country | None, words: Words) -> Gap:
    """No provision is recorded. A treaty that lets a State choose another offence is answered by that one."""
    asked = []
    for duty, demand in zip(pivot.treaties, demands, strict=True):
        instead = bool(duty.instead and file and file.provisions(duty.instead))
        if demand.bound == "yes" and demand.duty in MUST and not instead:
            asked.append(demand.cite)
    says = words.to.say(
        "{country}: no provision on {offence} is recorded; one may exist.",
        country=words.country(code),
        offence=words.offence(pivot),
    )
    closed = words.to.say("Record the provision, if there is one.")
    return Gap(code, pivot.id, words.offence(pivot), "not recorded", (), "", says, closed, tuple(asked), (), "memory")


@cache
def _budapest(folder: Path) -> dict[tuple[str, int], _Row]:
    path = folder / "harmonisation" / "budapest.csv"
    found: dict[tuple[str, int], _Row] = {}
    faults = []
    for line, row in reading.table(path, _Row):
        number = int(row.article) if row.article.isdecimal() else 0
        if row.country not in calendars.countries():
            faults.append(reading.Fault(path.name, line, "country", f"{row.country!r} is not a country"))
        if number not in ARTICLES:
            faults.append(reading.Fault(path.name, line, "article", f"{row.article!r} is not an article", _names()))
        elif row.subject != ARTICLES[number]:
            faults.append(reading.Fault(path.name, line, "subject", f"article {number} is {ARTICLES[number]!r}"))
        if (row.country, number) in found:
            faults.append(reading.Fault(path.name, line, "article", f"{row.country} {number} stands here twice"))
        found[row.country, number] = row
    if faults:
        raise reading.LawFaults(faults)
    return found


def _names() -> tuple[str, ...]:
    return tuple(map(str, ARTICLES))


def _article(code: str, number: int, row: _Row | None, bound: parties.Verdict, language: str) -> Article:
    to = texts.of(language)
    subject = to.text(ARTICLES[number])
    if row is None:
        return Article(code, number, subject, "", "not recorded", "", "", "memory", bound)
    return Article(
        code, number, subject, row.provision, row.status, to.text(row.note), row.source, row.confidence, bound
    )
