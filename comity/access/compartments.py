"""Everything that changes who needs to know: compartments and seats, clearances, absences, and broken glass."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from comity.access import asking, levels, queries, rules, sight
from comity.access.changes import note
from comity.access.models import Clearance, Compartment, Deputy, Emergency, Membership, Unit, User
from comity.access.rules import PARTS, Thing
from comity.lib.errors import BadInput, ComityError

OWN_SEAT = "own-seat"  # the name of the refusal: no row of the table, because it asks for whom
NEEDS = ("members", "unit")
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


class BadClearance(BadInput):
    code = "access.bad-clearance"
    says = "{why}."
    next_step = "Mend it and try again."


class NotNeeded(ComityError):
    code = "access.glass-not-needed"
    says = "You may read {name} without breaking the glass."
    next_step = "Open the case."


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

    :raises NotAllowed: no right to open cases for this unit, to write in the parent, or no clearance for the level.
    :raises BadSeat: a circle within a circle, of another unit, open to its unit, or made without an own seat.
    """
    levels.word(level)
    level = max(level, parent.level) if parent else level
    if need not in NEEDS or (parent is not None and need != "members"):
        raise BadSeat(why=f"{need!r} is neither 'members' nor 'unit', or a circle was opened to its unit")
    if parent is None:
        demand(by, "open", Thing("case", name, unit.code, level=level), at)
    else:
        may_circle(parent, name, unit, level, by, at)
    made = Compartment.objects.create(name=name, unit=unit, need=need, level=level, parent=parent, created_at=at)
    until = own_seat(parent, by, at).until if parent else None
    Membership.objects.create(compartment=made, user=by, part="lead", added_by=by, added_at=at, until=until)
    asking.forget()
    note("create compartment", by=by, at=at, unit=unit, name=name, need=need, level=levels.word(level))
    return made


def may_circle(parent: Compartment, name: str, unit: Unit, level: int, by: User, at: datetime) -> None:
    """A circle is made in a case of the same unit, by somebody who sits there themselves and not as a deputy."""
    demand(by, "write", sight.thing("case", parent.name, parent, level=level), at)
    if parent.parent is not None or unit.pk != parent.unit.pk:
        raise BadSeat(why=f"{name} would not be a circle within a case of its own unit")
    if held(parent, by, at) is None:
        raise BadSeat(why=f"{by.full_name} has no seat in {parent.name}")


@transaction.atomic
def seat(
    compartment: Compartment, user: User, *, part: str, by: User, at: datetime, until: datetime | None = None
) -> Membership:
    """Give somebody a seat, or change the part of the seat they hold.

    Whoever leads the case does this; an approver of its unit may name another lead.

    :raises BadSeat: not a part, or not an active colleague, or a time that is over.
    :raises LastLead: the case would be left without a lead.
    """
    lock(compartment)
    may_seat(compartment, user, part, by, at)
    if part not in PARTS:
        raise BadSeat(why=f"{part!r} is not a part in a case")
    if not user.is_active:
        raise BadSeat(why=f"{user.full_name} has left")
    if until is not None and until <= at:
        raise BadSeat(why="The seat would be over before it begins")
    if compartment.parent is not None:  # nobody stays in a circle longer than in its case
        until = earlier(until, own_seat(compartment.parent, user, at).until)
    before = Membership.objects.filter(compartment=compartment, user=user, ended_at=None).first()
    if before is not None:
        if before.part == "lead" and (part != "lead" or until is not None):
            keep_a_lead(compartment, user, at)
        end(before, by, at)
    made = Membership.objects.create(
        compartment=compartment, user=user, part=part, added_by=by, added_at=at, until=until
    )
    shorten_circles(made, by, at)
    asking.forget()
    note("seat", by=by, at=at, user=user, unit=compartment.unit, name=compartment.name, part=part)
    return made


