"""Cases in lists: those of the reader, and those of the unit as a supervisor sees them."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Q, prefetch_related_objects

from comity.access import levels
from comity.access import queries as people
from comity.access.asking import as_node
from comity.access.queries import Membership, User
from comity.cases import sight
from comity.cases.models import Case, Task
from comity.cases.values import CaseRow, Cases, Overseen
from comity.search import queries as search


def cases(
    user: User,
    at: datetime,
    *,
    text: str = "",
    state: str = "",
    mine: bool = False,
    limit: int = 25,
    offset: int = 0,
) -> Cases:
    """The cases that the reader may see, the last touched first.

    :param text: words in title, summary, notes and tasks, or the number or its beginning.
    :param mine: only those in which the reader has a seat.
    """
    reached = sight.cases(user, at)
    states: dict[str, int] = Counter(dict(reached.order_by().values_list("state").annotate(Count("pk"))))
    seats = {seat.compartment for seat in people.actor(user, at).seats}
    found = reached.filter(number__in=seats) if mine else reached
    found = found.filter(state=state) if state else found
    if text.strip():
        refs = {ref.partition(" ")[0] for ref in search.refs(user, text, at=at, kind="case")}  # of notes and tasks too
        found = found.filter(Q(number__in=refs) | Q(number__startswith=text.strip().lower()))
    shown = list(found.order_by("-touched_at", "number")[offset : offset + limit])
    sight.saw_all(user, shown, at, "listed")
    return Cases(_rows(shown, seats, at), found.count(), states)


def _rows(shown: list[Case], seats: set[str], at: datetime) -> tuple[CaseRow, ...]:
    numbers = [one.number for one in shown]
    held, tasks = _seats(shown, at), _tasks(numbers, at)
    return tuple(
        CaseRow(
            number=one.number,
            title=one.title,
            unit=one.compartment.unit.name,
            state=one.state,
            level_word=levels.word(one.compartment.level),
            leads=_leads(held[one.number]),
            opened_at=one.opened_at,
            touched_at=one.touched_at,
            open_tasks=tasks[one.number].open,
            late_tasks=tasks[one.number].late,
            next_due=tasks[one.number].next,
            mine=one.number in seats,
        )
        for one in shown
    )


def _seats(shown: list[Case], at: datetime) -> dict[str, list[Membership]]:
    """Who sits in each of these cases at this moment."""
    prefetch_related_objects(shown, "compartment__memberships__user")
    return {
        one.number: [row for row in one.compartment.memberships.all() if row.ended_at is None and _still(row, at)]
        for one in shown
    }


def _still(row: Membership, at: datetime) -> bool:
    return row.until is None or row.until > at


def _leads(seats: list[Membership]) -> tuple[str, ...]:
    return tuple(sorted(row.user.full_name for row in seats if row.part == "lead"))


@dataclass(frozen=True)
class _Tasks:
    open: int = 0
    late: int = 0
    next: date | None = None


def _tasks(numbers: Collection[str], at: datetime) -> dict[str, _Tasks]:
    """How many tasks of each case are open and late, and the next day; numbers only."""
    rows = (
        Task.objects.filter(case__in=numbers, done_at=None)
        .order_by()
        .values("case")
        .annotate(still=Count("pk"), late=Count("pk", filter=Q(due_on__lt=at.date())), next=Min("due_on"))
        .values_list("case", "still", "late", "next")
    )
    told: dict[str, _Tasks] = defaultdict(_Tasks)
    told.update({number: _Tasks(still, late, next) for number, still, late, next in rows})
    return told


def overseen(user: User, at: datetime, *, limit: int = 50, offset: int = 0) -> tuple[tuple[Overseen, ...], int]:
    """The cases of the units in which the reader is a supervisor: people and days, never what is in them."""
    names = (
        people.compartments(user, verb="oversee", kind="case", at=at).filter(parent=None).values_list("pk", flat=True)
    )
    reached = list(names)
    with as_node():
        found = Case.objects.filter(compartment__in=reached).exclude(state="closed")
        shown = list(
            found.select_related("compartment__unit").order_by("touched_at", "number")[offset : offset + limit]
        )
        numbers, total = [one.number for one in shown], found.count()
        held, tasks = _seats(shown, at), _tasks(numbers, at)
    rows = tuple(
        Overseen(
            number=one.number,
            unit=one.compartment.unit,
            state=one.state,
            leads=_leads(held[one.number]),
            people=len(held[one.number]),
            opened_at=one.opened_at,
            touched_at=one.touched_at,
            open_tasks=tasks[one.number].open,
            late_tasks=tasks[one.number].late,
        )
        for one in shown
    )
    return rows, total
