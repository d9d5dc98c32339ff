"""What is known of a country's law: who helps, in which languages, on which conditions, and what it makes an offence.

Data: data/countries/XX.yaml. Every value is a ``Fact`` with its provision, source and confidence. The files are
samples of a law and no codes: a provision that is not recorded may exist all the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from comity.law import calendars, concordance, elements, reading
from comity.law.elements import Change, Clause

Rule = Literal[
    "treaty_needed", "nationals", "death_penalty", "life_imprisonment", "threshold", "dual_criminality", "evidence"
]
FOLDER = "countries"


@dataclass(frozen=True)
class Fact:
    """One thing known of a law. ``provision`` where it stands, ``source`` where it was found, if anywhere."""

    value: Any
    note: str
    provision: str
    source: str
    confidence: reading.Confidence

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Penalty:
    """A maximum penalty. All three empty: not known."""

    years: float | None = None
    life: bool = False
    death: bool = False

    @property
    def months(self) -> float | None:
        """In months; infinite for life and for death; None where it is not known."""
        if self.life or self.death:
            return float("inf")
        return None if self.years is None else self.years * 12

    def at_least(self, months: float) -> bool | None:
        """Whether the maximum reaches so many months; None where it is not known."""
        return None if self.months is None else self.months >= months


@dataclass(frozen=True)
class OtherPenalty:
    """The maximum of a graver form of the offence, or of a milder one."""

    penalty: Penalty
    when: str
    milder: bool


@dataclass(frozen=True)
class Provision:
    """What a national law punishes, as the common definition with its changes."""

    country: str
    offence: str
    provision: str
    penalty: Penalty
    other_penalties: tuple[OtherPenalty, ...]
    change: Change
    clauses: tuple[Clause, ...]
    notes: str
    source: str
    confidence: reading.Confidence

    def gravest(self) -> OtherPenalty | None:
        """The graver form with the highest maximum that is known, if one is recorded."""
        graver = [other for other in self.other_penalties if not other.milder and other.penalty.months is not None]
        return max(graver, key=lambda other: other.penalty.months or 0, default=None)


@dataclass(frozen=True)
class Country:
    """A country's file. ``sources`` by key: title and address."""

    code: str
    name: str
    compiled: date
    text_read_as_of: str
    legal_tradition: Fact
    authorities: Mapping[str, tuple[Fact, ...]]
    languages: Fact
    extradition: Mapping[str, Fact]
    mla: Mapping[str, Fact]
    offences: tuple[Provision, ...]
    sources: Mapping[str, reading.Source]

    def provisions(self, pivot: str) -> tuple[Provision, ...]:
        """What the file records for an offence; empty where it records nothing."""
        return tuple(provision for provision in self.offences if provision.offence == pivot)


class _Fact(reading.Strict):
    value: bool | str | list[str] | None
    note: str = ""
    provision: str = ""
    source: str = ""
    confidence: reading.Confidence


class _Limits(reading.Strict):
    prosecution_max_years_at_least: int | float | None
    execution_months_at_least: int | float | None
    measured_in: Literal["requesting law", "requested law", "both laws"]


class _Threshold(reading.Strict):
    value: _Limits
    note: str = ""
    provision: str = ""
    source: str = ""
    confidence: reading.Confidence


class _Extradition(reading.Strict):
    treaty_needed: _Fact | None = None
    nationals: _Fact | None = None
    death_penalty: _Fact | None = None
    life_imprisonment: _Fact | None = None
    threshold: _Threshold | None = None
    dual_criminality: _Fact | None = None
    evidence: _Fact | None = None


class _Mla(reading.Strict):
    dual_criminality: _Fact | None = None


class _Authorities(reading.Strict):
    mla: list[_Fact] = []
    extradition: list[_Fact] = []


class _Penalty(reading.Strict):
    years: int | float | None = None
    life: bool = False
    death: bool = False


class _OtherPenalty(_Penalty):
    when: str
    milder: bool = False


class _Offence(reading.Strict):
    offence: str
    provision: str
    max_penalty: _Penalty
    other_penalties: list[_OtherPenalty] = []
    requires_extra: list[str] = []
    requires_one_of: list[list[str]] = []
    lacks: list[str] = []
    excluded_if: list[str] = []
    not_required: list[str] = []
    also_covers: list[str] = []
    notes: str = ""
    source: str = ""
    confidence: reading.Confidence


class _File(reading.Strict):
    country: str
    name: str
    compiled: reading.Day
    text_read_as_of: str
    legal_tradition: _Fact
    authorities: _Authorities
    languages: _Fact
    extradition: _Extradition
    mla: _Mla = _Mla()
    offences: list[_Offence]
    sources: dict[str, reading.Source]


def known(*, folder: Path = reading.DATA) -> tuple[str, ...]:
    """The countries that have a file, by code."""
    return tuple(sorted(path.stem for path in (folder / FOLDER).glob("*.yaml")))


def of(country: str, *, folder: Path = reading.DATA) -> Country | None:
    """What is known of a country's law; None where nothing is recorded.

    :raises calendars.UnknownCountry: no such country.
    :raises reading.LawFaults: its file cannot be used.
    """
    calendars.known(country)
    return _read(country, folder) if country in known(folder=folder) else None