@transaction.atomic
def unseat(compartment: Compartment, user: User, *, by: User, at: datetime) -> None:
    """End somebody's seat, in the case's circles too. Everybody may leave; a case keeps a lead.

    A circle may lose its last lead when the case's lead ends the seat, who need not know of it: an approver of the
    unit names another.

    :raises BadSeat: they have none.
    :raises LastLead: as it says.
    """
    lock(compartment)
    if by.pk != user.pk:
        demand(by, "lead", sight.thing("case", compartment.name, compartment), at)
    rows = list(seats_with_circles(compartment, user))
    if not any(row.compartment_id == compartment.pk for row in rows):
        raise BadSeat(why=f"{user.full_name} has no seat in {compartment.name}")
    for row in rows:
        if row.compartment_id == compartment.pk or by.pk == user.pk:
            keep_a_lead(row.compartment, user, at)
        end(row, by, at)
    asking.forget()
    note("unseat", by=by, at=at, user=user, unit=compartment.unit, name=compartment.name)


@transaction.atomic
def set_need(compartment: Compartment, need: str, *, by: User, at: datetime) -> None:
    """Open a case to its unit ("unit"), or keep it to its members ("members")."""
    demand(by, "lead", sight.thing("case", compartment.name, compartment), at)
    if need not in NEEDS or (compartment.parent is not None and need != "members"):
        raise BadSeat(why=f"{need!r} is neither 'members' nor 'unit', or a circle was opened to its unit")
    compartment.need = need
    compartment.save(update_fields=["need"])
    asking.forget()
    note("set need", by=by, at=at, unit=compartment.unit, name=compartment.name, need=need)


@transaction.atomic
def raise_level(compartment: Compartment, level: int, *, by: User, at: datetime) -> None:
    """Classify a case and its circles higher. Whoever is not cleared for it sees it no more.

    :raises NeverLower: the level is lower than it is.
    """
    levels.word(level)
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
    """Clear a person up to a level; 0 ends their clearance. An administrator does, for somebody else.

    :raises UnknownLevel: it is none of the four.
    :raises BadClearance: it would be over before it begins, or they have left.
    """
    if by is not None:
        demand(by, "manage", Thing("users", user.username), at)
    levels.word(level)
    if level and until is not None and until <= at:
        raise BadClearance(why="The clearance would be over before it begins")
    if level and not user.is_active:
        raise BadClearance(why=f"{user.full_name} has left")
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
    may_name_deputy(absent, by, at)
    if deputy is not None:
        if deputy.pk == absent.pk or not deputy.is_active:
            raise BadAbsence(why=f"{deputy.full_name} cannot stand in")
        if not units_of(absent) & units_of(deputy):
            raise BadAbsence(why=f"{deputy.full_name} serves in no unit of {absent.full_name}")
        if deputy.pk == by.pk:
            raise rules.NotAllowed(
                why="Nobody makes themselves somebody's deputy.",
                rule=OWN_SEAT,
                remedy="Name another colleague, or ask the absent one or another approver to name you.",
            )
    made = Deputy.objects.create(
        absent=absent, deputy=deputy, starts_at=starts_at, until=until, reason=reason.strip(), named_by=by, named_at=at
    )
    asking.forget()
    note("name deputy", by=by, at=at, user=absent, deputy=deputy.username if deputy else "", until=until.isoformat())
    return made


@transaction.atomic
def end_absence(absence: Deputy, *, by: User, at: datetime) -> None:
    """Somebody is back: the deputy holds nothing for them any more. Who may name a deputy may end it, as may they."""
    if by.pk not in (absence.absent.pk, absence.deputy.pk if absence.deputy else None):
        may_name_deputy(absence.absent, by, at)
    if absence.ended_at is None:
        absence.ended_by, absence.ended_at = by, at
        absence.save(update_fields=["ended_by", "ended_at"])
        asking.forget()
        note("end absence", by=by, at=at, user=absence.absent)


def break_glass(name: str, *, reason: str, by: User, at: datetime) -> Emergency:
    """Look into a case without a seat for four hours. A supervisor is told and reviews it.

    A wrong number is refused as one that does not exist, and each try is recorded.

    :raises NoReason: none was given.
    :raises NotNeeded: they may read it anyhow.
    :raises NoCompartment: there is none, or it is classified above one's own clearance.
    """
    demand(by, "break-glass", Thing("case", name), at)
    if not reason.strip():
        raise NoReason
    cleared = sight.standing(by, at).clearance
    found = Compartment.objects.filter(name=name, parent=None, level__lte=cleared).select_related("unit").first()
    if found is None:
        note("break glass in vain", by=by, at=at, name=name[:40])
        raise NoCompartment(name=name)
    if rules.can(sight.actor(by, at), "read", sight.thing("case", name, found)).allowed:
        raise NotNeeded(name=name)
    with transaction.atomic():
        made = Emergency.objects.create(user=by, compartment=found, reason=reason.strip(), at=at, until=at + GLASS)
        note("break glass", by=by, at=at, unit=found.unit, name=name)
    asking.forget()
    return made


