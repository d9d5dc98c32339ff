"""A node as a central authority has it after years: thousands of people, cases and dossiers, invented at random.

For measurements only. Rows are written straight into the tables of a PostgreSQL node, because a million statements told
through actions would take a day; what is measured reads them as it reads any other. Dossiers are given as lists
show them, without the signed acts behind them.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.apps import apps
from django.db import connection

from comity.access import actions as access
from comity.access import asking, wall
from comity.access import queries as people
from comity.instruments import catalogue
from comity.search import engine, folding

GIVEN = [
    "Marta", "Jonas", "Ilse", "Pavel", "Noor", "Tomasz", "Aline", "Bruno",
    "Selma", "Viktor", "Leila", "Mateo", "Ines", "Oskar", "Zita", "Hamid",
]  # fmt: skip
FIRST = ["Ol", "Ver", "Mar", "Kel", "Bru", "Sta", "Hol", "Nor", "Tam", "Ger", "Lin", "Pas", "Rek", "Dam", "Vos", "Har"]
LAST = ["sen", "hoek", "mann", "ova", "ini", "ard", "berg", "ides", "eau", "ster", "olf", "quist", "ado", "ner"]
COUNTRIES = ["FR", "NL", "BR", "DE", "ES", "IT", "PT", "BE", "PL", "SE"]
MEMBERS = 4  # of a case
PER_CASE = 20  # subjects
STATEMENTS = ("name", "birthDate", "nationality")


@dataclass(frozen=True)
class Size:
    """How much there is of everything."""

    users: int = 5_000
    units: int = 20
    live: int = 20_000
    closed: int = 200_000
    subjects: int = 1_000_000


def fill(size: Size, *, at: datetime, seed: int = 11) -> list[str]:
    """Fill an empty node; returns the usernames of officers, one unit after the other.

    :raises ValueError: the node does not run on PostgreSQL.
    """
    if connection.vendor != "postgresql":
        raise ValueError("the node must run on PostgreSQL")
    dice = random.Random(seed)  # noqa: S311 - invented data, the same each time
    with asking.as_node():
        officers = _people(size, at)
        _cases(size, officers, dice, at)
        _dossiers(size, officers, dice, at)
    wall.install(connection)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [name for _, name, _ in officers]


def copy(table: str, columns: str, rows: Iterable[Iterable[Any]]) -> None:
    """Write rows into a table, as fast as PostgreSQL takes them: the second wall is down while it is filled."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as out:
        for row in rows:
            out.write_row(list(row))


def _table(label: str) -> str:
    return str(apps.get_model(label)._meta.db_table)


