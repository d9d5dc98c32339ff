"""From the stored acts of a dossier to its state, and from the state to what lists show of it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from comity.dossiers import assured, subjects
from comity.dossiers.models import Act, Dossier
from comity.dossiers.remembered import Remembered
from comity.instruments import catalogue, model, procedure
from comity.lib.clock import moment
from comity.lib.errors import ComityError


class OtherDefinition(ComityError):
    code = "dossiers.other-definition"
    says = "Dossier {dossier} runs under version {version} of {instrument}, which this node no longer holds."
    next_step = "Install the release of Comity that holds it; the acts are kept and nothing is lost."


@dataclass(frozen=True)
class Held:
    """A stored act as the fold takes it, and when it arrived or was approved here."""

    step: model.Act
    at: datetime


@dataclass(frozen=True)
class Folded:
    """A dossier with its definition and the state its acts amount to."""

    dossier: Dossier
    definition: model.Definition
    state: model.State
    acts: tuple[model.Act, ...]
    moved_at: datetime  # when the last of them arrived or was approved here
    held: Mapping[str, Held]  # the acts by id


def us() -> str:
    """The authority whose node this is."""
    authority: str = settings.COMITY.authority
    return authority


def definition_of(dossier: Dossier) -> model.Definition:
    """The definition under which a dossier was opened.

    :raises OtherDefinition: this node holds another text of it.
    """
    definition = catalogue.get(dossier.instrument)
    if definition.digest != dossier.definition_digest:
        raise OtherDefinition(dossier=dossier.id, version=dossier.version, instrument=dossier.instrument)
    return definition


def unpack(raw: bytes) -> dict[str, Any]:
    """The body inside a signed act that this node has made or verified; `log verify` re-reads the bytes."""
    body: dict[str, Any] = json.loads(raw)["body"]
    return body


def as_step(act_id: str, body: dict[str, Any]) -> model.Act:
    """An act as the fold takes it."""
    return _steps.get(act_id) or _steps.put(
        act_id,
        model.Act(
            id=act_id,
            type=body["type"],
            by=body["by"],
            at=moment(body["at"]),
            parents=tuple(body["parents"]),
            content=body["content"],
        ),
    )


# Nothing here can grow old: an id is the hash of what the act says, and a state follows from a set of acts.
_steps: Remembered[str, model.Act] = Remembered(4000)
_states: Remembered[tuple[str, frozenset[str]], model.State] = Remembered(500)
READ_AT_ONCE = 500


def forget() -> None:
    """Read the stored bytes again from now on: for who doubts them."""
    _steps.clear()
    _states.clear()


def held(dossiers: Iterable[str]) -> dict[str, dict[str, Held]]:
    """The acts of some dossiers by dossier and id, oldest first: one query, and one more for what is not remembered."""
    rows = list(
        Act.objects.filter(dossier__in=list(dossiers)).order_by("id").values_list("dossier_id", "act_id", "arrived_at")
    )
    steps = {act_id: _steps.get(act_id) for _, act_id, _ in rows}
    steps |= _read([act_id for act_id, step in steps.items() if step is None])
    found: dict[str, dict[str, Held]] = {}
    for dossier, act_id, at in rows:
        if (step := steps[act_id]) is not None:
            found.setdefault(dossier, {})[act_id] = Held(step, at)
    return found


def _read(ids: Sequence[str]) -> dict[str, model.Act]:
    read: dict[str, model.Act] = {}
    for first in range(0, len(ids), READ_AT_ONCE):
        rows = Act.objects.filter(act_id__in=ids[first : first + READ_AT_ONCE]).values_list("act_id", "raw")
        read |= {act_id: as_step(act_id, unpack(bytes(raw))) for act_id, raw in rows}
    return read


def fold(dossier: Dossier) -> Folded:
    """Read the acts of one dossier and fold them.

    :raises OtherDefinition: its definition is not here.
    """
    return folded(dossier, held([dossier.pk]).get(dossier.pk, {}))


def folded(dossier: Dossier, held: Mapping[str, Held]) -> Folded:
    """What these acts of a dossier amount to. Raises as ``fold``."""
    definition = definition_of(dossier)
    acts = tuple(one.step for one in held.values())
    key = definition.digest, frozenset(held)
    state = _states.get(key) or _states.put(key, procedure.fold(definition, acts))
    moved_at = max((one.at for one in held.values()), default=dossier.opened_at)
    return Folded(dossier, definition, state, acts, moved_at, held)


def refresh(dossier: Dossier) -> Folded:
    """Fold the acts as they are stored and write the projection. The caller holds the dossier's row lock."""
    forget()
    result = fold(dossier)
    project(result)
    return result


