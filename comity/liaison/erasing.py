"""Erasing conversations whose time is over (docs/rooms/retention.md). The log keeps the hash of every message."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, QuerySet

from comity.access import erasing
from comity.access.queries import Compartment
from comity.dossiers import erasing as dossiers
from comity.exchange import erase as exchange
from comity.liaison.models import Call, Message, Thread
from comity.lib.errors import ComityError
from comity.search import actions as search


class NotOver(ComityError):
    code = "liaison.not-over"
    says = "The conversation {id} is not over."
    next_step = "It is kept until it is closed, belongs to no case, and its time has come."


def exists(id: str) -> bool:
    return Thread.objects.filter(pk=id).exists()


@dataclass(frozen=True)
class Expiring:
    """A conversation that may be erased: since when it has been over, and how many messages go with it."""

    ref: str
    unit: str
    since: datetime
    messages: int


def counted(places: Collection[Compartment]) -> int:
    """How many messages were written in these compartments."""
    return Message.objects.filter(thread__compartment__in=places).count()


def closed_before(moment: datetime) -> QuerySet[Thread]:
    """Closed conversations of no case, whose last message came before a moment, with no call that still goes on, and
    about no dossier that is still open."""
    rows = Thread.objects.filter(open=False, compartment__isnull=True, last_at__lt=moment)
    calling = Call.objects.filter(state=Call.CALLING).values("thread")
    return rows.exclude(pk__in=calling).exclude(dossier__in=dossiers.open_ids()).order_by("last_at", "id")


def expiring(moment: datetime, *, limit: int, offset: int = 0) -> list[Expiring]:
    """What :func:`closed_before` finds, the longest over first."""
    rows = closed_before(moment).select_related("unit").annotate(count=Count("messages"))
    return [Expiring(row.pk, row.unit.code, row.last_at, row.count) for row in rows[offset : offset + limit]]


@transaction.atomic
def erase_thread(id: str, *, rule: str, before: datetime, at: datetime) -> dict[str, int]:
    """Erase one conversation of no case.

    :raises NotOver: it is not among those that :func:`closed_before` names.
    :raises exchange.erase.StillUnderWay: a message has not arrived yet.
    """
    rows = Thread.objects.filter(pk__in=closed_before(before).filter(pk=id).values("pk"))
    if not rows.exists():
        raise NotOver(id=id)
    return _erase(rows, rule, at)


@transaction.atomic
def erase(places: Collection[Compartment], *, rule: str, at: datetime) -> dict[str, int]:
    """Erase the conversations of these compartments, with their messages and calls.

    :raises exchange.erase.StillUnderWay: a message has not arrived yet.
    """
    return _erase(Thread.objects.filter(compartment__in=places), rule, at)


def _erase(threads: QuerySet[Thread], rule: str, at: datetime) -> dict[str, int]:
    ids = list(threads.values_list("pk", flat=True))
    messages = list(Message.objects.filter(thread__in=ids).values_list("pk", "raw"))
    exchange.erase(rule=rule, acts=[id for id, _ in messages], other=_logged(messages), at=at)
    for id in ids:
        search.remove("thread", id)
    return erasing.erase_rows(Thread.objects.filter(pk__in=ids), rooms=["liaison"])


def _logged(messages: Iterable[tuple[str, bytes]]) -> Iterable[exchange.Thing]:
    return (exchange.Thing("message", id, hashlib.sha256(bytes(raw)).hexdigest()) for id, raw in messages)
