"""Urgent calls as people see them: the banner, the list, one with its steps."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from comity.access import queries as people
from comity.access import rules
from comity.access.queries import User
from comity.liaison import calling, directory, duty, sight, viewing
from comity.liaison.models import Call, CallStep
from comity.liaison.values import CallRow, CallStepView, CallView

FRESH = timedelta(hours=24)
"""How long a call that nobody took stands on every page."""
LISTED = 100


def alarms(user: User, at: datetime) -> list[CallRow]:
    """The calls that this person should see on every page now: those that ring here, and those that nobody took.

    They say who calls and since when, not what about: a banner is no look.
    """
    recent = Call.objects.exclude(state=Call.TAKEN).filter(started_at__gt=at - FRESH)
    if not recent.exists():  # nearly always, and then a page costs one small question
        return []
    rows = recent.filter(thread__in=sight.threads(user, at)).select_related("thread__unit").order_by("started_at", "id")
    found = [_row(row, user, at) for row in rows]
    return [one for one in found if not one.ours or one.state == Call.NOBODY or one.late]


def listens(user: User, at: datetime) -> bool:
    """Whether the pages of this person ask by themselves for calls: on duty now, or supervisor of who is."""
    if duty.on_now(user, at):
        return True
    with_roster = duty.units_now(at)
    reach = rules.visible_units(people.actor(user, at), "oversee", "thread") if with_roster else None
    return reach is not None and any(reach.covers(unit.code) for unit in people.units() if unit.pk in with_roster)


def calls(user: User, at: datetime) -> list[CallRow]:
    """The calls that a user may see, the newest first."""
    rows = Call.objects.filter(thread__in=sight.threads(user, at)).select_related("thread__unit")
    return [_row(row, user, at) for row in rows.order_by("-started_at", "-id")[:LISTED]]


def call(user: User, id: int, at: datetime, *, language: str = "en") -> CallView:
    """One call with its steps, and the desks to phone when nobody answers. The look is recorded.

    :raises NotFound: there is none, or not for this user.
    """
    found = (
        Call.objects.select_related("thread__unit", "thread__compartment", "message")
        .filter(pk=id, thread__in=sight.threads(user, at))
        .first()
    )
    if found is None:
        raise sight.NotFound(what="call", id=id)
    sight.saw(user, found.thread, at)
    row = _row(found, user, at)
    steps = list(found.steps.select_related("user").order_by("number"))
    phones = _phones(found, {step.user_id for step in steps if step.user_id}, at)
    return CallView(
        row=row, unit=found.thread.unit.name, within=found.within, each=found.each,
        steps=tuple(_step(step, phones) for step in steps),
        may_take=not found.ours and row.state != Call.TAKEN and sight.may_write(user, found.thread, at),
        desks=directory.of_authority(found.thread.peer, at, language),
        delivered=viewing.sent(found.message_id) if found.ours else None,
        next_person=_next_person(found, steps, at),
    )  # fmt: skip


def _phones(call: Call, users: Collection[int], at: datetime) -> dict[int, str]:
    """The numbers on the roster of who was called; they are ours, and shown on our side only."""
    return (
        {row.user_id: row.phone for row in duty.on_duty(call.thread.unit, at) if row.user_id in users}
        if not call.ours
        else {}
    )


def _step(step: CallStep, phones: dict[int, str]) -> CallStepView:
    name = step.user.full_name if step.user else ""
    return CallStepView(step.kind, step.place, step.who, step.at, name, phones.get(step.user_id or 0, ""))


def _next_person(call: Call, steps: Iterable[CallStep], at: datetime) -> str:
    if call.ours or call.state != Call.CALLING:
        return ""
    called = {step.user_id for step in steps}
    return next((row.user.full_name for row in duty.on_duty(call.thread.unit, at) if row.user_id not in called), "")


def _row(row: Call, user: User, at: datetime) -> CallRow:
    last = row.steps.order_by("number").last()
    answer_by = row.started_at + timedelta(minutes=row.within)
    ringing = not row.ours and row.state == Call.CALLING
    return CallRow(
        id=row.pk, thread=row.thread_id, peer=row.thread.peer, ours=row.ours, about=row.about,
        language=row.thread.language, state=row.state, started_at=row.started_at, answer_by=answer_by,
        place=last.place if last else 0, who=last.who if last else "", until=calling.due(row) if ringing else None,
        mine=ringing and last is not None and _is_called(last, row, user),
        late=row.state == Call.CALLING and at > answer_by,
    )  # fmt: skip


def _is_called(last: CallStep, row: Call, user: User) -> bool:
    if last.who == calling.SUPERVISOR:
        return user in people.approvers(row.thread.unit)
    return last.user_id == user.pk
