"""Opening a case, its number, what it is about, and how it stands."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from comity.access import actions as access
from comity.access import queries as people
from comity.access.rules import NotAllowed, Thing
from comity.cases import actions, purposes, queries, reading, templates
from comity.cases.models import Case, Event
from tests.dossiers.conftest import AT


def opened(alice, mla, **more):
    return actions.open("A case", unit=mla, by=alice, at=AT, **more)


class TestOpening:
    def test_gives_numbers_without_a_gap_and_anew_each_year(self, alice, mla):
        assert [opened(alice, mla).number for _ in range(3)] == ["c-2026-0001", "c-2026-0002", "c-2026-0003"]
        next_year = datetime(2027, 1, 2, tzinfo=UTC)
        assert actions.open("A case", unit=mla, by=alice, at=next_year).number == "c-2027-0001"

    def test_that_fails_takes_no_number(self, alice, mla):
        with pytest.raises(NotAllowed):
            opened(alice, mla, level=2)  # not cleared
        assert opened(alice, mla).number == "c-2026-0001"
        assert Case.objects.count() == 1

    def test_makes_who_opens_it_the_lead(self, alice, case):
        view = queries.case(alice, case.number, AT)
        assert (view.may["lead"], view.may["write"], view.may["oversee"]) == (True, True, False)
        [seat] = queries.members(alice, case.number, AT)[0].seats
        assert (seat.user, seat.part) == (alice, "lead")

    def test_is_for_officers_of_that_unit_only(self, charlie, olga, mla):
        for user in (charlie, olga):
            with pytest.raises(NotAllowed):
                actions.open("A case", unit=mla, by=user, at=AT)

    def test_needs_a_title_in_words(self, alice, mla):
        with pytest.raises(actions.NoTitle):
            actions.open("  ", unit=mla, by=alice, at=AT)

    def test_takes_tasks_days_and_purposes_from_its_template(self, alice, case):
        assert case.purposes == ["investigation", "intelligence"]
        found = queries.tasks(alice, case.number, AT)
        first = next(one for one in found if one.title == "Find out which provider in which State holds the data")
        assert (first.due_on, first.priority, first.from_template) == (date(2026, 11, 25), "first", True)
        assert {one.collect for one in found} == {True, False}

    def test_keeps_purposes_that_were_named(self, alice, mla):
        made = opened(alice, mla, template="extradition", purposes=["prevention"])
        assert made.purposes == ["prevention"]

    @pytest.mark.parametrize("wrong", [{"purposes": ["fun"]}, {"template": "fun"}])
    def test_refuses_words_that_nobody_knows(self, alice, mla, wrong):
        with pytest.raises((purposes.UnknownPurpose, templates.UnknownTemplate)):
            opened(alice, mla, **wrong)


class TestWhatItIsAbout:
    def test_is_said_anew_and_the_old_words_stay_in_the_history(self, alice, case):
        actions.change(case.number, title="Card fraud in Lyon", purposes=["prosecution"], by=alice, at=AT)
        view = queries.case(alice, case.number, AT)
        assert (view.title, view.purposes, view.summary) == ("Card fraud in Lyon", ("prosecution",), case.summary)
        event = Event.objects.get(what="changed")
        assert event.values["before"] == {
            "title": "Card fraud in Rouen", "purposes": ["investigation", "intelligence"],
        }  # fmt: skip

    def test_no_change_leaves_no_line(self, alice, case):
        actions.change(case.number, title=case.title, by=alice, at=AT)
        assert not Event.objects.filter(what="changed").exists()

    def test_is_not_for_readers_and_not_found_by_strangers(self, alice, bob, dora, case):
        actions.add_member(case.number, dora, part="reader", by=alice, at=AT)
        with pytest.raises(NotAllowed):
            actions.change(case.number, title="Mine", by=dora, at=AT)
        with pytest.raises(queries.NotFound):
            actions.change(case.number, title="Mine", by=bob, at=AT)


class TestState:
    def test_rests_closes_and_opens_again(self, alice, case, later):
        actions.set_state(case.number, "dormant", reason="The provider is slow.", by=alice, at=AT)
        actions.set_state(case.number, "closed", reason="Solved.", by=alice, at=later(days=1))
        view = queries.case(alice, case.number, later(days=1))
        assert (view.state, view.reason, view.state_at) == ("closed", "Solved.", later(days=1))
        actions.set_state(case.number, "open", by=alice, at=later(days=2))
        assert queries.case(alice, case.number, later(days=2)).reason == ""
        assert [one.what for one in Event.objects.order_by("id")] == ["opened", "rested", "closed", "reopened"]

    def test_needs_a_reason_a_known_word_and_a_change(self, alice, case):
        for state, error in (
            ("closed", actions.NoReason), ("asleep", actions.UnknownState), ("open", actions.SameState),
        ):  # fmt: skip
            with pytest.raises(error):
                actions.set_state(case.number, state, reason=" ", by=alice, at=AT)

    def test_is_said_by_the_lead_only(self, alice, dora, case):
        actions.add_member(case.number, dora, part="member", by=alice, at=AT)
        with pytest.raises(NotAllowed):
            actions.set_state(case.number, "closed", reason="x", by=dora, at=AT)

    def test_a_closed_case_takes_nothing_more(self, alice, case, dossier):
        task = queries.tasks(alice, case.number, AT)[0]
        actions.set_state(case.number, "closed", reason="Solved.", by=alice, at=AT)
        for attempt in (
            lambda: actions.note(case.number, "x", by=alice, at=AT),
            lambda: actions.task(case.number, "x", by=alice, at=AT),
            lambda: actions.do_task(task.id, by=alice, at=AT),
            lambda: actions.link(case.number, dossier.pk, by=alice, at=AT),
            lambda: actions.change(case.number, title="x", by=alice, at=AT),
            lambda: actions.open_circle(case.number, "x", by=alice, at=AT),
        ):
            with pytest.raises(queries.CaseClosed):
                attempt()

    def test_the_database_keeps_what_must_hold(self, case):
        for values in ({"state": "asleep"}, {"state": "closed", "reason": ""}, {"title": ""}):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor():
                Case.objects.filter(pk=case.pk).update(**values)


class TestSeeing:
    def test_a_stranger_a_colleague_a_supervisor_and_an_auditor_find_nothing(self, case, bob, charlie, dora, olga):
        for user in (bob, charlie, dora, olga):
            with pytest.raises(queries.NotFound):
                queries.case(user, case.number, AT)
            assert queries.cases(user, AT).rows == ()

    def test_a_missing_case_is_not_found(self, alice, case):
        with pytest.raises(queries.NotFound):
            queries.case(alice, "c-2026-0999", AT)

    def test_every_look_is_recorded(self, alice, case):
        queries.case(alice, case.number, AT)
        queries.cases(alice, AT)
        queries.notes(alice, case.number, AT)
        queries.tasks(alice, case.number, AT)
        seen = {row.thing for row in people.reads(by=alice)}
        assert seen == {f"{case.number}{part}" for part in ("", " listed", " notes", " tasks")}
        assert people.reads(of=Thing("case", case.number))[0].rule == "member-reads"

    def test_glass_is_broken_for_a_while(self, bob, case, later):
        access.break_glass(case.number, reason="A child is in danger.", by=bob, at=AT)
        view = queries.case(bob, case.number, AT)
        assert (view.glass_until, view.may["write"]) == (later(hours=4), False)
        with pytest.raises(queries.NotFound):
            queries.case(bob, case.number, later(hours=5))

    def test_a_deputy_sees_it_and_is_told_for_whom(self, alice, dora, case, later):
        access.name_deputy(alice, dora, starts_at=AT, until=later(days=7), by=alice, at=AT)
        view = queries.case(dora, case.number, later(hours=1))
        assert (view.stands_in_for, view.may["lead"]) == ("alice", True)
        assert queries.case(alice, case.number, AT).stands_in_for == ""


class TestListing:
    def test_finds_by_words_state_and_seat(self, alice, dora, mla, case):
        open_to_all = opened(dora, mla, need="unit")
        numbers = [row.number for row in queries.cases(alice, AT).rows]
        assert sorted(numbers) == [case.number, open_to_all.number]
        assert [row.number for row in queries.cases(alice, AT, mine=True).rows] == [case.number]
        assert [row.number for row in queries.cases(alice, AT, text="rouen").rows] == [case.number]
        assert [row.number for row in queries.cases(alice, AT, text=case.number).rows] == [case.number]
        assert queries.cases(alice, AT, state="closed").rows == ()
        assert queries.cases(alice, AT).states == {"open": 2}

    def test_says_what_is_to_be_done_and_what_is_late(self, alice, case, later):
        [row] = queries.cases(alice, later(days=3)).rows
        assert (row.leads, row.late_tasks > 0, row.open_tasks) == (("Alice Martin",), True, 11)

    def test_goes_on_page_by_page(self, alice, mla):
        for _ in range(3):
            opened(alice, mla)
        found = queries.cases(alice, AT, limit=2, offset=2)
        assert (len(found.rows), found.total) == (1, 3)

    def test_a_supervisor_sees_number_lead_and_days_of_the_unit_alone(self, alice, bob, charlie, dora, case, later):
        rows, total = queries.overseen(bob, later(days=3))
        assert (total, rows[0].number, rows[0].leads, rows[0].touched_at) == (1, case.number, ("Alice Martin",), AT)
        assert "Rouen" not in repr(rows)
        for user in (charlie, dora, alice):
            assert queries.overseen(user, AT) == ((), 0)


class TestTemplates:
    def test_there_are_at_least_four_and_each_is_sound(self):
        found = {one.id for one in templates.known()}
        assert found >= {"mla-execution", "extradition", "asset-tracing", "cybercrime-24-7"}

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("id: abc\ntitle: A\nsays: B\npurposes: [fun]\ntasks: [{title: C}]\ncollect: [{title: D}]\n", 1),
            ("id: abc\ntitle: A\nsays: B\npurposes: [prevention]\ntasks: [{title: C, day: 3}]\ncollect: []\n", 5),
            ("id: abc\ntitle: A\n", 1),
        ],
    )
    def test_a_fault_is_named_with_its_line(self, tmp_path, text, line):
        (tmp_path / "abc.yaml").write_text(text)
        with pytest.raises(reading.BadFile) as caught:
            templates.known(tmp_path)
        assert caught.value.fields["line"] == line
        assert caught.value.fields["file"] == "abc.yaml"