@cache
def _read(country: str, folder: Path) -> Country:
    book = concordance.book(folder)
    told = reading.checked(folder / FOLDER / f"{country}.yaml", _File, lambda told, _read: _faults(told, country, book))
    extradition = {
        rule: _threshold(found) if isinstance(found, _Threshold) else _fact(found)
        for rule in _Extradition.model_fields
        if (found := getattr(told.extradition, rule)) is not None
    }
    return Country(
        code=country,
        name=told.name,
        compiled=told.compiled,
        text_read_as_of=told.text_read_as_of,
        legal_tradition=_fact(told.legal_tradition),
        authorities={
            "mla": tuple(map(_fact, told.authorities.mla)),
            "extradition": tuple(map(_fact, told.authorities.extradition)),
        },
        languages=_fact(told.languages),
        extradition=extradition,
        mla={"dual_criminality": _fact(told.mla.dual_criminality)} if told.mla.dual_criminality else {},
        offences=tuple(_provision(country, offence, book) for offence in told.offences),
        sources=told.sources,
    )


def _fact(told: _Fact) -> Fact:
    value = tuple(told.value) if isinstance(told.value, list) else told.value
    return Fact(value, told.note, told.provision, told.source, told.confidence)


def _threshold(told: _Threshold) -> Fact:
    return Fact(told.value.model_dump(), told.note, told.provision, told.source, told.confidence)


def _provision(country: str, told: _Offence, book: concordance.Book) -> Provision:
    change = _change(told)
    return Provision(
        country=country,
        offence=told.offence,
        provision=told.provision,
        penalty=_penalty(told.max_penalty),
        other_penalties=tuple(OtherPenalty(_penalty(row), row.when, row.milder) for row in told.other_penalties),
        change=change,
        clauses=elements.changed(book.pivots[told.offence].clauses, change),
        notes=told.notes,
        source=told.source,
        confidence=told.confidence,
    )


def _change(told: _Offence) -> Change:
    return Change(
        requires_extra=tuple(told.requires_extra),
        requires_one_of=tuple(map(tuple, told.requires_one_of)),
        lacks=tuple(told.lacks),
        excluded_if=tuple(told.excluded_if),
        not_required=tuple(told.not_required),
        also_covers=tuple(told.also_covers),
    )


def _penalty(told: _Penalty) -> Penalty:
    return Penalty(told.years, told.life, told.death)


def _faults(told: _File, country: str, book: concordance.Book) -> Iterator[tuple[str, str]]:
    """What a model cannot see: the name of the file, offences, tokens, roles and sources that nothing bears."""
    if told.country != country:
        yield "/country", f"the file is named {country}, not {told.country}"
    roles = set(elements.ROLES.values())
    for index, offence in enumerate(told.offences):
        here = f"/offences/{index}"
        if offence.offence not in book.pivots:
            yield f"{here}/offence", f"no offence is called {offence.offence!r}"
            continue
        yield from _token_faults(here, offence, book, roles)
        if offence.source and offence.source not in told.sources:
            yield f"{here}/source", f"no source is called {offence.source!r}"
    for pointer, fact in _facts(told):
        if fact.source and fact.source not in told.sources:
            yield f"{pointer}/source", f"no source is called {fact.source!r}"


def _token_faults(here: str, offence: _Offence, book: concordance.Book, roles: set[Any]) -> Iterator[tuple[str, str]]:
    clauses = book.pivots[offence.offence].clauses
    standing = {token for clause in clauses for token in clause.tokens}
    for key in ("requires_extra", "lacks", "excluded_if", "also_covers"):
        for token in getattr(offence, key):
            if token not in book.tokens:
                yield f"{here}/{key}", f"no token is called {token!r}"
            elif key == "lacks" and token not in standing:
                yield f"{here}/lacks", f"{token} is no element of {offence.offence}, so it cannot be lacking"
    for number, group in enumerate(offence.requires_one_of):
        for token in group:
            if token not in book.tokens:
                yield f"{here}/requires_one_of/{number}", f"no token is called {token!r}"
        if not group:
            yield f"{here}/requires_one_of/{number}", "a group has at least one token"
    for name in offence.not_required:
        if name.startswith("role:"):
            if name.removeprefix("role:") not in roles:
                yield f"{here}/not_required", f"{name!r} names no role; known are {', '.join(sorted(roles))}"
        elif name not in book.tokens:
            yield f"{here}/not_required", f"no token is called {name!r}"
        elif name not in standing:
            yield f"{here}/not_required", f"{name} is no element of {offence.offence}, so it is not required anyway"


def _facts(told: _File) -> Iterator[tuple[str, _Fact | _Threshold]]:
    """Every fact of a file with its pointer."""
    yield "/legal_tradition", told.legal_tradition
    yield "/languages", told.languages
    for kind in _Authorities.model_fields:
        for index, fact in enumerate(getattr(told.authorities, kind)):
            yield f"/authorities/{kind}/{index}", fact
    for rule in _Extradition.model_fields:
        if (found := getattr(told.extradition, rule)) is not None:
            yield f"/extradition/{rule}", found
    if told.mla.dual_criminality is not None:
        yield "/mla/dual_criminality", told.mla.dual_criminality
