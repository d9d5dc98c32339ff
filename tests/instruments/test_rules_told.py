"""Transfers, teams, notices and information: each rule of the check is told by a scenario that finds it."""

import pytest

from comity.instruments import catalogue, loader, scenarios

IDS = (
    "custodial-sentence-eu-2008-909",
    "jit",
    "jit-evaluation",
    "jit-funding",
    "notice",
    "police-information-eu-2023-977",
    "spontaneous-information",
    "transfer-of-proceedings-coe-073",
    "transfer-of-proceedings-eu-2024-3011",
    "transfer-sentenced-coe-112",
)


@pytest.fixture(scope="module", params=IDS)
def told(request):
    """The definition of one instrument and its scenarios."""
    return catalogue.get(request.param), scenarios.load(loader.ROOM / "scenarios" / f"{request.param}.yaml")


class TestRulesTold:
    def test_every_rule_is_found_in_a_scenario(self, told):
        definition, told_of = told
        found = {rule for one in told_of for rule in one.then.get("rules", ())}
        assert [rule.id for rule in definition.rules if f"{definition.id}.{rule.id}" not in found] == []

    def test_every_act_and_every_deadline_is_used(self, told):
        definition, told_of = told
        acts = {step["act"] for one in told_of for step in one.acts}
        clocks = {name for one in told_of for name, clock in one.then.get("clocks", {}).items() if clock is not None}
        assert [act.id for act in definition.acts if act.id not in acts] == []
        assert [one.id for one in definition.deadlines if one.id not in clocks] == []

    def test_every_ground_of_refusal_names_how_it_is_tested(self, told):
        definition, _ = told
        assert [one.code for one in definition.grounds if one.list == "refusal" and one.test is None] == []
