"""Acts that arrive: in order, twice, too early, out of place, crossing, and those that must be refused."""

import dataclasses

import pytest

from comity.access import actions as access
from comity.dossiers import actions, queries
from comity.dossiers.arriving import NobodyHandles
from comity.exchange.refusal import Refused
from comity.instruments import catalogue
from tests.dossiers.peer import Peer


def refusal(receipt):
    return [(one.code, one.says) for one in receipt.refusals]


def hand_over(one, sender, at):
    """What the inbox does with an opened and verified act; raises what it is refused with."""
    [refused] = actions.receive([one], sender, at)
    if refused is not None:
        raise refused


class TestOpening:
    def test_goes_to_the_unit_that_handles_the_instrument(self, nl, alice, at):
        assert refusal(nl.send(nl.opening(at), at=at)) == []
        view = queries.dossier(alice, "nl-prosecution-2026-0001", at)
        assert (view.row.stage, view.role, view.row.unit) == ("sent", "executing", "Mutual legal assistance")
        assert view.row.ours

    def test_goes_to_the_desk_when_no_unit_handles_it(self, db, own_keys, at):
        access.create_unit("desk", "Desk", handles=[], is_desk=True, at=at)
        nl = Peer("nl-prosecution", "NL", at)
        nl.send(nl.opening(at), at=at)
        assert queries.Dossier.objects.get().unit.code == "desk"

    def test_waits_at_the_sender_while_nobody_here_could_see_it(self, db, own_keys, at):
        nl = Peer("nl-prosecution", "NL", at)
        with pytest.raises(NobodyHandles):
            hand_over(nl.opening(at), "nl-prosecution", at)

    def test_stands_in_the_log(self, nl, at):
        from comity.exchange import queries as network

        one = nl.opening(at)
        nl.send(one, at=at)
        index = queries.Act.objects.get().log_index
        assert network.entries(index, 1)[0].name == one.id
        assert queries.stored_act(one.id) == one.raw
        assert queries.stored_acts() == [one.id]

    def test_both_sides_fold_to_the_same_state(self, nl, at):
        nl.send(nl.opening(at), at=at)
        assert queries.summary()["dossiers"] == [
            {
                "id": "nl-prosecution-2026-0001",
                "instrument": "eio",
                "state": "sent",
                "acts": 1,
                "digest": nl.digest("nl-prosecution-2026-0001"),
            }
        ]


