"""Erasing the windows of a case whose time is over (docs/rooms/retention.md). The log keeps the hash of every list."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from comity.access import erasing
from comity.access.queries import Compartment
from comity.disclosure.models import Listed, Sealed, Window
from comity.exchange import erase as exchange


def busy(at: datetime) -> QuerySet[Window]:
    """Windows through which somebody may still look, or on which nobody decided yet: their case is not erased."""
    waits = Q(decided_at__isnull=True)
    opens = Q(approved=True, ended_at__isnull=True)
    return Window.objects.filter(waits | opens, closes_at__gt=at)


@transaction.atomic
def erase(places: Collection[Compartment], *, rule: str, at: datetime) -> dict[str, int]:
    """Erase the windows of these compartments: lists, codes, stays and visits."""
    windows = Window.objects.filter(compartment__in=places)
    lists = Sealed.objects.filter(window__in=windows).values_list("name", "head")
    things = [exchange.Thing("list", name, hashlib.sha256(bytes(head)).hexdigest()) for name, head in lists]
    exchange.erase(rule=rule, other=things, at=at)
    return erasing.erase_rows(windows, Listed.objects.filter(compartment__in=places), rooms=["disclosure"])
