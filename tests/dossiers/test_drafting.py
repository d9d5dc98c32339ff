"""From a draft to a sent act: saving, checking, four eyes, undo."""

import io

import pytest

from comity.access import queries as people
from comity.access.rules import NotAllowed, Thing
from comity.dossiers import actions, queries
from comity.dossiers.pointers import BadPointer
from comity.exchange import queries as network
from tests.dossiers.conftest import AT
from tests.dossiers.peer import deliveries


def finding_at(report, pointer):
    return [one for one in report.findings if one.pointer.startswith(pointer)]


class TestStart:
    def test_keeps_what_is_not_complete(self, alice, mla, nl, at):
        draft = actions.start("eio", to="nl-prosecution", unit=mla, by=alice, at=at)
        assert draft.content == {"form": {}, "facts": {}}
        assert queries.preflight(draft, AT.date()).verdict == "stop"

    def test_takes_the_language_of_the_receiver(self, alice, mla, nl, at):
        assert actions.start("eio", to="nl-prosecution", unit=mla, by=alice, at=at).language == "en"

    def test_needs_a_known_receiver(self, alice, mla, nl, at):
        with pytest.raises(actions.UnknownReceiver):
            actions.start("eio", to="xx-nobody", unit=mla, by=alice, at=at)

    def test_is_not_for_a_stranger(self, charlie, mla, nl, at):
        with pytest.raises(NotAllowed):
            actions.start("eio", to="nl-prosecution", unit=mla, by=charlie, at=at)


class TestSave:
    def test_one_section_and_says_what_changed(self, draft, alice, later):
        saved = actions.save(draft, pointer="/form/earlier", value={"supplements": False}, by=alice, at=later(hours=1))
        step = saved.steps.last()
        assert (step.kind, step.by, saved.revision) == ("saved", alice, 2)
        assert [change["pointer"] for change in step.changes] == ["/form/earlier/other_states"]
        assert "after" not in step.changes[0]

    def test_of_the_same_is_no_step(self, draft, bob, later):
        value = draft.content["form"]["earlier"]
        assert actions.save(draft, pointer="/form/earlier", value=value, by=bob, at=later(hours=1)).revision == 1

    def test_says_who_changed_it_meanwhile(self, draft, alice, bob, later):
        actions.save(draft, pointer="/facts/x", value=1, by=bob, at=later(hours=1), revision=1)
        with pytest.raises(actions.ChangedMeanwhile) as error:
            actions.save(draft, pointer="/facts/x", value=2, by=alice, at=later(hours=2), revision=1)
        assert "Bob Martin" in error.value.sentence
        assert "10:00" in error.value.sentence
        assert queries.draft(alice, draft.pk, later(hours=3)).content["facts"]["x"] == 1

    def test_takes_no_place_below_a_plain_value(self, draft, alice, at):
        with pytest.raises(BadPointer):
            actions.save(draft, pointer="/form/states/issuing_state/deeper", value=1, by=alice, at=at)

    def test_is_not_found_by_a_stranger(self, draft, charlie, at):
        with pytest.raises(queries.NotFound):
            actions.save(draft, pointer="/facts/x", value=1, by=charlie, at=at)


class TestLanguage:
    def test_is_chosen_and_counts_as_an_edit(self, draft, alice, bob, at):
        chosen = actions.set_language(draft, language="nl", by=bob, at=at)
        assert (chosen.language, chosen.revision) == ("nl", 2)
        assert actions.set_language(chosen, language="nl", by=bob, at=at).revision == 2
        assert queries.draft(alice, draft.pk, at).editors == ("Alice Martin", "Bob Martin")


