"""Everything that changes who needs to know: compartments and seats, clearances, absences, and broken glass."""

from datetime import datetime, timedelta

from django.db import transaction

from comity.access import asking, levels, queries, rules, sight
from comity.access.changes import note
from comity.access.models import Clearance, Compartment, Deputy, Emergency, Membership, Unit, User
from comity.access.rules import PARTS, Thing
from comity.lib.errors import BadInput, ComityError

GLASS = timedelta(hours=4)
"""How long somebody looks through a broken glass: long enough for a night's emergency, no standing right."""


class NoCompartment(ComityError):
    code = "access.compartment-not-found"
    says = "There is no case {name} here."
    next_step = "Check the number, or ask the unit that handles it."


class BadSeat(BadInput):
    code = "access.bad-seat"
    says = "{why}."
    next_step = "Choose a colleague who is active and one of the parts lead, member, reader."


class LastLead(ComityError):
    code = "access.last-lead"
    says = "{name} would be left without a lead."
    next_step = "Make somebody else lead first."


class NeverLower(ComityError):
    code = "access.never-lower"
    says = "{name} is {level}; a level is raised, never lowered."
    next_step = "Open a new case for what is less sensitive."


class BadAbsence(BadInput):
    code = "access.bad-absence"
    says = "{why}."
    next_step = "Mend it and try again."


class NoReason(BadInput):
    code = "access.no-reason"
    says = "Glass is broken for a reason in words, and none was given."
    next_step = "Write what the emergency is; a supervisor reads it."


class Reviewed(ComityError):
    code = "access.reviewed"
    says = "{name} reviewed this already."
    next_step = "Read the finding."


@transaction.atomic
def create_compartment(
    name: str,
    *,
    unit: Unit,
    by: User,
    at: datetime,
    need: str = "members",
    level: int = 0,
    parent: Compartment | None = None,
) -> Compartment:
    """A new compartment, led by who creates it. A circle (``parent``) begins with its creator and the parent's level.

    :raises NotAllowed: no right to open cases for this unit, or to lead the parent.
    """
    if parent is None:
        demand(by, "open", Thing("case", name, unit.code), at)
    else:
        demand(by, "write", sight.thing("case", parent.name, parent), at)
    made = Compartment.objects.create(
        name=name, unit=unit, need=need, level=max(level, parent.level if parent else 0), parent=parent, created_at=at
    )
    if made.level > sight.standing(by, at).clearance:
        raise rules.NotAllowed(
            why="You are not cleared for that level.",
            rule="not-cleared",
            remedy="Ask for a clearance, or choose a lower level.",
        )
    Membership.objects.create(compartment=made, user=by, part="lead", added_by=by, added_at=at)
    asking.forget()
    note("create compartment", by=by, at=at, unit=unit, name=name, need=need, level=levels.word(made.level))
    return made


@transaction.atomic
def seat(
    compartment: Compartment, user: User, *, part: str, by: User, at: datetime, until: datetime | None = None
) -> Membership:
    """Give somebody a seat, or change the part of the seat they hold.

    Whoever leads the case does this; an approver of its unit may name another lead.

    :raises BadSeat: not a part, or not an active colleague, or a time that is over.
    :raises LastLead: the case would be left without a lead.
    """
    may_seat(compartment, part, by, at)
    if part not in PARTS:
        raise BadSeat(why=f"{part!r} is not a part in a case")
    if not user.is_active:
        raise BadSeat(why=f"{user.full_name} has left")
    if until is not None and until <= at:
        raise BadSeat(why="The seat would be over before it begins")
    if compartment.parent is not None and not held(compartment.parent, user, at):
        raise BadSeat(why=f"{user.full_name} has no seat in {compartment.parent.name}")
    before = Membership.objects.select_for_update().filter(compartment=compartment, user=user, ended_at=None).first()
    if before is not None:
        if before.part == "lead" and (part != "lead" or until is not None):
            keep_a_lead(compartment, user, at)
        end(before, by, at)
    made = Membership.objects.create(
        compartment=compartment, user=user, part=part, added_by=by, added_at=at, until=until
    )
    asking.forget()
    note("seat", by=by, at=at, user=user, unit=compartment.unit, name=compartment.name, part=part)
    return made


