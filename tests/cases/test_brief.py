"""The brief, case by case: values in, sentences out."""

import ast
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from inspect import getsource
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from comity.access import actions as access
from comity.cases import actions, brief, printing, purposes, queries, telling, templates
from comity.cases.brief import Affair, Authority, Draft, Facts, Limit, Person, Question, Talk, Todo, Word
from tests.dossiers.conftest import AT as NOW

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
BARE = Facts(
    number="c-2026-0001", title="Card fraud", at=AT, state="open", reason="", state_at=AT, summary="", unit="MLA",
    level="open", to_unit=False, opened_at=AT, opened_by="Alice",
)  # fmt: skip
ASKED = Affair(
    id="fr-2026-0001", title="European Investigation Order", subject="Ana Sol", by_us=True, counterpart="nl",
    stage="Execution", final=False, ours=False, theirs=True, opened_at=AT - timedelta(days=9),
    since=AT - timedelta(days=4),
)  # fmt: skip


def said(facts, section):
    """The sentences of a section, filled as they stand."""
    return [line.says.format(**line.values) + line.own for line in brief.brief(facts).section(section).lines]


def tones(facts, section):
    return [line.tone for line in brief.brief(facts).section(section).lines]


def limit(days, *, ours=True, title="Acknowledge"):
    return Limit(title, "fr" if ours else "nl", ours, AT + timedelta(days=days))


class TestWhat:
    def test_names_template_unit_lead_and_reach(self):
        facts = replace(BARE, template="Extradition", leads=("Alice", "Dora"), seats=3, level="secret")
        assert said(facts, "what") == [
            "Extradition.",
            "MLA has handled it since 2026-11-23; Alice, Dora leads.",
            "Level: secret. Only those with a seat may read it: 3.",
        ]

    def test_nobody_who_leads_is_alarming(self):
        assert tones(BARE, "what")[0] == "late"

    @pytest.mark.parametrize(("state", "words"), [("closed", "It was closed on"), ("dormant", "It has rested since")])
    def test_tells_why_it_rests_or_is_closed(self, state, words):
        [line] = [one for one in said(replace(BARE, state=state, reason="Solved."), "what") if words in one]
        assert line.endswith("2026-11-23: Solved.")


class TestWhy:
    def test_keeps_the_words_of_its_people(self):
        facts = replace(BARE, summary="Forty cards.", purposes=("Prevention",), last_note=(AT, "Dora", "He called."))
        found = brief.brief(facts).section("why").lines
        assert [line.own for line in found] == ["Forty cards.", "", "He called."]
        assert found[1].values == {"purposes": ("Prevention",)}


class TestWho:
    def test_lists_the_first_and_counts_the_rest(self):
        people = tuple(Person(f"P{n}", "Person", ("suspect",) if n == 0 else (), f"c.{n}") for n in range(12))
        found = said(replace(BARE, people=people, people_total=15, items=2), "who")
        assert found[1] == "P1: Person"
        assert found[-2:] == ["Further people and things: 3", "Items of evidence: 2"]


