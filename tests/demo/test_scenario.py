import json
import os
import socket
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from comity.demo import looks, run, scenario, telling, wanted
from comity.instruments import catalogue, preflight
from tests.demo.conftest import EXHIBIT

ASKS = """
import json, os, sys
import django
django.setup()
from comity.access import queries as people
from comity.demo import steps
from comity.dossiers import queries
from comity.instruments import lawful
from comity.lib import clock
claire, at = people.user("claire"), clock.now()
register = queries.register(claire, at=at)
ledger = queries.ledger(claire, queries.received_in(claire), at)
left = steps.left_open("claire")
view = queries.competition(claire, left["competing"], at)
draft = queries.draft(claire, left["draft"], at)
weighed = lawful.weigh(draft.definition, draft.content["facts"], ("FR", "BR"), at.date(), "en")
print(json.dumps({
    "assurances": [[one.kind.id, one.owed_by, one.standing.state] for one in register],
    "soon": len(queries.calls(claire, at, "en").checks),
    "uses": [[use.use, use.verdict, use.decision] for one in ledger for use in one.uses],
    "person": view.competition.person,
    "by": sorted(one.request.by for one in view.requests),
    "texts": [one.id for one in view.comparison.texts],
    "decisions": len(view.decisions),
    "applies": {one.code: one.applies for one in weighed},
    "left_open": left,
}))
"""


def asked_in_france(folder: Path) -> dict[str, Any]:
    """What the queries behind the pages answer, in a process of that node."""
    node = {"COMITY_NODE": str(folder / "fr-central"), "DJANGO_SETTINGS_MODULE": "comity.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", ASKS], env={**os.environ, **node}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


STANDS = {
    "eio": "transferred",
    "mla-untoc": "refused",
    "police-information-eu-2023-977": "received",
    "icc-assistance": "postponed",
    "extradition-untoc": "examination",
    "eaw": "received",
}


class TestTheScenario:
    def test_every_party_holds_the_same_acts_and_the_same_state(self, played):
        assert played.summary["agreed"] is True
        for dossier in played.summary["dossiers"]:
            assert len(dossier["parties"]) == 2
            assert len({(one["acts"], one["digest"]) for one in dossier["parties"]}) == 1
            assert len({one["authority"] for one in dossier["parties"]}) == 2

    def test_six_dossiers_stand_where_the_story_leaves_them(self, played):
        assert {one["instrument"]: one["state"] for one in played.summary["dossiers"]} == STANDS

    def test_every_dossier_says_what_to_look_at(self, played):
        assert set(STANDS) == set(looks.LOOKS)
        assert all(run.in_words(one)["look"] for one in played.summary["dossiers"])

    def test_nothing_was_refused_and_nothing_waits(self, played):
        envelopes = played.summary["envelopes"]
        assert envelopes["refused"] == envelopes["waiting"] == 0
        assert (
            envelopes["sent"]
            == envelopes["delivered"]
            == sum(dossier["parties"][0]["acts"] for dossier in played.summary["dossiers"])
        )

    def test_preflight_named_the_three_planted_defects(self, played):
        told = [line for line in played.said if "preflight:" in line]
        assert len(told) == len(scenario.PLANTED) == 3
        assert any("Portuguese" in line for line in told)

    def test_the_exhibit_came_whole_and_every_receiver_made_the_document(self, played):
        made = {one["name"]: one["size"] for one in played.summary["documents"]}
        assert made.pop("account-statements.csv") == EXHIBIT
        assert {name.rsplit(".", 2)[1] for name in made} == {"nl", "pt", "fr"}
        assert len(made) == 4
        assert min(made.values()) > 10_000

    def test_the_summary_for_people_names_each_dossier_and_says_that_all_agree(self, played):
        text = run.as_text(played.summary)
        assert all(one["id"] in text for one in played.summary["dossiers"])
        assert text.endswith("Every party agrees.")
        assert run.as_text({**played.summary, "agreed": False}).endswith("The parties do NOT agree.")

    def test_playing_again_in_the_same_folder_goes_on_where_it_stood(self, played):
        again = played.again()
        assert any("was played before" in line for line in again.said)
        assert again.summary["agreed"] is True
        assert again.summary["dossiers"] == played.summary["dossiers"]
        assert again.summary["documents"] == []