@transaction.atomic
def unseat(compartment: Compartment, user: User, *, by: User, at: datetime) -> None:
    """End somebody's seat, in the case's circles too. Everybody may leave; a case keeps a lead.

    :raises LastLead: as it says.
    """
    if by.pk != user.pk:
        demand(by, "lead", sight.thing("case", compartment.name, compartment), at)
    keep_a_lead(compartment, user, at)
    rows = Membership.objects.select_for_update().filter(user=user, ended_at=None)
    for row in rows.filter(compartment=compartment) | rows.filter(compartment__parent=compartment):
        end(row, by, at)
    asking.forget()
    note("unseat", by=by, at=at, user=user, unit=compartment.unit, name=compartment.name)


@transaction.atomic
def set_need(compartment: Compartment, need: str, *, by: User, at: datetime) -> None:
    """Open a case to its unit ("unit"), or keep it to its members ("members")."""
    demand(by, "lead", sight.thing("case", compartment.name, compartment), at)
    if need not in ("members", "unit"):
        raise BadSeat(why=f"{need!r} is neither 'members' nor 'unit'")
    compartment.need = need
    compartment.save(update_fields=["need"])
    asking.forget()
    note("set need", by=by, at=at, unit=compartment.unit, name=compartment.name, need=need)


@transaction.atomic
def raise_level(compartment: Compartment, level: int, *, by: User, at: datetime) -> None:
    """Classify a case and its circles higher. Whoever is not cleared for it sees it no more.

    :raises NeverLower: the level is lower than it is.
    """
    demand(by, "lead", sight.thing("case", compartment.name, compartment, level=level), at)
    if level < compartment.level:
        raise NeverLower(name=compartment.name, level=levels.word(compartment.level))
    compartment.level = level
    compartment.save(update_fields=["level"])
    compartment.circles.filter(level__lt=level).update(level=level)
    asking.forget()
    note("raise level", by=by, at=at, unit=compartment.unit, name=compartment.name, level=levels.word(level))


@transaction.atomic
def set_clearance(
    user: User, level: int, *, by: User | None, at: datetime, until: datetime | None = None
) -> Clearance | None:
    """Clear a person up to a level; 0 ends their clearance."""
    if by is not None:
        demand(by, "manage", Thing("users", user.username), at)
    levels.word(level)
    for row in Clearance.objects.select_for_update().filter(user=user, ended_at=None):
        row.ended_by, row.ended_at = by, at
        row.save(update_fields=["ended_by", "ended_at"])
    made = Clearance.objects.create(user=user, level=level, given_by=by, given_at=at, until=until) if level else None
    asking.forget()
    note("set clearance", by=by, at=at, user=user, level=levels.word(level))
    return made


@transaction.atomic
def name_deputy(
    absent: User,
    deputy: User | None,
    *,
    starts_at: datetime,
    until: datetime,
    by: User,
    at: datetime,
    reason: str = "",
) -> Deputy:
    """Say that somebody is absent, and who stands in; nobody is allowed too.

    :raises BadAbsence: the times make no sense, or the deputy has left or serves in no unit of the absent colleague.
    :raises NotAllowed: neither oneself nor an approver of a unit in which the absent colleague serves.
    """
    if until <= starts_at or until <= at:
        raise BadAbsence(why="The absence would be over before it begins")
    units = {grant.unit for grant in queries.roles(absent) if grant.unit}
    if by.pk != absent.pk and not any(
        rules.can(sight.actor(by, at), "oversee", Thing("case", unit=unit)).allowed for unit in units
    ):
        raise rules.NotAllowed(
            why="Only the colleague or an approver of the unit names a deputy.",
            rule=rules.NOTHING_FITS,
            remedy="Ask an approver of the unit.",
        )
    if deputy is not None:
        if deputy.pk == absent.pk or not deputy.is_active:
            raise BadAbsence(why=f"{deputy.full_name} cannot stand in")
        if not units & {grant.unit for grant in queries.roles(deputy) if grant.unit}:
            raise BadAbsence(why=f"{deputy.full_name} serves in no unit of {absent.full_name}")
    made = Deputy.objects.create(
        absent=absent, deputy=deputy, starts_at=starts_at, until=until, reason=reason.strip(), named_by=by, named_at=at
    )
    asking.forget()
    note("name deputy", by=by, at=at, user=absent, deputy=deputy.username if deputy else "", until=until.isoformat())
    return made


