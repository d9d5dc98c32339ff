"""Offences by their conduct: the file is complete, says what it means, and is refused with every fault."""

import shutil

import pytest

from comity.law import concordance, elements, offences, reading


@pytest.fixture
def folder(tmp_path):
    """The data of the room, to spoil."""
    copy = tmp_path / "data"
    shutil.copytree(reading.DATA, copy)
    return copy


def spoil(folder, name, *changes):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


class TestTheFile:
    def test_holds_every_definition_category_and_code(self):
        assert len(offences.pivots()) == 76
        assert [category.n for category in offences.categories()] == list(range(1, 33))
        assert len(offences.iccs()) == 320

    def test_every_code_stands_below_one_that_exists(self):
        codes = {row.code for row in offences.iccs()}
        assert all(row.parent is None or row.parent in codes for row in offences.iccs())
        assert len([row for row in offences.iccs() if row.parent is None]) == 11

    def test_every_element_has_a_meaning_in_plain_words(self):
        used = {token for pivot in offences.pivots() for clause in pivot.clauses for token in clause.alternatives}
        assert used <= {token.id for token in offences.tokens()}
        assert all(token.says for token in offences.tokens())

    def test_every_offence_has_an_act_and_a_mental_element(self):
        for pivot in offences.pivots():
            roles = {clause.role for clause in pivot.clauses}
            assert "act" in roles, pivot.id
            assert "mental" in roles, pivot.id

    def test_what_the_treaty_demands_is_told_with_its_article(self):
        access = offences.pivot("illegal-access")
        duty = access.duty("cets-185")
        assert (duty.articles, duty.duty, duty.confidence) == ("art 2", "mandatory", "verified")
        assert access.duty("rome-statute") is None

    def test_conspiracy_under_the_drugs_convention_is_subject_to_the_constitution(self):
        # art 3(1)(c)(iv) stands under "subject to its constitutional principles", unlike 3(1)(a) and (b)
        assert offences.pivot("conspiracy").duty("drugs-1988").duty == "conditional"

    def test_copyright_says_nothing_about_counterfeit_medicines(self):
        # Budapest Convention art 10 is on copyright and related rights
        assert offences.pivot("counterfeit-goods").duty("cets-185") is None
        assert offences.pivot("ip-infringement").duty("cets-185").article == "10"

    def test_a_means_is_needless_where_the_victim_is_a_child(self):
        means = next(c for c in offences.pivot("trafficking-persons").clauses if c.role == "means")
        assert means.unless == ("circ.victim_is_child",)


class TestNames:
    def test_an_offence_is_known_by_id_code_and_category(self):
        assert [p.id for p in offences.resolve("illegal-access").pivots] == ["illegal-access"]
        assert [p.id for p in offences.resolve("09031").pivots] == ["illegal-access"]
        assert offences.resolve("ICCS 09031").kind == "iccs"
        assert {"illegal-access", "computer-fraud"} <= {p.id for p in offences.resolve("computer_crime").pivots}

    def test_a_code_stands_for_those_below_it_or_the_nearest_above(self):
        below = {p.id for p in offences.resolve("0903").pivots}
        assert {"illegal-access", "data-interference", "system-interference"} <= below
        assert [p.id for p in offences.resolve("110131").pivots] == ["war-crimes"]

    def test_a_name_that_is_not_known_brings_the_nearest(self):
        with pytest.raises(offences.UnknownOffence) as refused:
            offences.resolve("ilegal-access")
        assert refused.value.remedy.startswith("The nearest are: illegal-access")
        with pytest.raises(offences.UnknownOffence) as refused:
            offences.pivot("bribery")
        assert "bribery-active" in refused.value.remedy

    def test_a_token_is_known_by_its_id(self):
        assert offences.token("circ.without_right").says == "without authorisation or right"

    def test_a_token_that_is_not_known_brings_the_nearest(self):
        with pytest.raises(offences.UnknownToken) as refused:
            offences.token("circ.without_rights")
        assert "circ.without_right" in refused.value.remedy


