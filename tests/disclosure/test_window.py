"""A window is proposed, approved by another person, opened with a code, and closes; what it shows can be verified."""

import io
import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from comity.access import queries as access
from comity.access.rules import NotAllowed
from comity.disclosure import actions, queries
from comity.disclosure.models import Listed, Sealed, Visit, Window
from comity.disclosure.values import Choice
from comity.evidence import actions as evidence
from comity.evidence.packages import listing, verifying
from comity.exchange import queries as exchange
from tests.disclosure.conftest import CASE, CLOSES, LEDGER, LETTER, choices, proposal, taken
from tests.dossiers.conftest import AT
from tests.evidence.packages import making

pytestmark = pytest.mark.django_db


def key():
    return exchange.own_card(at=AT).fingerprint


def whole(bundle):
    raw = b"".join(bundle.pieces)
    assert len(raw) == bundle.size
    return raw


class TestPropose:
    def test_lists_every_item_with_what_was_chosen(self, proposed, alice):
        view = queries.window(alice, proposed.pk, AT)
        assert [(line.n, line.title, line.disclosed, line.ground) for line in view.lines] == [
            (1, "Ledger", True, ""), (2, "Telephone", True, ""), (3, "Letter", False, "privilege"),
            (4, "Signal", False, "not-as-evidence"),
        ]  # fmt: skip
        assert view.row.state == "proposed"

    def test_shows_which_items_cannot_be_disclosed_and_why(self, compartment, items, alice):
        barred = {one.title: one.barred for one in queries.candidates(alice, compartment, AT)}
        assert "as evidence" in barred.pop("Signal")
        assert set(barred.values()) == {""}

    def test_passes_over_no_item(self, compartment, items, alice):
        told = choices()
        del told[f"{CASE}/3"]
        with pytest.raises(actions.Incomplete, match=f"{CASE}/3"):
            proposal(compartment, alice, choices=told)

    def test_knows_no_item_of_another_case(self, compartment, items, alice):
        with pytest.raises(actions.BadWindow, match="no item of this case"):
            proposal(compartment, alice, choices=choices(**{"c-2026-0002/1": Choice(True)}))

    @pytest.mark.parametrize("choice", [Choice(False), Choice(False, "because"), Choice(False, "other")])
    def test_withholds_nothing_without_a_ground(self, compartment, items, alice, choice):
        with pytest.raises(actions.NeedsGround):
            proposal(compartment, alice, choices=choices(**{f"{CASE}/1": choice}))

    def test_keeps_what_its_originator_keeps_from_evidence(self, compartment, items, alice):
        with pytest.raises(NotAllowed, match="as evidence"):
            proposal(compartment, alice, choices=choices(**{f"{CASE}/4": Choice(True)}))

    @pytest.mark.parametrize(
        "wrong",
        [{"recipient": " "}, {"purpose": ""}, {"contact": "telepathy"}, {"closes_at": AT}, {"opens_at": CLOSES}],
        ids=str,
    )
    def test_refuses_a_window_that_makes_no_sense(self, compartment, items, alice, wrong):
        with pytest.raises(actions.BadWindow):
            proposal(compartment, alice, **wrong)

    def test_is_for_the_lead_alone(self, compartment, items, alice, bob, charlie, dora):
        from comity.access import actions as people

        people.seat(compartment, dora, part="member", by=alice, at=AT)
        for somebody in (bob, charlie, dora):
            with pytest.raises(NotAllowed):
                proposal(compartment, somebody)

    def test_is_refused_while_the_lead_does_not_see_every_circle(self, compartment, items, alice, dora, mla):
        from comity.access import actions as people

        people.seat(compartment, dora, part="lead", by=alice, at=AT)
        circle = people.create_compartment(f"{CASE}-a", unit=mla, by=dora, at=AT, parent=compartment)
        taken(circle, "Source", b"who told us", dora)
        with pytest.raises(actions.NotAllSeen, match="1 items"):
            proposal(compartment, alice)

    def test_is_refused_while_an_item_is_above_the_leads_clearance(self, compartment, items, alice, dora):
        from comity.access import actions as people

        people.seat(compartment, dora, part="lead", by=alice, at=AT)
        people.set_clearance(dora, 2, by=None, at=AT)
        taken(compartment, "Secret", b"kept", dora, level=2)
        with pytest.raises(actions.NotAllSeen):
            proposal(compartment, alice)

    def test_lists_what_stands_in_circles_too(self, compartment, items, alice, mla):
        from comity.access import actions as people

        circle = people.create_compartment(f"{CASE}-a", unit=mla, by=alice, at=AT, parent=compartment)
        taken(circle, "Source", b"who told us", alice)
        with pytest.raises(actions.Incomplete, match=f"{CASE}-a/1"):
            proposal(compartment, alice)

    def test_a_case_without_items_has_nothing_to_list(self, compartment, alice):
        with pytest.raises(actions.NothingToList):
            proposal(compartment, alice, choices={})


