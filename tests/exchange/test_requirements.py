"""Our list of requirements, from the file of a node to its card, and cards that peers send of themselves."""

from dataclasses import replace

import pytest

from comity.access import actions as access
from comity.access.rules import NotAllowed
from comity.exchange import actions, peers, queries
from comity.exchange.models import RequirementList
from comity.exchange.requirements import BadRequirements, FaultyRequirement, ListChanged
from comity.exchange.wire import card as wire_card
from comity.exchange.wire import signed
from comity.exchange.wire.keys import SecretKeys
from comity.instruments.requirement_kinds import Entry
from tests.exchange.peer import AT

FILE = """
- id: dutch-or-english
  instrument: eio
  pointer: /language
  severity: stop
  require: language in ['nl', 'en']
  says: {en: Write in Dutch or English.}
  remedy: {en: Choose one of them.}
- id: enough
  instrument: eio
  pointer: /form/grounds/facts
  severity: mend
  when: has(form.grounds.facts)
  require: size(form.grounds.facts) >= 200
  says: {en: Say more.}
  remedy: {en: Write at least three sentences.}
"""
SIZE = Entry("", "eio", "size", settings={"number": "25"})


@pytest.fixture
def ada(node):
    user, _ = access.create_user("ada", "Ada Martin", password="five unrelated words", at=AT)
    access.grant(user, "administrator", at=AT)
    return user


@pytest.fixture
def file(node):
    (node.folder / "requirements.yaml").write_text(FILE, encoding="utf-8")


def on_card():
    return [one["id"] for one in queries.own_card(at=AT).requirements]


def publish(by):
    shown = queries.requirements_fingerprint(queries.requirements().entries)
    return actions.publish_requirements(shown=shown, by=by, at=AT)


class TestTheFileOfANode:
    def test_is_the_list_until_somebody_changes_it(self, file):
        asked = queries.requirements()
        assert (asked.number, asked.changed) == (0, False)
        assert [one.kind for one in asked.entries] == ["languages", "expression"]
        assert asked.entries[0].settings == {"languages": ["nl", "en"]}
        assert on_card() == ["dutch-or-english", "enough"]

    def test_gives_the_same_rules_as_entries(self, file):
        rules = queries.in_force(queries.requirements().entries)
        for rule, seed in zip(rules, queries.own_card(at=AT).requirements, strict=True):
            assert rule["says"]["en"] == seed["says"]["en"]
            assert {key: rule[key] for key in ("pointer", "require", "severity")} == {
                key: seed[key] for key in ("pointer", "require", "severity")
            }
        assert rules[1]["when"] == "has(form.grounds.facts)"

    def test_is_taken_over_by_the_first_change_and_read_no_more_after_publishing(self, file, node, ada):
        actions.add_requirement(SIZE, by=ada, at=AT, number=0)
        assert [row.what for row in RequirementList.objects.all()] == ["imported", "added"]
        assert on_card() == ["dutch-or-english", "enough"]
        publish(ada)
        assert on_card() == ["dutch-or-english", "enough", "eio-size"]
        (node.folder / "requirements.yaml").unlink()
        assert on_card() == ["dutch-or-english", "enough", "eio-size"]

    def test_that_cannot_be_read_says_where(self, node):
        (node.folder / "requirements.yaml").write_text("- {id: x}\n", encoding="utf-8")
        with pytest.raises(BadRequirements, match="/0"):
            queries.requirements()


