"""From the state of a dossier to the rows from which figures are counted, and to its entry in the search index."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from comity.dossiers.models import Course, Dossier, Handled, Stay
from comity.instruments import model
from comity.search import actions as search

MOST = 20_000
"""Characters of a form that the index holds: more than any form that people fill."""


class Folded(Protocol):
    """What `folding.Folded` gives."""

    @property
    def dossier(self) -> Dossier: ...
    @property
    def definition(self) -> model.Definition: ...
    @property
    def state(self) -> model.State: ...
    @property
    def acts(self) -> tuple[model.Act, ...]: ...
    @property
    def moved_at(self) -> datetime: ...


@dataclass(frozen=True)
class Step:
    """An act in its place, with its type."""

    act: model.Act
    type: model.ActType


def project(result: Folded) -> None:
    """Write what figures and the index show. It follows from the acts alone."""
    path = list(steps(result))
    if path:
        write_course(result, path)
        write_stays(result, path)
    Handled.objects.bulk_create(
        [Handled(unit=result.dossier.unit, instrument=result.dossier.instrument)], ignore_conflicts=True
    )
    index(result)


def steps(result: Folded) -> Iterator[Step]:
    """The acts that took effect, in their order."""
    acts = {act.id: act for act in result.acts}
    aside = {one.act for one in result.state.out_of_place}
    for id in result.state.acts:
        type = result.definition.act(acts[id].type)
        if type is not None and id not in aside:
            yield Step(acts[id], type)


def write_course(result: Folded, path: list[Step]) -> None:
    dossier, sent_at = result.dossier, path[0].act.at
    answer = answered(result.definition, path)
    refusal = next((step for step in path if step.type.grounds == "refusal"), None)
    withdrawn = any(step.type.effect == "withdraw" for step in path)
    outcome = "refused" if refusal else "answered" if answer else "withdrawn" if withdrawn else ""
    ground = refusal.act.content.get("ground") if refusal else ""
    row = Course(
        dossier=dossier,
        unit=dossier.unit,
        instrument=dossier.instrument,
        country=dossier.counterpart_country,
        incoming=dossier.role != result.definition.parties[0].id,
        sent_at=sent_at,
        month=sent_at.astimezone(UTC).strftime("%Y-%m"),
        outcome=outcome,
        ground=ground[:60] if isinstance(ground, str) else "",
        answered_at=answer.act.at if answer else None,
        seconds=between(sent_at, answer.act.at) if answer else None,
        holder=whose(dossier, result.state.holder),
    )
    names = [field.name for field in Course._meta.concrete_fields if not field.primary_key]
    Course.objects.bulk_create([row], update_conflicts=True, unique_fields=["dossier"], update_fields=names)


def answered(definition: model.Definition, path: list[Step]) -> Step | None:
    """The first act that answers the request: it hands over, refuses, or ends it otherwise than by withdrawal."""
    for step in path[1:]:
        if step.type.effect == "withdraw":
            return None
        stage = definition.stage(step.type.to_stage) if step.type.to_stage else None
        if step.type.effect == "transfer" or step.type.grounds == "refusal" or (stage is not None and stage.final):
            return step
    return None


def write_stays(result: Folded, path: list[Step]) -> None:
    """A row for each stage, in their order; the last has no length yet."""
    moves = [step for step in path if step.type.to_stage]
    ends = [*(step.act.at for step in moves[1:]), None]
    rows = []
    for number, (step, until) in enumerate(zip(moves, ends, strict=True), start=1):
        stage = result.definition.stage(step.type.to_stage or "")
        rows.append(
            Stay(
                dossier=result.dossier,
                number=number,
                stage=step.type.to_stage or "",
                holder=whose(result.dossier, stage.holder if stage else None),
                since=step.act.at,
                seconds=between(step.act.at, until) if until else None,
            )
        )
    Stay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["dossier", "number"],
        update_fields=["stage", "holder", "since", "seconds"],
    )
    Stay.objects.filter(dossier=result.dossier, number__gt=len(rows)).delete()


def whose(dossier: Dossier, role: str | None) -> str:
    return "" if not role else "us" if role == dossier.role else "them"


def between(start: datetime, end: datetime) -> int:
    """Clocks of two sides differ: an answer never comes before what it answers."""
    return max(0, int((end - start).total_seconds()))


def index(result: Folded) -> None:
    """Number, subject, counterpart, instrument and the texts of the form, under the unit of the dossier."""
    dossier = result.dossier
    told = [dossier.counterpart, result.definition.id, result.definition.title, *texts(result.state.form)]
    search.put(
        "dossier",
        dossier.pk,
        title=dossier.subject or result.definition.title,
        text=" ".join(told)[:MOST],
        unit=dossier.unit,
        at=result.moved_at,
    )


def texts(value: Any) -> Iterator[str]:
    """Every text in a form, in its order."""
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(one)