class TestApprove:
    def test_signs_the_list_and_records_it(self, window):
        sealed = Sealed.objects.get(window=window)
        told = listing.read(bytes(sealed.head), exchange.own_card(at=AT).keys)
        assert (told.count, told.disclosed, told.root) == (4, 2, sealed.root)
        assert told.recipient == {"name": "Maître Odile Blanc", "function": "counsel of the accused"}
        assert queries.stored_list(sealed.name) == bytes(sealed.head)
        assert queries.stored_list("0" * 64) is None
        assert exchange.prove("list", sealed.name, at=AT)["index"] == sealed.log_index

    def test_the_log_verifies_with_it(self, window):
        assert exchange.verify_log().faults == ()

    def test_nobody_approves_their_own(self, proposed, alice, mla):
        from comity.access import actions as people

        people.grant(alice, "approver", unit=mla, at=AT)
        with pytest.raises(NotAllowed, match="second person"):
            actions.approve(proposed.pk, by=alice, at=AT)

    def test_a_stranger_finds_nothing(self, proposed, charlie):
        with pytest.raises(queries.NotFound):
            actions.approve(proposed.pk, by=charlie, at=AT)
        with pytest.raises(queries.NotFound):
            queries.window(charlie, proposed.pk, AT)

    def test_happens_once(self, window, bob):
        with pytest.raises(actions.WrongState):
            actions.approve(window.pk, by=bob, at=AT)
        with pytest.raises(actions.WrongState):
            actions.decline(window.pk, reason="late", by=bob, at=AT)

    def test_is_refused_when_the_case_has_another_item_by_now(self, proposed, compartment, alice, bob):
        taken(compartment, "Late", b"late", alice)
        with pytest.raises(actions.Changed, match=f"{CASE}/5"):
            actions.approve(proposed.pk, by=bob, at=AT)

    def test_is_refused_when_custody_went_on(self, proposed, items, alice, bob):
        evidence.move(items[0], to_whom="laboratory", by=alice, at=AT)
        with pytest.raises(actions.Changed, match=f"{CASE}/1"):
            actions.approve(proposed.pk, by=bob, at=AT)

    def test_is_refused_when_it_would_be_over(self, proposed, bob):
        with pytest.raises(actions.BadWindow):
            actions.approve(proposed.pk, by=bob, at=CLOSES)

    def test_says_of_nobody_that_they_looked_when_they_did_not(self, proposed, alice, bob):
        before = len(access.reads(by=alice))
        actions.approve(proposed.pk, by=bob, at=AT)
        assert len(access.reads(by=alice)) == before

    def test_may_be_declined_with_a_reason(self, proposed, alice, bob):
        with pytest.raises(actions.NoReason):
            actions.decline(proposed.pk, reason=" ", by=bob, at=AT)
        actions.decline(proposed.pk, reason="item 3 is not privileged", by=bob, at=AT)
        view = queries.window(alice, proposed.pk, AT)
        assert (view.row.state, view.reason) == ("declined", "item 3 is not privileged")
        with pytest.raises(actions.WrongState):
            actions.hand_code(proposed.pk, by=alice, at=AT)

    def test_the_database_demands_a_second_person_and_a_ground(self, proposed):
        with pytest.raises(IntegrityError, match="a_second_person_decides"), transaction.atomic():
            Window.objects.filter(pk=proposed.pk).update(decided_by=proposed.proposed_by, decided_at=AT, approved=True)
        with pytest.raises(IntegrityError, match="what_is_withheld"), transaction.atomic():
            Listed.objects.filter(window=proposed, n=3).update(ground="")


