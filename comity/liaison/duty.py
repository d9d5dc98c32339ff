"""The roster: who of a unit is called for what cannot wait, in which order, and from when until when."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from comity.access import actions as access
from comity.access import queries as people
from comity.access import rules
from comity.access.queries import Unit, User
from comity.access.rules import Thing
from comity.liaison import sight
from comity.liaison.models import Duty
from comity.liaison.values import OnDuty, Roster
from comity.lib.errors import BadInput

PHONE = re.compile(r"\+?[0-9 ()/-]{3,40}")
LONGEST = timedelta(days=92)
LOOKED_AHEAD = timedelta(days=7)
SHOWN_AFTER = timedelta(days=14)  # how long a line that is over stays on the page


class BadDuty(BadInput):
    code = "liaison.bad-duty"
    says = "{why}."
    next_step = "Mend it and try again; nothing was changed."


@transaction.atomic
def put_on_duty(
    unit: Unit, user: User, *, place: int, starts_at: datetime, until: datetime, phone: str = "", by: User, at: datetime
) -> Duty:
    """Put somebody on the roster of a unit.

    :param place: 1 is called first.
    :raises NotFound: the roster is not this user's to see. NotAllowed: or only to see.
    :raises BadDuty: the times, the place or the person do not fit.
    """
    demand_edit(by, unit, at)
    _demand_times(starts_at, until, at)
    _demand_person(unit, user, at)
    if not 1 <= place <= 9:
        raise BadDuty(why="The place in the order is a number from 1 to 9")
    phone = " ".join(phone.split())
    if phone and not PHONE.fullmatch(phone):
        raise BadDuty(why=f"{phone!r} is not a telephone number")
    rows = _open(unit).select_for_update().filter(starts_at__lt=until, until__gt=starts_at)
    if rows.filter(user=user).exists():
        raise BadDuty(why=f"{user.full_name} is on duty within that time already")
    taken = rows.filter(place=place).select_related("user").first()
    if taken is not None:
        raise BadDuty(why=f"{taken.user.full_name} has place {place} within that time")
    return Duty.objects.create(
        unit=unit, user=user, place=place, starts_at=starts_at, until=until, phone=phone, added_by=by, added_at=at
    )


def _demand_times(starts_at: datetime, until: datetime, at: datetime) -> None:
    if until <= starts_at:
        raise BadDuty(why="A duty ends after it begins")
    if until <= at:
        raise BadDuty(why="The duty would be over already")
    if until - starts_at > LONGEST:
        raise BadDuty(why="A duty lasts three months at most")


def _demand_person(unit: Unit, user: User, at: datetime) -> None:
    """Only who may answer in the unit's name is called for it."""
    actor = people.actor(user, at)
    if not user.is_active or not rules.can(actor, "write", Thing("thread", "", unit.code)).allowed:
        raise BadDuty(why=f"{user.full_name} does not speak with other authorities for this unit")


@transaction.atomic
def take_off_duty(id: int, *, by: User, at: datetime) -> Duty:
    """End a line of the roster; it stays visible as ended, and can be restored.

    :raises NotFound, NotAllowed: as ``put_on_duty``.
    """
    row = _line(id)
    demand_edit(by, row.unit, at)
    if row.ended_at is None:
        row.ended_at, row.ended_by = at, by
        row.save(update_fields=["ended_at", "ended_by"])
    return row


@transaction.atomic
def restore_duty(id: int, *, by: User, at: datetime) -> Duty:
    """Take up a line that was ended by mistake: a new line with the same words, from now on.

    :raises BadDuty: its time is over, or somebody else has the place by now.
    """
    row = _line(id)
    return put_on_duty(
        row.unit,
        row.user,
        place=row.place,
        starts_at=max(row.starts_at, at),
        until=row.until,
        phone=row.phone,
        by=by,
        at=at,
    )


def _line(id: int) -> Duty:
    row = Duty.objects.select_related("unit", "user").filter(pk=id).first()
    if row is None:
        raise sight.NotFound(what="line of the roster", id=id)
    return row


def may_edit(user: User, unit: Unit, at: datetime) -> bool:
    """Approvers of the unit, and administrators."""
    actor = people.actor(user, at)
    return (
        rules.can(actor, "oversee", Thing("thread", "", unit.code)).allowed
        or rules.can(actor, "manage", Thing("units", unit.code)).allowed
    )


