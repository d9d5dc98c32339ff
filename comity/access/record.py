"""The access record as bytes, for sealing it in the log: who looked at what, who changed what, who came to the door.

A room above calls :func:`seal_next` from time to time and logs the bytes it gives (``exchange.sealing``); the log
reads them back through ``stored_*`` when it is verified. A seal holds the hash of every row, so that a row that was
changed, removed or added later is named.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction

from comity.access.models import Change, Read
from comity.access.seals import Seal
from comity.access.signins import SignIn
from comity.lib.canonical import canonical, digest, parse
from comity.lib.errors import ComityError

MOST = 5000
"""Rows in one seal."""
NAMED = 20
"""Rows that one sentence names."""

RECORDS: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "reads": (Read, ("user_id", "kind", "thing", "verb", "rule", "at")),
    "changes": (Change, ("by_id", "at", "what", "user_id", "unit_id", "details")),
    "sign-ins": (SignIn, ("user_id", "what", "how", "why", "ip", "browser", "at")),
}


class RowsDiffer(ComityError):
    code = "access.rows-differ"
    says = "{what}."
    next_step = "Keep the database as it is, compare it with a backup, and tell the security officer."


@dataclass(frozen=True)
class Sealed:
    """``name`` (``FIRST-LAST``) and ``raw`` go into the log as an entry of kind ``record``."""

    record: str
    name: str
    raw: bytes


def settled(record: str) -> int:
    """The last row of a record up to which no other can appear any more.

    On PostgreSQL a row may be committed after one with a higher number: we wait for everybody who is adding now.
    """
    model, _ = RECORDS[record]
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE MODE")
        return model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0


def seal_next(record: str, upto: int, *, at: datetime) -> Sealed | None:
    """Seal the next rows of a record, at most up to ``upto``, inside the caller's transaction; None: there are none.

    The caller sees to it that nobody else does so at the same time, and logs what it gets in the same transaction.
    """
    first = (Seal.objects.filter(record=record).aggregate(last=models.Max("last"))["last"] or 0) + 1
    last = _last(record, first, upto)
    if last < first:
        return None
    sealed = Sealed(record, f"{first}-{last}", manifest(record, first, last))
    Seal.objects.create(record=record, first=first, last=last, raw=sealed.raw, at=at)
    return sealed


def _last(record: str, first: int, upto: int) -> int:
    model, _ = RECORDS[record]
    found = model._default_manager.filter(pk__gte=first, pk__lte=upto).order_by("pk").values_list("pk", flat=True)
    return max(found[:MOST], default=0)


def manifest(record: str, first: int, last: int) -> bytes:
    """The hash of each row from ``first`` to ``last`` as the tables hold them now, as canonical JSON."""
    return canonical({"record": record, "rows": hashes(record, first, last)})


def hashes(record: str, first: int, last: int) -> list[list[Any]]:
    model, columns = RECORDS[record]
    rows = model._default_manager.filter(pk__gte=first, pk__lte=last).order_by("pk").values_list("pk", *columns)
    return [[row[0], digest([plain(value) for value in row])] for row in rows]


def plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def stored(record: str, name: str) -> bytes:
    """What a seal stands for, from the rows as they are now.

    :raises RowsDiffer: rows are not those that were sealed; the sentence names them.
    """
    if not re.fullmatch(r"[0-9]{1,18}-[0-9]{1,18}", name):
        raise RowsDiffer(what=f"{name[:40]!r} names no rows")
    first, last = (int(part) for part in name.split("-"))
    now = manifest(record, first, last)
    seal = Seal.objects.filter(record=record, first=first, last=last).first()
    if seal is not None and bytes(seal.raw) != now:
        raise RowsDiffer(what=differences(bytes(seal.raw), hashes(record, first, last)))
    return now


def differences(sealed: bytes, rows: list[list[Any]]) -> str:
    """Which rows were changed, removed and added since they were sealed."""
    before, after = _rows(sealed), dict(rows)
    told = {
        "was changed": [number for number in before if number in after and before[number] != after[number]],
        "is missing": [number for number in before if number not in after],
        "was added": [number for number in after if number not in before],
    }
    lines = [f"row {number} {says}" for says, numbers in told.items() for number in numbers]
    if len(lines) > NAMED:
        lines = [*lines[:NAMED], f"and {len(lines) - NAMED} more"]
    return ", ".join(lines) or "its seal was changed"


def _rows(sealed: bytes) -> dict[int, str]:
    try:
        return {int(number): str(told) for number, told in parse(sealed)["rows"]}
    except (
        ComityError,
        ValueError,
        KeyError,
        TypeError,
    ):  # the seal itself was tampered with: every row counts as unknown
        return {}


def _reader(record: str) -> Callable[[str], bytes]:
    return lambda name: stored(record, name)


stored_reads = _reader("reads")
stored_changes = _reader("changes")
stored_sign_ins = _reader("sign-ins")
