"""Reading many tables as they stood at one moment, without holding up those who write."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

BEGIN = {
    # Not Django's atomic(): on SQLite that begins IMMEDIATE and would stop every writer for as long as we read.
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


@contextmanager
def snapshot() -> Iterator[None]:
    """All queries inside see the same state. Inside a transaction that is already open, nothing is added."""
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(BEGIN[connection.vendor])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
