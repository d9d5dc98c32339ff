"""Persons of cases of whom nothing was said for long: to be looked at again (Directive (EU) 2016/680, article 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, Q, QuerySet

from comity.access.queries import User
from comity.subjects import sight, viewing
from comity.subjects.models import Role, Statement, Subject


@dataclass(frozen=True)
class Stale:
    """A person, the category in which somebody put them, and when something was last said of them."""

    ref: str
    key: str
    case: str
    title: str
    role: str
    since: datetime
    may_erase: bool


def stale(user: User, at: datetime, *, before: datetime, role: str = "", reviewed: Mapping[str, datetime] | None = None,
          most: int = 200) -> list[Stale]:  # fmt: skip
    """The persons whom a user reads, in a category, of whom nobody said anything since a moment; the longest first.

    :param reviewed: when somebody last looked at one again, by ref: that counts as well.
    """
    rows = _persons(user, at, role).annotate(said=Max("statements__at", filter=_counts())).filter(said__lt=before)
    seen = reviewed or {}
    found = [row for row in rows.order_by("said", "id")[: most + len(seen)] if seen.get(row.ref, row.at) < before]
    found = found[:most]
    titles = viewing.captions(user, found)
    viewing.recorded(user, found, at)
    return [
        Stale(
            row.ref, sight.key(row), _case(row), titles.get(row.pk, row.ref), row.category, row.said,
            sight.may(user, "destroy", sight.thing(row), at),
        )
        for row in found
    ]  # fmt: skip


def _persons(user: User, at: datetime, role: str) -> QuerySet[Subject]:
    open_roles = Q(roles__ended_at__isnull=True, roles__isnull=False)
    rows = sight.things(user, at).filter(open_roles, **({"roles__role": role} if role else {}))
    return rows.annotate(category=F("roles__role")).select_related("compartment__parent")


def _counts() -> Q:
    return Q(statements__retracted_at__isnull=True)


def _case(row: Subject) -> str:
    return row.compartment.parent.name if row.compartment.parent else row.compartment.name


def corrected_since(ref: str, since: datetime) -> bool:
    """Whether a statement of this subject was retracted or corrected since a moment."""
    name, _, number = ref.rpartition(".")
    rows = Statement.objects.filter(subject__compartment__name=name, subject__number=number)
    return rows.filter(retracted_at__gte=since).exists()


def exists(ref: str) -> bool:
    """Whether the subject is still kept."""
    name, _, number = ref.rpartition(".")
    return number.isdigit() and Subject.objects.filter(compartment__name=name, number=int(number)).exists()


def categories(user: User, at: datetime) -> dict[str, int]:
    """How many persons a user reads in each category."""
    rows = Role.objects.filter(ended_at__isnull=True, subject__in=sight.things(user, at))
    found: dict[str, int] = {}
    for role in rows.values_list("role", flat=True):
        found[role] = found.get(role, 0) + 1
    return found
