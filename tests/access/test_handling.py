"""Handling codes by cases: what is read, what binds, and what material made of several parts may do."""

import pytest

from comity.access import handling
from comity.access.handling import OWN, BadHandling, Handling, strictest


def marked(*codes, originator="nl-police", **more):
    return Handling(originator=originator, codes=frozenset(codes), **more)


def codes(limits):
    return [limit.code for limit in limits]


class TestRead:
    def test_nothing_said_is_our_own_without_limits(self):
        assert handling.read(None) == handling.read({}) == OWN

    def test_what_is_written_is_what_is_read(self):
        one = marked("H1", "TLP:AMBER", "PAP:GREEN", purposes=frozenset({"fraud"}), consents=frozenset({"be-police"}))
        assert handling.read(one.as_json()) == one

    def test_old_words_become_todays(self):
        assert handling.read({"codes": ["TLP:WHITE", "PAP:WHITE"]}).codes == {"TLP:CLEAR", "PAP:CLEAR"}

    @pytest.mark.parametrize(
        "told",
        [
            {"codes": ["H9"]},
            {"codes": ["tlp:red"]},
            {"codes": ["TLP:RED", "TLP:GREEN"]},
            {"codes": ["TLP:WHITE", "TLP:GREEN"]},
            {"codes": ["PAP:RED", "PAP:AMBER"]},
            {"codes": ["H3"]},
            {"codes": ["H3"], "restriction": "  "},
            {"colour": "red"},
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, told):
        with pytest.raises(BadHandling):
            handling.read(told)


class TestPassingOn:
    @pytest.mark.parametrize("code", ["H0", "H1", "TLP:CLEAR", "TLP:GREEN", "PAP:RED"])
    def test_goes_with_codes_that_do_not_speak_of_it(self, code):
        assert handling.against_passing_on(marked(code), "be-police") == []

    @pytest.mark.parametrize("code", ["H2", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"])
    def test_is_stopped_by_its_code(self, code):
        assert codes(handling.against_passing_on(marked(code), "be-police")) == [code]

    def test_is_stopped_by_the_words_of_h3(self):
        (limit,) = handling.against_passing_on(marked("H3", restriction="Ask before any use."), "be-police")
        assert "Ask before any use." in limit.says

    def test_goes_back_to_the_originator_and_to_whom_it_agreed(self):
        one = marked("H2", "TLP:RED", consents=frozenset({"be-police"}))
        assert handling.against_passing_on(one, "nl-police") == []
        assert handling.against_passing_on(one, "be-police") == []
        assert codes(handling.against_passing_on(one, "de-police")) == ["H2", "TLP:RED"]

    def test_our_own_amber_does_not_bind_us_and_our_own_red_does(self):
        assert handling.against_passing_on(marked("H2", "TLP:AMBER", originator=""), "be-police") == []
        assert codes(handling.against_passing_on(marked("TLP:RED", originator=""), "be-police")) == ["TLP:RED"]

    def test_nobody_named_is_nobody_agreed_to(self):
        assert codes(handling.against_passing_on(marked("H2"), "")) == ["H2"]


class TestUse:
    def test_h1_is_no_evidence(self):
        assert codes(handling.against_evidence(marked("H1"))) == ["H1"]
        assert handling.against_evidence(marked("H2", "TLP:RED")) == []

    def test_only_for_what_it_was_given(self):
        one = marked("H0", purposes=frozenset({"fraud"}))
        assert handling.against_use(one, "fraud") == []
        assert "fraud" in handling.against_use(one, "tax")[0].says
        assert handling.against_use(OWN, "tax") == []


class TestStrictest:
    def test_of_nothing_nothing_binds(self):
        assert strictest([]) == strictest([OWN, OWN]) == OWN

    def test_of_one_is_that_one(self):
        one = marked("H2", "TLP:AMBER", purposes=frozenset({"fraud"}), consents=frozenset({"be-police"}))
        assert strictest([one]) == one
        assert strictest([one, OWN]) == one

    def test_keeps_every_code_and_the_darkest_colour(self):
        whole = strictest([marked("H1", "TLP:GREEN", "PAP:RED"), marked("H2", "TLP:RED", "PAP:CLEAR")])
        assert whole.codes == {"H1", "H2", "TLP:RED", "PAP:RED"}

    def test_keeps_each_restriction(self):
        whole = strictest([marked("H3", restriction="Ask A."), marked("H3", restriction="Ask B.")])
        assert whole.restriction == "Ask A.; Ask B."

    def test_keeps_the_purposes_that_all_allow_and_none_where_there_are_none(self):
        one, other = marked(purposes=frozenset({"fraud", "tax"})), marked(purposes=frozenset({"tax", "drugs"}))
        assert strictest([one, other, OWN]).purposes == {"tax"}
        whole = strictest([marked(purposes=frozenset({"fraud"})), marked(purposes=frozenset({"drugs"}))])
        assert all(handling.against_use(whole, purpose) for purpose in ("fraud", "drugs", "tax"))

    def test_only_what_every_originator_agreed_to_is_agreed(self):
        one = marked("H2", consents=frozenset({"be-police", "de-police"}))
        other = marked("H2", originator="it-police", consents=frozenset({"de-police"}))
        whole = strictest([one, other])
        assert codes(handling.against_passing_on(whole, "be-police")) == ["H2"]
        assert handling.against_passing_on(whole, "de-police") == []
        # Not even back to one of the originators: the other's part would go with it.
        assert codes(handling.against_passing_on(whole, "nl-police")) == ["H2"]

    def test_our_own_red_part_is_not_lifted_by_another_originators_consent(self):
        ours, theirs = marked("TLP:RED", originator=""), marked("H0", consents=frozenset({"be-police"}))
        assert codes(handling.against_passing_on(strictest([ours, theirs]), "be-police")) == ["TLP:RED"]
        assert codes(handling.against_passing_on(strictest([ours, theirs]), "nl-police")) == ["TLP:RED"]

    def test_the_whole_may_never_do_what_a_part_may_not(self):
        parts = [
            marked("H2", consents=frozenset({"be-police"})), marked("TLP:RED", originator="it-police"),
            marked("TLP:RED", originator=""), marked("TLP:AMBER", originator=""), marked("H3", restriction="Ask."),
            marked("H0"), OWN,
        ]  # fmt: skip
        for to in ("be-police", "nl-police", "it-police", "de-police"):
            for one in parts:
                for other in parts:
                    forbidden = any(handling.against_passing_on(part, to) for part in (one, other))
                    if forbidden:
                        assert handling.against_passing_on(strictest([one, other]), to), (one, other, to)
