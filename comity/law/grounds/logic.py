"""Three answers, not two: a ground applies, does not apply, or depends on facts that nobody has stated.

A ``Term`` is such an answer with what it rests on. Terms are put together with ``all_of``, ``any_of`` and
``opposite``, so that a ground reads as the sentence of its article.
"""

from dataclasses import dataclass, replace
from typing import Literal

from comity.law.reading import Confidence


@dataclass(frozen=True)
class Said:
    """A reason before it is placed in a finding. ``speaks``: for or against the term, or neither yet (None)."""

    says: str
    speaks: bool | None
    cite: str
    source: str
    confidence: Confidence


@dataclass(frozen=True)
class Term:
    """``value`` is None where it depends; ``asks`` are the facts that would decide it."""

    value: bool | None
    said: tuple[Said, ...] = ()
    asks: tuple[str, ...] = ()

    @property
    def answer(self) -> Literal["yes", "no", "depends"]:
        return "depends" if self.value is None else "yes" if self.value else "no"


def all_of(*terms: Term) -> Term:
    """Every term must hold. One that fails decides, and what it leaves open is not asked."""
    return _decided(False, terms) or _gathered(True, terms)


def any_of(*terms: Term) -> Term:
    """One term is enough. One that holds decides, and what it leaves open is not asked."""
    return _decided(True, terms) or _gathered(False, terms)


def opposite(term: Term) -> Term:
    """The term must not hold."""
    turned = tuple(replace(said, speaks=None if said.speaks is None else not said.speaks) for said in term.said)
    return Term(None if term.value is None else not term.value, turned, term.asks)


def none_of(*terms: Term) -> Term:
    """No term may hold."""
    return opposite(any_of(*terms))


def _decided(value: bool, terms: tuple[Term, ...]) -> Term | None:
    """The answer if a term has the value that settles it alone, resting on the terms that have it."""
    deciding = [term for term in terms if term.value is value]
    return Term(value, _said(deciding)) if deciding else None


def _gathered(value: bool, terms: tuple[Term, ...]) -> Term:
    """The answer where no term settles it alone: ``value`` if none is open."""
    open_ = any(term.value is None for term in terms)
    asks = tuple(dict.fromkeys(ask for term in terms for ask in term.asks))
    return Term(None if open_ else value, _said(terms), asks)


def _said(terms: list[Term] | tuple[Term, ...]) -> tuple[Said, ...]:
    return tuple(dict.fromkeys(said for term in terms for said in term.said))
