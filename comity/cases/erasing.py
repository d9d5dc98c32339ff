"""Erasing closed cases (docs/rooms/retention.md). Their compartments stay: number, unit, days, and who had a seat."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from comity.access import erasing
from comity.access.queries import Compartment
from comity.cases.models import Case, Event, Link, Note, Task

ROOM = ["cases"]


def counted(places: Collection[Compartment]) -> int:
    """How many notes and tasks stand in these compartments."""
    return sum(model._default_manager.filter(compartment__in=places).count() for model in (Note, Task))


def closed_before(moment: datetime) -> QuerySet[Case]:
    """Cases that were closed before a moment and belong to no dossier that is still open, the longest closed first."""
    under_way = Link.objects.filter(ended_at__isnull=True, dossier__final=False).values("case")
    rows = Case.objects.filter(state="closed", state_at__lt=moment).exclude(pk__in=under_way)
    return rows.select_related("compartment__unit").order_by("state_at", "number")


def exists(number: str) -> bool:
    return Case.objects.filter(pk=number).exists()


def dossiers_in_use() -> QuerySet[Link, Any]:
    """The dossiers of cases that are not closed: they are kept as long as the case needs them."""
    return Link.objects.filter(ended_at__isnull=True).exclude(case__state="closed").values("dossier")


@transaction.atomic
def unlink(dossier: str) -> dict[str, int]:
    """Forget that a dossier which is being erased belonged to cases."""
    return erasing.erase_rows(Link.objects.filter(dossier=dossier), rooms=ROOM)


@transaction.atomic
def erase(number: str, places: Collection[Compartment]) -> tuple[dict[str, int], list[str]]:
    """Erase a case with its notes, tasks, links, circles and history; returns how many of each, and the tasks."""
    tasks = [str(pk) for pk in Task.objects.filter(compartment__in=places).values_list("pk", flat=True)]
    counts = erasing.erase_rows(
        Case.objects.filter(pk=number), Event.objects.filter(compartment__in=places), rooms=ROOM
    )
    return counts, tasks