class TestPreflight:
    def test_stops_and_lets_go_once_mended(self, draft, alice, at):
        broken = actions.save(draft, pointer="/form/urgency/explanation", value=None, by=alice, at=at)
        assert finding_at(queries.preflight(broken, AT.date()), "/form/urgency/explanation")
        with pytest.raises(actions.NotReady) as error:
            actions.submit(broken, by=alice, at=at)
        assert error.value.fields["findings"][0].severity == "stop"
        mended = actions.save(broken, pointer="/form/urgency/explanation", value="x" * 60, by=alice, at=at)
        assert actions.submit(mended, by=alice, at=at).status == "submitted"

    def test_runs_the_rules_that_the_receiver_publishes(self, alice, mla, node, form, at):
        from tests.dossiers.peer import Peer

        rule = {
            "id": "nl-facts",
            "instrument": "eio",
            "pointer": "/form/earlier",
            "severity": "stop",
            "require": "form.earlier.supplements == true",
            "says": {"en": "Only supplements."},
            "remedy": {"en": "Ask us."},
        }
        Peer("nl-prosecution", "NL", at, requirements=[rule])
        draft = actions.start(
            "eio", to="nl-prosecution", unit=mla, by=alice, at=at, form=form["form"], facts=form["facts"]
        )
        report = queries.preflight(draft, AT.date())
        assert report.verdict == "stop"
        assert [one.says for one in report.findings if one.severity == "stop"] == ["Only supplements."]

    def test_knows_that_the_receiver_holds_another_text(self, alice, mla, node, form, at):
        from tests.dossiers.peer import Peer

        Peer("nl-prosecution", "NL", at, definitions=[{"id": "eio", "version": 1, "digest": "0" * 64}])
        draft = actions.start(
            "eio", to="nl-prosecution", unit=mla, by=alice, at=at, form=form["form"], facts=form["facts"]
        )
        report = queries.preflight(draft, AT.date())
        assert [(one.pointer, one.rule) for one in report.findings if one.severity == "stop"] == [
            ("/instrument", "dossiers.other-definition")
        ]

    def test_leaves_out_what_is_not_asked_any_more(self, draft, alice, bob, nl, at):
        assert "reasons" in draft.content["form"]["urgency"]
        changed = actions.save(draft, pointer="/form/urgency/urgent", value=False, by=alice, at=at)
        actions.submit(changed, by=alice, at=at)
        actions.approve(changed, by=bob, at=at)
        sent = nl.fetch(at)[0].body["content"]["form"]["urgency"]
        assert sent["urgent"] is False
        assert not {"reasons", "explanation"} & set(sent)

    def test_finds_nothing_in_the_example(self, draft):
        assert queries.preflight(draft, AT.date()).verdict == "send"


class TestFourEyes:
    def test_the_drafter_cannot_approve(self, alice, bob, mla, nl, form, at):
        draft = actions.start(
            "eio", to="nl-prosecution", unit=mla, by=bob, at=at, language="en", form=form["form"], facts=form["facts"]
        )
        submitted = actions.submit(draft, by=alice, at=at)
        with pytest.raises(NotAllowed) as error:
            actions.approve(submitted, by=bob, at=at)
        assert error.value.fields["rule"] == "four-eyes"

    def test_an_editor_cannot_approve_even_when_the_change_was_undone(self, draft, alice, bob, at):
        before = draft.content["facts"]
        changed = actions.save(draft, pointer="/facts", value={}, by=bob, at=at)
        back = actions.save(changed, pointer="/facts", value=before or None, by=alice, at=at)
        back = actions.save(back, pointer="/facts", value={"note": "x"}, by=bob, at=at)
        submitted = actions.submit(back, by=alice, at=at)
        with pytest.raises(NotAllowed):
            actions.approve(submitted, by=bob, at=at)

    def test_who_attached_a_document_cannot_approve(self, draft, alice, bob, at):
        actions.attach(draft, name="a.txt", media_type="text/plain", stream=io.BytesIO(b"x"), by=bob, at=at)
        submitted = actions.submit(draft, by=alice, at=at)
        with pytest.raises(NotAllowed):
            actions.approve(submitted, by=bob, at=at)

    def test_the_submitter_cannot_approve(self, draft, bob, at):
        submitted = actions.submit(draft, by=bob, at=at)
        with pytest.raises(NotAllowed):
            actions.approve(submitted, by=bob, at=at)

    def test_an_officer_cannot_approve(self, draft, alice, bob, at):
        submitted = actions.submit(draft, by=bob, at=at)
        with pytest.raises(NotAllowed):
            actions.approve(submitted, by=alice, at=at)

    def test_a_stranger_does_not_find_it(self, draft, alice, charlie, at):
        submitted = actions.submit(draft, by=alice, at=at)
        with pytest.raises(queries.NotFound):
            actions.approve(submitted, by=charlie, at=at)

    def test_an_unsubmitted_draft_is_not_approved(self, draft, bob, at):
        with pytest.raises(actions.WrongStatus):
            actions.approve(draft, by=bob, at=at)

    def test_what_is_approved_is_what_was_shown(self, draft, alice, bob, at):
        shown = actions.submit(draft, by=alice, at=at).revision
        actions.give_back(draft, by=alice, reason="One more thing", at=at)
        actions.save(draft, pointer="/facts/x", value=1, by=alice, at=at)
        actions.submit(draft, by=alice, at=at)
        with pytest.raises(actions.ChangedMeanwhile):
            actions.approve(draft, by=bob, at=at, revision=shown)

    def test_only_others_are_offered_the_draft(self, draft, alice, bob, at):
        actions.submit(draft, by=alice, at=at)
        assert [row.id for row in queries.to_approve(bob)] == [draft.pk]
        assert (queries.approvals(bob), queries.approvals(alice)) == (1, 0)
        view = queries.draft(alice, draft.pk, at)
        assert not view.may_approve
        assert view.why_not_approve