class TestWaiting:
    def test_says_who_waits_for_whom_since_when_and_until_when(self):
        both = replace(ASKED, ours=True, limits=(limit(2), limit(9), limit(5, ours=False, title="Execute")))
        assert said(replace(BARE, affairs=(both,)), "waiting") == [
            "nl has waited for us since 2026-11-19 (fr-2026-0001). Limit: Acknowledge, 2026-11-25 09:00:00+00:00.",
            "We have waited for nl since 2026-11-19 (fr-2026-0001). Limit: Execute, 2026-11-28 09:00:00+00:00.",
        ]
        assert tones(replace(BARE, affairs=(both,)), "waiting") == ["soon", ""]

    def test_says_so_when_no_limit_runs(self):
        [line] = said(replace(BARE, affairs=(ASKED,)), "waiting")
        assert line == "We have waited for nl since 2026-11-19 (fr-2026-0001). No time limit runs."

    def test_a_limit_that_is_over_is_late(self):
        late = replace(ASKED, limits=(limit(-1, ours=False),))
        assert tones(replace(BARE, affairs=(late,)), "waiting") == ["late"]

    def test_a_question_without_an_answer_is_told_with_its_words(self):
        asked = Question("Accounts", "Both?", "nl", "fr", True, AT - timedelta(days=1), AT + timedelta(days=1))
        found = said(replace(BARE, affairs=(replace(ASKED, questions=(asked,)),)), "waiting")
        assert found[1].startswith("nl asked fr about “Accounts” on 2026-11-22, and has no answer. It is due")
        assert found[1].endswith("Both?")

    def test_what_did_not_arrive_and_what_crossed_is_told(self):
        found = said(replace(BARE, affairs=(replace(ASKED, crossed=1, undelivered=1),)), "waiting")
        assert found[1:] == [
            "Something that we sent in fr-2026-0001 has not arrived.",
            "Acts in fr-2026-0001 crossed on the way and do not go together.",
        ]

    def test_a_closed_dossier_and_none_wait_for_nobody(self):
        for affairs in ((), (replace(ASKED, final=True),)):
            found = said(replace(BARE, affairs=affairs), "waiting")
            assert found == ["Nobody outside waits for us, and we wait for nobody."]


def todo(title, due=None, who="", **more):
    return Todo(1, title, who, due, more.get("first", False), more.get("collect", False), more.get("template", False))


class TestNext:
    def test_stands_by_the_day_that_comes_first(self):
        affair = replace(
            ASKED,
            limits=(limit(2), limit(1, ours=False)),
            questions=(Question("Accounts", "?", "nl", "fr", True, AT, AT + timedelta(days=4)),),
            drafts=(Draft(7, "Answer", "Dora", AT, submitted=True), Draft(8, "Refuse", "Dora", AT, submitted=False)),
        )
        tasks = (todo("Call", date(2026, 11, 24), "Alice"), todo("Think"))
        found = said(replace(BARE, affairs=(affair,), tasks=tasks), "next")
        assert [one.split(" – ")[0].split(",")[0] for one in found] == [
            "Approve or give back: Answer in fr-2026-0001",
            "Call",
            "Meet the limit in fr-2026-0001: Acknowledge",
            "Answer nl in fr-2026-0001 about “Accounts”",
            "Finish the draft: Refuse in fr-2026-0001",
            "Think",
        ]  # fmt: skip

    def test_of_a_closed_case_is_nothing(self):
        assert said(replace(BARE, state="closed", tasks=(todo("Call"),)), "next") == [
            "The case is closed. Nothing more is planned."
        ]

    def test_says_what_to_do_when_nothing_is_planned(self):
        assert said(BARE, "next") == ["Nothing is planned. Add a task, or close the case."]

    def test_words_of_a_template_are_translated_and_those_of_people_are_not(self):
        found = brief.brief(replace(BARE, tasks=(todo("Call", template=True), todo("Call")))).section("next").lines
        assert [type(line.values["title"]) for line in found] == [Word, str]

    def test_does_not_grow_without_end(self):
        lines = said(replace(BARE, tasks=tuple(todo(f"T{n}") for n in range(30))), "next")
        assert (len(lines), lines[-1]) == (25, "Further steps: 6")


class TestMissing:
    def test_names_what_a_file_should_have(self):
        facts = replace(BARE, tasks=(todo("Call"), todo("The warrant", date(2026, 11, 20), collect=True)))
        assert said(facts, "missing") == [
            "Nobody has written what the case is about, and why.",
            "No purpose is named.",
            "No person and no thing stands in it.",
            "No dossier belongs to it.",
            "Tasks that nobody has taken on: 1",
            "The warrant, expected by 2026-11-20",
        ]
        assert tones(facts, "missing")[-1] == "late"

    def test_says_which_dossiers_the_reader_may_not_see(self):
        assert "You may not see the dossier x-1; ask the unit that handles it." in said(
            replace(BARE, unseen=("x-1",)), "missing"
        )

    def test_is_nothing_in_a_whole_file_and_in_a_closed_one(self):
        whole = replace(BARE, summary="x", purposes=("x",), people_total=1, affairs=(ASKED,))
        for facts in (whole, replace(BARE, state="closed")):
            assert said(facts, "missing") == ["Nothing that we know of."]


