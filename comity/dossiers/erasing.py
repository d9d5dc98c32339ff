"""Erasing closed dossiers when their time is over (docs/rooms/retention.md). The log keeps the proof."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

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
)
from comity.exchange import erase as exchange
from comity.lib.errors import ComityError
from comity.search import actions as search


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


def over_before(moment: datetime) -> QuerySet[Dossier]:
    """Closed dossiers whose last act came before a moment, and under which nothing is owed: no assurance that is still
    to be checked, no breach that nobody acknowledged, no competing request that is still open."""
    owed = Assured.objects.filter(next_check__isnull=False).values("dossier")
    alarmed = Breach.objects.exclude(act__in=Acknowledged.objects.values("act")).values("dossier")
    open_beside = Competition.objects.filter(requests__dossier__final=False, requests__removed_at__isnull=True)
    beside = Competing.objects.filter(competition__in=open_beside, dossier__isnull=False).values("dossier")
    found = Dossier.objects.filter(final=True, last_act_at__lt=moment)
    return found.exclude(pk__in=owed).exclude(pk__in=alarmed).exclude(pk__in=beside).select_related("unit")


def expiring(moment: datetime, *, limit: int, offset: int = 0) -> list[Expiring]:
    """What :func:`over_before` finds, the longest over first."""
    rows = over_before(moment).order_by("last_act_at", "id")[offset : offset + limit]
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
def erase(id: str, *, rule: str, before: datetime, keep_blobs: Collection[str] = (), at: datetime) -> dict[str, int]:
    """Erase a dossier: its acts, drafts, documents and every row about it; returns how many of each table.

    :param keep_blobs: documents that stand in another file too and stay.
    :raises NotOver: it is not among those that :func:`over_before` names.
    :raises exchange.erase.StillUnderWay: an act or document has not arrived everywhere.
    """
    dossier = over_before(before).filter(pk=id).first()
    if dossier is None:
        raise NotOver(id=id, why="something is still owed under it, or its time has not come")
    acts = list(Act.objects.filter(dossier=dossier).values_list("act_id", "raw"))
    mine = Attachment.objects.filter(
        Q(act__dossier=dossier) | Q(draft__dossier=dossier) | Q(draft__act__dossier=dossier)
    )
    blobs = set(mine.values_list("blob", flat=True)) - set(keep_blobs)
    blobs -= set(
        Attachment.objects.exclude(pk__in=mine.values("pk")).filter(blob__in=blobs).values_list("blob", flat=True)
    )
    exchange.erase(
        rule=rule,
        acts=[act for act, _ in acts],
        blob_ids=blobs,
        other=[exchange.Thing("act", act, hashlib.sha256(bytes(raw)).hexdigest()) for act, raw in acts],
        at=at,
    )
    opening = Draft.objects.filter(act__dossier=dossier)
    counts = erasing.erase_rows(opening, rooms=["dossiers"]) if opening.exists() else {}
    for label, count in erasing.erase_rows(Dossier.objects.filter(pk=id), rooms=["dossiers"]).items():
        counts[label] = counts.get(label, 0) + count
    Competition.objects.filter(requests__isnull=True).delete()
    search.remove("dossier", id)
    folding.forget()
    timeline.verify.cache_clear()
    return counts


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
def erase_draft(
    id: int, *, rule: str, before: datetime, keep_blobs: Collection[str] = (), at: datetime
) -> dict[str, int]:
    """Erase a draft that was put aside, with its history and documents.

    :raises NotOver: it is not among those that :func:`discarded_before` names.
    """
    rows = discarded_before(before).filter(pk=id)
    if not rows.exists():
        raise NotOver(id=id, why="the draft was taken up again")
    blobs = _only_in(Attachment.objects.filter(draft__in=rows)) - set(keep_blobs)
    exchange.erase(rule=rule, blob_ids=blobs, at=at)
    return erasing.erase_rows(rows, rooms=["dossiers"])