PROJECTED = (
    "stage",
    "final",
    "holder",
    "ours",
    "theirs",
    "due_at",
    "due_kind",
    "due_ref",
    "due_by",
    "waiting_for",
    "counterpart",
    "counterpart_country",
    "subject",
    "search",
    "act_count",
    "last_act_at",
    "changed_at",
    "conflicts",
    "out_of_place",
    "missing",
)


def project(result: Folded) -> None:
    """Write what lists show. Everything here follows from the acts alone, so a rebuild gives the same row."""
    dossier, state = result.dossier, result.state
    role = dossier.role
    dossier.stage, dossier.final, dossier.holder = state.stage, state.final, state.holder or ""
    dossier.ours, dossier.theirs = owes(state, {role}), owes(state, set(state.parties) - {role})
    dossier.due_at, dossier.due_kind, dossier.due_ref, dossier.due_by = next_due(state)
    dossier.waiting_for = waiting_for(state, role)
    other = counterpart(dossier.parties, role)
    dossier.counterpart, dossier.counterpart_country = other["authority"], other["country"]
    dossier.subject = subjects.subject(result.definition, state.form)
    words = (dossier.id, dossier.subject, other["authority"], result.definition.id, result.definition.title)
    dossier.search = " ".join(words).casefold()
    dossier.act_count = len(result.acts)
    dossier.last_act_at = max(act.at for act in result.acts)
    dossier.changed_at = result.moved_at
    dossier.conflicts, dossier.out_of_place = len(state.conflicts), len(state.out_of_place)
    dossier.missing = len(state.missing)
    dossier.save(update_fields=PROJECTED)
    assured.project(dossier, state)


def counterpart(parties: dict[str, dict[str, str]], role: str) -> dict[str, str]:
    return next(party for part, party in sorted(parties.items()) if part != role)


def open_questions(state: model.State) -> list[model.Question]:
    """Questions nobody has answered; a closed dossier owes no answers."""
    return [] if state.final else [question for question in state.questions if question.answered_by is None]


def open_clocks(state: model.State) -> list[model.Clock]:
    return [] if state.final else [clock for clock in state.clocks if clock.met_at is None]


def owes(state: model.State, roles: set[str]) -> bool:
    """Whether one of these parties has something to do: the next move, an answer, or a clock to meet."""
    return (
        (not state.final and state.holder in roles)
        or any(question.of in roles for question in open_questions(state))
        or any(clock.owed_by in roles for clock in open_clocks(state))
    )


def next_due(state: model.State) -> tuple[datetime | None, str, str, str]:
    """The earliest end of an unmet clock or open question: (at, kind, reference, role that owes it)."""
    ends = [(clock.due, "clock", clock.id, clock.owed_by) for clock in open_clocks(state) if clock.due]
    ends += [(question.due, "question", question.id, question.of) for question in open_questions(state) if question.due]
    return min(ends, default=(None, "", "", ""))


def waiting_for(state: model.State, role: str) -> dict[str, Any]:
    """What the dossier waits for: the first that fits, from what blocks everything to what is merely next."""
    if state.missing:
        return {"key": "missing-acts", "values": {"count": len(state.missing)}}
    questions = sorted(open_questions(state), key=lambda question: question.of != role)
    if questions:
        asked = questions[0]
        key = "our-answer" if asked.of == role else "their-answer"
        return {"key": key, "values": {"authority": party(state, asked.of), "pointer": asked.pointer}}
    if state.final or state.holder is None:
        return {"key": "nothing", "values": {"stage": state.stage}}
    key = "our-act" if state.holder == role else "their-act"
    return {"key": key, "values": {"authority": party(state, state.holder), "stage": state.stage}}


def party(state: model.State, role: str) -> str:
    return state.parties.get(role, {}).get("authority", role)
