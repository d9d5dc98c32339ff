"""Urgent calls: three people and a clock that the test turns; then from one side to the other and back."""

from datetime import timedelta

import pytest

from comity.access import actions as access
from comity.access.models import Read
from comity.access.rules import NotAllowed
from comity.exchange import queries as exchange
from comity.liaison import actions, queries
from comity.liaison.duty import gap
from comity.liaison.models import CallStep, Duty, OnlyGrows
from tests.dossiers.conftest import AT, person

DAY = timedelta(days=1)
URGENT = {"answer_within_minutes": 30, "about": "A child was taken"}


def on(minutes):
    return AT + timedelta(minutes=minutes)


@pytest.fixture
def roster(desk, first, second, head):
    """Two people on duty, and their head behind them."""
    for place, user in enumerate((first, second), start=1):
        actions.put_on_duty(
            desk, user, place=place, starts_at=AT - DAY, until=AT + DAY, phone=f"+33 6 0{place}", by=head, at=AT - DAY
        )
    return desk


@pytest.fixture
def called(roster, nl):
    """The peer has called us: 30 minutes for three people."""
    nl.says(AT, nl.message(AT, "Please phone.", subject="A child was taken", urgent=URGENT))
    return queries.calls(person("watcher", "officer", "desk"), AT)[0].id


def statuses(nl, at):
    """What the other side hears of its call."""
    return [(one.body["call"]["state"], one.body["call"]["place"], one.body["call"]["who"]) for one in nl.hear(at)]


def rings_for(users, at):
    return [user.username for user in users if any(one.mine for one in queries.alarms(user, at))]


class TestTheOrder:
    def test_calls_the_first_at_once_then_the_next_then_the_supervisor_then_nobody(
        self, called, nl, first, second, head
    ):
        everybody = (first, second, head)
        assert rings_for(everybody, AT) == ["first"]
        assert statuses(nl, AT) == [("calling", 1, "duty")]
        for minute, ringing, heard in (
            (9, ["first"], []),
            (10, ["second"], [("calling", 2, "duty")]),
            (19, ["second"], []),
            (20, ["head"], [("calling", 3, "supervisor")]),
            (29, ["head"], []),
            (30, [], [("unanswered", 3, "nobody")]),
            (300, [], []),
        ):
            actions.ring(on(minute))
            assert rings_for(everybody, on(minute)) == ringing, minute
            assert statuses(nl, on(minute)) == heard, minute
        assert exchange.verify_log().ok

    def test_twice_at_once_is_once(self, called, nl):
        for _ in range(3):
            actions.ring(on(10))
        assert [one.number for one in CallStep.objects.all()] == [1, 2]

    def test_gives_the_next_person_their_time_when_the_worker_was_away(self, called, first, second):
        actions.ring(on(25))
        assert rings_for((first, second), on(25)) == ["second"]
        actions.ring(on(34))
        assert rings_for((first, second), on(34)) == ["second"]

    def test_ends_when_somebody_takes_it(self, called, nl, first, second, head):
        actions.ring(on(10))
        actions.acknowledge(called, by=second, at=on(12))
        actions.ring(on(60))
        assert rings_for((first, second, head), on(60)) == []
        assert statuses(nl, on(60)) == [("calling", 1, "duty"), ("calling", 2, "duty"), ("acknowledged", 2, "duty")]
        assert queries.alarms(first, on(60)) == []

    def test_names_nobody_to_the_other_side(self, called, nl, second):
        actions.ring(on(10))
        actions.acknowledge(called, by=second, at=on(12))
        for one in nl.hear(on(13)):
            assert b"Martin" not in one.raw
            assert b"+33" not in one.raw
            assert not {"name", "function"} & set(one.body)

    def test_is_taken_once(self, called, first, second):
        actions.acknowledge(called, by=first, at=on(1))
        with pytest.raises(actions.AlreadyTaken, match="First Martin"):
            actions.acknowledge(called, by=second, at=on(2))

    def test_is_taken_late(self, called, nl, second):
        for minute in (10, 20, 30):
            actions.ring(on(minute))
        actions.acknowledge(called, by=second, at=on(50))
        assert statuses(nl, on(50))[-1] == ("acknowledged", 2, "duty")
        assert queries.call(second, called, on(50)).row.state == "acknowledged"

    def test_the_supervisor_takes_it_as_such(self, called, nl, head):
        for minute in (10, 20):
            actions.ring(on(minute))
        actions.acknowledge(called, by=head, at=on(21))
        assert statuses(nl, on(21))[-1] == ("acknowledged", 3, "supervisor")

    def test_is_no_strangers(self, called, charlie):
        with pytest.raises(queries.NotFound):
            actions.acknowledge(called, by=charlie, at=on(1))
        with pytest.raises(queries.NotFound):
            queries.call(charlie, called, on(1))
        assert queries.alarms(charlie, on(1)) == []

    def test_skips_who_left(self, called, first, second):
        access.deactivate(second, at=AT)
        actions.ring(on(10))
        assert [one.who for one in CallStep.objects.order_by("number")] == ["duty", "supervisor"]

    def test_without_a_roster_begins_with_the_supervisor(self, nl, desk, head):
        nl.says(AT, nl.message(AT, urgent=URGENT))
        assert rings_for((head,), AT) == ["head"]
        actions.ring(on(30))
        assert [one.state for one in queries.calls(head, on(30))] == ["unanswered"]

    def test_with_nobody_at_all_says_so_at_once(self, nl, node):
        nl.says(AT, nl.message(AT, urgent=URGENT))
        assert statuses(nl, AT) == [("unanswered", 0, "nobody")]

    def test_goes_to_the_unit_with_somebody_on_duty(self, nl, node, mla, alice, bob, first):
        actions.put_on_duty(mla, alice, place=1, starts_at=AT, until=AT + DAY, by=bob, at=AT)
        nl.says(AT, nl.message(AT, urgent=URGENT))
        assert rings_for((alice, first), AT) == ["alice"]

    def test_history_only_grows(self, called):
        with pytest.raises(OnlyGrows):
            CallStep.objects.update(kind="acknowledged")
        with pytest.raises(OnlyGrows):
            CallStep.objects.all().delete()

    def test_tells_what_else_the_node_has(self, roster, nl, settings):
        settings.COMITY_CALLED = ("tests.liaison.test_calling.told",)
        TOLD.clear()
        nl.says(AT, nl.message(AT, urgent=URGENT))
        actions.ring(on(10))
        assert [(names, at) for names, _, at in TOLD] == [(["first"], AT), (["second"], on(10))]

    def test_too_many_calls_are_refused_with_the_advice_to_phone(self, roster, nl):
        calls = [nl.message(AT, f"Call {n}", urgent=URGENT) for n in range(8)]
        answer = nl.send(*calls, at=AT)
        assert [one.code for one in answer.refusals] == ["liaison.too-many"] * 2
        assert "telephone" in answer.refusals[0].says