@pytest.fixture(scope="module")
def told(played):
    return asked_in_france(played.folder)


class TestTheSafeguards:
    """What the scenario leaves behind in France, as Claire's pages ask for it."""

    def test_the_assurance_of_brazil_is_due_for_its_first_check(self, told):
        assert told["assurances"] == [["detention_conditions", "br-central", "check due"]]
        assert told["soon"] == 1

    def test_the_bank_records_were_used_within_their_limits(self, told):
        assert told["uses"] == [["evidence", "yes", "made"]]

    def test_two_requests_for_one_person_lie_side_by_side_undecided(self, told):
        assert told["person"] == wanted.NAME
        assert told["by"] == ["BR", "NL"]
        assert "eaw-and-extradition" in told["texts"]
        assert told["decisions"] == 0

    def test_a_draft_is_left_open_whose_grounds_apply_depend_and_ask(self, told):
        assert told["applies"]["nationality"] == "yes"
        assert "depends" in told["applies"].values()
        assert told["left_open"]["draft"]
        assert told["left_open"]["competing"]


class TestThePerson:
    @pytest.mark.parametrize(
        ("instrument", "changes", "issuing"),
        [
            ("extradition-untoc", wanted.EXTRADITION, {"authority": "br-central", "country": "BR"}),
            ("eaw", wanted.WARRANT, {"authority": "nl-prosecution", "country": "NL"}),
        ],
    )
    def test_both_requests_pass_the_preflight_and_name_the_same_man(self, instrument, changes, issuing):
        france = {"authority": "fr-central", "country": "FR"}
        request = {**wanted.request(instrument, changes), "issuing": issuing, "executing": france}
        report = preflight.run(catalogue.get(instrument), request, on=date(2026, 11, 24))
        assert (report.verdict, [one.says for one in report.findings]) == ("send", [])
        sought = request["form"]["person"]["sought"]
        assert f"{sought['given_names']} {sought['surname']}" == wanted.NAME


class TestThePassword:
    def test_it_is_made_once_and_only_its_owner_reads_it(self, tmp_path):
        assert run.remembered(tmp_path, "password", "the first") == "the first"
        assert run.remembered(tmp_path, "password", "another") == "the first"
        assert stat.S_IMODE((tmp_path / "password").stat().st_mode) == 0o600


class TestPorts:
    def test_a_port_in_use_is_told_before_anything_is_made(self, tmp_path):
        folder = tmp_path / "demo"
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(run.PortTaken) as told:
                run.demo(folder=folder, port=port, once=True, say=print)
        assert str(port) in told.value.sentence
        assert not folder.exists()


class TestTheFolder:
    def test_keeps_the_port_that_its_cards_name(self, tmp_path):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            run.remembered(tmp_path, "port", str(port))
            with pytest.raises(run.PortTaken) as told:
                run.demo(folder=tmp_path, port=1, once=True, say=print)
        assert str(port) in told.value.sentence


class TestWaiting:
    def test_what_never_comes_is_named_with_where_it_was_expected(self):
        with pytest.raises(telling.DidNotArrive) as told:
            telling.wait(lambda: False, what="The exhibit", where="fr-central", seconds=0)
        assert "The exhibit did not arrive at fr-central" in told.value.sentence


class TestPuttingValuesIntoARequest:
    def test_a_value_is_put_replaced_and_taken_away(self):
        request = {"form": {"a": {"b": [{"c": 1}]}}}
        telling.put(request, "/form/a/b/0/c", 2)
        assert telling.value_at(request, "/form/a/b/0/c") == 2
        telling.put(request, "/form/a/b/0/c", None)
        assert request == {"form": {"a": {"b": [{}]}}}
        telling.put(request, "/language", "pt")
        assert request["language"] == "pt"
