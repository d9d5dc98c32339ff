"""What a user sees: the dossier, its timeline, questions and answers, the worklist; and what a stranger does not."""

import io

import pytest

from comity.access import queries as people
from comity.access.rules import NotAllowed, Thing
from comity.dossiers import actions, queries
from tests.dossiers.conftest import AT, person
from tests.dossiers.peer import Peer
from tests.dossiers.test_receiving import ACKNOWLEDGED, EXECUTION

POINTER = "/form/measures/evidence"


@pytest.fixture
def asked(dossier, nl, later):
    """The peer has acknowledged and asks about the evidence, due in two days."""
    nl.send(nl.act(dossier.pk, "acknowledge", ACKNOWLEDGED, later(hours=1)), at=later(hours=1))
    content = {"pointer": POINTER, "asks": "Which format do you need?", "due": "2026-11-25T12:00:00Z"}
    one = nl.act(dossier.pk, "ask", content, later(hours=2))
    nl.send(one, at=later(hours=2))
    return one


class TestQuestions:
    def test_stand_beside_the_field_with_their_own_deadline(self, dossier, asked, alice, later):
        view = queries.dossier(alice, dossier.pk, later(hours=3))
        question = view.questions[0]
        assert (question.pointer, question.by, question.of, question.ours) == (
            POINTER,
            "nl-prosecution",
            "fr-central",
            True,
        )
        assert "Measures to be carried out" in question.field
        assert (view.row.waiting.key, view.row.due.kind, view.row.due.ref) == ("our-answer", "question", asked.id)
        assert not view.row.due.overdue
        assert queries.dossier(alice, dossier.pk, later(days=3)).questions[0].overdue

    def test_are_answered_and_the_answer_may_amend_the_field(self, dossier, asked, nl, alice, bob, later):
        content = {"question": asked.id, "answer": "As CSV.", "amends": {POINTER: "Statements as CSV."}}
        draft = actions.begin_act(dossier, "answer", by=alice, at=later(hours=3), content=content)
        actions.submit(draft, by=alice, at=later(hours=3))
        actions.approve(draft, by=bob, at=later(hours=4))
        nl.fetch(later(hours=5))
        view = queries.dossier(alice, dossier.pk, later(hours=5))
        assert view.state.form["measures"]["evidence"] == "Statements as CSV."
        assert view.questions[0].answer == "As CSV."
        assert view.row.waiting.key == "their-act"
        assert queries.summary()["dossiers"][0]["digest"] == nl.digest(dossier.pk)

    def test_an_answer_to_no_question_is_stopped(self, dossier, asked, alice, later):
        content = {"question": "0" * 64, "answer": "As CSV."}
        draft = actions.begin_act(dossier, "answer", by=alice, at=later(hours=3), content=content)
        assert [one.pointer for one in queries.preflight(draft, AT.date()).findings] == ["/question"]
        with pytest.raises(actions.NotReady):
            actions.submit(draft, by=alice, at=later(hours=3))

    def test_a_question_about_no_field_is_stopped(self, nl, alice, at, later):
        nl.send(nl.opening(at), at=at)
        found = queries.one(alice, "nl-prosecution-2026-0001")
        content = {"pointer": "/form/measures/nothing", "asks": "What?"}
        draft = actions.begin_act(found, "ask", by=alice, at=later(hours=1), content=content)
        assert [one.pointer for one in queries.preflight(draft, AT.date()).findings] == ["/pointer"]

    def test_an_amendment_that_breaks_the_form_is_stopped(self, dossier, asked, alice, later):
        content = {"question": asked.id, "answer": "Nothing.", "amends": {"/form/measures/kinds": "everything"}}
        draft = actions.begin_act(dossier, "answer", by=alice, at=later(hours=3), content=content)
        assert queries.preflight(draft, AT.date()).verdict == "stop"


