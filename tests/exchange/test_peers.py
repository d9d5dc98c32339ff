"""Pinning authorities, and the card that we show."""

import pytest

from comity.exchange import actions, outbox, queries
from comity.exchange.peers import FingerprintDiffers, NotAPeer, OurOwnCard
from comity.exchange.requirements import BadRequirements
from comity.exchange.wire import card as wire_card
from comity.exchange.wire.card import KeysChanged, NotNewer
from comity.exchange.wire.keys import SecretKeys, words
from comity.exchange.wire.signed import BadSignature
from tests.exchange.peer import AT, KIND


class TestPinning:
    @pytest.mark.parametrize("spelling", [str, str.upper, lambda hex_: " ".join(words(hex_))])
    def test_takes_the_fingerprint_in_hex_or_words(self, stranger, spelling):
        told = spelling(stranger.fingerprint)
        actions.add_peer(stranger.card(), fingerprint=told, by="alice", at=AT)
        [peer] = queries.peers()
        assert (peer.authority, peer.pinned_by, peer.pinned_at) == ("nl-prosecution", "alice", AT)
        assert peer.words == words(stranger.fingerprint)
        assert peer.name() == "Public Prosecutor (test)"

    def test_demands_the_right_fingerprint(self, stranger):
        with pytest.raises(FingerprintDiffers):
            actions.add_peer(stranger.card(), fingerprint="0" * 64, by="alice", at=AT)
        assert queries.peers() == []

    def test_demands_an_unchanged_card(self, stranger):
        raw = stranger.card().replace(b"(test)", b"(best)")
        with pytest.raises(BadSignature):
            actions.add_peer(raw, fingerprint=stranger.fingerprint, by="alice", at=AT)

    def test_does_not_take_our_own_card(self, node):
        ours = queries.own_card(at=AT)
        with pytest.raises(OurOwnCard):
            actions.add_peer(ours.raw, fingerprint=ours.fingerprint, by="alice", at=AT)

    def test_twice_changes_nothing(self, charlie):
        actions.add_peer(charlie.card(), fingerprint=charlie.fingerprint, by="bob", at=AT)
        assert queries.peer(charlie.authority).pinned_by == "alice"

    def test_does_not_replace_the_keys_of_an_active_peer(self, charlie):
        other = SecretKeys.generate()
        with pytest.raises(KeysChanged):
            actions.add_peer(charlie.card(serial=2, keys=other), fingerprint=other.fingerprint, by="alice", at=AT)


class TestANewerCard:
    def test_is_taken_with_its_endpoint_and_kept_beside_the_old_one(self, charlie):
        actions.update_card(charlie.card(serial=2, endpoint="http://127.0.0.1:99/"), by="alice", at=AT)
        peer = queries.peer(charlie.authority)
        assert (peer.endpoint, peer.card.serial) == ("http://127.0.0.1:99", 2)
        assert [entry.name for entry in queries.entries()] == ["nl-prosecution/1", "nl-prosecution/2"]
        assert queries.verify_log().ok

    def test_must_be_newer_by_the_same_keys_and_of_a_peer(self, charlie, stranger):
        with pytest.raises(NotNewer):
            actions.update_card(charlie.card(serial=1, endpoint="http://127.0.0.1:99"), by="alice", at=AT)
        with pytest.raises(KeysChanged):
            actions.update_card(charlie.card(serial=2, keys=SecretKeys.generate()), by="alice", at=AT)
        charlie.authority = "br-central"
        with pytest.raises(NotAPeer):
            actions.update_card(charlie.card(), by="alice", at=AT)


class TestRemoving:
    def test_keeps_what_was_exchanged_and_says_why_the_rest_waits(self, charlie):
        act = actions.sign(KIND, {"n": 1}, at=AT)
        actions.enqueue(act.raw, act=act.id, to=[charlie.authority], at=AT)
        actions.remove_peer(charlie.authority, by="alice", at=AT)
        assert queries.peers() == []
        assert [peer.status for peer in queries.peers(removed=True)] == ["removed"]
        says = "nl-prosecution was removed from our peers by alice on 2026-11-23T14:05:00Z"
        assert queries.delivery(act.id)[0].waiting_on == says
        assert outbox.due(AT) == []
        assert queries.verify_log().ok
        with pytest.raises(NotAPeer):
            actions.remove_peer(charlie.authority, by="alice", at=AT)

    def test_can_be_undone_and_delivery_goes_on(self, charlie):
        act = actions.sign(KIND, {"n": 1}, at=AT)
        actions.enqueue(act.raw, act=act.id, to=[charlie.authority], at=AT)
        actions.remove_peer(charlie.authority, by="alice", at=AT)
        actions.add_peer(charlie.card(), fingerprint=charlie.fingerprint, by="bob", at=AT)
        assert len(outbox.due(AT)) == 1
        assert queries.peer(charlie.authority).pinned_by == "bob"

    def test_of_an_unknown_authority_is_refused(self, node):
        with pytest.raises(NotAPeer):
            queries.peer("br-central")


class TestOurCard:
    def test_is_issued_once_and_again_when_something_changed(self, node, settings):
        from dataclasses import replace

        first = queries.own_card(at=AT)
        assert queries.own_card(at=AT.replace(year=2027)).raw == first.raw
        settings.COMITY = replace(node, endpoint="https://comity.example")
        second = queries.own_card(at=AT)
        assert (second.serial, second.endpoint) == (2, "https://comity.example")
        assert wire_card.may_replace(first, second)
        assert [entry.name for entry in queries.entries()] == ["fr-central/1", "fr-central/2"]

    def test_carries_the_instruments_and_the_published_requirements(self, node):
        (node.folder / "requirements.yaml").write_text(
            "- id: dutch-or-english\n  instrument: eio\n  pointer: /language\n  severity: stop\n"
            "  require: language in ['nl', 'en']\n  says: {en: Write in Dutch or English.}\n"
            "  remedy: {en: Choose one of them.}\n"
        )
        card = queries.own_card(at=AT)
        assert card.requirements[0]["id"] == "dutch-or-english"
        assert {one["id"] for one in card.instruments} >= {"eio"}

    def test_names_what_is_wrong_with_the_requirements(self, node):
        file = node.folder / "requirements.yaml"
        file.write_text("just text\n")
        with pytest.raises(BadRequirements):
            queries.own_card(at=AT)
        file.write_text("- {id: x}\n")
        with pytest.raises(wire_card.NotACard, match="requirements"):
            queries.own_card(at=AT)


class TestKeys:
    def test_are_made_once(self, node):
        from comity.exchange.identity import KeysExist

        with pytest.raises(KeysExist):
            actions.make_keys()
        node.keys_file.unlink()
        fingerprint = actions.make_keys()
        assert node.keys_file.stat().st_mode & 0o777 == 0o600
        assert SecretKeys.load(node.keys_file).fingerprint == fingerprint
