"""The second wall: on PostgreSQL, a query that forgot the filter gives nobody a row that the table forbids."""

from contextlib import contextmanager
from datetime import timedelta
from random import Random

import pytest
from django.db import ProgrammingError, connection, transaction

from comity.access import actions, asking, queries, rules, wall
from comity.access.compartments import Compartment
from comity.search.models import Entry
from tests.access.test_sight import worlds
from tests.access.worlds import ASKED, MOMENTS, build, write

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row-level security")
pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def case(alice, mla, at):
    case = actions.create_compartment("c-2026-0001", unit=mla, by=alice, at=at)
    put("secret plans", case, at)
    return case


def put(title, compartment, at, *, unit=None, level=0):
    Entry.objects.create(kind="item", ref=title, title=title, compartment=compartment, unit=unit, level=level, at=at)


def titles():
    """Everything in the table, with no filter at all."""
    return sorted(Entry.objects.values_list("title", flat=True))


@contextmanager
def by(user, at):
    with asking.asking(user.pk if user else None, at):
        yield


class TestTables:
    def test_every_table_with_a_compartment_is_found(self):
        found = wall.tables()
        assert "search_entry" in found
        assert not [name for name in found if name.startswith("access_")]

    def test_every_one_of_them_has_the_wall(self):
        assert wall.missing(connection) == []

    @on_postgresql
    def test_one_without_it_is_named_and_gets_it_back(self):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE search_entry NO FORCE ROW LEVEL SECURITY")
        assert "search_entry" in wall.missing(connection)
        assert "search_entry" in wall.install(connection)
        assert "search_entry" not in wall.missing(connection)

    @on_postgresql
    def test_the_tests_themselves_do_not_walk_through_it(self):
        assert not wall.bypassed(connection)


@on_postgresql
class TestWhoAsks:
    def test_a_stranger_gets_nothing_a_member_their_rows_and_the_node_all(self, case, alice, bob, at):
        with by(bob, at):
            assert titles() == []
            assert Entry.objects.count() == 0
        with by(alice, at):
            assert titles() == ["secret plans"]
        with by(None, at):
            assert titles() == []
        assert titles() == ["secret plans"]
        with by(bob, at), asking.as_node():
            assert titles() == ["secret plans"]

    def test_a_stranger_changes_and_deletes_nothing_and_puts_nothing_in(self, case, bob, at):
        with by(bob, at):
            assert Entry.objects.update(title="x") == 0
            assert Entry.objects.all().delete()[0] == 0
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                put("planted", case, at)
        assert titles() == ["secret plans"]

    def test_raw_sql_is_asked_too(self, case, bob, at):
        with by(bob, at), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM search_entry")
            assert cursor.fetchone() == (0,)

    def test_what_is_above_the_clearance_stays_hidden(self, case, alice, ada, at):
        put("top secret", case, at, level=2)
        with by(alice, at):
            assert titles() == ["secret plans"]
        actions.set_clearance(alice, 2, by=ada, at=at)
        with by(alice, at):
            assert titles() == ["secret plans", "top secret"]

    def test_a_seat_counts_at_once_and_until_its_end(self, case, alice, bob, at):
        with by(alice, at):
            actions.seat(case, bob, part="reader", by=alice, at=at, until=at + HOUR)
        for moment, seen in ((at, ["secret plans"]), (at + HOUR, [])):
            with by(bob, moment):
                assert titles() == seen

    def test_a_deputy_sees_what_the_absent_colleague_saw(self, case, alice, bob, at):
        actions.name_deputy(alice, bob, starts_at=at, until=at + HOUR, by=alice, at=at)
        for moment, seen in ((at, ["secret plans"]), (at + HOUR, [])):
            with by(bob, moment):
                assert titles() == seen

    def test_a_case_that_is_open_to_the_unit_is_open(self, case, alice, bob, mla, at):
        with by(bob, at):
            assert titles() == []
            with by(alice, at):
                actions.set_need(case, "unit", by=alice, at=at)
            assert titles() == ["secret plans"]

    def test_a_broken_glass_opens_it_for_its_time(self, case, alice, bob, at):
        with by(bob, at):
            assert titles() == []
            actions.break_glass(case.name, reason="A hostage.", by=bob, at=at)
            assert titles() == ["secret plans"]
        with by(bob, at + 4 * HOUR):
            assert titles() == []

    def test_rights_that_change_while_somebody_asks_count_at_once(self, case, alice, mla, at):
        actions.set_need(case, "unit", by=alice, at=at)
        dan, _ = actions.create_user("dan", "Dan", at=at)
        with by(dan, at):
            assert titles() == []
            actions.grant(dan, "clerk", unit=mla, at=at)
            assert titles() == ["secret plans"]
            actions.deactivate(dan, at=at)
            assert titles() == []

    def test_what_belongs_to_a_unit_and_no_case_is_for_the_unit_and_those_who_read_all(self, alice, mla, cyber, at):
        olga, _ = actions.create_user("olga", "Olga", at=at)
        actions.grant(olga, "auditor", at=at)
        put("ours", None, at, unit=mla)
        put("theirs", None, at, unit=cyber)
        for user, seen in ((alice, ["ours"]), (olga, ["ours", "theirs"]), (None, [])):
            with by(user, at):
                assert titles() == seen

    def test_an_approver_reaches_what_a_query_asks_for_by_its_verb_and_nothing_before(self, case, bob, at):
        with by(bob, at):
            assert titles() == []
            oversees = queries.material(bob, kind="case", verb="oversee")
            assert Entry.objects.filter(oversees).count() == 1
        with by(bob, at):
            assert titles() == []