class TestActs:
    def test_what_is_possible_depends_on_stage_and_part(self, dossier, alice):
        offered = {act.id for act in queries.possible_acts(alice, dossier)}
        assert "withdraw" in offered
        assert "recognise" not in offered

    def test_an_act_of_the_other_side_cannot_be_begun(self, dossier, alice, at):
        with pytest.raises(actions.NotPossible):
            actions.begin_act(dossier, "recognise", by=alice, at=at)

    def test_one_that_became_impossible_is_not_approved(self, dossier, nl, alice, bob, later):
        draft = actions.begin_act(dossier, "withdraw", by=alice, at=later(hours=1), content={"reasons": "Solved."})
        actions.submit(draft, by=alice, at=later(hours=1))
        nl.send(
            nl.act(dossier.pk, "refuse", {"ground": "ne_bis_in_idem", "reasons": "Tried before."}, later(hours=2)),
            at=later(hours=2),
        )
        with pytest.raises(actions.NotPossible):
            actions.approve(draft, by=bob, at=later(hours=3))
        assert queries.dossier(alice, dossier.pk, later(hours=3)).row.stage == "refused"

    def test_one_that_needs_no_second_person_is_sent(self, nl, alice, at, later):
        nl.send(nl.opening(at), at=at)
        found = queries.one(alice, "nl-prosecution-2026-0001")
        draft = actions.begin_act(found, "acknowledge", by=alice, at=later(hours=1), content=ACKNOWLEDGED)
        assert queries.draft(alice, draft.pk, later(hours=1)).may_send
        act = actions.send(draft, by=alice, at=later(hours=1))
        nl.fetch(later(hours=2))
        assert act.dossier.stage == "received"
        assert queries.summary()["dossiers"][0]["digest"] == nl.digest(found.pk)

    def test_one_that_needs_a_second_person_is_not_sent(self, dossier, alice, at):
        draft = actions.begin_act(dossier, "withdraw", by=alice, at=at, content={"reasons": "Solved."})
        with pytest.raises(actions.NeedsApproval):
            actions.send(draft, by=alice, at=at)

    def test_one_that_cannot_be_queued_leaves_nothing_behind(self, dossier, alice, bob, at):
        from comity.exchange import actions as exchange
        from comity.exchange.peers import NotAPeer

        draft = actions.begin_act(dossier, "withdraw", by=alice, at=at, content={"reasons": "Solved."})
        actions.submit(draft, by=alice, at=at)
        exchange.remove_peer("nl-prosecution", by="test", at=at)
        with pytest.raises(NotAPeer):
            actions.approve(draft, by=bob, at=at)
        assert queries.dossier(bob, dossier.pk, at).row.stage == "sent"
        assert len(queries.stored_acts()) == 1

    def test_a_refusal_names_its_ground(self, dossier, nl, alice, later):
        content = {"ground": "ne_bis_in_idem", "reasons": "Tried before."}
        nl.send(nl.act(dossier.pk, "refuse", content, later(hours=1)), at=later(hours=1))
        entry = queries.timeline(alice, dossier.pk, later(hours=2))[-1]
        assert entry.lines[0].value != "ne_bis_in_idem"
        assert ("Reasons", "Tried before.") in [(line.label, line.value) for line in entry.lines]

    def test_a_postponement_changes_the_stage_and_meets_the_clock(self, dossier, nl, alice, later):
        for hours, (type, content) in enumerate(EXECUTION[:2], start=1):
            nl.send(nl.act(dossier.pk, type, content, later(hours=hours)), at=later(hours=hours))
        ground = next(
            one.code
            for one in queries.dossier(alice, dossier.pk, later()).definition.grounds
            if one.list == "postponement"
        )
        content = {"ground": ground, "reasons": "Ongoing investigation."}
        nl.send(nl.act(dossier.pk, "postpone", content, later(hours=5)), at=later(hours=5))
        assert queries.dossier(alice, dossier.pk, later(hours=6)).row.stage == "postponed"


class TestClocks:
    def test_are_told_in_the_readers_language_with_the_same_end(self, dossier, nl, alice, later):
        nl.send(nl.act(dossier.pk, "acknowledge", ACKNOWLEDGED, later(hours=1)), at=later(hours=1))
        english, french = (
            {one.id: one for one in queries.dossier(alice, dossier.pk, later(hours=2), language).clocks}
            for language in ("en", "fr")
        )
        assert [one.due for one in french.values()] == [one.due for one in english.values()]
        assert "from receipt" in english["recognition"].rule
        assert french["recognition"].rule.startswith("30 jours à compter de la réception")
        assert french["recognition"].article == "directive 2014/41/UE, art. 12(3)"

    def test_do_not_change_what_both_sides_hold(self, dossier, nl, alice, at):
        queries.dossier(alice, dossier.pk, at, "fr")
        assert queries.summary()["dossiers"][0]["digest"] == nl.digest(dossier.pk)


