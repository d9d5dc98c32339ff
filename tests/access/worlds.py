"""Random worlds of people, units, cases, seats, deputies, clearances and emergencies, written straight into the tables.

What actions would refuse is made too (a deputy of a deputy, somebody who left and still sits in a case): the filters
must answer as the rules do whatever the tables hold.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random

from comity.access.models import Clearance, Compartment, Deputy, Emergency, Membership, RoleGrant, Unit, User
from comity.access.roles import ROLES, WHOLE_AUTHORITY_ONLY
from comity.access.rules import KINDS, PARTS, TABLE, VERBS
from comity.search.models import Entry

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
MOMENTS = (AT - timedelta(days=2), AT, AT + timedelta(hours=3), AT + timedelta(days=2))
ASKED = [(verb, kind) for verb, kind in product(VERBS, KINDS) if any(r.allows and r.about(verb, kind) for r in TABLE)]


@dataclass(frozen=True)
class World:
    users: list[User]
    units: list[Unit]
    compartments: list[Compartment]


def build(chance: Random) -> World:
    """A few of everything. Each thing that has a time begins and ends around ``AT``."""
    units = [Unit.objects.create(code=f"u{n}", name=f"Unit {n}", created_at=AT) for n in range(2)]
    users = [
        User.objects.create(username=f"p{n}", full_name=f"P {n}", created_at=AT, is_active=chance.random() > 0.1)
        for n in range(4)
    ]
    for user in users:
        for role in {chance.choice(ROLES) for _ in range(chance.randint(0, 2))}:
            whole = role in WHOLE_AUTHORITY_ONLY or chance.random() < 0.2
            RoleGrant.objects.create(user=user, role=role, unit=None if whole else chance.choice(units),
                                     granted_at=AT, revoked_at=AT if chance.random() < 0.1 else None)  # fmt: skip
        if chance.random() < 0.7:
            Clearance.objects.create(user=user, level=chance.randint(0, 3), given_at=AT, **ends(chance))
    compartments = cases(chance, units)
    for compartment, user in product(compartments, users):
        if chance.random() < 0.35:
            Membership.objects.create(
                compartment=compartment, user=user, part=chance.choice(PARTS), added_at=AT, **ends(chance)
            )
        if chance.random() < 0.1:
            at = chance.choice(MOMENTS)
            Emergency.objects.create(user=user, compartment=compartment, reason="r", at=at,
                                     until=at + timedelta(hours=4))  # fmt: skip
    for absent, deputy in product(users, users):
        if absent != deputy and chance.random() < 0.2:
            starts = chance.choice(MOMENTS[:2])
            until = starts + timedelta(days=chance.choice([1, 3]))
            ended = {"ended_at": AT} if chance.random() < 0.2 else {}
            Deputy.objects.create(absent=absent, deputy=deputy, starts_at=starts, until=until, named_at=AT, **ended)
    return World(users, units, compartments)


def cases(chance: Random, units: list[Unit]) -> list[Compartment]:
    made: list[Compartment] = []
    for n in range(4):
        parent = chance.choice([None, None, *[one for one in made if one.parent is None]])
        made.append(
            Compartment.objects.create(
                name=f"c-{n}",
                unit=parent.unit if parent else chance.choice(units),
                parent=parent,
                created_at=AT,
                need="unit" if parent is None and chance.random() < 0.4 else "members",
                level=chance.choice([0, 0, 1, 3]),
            )
        )
    return made


def ends(chance: Random) -> dict[str, datetime | None]:
    return {
        "until": chance.choice([None, None, *MOMENTS]),
        "ended_at": AT if chance.random() < 0.1 else None,
    }


def write(world: World, kind: str) -> list[Entry]:
    """A row of private material at each level in each compartment and, outside cases, in each unit."""
    Entry.objects.all().delete()
    places = [{"compartment": one} for one in world.compartments] + [{"unit": one} for one in world.units]
    Entry.objects.bulk_create(
        Entry(kind=kind, ref=f"{number}-{level}", title="t", level=level, at=AT, **place)
        for (number, place), level in product(enumerate(places), range(4))
    )
    return list(Entry.objects.select_related("compartment__unit", "unit"))
