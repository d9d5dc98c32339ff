"""Several acts of one dossier at once: the same acts as one by one, all of them or none."""

import pytest

from comity.access.rules import NotAllowed
from comity.dossiers import actions, folding, queries
from comity.dossiers.models import Dossier, Draft
from comity.exchange import queries as network
from comity.instruments import catalogue, procedure
from tests.dossiers.conftest import person
from tests.dossiers.peer import deliveries
from tests.dossiers.test_projection import projection
from tests.dossiers.test_receiving import ACKNOWLEDGED

NOTES = [("note", {"text": f"Seen at gate {number}."}) for number in range(1, 4)]


def texts(acts):
    return [one.body["content"]["text"] for one in acts]


class TestAFeed:
    def test_arrives_in_its_order_and_both_sides_agree(self, dossier, nl, alice, later):
        acts = actions.send_all(dossier, NOTES, by=alice, at=later(hours=1))
        arrived = nl.fetch(later(hours=2))
        assert [one.id for one in arrived] == [act.act_id for act in acts]
        assert texts(arrived) == [content["text"] for _, content in NOTES]
        told = queries.summary()["dossiers"][0]
        assert (told["acts"], told["digest"]) == (4, nl.digest(dossier.pk))
        assert deliveries(acts[0].act_id) == ["delivered"]

    def test_is_a_chain_each_act_following_the_one_before(self, sent, dossier, nl, alice, later):
        acts = actions.send_all(dossier, NOTES, by=alice, at=later(hours=1))
        parents = [one.body["parents"] for one in nl.fetch(later(hours=2))]
        assert parents == [[sent.act_id], [acts[0].act_id], [acts[1].act_id]]

    def test_is_logged_names_who_sent_it_and_shows_in_the_list(self, dossier, alice, later):
        acts = actions.send_all(dossier, NOTES, by=alice, at=later(hours=1))
        assert [network.entries(act.log_index, 1)[0].name for act in acts] == [act.act_id for act in acts]
        assert {act.approved_by for act in acts} == {alice}
        assert network.verify_log().ok
        stored = Dossier.objects.get(pk=dossier.pk)
        before = projection(stored)
        assert before["act_count"] == 4
        actions.rebuild(dossier.pk)
        assert projection(Dossier.objects.get(pk=dossier.pk)) == before

    def test_leaves_no_drafts(self, dossier, alice, later):
        before = Draft.objects.count()
        actions.send_all(dossier, NOTES, by=alice, at=later(hours=1))
        assert Draft.objects.count() == before

    def test_without_acts_changes_nothing(self, dossier, alice, later):
        size = network.log_size()
        assert actions.send_all(dossier, [], by=alice, at=later(hours=1)) == []
        assert network.log_size() == size

    def test_sees_what_its_own_acts_have_changed(self, nl, alice, later):
        """An order is acknowledged once: after the first, the second is not possible any more."""
        opening = nl.opening(later())
        nl.send(opening, at=later())
        ours = queries.one(alice, opening.body["dossier"])
        acknowledge = ("acknowledge", ACKNOWLEDGED)
        with pytest.raises(actions.NotPossible):
            actions.send_all(ours, [acknowledge, acknowledge], by=alice, at=later(hours=1))
        actions.send_all(ours, [acknowledge, *NOTES], by=alice, at=later(hours=1))
        nl.fetch(later(hours=2))
        told = queries.summary()["dossiers"][0]
        assert (told["state"], told["acts"], told["digest"]) == ("received", 5, nl.digest(ours.pk))


class TestRefused:
    """Each refusal is of the whole feed."""

    @pytest.fixture(autouse=True)
    def nothing_left(self, dossier):
        size = network.log_size()
        yield
        assert network.log_size() == size
        assert queries.summary()["dossiers"][0]["acts"] == 1

    def test_an_act_that_needs_a_second_person(self, dossier, alice, later):
        with pytest.raises(actions.NeedsApproval):
            actions.send_all(
                dossier, [*NOTES, ("withdraw", {"reasons": "Solved otherwise."})], by=alice, at=later(hours=1)
            )

    def test_an_act_that_the_instrument_does_not_have(self, dossier, alice, later):
        with pytest.raises(actions.NeedsApproval):
            actions.send_all(dossier, [("dance", {})], by=alice, at=later(hours=1))

    def test_an_act_that_is_the_other_sides(self, dossier, alice, later):
        others = next(act.id for act in catalogue.get("eio").acts if act.by == ("executing",) and not act.four_eyes)
        with pytest.raises(actions.NotPossible):
            actions.send_all(dossier, [*NOTES, (others, {})], by=alice, at=later(hours=1))

    def test_a_content_that_is_not_ready_saying_which(self, dossier, alice, later):
        with pytest.raises(actions.NotReady) as error:
            actions.send_all(dossier, [*NOTES, ("note", {})], by=alice, at=later(hours=1))
        assert error.value.fields["number"] == 4
        assert [finding.pointer for finding in error.value.fields["findings"]] == ["/text"]

    def test_a_content_that_names_documents(self, dossier, nl, alice, later):
        item = nl.item(b"statement")[0]
        with pytest.raises(actions.NamesDocuments):
            actions.send_all(dossier, [("note", {"text": "x", "items": [item]})], by=alice, at=later(hours=1))

    def test_somebody_who_may_only_read(self, dossier, later):
        with pytest.raises(NotAllowed):
            actions.send_all(dossier, NOTES, by=person("clara", "clerk", "mla"), at=later(hours=1))

    def test_a_stranger(self, dossier, charlie, later):
        with pytest.raises(queries.NotFound):
            actions.send_all(dossier, NOTES, by=charlie, at=later(hours=1))


def test_an_act_that_moves_nothing_leaves_what_is_possible_as_it_is(dossier, nl, alice, later):
    """What ``send_all`` builds on when it does not fold after each act."""
    definition = catalogue.get("eio")
    assert not procedure.moves(definition, "note")
    assert procedure.moves(definition, "acknowledge")
    assert procedure.moves(definition, "withdraw")
    before = folding.fold(queries.one(alice, dossier.pk)).state
    actions.send_all(dossier, NOTES, by=alice, at=later(hours=1))
    after = folding.fold(queries.one(alice, dossier.pk)).state
    for role in ("issuing", "executing"):
        assert procedure.allowed(definition, before, role) == procedure.allowed(definition, after, role)
    assert (after.clocks, after.questions, after.form) == (before.clocks, before.questions, before.form)