class TestExecuting:
    """We execute what the peer has ordered, up to the evidence."""

    def step(self, id, type, content, alice, bob, at, file=None):
        draft = actions.begin_act(queries.one(alice, id), type, by=alice, at=at, content=content)
        if file:
            actions.attach(draft, name="statement.csv", media_type="text/csv", stream=io.BytesIO(file), by=alice, at=at)
        if queries.draft(alice, draft.pk, at).may_send:
            return actions.send(draft, by=alice, at=at)
        return actions.approve(actions.submit(draft, by=alice, at=at), by=bob, at=at)

    def test_up_to_the_evidence(self, nl, alice, bob, at, later):
        nl.send(nl.opening(at), at=at)
        id = "nl-prosecution-2026-0001"
        for hours, (type, content) in enumerate(EXECUTION, start=1):
            self.step(id, type, content, alice, bob, later(hours=hours))
        content = {"description": "Statements of one account", "return_required": False}
        bare = actions.begin_act(queries.one(alice, id), "transfer", by=alice, at=later(hours=5), content=content)
        assert [one.pointer for one in queries.preflight(bare, AT.date()).findings] == ["/items"]
        act = self.step(id, "transfer", content, alice, bob, later(hours=6), file=b"a,b\n" * 1000)
        nl.fetch(later(hours=7))
        view = queries.dossier(alice, id, later(hours=7))
        assert (view.row.stage, view.row.waiting.key) == ("transferred", "their-act")
        assert [(item.act, item.name, item.state) for item in view.items] == [(act.act_id, "statement.csv", "complete")]
        delivered = queries.timeline(alice, id, later(hours=7))[-1].deliveries[0]
        assert (delivered.status, delivered.documents_waiting) == ("delivered", 1)
        assert nl.state(id).items[0]["sha256"] == view.items[0].sha256
        assert queries.summary()["dossiers"][0]["digest"] == nl.digest(id)


class TestTimeline:
    def test_shows_signature_receipt_and_place_in_the_log(self, dossier, alice, at):
        entry = queries.timeline(alice, dossier.pk, at)[0]
        assert (entry.by, entry.way, entry.approved_by) == ("fr-central", "sent", "Bob Martin")
        assert entry.signature.verified
        assert entry.signature.algorithms == ("Ed25519", "ML-DSA-65")
        delivered = entry.deliveries[0]
        assert (delivered.receiver, delivered.status) == ("nl-prosecution", "delivered")
        assert len(delivered.receipt) == 64
        assert delivered.receipt_log_index > delivered.log_index > entry.log_index
        assert entry.log_index is not None

    def test_shows_what_the_receiver_refused_and_why(self, sent, nl, alice, at):
        nl.fetch(at, refuse={"request": ("dossiers.unknown-instrument", "We do not know it.")})
        delivered = queries.timeline(alice, sent.dossier.pk, at)[0].deliveries[0]
        assert (delivered.status, delivered.says) == ("refused", "We do not know it.")
        trouble = queries.worklist(alice, at=at).rows[0].trouble[0]
        assert (trouble.receiver, trouble.status) == ("nl-prosecution", "refused")

    def test_speaks_the_readers_language(self, dossier, alice, at):
        english = queries.timeline(alice, dossier.pk, at, "en")[0]
        french = queries.timeline(alice, dossier.pk, at, "fr")[0]
        assert english.title == "Send the order"
        dates = [line.value for line in french.lines if "septembre" in line.value or "janvier" in line.value]
        assert dates

    def test_finds_a_changed_act(self, dossier, alice, at):
        act = queries.Act.objects.get(dossier=dossier)
        raw = bytearray(bytes(act.raw))
        spot = raw.index(b"Verhulst")
        raw[spot] ^= 1
        queries.Act.objects.filter(pk=act.pk).update(raw=bytes(raw))
        signature = queries.timeline(alice, dossier.pk, at)[0].signature
        assert not signature.verified
        assert signature.says

    def test_keeps_what_a_removed_peer_signed(self, dossier, nl, alice, later):
        from comity.exchange import actions as exchange

        nl.send(nl.act(dossier.pk, "acknowledge", ACKNOWLEDGED, later(hours=1)), at=later(hours=1))
        exchange.remove_peer("nl-prosecution", by="test", at=later(hours=2))
        assert queries.timeline(alice, dossier.pk, later(hours=3))[-1].signature.verified


