"""Opening a case, saying what it is about, and how it stands."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from comity.access import actions as access
from comity.access.queries import Unit, User
from comity.cases import events, indexing, sight, templates
from comity.cases import purposes as known
from comity.cases.models import Case, Numbering, Task
from comity.lib.errors import BadInput, ComityError

PRIORITIES = ("later", "normal", "first")
STATES = ("open", "dormant", "closed")


class NoTitle(BadInput):
    code = "cases.no-title"
    says = "A case has a title."
    next_step = "Write in a few words what it is about, without more names than it needs."


class NoReason(BadInput):
    code = "cases.no-reason"
    says = "Say why in a few words."
    next_step = "Whoever reads the case later needs the reason."


class UnknownState(BadInput):
    code = "cases.unknown-state"
    says = "{state!r} is not a state of a case; they are open, dormant, closed."
    next_step = "Use one of these words."


class SameState(ComityError):
    code = "cases.same-state"
    says = "The case {number} is {state} already."
    next_step = "Nothing to do."


@transaction.atomic
def open_case(
    title: str,
    *,
    unit: Unit,
    by: User,
    at: datetime,
    need: str = "members",
    level: int = 0,
    template: str = "",
    summary: str = "",
    purposes: Iterable[str] = (),
) -> Case:
    """A new case, led by who opens it, with the tasks and purposes of its template.

    :raises NotAllowed: no right to open cases for this unit, or not cleared for the level.
    :raises NoTitle, UnknownPurpose, UnknownTemplate: as they say.
    """
    if not title.strip():
        raise NoTitle
    plan = templates.get(template) if template else None
    wanted = _purposes(purposes) or (list(plan.purposes) if plan else [])
    number = next_number(at)
    compartment = access.create_compartment(number, unit=unit, by=by, at=at, need=need, level=level)
    case = Case.objects.create(
        number=number,
        compartment=compartment,
        title=title.strip()[:200],
        summary=summary.strip(),
        template=template,
        purposes=wanted,
        state_at=at,
        opened_by=by,
        opened_at=at,
        touched_at=at,
    )
    events.note(case, "opened", by=by, at=at, template=template)
    if plan:
        _plan(case, plan, by, at)
    indexing.case(case, at)
    return case


def _plan(case: Case, plan: templates.Template, by: User, at: datetime) -> None:
    """The tasks of a template, and what it wants collected."""
    for step in (*plan.tasks, *plan.collect):
        due = (at + timedelta(days=step.days)).date() if step.days is not None else None
        Task.objects.create(
            case=case,
            compartment=case.compartment,
            collect=step in plan.collect,
            from_template=True,
            title=step.title,
            details=step.details,
            due_on=due,
            priority=PRIORITIES.index(step.priority),
            made_by=by,
            made_at=at,
        )


def next_number(at: datetime) -> str:
    """``c-2026-0001``: the row lock lets two openings at the same moment take two numbers."""
    Numbering.objects.get_or_create(year=at.year)
    row = Numbering.objects.select_for_update().get(year=at.year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"c-{at.year:04d}-{row.last:04d}"


def _purposes(told: Iterable[str]) -> list[str]:
    return [known.get(id).id for id in dict.fromkeys(told)]


@transaction.atomic
def change(
    number: str,
    *,
    by: User,
    at: datetime,
    title: str | None = None,
    summary: str | None = None,
    purposes: Iterable[str] | None = None,
) -> Case:
    """Say anew what a case is about; what was said before stays in its history.

    :raises NoTitle, UnknownPurpose, NotFound, NotAllowed, CaseClosed: as they say.
    """
    case = sight.locked(by, number, "write", at)
    if title is not None and not title.strip():
        raise NoTitle
    told: dict[str, Any] = {
        "title": None if title is None else title.strip()[:200],
        "summary": None if summary is None else summary.strip(),
        "purposes": None if purposes is None else _purposes(purposes),
    }
    before = {
        name: getattr(case, name) for name, value in told.items() if value is not None and value != getattr(case, name)
    }
    if before:
        for name in before:
            setattr(case, name, told[name])
        case.save(update_fields=list(before))
        events.note(case, "changed", by=by, at=at, before=before)
        indexing.case(case, at)
    return case


@transaction.atomic
def set_state(number: str, state: str, *, by: User, at: datetime, reason: str = "") -> Case:
    """Let a case rest, close it, or open it again. Who leads it does; the first two say why.

    :raises SameState, NoReason, UnknownState, NotFound, NotAllowed: as they say.
    """
    case = sight.locked(by, number, "lead", at, open_only=False)
    if state not in STATES:
        raise UnknownState(state=state)
    if state == case.state:
        raise SameState(number=number, state=state)
    if state != "open" and not reason.strip():
        raise NoReason
    case.state, case.reason, case.state_at = state, reason.strip() if state != "open" else "", at
    case.save(update_fields=["state", "reason", "state_at"])
    events.note(case, {"open": "reopened", "dormant": "rested", "closed": "closed"}[state], by=by, at=at,
                reason=reason.strip())  # fmt: skip
    return case
