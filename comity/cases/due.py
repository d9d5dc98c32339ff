"""The tasks of one person in all cases, the nearest day first: for the worklist and for reminders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from comity.access import queries as people
from comity.access.queries import Unit, User
from comity.cases import sight
from comity.cases.models import Task

MOST = 50
NEAR = 7
"""Days ahead that count as due."""


@dataclass(frozen=True)
class DueTask:
    """A task that somebody must do: in which case, what, until when."""

    id: int
    case: str
    title: str
    details: str
    from_template: bool
    due_on: date
    late: bool


def _due(user: User, at: datetime) -> QuerySet[Task]:
    whose = [user, *people.stood_in_for(user, at)]
    rows = sight.mine(Task, user, at).filter(assigned_to__in=whose, done_at=None, collect=False)
    return rows.filter(due_on__lte=at.date() + timedelta(days=NEAR)).exclude(case__state="closed")


def tasks_due(user: User, at: datetime) -> list[DueTask]:
    """What this user, or a colleague for whom they stand in, must do within a week. Each case shown is recorded."""
    rows = list(_due(user, at).select_related("case__compartment__unit").order_by("due_on", "id")[:MOST])
    sight.saw_all(user, list({row.case.pk: row.case for row in rows}.values()), at, "tasks")
    return [
        DueTask(row.pk, row.case.number, row.title, row.details, row.from_template, row.due_on, row.due_on < at.date())
        for row in rows
        if row.due_on is not None
    ]


def tasks_due_count(user: User, at: datetime) -> int:
    return _due(user, at).order_by()[:MOST].count()


def unit_of_task(user: User, id: int, at: datetime) -> Unit:
    """The unit of the case in which a task stands.

    :raises NotFound: there is none, or not for this user. NotAllowed: the user may read it, but not work on it.
    """
    found = sight.task(user, id, at)
    sight.demand(user, "write", found.compartment, at, level=found.level)
    return found.compartment.unit


def tasks_seen(user: User, ids: Iterable[int], at: datetime) -> set[int]:
    """Which of these tasks the user may read."""
    return set(sight.mine(Task, user, at).filter(pk__in=list(ids)).values_list("pk", flat=True))


def task_ids_due(user: User, at: datetime) -> list[int]:
    """Their keys alone: nothing of a case is shown."""
    return list(_due(user, at).order_by("due_on", "id").values_list("pk", flat=True)[:MOST])