class TestStranger:
    """Somebody of another unit is told that there is nothing."""

    @pytest.mark.parametrize(
        "look",
        [
            lambda user, id, at: queries.dossier(user, id, at),
            lambda user, id, at: queries.timeline(user, id, at),
            lambda user, id, at: queries.items(user, id, at),
            lambda user, id, at: queries.request_pdf(user, id, "en", at),
            lambda user, id, at: queries.one(user, id),
        ],
    )
    def test_does_not_find_the_dossier(self, dossier, charlie, at, look):
        with pytest.raises(queries.NotFound) as here:
            look(charlie, dossier.pk, at)
        with pytest.raises(queries.NotFound) as nowhere:
            look(charlie, "fr-central-2026-9999", at)
        assert here.value.sentence.replace(dossier.pk, "X") == nowhere.value.sentence.replace(
            "fr-central-2026-9999", "X"
        )
        assert people.reads(by=charlie) == []

    def test_does_not_find_the_draft(self, draft, charlie, at):
        with pytest.raises(queries.NotFound):
            queries.draft(charlie, draft.pk, at)
        with pytest.raises(queries.NotFound):
            queries.draft_pdf(charlie, draft.pk, "en", at)

    def test_has_an_empty_worklist(self, dossier, draft, charlie, at):
        page = queries.worklist(charlie, at=at)
        assert (page.rows, page.drafts, page.to_approve, page.total, page.instruments) == ((), (), (), 0, ())

    def test_cannot_act(self, dossier, charlie, at):
        with pytest.raises(queries.NotFound):
            actions.begin_act(dossier, "withdraw", by=charlie, at=at)
        with pytest.raises(queries.NotFound):
            actions.assign(dossier, to=charlie, by=charlie, at=at)

    def test_an_auditor_reads_but_does_not_act(self, dossier, node, at):
        auditor = person("vera", "auditor", None)
        assert queries.dossier(auditor, dossier.pk, at).possible == ()
        with pytest.raises(NotAllowed):
            actions.begin_act(dossier, "withdraw", by=auditor, at=at)

    def test_a_deactivated_user_reads_nothing(self, dossier, alice, at):
        from comity.access import actions as access

        access.deactivate(alice, at=at)
        alice.refresh_from_db()
        with pytest.raises(queries.NotFound):
            queries.dossier(alice, dossier.pk, at)


class TestReads:
    def test_every_look_is_recorded(self, dossier, alice, at):
        queries.dossier(alice, dossier.pk, at)
        queries.timeline(alice, dossier.pk, at)
        queries.items(alice, dossier.pk, at)
        queries.request_pdf(alice, dossier.pk, "en", at)
        reads = people.reads(of=Thing("dossier", dossier.pk))
        assert [(read.user, read.rule) for read in reads] == [(alice, "unit-reads")] * 4

    def test_a_draft_as_well(self, draft, bob, at):
        queries.draft(bob, draft.pk, at)
        assert [read.user for read in people.reads(of=Thing("draft", str(draft.pk)))] == [bob]


