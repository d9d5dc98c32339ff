"""Merging and taking it back: the view is a fold of the merges that a reader sees, and undoing restores it exactly."""

import hashlib
import json
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.access import actions as access
from comity.access import asking
from comity.access.rules import NotAllowed
from comity.subjects import actions, clusters, queries
from comity.subjects.actions import Said
from comity.subjects.models import Merge, Statement, Subject
from tests.subjects.conftest import AT, person


def view(user, subject):
    return queries.subject(user, subject.compartment, subject.number, AT)


def digest(user, subjects):
    """Everything that this reader is shown of these subjects, with relations."""
    with asking.asking(user.pk, AT):
        return _digest(user, subjects)


def _digest(user, subjects):
    told = []
    for one in subjects:
        try:
            seen = view(user, one)
        except queries.NotFound:
            told.append(None)
            continue
        related = queries.relations(user, one, AT, limit=1000)
        told.append(
            [seen.ref, seen.caption, seen.kind, seen.values, [row.ref for row in seen.members],
             [(s.pk, s.value) for group in seen.groups for s in group.statements],
             [(row.edge.pk, row.out, row.other.ref, row.other.caption) for row in related.rows]]
        )  # fmt: skip
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


class TestMerge:
    def test_one_subject_with_the_statements_of_both(self, alice, boris, anna, case):
        actions.merge(boris, anna, "same photograph", by=alice, at=AT)
        for one in (boris, anna):
            seen = view(alice, one)
            assert (seen.ref, seen.caption) == (boris.ref, "Boris Kuznetsov")
            assert seen.values["name"] == ("Boris Kuznetsov", "Anna Petrova")
            assert [row.ref for row in seen.members] == [boris.ref, anna.ref]
        [row] = queries.in_compartment(alice, case, AT).rows
        assert (row.ref, row.members) == (boris.ref, 2)

    def test_relations_of_both_are_those_of_the_one(self, alice, boris, anna, add):
        firm = add("Company", name="Nord Trade")
        actions.relate(anna, firm, "Ownership", by=alice, at=AT)
        actions.merge(boris, anna, "same", by=alice, at=AT)
        assert [row.other.caption for row in queries.relations(alice, boris, AT).rows] == ["Nord Trade"]
        [row] = queries.relations(alice, firm, AT).rows
        assert (row.other.ref, row.other.members) == (anna.ref, 2)

    def test_a_person_is_no_car_and_a_relation_is_nobody(self, alice, boris, anna, add):
        with pytest.raises(actions.CannotMerge):
            actions.merge(boris, add("Vehicle", registrationNumber="AB-123-CD"), "x", by=alice, at=AT)
        edge = actions.relate(boris, anna, "Associate", by=alice, at=AT)
        with pytest.raises(actions.CannotMerge):
            actions.merge(boris, edge, "x", by=alice, at=AT)

    def test_no_company_becomes_a_person_by_way_of_something_in_between(self, alice, boris, add):
        entity, firm = add("LegalEntity", name="K."), add("Company", name="K.")
        actions.merge(entity, boris, "same number", by=alice, at=AT)
        with pytest.raises(actions.CannotMerge):
            actions.merge(entity, firm, "same number", by=alice, at=AT)
        assert view(alice, entity).kind == "Person"

    def test_not_with_itself_not_twice_and_not_without_a_reason(self, alice, boris, anna, later):
        with pytest.raises(actions.SameSubject):
            actions.merge(boris, boris, "x", by=alice, at=AT)
        with pytest.raises(actions.NoReason):
            actions.merge(boris, anna, " ", by=alice, at=AT)
        made = actions.merge(boris, anna, "x", by=alice, at=AT)
        with pytest.raises(actions.MergedAlready):
            actions.merge(anna, boris, "x", by=alice, at=AT)
        actions.unmerge(made, "another face", by=alice, at=later(hours=1))
        with pytest.raises(actions.Undone):
            actions.unmerge(made, "again", by=alice, at=later(hours=2))
        assert [one.undone_why for one in queries.merges(alice, boris, later(hours=3))] == ["another face"]

    def test_a_reader_and_a_stranger_may_not(self, bob, charlie, boris, anna):
        with pytest.raises(NotAllowed):
            actions.merge(boris, anna, "x", by=bob, at=AT)
        with pytest.raises(actions.NotFound):
            actions.merge(boris, anna, "x", by=charlie, at=AT)

    def test_what_is_merged_is_not_removed(self, alice, boris, anna):
        made = actions.merge(boris, anna, "x", by=alice, at=AT)
        with pytest.raises(actions.StillMerged):
            actions.remove(anna, "x", by=alice, at=AT)
        actions.unmerge(made, "x", by=alice, at=AT)
        actions.remove(anna, "x", by=alice, at=AT)


