"""Elements of offences as clauses of tokens, and three-valued logic over the facts of a request.

A law, read for one offence, is a conjunction of clauses. A clause holds when one of its tokens is true; a clause that
is negated holds when its token is false. "Unknown" is None throughout: a fact that nobody stated decides nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Role = Literal["actor", "act", "object", "means", "mental", "purpose", "circumstance", "result", "threshold"]
Truth = bool | None
Why = Literal["pivot", "extra", "excluded"]

# The role of a token by its prefix, for what a national law adds.
ROLES: dict[str, Role] = {
    "actor": "actor",
    "act": "act",
    "obj": "object",
    "means": "means",
    "mens": "mental",
    "purp": "purpose",
    "circ": "circumstance",
    "res": "result",
    "thr": "threshold",
}


def role(token: str) -> Role:
    """The role of a token: ``act.access`` is an act.

    :raises KeyError: no such prefix, which the reader of the data has refused before.
    """
    return ROLES[token.partition(".")[0]]


@dataclass(frozen=True)
class Clause:
    """One thing that must hold: one of ``tokens`` is true, or none of them where ``negated``.

    ``unless`` are the tokens that make it needless (a listed means, when the victim is a child). ``why`` tells
    whether it is part of the common definition, asked in addition by a national law, or what defeats the national
    provision.
    """

    role: Role
    tokens: tuple[str, ...]
    unless: tuple[str, ...] = ()
    negated: bool = False
    why: Why = "pivot"

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Every token that can make the clause true."""
        return self.tokens + self.unless

    def holds(self, value: Callable[[str], Truth]) -> Truth:
        """Whether the clause holds on the facts."""
        found = any_of(value(token) for token in self.alternatives)
        return found if not self.negated or found is None else not found

    def follows_from(self, other: "Clause") -> bool:
        """Whether whoever meets the other clause meets this one."""
        if self.negated != other.negated:
            return False
        if self.negated:
            return set(self.tokens) <= set(other.tokens)
        return set(other.alternatives) <= set(self.alternatives)


def any_of(truths: Iterable[Truth]) -> Truth:
    """True when one is true, false when all are false, otherwise unknown."""
    unknown = False
    for truth in truths:
        if truth:
            return True
        unknown = unknown or truth is None
    return None if unknown else False


def all_of(truths: Iterable[Truth]) -> Truth:
    """False when one is false, true when all are true, otherwise unknown."""
    unknown = False
    for truth in truths:
        if truth is False:
            return False
        unknown = unknown or truth is None
    return None if unknown else True


@dataclass(frozen=True)
class Change:
    """What a national provision does to the common definition."""

    requires_extra: tuple[str, ...] = ()
    requires_one_of: tuple[tuple[str, ...], ...] = ()
    lacks: tuple[str, ...] = ()
    excluded_if: tuple[str, ...] = ()
    not_required: tuple[str, ...] = ()
    also_covers: tuple[str, ...] = ()


def changed(clauses: Sequence[Clause], change: Change) -> tuple[Clause, ...]:
    """The clauses of a national provision: those of the common definition, narrowed and widened as it says."""
    kept = [found for clause in clauses if (found := _kept(clause, change)) is not None]
    extra = [Clause(role(token), (token,), why="extra") for token in change.requires_extra]
    extra += [Clause(role(group[0]), tuple(group), why="extra") for group in change.requires_one_of]
    defeats = [Clause(role(token), (token,), negated=True, why="excluded") for token in change.excluded_if]
    return (*kept, *extra, *defeats)


def _kept(clause: Clause, change: Change) -> Clause | None:
    """A clause of the common definition as the national law has it; None where it asks no such thing.

    ``not_required`` takes a token away as a condition. Where the law names a milder token of the same kind in its place
    (any hindrance for a serious one), both serve; where it names none, the condition goes.
    """
    if f"role:{clause.role}" in change.not_required:
        return None
    prefix = clause.tokens[0].partition(".")[0]
    wider = tuple(
        token for token in change.also_covers if token.startswith(f"{prefix}.") and token not in clause.tokens
    )
    if any(token in change.not_required for token in clause.tokens) and not wider:
        return None
    tokens = tuple(token for token in clause.tokens if token not in change.lacks) + wider
    return replace(clause, tokens=tokens)
