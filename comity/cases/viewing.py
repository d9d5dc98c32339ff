"""One case as one person may see it: its head, its people, notes, tasks and dossiers. Every look is recorded."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from comity.access import levels, rules
from comity.access import queries as people
from comity.access.queries import User
from comity.cases import sight
from comity.cases.models import Case, Circle, Event, Link, Note, Task
from comity.cases.tasks import PRIORITIES
from comity.cases.values import CaseView, LinkView, NoteText, NoteView, Step, Table, TaskView
from comity.dossiers import queries as dossiers
from comity.instruments import catalogue, texts

VERBS = {
    "write": ("write", "case"), "lead": ("lead", "case"), "oversee": ("oversee", "case"),
    "pass_on": ("pass-on", "item"), "disclose": ("disclose", "item"), "destroy": ("destroy", "item"),
    "approve": ("approve", "item"),
}  # fmt: skip


def case(user: User, number: str, at: datetime) -> CaseView:
    """A case, for its own pages and those of other rooms below it.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.case(user, number, at)
    sight.saw(user, found.compartment, at)
    return view(user, found, at)


def view(user: User, found: Case, at: datetime) -> CaseView:
    compartment, actor = found.compartment, people.actor(user, at)
    seats = [seat for seat in actor.seats if seat.compartment == compartment.name]
    own = any(not seat.via for seat in seats)
    glass = people.glass(user, compartment, at) if compartment.name in actor.opened else None
    return CaseView(
        number=found.number,
        title=found.title,
        summary=found.summary,
        unit=compartment.unit,
        compartment=compartment,
        level=compartment.level,
        level_word=levels.word(compartment.level),
        need=compartment.need,
        state=found.state,
        reason=found.reason,
        state_at=found.state_at,
        template=found.template,
        purposes=tuple(found.purposes),
        opened_by=found.opened_by.full_name,
        opened_at=found.opened_at,
        touched_at=found.touched_at,
        circles=tuple(sight.circles(user, found, at)),
        may={
            name: rules.can(actor, verb, people.thing(kind, found.number, compartment)).allowed
            for name, (verb, kind) in VERBS.items()
        },
        glass_until=glass.until if glass and not seats else None,
        stands_in_for="" if own else ", ".join(sorted({seat.via for seat in seats})),
    )


def members(user: User, number: str, at: datetime) -> list[Table]:
    """Who sits in a case, and in each of its circles that the reader may see.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.case(user, number, at)
    own = Table(found.number, "", tuple(people.seats_in(found.compartment, at)))
    circles = sight.circles(user, found, at)
    return [own, *(Table(_name(one), one.title, tuple(people.seats_in(one.compartment, at))) for one in circles)]


def _name(circle: Circle) -> str:
    return circle.compartment.name


def notes(user: User, number: str, at: datetime) -> list[NoteView]:
    """The notes of a case that the reader may see, the newest first, each with the texts that were corrected.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.case(user, number, at)
    sight.saw(user, found.compartment, at, "notes")
    rows = list(sight.mine(Note, user, at).filter(case=found).select_related("by", "compartment__unit"))
    newer = {row.corrects_id for row in rows}
    by_id = {row.pk: row for row in rows}
    titles = {one.compartment.pk: one.title for one in sight.circles(user, found, at)}
    actor = people.actor(user, at)
    told = []
    for row in rows:
        if row.pk not in newer:
            chain = _chain(row, by_id)
            may = found.state != "closed" and sight.may(actor, "write", row.compartment, level=row.level).allowed
            told.append(_note(row, chain, titles.get(row.compartment.pk, ""), may))
    return told


def _chain(row: Note, by_id: dict[int, Note]) -> list[Note]:
    """The texts of a note, the newest first."""
    told = [row]
    while told[-1].corrects_id is not None:
        told.append(by_id[told[-1].corrects_id])
    return told


