"""The register of assurances: when each is checked, and where it stands on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.law import assurances, safeguard_scenarios, scenarios
from comity.law.assurances import Assurance, Check

GIVEN = date(2026, 1, 10)
ON = date(2026, 11, 23)


def told():
    return [
        pytest.param(one, id=one.id)
        for path in scenarios.files()
        if path.name.startswith("assurance-")
        for one in scenarios.load(path)
    ]


@pytest.mark.parametrize("scenario", told())
def test_scenario(scenario):
    found = safeguard_scenarios.assured(scenario.given)
    for key, expected in scenario.then.items():
        assert set(expected) <= found[key] if isinstance(found[key], set) else found[key] == expected, key


def assurance(kind="death_penalty", **told):
    return Assurance("one", kind, "us-central", "it-central", GIVEN, **told)


class TestKinds:
    @pytest.mark.parametrize("kind", assurances.kinds(), ids=lambda kind: kind.id)
    def test_each_says_what_it_undertakes_how_it_is_checked_and_what_a_breach_is(self, kind):
        assert kind.undertakes
        assert kind.check
        assert kind.breach
        assert all(assurances.source(basis.source).title for basis in kind.basis)

    def test_each_but_the_free_ones_stands_on_an_article(self):
        assert {kind.id for kind in assurances.kinds() if not kind.basis} == {"reciprocity", "other"}

    def test_an_unknown_kind_names_the_others(self):
        with pytest.raises(assurances.UnknownAssurance) as raised:
            assurances.kind("promise")
        assert "death_penalty" in raised.value.remedy


class TestStanding:
    @pytest.mark.parametrize("kind", [kind.id for kind in assurances.kinds()])
    def test_every_kind_becomes_overdue_when_nobody_checks(self, kind):
        found = assurances.standing(assurance(kind), [], GIVEN + timedelta(days=4000))
        assert (found.state, found.alarm) == ("overdue", ("us-central", "it-central"))

    def test_the_first_breach_is_the_one_told(self):
        checks = [Check(date(2026, 2, 1), kept=False), Check(date(2026, 3, 1), kept=False)]
        found = assurances.standing(assurance(), checks, ON)
        assert "2026-02-01" in found.says

    def test_the_order_in_which_checks_are_given_does_not_matter(self):
        checks = [Check(date(2026, 3, 1), kept=True), Check(date(2026, 2, 1), kept=False)]
        assert assurances.standing(assurance(), checks, date(2026, 3, 2)).state == "kept"

    def test_a_check_before_the_assurance_is_refused(self):
        with pytest.raises(assurances.CheckBeforeAssurance, match="2026-01-09"):
            assurances.standing(assurance(), [Check(date(2026, 1, 9), kept=True)], ON)

    def test_what_the_undertaking_says_goes_before_the_default(self):
        told = assurance(first_check=date(2026, 2, 1), every_months=2)
        assert assurances.next_check(told, []) == date(2026, 2, 1)
        assert assurances.next_check(told, [Check(date(2026, 12, 31), kept=True)]) == date(2027, 2, 28)

    def test_one_who_owes_to_oneself_is_told_once(self):
        told = Assurance("one", "costs", "nl-central", "nl-central", GIVEN)
        assert assurances.standing(told, [], ON).alarm == ("nl-central",)

    @given(
        st.lists(st.tuples(st.integers(0, 2000), st.booleans()), max_size=6),
        st.integers(0, 3000),
        st.integers(1, 12) | st.none(),
        st.integers(0, 2000) | st.none(),
    )
    def test_it_always_stands_somewhere_and_never_hides_a_breach(self, days, on, months, until):
        told = assurance(every_months=months, until=None if until is None else GIVEN + timedelta(days=until))
        checks = [Check(GIVEN + timedelta(days=day), kept) for day, kept in days]
        found = assurances.standing(told, checks, GIVEN + timedelta(days=on))
        today = GIVEN + timedelta(days=on)
        made = sorted((check for check in checks if check.on <= today), key=lambda one: (one.on, not one.kept))
        assert (found.state == "breached") == bool(made and not made[-1].kept)
        assert bool(found.alarm) == (found.state != "kept")

    def test_it_is_json(self):
        found = assurances.standing(assurance(), [], ON).as_json()
        assert found["next_check"] == "2026-04-10"
        assert found["reasons"][0]["cite"] == "ETS 024 Art. 11"
