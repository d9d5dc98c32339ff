import pytest

from comity.exchange import outbox
from comity.exchange.models import Channel
from comity.exchange.wire import card as wire_card
from comity.exchange.wire.keys import SecretKeys, words
from comity.lib import clock

pytestmark = pytest.mark.django_db


class TestCard:
    def test_can_be_handed_over_as_a_file(self, comity, node, tmp_path):
        out = tmp_path / "our.card"
        ran = comity("peers", "card", "--out", str(out), "--json")
        card = wire_card.read(out.read_bytes())
        assert card.authority == ran.json["authority"] == node.authority
        assert card.fingerprint == ran.json["fingerprint"]
        assert ran.json["card"].encode() == card.raw

    def test_shows_people_the_words_to_read_out(self, comity, node):
        ran = comity("peers", "card")
        fingerprint = comity("peers", "card", "--json").json["fingerprint"]
        assert " ".join(words(fingerprint)) in ran.out


class TestAdd:
    def test_takes_the_words_that_were_heard(self, comity, node, netherlands):
        heard = " ".join(words(netherlands.card.fingerprint))
        ran = comity("peers", "add", netherlands.file, "--fingerprint", heard, "--by", "Ada", "--json")
        assert (ran.code, ran.json["authority"]) == (0, "nl-prosecution")
        assert comity("peers", "list", "--json").json[0]["pinned_by"] == "Ada"

    def test_refuses_another_fingerprint(self, comity, node, netherlands):
        ran = comity("peers", "add", netherlands.file, "--fingerprint", SecretKeys.generate().fingerprint, "--json")
        assert (ran.code, ran.json["error"]) == (2, "exchange.fingerprint-differs")
        assert comity("peers", "list", "--json").json == []

    def test_refuses_a_card_that_was_changed(self, comity, node, netherlands, tmp_path):
        changed = tmp_path / "changed.card"
        changed.write_bytes(netherlands.card.raw.replace(b'"NL"', b'"BE"'))
        ran = comity("peers", "add", str(changed), "--fingerprint", netherlands.card.fingerprint, "--json")
        assert ran.code == 2


class TestList:
    def test_shows_how_the_channel_stands(self, comity, pinned):
        (row,) = comity("peers", "list", "--json").json
        assert (row["authority"], row["status"], row["sent"], row["waiting"]) == ("nl-prosecution", "active", 0, 0)
        assert "nl-prosecution" in comity("peers", "list").out

    def test_says_when_there_are_none(self, comity, node):
        assert "No peers yet" in comity("peers", "list").out


class TestRemove:
    def test_keeps_the_peer_in_the_list_as_removed(self, comity, pinned):
        assert comity("peers", "remove", "nl-prosecution").code == 0
        assert comity("peers", "list", "--json").json[0]["status"] == "removed"

    def test_of_a_stranger_is_refused(self, comity, node):
        assert comity("peers", "remove", "xx-nobody", "--json").json["error"] == "exchange.not-a-peer"


class TestVerify:
    def test_a_peer_that_does_not_answer_is_a_finding(self, comity, pinned):
        ran = comity("peers", "verify", "--json")
        assert (ran.code, ran.json["ok"]) == (1, False)
        assert "does not answer" in ran.json["peers"][0]["says"]

    def test_a_peer_that_shows_the_pinned_card_is_fine(self, comity, pinned, monkeypatch):
        monkeypatch.setattr("comity.exchange.queries.fetch_card", lambda endpoint: pinned.card.raw)
        ran = comity("peers", "verify", "nl-prosecution", "--json")
        assert (ran.code, ran.json["ok"]) == (0, True)

    def test_a_peer_that_shows_other_keys_is_a_finding(self, comity, pinned, tmp_path, monkeypatch):
        from tests.cli.conftest import other_authority

        stranger = other_authority(tmp_path)
        monkeypatch.setattr("comity.exchange.queries.fetch_card", lambda endpoint: stranger.card.raw)
        ran = comity("peers", "verify", "--json")
        assert ran.code == 1
        assert "other keys" in ran.json["peers"][0]["says"]

    def test_a_newer_card_with_the_same_keys_is_taken_over(self, comity, node, tmp_path, monkeypatch):
        keys = SecretKeys.generate()
        told = {"authority": "be-central", "country": "BE", "names": {"en": "Belgium"}, "languages": ["nl"]}
        at = clock.moment("2026-11-23T09:00:00Z")
        old, new = (
            wire_card.issue(keys, **told, endpoint=f"http://127.0.0.1:{9 + serial}", at=at, serial=serial)
            for serial in (1, 2)
        )
        file = tmp_path / "be.card"
        file.write_bytes(old.raw)
        comity("peers", "add", str(file), "--fingerprint", old.fingerprint)
        monkeypatch.setattr("comity.exchange.queries.fetch_card", lambda endpoint: new.raw)
        assert comity("peers", "verify").code == 0
        assert comity("peers", "list", "--json").json[0]["endpoint"] == "http://127.0.0.1:11"


class TestRestart:
    def test_lets_a_stopped_channel_go_on(self, comity, pinned):
        outbox.stop(Channel.objects.get(direction=Channel.OUT), "two histories")
        assert comity("peers", "list", "--json").json[0]["alarm"]
        assert comity("peers", "restart", "nl-prosecution", "--json").json == {"restarted": "nl-prosecution"}
        assert not comity("peers", "list", "--json").json[0]["alarm"]

    def test_of_a_stranger_is_refused(self, comity, node):
        assert comity("peers", "restart", "xx-nobody", "--json").json["error"] == "exchange.not-a-peer"
