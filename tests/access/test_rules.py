"""The rule table against expectations.yaml, and what must hold whatever the roles."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.access import rules
from comity.access.roles import ROLES
from comity.access.rules import KINDS, VERBS, Actor, Grant, Thing
from comity.lib import strict_yaml

EXPECTED = strict_yaml.read(Path(__file__).with_name("expectations.yaml")).value

THEIRS, OTHER = "mla", "cyber"
grants = st.builds(Grant, st.sampled_from(ROLES), st.sampled_from([THEIRS, OTHER, None]))
actors = st.builds(Actor, st.just("alice"), st.just("Alice"), st.frozensets(grants, max_size=8), active=st.just(True))


def expected(role: str, held_in: str | None, verb: str, kind: str, unit: str) -> bool:
    line = EXPECTED.get(kind, {}).get(verb, {})
    within_reach = held_in in (unit, None)
    return (within_reach and role in line.get("in their unit", [])) or role in line.get("in every unit", [])


@pytest.mark.parametrize(("role", "verb", "kind"), list(product(ROLES, VERBS, KINDS)))
def test_the_table_answers_as_people_expect(role, verb, kind):
    for held_in, unit in product([THEIRS, None], [THEIRS, OTHER]):
        alice = Actor("alice", grants=frozenset({Grant(role, held_in)}))
        decision = rules.can(alice, verb, Thing(kind, "1", unit, drafted_by=["bob"], submitted_by="bob"))
        assert decision.allowed is expected(role, held_in, verb, kind, unit), (held_in, unit, decision)


def test_the_expectations_use_only_words_of_the_table():
    assert set(EXPECTED) <= set(KINDS)
    for line in EXPECTED.values():
        assert set(line) <= set(VERBS)
        for where in line.values():
            assert set(where) <= {"in their unit", "in every unit"}
            assert {role for roles in where.values() for role in roles} <= set(ROLES)


@pytest.mark.parametrize(("verb", "kind"), list(product(VERBS, KINDS)))
def test_someone_without_a_role_may_do_nothing(verb, kind):
    assert not rules.can(Actor("alice"), verb, Thing(kind, "1", THEIRS)).allowed


@given(
    actors,
    st.sampled_from(KINDS),
    st.sampled_from([THEIRS, OTHER, None]),
    st.sampled_from(["drafted", "submitted"]),
)
def test_whoever_had_a_hand_in_a_draft_never_approves_it(alice, kind, unit, hand):
    thing = (
        Thing(kind, "1", unit, drafted_by=["bob", "alice"], submitted_by="bob")
        if hand == "drafted"
        else Thing(kind, "1", unit, drafted_by=["bob"], submitted_by="alice")
    )
    decision = rules.can(alice, "approve", thing)
    assert not decision.allowed
    assert decision.rule == "four-eyes"


@given(actors)
def test_nobody_changes_their_own_roles(alice):
    assert not rules.can(alice, "manage", Thing("users", "alice")).allowed


@given(actors, st.sampled_from(VERBS), st.sampled_from(KINDS), st.sampled_from([THEIRS, OTHER, None]))
def test_the_units_that_are_visible_are_those_that_the_table_allows(alice, verb, kind, unit):
    thing = Thing(kind, "1", unit, drafted_by=["bob"])
    assert rules.visible_units(alice, verb, kind).covers(unit) is rules.can(alice, verb, thing).allowed


@given(actors, grants, st.sampled_from(VERBS), st.sampled_from(KINDS))
def test_a_further_role_never_takes_anything_away(alice, more, verb, kind):
    thing = Thing(kind, "1", THEIRS, drafted_by=["bob"])
    richer = Actor("alice", grants=alice.grants | {more})
    assert rules.can(richer, verb, thing).allowed >= rules.can(alice, verb, thing).allowed


@given(actors, st.sampled_from(VERBS), st.sampled_from(KINDS))
def test_a_deactivated_user_may_do_and_see_nothing(alice, verb, kind):
    gone = Actor("alice", grants=alice.grants, active=False)
    assert rules.can(gone, verb, Thing(kind, "1", THEIRS)).rule == "left"
    assert not rules.visible_units(gone, verb, kind).covers(THEIRS)


class TestExplaining:
    def test_a_refusal_names_the_roles_that_could(self):
        clerk = Actor("alice", grants=frozenset({Grant("clerk", THEIRS)}))
        decision = rules.can(clerk, "approve", Thing("draft", "1", THEIRS, drafted_by=["bob"]))
        assert (decision.rule, decision.needs) == ("nothing-fits", ("approver",))

    def test_demanding_what_is_not_allowed_says_why_and_who_may(self):
        approver = Actor("alice", grants=frozenset({Grant("approver", THEIRS)}))
        with pytest.raises(rules.NotAllowed) as caught:
            rules.demand(approver, "approve", Thing("draft", "1", THEIRS, drafted_by=["alice"]))
        assert "second person" in caught.value.sentence
        assert "approver" in caught.value.remedy
        assert caught.value.fields["rule"] == "four-eyes"

    def test_demanding_what_is_allowed_answers_with_the_row(self):
        officer = Actor("alice", grants=frozenset({Grant("officer", THEIRS)}))
        assert rules.demand(officer, "submit", Thing("draft", "1", THEIRS)).rule == "officer-submits"

    def test_what_no_role_may_says_so(self):
        with pytest.raises(rules.NotAllowed) as caught:
            rules.demand(Actor("alice"), "assign", Thing("keys"))
        assert caught.value.remedy == "Nobody may do this."

    @pytest.mark.parametrize(("verb", "kind"), [("eat", "dossier"), ("read", "cake")])
    def test_a_word_the_table_does_not_know_is_an_error_not_a_no(self, verb, kind):
        with pytest.raises(rules.UnknownWord):
            rules.can(Actor("alice"), verb, Thing(kind))


class TestTable:
    def test_rows_have_names_of_their_own(self):
        names = [row.name for row in rules.TABLE]
        assert len(names) == len(set(names))

    def test_rows_that_forbid_stand_above_rows_that_allow(self):
        allows = [row.allows for row in rules.TABLE]
        assert allows == sorted(allows)

    def test_one_name_given_for_the_drafters_is_caught(self):
        with pytest.raises(TypeError):
            Thing("draft", drafted_by="alice")