class TestAsked:
    def test_tells_both_directions_and_conversations(self):
        theirs = replace(ASKED, by_us=False, subject="")
        talk = Talk("t", "nl", "Accounts", 1, AT, ours=False)
        found = said(replace(BARE, affairs=(ASKED, theirs), talks=(talk,)), "asked")
        assert found[:2] == [
            "We asked nl on 2026-11-14: European Investigation Order (Ana Sol). It stands at: Execution.",
            "nl asked us on 2026-11-14: European Investigation Order. It stands at: Execution.",
        ]
        assert found[2].startswith("Conversation with nl: Accounts. The last word was theirs")


class TestInLanguages:
    def test_french_has_every_sentence_of_this_room(self):
        """Sentences that pages show as they come: of the brief, the history, templates and purposes."""
        path = Path(brief.__file__).parents[1] / "web" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
        with path.open("rb") as file:
            known = {message.id for message in read_po(file, locale="fr") if message.string}
        wanted = {*sentences(brief), *sentences(telling), *sentences(printing)}
        for one in templates.known():
            steps = (*one.tasks, *one.collect)
            wanted |= {one.title, one.says, *(step.title for step in steps), *(step.details for step in steps)} - {""}
        wanted |= {one.title for one in purposes.known()}
        assert sorted(wanted - known) == []

    def test_a_case_is_told_in_french_as_text_and_on_paper(self, alice, case, dossier):
        actions.link(case.number, dossier.pk, by=alice, at=NOW)
        told = queries.brief(alice, case.number, NOW, "fr")
        text = queries.plain(told, "fr")
        assert case.title in text
        assert "Qui attend qui" in text.capitalize() or "QUI ATTEND QUI" in text
        assert "nl-prosecution" not in text.split("QUI ATTEND QUI")[0]  # authorities by their names
        assert queries.brief_pdf(alice, case.number, NOW, "fr").startswith(b"%PDF")

    def test_leaves_out_what_stands_in_a_circle_or_higher_than_the_case(self, alice, case):
        access.set_clearance(alice, 2, by=None, at=NOW)
        circle = actions.open_circle(case.number, "The source", by=alice, at=NOW).compartment.name
        actions.note(case.number, "Plain words.", by=alice, at=NOW)
        actions.note(case.number, "It came from H.", by=alice, at=NOW, circle=circle)
        actions.note(case.number, "Classified words.", by=alice, at=NOW, level=2)
        told = queries.plain(queries.brief(alice, case.number, NOW), "en")
        assert [words in told for words in ("Plain words.", "It came from H.", "Classified words.")] == [
            True, False, False,
        ]  # fmt: skip

    def test_is_not_found_by_a_stranger(self, bob, case):
        for look in (queries.brief, queries.brief_pdf):
            with pytest.raises(queries.NotFound):
                look(bob, case.number, NOW)

    def test_names_the_dossier_that_the_reader_may_not_see(self, alice, charlie, case, dossier):
        actions.link(case.number, dossier.pk, by=alice, at=NOW)
        actions.add_member(case.number, charlie, part="reader", by=alice, at=NOW)
        told = queries.plain(queries.brief(charlie, case.number, NOW), "en")
        assert f"You may not see the dossier {dossier.pk}" in told
        assert dossier.subject not in told


def sentences(module):
    """Every sentence that a module may show: text with a space or a field, but for what describes the code."""
    tree = ast.parse(getsource(module))
    described = {
        node.body[0].value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and node.body
        and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
    }  # fmt: skip
    loose = {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in found - described - loose if text[:1].isupper() or text.startswith("{")} & {
        text for text in found if " " in text or text.endswith(".")
    }


def test_authorities_and_words_are_marked_as_such():
    assert (str(Authority("nl")), str(Word("open"))) == ("nl", "open")
