"""Erasing closed dossiers when their time is over (docs/rooms/retention.md). The log keeps the proof."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from comity.access import erasing
from comity.dossiers import folding, timeline
from comity.dossiers.models import (
    Acknowledged,
    Act,
    Assured,
    Attachment,
    Breach,
    Competing,
    Competition,
    Dossier,
    Draft,
    Waiting,
)
from comity.exchange import erase as exchange
from comity.lib.errors import ComityError
from comity.search import actions as search

Used = Callable[[set[str]], set[str]]
"""Which of these blobs somebody else still needs."""


def nobody(blobs: set[str]) -> set[str]:
    return set()


class NotOver(ComityError):
    code = "dossiers.not-over"
    says = "Dossier {id} is not over: {why}."
    next_step = "It is kept until nothing is owed under it any more."


@dataclass(frozen=True)
class Expiring:
    """A dossier or a draft that may be erased: since when it has been over, and what goes with it."""

    ref: str
    unit: str
    since: datetime
    acts: int
    documents: int


def open_ids() -> QuerySet[Any]:
    """The numbers of the dossiers that are not closed."""
    return Dossier.objects.filter(final=False).values("pk")


def exists(id: str) -> bool:
    return Dossier.objects.filter(pk=id).exists()


def draft_exists(id: int) -> bool:
    return Draft.objects.filter(pk=id).exists()


def blobs_in_use(blobs: Iterable[str]) -> set[str]:
    """Those of these blobs that are documents of an act or draft."""
    return set(Attachment.objects.filter(blob__in=list(blobs)).values_list("blob", flat=True))


def over_before(moment: datetime, kept: QuerySet[Any] | None = None) -> QuerySet[Dossier]:
    """Closed dossiers whose last act came before a moment, and under which nothing is owed: no assurance that is still
    to be checked, no breach that nobody acknowledged, no competing request that is still open, no act that waits for
    another.

    :param kept: numbers of dossiers that other rooms still need.
    """
    owed = Assured.objects.filter(next_check__isnull=False).values("dossier")
    alarmed = Breach.objects.exclude(act__in=Acknowledged.objects.values("act")).values("dossier")
    open_beside = Competition.objects.filter(requests__dossier__final=False, requests__removed_at__isnull=True)
    beside = Competing.objects.filter(competition__in=open_beside, dossier__isnull=False).values("dossier")
    found = Dossier.objects.filter(final=True, last_act_at__lt=moment).exclude(pk__in=Waiting.objects.values("dossier"))
    if kept is not None:
        found = found.exclude(pk__in=kept)
    return found.exclude(pk__in=owed).exclude(pk__in=alarmed).exclude(pk__in=beside).select_related("unit")


def expiring(moment: datetime, *, limit: int, offset: int = 0, kept: QuerySet[Any] | None = None) -> list[Expiring]:
    """What :func:`over_before` finds, the longest over first."""
    rows = over_before(moment, kept).order_by("last_act_at", "id")[offset : offset + limit]
    documents = Attachment.objects.filter(removed_at__isnull=True)
    return [
        Expiring(
            row.pk,
            row.unit.code,
            row.last_act_at or row.opened_at,
            row.act_count,
            documents.filter(act__dossier=row).count(),
        )
        for row in rows
    ]


@transaction.atomic
def erase(
    id: str, *, rule: str, before: datetime, at: datetime, used: Used = nobody, kept: QuerySet[Any] | None = None
) -> dict[str, int]:
    """Erase a dossier: its acts, drafts, documents and every row about it; returns how many of each table.

    :param used: which documents stand in another file too and stay.
    :raises NotOver: it is not among those that :func:`over_before` names.
    :raises exchange.erase.StillUnderWay: an act or document has not arrived everywhere.
    """
    dossier = over_before(before, kept).filter(pk=id).first()
    if dossier is None:
        raise NotOver(id=id, why="something is still owed under it, or its time has not come")
    acts = list(Act.objects.filter(dossier=dossier).values_list("act_id", "raw"))
    mine = Attachment.objects.filter(
        Q(act__dossier=dossier) | Q(draft__dossier=dossier) | Q(draft__act__dossier=dossier)
    )
    blobs = _only_in(mine)
    exchange.erase(
        rule=rule,
        acts=[act for act, _ in acts],
        blob_ids=blobs - used(blobs),
        other=[exchange.Thing("act", act, hashlib.sha256(bytes(raw)).hexdigest()) for act, raw in acts],
        at=at,
    )
    opening = Draft.objects.filter(act__dossier=dossier)
    counts = erasing.erase_rows(opening, rooms=["dossiers"]) if opening.exists() else {}
    for label, count in erasing.erase_rows(Dossier.objects.filter(pk=id), rooms=["dossiers"]).items():
        counts[label] = counts.get(label, 0) + count
    Competition.objects.filter(requests__isnull=True).delete()
    search.remove("dossier", id)
    return counts


def forget() -> None:
    """Empty what this process remembers of acts."""
    folding.forget()
    timeline.verify.cache_clear()


def _only_in(mine: QuerySet[Attachment]) -> set[str]:
    """The documents that no other attachment names."""
    blobs = set(mine.values_list("blob", flat=True))
    others = Attachment.objects.exclude(pk__in=mine.values("pk")).filter(blob__in=blobs)
    return blobs - set(others.values_list("blob", flat=True))


def discarded_before(moment: datetime) -> QuerySet[Draft]:
    """Drafts that were put aside before a moment and never became an act."""
    return Draft.objects.filter(status=Draft.DISCARDED, changed_at__lt=moment, act__isnull=True).order_by(
        F("changed_at"), "id"
    )


@transaction.atomic
def erase_draft(id: int, *, rule: str, before: datetime, at: datetime, used: Used = nobody) -> dict[str, int]:
    """Erase a draft that was put aside, with its history and documents.

    :raises NotOver: it is not among those that :func:`discarded_before` names.
    """
    rows = discarded_before(before).filter(pk=id)
    if not rows.exists():
        raise NotOver(id=id, why="the draft was taken up again")
    blobs = _only_in(Attachment.objects.filter(draft__in=rows))
    exchange.erase(rule=rule, blob_ids=blobs - used(blobs), at=at)
    return erasing.erase_rows(rows, rooms=["dossiers"])
