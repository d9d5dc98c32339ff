"""From a draft to a signed act, by Alice who drafts and Bob who approves; Charlie sits in another unit."""

import json

import pytest

from comity.instruments import catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(comity, pinned):
    for unit in ("mla", "cyber"):
        comity("access", "add-unit", unit, f"Unit {unit}", "--handles", "eio")
    for name, role, unit in (("alice", "officer", "mla"), ("bob", "approver", "mla"), ("charlie", "approver", "cyber")):
        comity("access", "add-user", name, f"{name.title()} Martin")
        assert comity("access", "grant", name, role, "--unit", unit).code == 0


@pytest.fixture
def request_file(tmp_path):
    file = tmp_path / "request.json"
    file.write_text(json.dumps(catalogue.example("eio")))
    return str(file)


@pytest.fixture
def draft(comity, people, request_file):
    """The number of a complete draft by Alice."""
    ran = comity(
        "dossier", "draft", "eio", "--to", "nl-prosecution", "--request", request_file, "--as", "alice", "--json"
    )
    assert ran.code == 0, ran
    return str(ran.json["draft"])


@pytest.fixture
def sent(comity, draft):
    """The answer to Bob's approval."""
    assert comity("dossier", "submit", draft, "--as", "alice").code == 0
    ran = comity("dossier", "approve", draft, "--as", "bob", "--json")
    assert ran.code == 0, ran
    return ran.json


class TestDrafting:
    def test_takes_form_and_facts_from_a_request(self, comity, draft):
        ran = comity("dossier", "check", draft, "--as", "alice", "--json")
        assert (ran.code, ran.json["verdict"]) == (0, "send")
        assert "Nothing found." in comity("dossier", "check", draft, "--as", "alice").out

    def test_a_value_that_is_taken_out_is_missed(self, comity, draft, tmp_path):
        value = tmp_path / "value.json"
        value.write_text("{}")
        ran = comity("dossier", "save", draft, "--pointer", "/form/measures", "--value", str(value), "--as", "alice")
        assert ran.code == 0, ran
        ran = comity("dossier", "check", draft, "--as", "alice", "--json")
        assert (ran.code, ran.json["verdict"]) == (1, "stop")

    def test_documents_are_attached(self, comity, draft, tmp_path):
        file = tmp_path / "decision.pdf"
        file.write_bytes(b"%PDF-1.7 invented")
        ran = comity("dossier", "attach", draft, str(file), "--as", "alice", "--json")
        assert (ran.code, ran.json["name"], ran.json["size"]) == (0, "decision.pdf", 17)
        assert comity("dossier", "attach", draft, str(tmp_path / "none.pdf"), "--as", "alice").code == 2

    def test_drafts_are_listed_for_the_drafter_and_the_approver(self, comity, draft):
        assert [row["id"] for row in comity("dossier", "drafts", "--as", "alice", "--json").json["drafts"]] == [
            int(draft)
        ]
        comity("dossier", "submit", draft, "--as", "alice")
        waiting = comity("dossier", "drafts", "--as", "bob", "--json").json["to_approve"]
        assert [row["id"] for row in waiting] == [int(draft)]
        assert "for you to approve" in comity("dossier", "drafts", "--as", "bob").out

    def test_a_draft_comes_back_with_a_reason_or_is_put_aside(self, comity, draft):
        comity("dossier", "submit", draft, "--as", "alice")
        ran = comity("dossier", "give-back", draft, "--reason", "The period is too long.", "--as", "bob", "--json")
        assert ran.json["status"] == "drafting"
        assert comity("dossier", "discard", draft, "--as", "alice", "--json").json["status"] == "discarded"

    def test_the_unit_must_be_named_where_there_are_two(self, comity, people, request_file):
        comity("access", "grant", "alice", "officer", "--unit", "cyber")
        words = ("dossier", "draft", "eio", "--to", "nl-prosecution", "--as", "alice", "--json")
        assert comity(*words).json["error"] == "cli.which-unit"
        assert comity(*words, "--unit", "cyber").code == 0