class TestTheDoor:
    def test_opens_once_with_the_code(self, window, code):
        id_, secret = actions.enter(window.pk, code, at=AT)
        assert queries.stay(id_, secret, at=AT).window == window.pk
        with pytest.raises(actions.Closed):
            actions.enter(window.pk, code, at=AT)

    def test_takes_the_code_however_it_is_typed(self, window, code):
        actions.enter(window.pk, f"  {code.upper().replace('-', ' ')} ", at=AT)

    def test_keeps_no_code(self, window, code):
        from comity.disclosure.models import Code

        assert code not in json.dumps(list(Code.objects.values()), default=str)
        assert len(code.replace("-", "")) == 30

    @pytest.mark.parametrize("when", [AT - timedelta(seconds=1), CLOSES, CLOSES + timedelta(days=1)])
    def test_stays_shut_before_and_after(self, window, code, when):
        with pytest.raises(actions.Closed):
            actions.enter(window.pk, code, at=when)

    def test_a_code_tried_too_early_is_not_used_up(self, window, code):
        with pytest.raises(actions.Closed):
            actions.enter(window.pk, code, at=AT - timedelta(hours=1))
        assert actions.enter(window.pk, code, at=AT)

    def test_says_the_same_of_what_does_not_exist(self, window, code):
        with pytest.raises(actions.Closed):
            actions.enter("w-" + "2" * 16, code, at=AT)
        with pytest.raises(actions.Closed):
            actions.enter(window.pk, "", at=AT)

    def test_a_code_opens_no_other_window(self, window, code, compartment, alice, bob):
        other = actions.approve(proposal(compartment, alice).pk, by=bob, at=AT)
        with pytest.raises(actions.Closed):
            actions.enter(other.pk, code, at=AT)
        id_, secret = actions.enter(window.pk, code, at=AT)
        assert queries.stay(other.pk, secret, at=AT) is None
        assert queries.stay(id_, secret, at=AT) is not None

    def test_is_throttled(self, window, code):
        for _ in range(10):
            with pytest.raises(actions.Closed):
                actions.enter(window.pk, "wrong", at=AT, source="192.0.2.1")
        with pytest.raises(actions.TooManyTries):
            actions.enter(window.pk, code, at=AT, source="192.0.2.1")
        assert actions.enter(window.pk, code, at=AT, source="192.0.2.2")

    def test_lets_them_try_again_later(self, window, code):
        for _ in range(10):
            with pytest.raises(actions.Closed):
                actions.enter(window.pk, "wrong", at=AT)
        assert actions.enter(window.pk, code, at=AT + timedelta(minutes=16))

    def test_a_new_code_ends_the_old_one_and_its_visit(self, window, code, visiting, alice):
        again = actions.hand_code(window.pk, by=alice, at=AT)
        assert again != code
        with pytest.raises(actions.Closed):
            actions.enter(window.pk, code, at=AT)
        assert actions.enter(window.pk, again, at=AT)
        view = queries.window(alice, window.pk, AT)
        assert [code.ended_at is None for code in view.codes] == [False, True]

    def test_only_the_lead_hands_out_codes(self, window, bob, olga):
        for somebody in (bob, olga):
            with pytest.raises(NotAllowed):
                actions.hand_code(window.pk, by=somebody, at=AT)

    def test_a_visitor_who_left_is_out(self, window, code):
        id_, secret = actions.enter(window.pk, code, at=AT)
        actions.leave(queries.stay(id_, secret, at=AT), at=AT)
        assert queries.stay(id_, secret, at=AT) is None

    def test_nothing_opens_after_it_closes_or_is_ended(self, window, code, alice):
        id_, secret = actions.enter(window.pk, code, at=AT)
        visiting = queries.stay(id_, secret, at=AT)
        assert queries.stay(id_, secret, at=CLOSES) is None
        with pytest.raises(queries.NotFound):
            queries.shown(visiting, CLOSES)
        with pytest.raises(actions.NoReason):
            actions.end(window.pk, reason="", by=alice, at=AT)
        actions.end(window.pk, reason="the mandate ended", by=alice, at=AT)
        assert queries.stay(id_, secret, at=AT) is None
        for look in (queries.shown, queries.visitor_bundle, lambda one, at: queries.item(one, 1, at)):
            with pytest.raises(queries.NotFound):
                look(visiting, AT)


