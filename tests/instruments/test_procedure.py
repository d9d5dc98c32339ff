"""The fold is total, pure and depends on the set of acts alone."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.instruments import procedure
from comity.lib.errors import BadInput
from tests.instruments.sample import EXAMPLE, SAMPLE, START, act, due, opening

A, B = "aa-central", "bb-central"
ITEM = {"name": "a.pdf", "media_type": "application/pdf", "size": 3, "sha256": "ab" * 32, "blob": "cd" * 32, "key": "k"}


def fold(*acts):
    return procedure.fold(SAMPLE, acts, due=due)


def received(id="1", parent="00", minutes=1, at="2026-11-23T12:30:00Z"):
    return act(id, "receive", B, parent, minutes=minutes, received_at=at)


def why(state):
    return {one.act: one.says for one in state.out_of_place}


class TestASmoothDossier:
    ACTS = (
        opening(),
        received(),
        act(
            "2", "ask", B, "1", minutes=2, pointer="/form/what/summary", asks="Which?", due="2026-11-30T00:00:00+01:00"
        ),
        act("3", "answer", A, "2", minutes=3, question="2", answer="That.", amends={"/form/what/summary": "That boat"}),
        act("4", "accept", B, "3", minutes=4),
        act("5", "hand_over", B, "4", minutes=5, items=[ITEM]),
        act("6", "finish", A, "5", minutes=6),
    )

    def test_starts_with_the_request(self):
        state = fold(self.ACTS[0])
        assert (state.stage, state.holder, state.final) == ("sent", "executing", False)
        assert state.form == EXAMPLE["form"]
        assert state.heads == ("00",)

    def test_ends_with_what_the_acts_say(self):
        state = fold(*self.ACTS)
        assert (state.stage, state.holder, state.final) == ("done", None, True)
        assert state.acts == ("00", "1", "2", "3", "4", "5", "6")
        assert state.form["what"]["summary"] == "That boat"
        assert state.out_of_place == state.conflicts == state.missing == ()

    def test_a_question_is_tied_to_its_field_and_its_answer(self):
        (asked,) = fold(*self.ACTS[:3]).questions
        assert (asked.pointer, asked.by, asked.of, asked.answer) == ("/form/what/summary", "executing", "issuing", None)
        assert asked.due == datetime(2026, 11, 29, 23, tzinfo=UTC)
        (answered,) = fold(*self.ACTS[:4]).questions
        assert (answered.answered_by, answered.answer) == ("3", "That.")

    def test_items_are_listed_without_the_key_that_opens_them(self):
        (item,) = fold(*self.ACTS).items
        assert item == {"act": "5", **{name: value for name, value in ITEM.items() if name != "key"}}

    def test_the_amended_form_is_a_copy(self):
        fold(*self.ACTS)
        assert self.ACTS[0].content["form"]["what"]["summary"] == EXAMPLE["form"]["what"]["summary"]

    def test_says_who_may_do_what_next(self):
        after = fold(*self.ACTS[:2])
        names = {
            role: [one.id for one in procedure.allowed(SAMPLE, after, role)]
            for role in ("issuing", "executing", "observer")
        }
        assert names == {
            "issuing": ["ask", "amend", "note", "withdraw"],
            "executing": ["accept", "refuse", "postpone", "ask", "extend", "note"],
            "observer": ["note"],
        }
        assert "answer" in [one.id for one in procedure.allowed(SAMPLE, fold(*self.ACTS[:3]), "issuing")]
        assert procedure.allowed(SAMPLE, fold(*self.ACTS), "issuing") == []
        assert procedure.allowed(SAMPLE, fold(), "issuing") == [SAMPLE.opening]
        assert procedure.allowed(SAMPLE, fold(), "executing") == []


class TestClocks:
    def clock(self, state, id):
        return next((one for one in state.clocks if one.id == id), None)

    def test_receipt_is_the_opening_until_an_act_declares_it(self):
        assert self.clock(fold(opening()), "acknowledge").due == START + timedelta(days=7)
        state = fold(opening(), received(at="2026-11-24T12:00:00Z"))
        assert self.clock(state, "decide").due == START + timedelta(days=31)
        assert state.events["receipt"] == START + timedelta(days=1)

    def test_is_met_by_the_act_that_also_starts_it(self):
        found = self.clock(fold(opening(), received()), "acknowledge")
        assert (found.met_by, found.met_at) == ("1", START + timedelta(minutes=1))

    def test_says_which_law_ran_for_whom(self):
        found = self.clock(fold(opening()), "decide")
        assert (found.rule, found.cite.article, found.cite.confidence) == ("sample/decide in NL", "Art. 9", "verified")

    def test_a_condition_on_the_request_decides_whether_it_runs(self):
        assert self.clock(fold(opening()), "hurry")
        calm = {**EXAMPLE["form"], "what": {**EXAMPLE["form"]["what"], "urgent": False}}
        assert self.clock(fold(opening(form=calm)), "hurry") is None

    def test_words_instead_of_a_number_stay_words(self):
        state = fold(opening(), received(), act("2", "accept", B, "1", minutes=2))
        assert self.clock(state, "carry_out").due is None

    def test_an_extension_moves_the_end(self):
        extend = act(
            "2", "extend", B, "1", minutes=2, clock="decide", until="2027-02-01T00:00:00Z", reasons="Holidays."
        )
        found = self.clock(fold(opening(), received(), extend), "decide")
        assert found.due == datetime(2027, 2, 1, tzinfo=UTC)
        assert found.rule.endswith("Extended until 2027-02-01T00:00:00Z.")

    def test_an_event_that_happens_again_starts_its_clock_again(self):
        acts = [
            opening(),
            received(),
            act("2", "accept", B, "1", minutes=2),
            act("3", "finish_not", B, "2"),
            act("4", "postpone", B, "2", minutes=3, ground="own_case"),
            act("5", "accept", B, "4", minutes=9),
        ]
        assert self.clock(fold(*acts), "carry_out").started_at == START + timedelta(minutes=9)

    def test_law_that_gives_no_answer_leaves_a_clock_that_says_so(self):
        class NoLaw(BadInput):
            says = "There is no law."

        def none(law, **_):
            raise NoLaw

        def far(law, **_):
            raise OverflowError

        for reckon, says in ((none, "There is no law."), (far, "The end lies outside the calendar.")):
            found = self.clock(procedure.fold(SAMPLE, [opening()], due=reckon), "acknowledge")
            assert (found.due, found.rule) == (None, says)


OUT_OF_PLACE = [
    (act("2", "accpt", B, "1", minutes=2), "has no act 'accpt'"),
    (act("2", "accept", A, "1", minutes=2), "for the part executing"),
    (act("2", "finish", B, "1", minutes=2), "not provided for in the stage 'Received'"),
    (act("2", "note", "cc-other", "1", minutes=2), "does not have"),
    (act("2", "note", A, minutes=2), "does not follow the act that opens"),
    (act("2", "request", A, "1", minutes=2), "open already"),
    (replace(opening("2"), by=B), "in the name of another"),
    (act("2", "ask", B, "1", minutes=2, pointer="/form/what/summary"), "no text 'asks'"),
    (act("2", "ask", B, "1", minutes=2, pointer="/form/nowhere", asks="?"), "no place in the form"),
    (act("2", "ask", B, "1", minutes=2, pointer="/form/what/kinds", asks="?", due="soon"), "not a moment"),
    (act("2", "answer", A, "1", minutes=2, question="9", answer="x"), "no open question"),
    (act("2", "amend", A, "1", minutes=2), "changes to the request are malformed"),
    (act("2", "amend", A, "1", minutes=2, amends={"/form/what": {}}), "no field '/form/what'"),
    (act("2", "amend", A, "1", minutes=2, amends={"/form/people/humans/9/name": "x"}), "no field"),
    (act("2", "amend", A, "1", minutes=2, amends={"/form/people/humans/9": {}}), "no field"),
    (act("2", "extend", B, "1", minutes=2, clock="hurry", until="2027-01-01T00:00:00Z", reasons="x"), "may extend"),
    (act("2", "extend", B, "1", minutes=2, clock="decide", reasons="x"), "no moment 'until'"),
    (act("2", "withdraw", A, "1", minutes=2), "no text 'reasons'"),
    (act("2", "note", A, "1", minutes=2, items=[{"name": "x"}]), "items are malformed"),
    (act("2", "note", A, "1", minutes=2, items="x"), "items are malformed"),
    (act("2", "note", A, "1", minutes=2, text=1.5), "content is malformed"),
    (act("2", "note", A, "1", minutes=2, text="\ud800"), "content is malformed"),
    (replace(act("2", "note", A, "1", minutes=2), content=None), "content is malformed"),
]


@pytest.mark.parametrize(("wrong", "says"), OUT_OF_PLACE)
def test_what_does_not_belong_is_kept_and_has_no_effect(wrong, says):
    before, after = fold(opening(), received()), fold(opening(), received(), wrong)
    assert says in why(after)[wrong.id]
    assert wrong.id in after.acts
    assert replace(after, acts=(), heads=(), out_of_place=()) == replace(before, acts=(), heads=(), out_of_place=())


def test_an_answer_counts_once_and_a_clock_that_was_met_cannot_be_extended():
    acts = [
        opening(),
        received(),
        act("2", "ask", B, "1", minutes=2, pointer="/form/what/why", asks="Why?"),
        act("3", "answer", A, "2", minutes=3, question="2", answer="So."),
        act("4", "answer", A, "3", minutes=4, question="2", answer="Or so."),
        act("5", "accept", B, "4", minutes=5),
        act("6", "extend", B, "5", minutes=6, clock="decide", until="2027-01-01T00:00:00Z", reasons="x"),
        act("7", "hand_over", B, "6", minutes=7),
        act("8", "receive", B, "7", minutes=8, received_at="then"),
    ]
    state = fold(*acts)
    assert state.questions[0].answer == "So."
    assert "not running" in why(state)["6"]
    assert "no item" in why(state)["7"]
    assert "no moment 'received_at'" in why(state)["8"]
    assert "4" in why(state)


@pytest.mark.parametrize(
    "changes",
    [
        {"form": None},
        {"language": 3},
        {"facts": []},
        {"parties": {}},
        {"parties": None},
        {"items": 3},
        {"form": {"x": 1.5}},
        {"parties": {"issuing": {"authority": A, "country": "FR"}}},
        {"parties": {"issuing": {"authority": A, "country": "FR"}, "executing": {"authority": B}}},
        {"parties": {"issuing": {"authority": B, "country": "FR"}, "executing": {"authority": A, "country": "NL"}}},
        {
            "parties": {
                "issuing": {"authority": A, "country": "FR"},
                "executing": {"authority": B, "country": "NL"},
                "x": {},
            }
        },
    ],
)
def test_an_opening_that_is_malformed_opens_nothing(changes):
    state = fold(opening(**changes), received())
    assert (state.stage, state.parties, state.clocks) == ("", {}, ())
    assert set(why(state)) == {"00", "1"}


def test_of_several_openings_the_smallest_id_opens():
    state = fold(opening("0b", language="fr"), opening("0a", minutes=5), act("1", "note", A, "0b", minutes=6, text="x"))
    assert state.language == "en"
    assert set(why(state)) == {"0b", "1"}


def test_an_observer_takes_part_when_the_opening_names_it():
    parties = {**opening().content["parties"], "observer": {"authority": "cc-watch", "country": "BR"}}
    state = fold(opening(parties=parties), act("1", "note", "cc-watch", "00", text="x"))
    assert state.out_of_place == ()


class TestWaiting:
    def test_an_act_whose_parent_is_not_here_waits_and_so_does_what_follows_it(self):
        state = fold(opening(), act("2", "accept", B, "1", minutes=2), act("3", "note", A, "2", minutes=3, text="x"))
        assert (state.acts, state.missing, state.heads, state.stage) == (("00",), ("1",), ("00",), "sent")
        assert fold(opening(), received(), act("2", "accept", B, "1", minutes=2)).stage == "accepted"

    def test_acts_that_name_each_other_or_themselves_wait_for_ever(self):
        state = fold(opening(), act("1", "note", A, "2"), act("2", "note", A, "1"), act("3", "note", A, "3"))
        assert (state.acts, state.missing) == (("00",), ())

    def test_the_same_act_twice_counts_once(self):
        assert fold(opening(), received(), received()) == fold(opening(), received())


class TestConflicts:
    BEFORE = (opening(), received())
    REFUSE = act("2", "refuse", B, "1", minutes=2, ground="twice", reasons="x")
    ACCEPT = act("3", "accept", B, "1", minutes=3)

    def test_acts_that_crossed_and_lead_elsewhere_are_named(self):
        state = fold(*self.BEFORE, self.REFUSE, self.ACCEPT)
        (conflict,) = state.conflicts
        assert conflict.acts == ("2", "3")
        assert "'Refuse' and 'Accept' crossed" in conflict.says
        assert state.stage == "refused"
        assert state.heads == ("2", "3")

    def test_a_later_act_that_follows_both_settles_it(self):
        settled = fold(*self.BEFORE, self.REFUSE, self.ACCEPT, act("4", "note", A, "2", "3", minutes=4, text="Agreed."))
        assert settled.conflicts == ()
        open_still = fold(*self.BEFORE, self.REFUSE, self.ACCEPT, act("4", "note", A, "2", minutes=4, text="Agreed."))
        assert len(open_still.conflicts) == 1

    def test_an_act_without_effect_settles_nothing(self):
        state = fold(*self.BEFORE, self.REFUSE, self.ACCEPT, act("4", "note", "dd", "2", "3", minutes=4, text="x"))
        assert len(state.conflicts) == 1

    def test_acts_that_end_in_the_same_stage_either_way_do_not_conflict(self):
        withdraw = act("2", "withdraw", A, "1", minutes=2, reasons="x")
        assert fold(*self.BEFORE, withdraw, self.ACCEPT).conflicts == ()
        assert fold(*self.BEFORE, withdraw, self.ACCEPT).stage == "withdrawn"

    def test_acts_in_line_never_conflict(self):
        assert fold(*TestASmoothDossier.ACTS).conflicts == ()

    def test_what_follows_from_a_conflict_is_not_named_again(self):
        after = act("4", "finish", B, "2", minutes=4)
        later = act("5", "postpone", B, "3", minutes=5, ground="own_case")
        assert [one.acts for one in fold(*self.BEFORE, self.REFUSE, self.ACCEPT, after, later).conflicts] == [
            ("2", "3")
        ]

    def test_many_crossing_acts_are_compared_within_bounds(self):
        crossing = [
            act(f"a{n:03}", "refuse" if n % 2 else "accept", B, "1", minutes=n, ground="twice", reasons="x")
            for n in range(400)
        ]
        assert 0 < len(fold(*self.BEFORE, *crossing).conflicts) <= 50


def test_the_law_of_the_law_room_is_the_default():
    state = procedure.fold(SAMPLE, [opening()])
    assert all(one.due is None and "not a deadline that is known" in one.rule for one in state.clocks)


def test_the_state_has_a_plain_form_and_a_digest():
    state = fold(*TestASmoothDossier.ACTS)
    plain = procedure.as_json(state)
    assert plain["questions"][0]["due"] == "2026-11-29T23:00:00Z"
    assert len(procedure.digest(state)) == 64
    assert procedure.digest(state) != procedure.digest(fold(opening()))


TYPES = [one.id for one in SAMPLE.acts] + ["unknown"]
VALUES = st.sampled_from(
    [
        None,
        3,
        1.5,
        "x",
        "",
        "\ud800",
        [],
        {},
        [ITEM],
        [{}],
        "decide",
        "acknowledge",
        "2026-12-01T00:00:00Z",
        "1000-01-01T00:00:00+23:59",
        "9998-12-31T23:59:59-23:59",
        "9999-12-31T23:59:59Z",
        "/form/what/summary",
        "/form/people/humans/0/name",
        "/form",
        "a0",
        "a1",
        "a2",
        {"/form/what/summary": "y"},
        {"/form/people/humans/0/name": None},
        {"/form/people/humans/2": {"name": "Z"}},
        {"/form/people/things/0/tags/0": "y"},
        {"/form/what/urgent": False},
        {"/form/people/humans/x": 1},
        {"": 1},
        2**60,
    ]
)
CONTENTS = st.dictionaries(
    st.sampled_from(
        [
            "pointer",
            "asks",
            "due",
            "question",
            "answer",
            "amends",
            "clock",
            "until",
            "reasons",
            "items",
            "text",
            "received_at",
            "ground",
        ]
    ),
    VALUES,
    max_size=6,
)
GOOD = {
    "received_at": "2026-11-23T12:30:00Z",
    "pointer": "/form/what/why",
    "asks": "?",
    "answer": "!",
    "clock": "decide",
    "until": "2027-01-01T00:00:00Z",
    "reasons": "x",
    "items": [ITEM],
    "text": "x",
    "ground": "twice",
    "amends": {"/form/what/summary": "z"},
    "question": "a2",
}


@st.composite
def dossiers(draw):
    """A random history: an opening and acts that follow any of the earlier ones, some of them nonsense."""
    acts = [opening()]
    for number in range(draw(st.integers(0, 12))):
        known = [one.id for one in acts]
        parents = draw(st.lists(st.sampled_from([*known, known[-1], known[-1], "gone"]), max_size=2, unique=True))
        content = {**GOOD, **draw(CONTENTS)} if draw(st.booleans()) else dict(GOOD)
        acts.append(
            replace(
                act(f"a{number}", draw(st.sampled_from(TYPES)), draw(st.sampled_from([A, B, B, A, "cc"])), *parents),
                content=content,
                at=START + timedelta(minutes=draw(st.integers(0, 5))),
            )
        )
    return acts


@given(dossiers(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_any_order_of_arrival_gives_the_same_state(acts, chance):
    whole = procedure.digest(fold(*acts))
    for _ in range(3):
        shuffled = list(acts)
        chance.shuffle(shuffled)
        assert procedure.digest(fold(*shuffled)) == whole
    held, states = [], []
    for one in shuffled:
        held.append(one)
        states.append(fold(*held))
    assert procedure.digest(states[-1]) == whole
    assert all(set(one.acts) <= {act.id for act in acts} for one in states)


@given(dossiers())
@settings(max_examples=200, deadline=None)
def test_nothing_is_lost_and_every_act_is_applied_waiting_or_out_of_place(acts):
    state = fold(*acts)
    assert len(set(state.acts)) == len(state.acts)
    assert {one.act for one in state.out_of_place} <= set(state.acts)
    assert not set(state.missing) & {one.id for one in acts}
    if not state.missing:
        assert set(state.acts) == {one.id for one in acts}
    for conflict in state.conflicts:
        assert set(conflict.acts) <= set(state.acts)


def test_some_hundred_acts_fold():
    acts = [opening(), received()]
    for number in range(500):
        acts.append(act(f"n{number:03}", "note", (A, B)[number % 2], acts[-1].id, minutes=number + 2, text="x"))
    random.Random(1).shuffle(acts)
    assert len(fold(*acts).acts) == 502
