"""A database backend that tells PostgreSQL who asks, so that its row-level security can answer (``access.wall``).

Django loads it by the name of this package (``settings.DATABASES``). Before a statement, the connection is told who
asks now, unless it knows: one round trip when that changes, none otherwise.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper

from comity.access import asking

TELL = "SELECT " + ", ".join(["set_config(%s, %s, false)"] * 7)


class Telling:
    """Mixed into Django's cursors: before each statement the connection is told who asks."""

    db: "DatabaseWrapper"

    def _execute(self, sql: Any, params: Any, *ignored: Any) -> Any:
        self.db.tell(sql)
        return super()._execute(sql, params, *ignored)  # type: ignore[misc]

    def _executemany(self, sql: Any, params: Any, *ignored: Any) -> Any:
        self.db.tell(sql)
        return super()._executemany(sql, params, *ignored)  # type: ignore[misc]


class Cursor(Telling, CursorWrapper):
    pass


class DebugCursor(Telling, CursorDebugWrapper):
    pass


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection, and what it was last told."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._told: Sequence[str] | None = None
        self._telling = False

    def tell(self, sql: Any) -> None:
        """Tell the database who asks now."""
        if isinstance(sql, str) and sql[:8].upper() == "ROLLBACK":  # what was told inside is taken back with the rest
            self._told = None
            return
        if self._telling:
            return
        self._telling = True  # looking up what somebody may see asks the database too; nobody is asked for that
        try:
            values = self.values()
            if values != self._told and self.connection is not None:
                with self.connection.cursor() as cursor:
                    cursor.execute(TELL, [part for pair in zip(NAMES, values, strict=True) for part in pair])
                self._told = values
        finally:
            self._telling = False

    def values(self) -> Sequence[str]:
        """What to tell, in the order of ``NAMES``."""
        now = asking.current()
        if now.node:
            return NODE
        from comity.access import wall  # the models are not there yet while Django starts

        return wall.values(now)

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        return Cursor(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> CursorDebugWrapper:
        return DebugCursor(cursor, self)

    def get_new_connection(self, conn_params: Any) -> Any:
        self._told = None
        return super().get_new_connection(conn_params)

    def _rollback(self) -> Any:
        self._told = None
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._told = None


NAMES = (
    "comity.who", "comity.people", "comity.units", "comity.duty", "comity.wide", "comity.level", "comity.at",
)  # fmt: skip
NODE = ("node", "", "", "", "", "", "")