def _set_sequence(table: str) -> None:
    """The next row made by the node gets the next key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM " + table + "))", [table])  # noqa: S608


Officer = tuple[int, str, int]  # key, username, key of the unit


def _people(size: Size, at: datetime) -> list[Officer]:
    handled = list(catalogue.ids())
    units = [
        access.create_unit(f"unit-{n:02}", f"Unit {n}", handles=handled if n == 0 else [], at=at)
        for n in range(size.units)
    ]
    user, grant = _table("access.User"), _table("access.RoleGrant")
    first = 1 + max((one.pk for one in people.users()), default=0)
    made = [(first + n, f"{GIVEN[n % len(GIVEN)].lower()}.{n}", units[n % len(units)].pk) for n in range(size.users)]
    copy(
        user,
        "id, password, username, full_name, function, language, is_active, one_time_password, created_at",
        (
            (pk, "!", name, f"{name.split('.')[0].title()} {_surname(pk)}", "", "en", True, False, at)
            for pk, name, _ in made
        ),
    )
    roles = ("officer", "officer", "officer", "approver", "clerk")
    copy(
        grant,
        "user_id, unit_id, role, granted_at",
        ((pk, unit, roles[(pk // size.units) % len(roles)], at) for pk, _, unit in made),
    )
    _set_sequence(user)
    return made


def _surname(n: int) -> str:
    return FIRST[n % len(FIRST)] + LAST[(n // len(FIRST)) % len(LAST)]


def _name(n: int) -> str:
    return f"{GIVEN[(n * 7) % len(GIVEN)]} {_surname(n * 13)}-{_surname(n // 224).lower()}"


def _cases(size: Size, officers: list[Officer], dice: random.Random, at: datetime) -> None:
    """Cases with members of one unit, twenty subjects each with three statements, and their place in the search."""
    cases = max(1, size.subjects // PER_CASE)
    by_unit: dict[int, list[int]] = {}
    for pk, _, unit in officers:
        by_unit.setdefault(unit, []).append(pk)
    units = sorted(by_unit)
    year = at.year
    where = [units[n % len(units)] for n in range(cases)]
    leads = [dice.choice(by_unit[unit]) for unit in where]
    names = [f"c-{year}-{n + 1:06}" for n in range(cases)]
    titles = [f"{_surname(n)} and others" for n in range(cases)]
    moments = [at - timedelta(hours=dice.randrange(24 * 900)) for _ in range(cases)]
    compartment, case = _table("access.Compartment"), _table("cases.Case")
    copy(
        compartment,
        "id, name, unit_id, need, level, created_at",
        ((n + 1, names[n], where[n], "members", 0, moments[n]) for n in range(cases)),
    )
    copy(
        _table("access.Membership"),
        "compartment_id, user_id, part, added_by_id, added_at",
        _seats(where, leads, by_unit, dice, moments),
    )
    copy(
        case,
        "number, compartment_id, level, title, summary, template, purposes, state, reason, state_at, opened_by_id, "
        "opened_at, touched_at",
        (
            (
                names[n], n + 1, 0, titles[n], "", "", "[]", "open" if n % 5 else "closed",
                "" if n % 5 else "Judgment was given", moments[n], leads[n], moments[n], moments[n],
            )
            for n in range(cases)
        ),
    )  # fmt: skip
    subject, statement = _table("subjects.Subject"), _table("subjects.Statement")
    copy(
        subject,
        "id, compartment_id, number, schema, level, foreign_id, by_id, at, removed_why",
        (
            (n + 1, n // PER_CASE + 1, n % PER_CASE + 1, "Person", 0, "", leads[n // PER_CASE], at, "")
            for n in range(cases * PER_CASE)
        ),
    )
    copy(
        statement,
        "subject_id, compartment_id, level, handling, prop, value, original, lang, source, item, act, scheme, "
        "reliability, credibility, by_id, at, retracted_why",
        (
            (
                n + 1, n // PER_CASE + 1, 0, "{}", prop, value, "", "", "Register", "", "", "", "", "",
                leads[n // PER_CASE], at, "",
            )
            for n in range(cases * PER_CASE)
            for prop, value in _stated(n)
        ),
    )  # fmt: skip
    copy(
        _table("subjects.Numbering"),
        "compartment_id, last",
        ((n + 1, PER_CASE) for n in range(cases)),
    )
    entry = _table("search.Entry")
    copy(
        entry,
        "kind, ref, part, title, text, words, compartment_id, level, at",
        (
            _written("subject", f"{names[n // PER_CASE]}.{n % PER_CASE + 1}", _name(n), n // PER_CASE + 1, at)
            for n in range(cases * PER_CASE)
        ),
    )
    copy(
        entry,
        "kind, ref, part, title, text, words, compartment_id, level, at",
        (_written("case", names[n], titles[n], n + 1, moments[n]) for n in range(cases)),
    )
    for table in (compartment, subject):
        _set_sequence(table)


def _stated(n: int) -> Iterator[tuple[str, str]]:
    yield "name", _name(n)
    yield "birthDate", f"{1945 + n % 60}-{1 + n % 12:02}-{1 + n % 28:02}"
    yield "nationality", COUNTRIES[n % len(COUNTRIES)].lower()


def _seats(
    where: list[int], leads: list[int], by_unit: dict[int, list[int]], dice: random.Random, moments: list[datetime]
) -> Iterator[tuple[Any, ...]]:
    for n, (unit, lead) in enumerate(zip(where, leads, strict=True)):
        others = [pk for pk in dice.sample(by_unit[unit], min(MEMBERS, len(by_unit[unit]))) if pk != lead]
        for pk in (lead, *others[: MEMBERS - 1]):
            yield n + 1, pk, "lead" if pk == lead else "member", lead, moments[n]


def _written(kind: str, ref: str, title: str, compartment: int, at: datetime) -> tuple[Any, ...]:
    words = f"{folding.fold(f'{ref} {title}')} {engine.scope(compartment, None)}"
    return kind, ref, "", title, "", words, compartment, 0, at


def _dossiers(size: Size, officers: list[Officer], dice: random.Random, at: datetime) -> None:
    """Dossiers of the unit that handles everything and of the others, live and closed, as lists show them."""
    definitions = [catalogue.get(id) for id in ("eio", "mla-untoc", "eaw", "extradition-coe-1957", "mla-coe-1959")]
    model = apps.get_model("dossiers.Dossier")
    columns = [str(field.column) for field in model._meta.local_concrete_fields]
    units = sorted({unit for _, _, unit in officers})
    by_unit = {unit: [pk for pk, _, where in officers if where == unit] for unit in units}
    total = size.live + size.closed
    made = (_dossier(n, n < size.live, definitions, units, by_unit, dice, at) for n in range(total))
    copy(model._meta.db_table, ", ".join(columns), ([row[column] for column in columns] for row in made))
    copy(
        _table("search.Entry"),
        "kind, ref, part, title, text, words, unit_id, level, at",
        (_listed(n, units[n % len(units)], at) for n in range(total)),
    )


def _id(n: int) -> str:
    return f"fr-central-{2019 + n % 8}-{n:06}"


def _listed(n: int, unit: int, at: datetime) -> tuple[Any, ...]:
    title = f"{_name(n)}"
    words = f"{folding.fold(f'{_id(n)} {title}')} {engine.scope(None, unit)}"
    return "dossier", _id(n), "", title, "", words, unit, 0, at


def _dossier(
    n: int, live: bool, definitions: list[Any], units: list[int], by_unit: dict[int, list[int]], dice: random.Random,
    at: datetime,
) -> dict[str, Any]:  # fmt: skip
    definition = definitions[n % len(definitions)]
    unit = units[n % len(units)]
    roles = [party.id for party in definition.parties]
    stages = [stage.id for stage in definition.stages if bool(stage.final) != live]
    opened = at - timedelta(hours=dice.randrange(24 * (200 if live else 2500)))
    ours = live and n % 2 == 0
    due = at + timedelta(hours=dice.randrange(-200, 2000)) if live and n % 3 else None
    fields = apps.get_model("dossiers.Dossier")._meta.local_concrete_fields
    defaults = {str(field.column): field.get_default() for field in fields}
    return {
        **{column: ("{}" if value == {} else value) for column, value in defaults.items()},
        "id": _id(n),
        "instrument": definition.id,
        "version": definition.version,
        "definition_digest": definition.digest,
        "role": roles[0],
        "unit_id": unit,
        "assigned_to_id": dice.choice(by_unit[unit]) if n % 4 else None,
        "opened_at": opened,
        "stage": stages[n % len(stages)],
        "final": not live,
        "holder": roles[n % 2],
        "ours": ours,
        "theirs": live and not ours,
        "due_at": due,
        "due_kind": "question" if due else "",
        "due_ref": f"{n:064x}" if due else "",
        "due_by": roles[n % 2] if due else "",
        "due_ours": bool(due) and n % 2 == 0,
        **({"due_order": due} if due else {}),
        "waiting_for": '{"key": "our-act", "values": {"authority": "fr-central", "stage": "sent"}}',
        "counterpart": "nl-prosecution",
        "counterpart_country": COUNTRIES[1 + n % 9],
        "subject": _name(n),
        "language": "en",
        "act_count": 2 + n % 9,
        "last_act_at": opened + timedelta(hours=5),
        "changed_at": opened + timedelta(hours=5),
    }


def names() -> Iterator[str]:
    """Names that stand in the data, without end: what people search for."""
    return (_name(n * 7919) for n in count(1))