@on_postgresql
class TestTelling:
    def test_costs_one_statement_when_somebody_else_asks_and_none_after(self, case, alice, at):
        with by(alice, at):
            Entry.objects.count()
            with told() as statements:
                Entry.objects.count()
                Entry.objects.count()
            assert statements == []
            with asking.as_node(), told() as statements:
                Entry.objects.count()
                Entry.objects.count()
            assert len(statements) == 1

    def test_a_transaction_or_savepoint_that_is_taken_back_takes_nothing_with_it(self, case, alice, bob, at):
        with by(alice, at):
            assert titles() == ["secret plans"]
            with transaction.atomic():
                with by(bob, at):
                    assert titles() == []
                transaction.set_rollback(True)
            assert titles() == ["secret plans"]
            with by(bob, at), transaction.atomic():
                assert titles() == []
                transaction.set_rollback(True)
            assert titles() == ["secret plans"]

    def test_many_at_once_are_told_too(self, case, bob, at):
        with by(bob, at), connection.cursor() as cursor:
            cursor.executemany("UPDATE search_entry SET title = %s", [("x",), ("y",)])
        assert titles() == ["secret plans"]

    def test_a_query_that_is_read_in_pieces_is_told_too(self, case, alice, bob, at):
        for user, seen in ((bob, 0), (alice, 1)):
            with by(user, at):
                assert len(list(Entry.objects.iterator(chunk_size=1))) == seen


@pytest.mark.django_db(transaction=True)
@on_postgresql
class TestConnections:
    def test_what_a_transaction_of_our_own_writing_takes_back_is_told_again(self, case, alice, bob, at):
        from comity.exchange.snapshot import snapshot

        with by(bob, at):
            assert titles() == []
            with snapshot(), by(alice, at):
                assert titles() == ["secret plans"]
            assert titles() == []
        with by(alice, at):
            assert titles() == ["secret plans"]

    def test_a_new_connection_knows_nobody_until_it_is_told(self, case, alice, bob, at):
        with by(alice, at):
            assert titles() == ["secret plans"]
            connection.close()
            assert titles() == ["secret plans"]
        connection.close()
        connection.ensure_connection()
        with connection.connection.cursor() as cursor:  # past Django: nothing was told
            cursor.execute("SELECT count(*) FROM search_entry")
            assert cursor.fetchone() == (0,)


