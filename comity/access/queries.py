"""What is known about users, units, roles and reads. Other rooms name the row types through this module."""

from datetime import datetime

from django.db.models import Q, QuerySet

from comity.access import rules, sight
from comity.access.models import (
    Change,
    Clearance,
    Compartment,
    Deputy,
    Emergency,
    Membership,
    Read,
    RoleGrant,
    Unit,
    User,
)
from comity.access.roles import ROLES
from comity.access.rules import PARTS, Grant, Thing
from comity.access.sight import actor, compartments, material, of_units, stood_in_for, thing
from comity.lib.errors import ComityError

__all__ = [
    "Change",
    "Clearance",
    "Compartment",
    "Deputy",
    "Emergency",
    "Membership",
    "NoUnit",
    "NoUser",
    "Read",
    "RoleGrant",
    "Unit",
    "User",
    "actor",
    "compartments",
    "material",
    "of_units",
    "stood_in_for",
    "thing",
]  # names for annotations elsewhere


class NoUser(ComityError):
    code = "access.no-user"
    says = "There is no user {username}."
    next_step = "'comity access users' lists them."


class NoUnit(ComityError):
    code = "access.no-unit"
    says = "There is no unit {unit}."
    next_step = "'comity access units' lists them."


class NoEmergency(ComityError):
    code = "access.emergency-not-found"
    says = "There is no such emergency here."
    next_step = "Look through those that wait for a review."


class NoAbsence(ComityError):
    code = "access.absence-not-found"
    says = "There is no such absence."
    next_step = "It is over already, or it is not yours to end."


def user(username: str) -> User:
    """The user with this sign-in name.

    :raises NoUser: there is none.
    """
    found = User.objects.filter(username=username.lower()).first()
    if found is None:
        raise NoUser(username=username)
    return found


def users(*, active_only: bool = False) -> list[User]:
    """Every user by sign-in name, with the grants at hand for :func:`roles` and :func:`actor`."""
    found = User.objects.prefetch_related("grants__unit").order_by("username")
    return list(found.filter(is_active=True) if active_only else found)


def unit(code: str) -> Unit:
    """The unit with this code.

    :raises NoUnit: there is none.
    """
    found = Unit.objects.filter(code=code.lower()).first()
    if found is None:
        raise NoUnit(unit=code)
    return found


def units() -> list[Unit]:
    return list(Unit.objects.order_by("code"))


def unit_handling(instrument: str) -> Unit | None:
    """The unit that takes a new dossier: one that lists its instrument, one that takes all, else the desk."""
    found = units()
    listing = [row for row in found if instrument in row.handles]
    taking_all = [row for row in found if "*" in row.handles]
    desk = [row for row in found if row.is_desk]
    return next(iter(listing + taking_all + desk), None)


def roles(of: User) -> list[Grant]:
    """The roles that a user holds now, those in the whole authority first."""
    return sorted(_held(of), key=lambda grant: (grant.unit or "", ROLES.index(grant.role)))


def _held(of: User) -> set[Grant]:
    """From the grants at hand (:func:`users`), or in one query: every page and action asks."""
    if "grants" in getattr(of, "_prefetched_objects_cache", {}):
        return {Grant(row.role, row.unit.code if row.unit else None) for row in of.grants.all() if not row.revoked_at}
    return {Grant(*row) for row in of.grants.filter(revoked_at__isnull=True).values_list("role", "unit__code")}


def granted(of: User) -> list[RoleGrant]:
    """Every grant that a user ever had, oldest first."""
    return list(of.grants.select_related("unit", "granted_by", "revoked_by").order_by("granted_at", "id"))


def approvers(of: Unit | None) -> list[User]:
    """The active users who may approve in a unit."""
    return holders("approver", of)


def members(of: Unit) -> list[User]:
    """The active users who hold any role in the unit itself."""
    return list(
        User.objects.filter(is_active=True, pk__in=open_grants().filter(unit=of).values("user")).order_by("username")
    )


def holders(role: str, of: Unit | None) -> list[User]:
    """The active users who hold ``role`` in the unit or in the whole authority."""
    where = open_grants().filter(role=role).filter(Q(unit=of) | Q(unit__isnull=True))
    return list(User.objects.filter(is_active=True, pk__in=where.values("user")).order_by("username"))


def open_grants() -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(revoked_at__isnull=True)


def reads(
    *, of: Thing | None = None, by: User | None = None, since: datetime | None = None, limit: int = 1000
) -> list[Read]:
    """The newest reads first: of one thing, by one user, since a moment."""
    found = Read.objects.select_related("user").order_by("-at", "-id")
    if of is not None:
        found = found.filter(kind=of.kind, thing=of.id)
    if by is not None:
        found = found.filter(user=by)
    if since is not None:
        found = found.filter(at__gte=since)
    return list(found[:limit])


