"""The second wall: row-level security in PostgreSQL, for a page that forgot the filter (docs/rooms/access.md).

Every table with a column ``compartment_id`` gets one policy. It asks the same tables as ``sight``, but knows no verbs
and kinds: it lets through what somebody may see in any way, and beyond reading only what a query asked for by its
verb (``asking.widen``). What to ask for is told to the connection before each statement (``config.postgresql``).
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Model

from comity.access import asking, rules, sight
from comity.access.asking import Asking
from comity.access.models import Compartment, Unit, User

NAME = "need_to_know"
NOBODY = ("", "", "", "", "", "", "")
STANDING_ALONE = ("dossier", "draft", "act", "thread")
"""Kinds of thing that may belong to a unit and to no case."""


def values(now: Asking) -> tuple[str, ...]:
    """What the database is told about who asks: ``comity.who``, ``people``, ``units`` (in which they read what is
    open), ``duty`` (whose own things they read), ``wide`` (which they reach by another verb), ``level`` and ``at``."""
    if now.user is None:
        return NOBODY
    key = now.user
    fixed: tuple[str, ...] = asking.remembered(key, "wall", lambda: _values(key, now))
    wide = asking.widened()
    return (*fixed[:4], _codes(wide) if wide is None or wide else "", *fixed[4:])


def _values(key: int, now: Asking) -> tuple[str, ...]:
    user = User.objects.filter(pk=key, is_active=True).first()
    if user is None:
        return ("", "", "", "", "", "")
    held = sight.standing(user)
    who = sight.actor(user)
    opens = [row.units(who) for row in rules.TABLE if row.reach == "open case"]
    duty = [rules.visible_units(who, "read", kind) for kind in STANDING_ALONE]
    return (
        str(user.pk),
        ",".join(str(one.pk) for one in held.people),
        _reached(opens),
        _reached(duty),
        str(held.clearance),
        now.at.isoformat() if now.at else "",
    )


def _reached(reaches: Iterable[rules.Reach]) -> str:
    found = list(reaches)
    codes = frozenset[str]().union(*(one.units for one in found))
    return _codes(None if any(one.everything for one in found) else codes)


def _codes(codes: frozenset[str] | None) -> str:
    """The keys of units, all of them for None: PostgreSQL compares numbers."""
    rows = Unit.objects.all() if codes is None else Unit.objects.filter(code__in=codes)
    return ",".join(str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True))


def tables() -> dict[str, type[Model]]:
    """Every table whose rows stand in a compartment, from the models themselves: none can be forgotten."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        field = next((one for one in model._meta.local_concrete_fields if one.column == "compartment_id"), None)
        if field is not None and field.related_model is Compartment and model._meta.app_label != "access":
            found[model._meta.db_table] = model
    return found


def install(connection: Any) -> list[str]:
    """Put the wall around every such table, anew each time; the names of the tables. SQLite has none."""
    if connection.vendor != "postgresql":
        return []
    private = tables()
    with connection.cursor() as cursor:
        names = sorted(set(private) & set(connection.introspection.table_names(cursor)))
        for name in names:
            for statement in statements(name, private[name]):
                cursor.execute(statement)
    return names


def missing(connection: Any) -> list[str]:
    """The tables that should have the wall and do not."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE p.polname = %s AND c.relrowsecurity AND c.relforcerowsecurity AND pg_table_is_visible(c.oid)",
            [NAME],
        )
        there = {row[0] for row in cursor.fetchall()}
    return sorted(set(tables()) - there)


def bypassed(connection: Any) -> bool:
    """Whether the node's own database user walks through the wall: a superuser, or one with BYPASSRLS."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


def statements(name: str, model: type[Model]) -> list[str]:
    """The policy of one table. FORCE, because the node's database user owns its tables."""
    return [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS {NAME} ON {name}",
        f"CREATE POLICY {NAME} ON {name} USING ({policy(name, model)})",
    ]


def policy(name: str, model: type[Model]) -> str:
    """Who gets a row. Each setting is read once per query, in a subselect of its own, not once per row."""
    columns = {field.column: field for field in model._meta.local_concrete_fields}
    reached = REACHED.format(table=name, **SETTINGS)
    if columns["compartment_id"].null:
        alone = f"{name}.unit_id = ANY ({SETTINGS['duty']})" if "unit_id" in columns else SIGNED_IN
        reached = f"({reached}) OR ({name}.compartment_id IS NULL AND {alone})"
    if "level" in columns:
        reached = f"{name}.level <= {SETTINGS['level']} AND ({reached})"
    return f"{IS_NODE} OR ({reached})"


IS_NODE = "(SELECT current_setting('comity.who', true) = 'node')"
SIGNED_IN = "(SELECT current_setting('comity.who', true) <> '')"
SETTINGS = {
    **{
        name: f"((SELECT string_to_array(current_setting('comity.{name}', true), ','))::bigint[])"
        for name in ("people", "units", "duty", "wide")
    },
    "who": "(SELECT NULLIF(NULLIF(current_setting('comity.who', true), ''), 'node')::bigint)",
    "level": "(SELECT NULLIF(current_setting('comity.level', true), '')::integer)",
    "at": "(SELECT NULLIF(current_setting('comity.at', true), '')::timestamptz)",
}
# EXISTS on the primary key: PostgreSQL looks up each row where there are few, and hashes all reached where many.
REACHED = """EXISTS (
  SELECT 1 FROM access_compartment wall_c WHERE wall_c.id = {table}.compartment_id AND wall_c.level <= {level} AND (
    wall_c.unit_id = ANY ({wide})
    OR (wall_c.need = 'unit' AND wall_c.unit_id = ANY ({units}))
    OR EXISTS (SELECT 1 FROM access_membership wall_m WHERE wall_m.compartment_id = wall_c.id
        AND wall_m.user_id = ANY ({people}) AND wall_m.ended_at IS NULL
        AND (wall_m.until IS NULL OR wall_m.until > {at}))
    OR EXISTS (SELECT 1 FROM access_emergency wall_e WHERE wall_e.compartment_id IN (wall_c.id, wall_c.parent_id)
        AND wall_e.user_id = {who} AND wall_e.at <= {at} AND wall_e.until > {at})))"""
