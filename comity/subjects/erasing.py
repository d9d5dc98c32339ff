"""Erasing what a case knew of people and things, and files that were never imported (docs/rooms/retention.md)."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from comity.access import erasing
from comity.access.asking import as_node
from comity.access.queries import Compartment, User
from comity.exchange import erase as exchange
from comity.lib.canonical import digest
from comity.lib.errors import ComityError
from comity.search import actions as search
from comity.subjects import sight
from comity.subjects.models import Import, Merge, Reject, Statement, Subject

Used = Callable[[set[str]], set[str]]
"""Which of these blobs somebody else still needs."""


class NotDiscarded(ComityError):
    code = "subjects.not-discarded"
    says = "The import {number} is not discarded."
    next_step = "Discard or undo it first."


def counted(places: Collection[Compartment]) -> int:
    """How many subjects stand in these compartments."""
    return Subject.objects.filter(compartment__in=places).count()


def blobs_in_use(blobs: Iterable[str]) -> set[str]:
    """Those of these blobs that an import still reads."""
    return set(Import.objects.filter(blob__in=list(blobs)).exclude(key="").values_list("blob", flat=True))


@transaction.atomic
def erase(places: Collection[Compartment], *, rule: str, at: datetime, used: Used) -> dict[str, int]:
    """Erase the subjects of these compartments with their statements, merges, categories and imports.

    What another case says of its relation with one of them goes too: it has lost its other end. Numbers stay taken.

    :raises exchange.erase.StillUnderWay: a file is not stored yet.
    """
    imports = Import.objects.filter(compartment__in=places)
    _files(imports, rule, at, used)
    mine = Subject.objects.filter(compartment__in=places)
    beyond = Subject.objects.filter(Q(source__in=mine) | Q(target__in=mine)).exclude(compartment__in=places)
    for edge in beyond.select_related("compartment"):
        search.remove("subject", edge.ref)
    return erasing.erase_rows(
        mine,
        Statement.objects.filter(compartment__in=places),
        Merge.objects.filter(compartment__in=places),
        Reject.objects.filter(compartment__in=places),
        imports,
        rooms=["subjects"],
    )


@transaction.atomic
def erase_subject(subject: Subject, *, rule: str, by: User, at: datetime) -> dict[str, int]:
    """Erase one subject for good, with its statements, relations and merges: data that must not be kept (article 16(2)).

    :raises NotFound, NotAllowed: only who leads the case destroys something in it.
    """
    row = sight.found(by, subject, at, removed=True)
    sight.demand(by, "destroy", sight.thing(row), at)
    with as_node():  # what hangs on it in circles that this user does not see goes too
        mine = Subject.objects.filter(pk=row.pk)
        edges = Subject.objects.filter(Q(source__in=mine) | Q(target__in=mine)).select_related("compartment")
        for one in (row, *edges):
            search.remove("subject", one.ref)
        counts = erasing.erase_rows(mine, rooms=["subjects"])
    exchange.erase(rule=rule, other=[exchange.Thing("subject", row.ref, digest(counts))], at=at)
    return counts


def discarded_before(moment: datetime) -> QuerySet[Import]:
    """Imports that were discarded before a moment, so that nothing of them came into a case."""
    rows = Import.objects.annotate(over=Coalesce("finished_at", "at")).filter(status="discarded", over__lt=moment)
    return rows.filter(subjects__isnull=True, statements__isnull=True).order_by("over", "id")


def import_exists(number: int) -> bool:
    return Import.objects.filter(pk=number).exists()


@transaction.atomic
def erase_import(number: int, *, rule: str, before: datetime, at: datetime, used: Used) -> dict[str, int]:
    """Erase a file that was discarded, with the rows of it that were set aside.

    :raises NotDiscarded: it is not among those that :func:`discarded_before` names.
    """
    if not discarded_before(before).filter(pk=number).exists():
        raise NotDiscarded(number=number)
    rows = Import.objects.filter(pk=number)
    _files(rows, rule, at, used)
    return erasing.erase_rows(rows, rooms=["subjects"])


def _files(imports: QuerySet[Import], rule: str, at: datetime, used: Used) -> None:
    blobs = set(imports.exclude(blob="").values_list("blob", flat=True))
    elsewhere = Import.objects.exclude(pk__in=imports.values("pk")).filter(blob__in=blobs).exclude(key="")
    blobs -= set(elsewhere.values_list("blob", flat=True)) | used(blobs)
    exchange.erase(rule=rule, blob_ids=blobs, at=at)
