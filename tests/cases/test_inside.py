"""Seats, circles, levels, notes, tasks and dossiers: who may add what, and who sees it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from comity.access import actions as access
from comity.access.compartments import BadSeat, LastLead, NeverLower
from comity.access.handling import BadHandling
from comity.access.rules import NotAllowed
from comity.cases import actions, queries
from comity.cases.models import Link, Note, Task
from comity.cases.seats import letters
from comity.search import queries as search
from tests.dossiers.conftest import AT


@pytest.fixture
def seat(alice, case):
    def given(user, part="member", **more):
        actions.add_member(case.number, user, part=part, by=alice, at=AT, **more)

    return given


@pytest.fixture
def circle(alice, case):
    return actions.open_circle(case.number, "The source", by=alice, at=AT)


def texts(user, case, at=AT):
    return [one.now.text for one in queries.notes(user, case.number, at)]


class TestSeats:
    def test_let_people_in_and_out(self, alice, dora, case, seat):
        seat(dora)
        assert queries.case(dora, case.number, AT).may["write"]
        seat(dora, "reader")
        assert not queries.case(dora, case.number, AT).may["write"]
        actions.end_member(case.number, dora, by=alice, at=AT)
        with pytest.raises(queries.NotFound):
            queries.case(dora, case.number, AT)

    def test_end_by_themselves(self, dora, case, seat, later):
        seat(dora, until=AT + timedelta(days=2))
        assert queries.case(dora, case.number, later(days=1))
        with pytest.raises(queries.NotFound):
            queries.case(dora, case.number, later(days=3))

    def test_are_given_by_the_lead_alone(self, bob, charlie, dora, case, seat):
        seat(dora)
        for user, error in ((dora, NotAllowed), (bob, NotAllowed), (charlie, queries.NotFound)):
            with pytest.raises(error):
                actions.add_member(case.number, user, part="member", by=user, at=AT)

    def test_of_a_lead_is_given_by_the_supervisor_who_still_reads_nothing(self, alice, bob, dora, case):
        actions.add_member(case.number, dora, part="lead", by=bob, at=AT)
        assert queries.case(dora, case.number, AT).may["lead"]
        with pytest.raises(queries.NotFound):
            queries.case(bob, case.number, AT)
        assert "Dora Martin has a seat as lead." in [
            one.says.format(**one.values) for one in queries.history(alice, case.compartment, AT)
        ]

    def test_leave_a_lead(self, alice, case):
        with pytest.raises(LastLead):
            actions.end_member(case.number, alice, by=alice, at=AT)
        with pytest.raises(BadSeat):
            actions.add_member(case.number, alice, part="king", by=alice, at=AT)

    def test_the_whole_unit_may_be_let_in_and_kept_out_again(self, alice, dora, charlie, case):
        actions.set_need(case.number, "unit", by=alice, at=AT)
        assert not queries.case(dora, case.number, AT).may["write"]
        with pytest.raises(queries.NotFound):
            queries.case(charlie, case.number, AT)
        actions.set_need(case.number, "members", by=alice, at=AT)
        with pytest.raises(queries.NotFound):
            queries.case(dora, case.number, AT)


class TestLevels:
    def test_a_case_that_is_classified_higher_is_lost_to_who_is_not_cleared(self, alice, dora, case, seat):
        seat(dora)
        access.set_clearance(alice, 2, by=None, at=AT)
        actions.raise_level(case.number, 2, by=alice, at=AT)
        assert queries.case(alice, case.number, AT).level_word == "confidential"
        with pytest.raises(queries.NotFound):
            queries.case(dora, case.number, AT)
        with pytest.raises(NeverLower):
            actions.raise_level(case.number, 1, by=alice, at=AT)

    def test_a_note_may_stand_higher_than_its_case(self, alice, dora, case, seat):
        seat(dora)
        access.set_clearance(alice, 2, by=None, at=AT)
        actions.note(case.number, "Only for the cleared.", by=alice, at=AT, level=2)
        actions.note(case.number, "For all.", by=alice, at=AT)
        assert texts(dora, case) == ["For all."]
        assert texts(alice, case) == ["For all.", "Only for the cleared."]
        assert len(queries.history(dora, case.compartment, AT)) == len(queries.history(alice, case.compartment, AT)) - 1
        with pytest.raises(NotAllowed):
            actions.note(case.number, "Above me.", by=dora, at=AT, level=1)


class TestCircles:
    def test_are_seen_by_the_people_named_alone(self, alice, dora, case, circle, seat):
        seat(dora)
        actions.note(
            case.number, "The tip came from H.", by=alice, at=AT, circle=circle.compartment.name,
            handling={"codes": ["TLP:RED"]},
        )  # fmt: skip
        assert texts(alice, case) == ["The tip came from H."]
        assert texts(dora, case) == []
        assert queries.case(dora, case.number, AT).circles == ()
        assert [one.circle for one in queries.members(dora, case.number, AT)] == [""]
        assert len(queries.timeline(dora, case.number, AT)) == 2  # opened, and her own seat
        with pytest.raises(queries.NotFound):
            actions.note(case.number, "Me too.", by=dora, at=AT, circle=circle.compartment.name)
        seat(dora, circle=circle.compartment.name)
        assert texts(dora, case) == ["The tip came from H."]

    def test_take_nobody_who_has_no_seat_in_the_case(self, alice, charlie, case, circle):
        with pytest.raises(BadSeat):
            actions.add_member(
                case.number, charlie, part="member", by=alice, at=AT, circle=circle.compartment.name
            )  # fmt: skip

    def test_keep_what_is_tlp_red(self, alice, case, circle):
        with pytest.raises(actions.NeedsCircle):
            actions.note(case.number, "For named people.", by=alice, at=AT, handling={"codes": ["TLP:RED"]})
        with pytest.raises(BadHandling):
            actions.note(case.number, "Both.", by=alice, at=AT, handling={"codes": ["TLP:RED", "TLP:GREEN"]})

    def test_are_named_by_letters_that_nobody_else_counts(self, alice, dora, case, circle, seat):
        seat(dora)
        made = actions.open_circle(case.number, "Hers", by=dora, at=AT)
        assert (circle.compartment.name, made.compartment.name) == (f"{case.number}-a", f"{case.number}-b")
        assert [letters(n) for n in (0, 25, 26, 51, 52)] == ["a", "z", "aa", "az", "ba"]

    def test_need_a_name(self, alice, case):
        with pytest.raises(actions.NoCircleTitle):
            actions.open_circle(case.number, " ", by=alice, at=AT)


class TestNotes:
    def test_are_corrected_and_the_old_text_stays(self, alice, dora, case, seat, later):
        seat(dora)
        first = actions.note(case.number, "The car was red.", by=alice, at=AT)
        second = actions.correct_note(
            first.pk, "The car was blue.", reason="The photo shows it.", by=dora, at=later(hours=1)
        )
        [view] = queries.notes(alice, case.number, AT)
        assert (view.id, view.now.text, view.now.by) == (second.pk, "The car was blue.", "Dora Martin")
        assert [(one.text, one.by) for one in view.before] == [("The car was red.", "Alice Martin")]
        assert (view.written_by, view.written_at) == ("Alice Martin", AT)
        with pytest.raises(actions.CorrectedAlready):
            actions.correct_note(first.pk, "Green.", reason="x", by=alice, at=AT)

    def test_need_words_and_a_reason(self, alice, case):
        with pytest.raises(actions.NoWords):
            actions.note(case.number, " ", by=alice, at=AT)
        made = actions.note(case.number, "x", by=alice, at=AT)
        with pytest.raises(actions.NoCorrectionReason):
            actions.correct_note(made.pk, "y", reason=" ", by=alice, at=AT)
        with pytest.raises(IntegrityError), transaction.atomic():
            Note.objects.create(
                case=case, compartment=case.compartment, text="z", by=alice, at=AT, corrects=made
            )  # fmt: skip

    def test_of_a_stranger_are_not_found(self, alice, bob, case):
        made = actions.note(case.number, "x", by=alice, at=AT)
        with pytest.raises(queries.NotFound):
            actions.correct_note(made.pk, "y", reason="z", by=bob, at=AT)

    def test_are_found_by_words_only_where_they_may_be_read_and_only_as_they_stand_now(self, alice, bob, dora, case):
        made = actions.note(case.number, "The car was crimson.", by=alice, at=AT)
        [hit] = search.find(alice, "crimson", at=AT).hits
        assert (hit.kind, hit.ref, hit.compartment) == ("case", f"{case.number} note-{made.pk}", case.number)
        for user in (bob, dora):
            assert search.find(user, "crimson", at=AT).hits == ()
        actions.correct_note(made.pk, "The car was blue.", reason="x", by=alice, at=AT)
        assert search.find(alice, "crimson", at=AT).hits == ()
        assert len(search.find(alice, "blue", at=AT).hits) == 1


class TestTasks:
    @pytest.fixture
    def task(self, alice, case):
        return actions.task(case.number, "Call the bank", by=alice, at=AT, due_on=AT.date(), priority="first")

    def one(self, user, case, task, at=AT):
        return next(one for one in queries.tasks(user, case.number, at) if one.id == task.pk)

    def test_are_done_and_undone_with_their_history(self, alice, case, task, later):
        actions.do_task(task.pk, by=alice, at=later(hours=1))
        actions.do_task(task.pk, by=alice, at=later(hours=2))
        assert self.one(alice, case, task).done_at == later(hours=1)
        actions.undo_task(task.pk, by=alice, at=later(hours=3))
        view = self.one(alice, case, task, later(days=2))
        assert (view.done_at, view.late) == (None, True)
        assert [step.what for step in view.history] == ["task", "task-done", "task-undone"]

    def test_are_given_to_who_works_on_the_case(self, alice, dora, case, task, seat):
        for attempt in (
            lambda: actions.task(case.number, "x", assigned_to=dora, by=alice, at=AT),
            lambda: actions.change_task(task.pk, assigned_to=dora, due_on=None, priority="normal", by=alice, at=AT),
        ):
            with pytest.raises(actions.NotInCase):
                attempt()
        seat(dora, "reader")
        with pytest.raises(actions.NotInCase):
            actions.task(case.number, "x", assigned_to=dora, by=alice, at=AT)
        seat(dora)
        actions.change_task(task.pk, assigned_to=dora, due_on=None, priority="later", by=alice, at=AT)
        view = self.one(alice, case, task)
        assert (view.assigned_to, view.due_on, view.priority) == (dora, None, "later")
        assert view.history[-1].before == {"assigned_to": None, "due_on": "2026-11-23", "priority": 2}

    def test_lose_the_words_of_the_template_when_they_are_changed(self, alice, case):
        row = Task.objects.filter(case=case, from_template=True).first()
        actions.change_task(row.pk, assigned_to=None, due_on=row.due_on, priority="first", by=alice, at=AT)
        assert Task.objects.get(pk=row.pk).from_template
        actions.change_task(
            row.pk, assigned_to=None, due_on=None, priority="first", title="Ask twice", by=alice, at=AT
        )  # fmt: skip
        assert not Task.objects.get(pk=row.pk).from_template

    def test_stand_by_day_then_urgency_and_done_ones_last(self, alice, mla):
        made = actions.open("x", unit=mla, by=alice, at=AT).number
        for title, day, priority in (("c", 3, "first"), ("a", 1, "later"), ("b", 1, "first"), ("d", None, "first")):
            due = AT.date() + timedelta(days=day) if day else None
            actions.task(made, title, due_on=due, priority=priority, by=alice, at=AT)
        done = actions.task(made, "e", by=alice, at=AT)
        actions.do_task(done.pk, by=alice, at=AT)
        assert "".join(one.title for one in queries.tasks(alice, made, AT)) == "bacde"

    def test_of_others_are_refused(self, alice, bob, dora, case, task, seat):
        seat(dora, "reader")
        with pytest.raises(NotAllowed):
            actions.do_task(task.pk, by=dora, at=AT)
        with pytest.raises(queries.NotFound):
            actions.do_task(task.pk, by=bob, at=AT)
        with pytest.raises(actions.NoTaskTitle):
            actions.task(case.number, "", by=alice, at=AT)
        with pytest.raises(actions.UnknownPriority):
            actions.task(case.number, "x", priority="now", by=alice, at=AT)


class TestDossiers:
    def test_are_shown_to_who_may_see_them_and_show_the_case(self, alice, bob, charlie, case, dossier, seat):
        actions.link(case.number, dossier.pk, why="The bank records.", by=alice, at=AT)
        [link] = queries.links(alice, case.number, AT)
        assert (link.dossier, link.seen, link.why, link.counterpart) == (
            dossier.pk, True, "The bank records.", "nl-prosecution",
        )  # fmt: skip
        assert [one.number for one in queries.cases_of(alice, dossier.pk, AT)] == [case.number]
        assert queries.cases_of(bob, dossier.pk, AT) == []  # he sees the dossier, not the case
        seat(charlie)
        [link] = queries.links(charlie, case.number, AT)  # he sees the case, not the dossier
        assert (link.seen, link.subject, link.counterpart) == (False, "", "")

    def test_are_linked_once_taken_out_and_brought_back(self, alice, case, dossier):
        actions.link(case.number, dossier.pk, by=alice, at=AT)
        with pytest.raises(actions.LinkedAlready):
            actions.link(case.number, dossier.pk, by=alice, at=AT)
        actions.unlink(case.number, dossier.pk, by=alice, at=AT)
        assert queries.links(alice, case.number, AT) == []
        actions.link(case.number, dossier.pk, by=alice, at=AT)
        assert Link.objects.count() == 2
        with pytest.raises(IntegrityError), transaction.atomic():
            Link.objects.create(case=case, compartment=case.compartment, dossier=dossier, by=alice, at=AT)

    def test_of_others_are_not_found(self, alice, charlie, case, dossier, seat):
        seat(charlie)
        with pytest.raises(queries.DossierNotFound):
            actions.link(case.number, dossier.pk, by=charlie, at=AT)
        with pytest.raises(queries.NotFound):
            actions.unlink(case.number, dossier.pk, by=alice, at=AT)


class TestTimeline:
    def test_is_one_story_in_order_with_the_acts_of_dossiers(self, alice, charlie, case, dossier, later, seat):
        actions.note(case.number, "x", by=alice, at=later(hours=2))
        actions.link(case.number, dossier.pk, by=alice, at=later(hours=1))
        told = queries.timeline(alice, case.number, later(hours=3))
        assert [one.at for one in told] == sorted(one.at for one in told)
        assert {"act", "case", "note", "dossier"} <= {one.kind for one in told}
        seat(charlie)
        assert "act" not in {one.kind for one in queries.timeline(charlie, case.number, later(hours=3))}

    def test_tells_the_members_that_the_glass_was_broken(self, alice, bob, case):
        access.break_glass(case.number, reason="A child is in danger.", by=bob, at=AT)
        told = queries.timeline(alice, case.number, AT)
        assert [(one.by, one.kind) for one in told if "glass" in one.says] == [("Bob Martin", "people")]
        assert "A child" not in repr(told)

    def test_is_not_found_by_a_stranger(self, bob, case):
        with pytest.raises(queries.NotFound):
            queries.timeline(bob, case.number, AT)
