"""The access record in the log: a row that is changed, removed or added behind our back is found and named."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from comity.access import actions as access
from comity.access import history, record
from comity.access import queries as people
from comity.access.rules import Thing
from comity.config import wiring
from comity.exchange import queries, sealing
from comity.exchange.models import LogEntry
from tests.exchange.peer import AT

INSERT = "INSERT INTO access_read (id, user_id, kind, thing, verb, rule, at) VALUES (%s,%s,'draft','x','read','r',%s)"


@pytest.fixture
def alice(node, settings):
    settings.COMITY_STORED = wiring.STORED
    unit = access.create_unit("mla", "Mutual legal assistance", at=AT)
    user, _ = access.create_user("alice", "Alice Martin", at=AT)
    access.grant(user, "officer", unit=unit, at=AT)
    return user


@pytest.fixture
def look(alice):
    def at(*ids):
        for id in ids:
            access.record_read(people.actor(alice), Thing("dossier", id, "mla"), AT)
        return people.reads()[0].pk

    return at


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def tampering():
    """Somebody who owns the database took the guard away."""
    for statement in history.release(connection.vendor):
        sql(statement)


def faults():
    return {fault.where: fault.says for fault in queries.verify_log().faults}


def entries(kind):
    return list(LogEntry.objects.filter(kind=kind).order_by("index").values_list("name", flat=True))


class TestSealing:
    def test_logs_what_was_added_since_the_last_time_and_nothing_twice(self, look):
        first = look("one", "two", "three")
        sealing.seal(AT)
        sealing.seal(AT)
        second = look("four")
        sealing.seal(AT)
        assert [name.split("-")[1] for name in entries("reads")] == [str(first), str(second)]
        assert entries("reads")[1] == f"{first + 1}-{second}"
        assert len(entries("changes")) == 1
        assert faults() == {}

    def test_goes_in_steps_through_many_rows(self, look, monkeypatch):
        monkeypatch.setattr(record, "MOST", 2)
        last = look(*"abcde")
        sealing.seal(AT)
        assert len(entries("reads")) == 3
        assert entries("reads")[-1].endswith(f"-{last}")
        assert faults() == {}

    def test_of_nothing_logs_nothing(self, node):
        before = queries.log_size()
        sealing.seal(AT)
        assert queries.log_size() == before

    def test_waits_for_a_minute_when_others_write_for_long(self, look, monkeypatch):
        from django.db import OperationalError

        look("one")

        def busy(name):
            raise OperationalError("canceling statement due to lock timeout")

        monkeypatch.setattr(record, "settled", busy)
        sealing.seal(AT)
        assert entries("reads") == []


class TestTampering:
    @pytest.fixture
    def sealed(self, look, tampering):
        last = look("one", "two", "three")
        sealing.seal(AT)
        return last

    def told(self):
        (name,) = entries("reads")
        return faults()[f"reads {name}"]

    @pytest.mark.parametrize(
        "change",
        ["thing = 'other'", "rule = 'other'", "verb = 'write'", "kind = 'draft'", "at = '2020-01-01 00:00:00'"],
    )
    def test_a_changed_row_is_named(self, sealed, change):
        sql(f"UPDATE access_read SET {change} WHERE id = %s", sealed - 1)
        assert self.told() == f"row {sealed - 1} was changed"

    def test_a_row_that_was_given_to_somebody_else_is_named(self, sealed, alice):
        other, _ = access.create_user("dan", "Dan", at=AT)
        sql("UPDATE access_read SET user_id = %s WHERE id = %s", other.pk, sealed)
        assert self.told() == f"row {sealed} was changed"

    def test_a_missing_row_is_named(self, sealed):
        sql("DELETE FROM access_read WHERE id = %s", sealed - 1)
        assert self.told() == f"row {sealed - 1} is missing"

    def test_all_rows_missing_are_named(self, sealed):
        sql("DELETE FROM access_read")
        assert self.told().count("is missing") == 3

    def test_a_row_put_in_later_is_named(self, sealed, alice, look):
        sql("DELETE FROM access_read WHERE id = %s", sealed - 2)
        sealing.seal(AT)
        sql(INSERT, sealed - 2, alice.pk, AT)
        assert self.told() == f"row {sealed - 2} was changed"

    def test_a_row_put_into_a_gap_is_named(self, alice, look, tampering):
        first = look("one")
        sql("UPDATE access_read SET id = id + 5 WHERE id = %s", first)
        sealing.seal(AT)
        sql(INSERT, first + 2, alice.pk, AT)
        assert self.told() == f"row {first + 2} was added"

    def test_a_change_of_rights_that_was_rewritten_is_named(self, sealed):
        change = people.changes()[0]
        sql("UPDATE access_change SET what = 'revoke' WHERE id = %s", change.pk)
        (name,) = entries("changes")
        assert faults() == {f"changes {name}": f"row {change.pk} was changed"}

    def test_who_rewrites_the_seal_too_is_found_by_the_log(self, sealed):
        sql("DELETE FROM access_read WHERE id = %s", sealed)
        (name,) = entries("reads")
        first, last = (int(part) for part in name.split("-"))
        sql("UPDATE access_seal SET raw = %s WHERE record = 'reads'", record.manifest("reads", first, last))
        assert self.told() == "its bytes are not those that were logged"

    def test_a_seal_that_cannot_be_read_is_told(self, sealed):
        sql("UPDATE access_seal SET raw = %s WHERE record = 'reads'", b"rubbish")
        assert "row" in self.told()

    def test_an_entry_that_names_no_rows_is_told(self):
        with pytest.raises(record.RowsDiffer):
            record.stored("reads", "1-2; DROP TABLE x")

    def test_many_are_counted(self, look, tampering):
        look(*(str(n) for n in range(30)))
        sealing.seal(AT)
        sql("UPDATE access_read SET thing = 'x'")
        assert self.told().endswith("and 10 more")


class TestTheDatabaseItself:
    @pytest.mark.parametrize("table", history.TABLES)
    @pytest.mark.parametrize("statement", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
    def test_refuses_to_rewrite(self, look, table, statement):
        from comity.access import signing

        signing.record("sign-in failed", at=AT, user=None, how="password", why="wrong", ip=None, browser="")
        look("one")
        sealing.seal(AT)
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            sql(statement.format(table=table))

    def test_says_which_guard_is_missing(self, node):
        assert history.missing(connection) == []
        for statement in history.release(connection.vendor):
            sql(statement)
        assert history.missing(connection) == list(history.TABLES)
        history.install(connection)
        history.install(connection)
        assert history.missing(connection) == []

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
    def test_refuses_to_empty(self, node):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            sql("TRUNCATE access_read")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_a_row_that_is_being_added_is_waited_for():
    """A row with a lower number, committed after one with a higher, must not look like one added later."""
    import threading
    import time

    user, _ = access.create_user("alice", "Alice Martin", at=AT)
    inside, found = threading.Event(), []

    def write():
        with transaction.atomic():
            access.record_read(people.actor(user), Thing("dossier", "slow", "mla"), AT, rule="unit-reads")
            inside.set()
            time.sleep(0.5)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    inside.wait(5)
    found.append(record.settled("reads"))
    thread.join()
    assert found == [people.reads(since=AT - timedelta(days=1))[0].pk]
