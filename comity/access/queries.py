"""What is known about users, units, roles and reads. Other rooms name the row types through this module."""

from datetime import datetime

from django.db.models import Q, QuerySet

from comity.access.models import Change, Read, RoleGrant, Unit, User
from comity.access.roles import ROLES
from comity.access.rules import Actor, Grant, Thing
from comity.lib.errors import ComityError

__all__ = [
    "Change",
    "NoUnit",
    "NoUser",
    "Read",
    "RoleGrant",
    "Unit",
    "User",
]  # names for annotations elsewhere


class NoUser(ComityError):
    code = "access.no-user"
    says = "There is no user {username}."
    next_step = "'comity access users' lists them."


class NoUnit(ComityError):
    code = "access.no-unit"
    says = "There is no unit {unit}."
    next_step = "'comity access units' lists them."


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


def actor(of: User) -> Actor:
    """The user as ``rules`` sees them: name and the roles held now."""
    return Actor(of.username, of.full_name, frozenset(roles(of)), of.is_active, of.pk)


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