@transaction.atomic
def review_emergency(emergency: Emergency, *, justified: bool, finding: str, by: User, at: datetime) -> Emergency:
    """Say whether a glass was rightly broken, in words. The first review stands.

    :raises Reviewed: somebody did so already.
    :raises NoReason: the finding has no words.
    """
    demand(by, "review", queries.emergency_as_thing(emergency), at)
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


def lock(compartment: Compartment) -> None:
    """Wait for others who change the seats of this case: two leads must not leave it at the same moment."""
    Compartment.objects.select_for_update().get(pk=compartment.pk)


def may_seat(compartment: Compartment, user: User, part: str, by: User, at: datetime) -> None:
    """The lead of the case says who sits in it; an approver of its unit may name a lead, never themselves.

    Whoever leads only in a colleague's place gives themselves no seat either: it would outlast the absence.
    """
    thing = sight.thing("case", compartment.name, compartment)
    if user.pk == by.pk:
        own = held(compartment, by, at)
        if own is None or own.part != "lead":
            raise rules.NotAllowed(
                why="Nobody gives themselves a seat.",
                rule=OWN_SEAT,
                remedy="Ask the lead of the case or an approver of its unit.",
            )
    elif part == "lead" and rules.can(sight.actor(by, at), "oversee", thing).allowed:
        return
    demand(by, "lead", thing, at)


def may_name_deputy(absent: User, by: User, at: datetime) -> None:
    actor = sight.actor(by, at)
    oversees = any(rules.can(actor, "oversee", Thing("case", unit=unit)).allowed for unit in units_of(absent))
    if by.pk != absent.pk and not oversees:
        raise rules.NotAllowed(
            why="Only the colleague or an approver of the unit names a deputy.",
            rule=rules.NOTHING_FITS,
            remedy="Ask an approver of the unit.",
        )


def units_of(user: User) -> set[str]:
    return {grant.unit for grant in queries.roles(user) if grant.unit}


def held(compartment: Compartment, user: User, at: datetime) -> Membership | None:
    """The seat that somebody holds themselves at this moment."""
    return Membership.objects.filter(sight.open_at(at), compartment=compartment, user=user).first()


def own_seat(compartment: Compartment, user: User, at: datetime) -> Membership:
    """:raises BadSeat: they have none."""
    found = held(compartment, user, at)
    if found is None:
        raise BadSeat(why=f"{user.full_name} has no seat in {compartment.name}")
    return found


def seats_with_circles(compartment: Compartment, user: User) -> QuerySet[Membership]:
    """Somebody's open seats in a case and in the circles within it."""
    places = Compartment.objects.filter(Q(pk=compartment.pk) | Q(parent=compartment)).values("pk")
    return Membership.objects.filter(user=user, ended_at=None, compartment__in=places).select_related("compartment")


def shorten_circles(seat: Membership, by: User, at: datetime) -> None:
    """The seats that somebody holds in circles end no later than that in the case."""
    if seat.until is None:
        return
    rows = seats_with_circles(seat.compartment, seat.user).exclude(pk=seat.pk)
    for row in rows.filter(Q(until=None) | Q(until__gt=seat.until)):
        end(row, by, at)
        Membership.objects.create(
            compartment=row.compartment, user=row.user, part=row.part, added_by=by, added_at=at, until=seat.until
        )


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two ends; None is no end."""
    return min((end for end in (one, other) if end is not None), default=None)


def keep_a_lead(compartment: Compartment, leaving: User, at: datetime) -> None:
    leads = Membership.objects.filter(compartment=compartment, part="lead", ended_at=None, until=None)
    if leads.filter(user=leaving).exists() and not leads.exclude(user=leaving).filter(user__is_active=True).exists():
        raise LastLead(name=compartment.name)


def end(row: Membership, by: User, at: datetime) -> None:
    row.ended_by, row.ended_at = by, at
    row.save(update_fields=["ended_by", "ended_at"])