class TestWhatAVisitorSees:
    def test_the_whole_list_and_nothing_of_what_is_withheld(self, window, visiting):
        shown = queries.shown(visiting, AT)
        assert [entry.n for entry in shown.entries] == [1, 2, 3, 4]
        assert [bool(entry.item) for entry in shown.entries] == [True, True, False, False]
        told = json.dumps([entry.line.decode() for entry in shown.entries])
        assert "Letter" not in told
        assert "Signal" not in told
        assert shown.root == Sealed.objects.get(window=window).root

    def test_the_bytes_of_disclosed_items_alone(self, visiting):
        assert b"".join(queries.item(visiting, 1, AT).pieces) == LEDGER
        for n in (2, 3, 4, 5, 0):
            with pytest.raises(queries.NotFound):
                queries.item(visiting, n, AT)

    def test_every_look_is_recorded_and_shown(self, visiting, window, alice, olga):
        queries.shown(visiting, AT, source="192.0.2.7")
        queries.item(visiting, 1, AT, source="192.0.2.7")
        queries.visitor_bundle(visiting, AT, source="192.0.2.7")
        for told in (queries.shown(visiting, AT).visits, queries.window(alice, window.pk, AT).visits,
                     queries.window(olga, window.pk, AT).visits):  # fmt: skip
            assert [(one.what, one.n) for one in told][:4] == [
                ("signed-in", None), ("list", None), ("item", 1), ("bundle", None),
            ]  # fmt: skip
        assert Visit.objects.first().source == "192.0.2.7"

    def test_an_auditor_sees_who_came_and_not_what_is_listed(self, window, olga):
        view = queries.window(olga, window.pk, AT)
        assert view.lines == ()
        assert view.row.purpose == ""
        assert view.may == frozenset()
        assert [row.id for row in queries.audited(olga, AT)] == [window.pk]
        with pytest.raises(queries.NotFound):
            queries.bundle(olga, window.pk, AT)

    def test_the_case_sees_it_in_its_history(self, visiting, window, compartment, alice, charlie):
        queries.item(visiting, 1, AT)
        told = [one.says.format(**one.values) for one in queries.history(alice, compartment, AT)]
        assert "Maître Odile Blanc opened item 1 of the list." in told
        assert queries.history(charlie, compartment, AT) == []
        assert queries.in_compartment(charlie, compartment, AT) == []

    def test_a_look_by_the_authority_is_in_the_access_record(self, window, alice, bob):
        queries.window(bob, window.pk, AT)
        queries.bundle(alice, window.pk, AT)
        told = {(read.user.username, read.kind, read.thing, read.verb) for read in access.reads()}
        assert ("bob", "window", window.pk, "approve") in told
        assert ("alice", "item", f"{CASE}/1", "read") in told


class TestTheBundle:
    def test_verifies_with_the_key_and_the_root(self, window, visiting, alice):
        root = Sealed.objects.get(window=window).root
        raw = whole(queries.visitor_bundle(visiting, AT))
        report = verifying.verify(io.BytesIO(raw), key=key(), root=root)
        assert report.ok, report.faults
        assert making.members(raw)["items/00001.csv"] == LEDGER
        assert LETTER not in raw

    def test_is_the_same_for_the_case_and_for_the_visitor_at_any_time(self, window, visiting, alice, later):
        first = whole(queries.visitor_bundle(visiting, AT))
        assert whole(queries.bundle(alice, window.pk, later(days=3))) == first

    def test_the_court_can_open_what_is_withheld(self, window, alice, bob):
        told = queries.opening(alice, window.pk, 3, AT)
        entry = listing.withheld(3, told["item"], ground="privilege", says="letters to counsel",
                                 salt=bytes.fromhex(told["salt"]))  # fmt: skip
        assert entry.withheld["commitment"] == told["commitment"]
        assert told["item"]["title"] == "Letter"
        with pytest.raises(queries.NotFound):
            queries.opening(alice, window.pk, 1, AT)
        with pytest.raises(queries.NotFound):
            queries.opening(bob, window.pk, 3, AT)


