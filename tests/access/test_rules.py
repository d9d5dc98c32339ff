"""The rule table against expectations.yaml, and what must hold whatever the roles."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.access import rules
from comity.access.handling import Handling
from comity.access.roles import ROLES
from comity.access.rules import KINDS, MATERIAL, PARTS, VERBS, Actor, Grant, Seat, Thing
from comity.lib import strict_yaml

EXPECTED = strict_yaml.read(Path(__file__).with_name("expectations.yaml")).value

THEIRS, OTHER = "mla", "cyber"
grants = st.builds(Grant, st.sampled_from(ROLES), st.sampled_from([THEIRS, OTHER, None]))
actors = st.builds(Actor, st.just("alice"), st.just("Alice"), st.frozensets(grants, max_size=8), active=st.just(True))


def expected(role: str, held_in: str | None, verb: str, kind: str, unit: str) -> bool:
    line = EXPECTED.get(kind, {}).get(verb, {})
    within_reach = [*line.get("in their unit", []), *line.get("outside cases", [])] if held_in in (unit, None) else []
    return role in within_reach or role in line.get("in every unit", [])


@pytest.mark.parametrize(("role", "verb", "kind"), list(product(ROLES, VERBS, KINDS)))
def test_the_table_answers_as_people_expect(role, verb, kind):
    for held_in, unit in product([THEIRS, None], [THEIRS, OTHER]):
        alice = Actor("alice", grants=frozenset({Grant(role, held_in)}))
        decision = rules.can(alice, verb, Thing(kind, "1", unit, drafted_by=["bob"], submitted_by="bob"))
        assert decision.allowed is expected(role, held_in, verb, kind, unit), (held_in, unit, decision)


@pytest.mark.parametrize(("role", "verb", "kind"), list(product(ROLES, VERBS, KINDS)))
def test_the_table_answers_as_people_expect_in_a_case_too(role, verb, kind):
    line = EXPECTED.get(kind, {}).get(verb, {})
    for held_in, unit, need in product([THEIRS, None], [THEIRS, OTHER], ["members", "unit"]):
        alice = Actor("alice", grants=frozenset({Grant(role, held_in)}), clearance=3)
        within_reach = list(line.get("in their unit", [])) if held_in in (unit, None) else []
        if need == "unit" and held_in in (unit, None):
            within_reach += line.get("open to the unit", [])
        thing = Thing(kind, "1", unit, drafted_by=["bob"], compartment="c-2026-0001", need=need, level=3)
        allowed = role in within_reach or role in line.get("in every unit", [])
        assert rules.can(alice, verb, thing).allowed is allowed, (held_in, unit, need)


@pytest.mark.parametrize(("part", "verb", "kind"), list(product(PARTS, VERBS, KINDS)))
def test_a_seat_answers_as_people_expect(part, verb, kind):
    alice = Actor("alice", seats=frozenset({Seat("c-2026-0001", part)}))
    expects = part in EXPECTED.get(kind, {}).get(verb, {}).get("with a seat", [])
    assert rules.can(alice, verb, Thing(kind, "1", THEIRS, compartment="c-2026-0001")).allowed is expects
    for elsewhere in ("c-2026-0002", "c-2026-0001-a", None):
        assert not rules.can(alice, verb, Thing(kind, "1", THEIRS, compartment=elsewhere)).allowed


@pytest.mark.parametrize(("verb", "kind"), list(product(VERBS, KINDS)))
def test_a_broken_glass_answers_as_people_expect(verb, kind):
    alice = Actor("alice", opened=frozenset({"c-2026-0001"}))
    expects = "broken glass" in EXPECTED.get(kind, {}).get(verb, {})
    assert rules.can(alice, verb, Thing(kind, "1", THEIRS, compartment="c-2026-0001")).allowed is expects
    assert not rules.can(alice, verb, Thing(kind, "1", THEIRS, compartment="c-2026-0002")).allowed


@pytest.mark.parametrize(("verb", "kind"), list(product(VERBS, MATERIAL.split())))
def test_nobody_reaches_above_their_clearance(verb, kind):
    every = frozenset(Grant(role) for role in ROLES)
    seats = frozenset({Seat("c-2026-0001", "lead")})
    alice = Actor("alice", grants=every, seats=seats, opened=frozenset({"c-2026-0001"}), clearance=1)
    thing = Thing(kind, "1", THEIRS, compartment="c-2026-0001", need="unit", level=2)
    assert not rules.can(alice, verb, thing).allowed


class TestDeputies:
    """A deputy's hands are their own, and those of the absent colleague too: no second person in one chair."""

    def test_a_deputy_approves_what_the_absent_colleague_had_no_hand_in(self):
        bob = Actor("bob", grants=frozenset({Grant("approver", THEIRS, via="alice")}))
        assert rules.can(bob, "approve", Thing("draft", "1", THEIRS, drafted_by=["dan"])).allowed

    def test_a_deputy_does_not_approve_in_her_place_what_she_drafted_or_submitted(self):
        bob = Actor("bob", grants=frozenset({Grant("approver", THEIRS, via="alice")}))
        assert not rules.can(bob, "approve", Thing("draft", "1", THEIRS, drafted_by=["alice"])).allowed
        assert not rules.can(bob, "approve", Thing("draft", "1", THEIRS, submitted_by="alice")).allowed

    def test_with_a_role_of_ones_own_one_is_a_second_person(self):
        bob = Actor("bob", grants=frozenset({Grant("approver", THEIRS), Grant("approver", THEIRS, via="alice")}))
        assert rules.can(bob, "approve", Thing("draft", "1", THEIRS, drafted_by=["alice"])).allowed

    def test_ones_own_hand_counts_in_every_chair(self):
        bob = Actor("bob", grants=frozenset({Grant("approver", THEIRS, via="alice"), Grant("approver", THEIRS)}))
        assert rules.can(bob, "approve", Thing("draft", "1", THEIRS, drafted_by=["bob"])).rule == "four-eyes"

    def test_nobody_reviews_in_her_place_the_glass_that_she_broke(self):
        bob = Actor("bob", grants=frozenset({Grant("approver", THEIRS, via="alice")}))
        assert not rules.can(bob, "review", Thing("emergency", "1", THEIRS, drafted_by=["alice"])).allowed
        assert rules.can(bob, "review", Thing("emergency", "1", THEIRS, drafted_by=["bob"])).rule == "own-glass"


