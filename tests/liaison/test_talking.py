"""Conversations: what people say, what arrives, who sees it, and what stays when something goes wrong."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from comity.access import actions as access
from comity.access import queries as people
from comity.access.models import Read
from comity.access.rules import NotAllowed
from comity.dossiers import queries as dossiers
from comity.exchange import queries as exchange
from comity.liaison import actions, body, models, queries
from comity.liaison.models import Looked, Message, OnlyGrows, Thread, ThreadStep
from comity.search import queries as search
from tests.dossiers.conftest import AT, person

SOON = AT + timedelta(minutes=5)


@pytest.fixture
def talk(alice, nl, mla):
    """A conversation about nothing."""
    return actions.open_thread(
        to="nl-prosecution", subject="A car", text="Whose is it?", language="en", unit=mla, by=alice, at=AT
    )


@pytest.fixture
def about(alice, dossier):
    """A conversation about a field of a dossier."""
    return actions.open_thread(
        to="nl-prosecution", subject="Accounts", text="Which accounts?", language="en", dossier=dossier.pk,
        pointer="/form/measures/kinds", by=alice, at=AT,
    )  # fmt: skip


def opened(alice, **more):
    told = {"to": "nl-prosecution", "subject": "A car", "text": "Whose?", "language": "en", "by": alice, "at": AT}
    return actions.open_thread(**{**told, **more})


def as_seen(user, id, at=SOON):
    return queries.thread(user, id, at)


class TestOpening:
    def test_signs_logs_queues_and_numbers_it(self, talk, nl):
        message = talk.messages.get()
        assert talk.pk == "fr-central-2026-t0001"
        [told] = nl.hear(SOON)
        assert told.body == {
            "thread": talk.pk, "by": "fr-central", "at": "2026-11-23T09:00:00Z", "parents": [], "language": "en",
            "text": "Whose is it?", "subject": "A car",
        }  # fmt: skip
        assert told.raw == bytes(message.raw)
        [entry] = exchange.entries(message.log_index, 1)
        assert (entry.kind, entry.name) == ("message", message.pk)
        assert exchange.verify_log().ok

    def test_carries_the_field_of_the_dossier(self, about, dossier, nl):
        [told] = nl.hear(SOON)
        assert told.body["about"] == {"dossier": dossier.pk, "pointer": "/form/measures/kinds"}
        assert about.unit == dossier.unit

    def test_shows_the_function_and_the_name_only_when_wished(self, alice, mla, nl):
        alice.function = "Case officer"
        for signed_as in ("nothing", "function", "name"):
            opened(alice, unit=mla, subject=signed_as, signed_as=signed_as)
        told = [(one.body.get("function"), one.body.get("name")) for one in nl.hear(SOON)]
        assert told == [(None, None), ("Case officer", None), ("Case officer", "Alice Martin")]

    def test_changes_no_state_of_the_dossier(self, alice, about, dossier, nl):
        before = dossiers.summary()
        actions.say(about.pk, "Please answer.", language="en", by=alice, at=SOON)
        assert dossiers.summary() == before

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"text": " "}, "empty"),
            ({"subject": " "}, "no subject"),
            ({"subject": "x" * 201}, "200 are allowed"),
            ({"text": "x" * 20_001}, "20000 are allowed"),
            ({"text": "pay \u202eton od"}, "reading direction"),
            ({"subject": "a\u2066b"}, "reading direction"),
            ({"language": "English"}, "/language"),
            ({"signed_as": "both"}, "not one of"),
        ],
    )
    def test_is_refused_in_words_and_leaves_nothing(self, alice, mla, nl, change, says):
        with pytest.raises(body.BadMessage, match=says):
            opened(alice, unit=mla, **change)
        assert not Thread.objects.exists()
        assert nl.hear(SOON) == []

    def test_takes_the_only_unit_of_who_writes(self, alice, mla, nl):
        assert opened(alice).unit == mla

    def test_is_for_people_who_talk_for_the_unit(self, bob, charlie, mla, nl):
        clerk = person("clara", "clerk", "mla")
        for user in (charlie, clerk):
            with pytest.raises(NotAllowed):
                opened(user, unit=mla)
        assert opened(bob, unit=mla).unit == mla

    def test_about_a_dossier_is_for_who_sends_acts_of_it(self, dossier, charlie):
        with pytest.raises(dossiers.NotFound):
            opened(charlie, dossier=dossier.pk)
        with pytest.raises(NotAllowed):
            opened(person("clara", "clerk", "mla"), dossier=dossier.pk)

    def test_about_a_dossier_goes_to_a_party_of_it(self, alice, dossier, node):
        from tests.liaison.peer import Peer

        Peer("br-central", "BR", AT)
        with pytest.raises(actions.NotAParty):
            opened(alice, to="br-central", dossier=dossier.pk)

    def test_needs_a_peer(self, alice, node):
        from comity.exchange.queries import NotAPeer

        with pytest.raises(NotAPeer):
            opened(alice, to="xx-nobody")
        assert not Thread.objects.exists()

    def test_a_button_pressed_twice_sends_one(self, talk, alice, mla):
        with pytest.raises(actions.AlreadySaid):
            opened(alice, unit=mla, text="Whose is it?", at=AT + timedelta(seconds=2))

    def test_a_person_does_not_flood(self, talk, alice):
        for n in range(29):
            actions.say(talk.pk, f"More {n}", language="en", by=alice, at=AT + timedelta(seconds=n))
        with pytest.raises(actions.TooMany):
            actions.say(talk.pk, "One too many", language="en", by=alice, at=SOON)
        actions.say(talk.pk, "Later", language="en", by=alice, at=AT + timedelta(minutes=30))


class TestSaying:
    def test_follows_what_both_sides_said(self, talk, alice, nl):
        first = talk.messages.get()
        answer = nl.message(SOON, "Ours.", talk.pk, parents=[first.pk], in_reply_to=first.pk)
        assert nl.says(SOON, answer) == []
        last = actions.say(talk.pk, "Thank you.", language="en", by=alice, at=SOON, in_reply_to=answer.id)
        assert last.body["parents"] == [answer.id]
        told = as_seen(alice, talk.pk).messages
        assert [(one.number, one.text, one.in_reply_to) for one in told] == [
            (1, "Whose is it?", None), (2, "Ours.", 1), (3, "Thank you.", 2),
        ]  # fmt: skip

    def test_answers_only_what_stands_there(self, talk, alice):
        with pytest.raises(body.BadMessage, match="not one of this conversation"):
            actions.say(talk.pk, "Yes.", language="en", by=alice, at=SOON, in_reply_to="ab" * 32)

    def test_shows_how_it_fares(self, talk, alice, nl):
        def state():
            return as_seen(alice, talk.pk).messages[0].sent

        assert state().state == "waiting"
        nl.hear(SOON, refuse=("liaison.malformed", "We cannot read this."))
        assert (state().state, state().says) == ("refused", "We cannot read this.")

    def test_delivered_has_a_receipt(self, talk, alice, nl):
        nl.hear(SOON)
        sent = as_seen(alice, talk.pk).messages[0].sent
        assert (sent.state, sent.at) == ("delivered", SOON)
        assert sent.log_index

    def test_is_found_again(self, talk, alice, charlie):
        assert [hit.ref for hit in search.find(alice, "whose", at=SOON).hits] == [talk.pk]
        assert not search.find(charlie, "whose", at=SOON).hits


class TestWhoSees:
    def test_a_colleague_does_and_a_stranger_is_told_there_is_none(self, talk, bob, charlie):
        assert as_seen(bob, talk.pk).row.subject == "A car"
        with pytest.raises(queries.NotFound):
            as_seen(charlie, talk.pk)
        with pytest.raises(queries.NotFound):
            actions.say(talk.pk, "Hello", language="en", by=charlie, at=SOON)
        assert queries.threads(charlie, SOON) == []

    def test_a_clerk_reads_what_is_about_a_dossier_and_writes_nothing(self, about, talk):
        clerk = person("clara", "clerk", "mla")
        assert not as_seen(clerk, about.pk).may_write
        with pytest.raises(NotAllowed):
            actions.say(about.pk, "Hello", language="en", by=clerk, at=SOON)
        with pytest.raises(queries.NotFound):
            as_seen(clerk, talk.pk)

    def test_every_look_is_recorded_with_its_rule(self, about, talk, alice):
        as_seen(alice, talk.pk)
        as_seen(alice, about.pk)
        rows = Read.objects.filter(user=alice, kind="thread").order_by("id").values_list("thing", "rule")
        assert list(rows) == [(talk.pk, "unit-talks"), (about.pk, "unit-reads")]

    def test_in_a_case_only_who_needs_to_know_it_does(self, talk, alice, bob, mla):
        case = access.create_compartment("c-2026-0001", unit=mla, by=alice, at=AT)
        assert as_seen(alice, talk.pk).may_move == ("c-2026-0001",)
        actions.put_in_case(talk.pk, case, by=alice, at=SOON)
        assert as_seen(alice, talk.pk).row.compartment == "c-2026-0001"
        with pytest.raises(queries.NotFound):
            as_seen(bob, talk.pk)
        assert not search.find(bob, "whose", at=SOON).hits
        assert search.find(alice, "whose", at=SOON).hits
        assert [one.id for one in queries.in_compartment(alice, case, SOON)] == [talk.pk]
        [happening] = queries.history(alice, case, SOON)
        assert (happening.by, happening.id, happening.values["subject"]) == ("Alice Martin", talk.pk, "A car")
        with pytest.raises(actions.AlreadyInCase):
            actions.put_in_case(talk.pk, case, by=alice, at=SOON)

    def test_nobody_puts_it_into_a_case_that_is_not_theirs(self, talk, alice, bob, mla):
        case = access.create_compartment("c-2026-0001", unit=mla, by=bob, at=AT)
        with pytest.raises(NotAllowed):
            actions.put_in_case(talk.pk, case, by=alice, at=SOON)

    def test_an_auditor_reads_what_is_about_a_dossier_only(self, talk, about):
        olga = person("olga", "auditor", None)
        assert [one.id for one in queries.threads(olga, SOON)] == [about.pk]


class TestClosing:
    def test_puts_it_aside_and_an_answer_brings_it_back(self, talk, alice, nl):
        actions.close(talk.pk, by=alice, at=SOON)
        assert queries.threads(alice, SOON) == []
        assert [one.id for one in queries.threads(alice, SOON, show="closed")] == [talk.pk]
        nl.says(SOON, nl.message(SOON, "Ours.", talk.pk, parents=[talk.messages.get().pk]))
        assert [one.id for one in queries.threads(alice, SOON)] == [talk.pk]
        assert [one.what for one in as_seen(alice, talk.pk).steps] == ["opened", "closed", "reopened"]

    def test_is_undone(self, talk, alice):
        actions.close(talk.pk, by=alice, at=SOON)
        actions.close(talk.pk, by=alice, at=SOON)
        actions.reopen(talk.pk, by=alice, at=SOON)
        assert ThreadStep.objects.filter(thread=talk).count() == 3
        assert Thread.objects.get(pk=talk.pk).open


class TestUnread:
    def test_counts_until_somebody_looked(self, talk, alice, bob, nl):
        assert (queries.unread(alice, SOON), queries.unread(bob, SOON)) == (0, 1)
        nl.says(SOON, nl.message(SOON, "Ours.", talk.pk, parents=[talk.messages.get().pk]))
        assert queries.unread(alice, SOON) == 1
        [row] = queries.threads(alice, SOON)
        assert (row.unread, row.last_text, row.last_by) == (1, "Ours.", "nl-prosecution")
        assert [one.new for one in as_seen(alice, talk.pk).messages] == [False, True]
        assert [one.new for one in as_seen(alice, talk.pk).messages] == [False, False]
        assert queries.unread(alice, SOON) == 0
        assert queries.threads(alice, SOON, show="unread") == []
        assert Looked.objects.filter(user=alice).count() == 1

    def test_of_others_is_not_counted(self, talk, charlie):
        assert queries.unread(charlie, SOON) == 0


class TestArriving:
    def test_opens_a_conversation_at_the_desk(self, nl, node, first):
        assert nl.says(AT, nl.message(AT, function="Prosecutor")) == []
        [row] = queries.threads(first, AT)
        assert (row.id, row.unit, row.unread) == ("nl-prosecution-2026-t0001", "Desk", 1)
        [one] = as_seen(first, row.id).messages
        assert (one.function, one.ours, one.author, one.log_index >= 0) == ("Prosecutor", False, "", True)
        assert exchange.verify_log().ok

    def test_about_a_dossier_goes_to_its_unit(self, nl, dossier, alice, first):
        about = {"dossier": dossier.pk, "pointer": "/form/measures/kinds"}
        assert nl.says(AT, nl.message(AT, about=about)) == []
        assert [one.pointer for one in queries.threads(alice, AT)] == ["/form/measures/kinds"]
        assert queries.threads(first, AT) == []

    def test_twice_has_an_effect_once(self, nl, node, first):
        one = nl.message(AT)
        nl.says(AT, one)
        assert nl.says(SOON, one) == []
        assert Message.objects.count() == 1

    def test_before_its_dossier_is_given_to_the_unit_when_that_comes(self, nl, alice, first, node):
        opening = nl.opening(AT)
        message = nl.message(AT, about={"dossier": opening.body["dossier"]})
        assert nl.says(AT, message) == []
        assert [one.unit for one in queries.threads(first, AT)] == ["Desk"]
        assert nl.says(AT, opening) == []
        actions.ring(SOON)
        assert [one.unit for one in queries.threads(alice, SOON)] == ["Mutual legal assistance"]
        assert queries.threads(first, SOON) == []

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"by": "br-central"}, "liaison.signed-by-another"),
            ({"thread": "br-central-2026-t0001", "subject": "Mine"}, "liaison.another-opens"),
            ({"thread": "fr-central-2026-t0099", "parents": ["ab" * 32]}, "liaison.no-thread"),
            ({"about": {"dossier": "br-central-2026-0001"}}, "liaison.not-a-party"),
            ({"about": {"dossier": "fr-central-2026-0001"}}, "liaison.not-a-party"),
            ({"mood": "good"}, "liaison.malformed"),
            ({"text": "pay \u202eton od"}, "liaison.malformed"),
            ({"text": "bell \u0007"}, "liaison.malformed"),
            ({"text": ""}, "liaison.malformed"),
            ({"text": "x" * 20_001}, "liaison.malformed"),
            ({"subject": "two\nlines"}, "liaison.malformed"),
            ({"subject": None}, "liaison.malformed"),
            ({"parents": ["ab" * 32]}, "liaison.malformed"),
            ({"at": "2026-02-30T09:00:00Z"}, "liaison.malformed"),
            ({"in_reply_to": "ab" * 32}, "liaison.malformed"),
            ({"urgent": {"answer_within_minutes": 0, "about": "x"}}, "liaison.malformed"),
            ({"function": ""}, "liaison.malformed"),
        ],
    )
    def test_is_refused_with_its_reason_and_leaves_nothing(self, nl, node, first, change, code):
        assert nl.says(AT, nl.message(AT, **change)) == [code]
        assert not Thread.objects.exists()
        assert exchange.verify_log().ok

    def test_the_number_of_another_conversation_is_refused(self, nl, node):
        nl.says(AT, nl.message(AT))
        again = nl.message(SOON, "Other", thread="nl-prosecution-2026-t0001", subject="Another")
        assert nl.says(SOON, again) == ["liaison.thread-taken"]

    def test_a_third_authority_is_told_what_it_would_be_told_of_nothing(self, talk, node):
        from tests.liaison.peer import Peer

        br = Peer("br-central", "BR", AT)
        spy = br.message(SOON, "Hello", talk.pk, parents=[talk.messages.get().pk])
        missing = br.message(SOON, "Hello", "fr-central-2026-t0099", parents=["ab" * 32])
        answers = br.send(spy, missing, at=SOON).refusals
        assert [one.code for one in answers] == ["liaison.no-thread"] * 2
        assert answers[0].says.replace(talk.pk, "X") == answers[1].says.replace("fr-central-2026-t0099", "X")
        assert talk.messages.count() == 1

    def test_a_dossier_of_others_and_none_are_the_same(self, nl, dossier):
        from tests.liaison.peer import Peer

        br = Peer("br-central", "BR", AT)
        there = br.message(AT, about={"dossier": dossier.pk})
        missing = br.message(AT, about={"dossier": "fr-central-2026-0999"})
        one, other = br.send(there, missing, at=AT).refusals
        assert one.says.replace(dossier.pk, "X") == other.says.replace("fr-central-2026-0999", "X")

    def test_one_whose_parents_are_not_here_is_kept_and_says_so(self, talk, alice, nl):
        nl.says(SOON, nl.message(SOON, "As I said.", talk.pk, parents=["cd" * 32]))
        assert [one.missing for one in as_seen(alice, talk.pk).messages] == [False, True]

    def test_a_flood_is_refused_and_an_hour_later_it_is_not(self, nl, node, monkeypatch):
        from comity.liaison import receiving

        monkeypatch.setattr(receiving, "MOST_MESSAGES", 3)
        many = [nl.message(AT, f"Number {n}") for n in range(5)]
        assert nl.says(AT, *many) == ["liaison.too-many"] * 2
        assert Message.objects.count() == 3
        assert nl.says(AT + timedelta(minutes=61), nl.message(SOON, "Later")) == []

    def test_with_acts_in_one_push(self, nl, node, alice):
        opening = nl.opening(AT)
        message = nl.message(AT, about={"dossier": opening.body["dossier"]})
        assert nl.says(AT, opening, message) == []
        assert [one.dossier for one in queries.threads(alice, AT)] == [opening.body["dossier"]]


class TestHistory:
    def test_only_grows(self, talk):
        for rows in (Message.objects.all(), ThreadStep.objects.all()):
            with pytest.raises(OnlyGrows):
                rows.update(at=SOON)
            with pytest.raises(OnlyGrows):
                rows.delete()

    def test_a_message_that_was_changed_in_the_database_is_found(self, talk):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("UPDATE liaison_message SET raw = %s", [b"{}"])
        report = exchange.verify_log()
        assert [fault.says for fault in report.faults] == ["its bytes are not those that were logged"]

    def test_a_classified_conversation_stands_in_a_case(self, talk):
        with pytest.raises(IntegrityError, match="a_classified_thread_stands_in_a_case"), transaction.atomic():
            Thread.objects.filter(pk=talk.pk).update(level=2)

    def test_only_our_messages_have_an_author(self, talk, alice, nl):
        nl.says(SOON, nl.message(SOON, "Ours.", talk.pk, parents=[talk.messages.get().pk]))
        row = Message.objects.get(way="received")
        row.author, row.pk, row.number = alice, "ee" * 32, 9
        with pytest.raises(IntegrityError, match="only_we_know_our_authors"), transaction.atomic():
            row.save(force_insert=True)


def test_the_marks_that_turn_are_all_refused():
    for mark in [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0, 9, 0x7F, 0x85, 0x2028]:
        with pytest.raises(Exception, match="malformed"):
            body.read({**_opening(), "text": f"a{chr(mark)}b"})
    assert body.read({**_opening(), "text": "سؤال\nand שאלה \u200f!"}).text


def _opening():
    return {
        "thread": "fr-central-2026-t0001", "by": "fr-central", "at": "2026-11-23T09:00:00Z", "parents": [],
        "language": "en", "text": "x", "subject": "s",
    }  # fmt: skip


def test_people_are_users_of_this_node_and_tables_are_named(node):
    assert people.units()
    assert {model._meta.app_label for model in (models.Thread, models.Call, models.Duty)} == {"liaison"}