class TestANodeThatCheats:
    """Whoever holds the root and the published key finds out, whatever the node does with its own tables."""

    @pytest.fixture
    def root(self, window):
        return Sealed.objects.get(window=window).root

    def report(self, window, root):
        raw = whole(queries.bundle(window.proposed_by, window.pk, AT))
        return verifying.verify(io.BytesIO(raw), key=key(), root=root)

    def codes(self, window, root):
        return {fault.code for fault in self.report(window, root).faults}

    def test_by_taking_a_line_out(self, window, root):
        Listed.objects.filter(window=window, n=4).delete()
        assert "list.lines" in self.codes(window, root)

    def test_by_withholding_what_was_disclosed(self, window, root):
        Listed.objects.filter(window=window, n=1).update(disclosed=False, ground="privilege", salt="00" * 32)
        assert {"list.root", "list.count"} & self.codes(window, root)

    def test_by_changing_a_ground(self, window, root):
        Listed.objects.filter(window=window, n=3).update(ground="not-relevant")
        assert not self.report(window, root).ok

    def test_by_changing_custody(self, window, root):
        line = Listed.objects.get(window=window, n=1)
        line.entry["custody"][0]["from"] = "somebody else"
        line.save(update_fields=["entry"])
        assert not self.report(window, root).ok

    def test_by_exchanging_what_was_withheld(self, window, root):
        line = Listed.objects.get(window=window, n=3)
        line.entry["title"] = "Another letter"
        line.save(update_fields=["entry"])
        assert not self.report(window, root).ok

    def test_by_signing_another_list(self, window, root, compartment, alice, bob):
        told = choices(**{f"{CASE}/1": Choice(False, "not-relevant")})
        other = actions.approve(proposal(compartment, alice, choices=told).pk, by=bob, at=AT)
        assert self.codes(other, root) == {"root.other"}
        assert self.report(other, Sealed.objects.get(window=other).root).ok

    def test_by_leaving_an_item_out_of_the_file(self, window, root):
        content = making.members(whole(queries.bundle(window.proposed_by, window.pk, AT)))
        del content["items/00001.csv"]
        report = verifying.verify(io.BytesIO(making.packed(content)), key=key(), root=root)
        assert [fault.says for fault in report.faults] == ["Item 1 is listed and not here (items/00001.csv)."]


class TestACasePackage:
    def test_holds_what_the_user_may_see(self, compartment, items, alice, charlie):
        from comity.evidence.packages import case_package, case_reading

        found = queries.case_package(alice, CASE, AT)
        raw = b"".join(found.pieces)
        assert case_package.verify(io.BytesIO(raw), key=key()).ok
        seen = case_reading.preview(case_package.graph_of(io.BytesIO(raw)))
        assert {item.title for item in seen.items} == {"Ledger", "Telephone", "Letter", "Signal"}
        assert seen.rejected == []
        assert ("alice", f"{CASE}/3") in {(read.user.username, read.thing) for read in access.reads()}
        with pytest.raises(queries.NotFound):
            queries.case_package(charlie, CASE, AT)

    def test_is_taken_in_by_another_case(self, compartment, items, alice, charlie, mla):
        from comity.access import actions as people
        from comity.evidence import queries as evidence

        raw = b"".join(queries.case_package(alice, CASE, AT).pieces)
        other = people.create_compartment("c-2026-0002", unit=mla, by=alice, at=AT)
        found = actions.take_package(alice, "c-2026-0002", io.BytesIO(raw), key=key(), name="p.zip", at=AT)
        told = {file.item.title: file for file in evidence.facts_of(alice, list(found.taken), AT)}
        assert told.keys() == {"Ledger", "Letter", "Signal"}
        assert b"".join(evidence.read_bytes(told["Ledger"].item.ref)) == LEDGER
        assert "H1" in told["Signal"].item.handling.codes
        assert found.ref == "c-2026-0002/1"
        assert [note.says for note in found.preview.rejected] == [
            "'Telephone' has no bytes here: take it in when you hold it."
        ]
        assert len(evidence.in_compartment(alice, other, AT)) == 4
        with pytest.raises(queries.NotFound):
            actions.take_package(charlie, "c-2026-0002", io.BytesIO(raw), key=key(), name="p.zip", at=AT)

    def test_is_not_taken_in_when_it_was_changed(self, compartment, items, alice):
        raw = bytearray(b"".join(queries.case_package(alice, CASE, AT).pieces))
        raw[len(raw) // 2] ^= 1
        with pytest.raises(actions.NotSound):
            actions.take_package(alice, CASE, io.BytesIO(bytes(raw)), key=key(), name="p.zip", at=AT)
        with pytest.raises(actions.NotSound):
            actions.take_package(alice, CASE, io.BytesIO(bytes(raw)), key="0" * 64, name="p.zip", at=AT)


def test_the_demo_plays_a_window_once(compartment, items, alice, bob):
    """Told through the actions; a second time it finds what is there."""
    from comity.demo import private_disclosure
    from comity.lib import clock

    made = private_disclosure.play(CASE)
    assert private_disclosure.play(CASE) == made
    view = queries.window(alice, made, clock.now())
    assert (view.row.state, view.row.disclosed, view.row.withheld) == ("open", 2, 2)
    assert [one.what for one in view.visits] == ["signed-in", "list", "item", "item", "signed-out"]
    assert private_disclosure.play("c-2026-0009") == ""
