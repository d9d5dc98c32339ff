"""The projection that lists show is the fold's, after any sequence of acts in any order of arrival."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.dossiers import actions, folding, queries
from comity.dossiers.models import Dossier
from comity.exchange.refusal import Refused
from comity.instruments import procedure
from tests.dossiers.conftest import AT
from tests.dossiers.test_receiving import ACKNOWLEDGED, hand_over

CONTENTS = {
    "acknowledge": ACKNOWLEDGED,
    "recognise": {"scope": "full"},
    "start_execution": {},
    "refuse": {"ground": "ne_bis_in_idem", "reasons": "Tried before."},
    "ask": {"pointer": "/form/measures/evidence", "asks": "Which?", "due": "2026-11-24T12:00:00Z"},
    "executed": {},
    "note": {"text": "Still at it."},
    "nothing": {"x": [1, {"y": None}]},
}


def projection(dossier):
    return {name: getattr(dossier, name) for name in folding.PROJECTED}


@st.composite
def arrivals(draw):
    """Kinds of acts in the order in which they were made, and the order in which they arrive."""
    kinds = draw(st.lists(st.sampled_from(sorted(CONTENTS)), min_size=1, max_size=5))
    return kinds, draw(st.permutations(range(len(kinds) + 1)))


class TestProjection:
    numbers = itertools.count(1)

    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(arrives=arrivals())
    def test_is_the_fold_after_any_sequence_in_any_order(self, node, nl, arrives):
        kinds, order = arrives
        made = [nl.opening(AT, next(self.numbers))]
        dossier = made[0].body["dossier"]
        for minutes, kind in enumerate(kinds, start=1):
            made.append(nl.act(dossier, kind, CONTENTS[kind], AT + timedelta(minutes=minutes)))
        for place in order:
            hand_over(made[place], "nl-prosecution", AT + timedelta(hours=place))
        stored = Dossier.objects.get(pk=dossier)
        shown = projection(stored)
        state = folding.fold(stored).state
        assert procedure.digest(state) == nl.digest(dossier)
        assert (shown["stage"], shown["final"], shown["holder"]) == (state.stage, state.final, state.holder or "")
        assert shown["act_count"] == len(made)
        assert shown["out_of_place"] == len(state.out_of_place)
        ends = [clock.due for clock in state.clocks if clock.due and clock.met_at is None]
        ends += [question.due for question in state.questions if question.due and question.answered_by is None]
        assert shown["due_at"] == (None if state.final else min(ends, default=None))

    def test_is_made_anew_by_rebuild(self, dossier):
        stored = Dossier.objects.get(pk=dossier.pk)
        before = projection(stored)
        Dossier.objects.filter(pk=dossier.pk).update(
            stage="closed", final=True, due_at=None, due_kind="", act_count=9, subject="Somebody else"
        )
        actions.rebuild(dossier.pk)
        assert projection(Dossier.objects.get(pk=dossier.pk)) == before

    def test_does_not_depend_on_the_time(self, dossier, alice, later):
        early = projection(Dossier.objects.get(pk=dossier.pk))
        assert queries.worklist(alice, at=later(days=400)).rows[0].due.overdue
        actions.rebuild(dossier.pk)
        assert projection(Dossier.objects.get(pk=dossier.pk)) == early

    def test_is_not_written_when_the_act_is_refused(self, dossier, nl, at):
        before = projection(Dossier.objects.get(pk=dossier.pk))
        one = nl.act(dossier.pk, "note", {"text": "x"}, at, by="de-central")
        with pytest.raises(Refused):
            hand_over(one, "nl-prosecution", at)
        assert projection(Dossier.objects.get(pk=dossier.pk)) == before
