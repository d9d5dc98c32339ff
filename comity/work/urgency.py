"""Urgency that costs something: a unit has a number of urgent markings in a month, and each one is spent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from comity.access.queries import Unit, User
from comity.access.rules import Thing
from comity.cases import queries as cases
from comity.dossiers import queries as dossiers
from comity.lib.errors import BadInput, ComityError
from comity.work import sight
from comity.work.models import Budget, Month, Urgent

MOST = 200
"""Markings that a page lists."""


class NoReason(BadInput):
    code = "work.no-reason"
    says = "What is urgent, and what is so no more, has a reason in words."
    next_step = "Write one sentence that a colleague could check."


class BadBudget(BadInput):
    code = "work.bad-budget"
    says = "{number!r} is not a number of markings."
    next_step = "Give a whole number from 0 to 10000."


class OverBudget(ComityError):
    code = "work.over-budget"
    says = "The unit has spent its {number} urgent markings of this month."
    next_step = "An approver of the unit may mark it nevertheless and say why; or downgrade what is urgent no more."


class AlreadyUrgent(ComityError):
    code = "work.already-urgent"
    says = "This is marked as urgent already."
    next_step = "Read the reason; nothing was spent."


class NotOurs(BadInput):
    code = "work.not-ours"
    says = "{ref} is not a request of our own."
    next_step = "Mark what we ask of others, or a task of ours; how urgent theirs is, they say."


@dataclass(frozen=True)
class BudgetView:
    """One unit in one month. ``number`` is None while no administrator has set a budget: then nothing is over it."""

    unit: Unit
    number: int | None
    spent: int
    may_go_over: bool

    @property
    def left(self) -> int | None:
        return None if self.number is None else max(0, self.number - self.spent)


def month_of(at: datetime) -> str:
    """The month at the node."""
    return at.astimezone(ZoneInfo(str(settings.COMITY.time_zone))).strftime("%Y-%m")


def budget_of(unit: Unit) -> int | None:
    last = Budget.objects.filter(unit=unit).order_by("-set_at", "-pk").first()
    return None if last is None else last.number


def set_budget(unit: Unit, number: int, *, by: User, at: datetime) -> Budget:
    """How many markings a unit has in a month, from now on.

    :raises BadBudget. NotAllowed: only administrators.
    """
    sight.demand_administrator(by, unit.code)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 10_000:
        raise BadBudget(number=number)
    return Budget.objects.create(unit=unit, number=number, set_by=by, set_at=at)


@transaction.atomic
def mark_urgent(kind: str, ref: str, *, reason: str, by: User, at: datetime, over: str = "") -> Urgent:
    """Mark one's own request, draft or task as urgent; it spends one of the month of its unit.

    :param over: an approver's reason, where the budget is spent.
    :raises NotFound, NotAllowed: the rules. NotOurs: the other side asks it of us.
    :raises NoReason, AlreadyUrgent, OverBudget.
    """
    if not reason.strip():
        raise NoReason
    paying = payer(kind, ref, by, at)
    month = month_of(at)
    Month.objects.get_or_create(unit=paying, month=month)
    spent = Month.objects.select_for_update().get(unit=paying, month=month)
    if Urgent.objects.filter(kind=kind, ref=ref, downgraded_at=None).exists():
        raise AlreadyUrgent
    number = budget_of(paying)
    beyond = number is not None and spent.spent >= number
    if beyond and not (over.strip() and sight.supervises(by, paying)):
        raise OverBudget(number=number)
    spent.spent += 1
    spent.save(update_fields=["spent"])
    return Urgent.objects.create(
        kind=kind, ref=ref, unit=paying, month=month, reason=reason.strip()[:500],
        over=over.strip()[:500] if beyond else "", by=by, at=at,
    )  # fmt: skip


def payer(kind: str, ref: str, by: User, at: datetime) -> Unit:
    """The unit that pays, after asking whether this user works on the thing."""
    if kind == "dossier":
        found = dossiers.one(by, ref)
        if not dossiers.opened_by_us(found):
            raise NotOurs(ref=ref)
        sight.demand(by, "draft", Thing("dossier", found.pk, found.unit.code))
        return found.unit
    if kind == "draft":
        draft = dossiers.one_draft(by, int(ref) if ref.isdigit() else 0)
        sight.demand(by, "draft", Thing("draft", ref, draft.unit.code))
        return draft.unit
    if kind == "task":
        return cases.unit_of_task(by, int(ref) if ref.isdigit() else 0, at)
    raise sight.NotFound(what=kind, id=ref)


@transaction.atomic
def downgrade(urgent: int, *, reason: str, by: User, at: datetime) -> Urgent:
    """Urgent no more. It stays on record, and what was spent stays spent.

    :raises NoReason. NotFound: there is none of the user's units.
    """
    if not reason.strip():
        raise NoReason
    if urgent not in {row.pk for row in seen(by, Urgent.objects.filter(pk=urgent), at)}:
        raise sight.NotFound(what="urgent marking", id=urgent)
    row = Urgent.objects.select_for_update().get(pk=urgent)
    if row.downgraded_at is None:
        row.downgraded_by, row.downgraded_at, row.downgraded_reason = by, at, reason.strip()[:500]
        row.save(update_fields=["downgraded_by", "downgraded_at", "downgraded_reason"])
    return row


def budgets(user: User, at: datetime) -> list[BudgetView]:
    """The units in which the user works, or which they manage, with what they spent this month."""
    month = month_of(at)
    units = sight.units(user, "manage", "units", at) or sight.units(user, "draft", "draft", at)
    spent = dict(Month.objects.filter(month=month, unit__in=units).values_list("unit", "spent"))
    numbers = dict(Budget.objects.filter(unit__in=units).order_by("set_at", "pk").values_list("unit", "number"))
    led = {unit.pk for unit in sight.supervised(user, at)}
    return [BudgetView(unit, numbers.get(unit.pk), spent.get(unit.pk, 0), unit.pk in led) for unit in units]


def urgent(kind: str, refs: Collection[str]) -> dict[str, Urgent]:
    """Which of these things are urgent now. For rows that the caller has filtered."""
    rows = Urgent.objects.filter(kind=kind, ref__in=refs, downgraded_at=None).select_related("by")
    return {row.ref: row for row in rows}


def markings(user: User, at: datetime) -> list[Urgent]:
    """What the user's units marked this month or is urgent still, the newest first."""
    rows = Urgent.objects.filter(Q(month=month_of(at)) | Q(downgraded_at=None)).order_by("-at", "-pk")
    return seen(user, rows, at)


def seen(user: User, rows: QuerySet[Urgent], at: datetime) -> list[Urgent]:
    """Those of the user's units; a task only where the user may read it: its reason speaks of a case."""
    units = sight.units(user, "draft", "draft", at)
    listed = list(rows.filter(unit__in=units).select_related("unit", "by", "downgraded_by")[:MOST])
    tasks = cases.tasks_seen(user, [int(row.ref) for row in listed if row.kind == "task"], at)
    return [row for row in listed if row.kind != "task" or int(row.ref) in tasks]
