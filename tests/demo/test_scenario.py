import socket
import stat

import pytest

from comity.demo import run, scenario
from tests.demo.conftest import EXHIBIT

STANDS = {
    "eio": "transferred",
    "mla-untoc": "refused",
    "police-information-eu-2023-977": "received",
    "icc-assistance": "postponed",
}


class TestTheScenario:
    def test_every_party_holds_the_same_acts_and_the_same_state(self, played):
        assert played.summary["agreed"] is True
        for dossier in played.summary["dossiers"]:
            assert len(dossier["parties"]) == 2
            assert len({(one["acts"], one["digest"]) for one in dossier["parties"]}) == 1
            assert len({one["authority"] for one in dossier["parties"]}) == 2

    def test_four_dossiers_stand_where_the_story_leaves_them(self, played):
        assert {one["instrument"]: one["state"] for one in played.summary["dossiers"]} == STANDS

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
        with pytest.raises(scenario.DidNotArrive) as told:
            scenario.wait(lambda: False, what="The exhibit", where="fr-central", seconds=0)
        assert "The exhibit did not arrive at fr-central" in told.value.sentence


class TestPuttingValuesIntoARequest:
    def test_a_value_is_put_replaced_and_taken_away(self):
        request = {"form": {"a": {"b": [{"c": 1}]}}}
        scenario.put(request, "/form/a/b/0/c", 2)
        assert scenario.value_at(request, "/form/a/b/0/c") == 2
        scenario.put(request, "/form/a/b/0/c", None)
        assert request == {"form": {"a": {"b": [{}]}}}
        scenario.put(request, "/language", "pt")
        assert request["language"] == "pt"
