"""What falls due, and who holds how much: counted for the work of a unit, no word of what is in a dossier."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from comity.access import queries as people
from comity.access.queries import User
from comity.dossiers import listing, sight
from comity.dossiers.models import ORDER, Dossier, Draft
from comity.dossiers.values import Row
from comity.instruments import catalogue

AGES = (7, 30, 90)
"""Days since it was opened here, at which a dossier passes into the next age class."""


@dataclass(frozen=True)
class Falling:
    """A dossier of ours with an end of ours ahead of it, or behind."""

    id: str
    unit: int
    assigned_to: int | None
    due_at: datetime
    due_ref: str


def falling_due(until: datetime, after: datetime | None = None) -> list[Falling]:
    """Every open dossier in which we owe something by then, the first to end first. For the node itself."""
    found = Dossier.objects.filter(final=False, due_ours=True, due_at__lte=until)
    if after is not None:
        found = found.filter(due_at__gt=after)
    columns = found.order_by("due_at", "id").values_list("id", "unit", "assigned_to", "due_at", "due_ref")
    return [Falling(id, unit, user, due_at, ref) for id, unit, user, due_at, ref in columns if due_at is not None]


@dataclass(frozen=True)
class Held:
    """How many open dossiers one person holds (``user`` None: nobody), by age class, the youngest first."""

    user: int | None
    ages: tuple[int, ...]
    ours: int
    overdue: int

    @property
    def total(self) -> int:
        return sum(self.ages)


def held(units: Collection[int], at: datetime) -> list[Held]:
    """The open dossiers of some units by person."""
    edges = [at - timedelta(days=days) for days in AGES]
    classes = {
        "age0": Q(opened_at__gt=edges[0]),
        **{f"age{n}": Q(opened_at__lte=edges[n - 1], opened_at__gt=edges[n]) for n in range(1, len(edges))},
        f"age{len(edges)}": Q(opened_at__lte=edges[-1]),
    }
    rows: Any = (
        Dossier.objects.filter(final=False, unit__in=units)
        .order_by()
        .values("assigned_to")
        .annotate(
            **{name: Count("pk", filter=condition) for name, condition in classes.items()},
            owed=Count("pk", filter=Q(ours=True)),
            late=Count("pk", filter=Q(due_order__lt=at, due_ours=True)),
        )
    )
    return [Held(row["assigned_to"], tuple(row[name] for name in classes), row["owed"], row["late"]) for row in rows]


def _limits(user: User, at: datetime, days: int) -> QuerySet[Dossier]:
    whose = [user, *people.stood_in_for(user, at)]
    return Dossier.objects.filter(
        listing.reach(user), final=False, assigned_to__in=whose, due_ours=True, due_order__lte=at + timedelta(days=days)
    )


def limits_count(user: User, at: datetime, days: int = 7) -> int:
    """How many ends fall within some days in what this user handles, or a colleague for whom they stand in."""
    return listing.counted(_limits(user, at, days))


def limits(user: User, at: datetime, language: str = "en", days: int = 7) -> tuple[Row, ...]:
    """The first of them, as rows."""
    found = _limits(user, at, days).select_related("unit", "assigned_to").order_by(*ORDER)[: listing.SIZE]
    return listing.rows(user, found, at, language)


def units_of(user: User, ids: Collection[str]) -> dict[str, int]:
    """The units of those of these dossiers that the user may read."""
    return dict(Dossier.objects.filter(listing.reach(user), pk__in=ids).values_list("id", "unit"))


def opened_by_us(dossier: Dossier) -> bool:
    """Whether the request is ours: the first party of an instrument is the one that opens."""
    return dossier.role == catalogue.get(dossier.instrument).parties[0].id


def one_draft(user: User, id: int) -> Draft:
    """A draft, for an action of a higher room; looking at it is `draft`.

    :raises NotFound: there is none, or not for this user.
    """
    return sight.draft(user, id)