class TestHandling:
    def test_what_its_originator_keeps_is_not_passed_on_and_the_table_says_so(self):
        alice = Actor("alice", seats=frozenset({Seat("c-1", "lead")}))
        theirs = Handling(originator="nl-police", codes=frozenset({"H2"}))
        thing = Thing("item", "1", THEIRS, compartment="c-1", handling=theirs, to="be-police")
        assert rules.can(alice, "pass-on", thing).rule == "originator-decides"
        back = Thing("item", "1", THEIRS, compartment="c-1", handling=theirs, to="nl-police")
        assert rules.can(alice, "pass-on", back).allowed

    def test_what_is_no_evidence_is_not_disclosed(self):
        alice = Actor("alice", seats=frozenset({Seat("c-1", "lead")}))
        theirs = Handling(originator="nl-police", codes=frozenset({"H1"}))
        thing = Thing("item", "1", THEIRS, compartment="c-1", handling=theirs)
        assert rules.can(alice, "disclose", thing).rule == "not-as-evidence"


def test_the_expectations_use_only_words_of_the_table():
    assert set(EXPECTED) <= set(KINDS)
    for line in EXPECTED.values():
        assert set(line) <= set(VERBS)
        for where in line.values():
            words = {
                "in their unit": ROLES, "in every unit": ROLES, "open to the unit": ROLES, "outside cases": ROLES,
                "with a seat": PARTS, "broken glass": ["anybody"],
            }  # fmt: skip
            assert all(set(roles) <= set(words[place]) for place, roles in where.items())


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