class TestFaults:
    def test_every_fault_is_told_with_its_line(self, folder):
        spoil(
            folder,
            "offences.yaml",
            ("{role: act, any_of: [act.kill]}", "{role: act, any_of: [act.murder]}"),
            ("iccs: ['020111']", "iccs: ['999999']"),
            ("- {role: object, any_of: [obj.person]}", "- {role: means, any_of: [obj.person]}"),
            ("categories: [rape]", "categories: [rapes]"),
        )
        with pytest.raises(reading.LawFaults) as refused:
            concordance.book(folder)
        says = [fault.says for fault in refused.value.faults]
        assert any("act.murder" in one for one in says)
        assert any("999999" in one for one in says)
        assert any("obj.person is of the role object, not means" in one for one in says)
        assert any("rapes" in one for one in says)
        assert all(fault.line > 1 and fault.file == "offences.yaml" for fault in refused.value.faults)

    def test_a_misspelt_key_names_those_allowed(self, folder):
        spoil(folder, "offences.yaml", ("role: act, any_of: [act.kill]", "role: act, anyof: [act.kill]"))
        with pytest.raises(reading.LawFaults) as refused:
            concordance.book(folder)
        assert "any_of" in refused.value.faults[0].allowed

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("- id: serious-assault", "- id: homicide", "twice"),
            ("treaty: bombings-1997", "treaty: bombings-1998", "bombings-1998"),
            ("instead: conspiracy", "instead: conspiring", "conspiring"),
            ("  actor:\n", "  actress:\n", "actress"),
            ("{role: act, any_of: [act.kill]}", "{role: act}", "exactly one of"),
            ("  '0101': ", "  '010': ", "digits"),
        ],
    )
    def test_what_nothing_bears_is_refused(self, folder, old, new, says):
        spoil(folder, "offences.yaml", (old, new))
        with pytest.raises(reading.LawFaults) as refused:
            concordance.book(folder)
        assert says in str(refused.value)


class TestClauses:
    KILL = elements.Clause("act", ("act.kill",))
    BOTH = elements.Clause("act", ("act.kill", "act.injure"))

    def test_what_is_narrower_follows_not_the_other_way_round(self):
        assert self.BOTH.follows_from(self.KILL)
        assert not self.KILL.follows_from(self.BOTH)

    def test_an_exclusion_follows_only_from_the_same_exclusion(self):
        out = elements.Clause("circumstance", ("circ.self_laundering",), negated=True)
        assert out.follows_from(out)
        assert not out.follows_from(self.KILL)
        assert not self.KILL.follows_from(out)

    @pytest.mark.parametrize(
        ("facts", "holds"),
        [
            ({"act.kill": True}, True),
            ({"act.kill": False}, None),
            ({"act.kill": False, "act.injure": False}, False),
            ({}, None),
        ],
    )
    def test_one_of_several_is_true_false_or_open(self, facts, holds):
        assert self.BOTH.holds(facts.get) is holds

    def test_an_exclusion_holds_when_its_token_is_false(self):
        out = elements.Clause("circumstance", ("circ.self_laundering",), negated=True)
        assert [out.holds({"circ.self_laundering": value}.get) for value in (True, False, None)] == [False, True, None]

    def test_nothing_that_is_needed_is_true_and_nothing_that_may_be_is_false(self):
        assert elements.all_of([]) is True
        assert elements.any_of([]) is False

    def test_a_change_narrows_and_widens(self):
        clauses = offences.pivot("system-interference").clauses
        change = elements.Change(
            requires_extra=("circ.public_utility_service",),
            requires_one_of=(("purp.unlawful_gain", "purp.cause_harm"),),
            excluded_if=("circ.self_laundering",),
            not_required=("role:means", "res.serious_hindrance"),
            also_covers=("res.any_hindrance",),
        )
        found = elements.changed(clauses, change)
        assert not [clause for clause in found if clause.role == "means"]
        result = next(clause for clause in found if clause.role == "result")
        assert set(result.tokens) == {"res.serious_hindrance", "res.any_hindrance"}
        assert [clause.why for clause in found[-3:]] == ["extra", "extra", "excluded"]
        assert found[-2].tokens == ("purp.unlawful_gain", "purp.cause_harm")

    def test_a_condition_without_a_milder_one_in_its_place_goes(self):
        clauses = offences.pivot("migrant-smuggling").clauses
        found = elements.changed(clauses, elements.Change(not_required=("purp.financial_benefit",)))
        assert not [clause for clause in found if clause.role == "purpose"]

    def test_a_law_that_lacks_every_alternative_is_never_met(self):
        clauses = offences.pivot("homicide").clauses
        act = elements.changed(clauses, elements.Change(lacks=("act.kill",)))[0]
        assert act.holds({"act.kill": True}.get) is False