def _note(row: Note, chain: list[Note], circle: str, may: bool) -> NoteView:
    said = [NoteText(one.pk, one.text, one.by.full_name, one.at, one.reason) for one in chain]
    return NoteView(
        id=row.pk,
        now=said[0],
        before=tuple(said[1:]),
        written_by=said[-1].by,
        written_at=said[-1].at,
        level_word=levels.word(max(row.level, row.compartment.level)),
        codes=tuple(row.handling.get("codes", ())),
        restriction=str(row.handling.get("restriction", "")),
        circle=circle,
        may_correct=may,
    )


def tasks(user: User, number: str, at: datetime) -> list[TaskView]:
    """The tasks of a case: those that are open by day and urgency, then those done, the last first.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.case(user, number, at)
    sight.saw(user, found.compartment, at, "tasks")
    rows = sight.mine(Task, user, at).filter(case=found).select_related("assigned_to", "made_by", "done_by")
    steps = defaultdict(list)
    for event in sight.mine(Event, user, at).filter(case=found, what__startswith="task").select_related("by"):
        told = Step(
            event.what, event.by.full_name, event.at, event.values.get("before", {}), event.values.get("to", "")
        )
        steps[event.about].append(told)
    return ordered(_task(row, at, tuple(steps[str(row.pk)])) for row in rows)


def _task(row: Task, at: datetime, history: tuple[Step, ...] = ()) -> TaskView:
    return TaskView(
        id=row.pk,
        title=row.title,
        details=row.details,
        from_template=row.from_template,
        collect=row.collect,
        assigned_to=row.assigned_to,
        due_on=row.due_on,
        late=row.done_at is None and row.due_on is not None and row.due_on < at.date(),
        priority=PRIORITIES[row.priority],
        made_by=row.made_by.full_name,
        made_at=row.made_at,
        done_by=row.done_by.full_name if row.done_by else "",
        done_at=row.done_at,
        history=history,
    )


def ordered(found: Iterable[TaskView]) -> list[TaskView]:
    """Open before done; the nearest day first, without a day last; then the more urgent."""
    rows = list(found)
    still = [row for row in rows if row.done_at is None]
    done = [row for row in rows if row.done_at is not None]
    still.sort(key=lambda row: (row.due_on is None, row.due_on or row.made_at.date(), -PRIORITIES.index(row.priority)))
    done.sort(key=lambda row: row.done_at or row.made_at, reverse=True)
    return [*still, *done]


def links(user: User, number: str, at: datetime, language: str = "en") -> list[LinkView]:
    """The dossiers of a case. What the reader may not see of them is not told.

    :raises NotFound: there is no such case, or not for this user.
    """
    found = sight.case(user, number, at)
    rows = sight.mine(Link, user, at).filter(case=found, ended_at=None).select_related("by")
    return [_link(user, row, language) for row in rows.order_by("at", "id")]


def _link(user: User, row: Link, language: str) -> LinkView:
    told = LinkView(dossier=row.dossier_id, why=row.why, by=row.by.full_name, at=row.at, seen=False)
    try:
        found = dossiers.one(user, row.dossier_id)
    except dossiers.NotFound:
        return told
    words = texts.of(catalogue.get(found.instrument), language)
    return replace(
        told,
        seen=True,
        instrument=found.instrument,
        title=words.t("title"),
        subject=found.subject,
        stage_title=words.t(f"stages.{found.stage}.title"),
        counterpart=found.counterpart,
        country=found.counterpart_country,
        due_at=found.due_at,
        ours=found.ours,
        final=found.final,
    )


def to_link(user: User, at: datetime, most: int = 50) -> list[Case]:
    """The open cases to which the reader may add something, the last touched first: to choose one of them."""
    held = {seat.compartment for seat in people.actor(user, at).seats if seat.part in ("lead", "member")}
    found = list(sight.cases(user, at).filter(number__in=held, state="open").order_by("-touched_at")[:most])
    sight.saw_all(user, found, at, "listed")
    return found


def cases_of(user: User, dossier: str, at: datetime) -> list[Case]:
    """The cases to which a dossier belongs, as far as the reader may see them, for the dossier's page."""
    rows = sight.mine(Link, user, at).filter(dossier=dossier, ended_at=None).values("case")
    found = list(sight.cases(user, at).filter(pk__in=rows).order_by("number"))
    sight.saw_all(user, found, at, "listed")
    return found