class TestTheList:
    def test_may_be_changed_by_administrators_alone(self, node):
        user, _ = access.create_user("olga", "Olga Martin", password="five unrelated words", at=AT)
        access.grant(user, "auditor", at=AT)
        with pytest.raises(NotAllowed):
            actions.add_requirement(SIZE, by=user, at=AT, number=0)
        with pytest.raises(NotAllowed):
            publish(user)
        assert not RequirementList.objects.exists()

    def test_takes_nothing_that_a_card_could_not_hold(self, ada):
        with pytest.raises(FaultyRequirement) as caught:
            actions.add_requirement(replace(SIZE, settings={"number": "-1"}, severity="?"), by=ada, at=AT, number=0)
        assert {one.pointer for one in caught.value.problems} == {"/settings/number", "/severity"}

    def test_of_two_who_change_it_at_once_the_second_is_told(self, ada):
        actions.add_requirement(SIZE, by=ada, at=AT, number=0)
        with pytest.raises(ListChanged, match="ada"):
            actions.add_requirement(SIZE, by=ada, at=AT, number=0)

    def test_what_changes_nothing_leaves_no_row(self, ada):
        actions.add_requirement(SIZE, by=ada, at=AT, number=0)
        actions.move_requirement("eio-size", up=True, by=ada, at=AT, number=1)
        assert RequirementList.objects.count() == 1

    def test_a_published_list_that_is_emptied_empties_the_card(self, ada, file):
        for number, id in ((0, "enough"), (2, "dutch-or-english")):
            actions.remove_requirement(id, by=ada, at=AT, number=number)
        publish(ada)
        assert on_card() == []


class TestPublishing:
    def test_sends_the_card_to_every_peer_once(self, charlie, ada):
        actions.add_requirement(SIZE, by=ada, at=AT, number=0)
        card = publish(ada)
        actions.announce_card(at=AT)
        [delivery] = queries.delivery(card.id)
        assert (delivery.peer, delivery.state) == ("nl-prosecution", "waiting")
        assert queries.verify_log().ok

    def test_the_card_of_a_moment_can_be_told(self, ada, node):
        first = queries.own_card(at=AT)
        actions.add_requirement(SIZE, by=ada, at=AT, number=0)
        shown = queries.requirements_fingerprint(queries.requirements().entries)
        second = actions.publish_requirements(shown=shown, by=ada, at=AT.replace(hour=20))
        assert queries.own_card_on(AT.replace(hour=1)).id == first.id
        assert queries.own_card_on(AT.replace(hour=19)).id == first.id
        assert queries.own_card_on(AT.replace(hour=21)).id == second.id


class TestACardThatAPeerSends:
    @pytest.fixture
    def arrived(self, charlie, settings):
        """``arrived(raw)``: what becomes of a card that comes through Charlie's channel."""
        settings.COMITY_INCOMING = {"comity-card/1": "comity.exchange.peers.arrived"}

        def taken(raw):
            charlie.seal(raw)
            answer = actions.accept_push(charlie.push(), sender=charlie.authority, at=AT)
            return [one.code for one in charlie.read_receipt(answer).refusals]

        return taken

    def test_takes_the_place_of_an_older_one(self, charlie, arrived):
        assert arrived(charlie.card(serial=5, endpoint="http://127.0.0.1:99")) == []
        peer = queries.peer(charlie.authority)
        assert (peer.card.serial, peer.endpoint) == (5, "http://127.0.0.1:99")
        assert queries.verify_log().ok

    def test_that_is_not_newer_changes_nothing_and_is_no_fault(self, charlie, arrived):
        before = queries.peer(charlie.authority)
        assert arrived(charlie.card(serial=1, endpoint="http://127.0.0.1:99")) == []
        assert queries.peer(charlie.authority) == before

    def test_of_somebody_else_is_refused(self, charlie, arrived):
        authority, charlie.authority = charlie.authority, "br-central"
        foreign = charlie.card(serial=2)
        charlie.authority = authority
        assert arrived(foreign) == ["wire.card-of-another"]

    def test_with_other_keys_is_refused_even_when_the_pinned_ones_signed_it(self, charlie):
        body = signed.peek(charlie.card(serial=2, keys=SecretKeys.generate())).body
        one = signed.sign(wire_card.KIND, body, charlie.keys)
        [refused] = peers.arrived([one], charlie.authority, AT)
        assert refused.reason_code == "wire.bad-signature"
        assert queries.peer(charlie.authority).card.serial == 1