@on_postgresql
@worlds(12)
def test_the_wall_stands_where_the_rules_do(chance: Random):
    """Without any filter, everybody gets the rows that they may read by the table, and no other."""
    world = build(chance)
    kind = chance.choice(["case", "item"])
    entries = [one for one in write(world, kind) if one.compartment]
    for user in world.users:
        with asking.asking(user.pk, chance.choice(MOMENTS)):
            who = queries.actor(user)
            rows = set(Entry.objects.filter(compartment__isnull=False).values_list("ref", flat=True))
            allowed = {
                one.ref
                for one in entries
                if rules.can(who, "read", queries.thing(kind, "1", one.compartment, level=one.level)).allowed
            }
            assert rows == allowed


@on_postgresql
@worlds(6)
def test_the_wall_stops_nothing_that_the_filter_lets_through(chance: Random):
    world = build(chance)
    write(world, "item")
    for user in world.users:
        at = chance.choice(MOMENTS)
        for verb, kind in ASKED:
            with asking.asking(user.pk, at):
                seen = queries.material(user, kind=kind, verb=verb)
                asked = set(Entry.objects.filter(seen).values_list("ref", flat=True))
                with asking.as_node():
                    everything = set(Entry.objects.filter(seen).values_list("ref", flat=True))
            if kind in ("case", "subject", "item", "window", "thread"):
                assert asked == everything, (user.username, verb, kind)


@on_postgresql
class TestCost:
    """With many rows the wall is looked up once for all of them, with few once for each; never a scan per row."""

    @pytest.fixture
    def many(self, alice, mla, at):
        cases = Compartment.objects.bulk_create(
            Compartment(name=f"x-{n}", unit=mla, created_at=at) for n in range(2000)
        )
        Entry.objects.bulk_create(
            Entry(kind="item", ref=f"{n}", title="t", compartment=cases[n % 2000], at=at) for n in range(20_000)
        )
        mine = actions.create_compartment("c-2026-0001", unit=mla, by=alice, at=at)
        Entry.objects.bulk_create(
            Entry(kind="item", ref=f"m{n}", title="t", compartment=mine, at=at) for n in range(50)
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE search_entry, access_compartment, access_membership")
        return mine

    def plan(self, query, *values):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", values)
            return cursor.fetchone()[0][0]

    def test_of_a_look_at_one_case_is_the_rows_of_that_case(self, many, alice, at):
        with by(alice, at):
            told = self.plan("SELECT * FROM search_entry WHERE compartment_id = %s", many.pk)
        assert told["Execution Time"] < 30
        assert told["Plan"]["Actual Rows"] == 50

    def test_of_a_look_through_everything_is_one_hash(self, many, alice, at):
        with by(alice, at):
            told = self.plan("SELECT count(*) FROM search_entry")
        assert told["Execution Time"] < 300
        assert "Seq Scan on access_compartment" not in [
            node for node in loops(told["Plan"]) if node.endswith("many times")
        ]


def loops(plan):
    often = "many times" if plan["Actual Loops"] > 100 else "once"
    yield f"{plan['Node Type']} on {plan.get('Relation Name', '')} {often}"
    for inner in plan.get("Plans", []):
        yield from loops(inner)


@contextmanager
def told():
    """What the connection is told meanwhile."""
    statements = []
    wrapper = connection.values

    def values():
        before, now = connection._told, wrapper()
        if now != before:
            statements.append(now)
        return now

    connection.values = values
    try:
        yield statements
    finally:
        del connection.values


def test_sqlite_has_no_wall_and_needs_none_told():
    if connection.vendor == "sqlite":
        assert wall.install(connection) == []
        assert not wall.bypassed(connection)
