"""The order in which acts are applied, and which acts follow which. Knows nothing of instruments.

Sets of acts are bit masks over the positions in the order, so that a dossier of some hundred acts is
compared in microseconds.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comity.instruments.model import Act


@dataclass(frozen=True)
class Ordered:
    """Acts with parents before children; among the ready, the earlier first, then the smaller id."""

    acts: tuple[Act, ...]
    before: tuple[int, ...]  # per position: mask of the acts that it follows, directly or not
    heads: tuple[str, ...]
    missing: tuple[str, ...]


def ordered(acts: Iterable[Act]) -> Ordered:
    """Put a set of acts in order. An act whose parents are not all here waits, and so do those that follow it."""
    known = _by_id(acts)
    waiting_for = {act.id: {parent for parent in act.parents if parent != act.id} for act in known.values()}
    children: dict[str, list[str]] = {}
    for act in known.values():
        for parent in waiting_for[act.id]:
            children.setdefault(parent, []).append(act.id)
    ready = [(act.at, act.id) for act in known.values() if not waiting_for[act.id] and act.id not in act.parents]
    heapq.heapify(ready)
    done: list[Act] = []
    while ready:
        _, id = heapq.heappop(ready)
        done.append(known[id])
        for child in children.get(id, ()):
            waiting_for[child].discard(id)
            if not waiting_for[child]:
                heapq.heappush(ready, (known[child].at, child))
    placed = {act.id: position for position, act in enumerate(done)}
    followed = {parent for act in done for parent in act.parents}
    named = {parent for act in known.values() for parent in act.parents}
    return Ordered(
        acts=tuple(done),
        before=_masks(done, placed),
        heads=tuple(sorted(id for id in placed if id not in followed)),
        missing=tuple(sorted(named - set(known))),
    )


def _by_id(acts: Iterable[Act]) -> dict[str, Act]:
    """Acts by id. An id is a hash of the act, so equal ids are equal acts; the choice is only fixed to be total."""
    known: dict[str, Act] = {}
    for act in acts:
        held = known.get(act.id)
        if held is None or (act.at, act.by, act.type) < (held.at, held.by, held.type):
            known[act.id] = act
    return known


def _masks(done: list[Act], placed: dict[str, int]) -> tuple[int, ...]:
    masks: list[int] = []
    for act in done:
        mask = 0
        for parent in act.parents:
            position = placed[parent]
            mask |= masks[position] | 1 << position
        masks.append(mask)
    return tuple(masks)


def positions(mask: int) -> Iterator[int]:
    """The positions in a mask, ascending."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