def changes(*, since: datetime | None = None, limit: int = 1000) -> list[Change]:
    """What was changed in users, units and roles, newest first."""
    found = Change.objects.select_related("by", "user", "unit").order_by("-at", "-id")
    return list((found.filter(at__gte=since) if since else found)[:limit])


def seats_in(compartment: Compartment, at: datetime) -> list[Membership]:
    """Who sits in a compartment at a moment, leads first."""
    rows = Membership.objects.filter(sight.open_at(at), compartment=compartment).select_related("user")
    return sorted(rows, key=lambda row: (PARTS.index(row.part), row.user.full_name))


def seats_of(user: User, at: datetime) -> list[Membership]:
    """The seats that somebody holds themselves at a moment, by the number of the case."""
    rows = Membership.objects.filter(sight.open_at(at), user=user).select_related("compartment", "user")
    return list(rows.order_by("compartment__name"))


def compartment(name: str) -> Compartment | None:
    """The compartment with this name, whoever may know of it: for the node's own machine."""
    return Compartment.objects.filter(name=name.lower()).select_related("unit", "parent").first()


def all_emergencies(*, open_only: bool = False) -> list[Emergency]:
    """Every glass that was ever broken, newest first: for the node's own machine."""
    rows = _emergencies().order_by("-at", "-id")
    return list(rows.filter(reviewed_at__isnull=True) if open_only else rows)


def clearance_of(of: User, at: datetime) -> int:
    """Up to which level a user is cleared (``levels.word`` names it)."""
    return sight.clearance(of, at)


def clearances(at: datetime) -> dict[int, Clearance]:
    """The clearance that each user holds at a moment, by the user's key."""
    return {row.user_id: row for row in Clearance.objects.filter(sight.open_at(at)).select_related("given_by")}


def clearance_history(of: User) -> list[Clearance]:
    """Every clearance that a user ever held, newest first."""
    return list(of.clearances.select_related("given_by", "ended_by").order_by("-given_at", "-id"))


def absences(at: datetime, *, of: User | None = None) -> list[Deputy]:
    """Absences that go on or are still to come, the first to begin first."""
    rows = Deputy.objects.filter(ended_at__isnull=True, until__gt=at).select_related("absent", "deputy", "named_by")
    return list((rows.filter(absent=of) if of else rows).order_by("starts_at", "id"))


def emergencies(of: User, *, open_only: bool = True) -> list[Emergency]:
    """Glass that was broken: what this user may review, and what they broke themselves; the newest first."""
    rows = _emergencies().filter(Q(user=of) | _reviewed_by(of))
    return list((rows.filter(reviewed_at__isnull=True) if open_only else rows).order_by("-at", "-id"))


def to_review(of: User, at: datetime | None = None) -> list[Emergency]:
    """Glass that waits for this user's review, the oldest first. Nobody reviews their own, in whosever place."""
    who = actor(of, at)
    rows = _emergencies().filter(_reviewed_by(of, at), reviewed_at__isnull=True).order_by("at", "id")
    return [row for row in rows if rules.can(who, "review", emergency_as_thing(row)).allowed]


def emergency(of: User, number: int) -> Emergency:
    """One that this user may review, or broke.

    :raises NoEmergency: there is none.
    """
    found = _emergencies().filter(Q(user=of) | _reviewed_by(of), pk=number).first()
    if found is None:
        raise NoEmergency
    return found


def emergency_as_thing(row: Emergency) -> Thing:
    return Thing("emergency", str(row.pk), row.compartment.unit.code, drafted_by=[row.user.username])


def reads_through(row: Emergency, *, limit: int = 200) -> list[Read]:
    """What its user looked at through a broken glass, oldest first."""
    found = Read.objects.filter(user=row.user, rule="glass-broken", at__gte=row.at, at__lt=row.until)
    return list(found.order_by("at", "id")[:limit])


def glass(of: User, compartment: Compartment, at: datetime) -> Emergency | None:
    """The broken glass through which a user looks at a compartment now: a page says so as long as it lasts."""
    places = [compartment.pk, compartment.parent_id]
    return _emergencies().filter(user=of, compartment__in=places, at__lte=at, until__gt=at).order_by("-until").first()


def _emergencies() -> QuerySet[Emergency]:
    return Emergency.objects.select_related("user", "compartment__unit", "reviewed_by")


def _reviewed_by(of: User, at: datetime | None = None) -> Q:
    reach = rules.visible_units(actor(of, at), "review", "emergency")
    return Q(pk__isnull=False) if reach.everything else Q(compartment__unit__code__in=reach.units)
