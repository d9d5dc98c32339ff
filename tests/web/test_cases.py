"""The pages of cases: works, may a colleague, does a stranger get 404, does a missing thing give 404."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from comity.access import queries as people
from comity.access.rules import Thing
from comity.cases import actions, queries
from comity.cases.brief import Line
from comity.cases.models import Case, Circle, Event, Link, Note, Task
from comity.lib import clock
from comity.web.cases.horizon import horizon
from comity.web.cases.leading import address, case_of
from comity.web.cases.strip import radius, strip
from tests.cases import conftest as room
from tests.dossiers.conftest import AT, person

case, dora = room.case, room.dora
NOW = AT + timedelta(hours=3)
READ = ("case", "case-notes", "case-timeline", "case-people", "case-dossiers", "case-brief-text", "case-brief-pdf")
POSTS = ("case-state", "case-seats", "case-reach", "case-circles", "case-dossiers-change")
LISTS = ("cases", "search", "case-new", "cases-overseen")


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def at_case(case):
    return lambda name, *more: reverse(name, args=[case.number, *more])


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def task_of(case):
    return Task.objects.filter(case=case).order_by("pk").first()


class TestEveryPage:
    @pytest.mark.parametrize("name", READ)
    def test_works_for_members_and_readers_and_is_not_found_by_anybody_else(
        self, browse, alice, bob, charlie, dora, olga, ada, case, at_case, name
    ):
        actions.add_member(case.number, dora, part="reader", by=alice, at=AT)
        for user in (alice, dora):
            assert browse(user).get(at_case(name)).status_code == 200
        for user in (bob, charlie, olga, ada):
            assert browse(user).get(at_case(name)).status_code == 404
        assert browse(alice).get(reverse(name, args=["c-2026-0999"])).status_code == 404
        assert browse(None).get(at_case(name)).status_code == 302

    @pytest.mark.parametrize("name", POSTS)
    def test_that_changes_something_is_not_found_by_a_stranger(self, browse, bob, charlie, case, at_case, name):
        sent = {
            "state": "closed",
            "reason": "x",
            "level": "secret",
            "title": "x",
            "dossier": "x",
            "username": "charlie",
        }
        for user in (bob, charlie):
            answer = browse(user).post(at_case(name), {**sent, "part": "member"})
            assert answer.status_code == 404
        assert Case.objects.get().state == "open"
        assert browse(bob).get(at_case(name)).status_code == 405

    def test_for_a_note_or_task_is_not_found_by_a_stranger_or_when_missing(self, browse, alice, bob, case, at_case):
        note = actions.note(case.number, "x", by=alice, at=AT)
        other = actions.open("Another", unit=case.compartment.unit, by=alice, at=AT).number
        for name, id in (("case-note", note.pk), ("case-task", task_of(case).pk)):
            assert browse(alice).get(at_case(name, id)).status_code == 200
            assert browse(bob).get(at_case(name, id)).status_code == 404
            assert browse(alice).get(at_case(name, 10**6)).status_code == 404
            assert browse(alice).get(reverse(name, args=[other, id])).status_code == 404
        done = reverse("case-task-done", args=[other, task_of(case).pk])
        assert browse(alice).post(done).status_code == 404

    @pytest.mark.parametrize("name", LISTS)
    def test_that_lists_works_when_it_is_empty_and_leads_to_signing_in(self, browse, alice, bob, node, name):
        for user in (alice, bob):
            assert browse(user).get(reverse(name)).status_code == 200
        assert browse(None).get(reverse(name)).status_code == 302

    def test_is_recorded(self, browse, alice, case, at_case):
        for name in READ:
            browse(alice).get(at_case(name))
        seen = {row.thing for row in people.reads(by=alice)}
        assert {case.number, *(f"{case.number} {part}" for part in ("brief", "notes", "tasks", "timeline"))} <= seen


class TestListing:
    def test_says_what_to_do_when_there_is_none(self, browse, alice, ada):
        page = text(browse(alice).get(reverse("cases")))
        assert "You have no case yet." in page
        assert reverse("case-new") in page
        assert reverse("case-new") not in text(browse(ada).get(reverse("cases")))

    def test_is_filtered_and_goes_on_with_the_filter(self, browse, alice, mla, case):
        for number in range(26):
            actions.open(f"Theft {number}", unit=mla, by=alice, at=AT)
        page = text(browse(alice).get(reverse("cases"), {"text": "theft"}))
        assert case.title not in page
        assert "?text=theft&amp;page=2" in page
        assert case.title in text(
            browse(alice).get(reverse("cases"), {"text": "rouen", "state": "open", "mine": "yes"})
        )
        assert "No case fits." in text(browse(alice).get(reverse("cases"), {"text": "nothing"}))

    def test_a_supervisor_names_another_lead_without_reading(self, browse, bob, dora, case, at_case):
        page = text(browse(bob).get(reverse("cases-overseen")))
        assert case.number in page
        assert "Rouen" not in page
        after = browse(bob).post(at_case("case-seats"), {"do": "lead", "username": "dora"}, follow=True)
        assert "Dora Martin leads c-2026-0001." in text(after)
        assert queries.case(dora, case.number, NOW).may["lead"]
        assert "Your unit has no case." in text(browse(dora).get(reverse("cases-overseen")))

    def test_is_in_the_menu_of_who_works(self, browse, alice, ada):
        assert f'href="{reverse("cases")}"' in text(browse(alice).get("/"))
        assert f'href="{reverse("cases")}"' not in text(browse(ada).get("/"))


class TestOpening:
    SENT = {"/title": "Card fraud", "/template": "extradition", "/need": "members", "/summary": "Why."}

    def test_opens_a_case_and_leads_to_it(self, browse, alice, mla):
        page = browse(alice).post(reverse("case-new"), self.SENT, follow=True)
        assert "You lead it." in text(page)
        made = Case.objects.get()
        assert (made.template, made.summary, made.compartment.unit) == ("extradition", "Why.", mla)

    def test_without_a_template_and_with_purposes(self, browse, alice, mla):
        sent = {**self.SENT, "/template": "none", "/purposes": ["prevention"]}
        browse(alice).post(reverse("case-new"), sent)
        assert (Case.objects.get().template, Case.objects.get().purposes) == ("", ["prevention"])

    def test_says_what_is_missing_and_keeps_what_was_typed(self, browse, alice, mla):
        page = browse(alice).post(reverse("case-new"), {**self.SENT, "/title": ""})
        assert page.status_code == 400
        assert "Answer this: Title" in text(page)
        assert "Why." in text(page)
        assert not Case.objects.exists()

    def test_is_not_for_an_auditor(self, browse, olga, mla):
        assert "Your role opens no cases." in text(browse(olga).get(reverse("case-new")))
        assert browse(olga).post(reverse("case-new"), {**self.SENT, "/unit": "mla"}).status_code == 403
        assert not Case.objects.exists()


class TestOverview:
    def test_is_the_brief_with_what_is_next_and_who_works_on_it(self, browse, alice, case, dossier, at_case):
        actions.link(case.number, dossier.pk, by=alice, at=AT)
        page = text(browse(alice).get(at_case("case")))
        for words in (
            "What this case is", "Cards of forty people", "Who waits for whom",
            "What comes next", "What is missing", "Alice Martin", "Ask for the preservation of the traffic data",
        ):  # fmt: skip
            assert words in page
        assert reverse("dossier", args=[dossier.pk]) in page
        assert "<circle" in page

    def test_is_said_in_french(self, browse, alice, case, at_case):
        page = text(browse(alice, "fr").get(at_case("case")))
        assert "Qui attend qui" in page
        assert "Demander la conservation des données de trafic" in page

    def test_is_said_anew(self, browse, alice, dora, case, at_case):
        sent = {"/title": "Card fraud in Lyon", "/summary": "", "/purposes": ["prosecution"]}
        page = browse(alice).post(at_case("case-change"), sent, follow=True)
        assert "Card fraud in Lyon" in text(page)
        assert browse(alice).post(at_case("case-change"), {**sent, "/title": ""}).status_code == 400
        assert browse(dora).get(at_case("case-change")).status_code == 404
        actions.add_member(case.number, dora, part="reader", by=alice, at=AT)
        assert browse(dora).post(at_case("case-change"), sent).status_code == 403

    def test_rests_closes_and_opens_again(self, browse, alice, dora, case, at_case):
        address = at_case("case-state")
        assert "Say why in a few words." in text(browse(alice).post(address, {"state": "closed"}, follow=True))
        page = text(browse(alice).post(address, {"state": "closed", "reason": "Solved."}, follow=True))
        assert "This case is closed." in page
        assert "Add a task" not in page
        browse(alice).post(address, {"state": "open"})
        assert Case.objects.get().state == "open"
        actions.add_member(case.number, dora, part="member", by=alice, at=AT)
        assert browse(dora).post(address, {"state": "closed", "reason": "x"}).status_code == 403
        assert browse(alice).post(address, {"state": "asleep"}).status_code == 400

    def test_says_when_it_is_seen_through_broken_glass(self, browse, bob, case, at_case):
        from comity.access import actions as access

        access.break_glass(case.number, reason="A child is in danger.", by=bob, at=AT)
        page = text(browse(bob).get(at_case("case")))
        assert "You see this case through broken glass." in page
        assert "Add a task" not in page

    def test_is_a_document_too(self, browse, alice, case, at_case):
        paper = browse(alice).get(at_case("case-brief-pdf"))
        assert (paper["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")
        assert "WHAT COMES NEXT" in text(browse(alice).get(at_case("case-brief-text")))


class TestNotes:
    def test_are_written_and_corrected(self, browse, alice, case, at_case):
        page = browse(alice).post(at_case("case-notes"), {"/text": "The car was red."}, follow=True)
        assert "The car was red." in text(page)
        note = Note.objects.get()
        address = at_case("case-note", note.pk)
        sent = {"/text": "The car was blue.", "/reason": "The photo shows it."}
        assert browse(alice).post(address, {**sent, "/reason": ""}).status_code == 400
        page = text(browse(alice).post(address, sent, follow=True))
        assert "The car was blue." in page
        assert '<del class="comity-kept" dir="auto">The car was red.</del>' in page

    def test_that_are_for_named_people_go_into_a_circle(self, browse, alice, dora, case, at_case):
        actions.add_member(case.number, dora, part="member", by=alice, at=AT)
        sent = {"/text": "It came from H.", "/codes": ["TLP:RED"]}
        page = browse(alice).post(at_case("case-notes"), sent)
        assert page.status_code == 400
        assert "Open a circle with the people named" in text(page)
        browse(alice).post(at_case("case-circles"), {"title": "The source"})
        circle = Circle.objects.get().compartment.name
        assert "It came from H." in text(
            browse(alice).post(at_case("case-notes"), {**sent, "/circle": circle}, follow=True)
        )
        for name in ("case", "case-notes", "case-timeline", "case-people"):
            page = text(browse(dora).get(at_case(name)))
            assert "It came from H." not in page
            assert "The source" not in page
        assert browse(dora).get(at_case("case-note", Note.objects.get().pk)).status_code == 404

    def test_meant_for_a_circle_or_a_level_that_the_writer_lost_are_kept_nowhere(
        self, browse, alice, dora, case, at_case
    ):
        actions.add_member(case.number, dora, part="member", by=alice, at=AT)
        circle = actions.open_circle(case.number, "The source", by=alice, at=AT).compartment.name
        for lost in ({"/circle": circle}, {"/level": "secret"}):
            page = browse(dora).post(at_case("case-notes"), {"/text": "It came from H.", **lost})
            assert page.status_code == 400
            assert "It came from H." in text(page)  # what was typed is not lost
        assert not Note.objects.exists()

    def test_refuse_codes_that_contradict_each_other(self, browse, alice, case, at_case):
        page = browse(alice).post(at_case("case-notes"), {"/text": "x", "/codes": ["TLP:GREEN", "TLP:AMBER"]})
        assert page.status_code == 400
        assert not Note.objects.exists()

    def test_are_not_written_by_a_reader(self, browse, alice, dora, case, at_case):
        actions.add_member(case.number, dora, part="reader", by=alice, at=AT)
        assert "Write a note" not in text(browse(dora).get(at_case("case-notes")))
        assert browse(dora).post(at_case("case-notes"), {"/text": "x"}).status_code == 403


class TestTasks:
    SENT = {
        "/title": "Call the bank", "/who": "alice", "/due.day": "1", "/due.month": "12", "/due.year": "2026",
        "/priority": "first", "/collect": "no",
    }  # fmt: skip

    def test_are_added_changed_done_and_undone(self, browse, alice, case, at_case):
        assert "Call the bank" in text(browse(alice).post(at_case("case-task-add"), self.SENT, follow=True))
        row = Task.objects.get(title="Call the bank")
        assert (row.assigned_to, row.due_on, row.priority) == (alice, date(2026, 12, 1), 2)
        browse(alice).post(at_case("case-task", row.pk), {**self.SENT, "/who": "", "/priority": "later"})
        row.refresh_from_db()
        assert (row.assigned_to, row.priority) == (None, 0)
        assert "before:" in text(browse(alice).get(at_case("case-task", row.pk)))
        done = at_case("case-task-done", row.pk)
        assert "Done: Call the bank" in text(browse(alice).post(done, {"do": "done"}, follow=True))
        assert "Open again: Call the bank" in text(browse(alice).post(done, {"do": "undo"}, follow=True))
        row.refresh_from_db()
        assert row.done_at is None

    def test_say_what_is_wrong(self, browse, alice, case, at_case):
        page = browse(alice).post(at_case("case-task-add"), {**self.SENT, "/title": "", "/due.month": "13"})
        assert page.status_code == 400
        assert "Answer this: What is to be done?" in text(page)
        assert "This is no day: 2026-13-01." in text(page)

    def test_of_a_template_stay_those_of_the_template_when_only_the_day_changes(self, browse, alice, case, at_case):
        row = task_of(case)
        browse(alice, "fr").post(
            at_case("case-task", row.pk),
            {
                "/title": "Demander la conservation des données de trafic et du contenu",
                "/details": "Nommer le fournisseur, les adresses ou les comptes, et les heures exactes "
                "avec leur fuseau horaire.",
                "/priority": "normal",
            },
        )
        row.refresh_from_db()
        assert (row.from_template, row.priority, row.due_on) == (True, 1, None)

    def test_are_not_ticked_by_a_reader(self, browse, alice, dora, case, at_case):
        actions.add_member(case.number, dora, part="reader", by=alice, at=AT)
        assert browse(dora).post(at_case("case-task-done", task_of(case).pk)).status_code == 403
        assert browse(dora).post(at_case("case-task-add"), self.SENT).status_code in (400, 403)
        assert not Event.objects.filter(what="task").exists()


class TestPeople:
    def test_are_given_and_lose_their_seat(self, browse, alice, dora, case, at_case):
        page = browse(alice).post(
            at_case("case-seats"),
            {"/colleague": "dora", "/part": "reader", "/until.day": "1", "/until.month": "12", "/until.year": "2026"},
            follow=True,
        )
        assert "Dora Martin has a seat now." in text(page)
        assert "1 December 2026" in text(page)
        page = browse(alice).post(at_case("case-seats"), {"do": "end", "username": "dora"}, follow=True)
        assert "The seat of Dora Martin ended." in text(page)

    def test_of_another_unit_are_named_by_their_sign_in_name(self, browse, alice, charlie, case, at_case):
        browse(alice).post(at_case("case-seats"), {"/username": "charlie", "/part": "member"})
        assert browse(charlie).get(at_case("case")).status_code == 200

    def test_who_do_not_exist_are_told(self, browse, alice, case, at_case):
        page = browse(alice).post(at_case("case-seats"), {"/username": "nobody", "/part": "member"})
        assert page.status_code == 400
        assert "There is no user nobody." in text(page)

    def test_may_all_be_let_in_and_the_level_rises(self, browse, alice, dora, case, at_case):
        from comity.access import actions as access

        browse(alice).post(at_case("case-reach"), {"need": "unit"})
        assert browse(dora).get(at_case("case")).status_code == 200
        browse(alice).post(at_case("case-reach"), {"need": "members"})
        access.set_clearance(alice, 1, by=None, at=AT)
        browse(alice).post(at_case("case-reach"), {"level": "restricted"})
        assert "Restricted" in text(browse(alice).get(at_case("case")))
        assert browse(dora).get(at_case("case")).status_code == 404

    def test_are_changed_by_the_lead_alone(self, browse, alice, dora, case, at_case):
        actions.add_member(case.number, dora, part="member", by=alice, at=AT)
        assert "Give a seat" not in text(browse(dora).get(at_case("case-people")))
        for name, sent in (
            ("case-seats", {"/username": "dora", "/part": "lead"}), ("case-reach", {"need": "unit"}),
        ):  # fmt: skip
            assert browse(dora).post(at_case(name), sent).status_code == 403


class TestDossiers:
    def test_are_added_taken_out_and_shown_on_both_sides(self, browse, alice, bob, case, dossier, at_case):
        change, there = at_case("case-dossiers-change"), reverse("dossier", args=[dossier.pk])
        page = browse(alice).post(change, {"dossier": dossier.pk, "why": "Records.", "do": "add"}, follow=True)
        assert there in text(page)
        assert case.title in text(browse(alice).get(there))
        assert case.title not in text(browse(bob).get(there))
        again = browse(alice).post(change, {"dossier": dossier.pk, "do": "add"}, follow=True)
        assert "belongs to this case already" in text(again)
        page = browse(alice).post(change, {"dossier": dossier.pk, "do": "remove"}, follow=True)
        assert "Add it again below if that was a slip." in text(page)
        assert Link.objects.get().ended_by == alice

    def test_are_added_from_their_own_page(self, browse, alice, case, dossier):
        page = text(browse(alice).get(reverse("dossier", args=[dossier.pk])))
        assert "Add this dossier to a case" in page
        browse(alice).post(reverse("case-join"), {"number": case.number, "dossier": dossier.pk})
        assert Link.objects.get().case == case

    def test_of_others_are_not_found(self, browse, alice, charlie, case, dossier, at_case):
        actions.add_member(case.number, charlie, part="member", by=alice, at=AT)
        page = browse(charlie).post(at_case("case-dossiers-change"), {"dossier": dossier.pk}, follow=True)
        assert f"There is no dossier {dossier.pk} here." in text(page)
        sent = {"number": case.number, "dossier": dossier.pk}
        assert browse(charlie).post(reverse("case-join"), sent).status_code == 404
        assert not Link.objects.exists()
        actions.link(case.number, dossier.pk, by=alice, at=AT)
        page = text(browse(charlie).get(at_case("case-dossiers")))
        assert "Another unit handles it; ask there." in page
        assert dossier.subject not in page


class TestTimeline:
    def test_is_filtered_by_kind_and_by_person(self, browse, alice, dora, case, at_case):
        actions.add_member(case.number, dora, part="member", by=alice, at=AT)
        actions.note(case.number, "x", by=dora, at=AT)
        address = at_case("case-timeline")
        assert "The case was opened." in text(browse(alice).get(address))
        page = text(browse(alice).get(address, {"kind": "note"}))
        assert "A note was written." in page
        assert "The case was opened." not in page
        page = text(browse(alice).get(address, {"by": "Dora Martin"}))
        assert "The case was opened." not in page
        assert "Nothing fits." in text(browse(alice).get(address, {"kind": "window"}))


class TestSearch:
    @pytest.fixture
    def written(self, alice, case):
        return actions.note(case.number, "The car was crimson.", by=alice, at=AT)

    def test_finds_what_may_be_seen_leads_there_and_is_recorded(self, browse, alice, case, written, at_case):
        page = text(browse(alice).get(reverse("search"), {"words": "crimson"}))
        assert f"{at_case('case-notes')}#note-{written.pk}" in page
        assert people.reads(of=Thing("case", f"{case.number} note-{written.pk}"))
        assert at_case("case") in text(browse(alice).get(reverse("search"), {"words": "rouen", "kind": "case"}))

    def test_finds_nothing_for_strangers_and_says_no_number(self, browse, bob, charlie, dora, olga, written):
        for user in (bob, charlie, dora, olga):
            page = text(browse(user).get(reverse("search"), {"words": "crimson"}))
            assert "Nothing that you may see contains all these words." in page
            assert not [row for row in people.reads(by=user) if row.kind == "case"]

    def test_finds_dossiers_of_the_unit(self, browse, alice, charlie, dossier):
        word = dossier.subject.split()[0].strip(",;")
        address = reverse("dossier", args=[dossier.pk])
        assert address in text(browse(alice).get(reverse("search"), {"words": word}))
        assert address not in text(browse(charlie).get(reverse("search"), {"words": word}))

    def test_asks_for_two_letters(self, browse, alice):
        assert "Write at least two." in text(browse(alice).get(reverse("search"), {"words": "a"}))


class TestWhereThingsStand:
    @pytest.mark.parametrize(
        ("kind", "id", "number", "ends"),
        [
            ("case", "c-2026-0001", "", "/cases/c-2026-0001/"),
            ("note", "7", "c-2026-0001", "/cases/c-2026-0001/notes/#note-7"),
            ("task", "7", "c-2026-0001", "/cases/c-2026-0001/notes/#task-7"),
            ("note", "7", "", ""),
            ("dossier", "fr-1", "", "/dossiers/fr-1/"),
            ("act", "fr-1", "", "/dossiers/fr-1/timeline/"),
            ("subject", "nonsense", "", ""),
            ("fun", "1", "c-2026-0001", ""),
        ],
    )
    def test_by_kind_and_id(self, kind, id, number, ends):
        assert address(kind, id, number) == ends

    def test_a_circle_leads_to_its_case(self):
        found = [case_of(name) for name in ("c-2026-0001", "c-2026-0001-ab", "spoc")]
        assert found == ["c-2026-0001", "c-2026-0001", ""]


class TestDrawings:
    def test_a_strip_has_a_lane_for_each_kind_that_happened(self):
        first, last = date(2026, 11, 1), date(2026, 11, 11)
        drawn = strip(
            [(first, "a"), (last, "a"), (last, "a"), (last, "b")],
            [("a", "A", ""), ("b", "B", ""), ("c", "C", "")],
            last,
        )
        assert [(lane.name, lane.total) for lane in drawn.lanes] == [("A", 3), ("B", 1)]
        assert [(mark.x, mark.count) for mark in drawn.lanes[0].marks] == [(178, 1), (880, 2)]
        assert [day for _, day, _ in drawn.days] == [first, date(2026, 11, 6), last]
        assert strip([], [], last) is None
        assert radius(1, 9) < radius(4, 9) < radius(9, 9)

    def test_the_horizon_shows_what_is_late_left_of_today(self):
        at = datetime(2026, 11, 23, 9, tzinfo=UTC)
        due = [
            (Line("a", tone="late", when=at - timedelta(days=3), side="us"), "A"),
            (Line("b", when=at + timedelta(days=30), side="them"), "B"),
            (Line("c"), "C"),
        ]
        drawn = horizon(due, at)
        late, there = drawn.marks
        assert late.x < drawn.today < there.x
        assert (late.y < there.y, late.tone, there.on) == (True, "late", date(2026, 12, 23))
        assert horizon([(Line("c"), "C")], at) is None


def test_somebody_of_another_unit_with_a_seat_finds_cases_in_the_menu(browse, alice, case):
    eve = person("eve", "auditor", None)
    assert f'href="{reverse("cases")}"' not in text(browse(eve).get(reverse("law")))
    actions.add_member(case.number, eve, part="reader", by=alice, at=AT)
    assert f'href="{reverse("cases")}"' in text(browse(eve).get(reverse("law")))