class TestRefused:
    """Each refusal has a code and a sentence, and leaves nothing behind."""

    def refused(self, one, sender, at):
        with pytest.raises(Refused) as error:
            hand_over(one, sender, at)
        assert queries.ids() == []
        assert error.value.reason.endswith((".", "!"))
        return error.value.reason_code

    def test_an_unknown_instrument(self, nl, at):
        named = {"id": "nothing", "version": 1, "digest": "0" * 64}
        one = nl.act("nl-prosecution-2026-0001", "request", {}, at, instrument=named)
        assert self.refused(one, "nl-prosecution", at) == "dossiers.unknown-instrument"

    def test_another_text_of_the_instrument(self, nl, at):
        named = {"id": "eio", "version": 1, "digest": "0" * 64}
        one = nl.act("nl-prosecution-2026-0001", "request", {}, at, instrument=named)
        assert self.refused(one, "nl-prosecution", at) == "dossiers.other-definition"

    def test_a_forged_author(self, nl, at):
        one = nl.act("nl-prosecution-2026-0001", "request", {}, at, by="de-central")
        assert self.refused(one, "nl-prosecution", at) == "dossiers.signed-by-another"

    def test_opening_in_anothers_name(self, nl, at):
        content = nl.opening(at).body["content"]
        one = nl.act("de-central-2026-0001", "request", content, at)
        assert self.refused(one, "nl-prosecution", at) == "dossiers.another-opens"

    def test_opening_as_the_executing_authority(self, nl, at):
        parties = nl.opening(at).body["content"]["parties"]
        turned = {"issuing": parties["executing"], "executing": parties["issuing"]}
        assert self.refused(nl.opening(at, 2, parties=turned), "nl-prosecution", at) == "dossiers.another-opens"

    @pytest.mark.parametrize("other", [{"form": []}, {"language": "x" * 20}, {"more": 1}, {"parties": {}}])
    def test_an_opening_without_its_content(self, nl, at, other):
        assert self.refused(nl.opening(at, 2, **other), "nl-prosecution", at) == "dossiers.malformed"

    def test_a_dossier_in_which_we_have_no_part(self, nl, at):
        parties = nl.opening(at).body["content"]["parties"]
        other = {**parties, "executing": {"authority": "de-central", "country": "DE"}}
        assert self.refused(nl.opening(at, 2, parties=other), "nl-prosecution", at) == "dossiers.not-a-party"

    def test_parts_that_the_instrument_does_not_have(self, nl, at):
        parties = nl.opening(at).body["content"]["parties"]
        other = {"issuing": parties["issuing"], "helping": parties["executing"]}
        assert self.refused(nl.opening(at, 2, parties=other), "nl-prosecution", at) == "dossiers.malformed"

    @pytest.mark.parametrize("country", [("issuing", "DE"), ("executing", "DE")])
    def test_a_country_other_than_on_the_card(self, nl, at, country):
        parties = nl.opening(at).body["content"]["parties"]
        role, code = country
        other = {**parties, role: {**parties[role], "country": code}}
        assert self.refused(nl.opening(at, 2, parties=other), "nl-prosecution", at) == "dossiers.other-country"

    @pytest.mark.parametrize(
        "other",
        [
            {"dossier": "../etc/passwd"},
            {"dossier": "nl-prosecution-2026-1"},
            {"type": ""},
            {"at": "2026-13-01T00:00:00Z"},
            {"at": "2026-11-23T09:00:00+01:00"},
            {"parents": ["x"]},
            {"parents": ["0" * 64, "0" * 64]},
            {"content": []},
            {"content": {"items": [{"name": "../x"}]}},
            {"instrument": "eio"},
            {"more": 1},
        ],
    )
    def test_what_is_malformed(self, nl, at, other):
        one = nl.act("nl-prosecution-2026-0001", "request", {}, at)
        with pytest.raises(Refused) as error:
            hand_over(dataclasses.replace(one, body={**one.body, **other}), "nl-prosecution", at)
        assert error.value.reason_code == "dossiers.malformed"

    def test_an_act_from_another_peer(self, dossier, node, nl, at):
        br = Peer("br-central", "BR", at)
        one = br.act(dossier.pk, "acknowledge", {}, at, parents=[])
        with pytest.raises(Refused) as error:
            hand_over(one, "br-central", at)
        assert error.value.reason_code == "dossiers.not-a-party"
        assert queries.summary()["dossiers"][0]["acts"] == 1

    def test_through_the_channel_names_the_reason_in_the_receipt(self, nl, at):
        one = nl.act("nl-prosecution-2026-0001", "request", {}, at, by="de-central")
        good = nl.opening(at, 2)
        found = refusal(nl.send(one, good, at=at))
        assert [code for code, _ in found] == ["dossiers.signed-by-another"]
        assert queries.ids() == ["nl-prosecution-2026-0002"]