def demand_edit(user: User, unit: Unit, at: datetime) -> None:
    """:raises NotFound: not even to see. NotAllowed: only to see."""
    if may_edit(user, unit, at):
        return
    if not units_of(user, at, unit.code):
        raise sight.NotFound(what="roster", id=unit.code)
    rules.demand(people.actor(user, at), "oversee", Thing("thread", "", unit.code))


def units_of(user: User, at: datetime, code: str = "") -> list[Unit]:
    """The units whose roster a user may see: those for which they talk, and those whose roster they keep."""
    actor = people.actor(user, at)
    reach = rules.visible_units(actor, "read", "thread")
    found = [unit for unit in people.units() if reach.covers(unit.code) or may_edit(user, unit, at)]
    return [unit for unit in found if not code or unit.code == code]


def _open(unit: Unit | None = None):  # type: ignore[no-untyped-def]
    rows = Duty.objects.filter(ended_at__isnull=True)
    return rows if unit is None else rows.filter(unit=unit)


def on_duty(unit: Unit, at: datetime) -> list[Duty]:
    """Who is called for a unit at a moment, in order. Who has left is not."""
    rows = _open(unit).filter(starts_at__lte=at, until__gt=at, user__is_active=True)
    return list(rows.select_related("user").order_by("place", "id"))


def units_now(at: datetime) -> set[int]:
    """The units (row ids) with somebody on duty at a moment."""
    return set(_open().filter(starts_at__lte=at, until__gt=at, user__is_active=True).values_list("unit", flat=True))


def on_now(user: User, at: datetime) -> bool:
    """Whether somebody is on duty at a moment, for any unit."""
    return bool(_open().filter(user=user, starts_at__lte=at, until__gt=at).exists())


def roster(user: User, unit: Unit, at: datetime) -> Roster:
    """The roster of a unit as its people see it. The look is recorded: it holds telephone numbers.

    :raises NotFound: not this user's to see.
    """
    if not units_of(user, at, unit.code):
        raise sight.NotFound(what="roster", id=unit.code)
    editing = may_edit(user, unit, at)
    actor = people.actor(user, at)
    if rules.can(actor, "read", Thing("directory")).allowed:
        access.record_read(actor, Thing("directory", f"duty/{unit.code}", unit.code), at)
    rows = Duty.objects.filter(unit=unit, until__gt=at - SHOWN_AFTER).select_related("user", "added_by", "ended_by")
    lines = [_view(row, at) for row in rows.order_by("starts_at", "place", "id")]
    going = [one for one in lines if not one.ended and one.until > at]
    return Roster(
        unit=unit.name, code=unit.code, lines=tuple(going),
        ended=tuple(one for one in lines if one.ended or one.until <= at),
        supervisors=tuple(one.full_name for one in people.approvers(unit)),
        gap=gap([(one.starts_at, one.until) for one in going], at, at + LOOKED_AHEAD),
        may_edit=editing, people=tuple((one.username, one.full_name) for one in _callable(unit, at)) if editing else (),
    )  # fmt: skip


def _callable(unit: Unit, at: datetime) -> list[User]:
    found = {user.pk: user for role in ("officer", "approver", "liaison") for user in people.holders(role, unit)}
    return sorted(found.values(), key=lambda user: user.full_name)


def _view(row: Duty, at: datetime) -> OnDuty:
    by, when = (row.ended_by, row.ended_at) if row.ended_at and row.ended_by else (row.added_by, row.added_at)
    return OnDuty(
        row.pk, row.user.username, row.user.full_name, row.place, row.starts_at, row.until, row.phone,
        row.ended_at is None and row.starts_at <= at < row.until, row.ended_at is not None, by.full_name, when,
    )  # fmt: skip


def gap(
    times: Sequence[tuple[datetime, datetime]] | Iterable[tuple[datetime, datetime]], start: datetime, end: datetime
) -> datetime | None:
    """The first moment between two others at which nobody is on duty; None when somebody always is. Pure."""
    reached = start
    for begins, ends in sorted(times):
        if begins > reached:
            break
        reached = max(reached, ends)
    return reached if reached < end else None