class TestApprove:
    def test_signs_stores_logs_and_queues_in_one_step(self, sent, bob, at):
        assert sent.dossier.pk == "fr-central-2026-0001"
        assert sent.dossier.stage == "sent"
        assert (sent.by, sent.way, sent.approved_by) == ("fr-central", "sent", bob)
        assert deliveries(sent.act_id) == ["waiting"]
        entry = network.entries(sent.log_index, 1)[0]
        assert (entry.kind, entry.name) == ("act", sent.act_id)
        assert queries.stored_act(sent.act_id) == bytes(sent.raw)

    def test_the_peer_reads_what_was_approved(self, sent, nl, form, at):
        taken = nl.fetch(at)
        assert [one.id for one in taken] == [sent.act_id]
        assert taken[0].body["content"]["form"] == form["form"]
        assert nl.digest(sent.dossier.pk) == queries.summary()["dossiers"][0]["digest"]
        assert deliveries(sent.act_id) == ["delivered"]

    def test_numbers_follow_each_other(self, sent, alice, bob, mla, form, at):
        other = actions.start(
            "eio", to="nl-prosecution", unit=mla, by=alice, at=at, language="en", form=form["form"], facts=form["facts"]
        )
        actions.submit(other, by=alice, at=at)
        assert actions.approve(other, by=bob, at=at).dossier.pk == "fr-central-2026-0002"

    def test_twice_sends_once(self, sent, draft, bob, at):
        with pytest.raises(actions.WrongStatus):
            actions.approve(draft, by=bob, at=at)
        assert len(queries.ids()) == 1

    def test_leaves_nothing_behind_when_it_cannot_be_queued(self, draft, alice, bob, at):
        from comity.exchange import actions as exchange

        actions.submit(draft, by=alice, at=at)
        exchange.remove_peer("nl-prosecution", by="test", at=at)
        with pytest.raises(actions.NotReady):
            actions.approve(draft, by=bob, at=at)
        assert queries.ids() == []
        assert queries.draft(bob, draft.pk, at).draft.status == "submitted"