TOLD = []


def told(users, call, at):
    TOLD.append(([user.username for user in users], call, at))


class TestOurCall:
    """From this node to the peer and back: the peer plays its desk."""

    @pytest.fixture
    def ours(self, alice, mla, nl):
        return actions.call(
            to="nl-prosecution", about="A boat leaves", within=20, language="en", unit=mla, by=alice, at=AT
        )

    def status(self, nl, ours, at, state, place=1, who="duty", **more):
        last = [one.id for one in nl.heard][-1]
        told = {"of": ours.message_id, "state": state, "place": place, "who": who, **more}
        one = nl.message(at, f"{state} {place}", ours.thread_id, parents=[last], call=told)
        nl.heard.append(one)
        return nl.says(at, one)

    def test_arrives_as_what_cannot_wait(self, ours, nl):
        [one] = nl.hear(AT)
        assert one.body["urgent"] == {"answer_within_minutes": 20, "about": "A boat leaves"}

    def test_follows_what_the_desk_tells(self, ours, nl, alice):
        nl.hear(AT)
        for minute, state, place in ((0, "calling", 1), (10, "calling", 2), (12, "acknowledged", 2)):
            assert self.status(nl, ours, on(minute), state, place) == []
        view = queries.call(alice, ours.pk, on(13))
        assert view.row.state == "acknowledged"
        assert [(one.state, one.place, one.person) for one in view.steps] == [
            ("calling", 1, ""), ("calling", 2, ""), ("acknowledged", 2, ""),
        ]  # fmt: skip
        assert queries.alarms(alice, on(60)) == []

    def test_is_red_when_nobody_took_it_and_gives_the_numbers(self, ours, nl, alice):
        nl.show([{"role": "IRC", "languages": ["nl", "en"], "hours": "always", "phone": "+31 20 1"}], [], AT)
        nl.hear(AT)
        self.status(nl, ours, on(5), "unanswered", 1, "nobody")
        assert [one.state for one in queries.alarms(alice, on(6))] == ["unanswered"]
        [(desk, now)] = queries.call(alice, ours.pk, on(6)).desks
        assert (desk.phone, now.open) == ("+31 20 1", True)

    def test_is_red_when_the_peer_cannot_even_be_reached(self, ours, nl, alice, bob, charlie):
        assert queries.alarms(alice, on(20)) == []
        assert [one.late for one in queries.alarms(bob, on(21))] == [True]
        assert queries.alarms(charlie, on(21)) == []
        assert queries.call(alice, ours.pk, on(21)).delivered.state == "waiting"

    def test_what_was_taken_stays_taken(self, ours, nl, alice):
        nl.hear(AT)
        self.status(nl, ours, on(1), "acknowledged")
        self.status(nl, ours, on(2), "calling", 2)
        assert queries.call(alice, ours.pk, on(3)).row.state == "acknowledged"

    def test_a_status_of_a_call_that_we_did_not_make_is_refused(self, ours, nl, alice):
        nl.hear(AT)
        assert self.status(nl, ours, on(1), "acknowledged", of="ab" * 32) == ["liaison.no-call"]
        assert queries.call(alice, ours.pk, on(3)).steps == ()

    def test_a_third_authority_acknowledges_nothing(self, ours, nl):
        from tests.liaison.peer import Peer

        nl.hear(AT)
        br = Peer("br-central", "BR", AT)
        br.heard = nl.heard
        assert self.status(br, ours, on(1), "acknowledged") == ["liaison.no-thread"]

    def test_is_for_who_talks(self, charlie, mla, nl):
        with pytest.raises(NotAllowed):
            actions.call(to="nl-prosecution", about="x", within=20, language="en", unit=mla, by=charlie, at=AT)

    @pytest.mark.parametrize("within", [0, 1441])
    def test_asks_for_a_time_that_makes_sense(self, alice, mla, nl, within):
        with pytest.raises(actions.BadMessage, match="between 1 and 1440"):
            actions.call(to="nl-prosecution", about="x", within=within, language="en", unit=mla, by=alice, at=AT)


