"""How far two definitions of one offence lie apart, from 0 (the same) to 1 (nothing in common), with the reasons.

Each condition of one law is held against its nearest in the other: the share of their alternatives that they have in
common, nothing where the other law has no such condition. The degree is one less the mean over both laws. It orders a
picture; it says nothing about dual criminality, which ``dual`` answers.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from comity.law.concordance import Pivot
from comity.law.dual_words import Words
from comity.law.elements import Clause
from comity.law.national import Provision


@dataclass(frozen=True)
class Difference:
    """Two definitions of an offence. ``right`` is empty where ``left`` was held against the common definition."""

    offence: str
    title: str
    left: str
    right: str
    degree: float
    reasons: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"degree": round(self.degree, 3)}


def between(pivot: Pivot, left: Sequence[Provision], right: Sequence[Provision], words: Words) -> Difference:
    """The nearest two provisions of two laws; each law records at least one."""
    pairs = [(one, other) for one in left for other in right]
    one, other = min(pairs, key=lambda pair: _degree(pair[0].clauses, pair[1].clauses))
    return _told(pivot, one, other.clauses, other, words)


def from_common(pivot: Pivot, provisions: Sequence[Provision], words: Words) -> Difference:
    """The provision of a law that lies nearest to the common definition."""
    nearest = min(provisions, key=lambda one: _degree(one.clauses, pivot.clauses))
    return _told(pivot, nearest, pivot.clauses, None, words)


def _told(pivot: Pivot, one: Provision, clauses: Sequence[Clause], other: Provision | None, words: Words) -> Difference:
    theirs = words.country(other.country) if other else words.to.say("The common definition")
    reasons = [
        *_only(one.clauses, clauses, words.country(one.country), words),
        *_only(clauses, one.clauses, theirs, words),
    ]
    right = other.country if other else ""
    return Difference(pivot.id, words.offence(pivot), one.country, right, _degree(one.clauses, clauses), tuple(reasons))


def _degree(one: Sequence[Clause], other: Sequence[Clause]) -> float:
    shares = [_share(clause, other) for clause in one] + [_share(clause, one) for clause in other]
    return 1 - sum(shares) / len(shares) if shares else 0.0


def _share(clause: Clause, others: Sequence[Clause]) -> float:
    """How much of a condition its nearest in the other law has in common with it."""
    return max((_common(clause, other) for other in others), default=0.0)


def _common(one: Clause, other: Clause) -> float:
    if one.negated != other.negated:
        return 0.0
    mine, theirs = set(one.alternatives), set(other.alternatives)
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 1.0


def _only(clauses: Sequence[Clause], others: Sequence[Clause], who: str, words: Words) -> list[str]:
    """What one definition has and the other has not: conditions of its own, and further alternatives."""
    found = []
    for clause in clauses:
        nearest = max(others, key=lambda other: _common(clause, other), default=None)
        if nearest is None or not _common(clause, nearest):
            found.append(words.to.say("{who} asks: {element}.", who=who, element=words.clause(clause)))
            continue
        more = [token for token in clause.alternatives if token not in nearest.alternatives]
        if more:
            found.append(words.to.say("{who} also reaches: {element}.", who=who, element=words.one_of(more)))
    return found
