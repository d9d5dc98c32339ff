"""The pages of liaison: works, may a colleague, does a stranger get 404, does a missing thing give 404."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from comity.access import actions as access
from comity.access import queries as people
from comity.access.models import Read
from comity.liaison import actions, queries
from comity.liaison.models import Call, Duty, Message, Thread
from comity.lib import clock
from comity.web.liaison import worldclock
from tests.dossiers.conftest import AT, person
from tests.liaison import conftest as cast
from tests.liaison.peer import WEEK, Peer

nl, dossier, desk, first, second, head = cast.nl, cast.dossier, cast.desk, cast.first, cast.second, cast.head
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # nine in Paris, five in São Paulo
DESK = {
    "role": "Judicial desk",
    "languages": ["pt", "en"],
    "hours": WEEK,
    "phone": "+55 61 0000",
    "competences": ["search"],
}
NIGHT = {"role": "24/7 desk", "languages": ["pt", "en"], "hours": "always", "phone": "+55 61 9999"}
OFFICER = {"role": "Liaison officer", "languages": ["fr"], "hours": {**WEEK, "zone": "Europe/Paris"}, "posted_in": "FR"}
LISTS = ("liaison", "liaison-directory", "liaison-threads", "liaison-calls", "liaison-new", "liaison-call-new")


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def br(node):
    return Peer("br-central", "BR", AT, contacts=[DESK, NIGHT, OFFICER], competences=["mla-untoc"])


@pytest.fixture
def talk(alice, nl, mla):
    return actions.open_thread(
        to="nl-prosecution", subject="A car", text="Whose is it?", language="en", unit=mla, by=alice, at=AT
    )


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def at(name, *args):
    return reverse(name, args=args)


class TestLists:
    @pytest.mark.parametrize("name", LISTS)
    def test_work_and_say_what_to_do_when_they_are_empty(self, browse, alice, name):
        answer = browse(alice).get(at(name))
        assert answer.status_code == 200
        assert "comity-empty" in text(answer)

    @pytest.mark.parametrize("name", [*LISTS, "liaison-duty"])
    def test_lead_who_is_not_signed_in_to_signing_in(self, browse, node, name):
        assert browse(None).get(at(name)).status_code == 302

    def test_stand_in_the_menu_with_what_is_new(self, browse, alice, bob, talk):
        page = text(browse(bob).get("/"))
        assert "Liaison" in page
        assert "(1 waits)" in page
        assert "(1 waits)" not in text(browse(alice).get("/"))


class TestWhom:
    def ask(self, browse, user, language="en", **asked):
        return browse(user, language).get(at("liaison"), {"what": "search", "in": "BR", **asked})

    def test_ranks_desks_and_says_when_the_next_one_opens(self, browse, alice, br):
        page = text(self.ask(browse, alice))
        assert page.index("Judicial desk</strong>") < page.index("24/7 desk</strong>")
        assert "opens Tue 09:00 in Sao Paulo, that is 13:00 here" in page
        assert "Its card names this among what it takes." in page
        assert "UNTOC art 18(13)" in page

    def test_what_cannot_wait_goes_to_who_answers(self, browse, alice, br):
        page = text(self.ask(browse, alice, urgent="yes"))
        assert page.index("24/7 desk</strong>") < page.index("Judicial desk</strong>")
        assert "cannot wait" in page

    def test_speaks_french(self, browse, alice, br):
        page = text(self.ask(browse, alice, language="fr"))
        assert re.search(r"ouvre [Mm]ar\.? 09:00 \(São Paulo\), soit 13:00 ici", page)
        assert "Sa carte nomme cela parmi ce qu&#x27;elle reçoit." in page

    def test_records_the_look(self, browse, alice, br):
        self.ask(browse, alice)
        assert Read.objects.filter(user=alice, kind="directory", thing="who/search/BR").count() == 1

    def test_without_a_desk_shows_the_channel_of_the_law(self, browse, alice):
        page = text(self.ask(browse, alice, **{"in": "JP"}))
        assert "No authority there is a peer of ours" in page
        assert "What the law names" in page

    @pytest.mark.parametrize("asked", [{"what": "magic"}, {"in": "XX"}, {"in": "FR"}, {"in": ""}, {"what": ""}])
    def test_says_what_cannot_be_asked(self, browse, alice, asked):
        answer = self.ask(browse, alice, **asked)
        assert answer.status_code == 400
        assert "There is a problem" in text(answer)

    def test_is_for_auditors_and_administrators_too(self, browse, ada, olga, br):
        for user in (ada, olga):
            page = text(self.ask(browse, user))
            assert "Judicial desk" in page
            assert "Write a message" not in page


class TestDirectory:
    def test_lists_desks_with_hours_languages_and_a_picture(self, browse, alice, br):
        page = text(browse(alice).get(at("liaison-directory")))
        for word in ("Judicial desk", "Mon–Fri 09:00–18:00 (Sao Paulo)", "+55 61 0000", "posted in France", "<svg"):
            assert word in page

    def test_is_searched_by_words_and_country(self, browse, alice, br, nl):
        get = browse(alice).get
        for words in ("brazil", "portuguese search", "UNTOC"):
            found = text(get(at("liaison-directory"), {"text": words.split()[-1]}))
            assert "Judicial desk" in found, words
        assert "Nobody in the directory fits." in text(get(at("liaison-directory"), {"text": "zzz"}))
        assert "Nl-Prosecution" not in text(get(at("liaison-directory"), {"country": "BR"}))
        assert "Judicial desk" in text(get(at("liaison-directory"), {"country": "FR"}))

    def test_the_picture_places_hours_by_our_clock(self, br, alice):
        [listed] = queries.directory(alice, NOW).found
        drawn = worldclock.clock(listed.desks, NOW, "Europe/Paris")
        judicial, night, officer = drawn.lines
        assert [one.says for one in judicial.bars] == ["13:00–22:00"]
        assert (judicial.bars[0].x, judicial.bars[0].width) == (24 + 852 * 13 / 24, 852 * 9 / 24)
        assert (night.bars[0].x, night.bars[0].width) == (24, 852)
        assert [one.says for one in officer.bars] == ["09:00–18:00"]
        assert (judicial.there, drawn.now) == ("05:00", 24 + 852 * 9 / 24)
        assert worldclock.clock([], NOW, "Europe/Paris") is None


class TestConversations:
    def test_are_listed_for_colleagues_and_not_for_strangers(self, browse, bob, charlie, talk):
        assert "A car" in text(browse(bob).get(at("liaison-threads")))
        assert "A car" not in text(browse(charlie).get(at("liaison-threads")))
        assert browse(charlie).get(at("liaison-thread", talk.pk)).status_code == 404
        assert browse(bob).get(at("liaison-thread", "fr-central-2026-t0999")).status_code == 404

    def test_show_direction_language_delivery_and_that_they_are_no_act(self, browse, bob, nl, talk):
        actions.say(talk.pk, "سؤال", language="ar", by=bob, at=AT)
        page = text(browse(bob).get(at("liaison-thread", talk.pk)))
        assert 'dir="auto" lang="ar">سؤال' in page
        assert "None: a message is no act" in page
        assert "waiting" in page
        nl.hear(AT)
        assert "delivered" in text(browse(bob).get(at("liaison-thread", talk.pk)))

    def test_what_is_written_is_shown_never_run(self, browse, alice, nl, talk):
        nl.says(AT, nl.message(AT, "<script>alert(1)</script>", talk.pk, parents=[talk.messages.get().pk]))
        assert "<script>alert" not in text(browse(alice).get(at("liaison-thread", talk.pk)))

    def test_a_message_is_sent_and_answers_one(self, browse, bob, nl, talk):
        asked = talk.messages.get()
        browser = browse(bob)
        assert "You answer message 1" in text(browser.get(at("liaison-thread", talk.pk), {"answer": "1"}))
        told = {"text": "Ours.", "language": "en", "in_reply_to": asked.pk, "signed_as": "nothing"}
        assert browser.post(at("liaison-thread", talk.pk), told).status_code == 302
        last = Message.objects.get(text="Ours.")
        assert (last.author, last.body["in_reply_to"]) == (bob, asked.pk)
        assert "Answers message 1" in text(browser.get(at("liaison-thread", talk.pk)))

    def test_what_was_typed_comes_back_with_the_fault(self, browse, bob, talk):
        answer = browse(bob).post(at("liaison-thread", talk.pk), {"text": "pay \u202eton", "language": "en"})
        assert answer.status_code == 400
        assert "turn the reading direction" in text(answer)
        assert "pay \u202eton" in text(answer)
        assert browse(bob).post(at("liaison-thread", talk.pk), {"text": " ", "language": "en"}).status_code == 400

    def test_a_stranger_sends_nothing(self, browse, charlie, talk):
        assert browse(charlie).post(at("liaison-thread", talk.pk), {"text": "x", "language": "en"}).status_code == 404
        for do in ("close", "reopen", "case"):
            assert browse(charlie).post(at("liaison-change", talk.pk, do)).status_code == 404

    def test_are_closed_and_opened_again(self, browse, alice, talk):
        browser = browse(alice)
        assert "is closed on our side" in text(browser.post(at("liaison-change", talk.pk, "close"), follow=True))
        assert "Open it again" in text(browser.get(at("liaison-thread", talk.pk)))
        browser.post(at("liaison-change", talk.pk, "reopen"))
        assert Thread.objects.get().open
        assert browser.post(at("liaison-change", talk.pk, "burn")).status_code == 404
        assert browser.get(at("liaison-change", talk.pk, "close")).status_code == 405

    def test_are_put_into_a_case(self, browse, alice, bob, mla, talk):
        access.create_compartment("c-2026-0001", unit=mla, by=alice, at=AT)
        page = browse(alice).post(at("liaison-change", talk.pk, "case"), {"case": "c-2026-0001"}, follow=True)
        assert "only who needs to know c-2026-0001" in text(page)
        assert browse(bob).get(at("liaison-thread", talk.pk)).status_code == 404
        assert browse(alice).post(at("liaison-change", talk.pk, "case"), {"case": "c-2026-0009"}).status_code == 404


class TestNew:
    TOLD = {
        "/to": "nl-prosecution",
        "/subject": "A car",
        "/text": "Whose?",
        "/language": "en",
        "/signed_as": "function",
    }

    def test_opens_a_conversation(self, browse, alice, nl):
        answer = browse(alice).post(at("liaison-new"), self.TOLD, follow=True)
        assert "Whose?" in text(answer)
        assert [one.body["subject"] for one in nl.hear(AT)] == ["A car"]

    def test_asks_for_what_is_missing(self, browse, alice, nl):
        answer = browse(alice).post(at("liaison-new"), {**self.TOLD, "/subject": ""})
        assert answer.status_code == 400
        assert "Answer this: Subject" in text(answer)
        assert not Thread.objects.exists()

    def test_says_what_the_room_refuses(self, browse, alice, nl):
        answer = browse(alice).post(at("liaison-new"), {**self.TOLD, "/text": "a\u202eb"})
        assert answer.status_code == 400
        assert "turn the reading direction" in text(answer)

    def test_begins_at_a_field_of_a_dossier(self, browse, alice, dossier):
        browser = browse(alice)
        page = text(browser.get(at("dossier-request", dossier.pk)))
        link = re.search(r'href="([^"]*liaison/threads/new/[^"]*kinds[^"]*)"', page)[1].replace("&amp;", "&")
        assert "Measures" in text(browser.get(link)) or "measures" in text(browser.get(link))
        told = {key: value for key, value in self.TOLD.items() if key != "/to"}
        pointer = {"dossier": dossier.pk, "pointer": "/form/measures/kinds"}
        browser.post(at("liaison-new"), {**told, **pointer})
        thread = Thread.objects.get()
        assert (thread.dossier, thread.pointer, thread.peer) == (dossier.pk, "/form/measures/kinds", "nl-prosecution")
        assert "A car" in text(browser.get(at("dossier", dossier.pk)))

    def test_is_no_strangers(self, browse, charlie, dossier):
        assert browse(charlie).get(at("liaison-new"), {"dossier": dossier.pk}).status_code == 404
        assert browse(charlie).get(at("liaison-new"), {"dossier": "fr-central-2026-0999"}).status_code == 404

    def test_a_clerk_is_offered_nothing(self, browse, dossier):
        clerk = person("clara", "clerk", "mla")
        assert "liaison/threads/new" not in text(browse(clerk).get(at("dossier-request", dossier.pk)))
        assert "liaison/threads/new" not in text(browse(clerk).get(at("dossier", dossier.pk)))


class TestCalls:
    @pytest.fixture
    def called(self, nl, desk, first, second, head):
        for place, user in enumerate((first, second), start=1):
            actions.put_on_duty(
                desk, user, place=place, starts_at=NOW - timedelta(days=1), until=NOW + timedelta(days=1),
                phone=f"+33 6 0{place}", by=head, at=NOW,
            )  # fmt: skip
        urgent = {"answer_within_minutes": 30, "about": "A child was taken"}
        nl.says(NOW, nl.message(NOW, "Please phone.", subject="A child was taken", urgent=urgent))
        return Call.objects.get()

    def test_ring_on_every_page_of_who_is_called_without_saying_what_about(
        self, browse, called, first, second, charlie
    ):
        page = text(browse(first).get("/law/"))
        assert "you are being called" in page
        assert "data-ring" in page
        assert "A child was taken" not in page
        assert "a colleague is being called" in text(browse(second).get("/law/"))
        assert "comity-alarm" not in text(browse(charlie).get("/law/"))

    def test_the_banner_of_an_open_page_asks_by_itself_while_on_duty(self, browse, called, first, charlie):
        assert at("liaison-banner") in text(browse(first).get("/law/"))
        assert at("liaison-banner") not in text(browse(charlie).get("/law/"))
        assert "you are being called" in text(browse(first).get(at("liaison-banner")))
        assert browse(None).get(at("liaison-banner")).status_code == 204

    def test_are_taken(self, browse, called, first, second, nl):
        page = text(browse(first).get(at("liaison-call", called.pk)))
        assert "You are being called." in page
        assert "then Second Martin is called" in page
        page = text(browse(first).post(at("liaison-call-take", called.pk), follow=True))
        assert "Taken." in page
        assert "comity-alarm" not in page
        again = browse(second).post(at("liaison-call-take", called.pk))
        assert again.status_code == 400
        assert "First Martin took this call already." in text(again)

    def test_are_no_strangers(self, browse, called, charlie):
        for name in ("liaison-call", "liaison-call-part"):
            assert browse(charlie).get(at(name, called.pk)).status_code == 404
            assert browse(charlie).get(at(name, 999)).status_code == 404
        assert browse(charlie).post(at("liaison-call-take", called.pk)).status_code == 404
        assert Call.objects.get().state == "calling"

    def test_that_nobody_took_are_red_with_numbers(self, browse, called, first, nl):
        nl.show([NIGHT], [], AT)
        for minute in (10, 20, 30):
            actions.ring(NOW + timedelta(minutes=minute))
        page = text(browse(first).get(at("liaison-call", called.pk)))
        assert "comity-call--nobody" in page
        assert "+55 61 9999" in page
        assert "I take this call" in page
        assert "Nobody has answered the urgent call" in page

    def test_the_page_asks_by_itself_only_while_somebody_is_called(self, browse, called, first):
        part = at("liaison-call-part", called.pk)
        assert part in text(browse(first).get(part))
        actions.acknowledge(called.pk, by=first, at=NOW)
        assert part not in text(browse(first).get(part))

    def test_are_made(self, browse, alice, nl):
        told = {"/to": "nl-prosecution", "/about": "A boat leaves", "/text": "", "/within": "30", "/language": "en"}
        page = text(browse(alice).post(at("liaison-call-new"), told, follow=True))
        assert "On its way to their desk." in page
        assert [one.body["urgent"]["answer_within_minutes"] for one in nl.hear(NOW)] == [30]
        assert browse(alice).post(at("liaison-call-new"), {**told, "/about": ""}).status_code == 400
        assert "A boat leaves" in text(browse(alice).get(at("liaison-calls")))


class TestDuty:
    def told(self, **change):
        return {
            "/who": "first", "/place": "1", "/phone": "+33 6 01", "/starts_at.day": "24", "/starts_at.month": "11",
            "/starts_at.year": "2026", "/starts_at.time": "18:00", "/until.day": "25", "/until.month": "11",
            "/until.year": "2026", "/until.time": "08:00", **change,
        }  # fmt: skip

    def test_is_kept_by_an_approver_and_taken_back(self, browse, desk, first, head):
        browser = browse(head)
        page = text(browser.post(at("liaison-roster", "desk"), self.told(), follow=True))
        assert "+33 6 01" in page
        row = Duty.objects.get()
        assert (row.starts_at, row.until) == (
            datetime(2026, 11, 24, 17, tzinfo=UTC),
            datetime(2026, 11, 25, 7, tzinfo=UTC),
        )
        browser.post(at("liaison-duty-change", "desk", row.pk, "end"))
        assert "Nobody stands on the roster." in text(browser.get(at("liaison-roster", "desk")))
        browser.post(at("liaison-duty-change", "desk", row.pk, "restore"))
        assert Duty.objects.filter(ended_at=None).count() == 1

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"/until.day": "24", "/until.time": "17:00"}, "A duty ends after it begins"),
            ({"/starts_at.time": "tonight"}, "This is no moment."),
            ({"/phone": "ask Paul"}, "is not a telephone number"),
            ({"/who": "charlie"}, "Choose one of the answers that are offered."),
        ],
    )
    def test_says_what_does_not_fit(self, browse, desk, first, head, change, says):
        answer = browse(head).post(at("liaison-roster", "desk"), self.told(**change))
        assert answer.status_code == 400
        assert says in text(answer)
        assert not Duty.objects.exists()

    def test_is_read_by_colleagues_and_not_by_strangers(self, browse, desk, first, head, charlie):
        actions.put_on_duty(
            desk, first, place=1, starts_at=NOW, until=NOW + timedelta(days=1), phone="+33 6 01", by=head, at=NOW
        )
        page = text(browse(first).get(at("liaison-duty"), follow=True))
        assert "+33 6 01" in page
        assert "Add a person" not in page
        assert browse(first).post(at("liaison-roster", "desk"), self.told()).status_code in (400, 403)
        assert browse(charlie).get(at("liaison-roster", "desk")).status_code == 404
        assert browse(first).get(at("liaison-roster", "nowhere")).status_code == 404

    def test_an_administrator_keeps_it_and_who_has_no_unit_is_told_so(self, browse, desk, ada, olga):
        assert browse(ada).get(at("liaison-roster", "desk")).status_code == 200
        assert "You are in no unit" in text(browse(olga).get(at("liaison-duty")))


def test_users_are_of_this_node(node):
    assert people.unit("desk").is_desk
