"""The access record only grows, in the database itself: triggers that refuse to change or delete its rows.

Whoever owns the database can drop a trigger; what is changed then is found by the seals (``record.py``).
"""

from collections.abc import Sequence
from typing import Any

TABLES = ("access_read", "access_change", "access_signin", "access_seal")

SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_keeps_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} only grows'); END
"""
POSTGRESQL = """
CREATE OR REPLACE FUNCTION comity_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""
POSTGRESQL_TABLE = """
CREATE OR REPLACE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION comity_only_grows()
"""


def guard(vendor: str, tables: Sequence[str] = TABLES) -> list[str]:
    """The statements that make the tables of the record grow only; running them again changes nothing."""
    if vendor == "sqlite":
        return [SQLITE.format(table=table, verb=verb) for table in tables for verb in ("UPDATE", "DELETE")]
    return [POSTGRESQL, *(POSTGRESQL_TABLE.format(table=table) for table in tables)]


def release(vendor: str, tables: Sequence[str] = TABLES) -> list[str]:
    """The statements that take the triggers away: for an erasure that the log proves (``forgetting.py``), and for
    tests, which empty their tables."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_keeps_{verb}" for table in tables for verb in ("UPDATE", "DELETE")]
    return [f"DROP TRIGGER IF EXISTS {table}_only_grows ON {table}" for table in tables]


def install(connection: Any) -> None:
    """Put the triggers in their place. A table that was made anew by a later migration has lost them."""
    with connection.cursor() as cursor:
        for statement in guard(connection.vendor):
            cursor.execute(statement)


def missing(connection: Any) -> list[str]:
    """The tables of the record without their triggers."""
    query = {
        "sqlite": "SELECT tbl_name, count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%%_keeps_%%'"
        " GROUP BY tbl_name HAVING count(*) = 2",
        "postgresql": "SELECT tgrelid::regclass::text, 1 FROM pg_trigger"
        " WHERE tgname LIKE '%%_only_grows' AND tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {row[0] for row in cursor.fetchall()}
    return [table for table in TABLES if table not in there]
