"""Cases and dossiers as a whole: which rooms hold a part of them, what keeps them, and erasing all parts at once."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from comity.access.erasing import erase_rows
from comity.access.queries import Compartment, Emergency
from comity.cases import erasing as cases_room
from comity.disclosure import erasing as disclosure
from comity.dossiers import erasing as dossiers
from comity.evidence import erasing as evidence
from comity.exchange import actions as exchange
from comity.liaison import erasing as liaison
from comity.lib.errors import ComityError
from comity.retention.asked import Review
from comity.retention.values import Expiring
from comity.search import actions as search
from comity.subjects import erasing as subjects

lock = exchange.lock_log
case_exists = cases_room.exists


class NotOver(ComityError):
    code = "retention.not-over"
    says = "Case {number} is not over: something still goes on in it, or its time has not come."
    next_step = (
        "It is kept while a dossier of it, a window, a proposal to return or destroy something, or an emergency "
        "access without a review is open, and while a thing of it is held or lent."
    )


def cases_over(before: datetime, at: datetime) -> QuerySet[Any]:
    """Cases that were closed before a moment and in which nothing goes on any more."""
    things, measures = evidence.busy()
    going_on = (
        disclosure.busy(at).values("compartment"),
        things.values("compartment"),
        measures.values("compartment"),
        Emergency.objects.filter(reviewed_at__isnull=True).values("compartment"),
    )
    rows = cases_room.closed_before(before)
    for some in going_on:
        inside = Compartment.objects.filter(pk__in=some, parent__isnull=False).values("parent")
        rows = rows.exclude(Q(compartment__in=some) | Q(compartment__in=inside))
    return rows


def places_of(compartment: Compartment) -> list[Compartment]:
    """A case's compartment, and those of its circles."""
    return [compartment, *Compartment.objects.filter(parent=compartment)]


def cases(before: datetime, at: datetime, limit: int, offset: int) -> list[Expiring]:
    rows = cases_over(before, at)[offset : offset + limit]
    return [
        Expiring(row.number, row.compartment.unit.code, row.state_at, _parts(places_of(row.compartment)))
        for row in rows
    ]


def _parts(places: Collection[Compartment]) -> dict[str, int]:
    return {
        "subjects": subjects.counted(places),
        "items": evidence.counted(places),
        "notes": cases_room.counted(places),
        "messages": liaison.counted(places),
    }


@transaction.atomic
def erase_case(number: str, rule: str, before: datetime, at: datetime) -> dict[str, int]:
    """Erase everything in a case and its circles; number, unit, days and seats stay with the compartments.

    :raises NotOver: it is not among those that :func:`cases_over` names.
    :raises exchange.erase.StillUnderWay: something of it has not arrived everywhere.
    """
    lock()
    case = cases_over(before, at).filter(pk=number).first()
    if case is None:
        raise NotOver(number=number)
    places = places_of(case.compartment)
    counts: Counter[str] = Counter()
    counts.update(disclosure.erase(places, rule=rule, at=at))
    counts.update(liaison.erase(places, rule=rule, at=at))
    counts.update(evidence.erase(places, rule=rule, at=at, used=needed_beside_items))
    counts.update(subjects.erase(places, rule=rule, at=at, used=needed_beside_imports))
    rows, tasks = cases_room.erase(number, places)
    counts.update(rows)
    counts.update(told("task", tasks))
    counts.update(erase_rows(Review.objects.filter(within__in=[one.name for one in places]), rooms=["retention"]))
    search.remove_in(places)
    return dict(counts)


def dossiers_over(before: datetime) -> QuerySet[Any]:
    return dossiers.over_before(before, cases_room.dossiers_in_use())


def dossiers_expiring(before: datetime, at: datetime, limit: int, offset: int) -> list[Expiring]:
    rows = dossiers.expiring(before, limit=limit, offset=offset, kept=cases_room.dossiers_in_use())
    return [Expiring(one.ref, one.unit, one.since, {"acts": one.acts, "documents": one.documents}) for one in rows]


@transaction.atomic
def erase_dossier(id: str, rule: str, before: datetime, at: datetime) -> dict[str, int]:
    """Erase a dossier, that it belonged to cases, and what the unit wrote about it while it worked on it."""
    lock()
    kept = cases_room.dossiers_in_use()
    counts = Counter(cases_room.unlink(id) if dossiers.over_before(before, kept).filter(pk=id).exists() else {})
    counts.update(dossiers.erase(id, rule=rule, before=before, at=at, used=needed_beside_dossiers, kept=kept))
    counts.update(told("dossier", [id]))
    return dict(counts)


def needed_beside_dossiers(blobs: set[str]) -> set[str]:
    return evidence.blobs_in_use(blobs) | subjects.blobs_in_use(blobs)


def needed_beside_items(blobs: set[str]) -> set[str]:
    return dossiers.blobs_in_use(blobs) | subjects.blobs_in_use(blobs)


def needed_beside_imports(blobs: set[str]) -> set[str]:
    return dossiers.blobs_in_use(blobs) | evidence.blobs_in_use(blobs)


def told(kind: str, refs: Collection[str]) -> dict[str, int]:
    """Rooms beside this one erase what they wrote about these things (``wiring.ERASED``)."""
    counts: Counter[str] = Counter()
    for name in settings.COMITY_ERASED:
        counts.update(import_string(name)(kind, refs))
    return dict(counts)
