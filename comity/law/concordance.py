"""data/offences.yaml as it stands, checked against itself: elements, categories, the classification."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from comity.law import elements, reading, roll
from comity.law.elements import Clause, Role

Duty = Literal["mandatory", "optional", "conditional", "cooperation", "defines"]
CODE_LENGTHS = {2: 1, 4: 2, 5: 3, 6: 4}  # digits of an ICCS code, and its level


@dataclass(frozen=True)
class Token:
    """One word of the vocabulary: ``circ.without_right``, "without authorisation or right"."""

    id: str
    says: str


@dataclass(frozen=True)
class Category:
    """One of the 32 categories for which acts of the Union leave out the check of dual criminality."""

    n: int
    id: str
    title: str


@dataclass(frozen=True)
class Iccs:
    """A code of the International Classification of Crime for Statistical Purposes."""

    code: str
    title: str
    pivots: tuple[str, ...]

    @property
    def level(self) -> int:
        return CODE_LENGTHS[len(self.code)]

    @property
    def parent(self) -> str | None:
        """The next shorter code; None at the top."""
        return {1: None, 2: self.code[:2], 3: self.code[:4], 4: self.code[:5]}[self.level]


@dataclass(frozen=True)
class TreatyDuty:
    """How far a treaty obliges its parties to make the conduct an offence.

    ``mandatory`` shall, ``optional`` shall consider it, ``conditional`` shall as far as its constitution allows,
    ``cooperation`` no duty but cooperation, ``defines`` a definition only. ``instead``: the other pivot that will do.
    """

    treaty: str
    article: str
    duty: Duty
    instead: str | None
    note: str
    confidence: reading.Confidence

    @property
    def articles(self) -> str:
        """``art 5(1)(a)``, or ``arts 3, 5``."""
        return f"{'arts' if ',' in self.article else 'art'} {self.article}"


@dataclass(frozen=True)
class Leeway:
    """A token that a national law may add, leave out or exclude, and where the treaty says so (if one does)."""

    token: str
    treaty: str | None
    article: str
    note: str
    confidence: reading.Confidence


@dataclass(frozen=True)
class Pivot:
    """The common definition of an offence by its conduct; national laws are measured against it."""

    id: str
    title: str
    iccs: tuple[str, ...]
    categories: tuple[str, ...]
    category_only_if: dict[str, tuple[str, ...]]
    treaties: tuple[TreatyDuty, ...]
    clauses: tuple[Clause, ...]
    may_be_added: tuple[Leeway, ...]
    may_be_left_out: tuple[Leeway, ...]
    may_be_excluded: tuple[Leeway, ...]
    notes: str

    def duty(self, treaty: str) -> TreatyDuty | None:
        """What a treaty asks about this offence, the strictest article first; None where it does not speak of it."""
        found = [duty for duty in self.treaties if duty.treaty == treaty]
        return next((duty for duty in found if duty.duty == "mandatory"), found[0] if found else None)


class _Source(reading.Strict):
    classification: str
    url: str
    confidence: reading.Confidence


class _Category(reading.Strict):
    n: int
    id: str
    title: str


class _Element(reading.Strict):
    role: Role
    any_of: list[str] | None = None
    all_of: list[str] | None = None
    not_needed_if: list[str] = []


class _Treaty(reading.Strict):
    treaty: str
    article: str
    duty: Duty
    instead: str | None = None
    note: str = ""
    confidence: reading.Confidence


class _Leeway(reading.Strict):
    token: str
    treaty: str | None = None
    article: str = ""
    note: str = ""
    confidence: reading.Confidence = "memory"


class _Offence(reading.Strict):
    id: str
    title: str
    iccs: list[str]
    categories: list[str]
    category_only_if: dict[str, list[str]] = {}
    treaties: list[_Treaty] = []
    elements: list[_Element]
    may_be_added: list[_Leeway] = []
    may_be_left_out: list[_Leeway] = []
    may_be_excluded: list[_Leeway] = []
    notes: str = ""


class _File(reading.Strict):
    source: _Source
    categories: list[_Category]
    vocabulary: dict[str, dict[str, str]]
    offences: list[_Offence]
    iccs: dict[str, str]


@dataclass(frozen=True)
class Book:
    """The whole file. ``url`` is where the classification stands."""

    pivots: dict[str, Pivot]
    categories: dict[str, Category]
    tokens: dict[str, Token]
    iccs: dict[str, Iccs]
    url: str


@cache
def book(folder: Path = reading.DATA) -> Book:
    """Read and check the file.

    :raises reading.LawFaults: with every fault of it.
    """
    told = reading.checked(
        folder / "offences.yaml", _File, lambda told, _read: _faults(told, set(roll.book(folder).treaties))
    )
    coded: dict[str, list[str]] = {}
    for offence in told.offences:
        for code in offence.iccs:
            coded.setdefault(code, []).append(offence.id)
    return Book(
        pivots={offence.id: _pivot(offence) for offence in told.offences},
        categories={row.id: Category(row.n, row.id, row.title) for row in told.categories},
        tokens={
            f"{group}.{name}": Token(f"{group}.{name}", says)
            for group, words in told.vocabulary.items()
            for name, says in words.items()
        },
        iccs={code: Iccs(code, title, tuple(coded.get(code, ()))) for code, title in told.iccs.items()},
        url=told.source.url,
    )


def _pivot(told: _Offence) -> Pivot:
    return Pivot(
        id=told.id,
        title=told.title,
        iccs=tuple(told.iccs),
        categories=tuple(told.categories),
        category_only_if={category: tuple(tokens) for category, tokens in told.category_only_if.items()},
        treaties=tuple(
            TreatyDuty(row.treaty, row.article, row.duty, row.instead, row.note, row.confidence)
            for row in told.treaties
        ),
        clauses=tuple(clause for element in told.elements for clause in _clauses(element)),
        may_be_added=_leeway(told.may_be_added),
        may_be_left_out=_leeway(told.may_be_left_out),
        may_be_excluded=_leeway(told.may_be_excluded),
        notes=told.notes,
    )


def _leeway(rows: list[_Leeway]) -> tuple[Leeway, ...]:
    return tuple(Leeway(row.token, row.treaty, row.article, row.note, row.confidence) for row in rows)


def _clauses(element: _Element) -> Iterator[Clause]:
    """One clause for an "any of", one for each token of an "all of"."""
    unless = tuple(element.not_needed_if)
    if element.any_of is not None:
        yield Clause(element.role, tuple(element.any_of), unless)
    for token in element.all_of or ():
        yield Clause(element.role, (token,), unless)


def _faults(told: _File, treaties: set[str]) -> Iterator[tuple[str, str]]:
    """What a model cannot see: names that nothing bears, ids that stand twice, tokens under the wrong role."""
    for group in told.vocabulary:
        if group not in elements.ROLES:
            yield f"/vocabulary/{group}", f"{group!r} is not a kind of token; known are {', '.join(elements.ROLES)}"
    for code in told.iccs:
        if not code.isdecimal() or len(code) not in CODE_LENGTHS:
            yield f"/iccs/{code}", f"{code!r} is not a code of two, four, five or six digits"
    yield from _twice("categories", (row.id for row in told.categories))
    yield from _twice("offences", (row.id for row in told.offences))
    known = {f"{group}.{name}" for group, words in told.vocabulary.items() for name in words}
    categories = {row.id for row in told.categories}
    pivots = {row.id for row in told.offences}
    for index, offence in enumerate(told.offences):
        here = f"/offences/{index}"
        yield from _unknown(f"{here}/iccs", offence.iccs, set(told.iccs), "code of the classification")
        yield from _unknown(f"{here}/categories", offence.categories, categories, "category")
        yield from _unknown(f"{here}/category_only_if", offence.category_only_if, set(offence.categories), "category")
        for category, tokens in offence.category_only_if.items():
            yield from _unknown(f"{here}/category_only_if/{category}", tokens, known, "token")
        for number, element in enumerate(offence.elements):
            yield from _element_faults(f"{here}/elements/{number}", element, known)
        for number, duty in enumerate(offence.treaties):
            yield from _unknown(f"{here}/treaties/{number}/treaty", [duty.treaty], treaties, "treaty")
            yield from _unknown(f"{here}/treaties/{number}/instead", filter(None, [duty.instead]), pivots, "offence")
        for key in ("may_be_added", "may_be_left_out", "may_be_excluded"):
            rows: list[_Leeway] = getattr(offence, key)
            for number, row in enumerate(rows):
                yield from _unknown(f"{here}/{key}/{number}/token", [row.token], known, "token")
                named = filter(None, [row.treaty])
                yield from _unknown(f"{here}/{key}/{number}/treaty", named, treaties, "treaty")


def _element_faults(here: str, element: _Element, known: set[str]) -> Iterator[tuple[str, str]]:
    if (element.any_of is None) == (element.all_of is None) or not (element.any_of or element.all_of):
        yield here, "an element has exactly one of any_of and all_of, with at least one token"
    for key in ("any_of", "all_of"):
        for token in getattr(element, key) or ():
            if token not in known:
                yield f"{here}/{key}", f"no token is called {token!r}"
            elif elements.role(token) != element.role:
                yield f"{here}/{key}", f"{token} is of the role {elements.role(token)}, not {element.role}"
    yield from _unknown(f"{here}/not_needed_if", element.not_needed_if, known, "token")


def _unknown(pointer: str, told: Iterable[str], known: set[str], what: str) -> Iterator[tuple[str, str]]:
    for name in told:
        if name not in known:
            yield pointer, f"no {what} is called {name!r}"


def _twice(key: str, ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for index, id in enumerate(ids):
        if id in seen:
            yield f"/{key}/{index}/id", f"{id} stands here twice"
        seen.add(id)
