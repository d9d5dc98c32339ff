"""Before a limit falls: to the officer, then the supervisor, then the head; each once, acknowledged by a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from comity.access import queries as people
from comity.access.queries import User
from comity.dossiers import queries as dossiers
from comity.dossiers.queries import Falling
from comity.lib.errors import BadInput
from comity.work import sight
from comity.work.models import Escalation, Ladder

WHO = ("officer", "supervisor", "head")


class BadLadder(BadInput):
    code = "work.bad-ladder"
    says = "{why}."
    next_step = "Give each step a number of hours from 1 to 8760 and one of officer, supervisor, head; earliest first."


class NoNote(BadInput):
    code = "work.no-note"
    says = "Whoever takes notice says what follows."
    next_step = "Write one sentence."


@dataclass(frozen=True)
class Step:
    """So many hours before the end, to whom."""

    hours: int
    who: str


DEFAULT = (Step(168, "officer"), Step(72, "supervisor"), Step(24, "head"))
"""Until an administrator sets others: a week, three days, one day."""


def ladder() -> tuple[Step, ...]:
    """The rules that hold now."""
    last = Ladder.objects.order_by("-set_at", "-pk").first()
    return DEFAULT if last is None else tuple(Step(hours, who) for hours, who in last.steps)


@transaction.atomic
def set_ladder(steps: Sequence[tuple[int, str]], *, by: User, at: datetime) -> Ladder:
    """Set the rules anew; what was told already stays told.

    :raises BadLadder: they make no ladder. NotAllowed: only administrators.
    """
    sight.demand_administrator(by)
    if not steps:
        raise BadLadder(why="There is no step")
    for hours, who in steps:
        if isinstance(hours, bool) or not isinstance(hours, int) or not 1 <= hours <= 8760:
            raise BadLadder(why=f"{hours!r} is not a number of hours")
        if who not in WHO:
            raise BadLadder(why=f"{who!r} is nobody to escalate to")
    if [hours for hours, _ in steps] != sorted({hours for hours, _ in steps}, reverse=True):
        raise BadLadder(why="Each step is nearer to the end than the one before")
    return Ladder.objects.create(steps=[list(step) for step in steps], set_by=by, set_at=at)


def escalate(at: datetime) -> int:
    """Take every step that is due now and was not taken yet; answers how many. Safe to do twice at once.

    A step that is not the first waits until half of the time is over that was left when the one before was taken: a
    clock of eight hours reaches the officer at once, but the head only when the others had their part of it.
    """
    steps = ladder()
    near = dossiers.falling_due(at + timedelta(hours=steps[0].hours), after=at - FORGOTTEN)
    taken = taken_for(near)
    fresh = [row for one in near for row in due_steps(one, steps, taken.get(key(one), {}), at)]
    made = Escalation.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    return len(made)


FORGOTTEN = timedelta(days=90)
"""An end that passed so long ago is on the worklist as overdue; nobody is told of it once more."""
Key = tuple[str, str, datetime]


def key(one: Falling) -> Key:
    return one.id, one.due_ref, one.due_at


def taken_for(near: Sequence[Falling]) -> dict[Key, dict[int, datetime]]:
    """The steps that were taken already, with their moments."""
    found: dict[Key, dict[int, datetime]] = {}
    ids = [one.id for one in near]
    for start in range(0, len(ids), 500):
        rows = Escalation.objects.filter(dossier__in=ids[start : start + 500])
        for dossier, ref, due_at, step, at in rows.values_list("dossier", "due_ref", "due_at", "step", "at"):
            found.setdefault((dossier, ref, due_at), {})[step] = at
    return found


def due_steps(one: Falling, steps: Sequence[Step], taken: dict[int, datetime], at: datetime) -> Iterable[Escalation]:
    """At most the next step: the one after it has its own moment."""
    number = max(taken, default=0) + 1
    if number > len(steps):
        return
    step = steps[number - 1]
    moment = one.due_at - timedelta(hours=step.hours)
    if number > 1:
        before = taken[number - 1]
        moment = max(moment, before + (one.due_at - before) / 2) if before < one.due_at else before
    if at >= moment:
        yield Escalation(
            dossier=one.id, unit_id=one.unit, due_at=one.due_at, due_ref=one.due_ref, step=number, reaches=step.who,
            officer_id=one.assigned_to, at=at,
        )  # fmt: skip


def reaching(user: User, at: datetime) -> QuerySet[Escalation]:
    """Escalations that concern a user: their own and those for whom they stand in, those of the unit they lead.

    What nobody held, and a head where nobody is one, reaches the supervisors.
    """
    whose = [user, *people.stood_in_for(user, at)]
    mine = Q(reaches="officer", officer__in=whose)
    led = sight.supervised(user, at)
    if led:
        reaches = ["supervisor", "head"] if sight.heads(user, at) or not any_head() else ["supervisor"]
        mine |= Q(unit__in=led) & (Q(reaches__in=reaches) | Q(officer=None))
    return Escalation.objects.filter(mine).select_related("unit", "officer", "acknowledged_by")


def any_head() -> bool:
    return any(grant.unit is None for user in people.holders("approver", None) for grant in people.roles(user))


def escalations(user: User, at: datetime, *, open_only: bool = True) -> list[Escalation]:
    """Those that reach this user and whose dossier they may read, the first to end first."""
    rows = reaching(user, at).order_by("due_at", "pk")
    listed = list((rows.filter(acknowledged_at=None) if open_only else rows)[: dossiers.SIZE * 2])
    seen = dossiers.units_of(user, [row.dossier for row in listed])
    return [row for row in listed if row.dossier in seen]


@transaction.atomic
def acknowledge(escalation: int, *, note: str, by: User, at: datetime) -> Escalation:
    """Take notice of one, with a word on what follows. The first note stays; the limit runs on.

    :raises NoNote: the note is empty. NotFound: there is none that reaches this user.
    """
    if not note.strip():
        raise NoNote
    if not reaching(by, at).filter(pk=escalation).exists():
        raise sight.NotFound(what="escalation", id=escalation)
    row = Escalation.objects.select_for_update().get(pk=escalation)
    if row.acknowledged_at is None:
        row.acknowledged_by, row.acknowledged_at, row.note = by, at, note.strip()[:500]
        row.save(update_fields=["acknowledged_by", "acknowledged_at", "note"])
    return row
