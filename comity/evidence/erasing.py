"""Erasing the items of a case whose time is over (docs/rooms/retention.md). The log keeps the head of every chain."""

import hashlib
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from comity.access import erasing
from comity.access.queries import Compartment
from comity.evidence import chain
from comity.evidence.models import Custody, Item, Measure
from comity.evidence.values import PHYSICAL
from comity.exchange import erase as exchange

Used = Callable[[set[str]], set[str]]
"""Which of these blobs somebody else still needs."""
HERE = ("held", "lent")


def counted(places: Collection[Compartment]) -> int:
    """How many items stand in these compartments."""
    return Item.objects.filter(compartment__in=places).count()


def blobs_in_use(blobs: Iterable[str]) -> set[str]:
    """Those of these blobs that an item needs."""
    return set(Item.objects.filter(blob__in=list(blobs)).exclude(state="destroyed").values_list("blob", flat=True))


def busy() -> tuple[QuerySet[Item], QuerySet[Measure]]:
    """What keeps a case from being erased: a thing that we hold or lent (its chain is the only proof of where
    somebody's property is), anything that is lent, and a return or destruction on which nobody decided yet."""
    things = Item.objects.filter(kind__in=PHYSICAL, state__in=HERE) | Item.objects.filter(state="lent")
    return things, Measure.objects.filter(decision="")


@transaction.atomic
def erase(places: Collection[Compartment], *, rule: str, at: datetime, used: Used) -> dict[str, int]:
    """Erase the items of these compartments: bytes, chains of custody, derivations, measures. Numbers stay taken.

    :raises exchange.erase.StillUnderWay: their bytes are still being delivered.
    """
    items = Item.objects.filter(compartment__in=places)
    blobs = set(items.exclude(blob="").values_list("blob", flat=True))
    elsewhere = Item.objects.filter(blob__in=blobs).exclude(pk__in=items.values("pk")).exclude(state="destroyed")
    blobs -= set(elsewhere.values_list("blob", flat=True)) | used(blobs)
    exchange.erase(rule=rule, blob_ids=blobs, other=_heads(items), at=at)
    return erasing.erase_rows(items, rooms=["evidence"])


def _heads(items: QuerySet[Item]) -> Iterable[exchange.Thing]:
    """Each entry of the chains as it was logged."""
    entries = Custody.objects.filter(item__in=items).select_related("item__compartment").defer("raw")
    for one in entries.iterator(chunk_size=2000):
        head = chain.head(one.item.ref, one.number, one.hash)
        yield exchange.Thing("custody", f"{one.item.ref}/{one.number}", hashlib.sha256(head).hexdigest())