class TestInDisorder:
    def test_a_second_opening_of_a_dossier_is_kept_without_effect(self, nl, alice, at, later):
        first = nl.opening(at)
        second = nl.act("nl-prosecution-2026-0001", "request", first.body["content"], later(hours=2), parents=[])
        for one in (first, second):
            hand_over(one, "nl-prosecution", later(hours=3))
        row = queries.dossier(alice, "nl-prosecution-2026-0001", later(hours=3)).row
        assert (row.stage, row.acts) == ("sent", 2)
        assert row.out_of_place == 1

    def test_a_repeated_act_counts_once(self, dossier, nl, at):
        one = nl.act(dossier.pk, "acknowledge", ACKNOWLEDGED, at)
        hand_over(one, "nl-prosecution", at)
        hand_over(one, "nl-prosecution", at)
        assert queries.summary()["dossiers"][0]["acts"] == 2

    def test_an_act_before_its_parent_has_no_effect_until_it_comes(self, dossier, nl, alice, later):
        first = nl.act(dossier.pk, "acknowledge", ACKNOWLEDGED, later(hours=1))
        second = nl.act(dossier.pk, "recognise", {"scope": "full"}, later(hours=2))
        hand_over(second, "nl-prosecution", later(hours=3))
        row = queries.dossier(alice, dossier.pk, later(hours=3)).row
        assert (row.stage, row.waiting.key, row.waiting.values) == ("sent", "missing-acts", {"count": 1})
        lacking = queries.timeline(alice, dossier.pk, later(hours=3))[-1]
        assert (lacking.act, lacking.lacks) == (second.id, (first.id,))
        hand_over(first, "nl-prosecution", later(hours=4))
        row = queries.dossier(alice, dossier.pk, later(hours=4)).row
        assert (row.stage, row.waiting.key) == ("recognised", "their-act")
        assert queries.summary()["dossiers"][0]["digest"] == nl.digest(dossier.pk)

    def test_an_act_before_its_dossier_waits_and_moves_in(self, nl, alice, at, later):
        opening = nl.opening(at)
        note = nl.act("nl-prosecution-2026-0001", "note", {"text": "One more thing."}, later(hours=1))
        hand_over(note, "nl-prosecution", later(hours=2))
        assert [row["act"] for row in queries.waiting()] == [note.id]
        assert queries.stored_act(note.id) == note.raw
        with pytest.raises(queries.NotFound):
            queries.dossier(alice, "nl-prosecution-2026-0001", at)
        hand_over(note, "nl-prosecution", later(hours=2))
        hand_over(opening, "nl-prosecution", later(hours=3))
        assert queries.waiting() == []
        told = queries.summary()["dossiers"][0]
        assert (told["acts"], told["digest"]) == (2, nl.digest("nl-prosecution-2026-0001"))

    def test_what_waits_but_comes_from_no_party_stays_aside(self, nl, node, at):
        br = Peer("br-central", "BR", at)
        note = br.act("nl-prosecution-2026-0001", "note", {"text": "Hello"}, at, parents=[])
        hand_over(note, "br-central", at)
        hand_over(nl.opening(at), "nl-prosecution", at)
        assert [(row["act"], "no part" in row["why"]) for row in queries.waiting()] == [(note.id, True)]
        assert queries.summary()["dossiers"][0]["acts"] == 1

    def test_an_act_that_the_stage_does_not_provide_for_is_kept_without_effect(self, dossier, nl, alice, at):
        one = nl.act(dossier.pk, "executed", {}, at)
        hand_over(one, "nl-prosecution", at)
        view = queries.dossier(alice, dossier.pk, at)
        assert (view.row.stage, view.row.out_of_place) == ("sent", 1)
        entry = next(entry for entry in queries.timeline(alice, dossier.pk, at) if entry.act == one.id)
        assert entry.out_of_place
        assert queries.summary()["dossiers"][0]["digest"] == nl.digest(dossier.pk)

    def test_a_withdrawal_that_crosses_the_evidence_is_shown_on_both_sides(self, dossier, nl, alice, bob, later):
        for hours, (type, content) in enumerate(EXECUTION, start=1):
            nl.send(nl.act(dossier.pk, type, content, later(hours=hours)), at=later(hours=hours))
        # Neither knows of the other's step yet. Evidence that was transferred cannot be withdrawn, and the other
        # way round, so the outcome depends on which counts first.
        item = nl.item(b"statement")[0]
        content = {"description": "Statements", "return_required": False, "items": [item]}
        execution = nl.act(dossier.pk, "transfer", content, later(hours=10))
        draft = actions.begin_act(
            dossier, "withdraw", by=alice, at=later(hours=10), content={"reasons": "Solved otherwise."}
        )
        actions.submit(draft, by=alice, at=later(hours=10))
        actions.approve(draft, by=bob, at=later(hours=11))
        nl.send(execution, at=later(hours=12))
        nl.fetch(later(hours=12))
        view = queries.dossier(alice, dossier.pk, later(hours=13))
        assert len(view.crossed) == 1
        assert execution.id in view.crossed[0].acts
        assert queries.crossed(dossier) == nl.state(dossier.pk).conflicts
        assert queries.summary()["dossiers"][0]["digest"] == nl.digest(dossier.pk)
        marked = [entry.type for entry in queries.timeline(alice, dossier.pk, later(hours=13)) if entry.conflicts]
        assert sorted(marked) == ["transfer", "withdraw"]