@transaction.atomic
def end_absence(absence: Deputy, *, by: User, at: datetime) -> None:
    """Somebody is back: the deputy holds nothing for them any more."""
    if by.pk not in (absence.absent.pk, absence.named_by.pk if absence.named_by else None):
        demand(by, "manage", Thing("users", absence.absent.username), at)
    if absence.ended_at is None:
        absence.ended_by, absence.ended_at = by, at
        absence.save(update_fields=["ended_by", "ended_at"])
        asking.forget()
        note("end absence", by=by, at=at, user=absence.absent)


@transaction.atomic
def break_glass(name: str, *, reason: str, by: User, at: datetime) -> Emergency:
    """Look into a case without a seat for four hours. A supervisor is told and reviews it.

    A wrong number is refused as one that does not exist, and each try is recorded.

    :raises NoReason: none was given.
    :raises NoCompartment: there is none, or it is classified above one's own clearance.
    """
    demand(by, "break-glass", Thing("case", name), at)
    if not reason.strip():
        raise NoReason
    found = Compartment.objects.filter(name=name, parent=None, level__lte=sight.standing(by, at).clearance).first()
    if found is None:
        raise NoCompartment(name=name)
    made = Emergency.objects.create(user=by, compartment=found, reason=reason.strip(), at=at, until=at + GLASS)
    asking.forget()
    note("break glass", by=by, at=at, unit=found.unit, name=name)
    return made


@transaction.atomic
def review_emergency(emergency: Emergency, *, justified: bool, finding: str, by: User, at: datetime) -> Emergency:
    """Say whether a glass was rightly broken, in words. The first review stands.

    :raises Reviewed: somebody did so already.
    :raises NoReason: the finding has no words.
    """
    unit = emergency.compartment.unit.code
    demand(by, "review", Thing("emergency", str(emergency.pk), unit, drafted_by=[emergency.user.username]), at)
    if not finding.strip():
        raise NoReason
    locked = Emergency.objects.select_for_update(of=("self",)).get(pk=emergency.pk)
    if locked.reviewed_by is not None:
        raise Reviewed(name=locked.reviewed_by.full_name)
    locked.reviewed_by, locked.reviewed_at = by, at
    locked.justified, locked.finding = justified, finding.strip()
    locked.save(update_fields=["reviewed_by", "reviewed_at", "justified", "finding"])
    note("review emergency", by=by, at=at, user=locked.user, justified=justified)
    return locked


def demand(by: User, verb: str, thing: Thing, at: datetime) -> None:
    rules.demand(sight.actor(by, at), verb, thing)


def may_seat(compartment: Compartment, part: str, by: User, at: datetime) -> None:
    """The lead of the case says who sits in it; an approver of its unit may name a lead."""
    thing = sight.thing("case", compartment.name, compartment)
    if part == "lead" and rules.can(sight.actor(by, at), "oversee", thing).allowed:
        return
    demand(by, "lead", thing, at)


def held(compartment: Compartment, user: User, at: datetime) -> bool:
    return Membership.objects.filter(sight.open_at(at), compartment=compartment, user=user).exists()


def keep_a_lead(compartment: Compartment, leaving: User, at: datetime) -> None:
    leads = Membership.objects.filter(compartment=compartment, part="lead", ended_at=None, until=None)
    if leads.filter(user=leaving).exists() and not leads.exclude(user=leaving).filter(user__is_active=True).exists():
        raise LastLead(name=compartment.name)


def end(row: Membership, by: User, at: datetime) -> None:
    row.ended_by, row.ended_at = by, at
    row.save(update_fields=["ended_by", "ended_at"])