class TestApproving:
    def test_the_drafter_never_approves(self, comity, draft):
        comity("access", "grant", "alice", "approver", "--unit", "mla")
        comity("dossier", "submit", draft, "--as", "alice")
        ran = comity("dossier", "approve", draft, "--as", "alice", "--json")
        assert (ran.code, ran.json["error"]) == (1, "access.not-allowed")

    def test_signs_logs_and_queues_the_act(self, comity, sent):
        assert comity("peers", "list", "--json").json[0]["waiting"] == 1
        entry = next(row for row in comity("log", "entries", "--json").json["entries"] if row["name"] == sent["act"])
        assert (entry["kind"], entry["index"]) == ("act", sent["log_index"])
        assert comity("log", "verify").code == 0


class TestLooking:
    def test_the_worklist_has_the_dossier(self, comity, sent):
        value = comity("dossier", "list", "--as", "alice", "--json").json
        assert [row["id"] for row in value["dossiers"]] == [sent["dossier"]]
        assert sent["dossier"] in comity("dossier", "list", "--as", "alice").out

    def test_a_dossier_is_shown_with_its_state(self, comity, sent):
        value = comity("dossier", "show", sent["dossier"], "--as", "alice", "--json").json
        assert (value["role"], value["authority"], len(value["digest"])) == ("issuing", "fr-central", 64)
        assert value["parties"]["executing"]["authority"] == "nl-prosecution"
        ran = comity("dossier", "show", sent["dossier"], "--as", "alice")
        assert value["digest"] in ran.out

    def test_its_acts_are_shown_with_their_delivery(self, comity, sent):
        (entry,) = comity("dossier", "acts", sent["dossier"], "--as", "bob", "--json").json["acts"]
        assert entry["act"] == sent["act"]
        assert entry["signature"]["verified"]
        assert entry["deliveries"][0]["status"] == "waiting"
        ran = comity("dossier", "acts", sent["dossier"], "--as", "bob")
        assert "nl-prosecution: waiting" in ran.out

    def test_looking_is_recorded(self, comity, sent):
        comity("dossier", "show", sent["dossier"], "--as", "bob")
        reads = comity("access", "reads", "--thing", f"dossier:{sent['dossier']}", "--json").json["reads"]
        assert ("bob", "read", "unit-reads") in {(row["user"], row["verb"], row["rule"]) for row in reads}

    def test_a_stranger_finds_nothing(self, comity, sent):
        assert comity("dossier", "list", "--as", "charlie", "--json").json["dossiers"] == []
        ran = comity("dossier", "show", sent["dossier"], "--as", "charlie", "--json")
        assert (ran.code, ran.json["error"]) == (1, "dossiers.not-found")

    def test_what_is_not_there_is_told_like_what_is_hidden(self, comity, sent):
        missing = comity("dossier", "show", "fr-central-2026-9999", "--as", "alice", "--json").json
        hidden = comity("dossier", "show", sent["dossier"], "--as", "charlie", "--json").json
        assert missing["error"] == hidden["error"]

    def test_the_lists_are_made_anew_from_the_acts(self, comity, sent):
        found = comity("doctor", "--rebuild", "--offline", "--json").json["checks"]
        assert next(check for check in found if check["id"] == "rebuild")["says"].startswith("1 dossiers")


class TestFurtherActs:
    def test_are_drafted_in_the_dossier(self, comity, sent, tmp_path):
        content = tmp_path / "content.json"
        content.write_text(json.dumps({"reasons": "The suspect has been found here."}))
        words = ("dossier", "act", sent["dossier"], "withdraw", "--content", str(content), "--as", "alice", "--json")
        ran = comity(*words)
        assert (ran.code, ran.json["dossier"], ran.json["act"]) == (0, sent["dossier"], "withdraw")

    def test_an_act_that_needs_a_second_person_is_not_simply_sent(self, comity, sent, tmp_path):
        content = tmp_path / "content.json"
        content.write_text(json.dumps({"reasons": "The suspect has been found here."}))
        made = comity(
            "dossier", "act", sent["dossier"], "withdraw", "--content", str(content), "--as", "alice", "--json"
        ).json
        assert comity("dossier", "send", str(made["draft"]), "--as", "alice").code != 0
