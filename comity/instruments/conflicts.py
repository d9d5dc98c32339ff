"""Acts that crossed on the way and do not go together.

Two acts of which neither follows the other conflict when the dossier would end in another stage if the
branch of the second were taken first. Only stages are folded here, and only the two branches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.instruments.model import ActType, Conflict, Definition
from comity.instruments.order import Ordered, positions

MOST_STEPS = 50_000
MOST_CONFLICTS = 50
"""Bounds on the work for one dossier: pairs are compared in order until one is used up. Two sides that take
twenty steps each without hearing of each other stay below them; the bounds are part of the fold, so every
side stops at the same pair."""


@dataclass(frozen=True)
class Mover:
    """An act that may change the stage: its author has the part for it and its content is well formed."""

    position: int
    type: ActType

    def moves(self, definition: Definition, stage: str) -> str:
        """The stage after this act, in the stage given; the same when it is out of place there."""
        if self.type is definition.opening:
            return self.type.to_stage or stage
        return self.type.to_stage or stage if possible(definition, self.type, stage) else stage


AFTER_THE_END = frozenset({"check", "breach"})


def possible(definition: Definition, type: ActType, stage: str) -> bool:
    """Whether the procedure provides for an act in a stage; an undertaking is kept or broken after the end too."""
    if type.from_stages:
        return stage in type.from_stages
    here = definition.stage(stage)
    return here is not None and (not here.final or type.effect in AFTER_THE_END)


def conflicts(definition: Definition, acts: Ordered, movers: list[Mover], placed: int) -> tuple[Conflict, ...]:
    """The conflicts that no later act has settled; ``placed`` is the mask of acts that took effect."""
    return tuple(
        Conflict((acts.acts[first].id, acts.acts[second].id), _says(definition, acts, first, second))
        for first, second in _pairs(definition, acts, movers)
        if not _settled(acts, first, second, placed)
    )


def _says(definition: Definition, acts: Ordered, first: int, second: int) -> str:
    types = [definition.act(acts.acts[position].type) for position in (first, second)]
    titles = [type.title if type else "" for type in types]
    return (
        f"'{titles[0]}' and '{titles[1]}' crossed: neither side had seen the other's act, and the outcome "
        "depends on which counts first. The earlier one stands until an act that follows both."
    )


def _settled(acts: Ordered, first: int, second: int, placed: int) -> bool:
    both = 1 << first | 1 << second
    later = placed >> second + 1 << second + 1
    return any(acts.before[position] & both == both for position in positions(later))


def _pairs(definition: Definition, acts: Ordered, movers: list[Mover]) -> Iterator[tuple[int, int]]:
    """Pairs of positions in conflict; a pair whose branches already hold one is not named again."""
    branches = _Branches(definition, acts, movers)
    found: list[tuple[int, int]] = []
    for second in movers:
        others = branches.mask & ~acts.before[second.position] & (1 << second.position) - 1
        for first in positions(others):
            if branches.steps > MOST_STEPS or len(found) == MOST_CONFLICTS:
                return
            known = any(_within(acts, one, (first, second.position)) for one in found)
            if not known and branches.differ(first, second.position):
                found.append((first, second.position))
                yield first, second.position


def _within(acts: Ordered, inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    """Whether the branches of ``outer`` hold the pair ``inner``."""
    left, right = (acts.before[position] | 1 << position for position in outer)
    one, two = (1 << position for position in inner)
    return bool((left & one and right & two) or (left & two and right & one))


class _Branches:
    """Folds the stages of two branches in both orders, and counts the steps it took."""

    def __init__(self, definition: Definition, acts: Ordered, movers: list[Mover]) -> None:
        self.definition = definition
        self.acts = acts
        self.movers = {mover.position: mover for mover in movers}
        self.mask = sum(1 << mover.position for mover in movers)
        self.steps = 0
        self.stages: dict[int, str] = {}

    def differ(self, first: int, second: int) -> bool:
        left, right = (self.acts.before[position] | 1 << position for position in (first, second))
        shared = left & right
        start = self._shared(shared & self.mask)
        one, two = (left & ~shared) & self.mask, (right & ~shared) & self.mask
        return self._fold(self._fold(start, one), two) != self._fold(self._fold(start, two), one)

    def _shared(self, mask: int) -> str:
        if mask not in self.stages:
            self.stages[mask] = self._fold("", mask)
        return self.stages[mask]

    def _fold(self, stage: str, mask: int) -> str:
        for position in positions(mask):
            self.steps += 1
            stage = self.movers[position].moves(self.definition, stage)
        return stage
