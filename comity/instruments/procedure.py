"""The fold: what a set of acts amounts to under an instrument.

``fold`` is total (any set of acts has a state), pure, and depends on the set alone. Nothing in an act can make
it raise: what is malformed or does not belong is kept, out of place, without effect.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.instruments import clocks, effects
from comity.instruments.conflicts import Mover, conflicts, possible
from comity.instruments.effects import NotInPlace, Progress
from comity.instruments.model import Act, ActType, Definition, OutOfPlace, Role, State
from comity.instruments.needs import EFFECTS
from comity.instruments.order import Ordered, ordered
from comity.law import deadlines
from comity.lib import canonical, clock

__all__ = ["EFFECTS", "allowed", "as_json", "digest", "fold"]


def fold(definition: Definition, acts: Iterable[Act], due: clocks.Reckon = deadlines.due) -> State:
    """The state of a dossier that holds these acts (docs/rooms/instruments.md, "The fold").

    ``due`` reckons the end of a deadline. A state without a stage means that no act opens the dossier.
    """
    order = ordered(acts)
    opener = _opener(definition, order)
    progress = Progress(definition)
    movers: list[Mover] = []
    for position, act in enumerate(order.acts):
        try:
            _step(progress, order, position, opener, movers)
        except NotInPlace as error:
            progress.out_of_place.append(OutOfPlace(act.id, error.sentence))
    placed = sum(1 << position for position, _ in progress.steps)
    stage = definition.stage(progress.stage)
    return State(
        instrument=definition.id,
        version=definition.version,
        stage=progress.stage,
        final=stage is not None and stage.final,
        holder=stage.holder if stage else None,
        parties=progress.parties,
        form=progress.form,
        facts=progress.facts,
        language=progress.language,
        acts=tuple(act.id for act in order.acts),
        heads=order.heads,
        questions=tuple(progress.questions.values()),
        clocks=clocks.clocks(progress, due),
        assurances=tuple(progress.assurances.values()),
        items=tuple(progress.items),
        events={name: moment for name, (moment, _) in progress.events.items()},
        conflicts=conflicts(definition, order, movers, placed),
        out_of_place=tuple(progress.out_of_place),
        missing=order.missing,
    )


@dataclass(frozen=True)
class _Opener:
    """The act that opens the dossier, and the parties that it names."""

    position: int
    parties: dict[Role, dict[str, str]]


def _opener(definition: Definition, order: Ordered) -> _Opener | None:
    """Of several acts that could open the dossier, the one with the smallest id."""
    able = [
        _Opener(position, parties)
        for position, act in enumerate(order.acts)
        if (parties := _opens(definition, act)) is not None
    ]
    return min(able, key=lambda opener: order.acts[opener.position].id, default=None)


def _opens(definition: Definition, act: Act) -> dict[Role, dict[str, str]] | None:
    """The parties of an act that can open a dossier; None when it cannot."""
    if act.type != definition.opening.id or act.parents:
        return None
    try:
        return effects.opening_parties(definition, act)
    except NotInPlace:
        return None


def _step(progress: Progress, order: Ordered, position: int, opener: _Opener | None, movers: list[Mover]) -> None:
    """Apply one act.

    :raises NotInPlace: it has no effect, and why.
    """
    definition, act = progress.definition, order.acts[position]
    if opener is not None and position == opener.position:
        effects.begin(progress, act, opener.parties, position)
        movers.append(Mover(position, definition.opening))
        return
    type = _type(definition, order, position, opener)
    role = _role(progress, type, act)
    effects.checked(type, act)
    if type.to_stage is not None:
        movers.append(Mover(position, type))
    effects.demand(possible(definition, type, progress.stage), _not_now(definition, type, progress.stage))
    effects.apply(progress, act, type, role, position)
    effects.took_place(progress, act, type, position)


def _type(definition: Definition, order: Ordered, position: int, opener: _Opener | None) -> ActType:
    act = order.acts[position]
    type = definition.act(act.type)
    if type is None:
        raise NotInPlace(why=f"The instrument has no act {act.type!r}.")
    if type is definition.opening:
        if not act.parents:
            effects.opening_parties(definition, act)
        raise NotInPlace(why="The dossier is open already, or opens with another act.")
    effects.demand(opener is not None, "No act opens the dossier.")
    effects.demand(
        opener is not None and order.before[position] >> opener.position & 1 == 1,
        "It does not follow the act that opens the dossier.",
    )
    return type


def _role(progress: Progress, type: ActType, act: Act) -> Role:
    for role in type.by:
        if progress.parties.get(role, {}).get("authority") == act.by:
            return role
    by = ", ".join(type.by)
    raise NotInPlace(why=f"'{type.title}' is for the part {by}, which {act.by} does not have.")


def _not_now(definition: Definition, type: ActType, stage: str) -> str:
    here = definition.stage(stage)
    return f"'{type.title}' is not provided for in the stage '{here.title if here else stage}'."


def allowed(definition: Definition, state: State, role: Role) -> list[ActType]:
    """The acts that a party may take now, in the order of the definition."""
    if not state.stage:
        return [definition.opening] if role in definition.opening.by else []
    return [
        type
        for type in definition.acts[1:]
        if role in type.by and possible(definition, type, state.stage) and _has_object(definition, state, type)
    ]


def moves(definition: Definition, act_type: str) -> bool:
    """Whether an act of this type may change what is possible, asked or due after it."""
    type = definition.act(act_type)
    return type is not None and (
        type.to_stage is not None
        or type.effect != "none"
        or type.event is not None
        or any(type.id in rule.met_by for rule in definition.deadlines)
    )


def _has_object(definition: Definition, state: State, type: ActType) -> bool:
    """An answer needs a question that is open, and an extension a clock that runs."""
    if type.effect == "answer":
        return any(question.answered_by is None for question in state.questions)
    if type.effect in ("check", "breach"):
        return bool(state.assurances)
    if type.effect == "extend":
        extends = {rule.id for rule in definition.deadlines if rule.extended_by == type.id}
        return any(running.id in extends and running.met_at is None for running in state.clocks)
    return True


def digest(state: State) -> str:
    """SHA-256 of the canonical state: equal on every side that holds the same acts."""
    return canonical.digest(as_json(state))


def as_json(state: State) -> dict[str, Any]:
    """The state as plain JSON values, moments as text."""
    plain: dict[str, Any] = _plain(dataclasses.asdict(state))
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.stamp(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