class TestAcrossCases:
    @pytest.fixture
    def abroad(self, add, other_case):
        return add(compartment=other_case, name="B. Kuznetsov")

    def test_only_who_sees_both_sees_one(self, alice, bob, boris, abroad):
        before = digest(bob, [boris, abroad])
        actions.merge(boris, abroad, "same fingerprint", by=alice, at=AT)
        assert view(alice, abroad).ref == boris.ref
        assert digest(bob, [boris, abroad]) == before
        assert queries.merges(bob, boris, AT) == []
        assert "B. Kuznetsov" not in "".join(queries.as_ftm(bob, boris.compartment, AT))

    def test_each_case_lists_it(self, alice, boris, abroad, other_case, case):
        actions.merge(boris, abroad, "same fingerprint", by=alice, at=AT)
        assert [row.ref for row in queries.in_compartment(alice, other_case, AT).rows] == [abroad.ref]
        assert [row.ref for row in queries.in_compartment(alice, case, AT).rows] == [boris.ref]

    def test_two_that_are_one_only_by_way_of_the_hidden_one_stay_two(self, alice, bob, boris, anna, abroad):
        actions.merge(abroad, boris, "x", by=alice, at=AT)
        actions.merge(abroad, anna, "x", by=alice, at=AT)
        assert view(alice, anna).ref == abroad.ref
        assert view(bob, anna).ref == anna.ref
        assert view(bob, boris).ref == boris.ref

    def test_nobody_merges_with_what_they_only_read(self, alice, mla, boris, abroad, other_case):
        dora = person("dora", mla)
        access.seat(boris.compartment, dora, part="member", by=alice, at=AT)
        access.seat(other_case, dora, part="reader", by=alice, at=AT)
        with pytest.raises(NotAllowed):
            actions.merge(boris, abroad, "x", by=dora, at=AT)


moves = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), max_size=9)


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=moves)
def test_random_merges_taken_back_restore_every_view(moves, alice, bob, case, circle, add):
    """Against a model: sets of subjects; every undo brings back exactly what every reader saw before the merge."""
    Merge.objects.all().delete()
    Subject.objects.filter(source__isnull=False).update(removed_at=AT, removed_by=alice, removed_why="x")
    people = [add(name=f"P{n}", compartment=circle if n == 4 else None) for n in range(5)]
    actions.relate(people[0], people[1], "Associate", by=alice, at=AT)
    actions.relate(people[2], people[4], "Associate", by=alice, at=AT)
    statements = sorted(Statement.objects.values_list("pk", "subject", "value"))
    groups = [{n} for n in range(5)]
    done = []
    for one, other, back in moves:
        if back and done:
            made, groups, digests = done.pop()
            actions.unmerge(made, "x", by=alice, at=AT)
            assert [digest(user, people) for user in (alice, bob)] == digests
            continue
        mine, theirs = (next(group for group in groups if n in group) for n in (one, other))
        if mine is theirs:
            with pytest.raises((actions.MergedAlready, actions.SameSubject)):
                actions.merge(people[one], people[other], "x", by=alice, at=AT)
            continue
        digests = [digest(user, people) for user in (alice, bob)]
        made = actions.merge(people[one], people[other], "x", by=alice, at=AT)
        done.append((made, groups, digests))
        groups = [group for group in groups if group not in (mine, theirs)] + [mine | theirs]
        for group in groups:
            for n in sorted(group)[:2]:
                assert {row.subject.pk for row in view(alice, people[n]).members} == {people[m].pk for m in group}
                seen = {people[m].pk for m in group if m != 4} if n != 4 else None
                if seen is not None:
                    assert {row.subject.pk for row in view(bob, people[n]).members} <= seen
    assert sorted(Statement.objects.values_list("pk", "subject", "value")) == statements


def test_undoing_in_any_order_leaves_what_the_rest_say(alice, add):
    people = [add(name=f"P{n}") for n in range(8)]
    made = [actions.merge(people[0], one, "x", by=alice, at=AT) for one in people[1:]]
    rest = dict(zip(made, people[1:], strict=True))
    for one in random.Random(7).sample(made, 7):
        actions.unmerge(one, "x", by=alice, at=AT)
        del rest[one]
        members = {row.subject.pk for row in view(alice, people[0]).members}
        assert members == {people[0].pk, *(p.pk for p in rest.values())}


def test_what_a_merge_asks_does_not_grow_with_relations(alice, case, boris, anna, add):
    """The same queries for none as for three hundred relations, and none of them looks at relations."""
    others = [add(name=f"P{n}") for n in range(3)]
    with CaptureQueriesContext(
        connection,
    ) as few:
        actions.unmerge(actions.merge(boris, anna, "x", by=alice, at=AT), "x", by=alice, at=AT)
    Subject.objects.bulk_create(
        Subject(
            compartment=case, number=1000 + n, schema="UnknownLink", source=anna, target=others[n % 3], by=alice, at=AT
        )
        for n in range(300)
    )
    with CaptureQueriesContext(connection) as many:
        actions.unmerge(actions.merge(boris, anna, "x", by=alice, at=AT), "x", by=alice, at=AT)
    assert len(many) == len(few)
    with asking.asking(alice.pk, AT), CaptureQueriesContext(connection) as page:
        assert queries.relations(alice, boris, AT, limit=5).rows == ()
        assert len(queries.relations(alice, anna, AT, limit=5).rows) == 5
    assert len(page) < 40


def test_a_ring_of_merges_is_one_cluster(alice, boris, anna, add):
    """Two people who see different things may close a ring; nothing runs forever."""
    third = add(name="C")
    for into, absorbed in ((boris, anna), (anna, third), (third, boris)):
        Merge.objects.create(
            into=into, absorbed=absorbed, compartment=absorbed.compartment, reason="x", by=alice, at=AT
        )
    found = clusters.of(alice, [third.pk], AT)[third.pk]
    assert found.root == boris.pk
    assert set(found.members) == {boris.pk, anna.pk, third.pk}


def test_a_statement_of_the_one_is_stated_of_that_one(alice, boris, anna):
    actions.merge(boris, anna, "x", by=alice, at=AT)
    made = actions.state(anna, Said("alias", "Anja"), by=alice, at=AT)
    assert made.subject_id == anna.pk
    assert view(alice, boris).values["alias"] == ("Anja",)
