"""Who finds what, and that each hit is recorded."""

import pytest
from django.db import connection

from comity.access import actions as access
from comity.access import queries as people
from comity.search import actions, queries
from tests.search.conftest import AT


def put(ref, title, text="", **where):
    actions.put("item", ref, title=title, text=text, at=AT, **where)


def found(user, words, **how):
    return [hit.ref for hit in queries.find(user, words, at=AT, **how).hits]


@pytest.fixture
def boat(case):
    put("1", "A boat", "Bought in Split by Анна Кузнецова", compartment=case)


def test_a_member_finds_by_every_word_and_by_the_beginning_of_the_last(alice, boat):
    assert found(alice, "boat") == ["1"]
    assert found(alice, "split boug") == ["1"]
    assert found(alice, "boat car") == []
    assert found(alice, '"bought in split"') == ["1"]
    assert found(alice, '"split in bought"') == []


def test_a_name_in_another_script_is_found_in_latin_letters(alice, boat):
    assert found(alice, "kuznecova") == ["1"]
    assert found(alice, "КУЗНЕЦОВА") == ["1"]


def test_who_does_not_need_to_know_finds_nothing(bob, charlie, boat):
    assert found(bob, "boat") == []
    assert found(charlie, "boat") == []


def test_who_gets_a_seat_finds_it_and_who_loses_it_does_not(alice, bob, case, boat):
    access.seat(case, bob, part="reader", by=alice, at=AT)
    assert found(bob, "boat") == ["1"]
    access.unseat(case, bob, by=alice, at=AT)
    assert found(bob, "boat") == []


def test_the_level_of_an_entry_counts(alice, case):
    put("2", "A secret boat", compartment=case, level=3)
    assert found(alice, "boat") == []
    access.set_clearance(alice, 3, by=None, at=AT)
    assert found(alice, "boat") == ["2"]


def test_what_belongs_to_a_unit_is_found_by_its_people(alice, bob, charlie, mla):
    actions.put("dossier", "fr-central-2026-0001", title="Bank records", text="", unit=mla, at=AT)
    assert found(bob, "fr-central-2026-0001") == found(alice, "bank") == ["fr-central-2026-0001"]
    assert found(charlie, "bank") == []
    assert queries.refs(bob, "bank", at=AT, kind="dossier") == ["fr-central-2026-0001"]


def test_each_hit_is_a_read_and_what_was_not_found_is_none(alice, bob, boat):
    queries.find(alice, "boat", at=AT)
    queries.find(bob, "boat", at=AT)
    (read,) = people.reads()
    assert (read.user, read.kind, read.thing, read.rule) == (alice, "item", "1", "member-reads")


def test_writing_again_replaces_and_removing_removes(alice, case, boat):
    put("1", "A car", compartment=case)
    assert found(alice, "boat") == []
    assert found(alice, "car") == ["1"]
    actions.remove("item", "1")
    assert found(alice, "car") == []


def test_parts_of_one_thing_are_one_hit(alice, case):
    for part in ("a", "b"):
        actions.put("subject", "7", title="Marta Olsen", text=f"alias {part}", compartment=case, part=part, at=AT)
    hits = queries.find(alice, "olsen", at=AT)
    assert (hits.total, [hit.ref for hit in hits.hits]) == (1, ["7"])


def test_pages_of_hits_say_that_there_are_more(alice, case):
    for number in range(5):
        put(str(number), "A boat", compartment=case)
    first = queries.find(alice, "boat", at=AT, limit=2)
    last = queries.find(alice, "boat", at=AT, limit=2, offset=4)
    assert (first.total, len(first.hits), first.more) == (5, 2, True)
    assert (len(last.hits), last.more) == (1, False)


@pytest.mark.parametrize("words", ["'; DROP TABLE x --", 'a" OR "b', "* NEAR(", "zzc1", "(", "\x00"])
def test_nothing_that_is_typed_becomes_a_command(alice, bob, boat, words):
    assert found(bob, words) == []
    queries.find(alice, words, at=AT)


@pytest.mark.django_db(transaction=True)
def test_after_scrubbing_nothing_of_a_word_is_left_in_the_index(alice, case):
    put("9", "Xylographer", compartment=case)
    actions.remove("item", "9")
    actions.scrub()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM search_words_data WHERE instr(block, CAST('xylographer' AS BLOB))")
            assert cursor.fetchone()[0] == 0
    assert found(alice, "xylographer") == []
