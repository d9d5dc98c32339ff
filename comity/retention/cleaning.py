"""Leaving no copy of what was erased: in database pages, in the search index, in files, in memory."""

import threading
from collections.abc import Collection
from importlib import import_module

from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connection

from comity.dossiers import erasing as dossiers
from comity.exchange import erase as exchange
from comity.search import actions as search

BESIDE = ("search_entry", "search_words", "django_session", "exchange_envelope", "exchange_blob")
"""Tables of PostgreSQL that lose rows or bytes in every round."""
REMEMBERED = (
    ("comity.search.folding", "latin_of"),  # words in another script, and how they read in Latin letters
    ("comity.instruments.render", "_compiler"),  # the compiler of documents keeps its last input
    ("comity.cases.printing", "_compiler"),
    ("comity.retention.printing", "_compiler"),
    ("comity.exchange.blobs", "manifest_of"),
)
_known = -1
_guard = threading.Lock()


def clean(labels: Collection[str]) -> list[str]:
    """Overwrite, truncate, empty; returns in words where a copy may be left, and until when.

    :param labels: the tables that lost rows, as ``app.Model``.
    """
    forget()
    SessionStore.clear_expired()
    exchange.sweep()
    search.scrub()
    if connection.in_atomic_block:  # a caller's transaction: nothing was written to the files yet
        return []
    return {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor](labels)


def _sqlite(labels: Collection[str]) -> list[str]:
    """Deleted rows were overwritten at once (``secure_delete``); what is left is the log of earlier pages."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()[0]
    return ["The write-ahead log is in use; it is emptied as soon as nobody reads from it."] if busy else []


def _postgresql(labels: Collection[str]) -> list[str]:
    tables = {apps.get_model(label)._meta.db_table for label in labels} | set(BESIDE)
    left = []
    with connection.cursor() as cursor:
        for table in sorted(tables):
            try:
                cursor.execute(f"VACUUM {connection.ops.quote_name(table)}")
            except OperationalError as error:
                left.append(f"{table}: {str(error).splitlines()[0]}")
    return left


def rewrite() -> None:
    """Write the whole database anew, so that free space in it holds nothing either. It locks tables while it runs."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"VACUUM FULL {connection.ops.quote_name(table)}")


def forget() -> None:
    """Empty what this process remembers of texts."""
    dossiers.forget()
    for module, name in REMEMBERED:
        getattr(import_module(module), name).cache_clear()


def keep_up() -> None:
    """Forget here too what another process erased: asked for before pages, at most one small query."""
    global _known
    last = exchange.last_number()
    with _guard:
        behind, _known = last != _known, last
    if behind:
        forget()