class TestWorklist:
    def ids(self, user, at, **how):
        return [row.id for row in queries.worklist(user, at=at, **how).rows]

    @pytest.fixture
    def three(self, dossier, nl, later):
        """Ours to the peer (they must acknowledge), and two of the peer's, the second of which came first."""
        nl.send(nl.opening(later(days=2), 1), at=later(days=2))
        nl.send(nl.opening(later(days=1), 2), at=later(days=2))
        return dossier

    def test_is_due_soonest_first(self, three, alice, later):
        assert self.ids(alice, later(days=2)) == [
            "fr-central-2026-0001",
            "nl-prosecution-2026-0002",
            "nl-prosecution-2026-0001",
        ]

    def test_shows_whose_turn_it_is(self, three, alice, later):
        assert self.ids(alice, later(days=2), owed="them") == ["fr-central-2026-0001"]
        assert len(self.ids(alice, later(days=2), owed="us")) == 2
        row = queries.worklist(alice, at=later(days=2), owed="them").rows[0]
        assert (row.holder, row.waiting.key, row.waiting.values["authority"]) == (
            "nl-prosecution",
            "their-act",
            "nl-prosecution",
        )
        assert (row.due.title, row.due.authority, row.due.ours) == ("Acknowledge receipt", "nl-prosecution", False)

    def test_finds_words_of_number_subject_and_counterpart(self, three, alice, later):
        assert self.ids(alice, later(days=2), text="VERHULST 0002") == ["nl-prosecution-2026-0002"]
        assert self.ids(alice, later(days=2), text="nobody") == []

    def test_knows_what_is_overdue_at_a_moment(self, three, alice, later):
        assert self.ids(alice, later(days=2), overdue=True) == []
        assert len(self.ids(alice, later(days=60), overdue=True)) == 3
        assert queries.worklist(alice, at=later(days=60)).overdue == 3

    def test_says_what_an_undelivered_act_waits_on(self, sent, alice, at):
        trouble = queries.worklist(alice, at=at).rows[0].trouble[0]
        assert (trouble.receiver, trouble.status) == ("nl-prosecution", "waiting")

    def test_marks_what_is_new_until_it_was_looked_at(self, dossier, nl, alice, later):
        queries.dossier(alice, dossier.pk, later(minutes=1))
        assert not queries.worklist(alice, at=later(hours=1)).rows[0].unread
        nl.send(nl.act(dossier.pk, "acknowledge", ACKNOWLEDGED, later(hours=2)), at=later(hours=2))
        assert queries.worklist(alice, at=later(hours=3)).rows[0].unread

    def test_costs_no_more_queries_for_more_dossiers(self, dossier, nl, alice, at, later, django_assert_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        nl.send(nl.opening(at, 1), at=at)
        with CaptureQueriesContext(connection) as few:
            queries.worklist(alice, at=at)
        nl.send(*(nl.opening(at, number) for number in range(2, 12)), at=at)
        with django_assert_num_queries(len(few)):
            assert len(queries.worklist(alice, at=at).rows) == 12

    def test_hides_what_is_closed_unless_asked(self, dossier, nl, alice, bob, later):
        for type, content in (("withdraw", {"reasons": "Solved."}), ("close", {})):
            draft = actions.begin_act(dossier, type, by=alice, at=later(hours=1), content=content)
            actions.submit(draft, by=alice, at=later(hours=1))
            actions.approve(draft, by=bob, at=later(hours=1))
            dossier.refresh_from_db()
        assert self.ids(alice, later(hours=2)) == []
        assert self.ids(alice, later(hours=2), closed=True) == [dossier.pk]
        row = queries.worklist(alice, at=later(hours=2), closed=True).rows[0]
        assert (row.due, row.waiting.key, row.holder) == (None, "nothing", "")


class TestAssign:
    def test_names_who_handles_it(self, dossier, alice, bob, at):
        assert queries.worklist(bob, at=at).rows[0].assigned_to == "Alice Martin"  # she drafted it
        actions.assign(dossier, to=bob, by=alice, at=at)
        assert queries.worklist(alice, at=at).rows[0].assigned_to == "Bob Martin"
        actions.assign(dossier, to=None, by=alice, at=at)
        assert queries.worklist(alice, at=at).rows[0].assigned_to == ""

    def test_every_change_is_kept(self, dossier, alice, bob, at):
        for to in (bob, bob, None):
            actions.assign(dossier, to=to, by=alice, at=at)
        assert [(one.to, one.by) for one in dossier.assignments.all()] == [(bob, alice), (None, alice)]

    def test_only_to_somebody_who_may_read_it(self, dossier, bob, charlie, at):
        with pytest.raises(actions.NotAColleague):
            actions.assign(dossier, to=charlie, by=bob, at=at)


def test_a_request_becomes_a_pdf(dossier, alice, at):
    assert queries.request_pdf(alice, dossier.pk, "en", at).startswith(b"%PDF")


def test_a_draft_becomes_a_pdf(draft, alice, at):
    assert queries.draft_pdf(alice, draft.pk, "en", at).startswith(b"%PDF")


def test_two_peers_do_not_see_each_others_channel(dossier, node, at):
    br = Peer("br-central", "BR", at)
    assert br.fetch(at) == []


def test_a_dossier_under_a_definition_that_is_gone_says_so(dossier, alice, at):
    from comity.dossiers.folding import OtherDefinition

    queries.Dossier.objects.update(definition_digest="0" * 64)
    with pytest.raises(OtherDefinition) as error:
        queries.dossier(alice, dossier.pk, at)
    assert "eio" in error.value.sentence