ACKNOWLEDGED = {"received_at": "2026-11-23T09:30:00Z", "competent_authority": "Prosecution office, unit 3"}
EXECUTION = [
    ("acknowledge", ACKNOWLEDGED),
    ("recognise", {"scope": "full"}),
    ("start_execution", {"by_whom": "Bank desk"}),
]


class TestPieces:
    """Documents come after the act that names them."""

    CONTENT = bytes(range(256)) * 40_000  # 10 MB: three chunks

    @pytest.fixture
    def arriving(self, dossier, nl, later):
        for hours, (type, content) in enumerate(EXECUTION, start=1):
            nl.send(nl.act(dossier.pk, type, content, later(hours=hours)), at=later(hours=hours))
        item, manifest, sealed = nl.item(self.CONTENT)
        content = {"description": "Statements", "return_required": False, "items": [item]}
        nl.send(nl.act(dossier.pk, "transfer_part", content, later(hours=5)), at=later(hours=5))
        return manifest, sealed

    def test_show_how_far_they_are(self, dossier, arriving, nl, alice, later):
        item = queries.dossier(alice, dossier.pk, later(hours=6)).items[0]
        assert (item.state, item.percent, item.from_authority) == ("arriving", 0, "nl-prosecution")
        with pytest.raises(queries.StillArriving) as error:
            queries.open_attachment(alice, item.id, later(hours=6))
        assert "0 %" in error.value.sentence

    def test_open_once_complete_and_the_read_is_kept(self, dossier, arriving, nl, alice, later):
        from comity.access import queries as people

        nl.deliver_blob(*arriving, later(hours=6))
        item = queries.dossier(alice, dossier.pk, later(hours=7)).items[0]
        assert (item.state, item.percent) == ("complete", 100)
        _, pieces = queries.open_attachment(alice, item.id, later(hours=7))
        assert b"".join(pieces) == self.CONTENT
        assert people.reads(limit=1)[0].thing == f"{dossier.pk} document {item.id}"

    def test_are_not_found_by_a_stranger(self, dossier, arriving, nl, alice, charlie, later):
        item = queries.dossier(alice, dossier.pk, later(hours=6)).items[0]
        with pytest.raises(queries.NotFound):
            queries.open_attachment(charlie, item.id, later(hours=6))

    def test_opening_is_refused_before_any_read_is_recorded(self, dossier, arriving, alice, later):
        from comity.access import queries as people

        item = queries.dossier(alice, dossier.pk, later(hours=6)).items[0]
        before = len(people.reads())
        with pytest.raises(queries.StillArriving):
            queries.open_attachment(alice, item.id, later(hours=6))
        assert len(people.reads()) == before


def test_catalogue_and_body_name_the_same_definition(sent):
    told = queries.stored_act(sent.act_id)
    assert catalogue.get("eio").digest.encode() in told
