"""Which rows somebody reaches: the filters that every query of private material begins with.

A row of private material has ``compartment`` (a Compartment) and ``level`` (a small integer). A filter follows the
rows of ``rules.TABLE``; ``rules.can`` on the thing itself gives the same answer, and a test compares the two.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from comity.access import asking, rules
from comity.access.models import Clearance, Compartment, Deputy, Emergency, Membership, RoleGrant, User
from comity.access.rules import Actor, Grant, Seat, Thing

EVERYBODY = Q(pk__isnull=False)
NOBODY = Q(pk__isnull=True)


@dataclass(frozen=True)
class Standing:
    """What a user holds at a moment: their own, and what they hold for absent colleagues (``people`` are all)."""

    people: tuple[User, ...]
    grants: frozenset[Grant]
    seats: frozenset[Seat]
    clearance: int
    opened: frozenset[str]


def open_at(at: datetime | None) -> Q:
    """Rows that hold at a moment. Without one, only those without an end count."""
    if at is None:
        return Q(ended_at__isnull=True, until__isnull=True)
    return Q(ended_at__isnull=True) & (Q(until__isnull=True) | Q(until__gt=at))


def standing(user: User, at: datetime | None = None) -> Standing:
    """What a user holds at this moment, or at that of who asks."""
    if at is None or at == asking.moment():
        return asking.remembered(user.pk, "standing", lambda: _standing(user, asking.moment()))
    return _standing(user, at)


def _standing(user: User, at: datetime | None) -> Standing:
    absent = stood_in_for(user, at)
    names = {user.pk: "", **{one.pk: one.username for one in absent}}
    roles = RoleGrant.objects.filter(user__in=names, revoked_at__isnull=True).values_list("user", "role", "unit__code")
    held = Membership.objects.filter(open_at(at), user__in=names).values_list("user", "compartment__name", "part")
    return Standing(
        people=(user, *absent),
        # What concerns the whole authority is never held for somebody else.
        grants=frozenset(Grant(role, unit, names[who]) for who, role, unit in roles if unit or not names[who]),
        seats=frozenset(Seat(name, part, names[who]) for who, name, part in held),
        clearance=clearance(user, at),
        opened=opened(user, at),
    )


def stood_in_for(user: User, at: datetime | None) -> list[User]:
    """The absent colleagues for whom a user stands in at this moment."""
    if at is None:
        return []
    rows = Deputy.objects.filter(deputy=user, ended_at__isnull=True, starts_at__lte=at, until__gt=at)
    return list(User.objects.filter(pk__in=rows.values("absent"), is_active=True).order_by("username"))


def clearance(user: User, at: datetime | None) -> int:
    """Up to which level a user is cleared. A deputy keeps their own."""
    held = Clearance.objects.filter(open_at(at), user=user).values_list("level", flat=True)
    return max(held, default=0)


def opened(user: User, at: datetime | None) -> frozenset[str]:
    """The compartments whose glass a user broke and may still look into, with the circles inside them."""
    if at is None:
        return frozenset()
    broken = list(Emergency.objects.filter(user=user, at__lte=at, until__gt=at).values_list("compartment", flat=True))
    rows = Compartment.objects.filter(Q(pk__in=broken) | Q(parent__in=broken)) if broken else Compartment.objects.none()
    return frozenset(rows.values_list("name", flat=True))


def actor(user: User, at: datetime | None = None) -> Actor:
    """The user as ``rules`` sees them: name, and the roles, seats and clearance held at this moment.

    Without a moment it is that of who asks (``asking``); where none is known, what is time-boxed does not count.
    """
    held = standing(user, at)
    return Actor(
        user.username, user.full_name, held.grants, user.is_active, user.pk, held.clearance, held.seats, held.opened
    )


def compartments(
    user: User, *, verb: str = "read", kind: str = "case", at: datetime | None = None
) -> QuerySet[Compartment]:
    """The compartments whose material of this kind a user may ``verb``, as far as their own level allows."""
    if not user.is_active:
        return Compartment.objects.none()
    held, at = standing(user, at), at or asking.moment()
    parts = rules.parts_that_may(verb, kind)
    seats = Membership.objects.filter(open_at(at), user__in=held.people, part__in=parts).values("compartment")
    reached = Q(pk__in=seats) if parts else NOBODY
    for row in rules.TABLE:
        if row.allows and row.about(verb, kind):
            reached |= _reached(row, held)
    cleared = Q(level__lte=held.clearance) if rules.classified(kind) else Q()
    return Compartment.objects.filter(reached, cleared)


def _reached(row: rules.Row, held: Standing) -> Q:
    if row.reach == "glass":
        return Q(name__in=held.opened) if held.opened else NOBODY
    if row.reach in ("seat", "no case"):
        return NOBODY
    found = row.units(Actor(held.people[0].username, grants=held.grants))
    if row.reach in ("unit", "every unit"):  # beyond what one reads: the second wall must know
        asking.widen(None if found.everything else found.units)
    where = EVERYBODY if found.everything else Q(unit__code__in=found.units)
    return where & Q(need="unit") if row.reach == "open case" else where


def material(user: User, *, kind: str, verb: str = "read", at: datetime | None = None) -> Q:
    """The rows with ``compartment`` and ``level`` that a user may ``verb``: begin every query with it."""
    found = compartments(user, verb=verb, kind=kind, at=at)
    return Q(compartment__in=found) & _level(user, kind, at)


def of_units(user: User, *, kind: str, verb: str = "read", at: datetime | None = None) -> Q:
    """The rows with ``unit`` and ``level`` that stand in no compartment and that a user may ``verb``."""
    reach = rules.visible_units(actor(user, at), verb, kind)
    where = Q() if reach.everything else Q(unit__code__in=reach.units)
    return Q(compartment__isnull=True) & where & _level(user, kind, at)


def _level(user: User, kind: str, at: datetime | None) -> Q:
    return Q(level__lte=standing(user, at).clearance) if rules.classified(kind) else Q()


def thing(kind: str, id: str, compartment: Compartment, *, level: int | None = None, **more: object) -> Thing:
    """Something in a compartment as the rules see it."""
    return Thing(
        kind,
        id,
        compartment.unit.code,
        compartment=compartment.name,
        need=compartment.need,
        level=max(compartment.level, level or 0),
        **more,  # type: ignore[arg-type]
    )