class TestUndo:
    def test_a_discarded_draft_comes_back(self, draft, alice, at):
        actions.discard(draft, by=alice, at=at)
        assert queries.drafts(alice) == []
        assert [row.id for row in queries.discarded(alice)] == [draft.pk]
        actions.restore(draft, by=alice, at=at)
        assert [row.id for row in queries.drafts(alice)] == [draft.pk]

    def test_a_discarded_draft_cannot_be_submitted(self, draft, alice, at):
        actions.discard(draft, by=alice, at=at)
        with pytest.raises(actions.WrongStatus):
            actions.submit(draft, by=alice, at=at)

    def test_a_draft_is_given_back_with_its_reason(self, draft, alice, bob, at):
        actions.submit(draft, by=alice, at=at)
        actions.give_back(draft, by=bob, reason="The account number is missing.", at=at)
        assert queries.drafts(alice)[0].reason == "The account number is missing."

    def test_without_a_reason_it_stays_submitted(self, draft, alice, bob, at):
        actions.submit(draft, by=alice, at=at)
        with pytest.raises(actions.NoReason):
            actions.give_back(draft, by=bob, reason=" ", at=at)
        assert queries.draft(bob, draft.pk, at).draft.status == "submitted"

    def test_the_history_keeps_every_step(self, draft, alice, bob, at):
        actions.submit(draft, by=alice, at=at)
        actions.give_back(draft, by=bob, reason="No", at=at)
        actions.discard(draft, by=alice, at=at)
        kinds = [step.kind for step in queries.draft(alice, draft.pk, at).steps]
        assert kinds == ["started", "submitted", "returned", "discarded"]


class TestAttachments:
    def attach(self, draft, by, at, content=b"account,amount\n1,2\n", name="C:\\files\\statement.csv"):
        return actions.attach(
            draft, name=name, media_type="text/csv; charset=utf-8", stream=io.BytesIO(content), by=by, at=at
        )

    def test_are_named_without_their_path(self, draft, alice, at):
        added = self.attach(draft, alice, at)
        assert (added.name, added.media_type, added.size) == ("statement.csv", "text/csv", 19)

    def test_travel_with_the_act(self, draft, alice, bob, nl, at):
        added = self.attach(draft, alice, at)
        actions.submit(draft, by=alice, at=at)
        act = actions.approve(draft, by=bob, at=at)
        items = nl.fetch(at)[0].body["content"]["items"]
        assert items == [
            {
                "name": "statement.csv",
                "media_type": "text/csv",
                "size": 19,
                "sha256": added.sha256,
                "blob": added.blob,
                "key": added.key,
            }
        ]
        evidence = queries.items(alice, act.dossier.pk, at)
        assert [(one.item.name, one.item.state, one.act.act_id) for one in evidence] == [
            ("statement.csv", "complete", act.act_id)
        ]

    def test_taken_off_do_not_travel_and_can_be_put_back(self, draft, alice, bob, nl, at):
        kept, dropped = self.attach(draft, alice, at, name="a.txt"), self.attach(draft, alice, at, name="b.txt")
        actions.detach(kept, by=alice, at=at)
        actions.detach(dropped, by=alice, at=at)
        actions.reattach(kept, by=alice, at=at)
        view = queries.draft(alice, draft.pk, at)
        assert ([row.name for row in view.attachments], [row.name for row in view.removed]) == (["a.txt"], ["b.txt"])
        actions.submit(draft, by=alice, at=at)
        actions.approve(draft, by=bob, at=at)
        assert [item["name"] for item in nl.fetch(at)[0].body["content"]["items"]] == ["a.txt"]

    def test_taken_off_twice_are_one_step(self, draft, alice, at):
        added = self.attach(draft, alice, at)
        actions.detach(added, by=alice, at=at)
        actions.detach(added, by=alice, at=at)
        kinds = [step.kind for step in queries.draft(alice, draft.pk, at).steps]
        assert kinds == ["started", "attached", "detached"]

    def test_open_to_the_unit_and_the_read_is_kept(self, draft, bob, alice, at):
        added = self.attach(draft, alice, at)
        found, pieces = queries.open_attachment(bob, added.pk, at)
        assert b"".join(pieces) == b"account,amount\n1,2\n"
        assert people.reads(of=Thing("draft", f"{draft.pk} document {added.pk}"))[0].user == bob
        assert found.name == "statement.csv"

    def test_are_not_found_by_a_stranger(self, draft, alice, charlie, at):
        added = self.attach(draft, alice, at)
        with pytest.raises(queries.NotFound):
            queries.open_attachment(charlie, added.pk, at)

    def test_of_a_sent_act_stay(self, draft, alice, bob, at):
        added = self.attach(draft, alice, at)
        actions.submit(draft, by=alice, at=at)
        actions.approve(draft, by=bob, at=at)
        with pytest.raises(actions.WrongStatus):
            actions.detach(added, by=alice, at=at)
