"""The filters against the rules, on random worlds: no row that the table forbids, none missing that it allows."""

from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.access import asking, rules, sight
from comity.access.rules import KINDS, MATERIAL, VERBS, Thing
from comity.access.sight import actor, compartments, material, of_units
from comity.search.models import Entry
from tests.access.worlds import ASKED, MOMENTS, build, write

pytestmark = pytest.mark.django_db


def worlds(examples):
    """Each example in a transaction that is taken back."""

    def around(test):
        @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(st.integers(0, 10**9))
        def run(db, seed):
            with transaction.atomic():
                test(Random(seed))
                transaction.set_rollback(True)

        run.__name__ = test.__name__
        return run

    return around


@worlds(20)
def test_the_cases_that_somebody_reaches_are_those_that_the_table_allows(chance):
    world = build(chance)
    for user in world.users:
        at = chance.choice(MOMENTS)
        with asking.asking(user.pk, at):
            who = actor(user)
            for verb, kind in ASKED:
                rows = {one.name for one in compartments(user, verb=verb, kind=kind)}
                allowed = {c.name for c in world.compartments if may(who, verb, kind, c)}
                assert rows == allowed, (user.username, verb, kind, at)


@worlds(10)
def test_the_rows_that_somebody_reaches_are_those_that_the_table_allows(chance):
    world = build(chance)
    kind = chance.choice([*MATERIAL.split(), "thread"])
    entries = write(world, kind)
    pairs = [(verb, asked) for verb, asked in ASKED if asked == kind]
    for user in world.users:
        at = chance.choice(MOMENTS)
        who = actor(user, at)
        for verb, _ in pairs:
            seen = material(user, kind=kind, verb=verb, at=at) | of_units(user, kind=kind, verb=verb, at=at)
            rows = set(Entry.objects.filter(seen).values_list("ref", flat=True))
            allowed = {one.ref for one in entries if rules.can(who, verb, thing(one)).allowed}
            assert rows == allowed, (user.username, verb, kind, at)


@worlds(6)
def test_where_no_moment_is_known_what_is_time_boxed_does_not_count(chance):
    world = build(chance)
    for user in world.users:
        who = actor(user)
        assert not who.opened
        assert not any(one.via for one in (*who.seats, *who.grants))
        for kind in MATERIAL.split():
            rows = {one.name for one in compartments(user, kind=kind)}
            assert rows == {c.name for c in world.compartments if may(who, "read", kind, c)}


@worlds(6)
def test_what_no_row_allows_reaches_nothing(chance):
    world = build(chance)
    pairs = [(verb, kind) for verb in VERBS for kind in KINDS if (verb, kind) not in ASKED]
    for verb, kind in chance.sample(pairs, 20):
        for user in world.users:
            assert not compartments(user, verb=verb, kind=kind, at=MOMENTS[1]).exists()


@worlds(6)
def test_the_answer_is_the_same_whether_remembered_or_looked_up(chance):
    world = build(chance)
    for user in world.users:
        at = chance.choice(MOMENTS)
        with asking.asking(user.pk, at):
            assert actor(user) == actor(user, at) == actor(user)
        assert actor(user, at) == sight_of(user, at)


def sight_of(user, at):
    with asking.asking(user.pk, at):
        return actor(user)


def may(who, verb, kind, compartment):
    return rules.can(who, verb, sight.thing(kind, "1", compartment)).allowed


def thing(entry):
    if entry.compartment:
        return sight.thing(entry.kind, entry.ref, entry.compartment, level=entry.level)
    return Thing(entry.kind, entry.ref, entry.unit.code, level=entry.level)
