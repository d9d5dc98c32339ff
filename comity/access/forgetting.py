"""Erasing what happened at the door when its time is over: addresses and browsers are data on persons too.

The record only grows (``history.py``); what is erased lawfully goes in whole seals, so that the log can name each. The
caller logs the erasure in the same transaction, otherwise ``log verify`` names the rows as missing.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction
from django.db.models import QuerySet

from comity.access import history
from comity.access.models import Seal, SignIn
from comity.lib.errors import ComityError

RECORD = "sign-ins"
TABLES = ("access_signin", "access_seal")


class NotSealed(ComityError):
    code = "access.not-sealed"
    says = "There is no seal {name} of sign-ins whose time is over."
    next_step = "It was erased already, or is too young."


@dataclass(frozen=True)
class Batch:
    """Sign-ins that were sealed together: ``name`` is that of the seal, ``sha256`` how it was logged."""

    name: str
    at: datetime
    count: int
    sha256: str


def sealed_before(moment: datetime) -> QuerySet[Seal]:
    """The seals of sign-ins made before a moment, the oldest first. One that was erased is empty."""
    return Seal.objects.filter(record=RECORD, at__lt=moment).exclude(raw=b"").order_by("last")


def exists(name: str) -> bool:
    first, _, last = name.partition("-")
    return last.isdigit() and first.isdigit() and Seal.objects.filter(record=RECORD, first=first, last=last).exists()


def batches(moment: datetime, *, limit: int, offset: int = 0) -> list[Batch]:
    """What :func:`sealed_before` finds, with how many rows each covers."""
    return [_batch(row) for row in sealed_before(moment)[offset : offset + limit]]


def _batch(row: Seal) -> Batch:
    count = SignIn.objects.filter(pk__gte=row.first, pk__lte=row.last).count()
    return Batch(f"{row.first}-{row.last}", row.at, count, sha256(bytes(row.raw)).hexdigest())


@transaction.atomic
def erase_sign_ins(name: str, *, before: datetime) -> Batch:
    """Delete the sign-ins of one seal and empty the seal: its hashes could be guessed back to addresses.

    The numbers of the rows stay taken. The triggers are taken away and put back within the transaction.

    :raises NotSealed: there is no such seal that is old enough.
    """
    row = next((one for one in sealed_before(before) if f"{one.first}-{one.last}" == name), None)
    if row is None:
        raise NotSealed(name=name)
    gone = _batch(row)
    connection.check_constraints()  # PostgreSQL changes no trigger of a table with checks still to come
    _run(history.release(connection.vendor, TABLES))
    rows = SignIn._base_manager.filter(pk__gte=row.first, pk__lte=row.last)
    rows._raw_delete(rows.db)
    Seal._base_manager.filter(pk=row.pk).update(raw=b"")
    _run(history.guard(connection.vendor, TABLES))
    return gone


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
