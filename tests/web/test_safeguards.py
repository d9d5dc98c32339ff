"""The pages of safeguards: works, may a colleague, does a stranger get 404, does a missing thing give 404."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from comity.access import queries as people
from comity.access.rules import Thing
from comity.dossiers import actions, queries
from comity.dossiers.models import Acknowledged, Competition, Decided, LaterUse
from comity.law.competing import Entry
from comity.lib import clock
from comity.web.safeguards import drawing, sheet
from comity.web.safeguards.asking import Form, box, options, several
from tests.dossiers import test_safeguards as room
from tests.dossiers.abroad import DEATH, surrendered, transferred
from tests.dossiers.conftest import AT

nl, given, broken, wanted, beside, clerk = (
    room.nl, room.given, room.broken, room.wanted, room.beside, room.clerk,
)  # fmt: skip
LISTS = ("assurances", "received", "competing", "competing-new")
NOW = AT + timedelta(days=12)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


class TestLists:
    @pytest.mark.parametrize("name", LISTS)
    def test_work_and_say_what_to_do_when_they_are_empty(self, browse, alice, olga, name):
        for user in (alice, olga):
            page = browse(user).get(reverse(name))
            assert page.status_code == 200
            assert "comity-empty" in text(page)

    @pytest.mark.parametrize("name", [*LISTS, "received-csv"])
    def test_lead_who_is_not_signed_in_to_signing_in(self, browse, node, name):
        assert browse(None).get(reverse(name)).status_code == 302

    def test_are_in_the_menu_with_the_number_of_alarms(self, browse, alice, ada, broken):
        page = text(browse(alice).get("/"))
        assert "Safeguards" in page
        assert "(1 waits)" in page
        assert "Safeguards" not in text(browse(ada).get("/"))


class TestAssurances:
    def test_are_listed_with_their_standing_and_buttons(self, browse, alice, dossier, given):
        page = text(browse(alice).get(reverse("assurances")))
        assert "The death penalty is not imposed or not carried out" in page
        assert DEATH["undertaking"] in page
        assert reverse("dossier-begin", args=[dossier.pk, "confirm_assurance"]) in page
        assert "Say how it was checked" in page

    def test_are_filtered(self, browse, alice, given):
        page = browse(alice).get
        assert DEATH["undertaking"] in text(page(reverse("assurances") + "?owes=them&state=kept"))
        for wrong in ("?owes=us", "?state=breached"):
            assert "No assurance fits." in text(page(reverse("assurances") + wrong))

    def test_of_others_are_not_listed(self, browse, charlie, given):
        assert DEATH["undertaking"] not in text(browse(charlie).get(reverse("assurances")))

    def test_stand_on_the_overview_of_their_dossier(self, browse, alice, dossier, given):
        assert DEATH["undertaking"] in text(browse(alice).get(reverse("dossier", args=[dossier.pk])))

    def test_a_check_is_begun_about_the_assurance(self, browse, alice, dossier, given):
        address = reverse("dossier-begin", args=[dossier.pk, "confirm_assurance"])
        page = browse(alice).post(address, {"assurance": given}, follow=True)
        draft = dossier.drafts.get(status="drafting")
        assert draft.content == {"assurance": given}
        assert f'<option value="{given}" selected>' in text(page)
        assert DEATH["undertaking"] in text(page)

    def test_a_check_is_reviewed_and_read_with_the_words_of_the_assurance(self, browse, alice, dossier, nl, given):
        content = {"assurance": given, "kept": True, "text": "The judgment came."}
        draft = actions.begin_act(dossier, "confirm_assurance", by=alice, at=AT, content=content)
        page = text(browse(alice).get(reverse("draft-review", args=[draft.pk])))
        assert DEATH["undertaking"] in page
        assert given not in page
        nl.says(dossier.pk, "confirm_assurance", content, NOW)
        [entry] = [one for one in queries.timeline(alice, dossier.pk, NOW) if one.type == "confirm_assurance"]
        assert DEATH["undertaking"] in {line.value for line in entry.lines}

    def test_an_auditor_gets_no_buttons(self, browse, olga, given):
        assert "Say how it was checked" not in text(browse(olga).get(reverse("assurances")))


class TestBreach:
    def test_stands_on_top_of_the_worklist_and_of_the_dossier_until_it_is_acknowledged(
        self, browse, alice, bob, dossier, broken
    ):
        link = reverse("breach", args=[broken])
        for place in ("/", reverse("dossier", args=[dossier.pk])):
            page = text(browse(alice).get(place))
            alarm = page[page.index("comity-finding--stop") :]
            assert f'href="{link}"' in alarm[:300]
        page = browse(bob).post(link, {"note": "The minister was told."}, follow=True)
        assert "The minister was told." in text(page)
        assert "Acknowledge the alarm" not in text(page)
        assert (Acknowledged.objects.get().by, Acknowledged.objects.get().at) == (bob, NOW)
        assert "comity-finding--stop" not in text(browse(alice).get("/"))
        assert "Breached" in text(browse(alice).get(reverse("assurances")))

    def test_is_not_acknowledged_without_a_note(self, browse, alice, broken):
        page = browse(alice).post(reverse("breach", args=[broken]), {"note": " "})
        assert page.status_code == 400
        assert "An alarm is acknowledged with a note." in text(page)
        assert not Acknowledged.objects.exists()

    def test_is_not_found_by_a_stranger_or_when_missing(self, browse, alice, charlie, broken):
        for user, act in ((charlie, broken), (alice, "0" * 64)):
            assert browse(user).get(reverse("breach", args=[act])).status_code == 404
            assert browse(user).post(reverse("breach", args=[act]), {"note": "x"}).status_code == 404

    def test_is_read_but_not_acknowledged_by_an_auditor(self, browse, olga, broken):
        assert "Acknowledge the alarm" not in text(browse(olga).get(reverse("breach", args=[broken])))
        assert browse(olga).post(reverse("breach", args=[broken]), {"note": "x"}).status_code == 403

    def test_checks_that_come_due_are_on_the_worklist(self, browse, alice, given, monkeypatch):
        assert "is to be checked" not in text(browse(alice).get("/"))
        monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=14))
        assert "1 assurance is to be checked" in text(browse(alice).get("/"))


USE = {
    "/use": "death_penalty", "/purpose": "Trial of the same person for murder.", "/on.day": "1", "/on.month": "12",
    "/on.year": "2026", "/same_case": "no", "/case": "Case 7 of the court of Lyon", "/persons": "Ana Sol",
}  # fmt: skip


class TestReceived:
    @pytest.fixture
    def thing(self, dossier, nl):
        named = {"kind": "named_persons", "detail": "Ana Sol"}
        return transferred(dossier, nl, [named, {"kind": "no_death_penalty"}])

    @pytest.fixture
    def address(self, dossier, thing):
        return reverse("received-thing", args=[dossier.pk, thing])

    def test_is_listed_with_its_limits(self, browse, alice, dossier, thing, address):
        page = text(browse(alice).get(reverse("received")))
        assert address in page
        assert "statement.csv" in page
        assert "Only against the persons named." in page
        assert address in text(browse(alice).get(reverse("received") + f"?dossier={dossier.pk}"))

    def test_a_use_is_tested_and_the_answer_gives_reasons(self, browse, alice, address):
        page = browse(alice).post(address, {**USE, "go": "check"})
        assert page.status_code == 200
        assert "By the limits shown, this use is not open." in text(page)
        assert "Not to be used to impose the death penalty." in text(page)
        assert "Trial of the same person for murder." in text(page)  # nothing typed is lost
        assert not LaterUse.objects.exists()

    def test_what_is_missing_is_said(self, browse, alice, address):
        page = browse(alice).post(address, {**USE, "/purpose": "", "/on.month": "13", "/stayed_days": "x"})
        assert page.status_code == 400
        assert "Answer this: Purpose" in text(page)
        assert "This is no day: 2026-13-01." in text(page)

    def test_against_the_limits_it_is_recorded_only_by_an_express_decision_with_reasons(self, browse, alice, address):
        record = {**USE, "go": "record", "shown": "no", "/decision": "made"}
        refused = browse(alice).post(address, {**record, "/reasons": "Ordered."})
        assert refused.status_code == 400
        assert "nobody has decided to make it all the same" in text(refused)
        assert browse(alice).post(address, {**record, "/despite": "yes"}).status_code == 400
        assert not LaterUse.objects.exists()
        page = browse(alice).post(address, {**record, "/despite": "yes", "/reasons": "Ordered."}, follow=True)
        assert "Made despite the limits" in text(page)
        assert "Not open" in text(page)

    def test_a_use_that_was_changed_after_the_check_is_checked_again(self, browse, alice, address):
        page = browse(alice).post(
            address, {**USE, "go": "record", "shown": "yes", "/decision": "made", "/reasons": "Ordered."}
        )
        assert "The use was changed after it was checked." in text(page)
        assert not LaterUse.objects.exists()

    def test_an_entry_is_corrected_by_another(self, browse, alice, address):
        record = {**USE, "go": "record", "shown": "no", "/decision": "not-made", "/reasons": "Not needed."}
        browse(alice).post(address, record)
        first = LaterUse.objects.get()
        page = text(browse(alice).get(f"{address}?corrects={first.pk}"))
        assert "Case 7 of the court of Lyon" in page
        browse(alice).post(address, {**record, "corrects": str(first.pk), "/purpose": "Murder of 2020."})
        page = text(browse(alice).get(address))
        assert "Corrected by a later entry" in page
        assert "Trial of the same person for murder." in page

    def test_asking_for_consent_begins_the_act(self, browse, alice, bob, mla, later):
        dossier, _abroad, act = surrendered(alice, bob, mla)
        page = browse(alice).post(
            reverse("received-thing", args=[dossier.pk, act]),
            {
                **USE,
                "/use": "try_person",
                "/same_case": "yes",
                "/persons": "",
                "/offences": "Insider trading",
                "go": "ask",
            },
            follow=True,
        )
        assert "Trial of the same person for murder." in text(page)
        assert dossier.drafts.get(status="drafting").act_type == "ask_speciality"
        assert LaterUse.objects.get().decision == "consent-asked"

    def test_is_not_found_by_a_stranger_or_when_missing(self, browse, alice, charlie, dossier, address):
        missing = reverse("received-thing", args=[dossier.pk, "0" * 64])
        for user, place in ((charlie, address), (alice, missing)):
            assert browse(user).get(place).status_code == 404
            assert browse(user).post(place, {**USE, "go": "record"}).status_code == 404
        assert "statement.csv" not in text(browse(charlie).get(reverse("received")))
        assert "statement.csv" not in text(browse(charlie).get(reverse("received-csv")))

    def test_a_clerk_tests_but_does_not_record(self, browse, clerk, olga, address):
        for user in (clerk, olga):
            page = text(browse(user).post(address, {**USE, "go": "check"}))
            assert "Record in the ledger" not in page
            record = {**USE, "go": "record", "shown": "no", "/decision": "not-made", "/reasons": "No."}
            assert browse(user).post(address, record).status_code == 403

    def test_is_downloaded_as_a_table_that_runs_nothing(self, browse, alice, dossier, thing, address):
        record = {**USE, "go": "record", "shown": "no", "/decision": "not-made", "/reasons": "=HYPERLINK(1)"}
        browse(alice).post(address, record)
        told = browse(alice).get(reverse("received-csv"))
        [row] = csv.DictReader(io.StringIO(told.content.decode("utf-8-sig")))
        assert (row["dossier"], row["act"], row["verdict"], row["persons"]) == (dossier.pk, thing, "no", "Ana Sol")
        assert row["reasons"] == "'=HYPERLINK(1)"
        assert people.reads(of=Thing("dossier", f"{dossier.pk} received"))

    def test_what_nobody_used_has_a_row_too(self, browse, alice, thing):
        told = browse(alice).get(reverse("received-csv")).content.decode("utf-8-sig")
        [row] = csv.DictReader(io.StringIO(told))
        assert (row["act"], row["decision"]) == (thing, None)


class TestCompeting:
    def test_are_begun_from_a_dossier(self, browse, alice, wanted):
        link = reverse("competing-new") + f"?dossier={wanted[0].pk}"
        assert link in text(browse(alice).get(reverse("dossier", args=[wanted[0].pk])))
        assert f'value="{wanted[1].pk}"' in text(browse(alice).get(link))
        page = browse(alice).post(
            link,
            {"/person": "Noh Min-jae", "/dossiers": [one.pk for one in wanted], "/nationality/0": "KR"},
            follow=True,
        )
        assert page.status_code == 200
        made = Competition.objects.get()
        assert (made.person, made.nationality, made.requests.count()) == ("Noh Min-jae", ["KR"], 2)
        assert made.person in text(browse(alice).get(reverse("dossier", args=[wanted[1].pk])))

    def test_are_not_begun_without_a_person_and_a_dossier(self, browse, alice, wanted):
        page = browse(alice).post(reverse("competing-new"), {"/person": " "})
        assert page.status_code == 400
        assert "Answer this: Who is wanted?" in text(page)
        assert not Competition.objects.exists()

    def test_stand_on_one_timeline_with_a_table_and_what_the_text_asks(self, browse, alice, beside, wanted):
        page = text(browse(alice).get(reverse("competing-case", args=[beside.pk])))
        assert "<svg" in page
        assert 'style="' not in page
        assert "ETS 024 Art. 17" in page
        assert "Relative seriousness of the offences" in page
        assert all(one.pk in page for one in wanted)

    def test_a_request_of_the_court_is_added_and_its_priority_shown(self, browse, alice, beside):
        address = reverse("competing-add", args=[beside.pk])
        assert browse(alice).get(address).status_code == 200
        assert browse(alice).post(address, {"/by": "ICC"}).status_code == 400
        page = browse(alice).post(
            address, {"/by": "ICC", "/instrument": "icc-arrest-surrender", "/admissible": "yes"}, follow=True
        )
        assert "Rome Statute Art. 90" in text(page)

    def test_what_is_known_is_stated_and_the_history_stays(self, browse, alice, bob, beside):
        address = reverse("competing-request", args=[beside.pk, 1])
        assert "Betrug" in text(browse(bob).get(address))
        browse(bob).post(address, {"/offence": "Fraud", "/committed_in/0": "KR"})
        page = text(browse(alice).get(address))
        assert "Betrug" in page
        assert "Bob Martin" in page
        assert queries.competition(alice, beside.pk, AT).requests[0].told["by"] == "CH"

    def test_a_place_more_is_added_without_saving(self, browse, alice, beside):
        page = browse(alice).post(
            reverse("competing-request", args=[beside.pk, 1]), {"/committed_in/0": "KR", "add": "/committed_in"}
        )
        assert 'name="/committed_in/1"' in text(page)
        assert len(queries.competition(alice, beside.pk, AT).requests[0].statements) == 1

    def test_a_request_is_taken_out_and_brought_back(self, browse, alice, beside):
        address = reverse("competing-change", args=[beside.pk])
        page = browse(alice).post(address, {"do": "remove", "request": "2"}, follow=True)
        assert "Bring back" in text(page)
        assert "a comparison needs two" in text(page)
        assert "Bring back" not in text(browse(alice).post(address, {"do": "restore", "request": "2"}, follow=True))

    def test_a_decision_is_recorded_with_reasons_and_a_later_one_leaves_it_visible(self, browse, bob, beside):
        address, case = (reverse(f"competing-{name}", args=[beside.pk]) for name in ("decide", "case"))
        assert browse(bob).post(address, {"/first": "1"}).status_code == 400
        browse(bob).post(address, {"/first": "1", "/reasons": "Committed there.", "after": ""})
        first = Decided.objects.get()
        crossed = browse(bob).post(address, {"/first": "2", "/reasons": "No.", "after": ""})
        assert "recorded a decision meanwhile" in text(crossed)
        browse(bob).post(address, {"/first": "none", "/reasons": "New facts.", "after": str(first.pk)})
        page = text(browse(bob).get(case))
        assert "None goes first yet" in page
        assert "Committed there." in page
        assert "New facts." in page

    @pytest.mark.parametrize(
        ("name", "more"),
        [("case", ()), ("add", ()), ("request", (1,)), ("change", ()), ("decide", ())],
    )
    def test_are_not_found_by_a_stranger_or_when_missing(self, browse, alice, charlie, beside, name, more):
        data = {"do": "remove", "request": "2", "/first": "1", "/reasons": "x"}
        for user, number in ((charlie, beside.pk), (alice, 999)):
            address = reverse(f"competing-{name}", args=[number, *more])
            assert browse(user).post(address, data).status_code == 404
            if name not in ("change", "decide"):
                assert browse(user).get(address).status_code == 404
        assert "Noh Min-jae" not in text(browse(charlie).get(reverse("competing")))

    def test_a_missing_request_or_dossier_is_not_found(self, browse, alice, charlie, beside, wanted):
        assert browse(alice).get(reverse("competing-request", args=[beside.pk, 9])).status_code == 404
        assert browse(charlie).get(reverse("competing-new") + f"?dossier={wanted[0].pk}").status_code == 404

    def test_an_auditor_reads_only(self, browse, olga, beside):
        page = text(browse(olga).get(reverse("competing-case", args=[beside.pk])))
        assert "Record the decision" not in page
        assert "Take out" not in page
        address = reverse("competing-decide", args=[beside.pk])
        assert browse(olga).post(address, {"/first": "1", "/reasons": "x"}).status_code == 403


class TestDrawing:
    def test_lays_days_along_one_line(self):
        days = [date(2026, 1, 1), date(2026, 1, 11), date(2026, 1, 21)]
        timeline = [
            Entry(days[0], "a", "CH", "issued"),
            Entry(days[1], "b", "RS", "issued"),
            Entry(days[2], "a", "CH", "received"),
        ]
        found = drawing.drawing(timeline, [("a", "CH"), ("b", "RS"), ("c", "FR")])
        assert [mark.x for mark in found.lines[0].marks] == [drawing.LEFT, drawing.RIGHT]
        assert found.lines[1].marks[0].x == (drawing.LEFT + drawing.RIGHT) // 2
        assert found.lines[2].marks == ()
        assert [day for _x, day, _anchor in found.days] == days

    def test_of_one_day_has_one_tick_and_of_none_there_is_no_drawing(self):
        one = [Entry(date(2026, 1, 1), "a", "CH", "issued")]
        assert len(drawing.drawing(one, [("a", "CH")]).days) == 1
        assert drawing.drawing([], [("a", "CH")]) is None


class TestForms:
    @pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1"])
    def test_a_cell_is_never_a_formula(self, cell):
        assert sheet.harmless(cell) == f"'{cell}"
        assert sheet.harmless(f"a{cell}") == f"a{cell}"

    def test_names_are_one_on_a_line(self):
        assert several(" Ana  Sol \r\n\nBo Ek\nAna Sol") == ("Ana Sol", "Bo Ek")
        assert several(None) == ()

    def test_an_answer_must_be_one_of_those_offered(self, node):
        form = Form((box("x", "choice", "X", options=()),), {})
        assert form.check()
        form = Form((box("x", "choice", "X", options=options([("a", "A")])),), {"x": "b"})
        assert not form.check()
        assert form.problems == [{"id": "x", "says": "Choose one of the answers that are offered."}]