class TestRoster:
    def line(self, desk, user, by, **change):
        told = {"place": 1, "starts_at": AT, "until": AT + DAY, "phone": "+33 6", "at": AT, **change}
        return actions.put_on_duty(desk, user, by=by, **told)

    def test_is_kept_by_approvers_and_administrators(self, desk, first, second, head, charlie):
        ada = person("ada", "administrator", None)
        self.line(desk, first, head)
        self.line(desk, second, ada, place=2)
        with pytest.raises(NotAllowed):
            self.line(desk, second, first, place=3)
        with pytest.raises(queries.NotFound):
            self.line(desk, second, charlie, place=3)

    def test_is_seen_by_its_people_and_the_look_is_recorded(self, desk, first, head, charlie):
        self.line(desk, first, head)
        told = queries.roster(first, desk, AT)
        assert [(one.full_name, one.phone, one.now) for one in told.lines] == [("First Martin", "+33 6", True)]
        assert (told.may_edit, told.supervisors, told.people) == (False, ("Head Martin",), ())
        assert Read.objects.filter(user=first, thing="duty/desk").count() == 1
        with pytest.raises(queries.NotFound):
            queries.roster(charlie, desk, AT)

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"until": AT}, "ends after it begins"),
            ({"starts_at": AT - 2 * DAY, "until": AT - DAY}, "over already"),
            ({"until": AT + 100 * DAY}, "three months"),
            ({"place": 10}, "from 1 to 9"),
            ({"phone": "ask Paul"}, "not a telephone number"),
        ],
    )
    def test_refuses_what_does_not_fit(self, desk, first, head, change, says):
        with pytest.raises(actions.BadDuty, match=says):
            self.line(desk, first, head, **change)
        assert not Duty.objects.exists()

    def test_has_each_person_and_each_place_once_at_a_time(self, desk, first, second, head):
        self.line(desk, first, head)
        with pytest.raises(actions.BadDuty, match="on duty within that time already"):
            self.line(desk, first, head, place=2)
        with pytest.raises(actions.BadDuty, match="First Martin has place 1"):
            self.line(desk, second, head)
        self.line(desk, first, head, starts_at=AT + DAY, until=AT + 2 * DAY)

    def test_calls_only_who_may_answer(self, desk, head):
        clerk = person("clara", "clerk", "desk")
        with pytest.raises(actions.BadDuty, match="does not speak"):
            self.line(desk, clerk, head)

    def test_a_line_that_was_ended_comes_back(self, desk, first, head):
        row = self.line(desk, first, head)
        actions.take_off_duty(row.pk, by=head, at=AT)
        told = queries.roster(head, desk, AT)
        assert (told.lines, [one.ended for one in told.ended]) == ((), [True])
        actions.restore_duty(row.pk, by=head, at=on(5))
        assert [one.starts_at for one in queries.roster(head, desk, on(6)).lines] == [on(5)]
        with pytest.raises(queries.NotFound):
            actions.take_off_duty(999, by=head, at=AT)

    def test_names_the_first_gap(self):
        hours = timedelta(hours=1)
        week = AT + 7 * DAY
        assert gap([], AT, week) == AT
        assert gap([(AT - hours, AT + 5 * hours), (AT + 4 * hours, week)], AT, week) is None
        assert gap([(AT + 6 * hours, week), (AT - hours, AT + 5 * hours)], AT, week) == AT + 5 * hours
