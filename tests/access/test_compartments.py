"""Who needs to know, by scenario. Alice leads the case; Bob approves in her unit; Dan is a colleague."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from comity.access import actions, asking, compartments, levels, queries, rules
from comity.access.models import Clearance, Compartment, Deputy, Emergency, Membership
from comity.access.rules import NotAllowed

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def person(username, role, unit, at):
    user, _ = actions.create_user(username, username.title(), at=at)
    actions.grant(user, role, unit=unit, at=at)
    return user


@pytest.fixture
def dan(mla, at):
    return person("dan", "officer", mla, at)


@pytest.fixture
def eve(mla, at):
    return person("eve", "approver", mla, at)


@pytest.fixture
def olga(at):
    return person("olga", "auditor", None, at)


@pytest.fixture
def charlie(cyber, at):
    return person("charlie", "officer", cyber, at)


@pytest.fixture
def case(alice, mla, at):
    return actions.create_compartment("c-2026-0001", unit=mla, by=alice, at=at)


@pytest.fixture
def circle(case, alice, mla, at):
    return actions.create_compartment("c-2026-0001-a", unit=mla, by=alice, at=at, parent=case)


def may(user, verb, compartment, at, kind="case"):
    compartment = Compartment.objects.get(pk=compartment.pk)
    return rules.can(queries.actor(user, at), verb, queries.thing(kind, "1", compartment)).allowed


def reads(user, compartment, at):
    return may(user, "read", compartment, at)


class TestCreate:
    def test_who_creates_a_case_leads_it_and_nobody_else_reads_it(self, case, alice, bob, dan, at):
        assert may(alice, "lead", case, at)
        assert not any(reads(user, case, at) for user in (bob, dan))

    def test_a_case_open_to_the_unit_is_read_by_the_unit_alone(self, alice, dan, charlie, mla, at):
        case = actions.create_compartment("c-2026-0002", unit=mla, by=alice, at=at, need="unit")
        assert reads(dan, case, at)
        assert not may(dan, "write", case, at)
        assert not reads(charlie, case, at)

    def test_is_for_people_of_the_unit(self, charlie, mla, at):
        with pytest.raises(NotAllowed):
            actions.create_compartment("c-2026-0002", unit=mla, by=charlie, at=at)

    def test_nobody_classifies_above_their_clearance(self, alice, mla, ada, at):
        with pytest.raises(NotAllowed) as caught:
            actions.create_compartment("c-2026-0002", unit=mla, by=alice, at=at, level=1)
        assert caught.value.fields["rule"] == "not-cleared"
        actions.set_clearance(alice, 1, by=ada, at=at)
        assert actions.create_compartment("c-2026-0002", unit=mla, by=alice, at=at, level=1).level == 1

    @pytest.mark.parametrize("level", [-1, 4])
    def test_there_are_four_levels(self, alice, mla, at, level):
        with pytest.raises(levels.UnknownLevel):
            actions.create_compartment("c-2026-0002", unit=mla, by=alice, at=at, level=level)

    def test_is_remembered_at_once(self, alice, mla, at):
        with asking.asking(alice.pk, at):
            assert not queries.actor(alice).seats
            actions.create_compartment("c-2026-0002", unit=mla, by=alice, at=at)
            assert {seat.compartment for seat in queries.actor(alice).seats} == {"c-2026-0002"}


class TestCircles:
    def test_are_for_those_who_were_named(self, circle, case, alice, dan, at):
        actions.seat(case, dan, part="lead", by=alice, at=at)
        assert not reads(dan, circle, at)
        actions.seat(circle, dan, part="reader", by=alice, at=at)
        assert reads(dan, circle, at)

    def test_take_their_members_from_the_case(self, circle, alice, dan, at):
        with pytest.raises(compartments.BadSeat):
            actions.seat(circle, dan, part="reader", by=alice, at=at)

    def test_are_never_below_the_level_of_the_case(self, alice, ada, mla, at):
        actions.set_clearance(alice, 2, by=ada, at=at)
        case = actions.create_compartment("c-2026-0002", unit=mla, by=alice, at=at, level=2)
        assert actions.create_compartment("c-2026-0002-a", unit=mla, by=alice, at=at, parent=case).level == 2

    def test_are_never_opened_to_the_unit(self, circle, alice, case, mla, at):
        with pytest.raises(compartments.BadSeat):
            actions.set_need(circle, "unit", by=alice, at=at)
        with pytest.raises(compartments.BadSeat):
            actions.create_compartment("c-2026-0001-b", unit=mla, by=alice, at=at, parent=case, need="unit")

    def test_stand_in_a_case_of_their_own_unit_and_in_no_circle(self, circle, case, alice, mla, cyber, at):
        with pytest.raises(compartments.BadSeat):
            actions.create_compartment("c-2026-0001-b", unit=mla, by=alice, at=at, parent=circle)
        with pytest.raises(compartments.BadSeat):
            actions.create_compartment("c-2026-0001-b", unit=cyber, by=alice, at=at, parent=case)

    def test_are_not_made_by_a_reader_nor_by_a_deputy(self, case, alice, dan, eve, mla, at):
        actions.seat(case, dan, part="reader", by=alice, at=at)
        with pytest.raises(NotAllowed):
            actions.create_compartment("c-2026-0001-b", unit=mla, by=dan, at=at, parent=case)
        actions.name_deputy(alice, eve, starts_at=at, until=at + DAY, by=alice, at=at)
        with pytest.raises(compartments.BadSeat):
            actions.create_compartment("c-2026-0001-b", unit=mla, by=eve, at=at, parent=case)

    def test_a_seat_in_one_ends_with_the_seat_in_the_case(self, circle, case, alice, dan, at):
        actions.seat(case, dan, part="member", by=alice, at=at, until=at + DAY)
        actions.seat(circle, dan, part="member", by=alice, at=at, until=at + 3 * DAY)
        assert reads(dan, circle, at)
        assert not reads(dan, circle, at + DAY)

    def test_a_seat_in_one_is_shortened_with_the_seat_in_the_case(self, circle, case, alice, dan, at):
        actions.seat(case, dan, part="member", by=alice, at=at)
        actions.seat(circle, dan, part="member", by=alice, at=at)
        actions.seat(case, dan, part="member", by=alice, at=at, until=at + DAY)
        assert reads(dan, circle, at)
        assert not reads(dan, circle, at + DAY)

    def test_who_leaves_the_case_leaves_them_too(self, circle, case, alice, dan, at):
        actions.seat(case, dan, part="member", by=alice, at=at)
        actions.seat(circle, dan, part="member", by=alice, at=at)
        actions.unseat(case, dan, by=alice, at=at)
        assert not reads(dan, circle, at)

    def test_the_case_s_lead_need_not_know_of_one_to_end_a_seat(self, case, alice, dan, eve, bob, mla, at):
        for user in (dan, eve):
            actions.seat(case, user, part="member", by=alice, at=at)
        circle = actions.create_compartment("c-2026-0001-b", unit=mla, by=dan, at=at, parent=case)
        with pytest.raises(compartments.LastLead):
            actions.unseat(case, dan, by=dan, at=at)
        actions.unseat(case, dan, by=alice, at=at)
        assert not reads(dan, circle, at)
        actions.seat(circle, eve, part="lead", by=bob, at=at)
        assert may(eve, "lead", circle, at)


class TestSeats:
    def test_the_part_says_what_one_may(self, case, alice, dan, at):
        for part, verbs in (("reader", {"read"}), ("member", {"read", "write"}), ("lead", {"read", "write", "lead"})):
            actions.seat(case, dan, part=part, by=alice, at=at)
            assert {verb for verb in ("read", "write", "lead") if may(dan, verb, case, at)} == verbs

    def test_a_seat_with_an_end_is_over_at_that_moment(self, case, alice, dan, at):
        actions.seat(case, dan, part="member", by=alice, at=at, until=at + DAY)
        assert reads(dan, case, at + DAY - HOUR)
        assert not reads(dan, case, at + DAY)

    def test_is_given_by_the_lead_alone(self, case, alice, dan, charlie, at):
        actions.seat(case, dan, part="member", by=alice, at=at)
        for by in (dan, charlie):
            with pytest.raises(NotAllowed):
                actions.seat(case, charlie, part="reader", by=by, at=at)

    def test_an_approver_names_a_lead_and_nothing_less(self, case, bob, dan, at):
        with pytest.raises(NotAllowed):
            actions.seat(case, dan, part="reader", by=bob, at=at)
        actions.seat(case, dan, part="lead", by=bob, at=at)
        assert may(dan, "lead", case, at)

    def test_nobody_gives_themselves_a_seat(self, case, bob, at):
        with pytest.raises(NotAllowed) as caught:
            actions.seat(case, bob, part="lead", by=bob, at=at)
        assert caught.value.fields["rule"] == compartments.OWN_SEAT

    def test_a_deputy_does_not_outlast_the_absence_by_a_seat(self, case, alice, dan, at):
        actions.name_deputy(alice, dan, starts_at=at, until=at + DAY, by=alice, at=at)
        assert may(dan, "lead", case, at)
        with pytest.raises(NotAllowed):
            actions.seat(case, dan, part="lead", by=dan, at=at)

    @pytest.mark.parametrize(("part", "days"), [("king", 1), ("reader", 0), ("reader", -1)])
    def test_what_is_no_seat_is_refused(self, case, alice, dan, at, part, days):
        with pytest.raises(compartments.BadSeat):
            actions.seat(case, dan, part=part, by=alice, at=at, until=at + days * DAY)

    def test_who_has_left_gets_none(self, case, alice, dan, at):
        actions.deactivate(dan, at=at)
        with pytest.raises(compartments.BadSeat):
            actions.seat(case, dan, part="reader", by=alice, at=at)

    def test_a_case_keeps_a_lead(self, case, alice, dan, at):
        for leave in (
            lambda: actions.unseat(case, alice, by=alice, at=at),
            lambda: actions.seat(case, alice, part="reader", by=alice, at=at),
            lambda: actions.seat(case, alice, part="lead", by=alice, at=at, until=at + DAY),
        ):
            with pytest.raises(compartments.LastLead):
                leave()
        actions.seat(case, dan, part="lead", by=alice, at=at, until=at + DAY)
        with pytest.raises(compartments.LastLead):  # a lead for a day is not one to rely on
            actions.unseat(case, alice, by=alice, at=at)
        actions.seat(case, dan, part="lead", by=alice, at=at)
        actions.unseat(case, alice, by=alice, at=at)
        assert not reads(alice, case, at)

    def test_a_lead_who_has_left_the_authority_is_none(self, case, alice, dan, at):
        actions.seat(case, dan, part="lead", by=alice, at=at)
        actions.deactivate(dan, at=at)
        with pytest.raises(compartments.LastLead):
            actions.unseat(case, alice, by=alice, at=at)

    def test_everybody_may_leave(self, case, alice, dan, at):
        actions.seat(case, dan, part="reader", by=alice, at=at)
        actions.unseat(case, dan, by=dan, at=at)
        assert not reads(dan, case, at)

    def test_a_stranger_ends_nobodys_seat_and_nobody_ends_what_is_not_there(self, case, alice, dan, charlie, at):
        actions.seat(case, dan, part="reader", by=alice, at=at)
        with pytest.raises(NotAllowed):
            actions.unseat(case, dan, by=charlie, at=at)
        with pytest.raises(compartments.BadSeat):
            actions.unseat(case, charlie, by=alice, at=at)

    def test_seats_are_listed_leads_first_and_those_that_ended_are_not(self, case, alice, dan, bob, at):
        actions.seat(case, bob, part="reader", by=alice, at=at, until=at + DAY)
        actions.seat(case, dan, part="member", by=alice, at=at)
        assert [(seat.user.username, seat.part) for seat in queries.seats_in(case, at)] == [
            ("alice", "lead"), ("dan", "member"), ("bob", "reader"),
        ]  # fmt: skip
        assert [seat.user.username for seat in queries.seats_in(case, at + DAY)] == ["alice", "dan"]

    def test_the_history_says_who_sat_when(self, case, alice, dan, at):
        actions.seat(case, dan, part="reader", by=alice, at=at)
        actions.seat(case, dan, part="member", by=alice, at=at + HOUR)
        rows = [(row.part, row.ended_at) for row in Membership.objects.filter(user=dan)]
        assert rows == [("reader", at + HOUR), ("member", None)]


class TestNeedAndLevel:
    def test_opening_and_closing_to_the_unit_takes_effect_at_once(self, case, alice, dan, at):
        actions.set_need(case, "unit", by=alice, at=at)
        assert reads(dan, case, at)
        actions.set_need(case, "members", by=alice, at=at)
        assert not reads(dan, case, at)

    def test_a_member_does_not_open_a_case(self, case, alice, dan, at):
        actions.seat(case, dan, part="member", by=alice, at=at)
        with pytest.raises(NotAllowed):
            actions.set_need(case, "unit", by=dan, at=at)
        with pytest.raises(compartments.BadSeat):
            actions.set_need(case, "world", by=alice, at=at)

    def test_a_level_shuts_out_whoever_is_not_cleared_in_circles_too(self, case, circle, alice, dan, ada, at):
        for place in (case, circle):
            actions.seat(place, dan, part="member", by=alice, at=at)
        actions.set_clearance(alice, 2, by=ada, at=at)
        actions.raise_level(case, 2, by=alice, at=at)
        assert not any(reads(dan, place, at) for place in (case, circle))
        assert all(reads(alice, place, at) for place in (case, circle))

    def test_a_level_is_never_lowered_nor_raised_above_ones_own(self, case, alice, ada, at):
        with pytest.raises(NotAllowed):
            actions.raise_level(case, 1, by=alice, at=at)
        actions.set_clearance(alice, 2, by=ada, at=at)
        actions.raise_level(case, 2, by=alice, at=at)
        with pytest.raises(compartments.NeverLower):
            actions.raise_level(case, 1, by=alice, at=at)
        with pytest.raises(levels.UnknownLevel):
            actions.raise_level(case, 7, by=alice, at=at)


class TestClearances:
    def test_hold_until_their_end_and_a_new_one_takes_the_place_of_the_old(self, alice, ada, at):
        actions.set_clearance(alice, 3, by=ada, at=at, until=at + DAY)
        assert queries.clearance_of(alice, at) == 3
        assert queries.clearance_of(alice, at + DAY) == 0
        actions.set_clearance(alice, 1, by=ada, at=at)
        assert queries.clearance_of(alice, at) == 1
        actions.set_clearance(alice, 0, by=ada, at=at)
        assert queries.clearance_of(alice, at) == 0
        assert Clearance.objects.filter(user=alice).count() == 2

    def test_are_given_by_administrators_and_never_to_themselves(self, alice, bob, ada, at):
        for by, to in ((bob, alice), (alice, alice), (ada, ada)):
            with pytest.raises(NotAllowed):
                actions.set_clearance(to, 1, by=by, at=at)

    def test_make_sense(self, alice, ada, at):
        with pytest.raises(levels.UnknownLevel):
            actions.set_clearance(alice, -1, by=ada, at=at)
        with pytest.raises(compartments.BadClearance):
            actions.set_clearance(alice, 1, by=ada, at=at, until=at)
        actions.deactivate(alice, at=at)
        with pytest.raises(compartments.BadClearance):
            actions.set_clearance(alice, 1, by=ada, at=at)
        actions.set_clearance(alice, 0, by=ada, at=at)


class TestDeputies:
    def test_hold_roles_and_seats_from_the_beginning_to_the_end(self, case, alice, dan, at):
        actions.name_deputy(alice, dan, starts_at=at + DAY, until=at + 2 * DAY, by=alice, at=at)
        assert [reads(dan, case, at + days * DAY) for days in (0, 1, 2)] == [False, True, False]

    def test_do_not_hold_the_clearance(self, alice, dan, ada, mla, at):
        actions.set_clearance(alice, 2, by=ada, at=at)
        secret = actions.create_compartment("c-2026-0002", unit=mla, by=alice, at=at, level=2)
        actions.name_deputy(alice, dan, starts_at=at, until=at + DAY, by=alice, at=at)
        assert not reads(dan, secret, at)

    def test_do_not_hold_what_concerns_the_whole_authority(self, alice, dan, mla, at):
        actions.grant(alice, "approver", at=at)
        actions.name_deputy(alice, dan, starts_at=at, until=at + DAY, by=alice, at=at)
        assert "approver" not in {grant.role for grant in queries.actor(dan, at).grants}

    def test_of_deputies_are_none(self, case, alice, dan, eve, at):
        actions.name_deputy(alice, dan, starts_at=at, until=at + DAY, by=alice, at=at)
        actions.name_deputy(dan, eve, starts_at=at, until=at + DAY, by=dan, at=at)
        assert reads(dan, case, at)
        assert not reads(eve, case, at)

    def test_are_named_by_oneself_or_an_approver_of_the_unit(self, alice, bob, dan, charlie, at):
        actions.name_deputy(alice, dan, starts_at=at, until=at + DAY, by=bob, at=at)
        for by in (dan, charlie):
            with pytest.raises(NotAllowed):
                actions.name_deputy(alice, dan, starts_at=at, until=at + DAY, by=by, at=at)

    def test_nobody_makes_themselves_one(self, alice, bob, at):
        with pytest.raises(NotAllowed):
            actions.name_deputy(alice, bob, starts_at=at, until=at + DAY, by=bob, at=at)
        actions.name_deputy(alice, bob, starts_at=at, until=at + DAY, by=alice, at=at)

    def test_somebody_may_be_absent_with_nobody_in_their_place(self, alice, at):
        actions.name_deputy(alice, None, starts_at=at, until=at + DAY, by=alice, at=at, reason="Leave")
        (absence,) = queries.absences(at)
        assert (absence.absent, absence.deputy, absence.reason) == (alice, None, "Leave")

    def test_make_sense(self, alice, dan, charlie, at):
        for deputy, starts, until in (
            (dan, at, at), (dan, at - 2 * DAY, at - DAY), (alice, at, at + DAY), (charlie, at, at + DAY),
        ):  # fmt: skip
            with pytest.raises(compartments.BadAbsence):
                actions.name_deputy(alice, deputy, starts_at=starts, until=until, by=alice, at=at)
        actions.deactivate(dan, at=at)
        with pytest.raises(compartments.BadAbsence):
            actions.name_deputy(alice, dan, starts_at=at, until=at + DAY, by=alice, at=at)

    @pytest.mark.parametrize("who", ["alice", "dan", "bob"])
    def test_end_early_by_either_or_an_approver(self, case, alice, bob, dan, at, who):
        absence = actions.name_deputy(alice, dan, starts_at=at, until=at + DAY, by=alice, at=at)
        actions.end_absence(absence, by={"alice": alice, "dan": dan, "bob": bob}[who], at=at + HOUR)
        assert not reads(dan, case, at + HOUR)
        assert queries.absences(at + HOUR) == []

    def test_are_not_ended_by_a_stranger(self, alice, dan, charlie, at):
        absence = actions.name_deputy(alice, dan, starts_at=at, until=at + DAY, by=alice, at=at)
        with pytest.raises(NotAllowed):
            actions.end_absence(absence, by=charlie, at=at)

    def test_of_somebody_who_left_the_authority_hold_nothing(self, case, alice, dan, at):
        actions.name_deputy(alice, dan, starts_at=at, until=at + DAY, by=alice, at=at)
        actions.deactivate(alice, at=at)
        assert not reads(dan, case, at)


class TestGlass:
    def broken(self, user, at, name="c-2026-0001", reason="A hostage; the lead does not answer."):
        return actions.break_glass(name, reason=reason, by=user, at=at)

    def test_opens_the_case_and_its_circles_for_reading_for_four_hours(self, case, circle, charlie, at):
        self.broken(charlie, at)
        assert all(reads(charlie, place, at + HOUR) for place in (case, circle))
        assert not may(charlie, "write", case, at + HOUR)
        assert not any(reads(charlie, place, at + 4 * HOUR) for place in (case, circle))

    def test_does_not_lift_the_clearance(self, alice, charlie, ada, mla, at):
        actions.set_clearance(alice, 1, by=ada, at=at)
        actions.create_compartment("c-2026-0002", unit=mla, by=alice, at=at, level=1)
        with pytest.raises(compartments.NoCompartment):
            self.broken(charlie, at, name="c-2026-0002")

    def test_needs_a_reason_in_words(self, case, charlie, at):
        with pytest.raises(compartments.NoReason):
            self.broken(charlie, at, reason="  ")

    @pytest.mark.parametrize("name", ["c-2026-0009", "c-2026-0001-a", ""])
    def test_of_what_is_not_there_is_refused_and_the_try_is_recorded(self, circle, charlie, at, name):
        with pytest.raises(compartments.NoCompartment):
            self.broken(charlie, at, name=name)
        (change,) = [row for row in queries.changes() if row.what == "break glass in vain"]
        assert (change.by, change.details) == (charlie, {"name": name})

    def test_is_not_for_those_who_may_read_anyhow(self, case, alice, at):
        with pytest.raises(compartments.NotNeeded):
            self.broken(alice, at)

    def test_is_for_those_who_handle_cases(self, case, olga, ada, at):
        for user in (olga, ada):
            with pytest.raises(NotAllowed):
                self.broken(user, at)

    def test_is_reviewed_by_an_approver_of_the_unit_or_an_auditor(self, case, bob, olga, charlie, dan, at):
        for by in (bob, olga):
            emergency = self.broken(charlie, at)
            assert emergency in queries.emergencies(by)
            actions.review_emergency(emergency, justified=True, finding="It was.", by=by, at=at)
            with pytest.raises(compartments.Reviewed):
                actions.review_emergency(emergency, justified=False, finding="No.", by=by, at=at)
            at += 5 * HOUR
        with pytest.raises(NotAllowed):
            actions.review_emergency(self.broken(charlie, at), justified=True, finding="x", by=dan, at=at)

    def test_is_never_reviewed_by_oneself_nor_in_ones_place(self, case, bob, eve, at):
        emergency = self.broken(bob, at)
        actions.name_deputy(eve, bob, starts_at=at, until=at + DAY, by=eve, at=at)
        with pytest.raises(NotAllowed):
            actions.review_emergency(emergency, justified=True, finding="x", by=bob, at=at)
        assert emergency not in queries.to_review(bob, at)
        assert emergency in queries.to_review(eve, at)

    def test_a_review_says_what_it_found(self, case, charlie, bob, at):
        with pytest.raises(compartments.NoReason):
            actions.review_emergency(self.broken(charlie, at), justified=False, finding=" ", by=bob, at=at)

    def test_is_seen_by_those_who_review_and_whoever_broke_it(self, case, charlie, bob, dan, olga, at):
        emergency = self.broken(charlie, at)
        assert all(emergency in queries.emergencies(user) for user in (charlie, bob, olga))
        assert emergency not in queries.emergencies(dan)
        assert queries.glass(charlie, case, at + HOUR) == emergency
        assert queries.glass(charlie, case, at + 4 * HOUR) is None
        assert queries.glass(dan, case, at) is None


class TestEveryChange:
    def test_is_recorded_with_who_did_it(self, case, alice, dan, bob, ada, charlie, at):
        actions.seat(case, dan, part="reader", by=alice, at=at)
        actions.set_need(case, "unit", by=alice, at=at)
        actions.unseat(case, dan, by=alice, at=at)
        actions.set_clearance(alice, 1, by=ada, at=at)
        actions.raise_level(case, 1, by=alice, at=at)
        absence = actions.name_deputy(alice, dan, starts_at=at, until=at + DAY, by=bob, at=at)
        actions.end_absence(absence, by=alice, at=at)
        told = [(row.what, row.by.username) for row in queries.changes() if row.by]
        assert told == [
            ("end absence", "alice"), ("name deputy", "bob"), ("raise level", "alice"), ("set clearance", "ada"),
            ("unseat", "alice"), ("set need", "alice"), ("seat", "alice"), ("create compartment", "alice"),
        ]  # fmt: skip


class TestRemembering:
    """Within one page, what somebody may is looked up once; a change of it is seen at once."""

    def test_is_one_look(self, case, alice, at, django_assert_num_queries):
        with asking.asking(alice.pk, at):
            queries.actor(alice)
            with django_assert_num_queries(0):
                queries.actor(alice)
                queries.actor(alice, at)

    @pytest.mark.parametrize("node", [False, True])
    def test_forgets_when_roles_change(self, alice, mla, at, node):
        def change(act):
            if node:
                with asking.as_node():
                    act()
            else:
                act()

        with asking.asking(alice.pk, at):
            assert queries.actor(alice).grants
            change(lambda: actions.revoke(alice, "officer", unit=mla, at=at))
            assert not queries.actor(alice).grants
            change(lambda: actions.grant(alice, "clerk", unit=mla, at=at))
            assert queries.actor(alice).grants

    def test_forgets_when_somebody_stood_in_for_leaves_or_comes_back(self, alice, dan, case, at):
        actions.name_deputy(alice, dan, starts_at=at, until=at + DAY, by=alice, at=at)
        with asking.asking(dan.pk, at):
            assert queries.actor(dan).seats
            actions.deactivate(alice, at=at)
            assert not queries.actor(dan).seats
            actions.reactivate(alice, at=at)
            assert queries.actor(dan).seats

    def test_another_moment_is_another_answer(self, alice, dan, case, at):
        actions.name_deputy(alice, dan, starts_at=at, until=at + DAY, by=alice, at=at)
        with asking.asking(dan.pk, at):
            assert queries.actor(dan).seats
            assert not queries.actor(dan, at + DAY).seats
            with asking.asking(dan.pk, at + DAY):
                assert not queries.actor(dan).seats

    def test_what_one_asks_is_not_told_to_another(self, alice, bob, case, at):
        with asking.asking(alice.pk, at):
            queries.actor(alice)
            assert not queries.actor(bob).seats
            with asking.asking(bob.pk, at):
                assert not queries.actor(bob).seats
                assert queries.actor(alice).seats


class TestTables:
    """What must hold even when an action has a fault."""

    @pytest.mark.parametrize(
        ("constraint", "row"),
        [
            ("a_compartment_has_a_name", lambda c, u, t: Compartment(name="", unit=c.unit, created_at=t)),
            (
                "a_compartment_is_for_members_or_the_unit",
                lambda c, u, t: Compartment(name="x", unit=c.unit, parent=c, need="unit", created_at=t),
            ),
            (
                "a_compartment_has_one_of_four_levels",
                lambda c, u, t: Compartment(name="x", unit=c.unit, level=4, created_at=t),
            ),
            (
                "a_part_is_lead_member_or_reader",
                lambda c, u, t: Membership(compartment=c, user=u, part="x", added_at=t),
            ),
            ("access_membership", lambda c, u, t: Membership(compartment=c, user=u, part="reader", added_at=t)),
            ("a_clearance_is_one_of_four_levels", lambda c, u, t: Clearance(user=u, level=9, given_at=t)),
            (
                "an_absence_ends_after_it_begins",
                lambda c, u, t: Deputy(absent=u, starts_at=t, until=t, named_at=t),
            ),
            (
                "nobody_is_their_own_deputy",
                lambda c, u, t: Deputy(absent=u, deputy=u, starts_at=t, until=t + DAY, named_at=t),
            ),
            (
                "glass_is_broken_for_a_reason",
                lambda c, u, t: Emergency(user=u, compartment=c, reason="", at=t, until=t + DAY),
            ),
            (
                "a_broken_glass_is_for_a_time",
                lambda c, u, t: Emergency(user=u, compartment=c, reason="r", at=t, until=t),
            ),
            (
                "a_review_says_what_it_found",
                lambda c, u, t: Emergency(user=u, compartment=c, reason="r", at=t, until=t + DAY, reviewed_at=t),
            ),
        ],
    )
    def test_the_database_itself_refuses(self, constraint, row, case, alice, at):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            row(case, alice, at).save()
        assert constraint in str(caught.value) or "a_seat_is_held_once" in str(caught.value)
