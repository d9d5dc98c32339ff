"""Boxes of every instrument: conditions in words and for the script, findings that lead to them, languages."""

import json
import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override

from comity.dossiers import actions, queries
from comity.instruments import catalogue
from comity.instruments.model import Cite, Field, Option, When
from comity.web.drafting import findings
from comity.web.forms import boxes, choices, editing, wording
from tests.dossiers.conftest import AT

INSTRUMENTS = [one.id for one in catalogue.all()]
URGENT = Field("urgent", "yes_no", "Is it urgent?", "", None, required=True)
WHY = Field("why", "text", "Why?", "", None, required=True, when=When("urgent", equals=True))


def page(fields, value=None, root=None):
    return boxes.Page(root or {"form": {"s": value or {}}}, "/form", "/form/s", tuple(fields), "en", "Europe/Paris")


class TestConditions:
    def test_are_told_in_words_and_to_the_script(self):
        box = page([URGENT, WHY]).boxes()[1]
        assert box.condition == "Only if “Is it urgent?” is: Yes"
        assert json.loads(box.when) == {"name": "/form/s/urgent", "test": "one-of", "values": ["yes"]}

    def test_on_another_page_are_decided_here(self):
        elsewhere = Field("why", "text", "Why?", "", None, when=When("/t/urgent", equals=True))
        shown = page([elsewhere], root={"form": {"s": {}, "t": {"urgent": True}}}).boxes()
        hidden = page([elsewhere], root={"form": {"s": {}, "t": {"urgent": False}}}).boxes()
        assert [len(shown), len(hidden)] == [1, 0]

    def test_answers_of_an_act_that_are_not_asked_are_dropped(self):
        assert editing.asked((URGENT, WHY), {"urgent": False, "why": "old", "question": "id"}) == {
            "urgent": False,
            "question": "id",
        }


class TestOptions:
    def many(self, cite):
        return Field("x", "choice", "X", "", None, options=tuple(Option(str(n), str(n), cite(n)) for n in range(20)))

    def test_many_become_a_list_to_pick_from(self):
        assert page([self.many(lambda n: None)]).boxes()[0].kind == "picked"

    def test_with_articles_of_their_own_stay_readable_before_choosing(self):
        box = page([self.many(lambda n: Cite(f"Art. {n}", "s", "verified"))]).boxes()[0]
        assert box.kind == "choice"
        assert box.choices[3].cite.article == "Art. 3"

    def test_with_one_article_for_all_do_not_repeat_it(self):
        box = page([self.many(lambda n: Cite("Art. 1", "s", "verified"))]).boxes()[0]
        assert {choice.cite for choice in box.choices} == {None}


class TestFolding:
    GROUP = Field("g", "group", "Address", "", None, fields=(Field("town", "text", "Town", "", None),))

    def test_an_optional_group_without_answers_shows_its_name_only(self):
        assert page([self.GROUP]).boxes()[0].folded
        assert not page([self.GROUP], {"g": {"town": "Lille"}}).boxes()[0].folded

    def test_a_group_with_a_mistake_below_is_open(self):
        from dataclasses import replace

        drawn = replace(page([self.GROUP]), errors={"/form/s/g/town": ("Wrong.",)})
        assert not drawn.boxes()[0].folded


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_finding_of_an_empty_request_leads_to_a_box_that_is_there(browse, alice, mla, nl, instrument):
    draft = actions.start(instrument, to=nl.authority, unit=mla, by=alice, at=AT)
    view = queries.draft(alice, draft.pk, AT)
    found = [one for one in queries.preflight(draft, date(2026, 11, 23)).findings if one.pointer.startswith("/form/")]
    assert found
    pages = {}
    for one in found:
        address, _, anchor = findings.address(view, view.definition, one.pointer).partition("#")
        if address not in pages:
            pages[address] = browse(alice).get(address).content.decode()
        assert f'id="{anchor}"' in pages[address], one.pointer


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_section_shows_its_article_and_marks_what_was_not_read(browse, alice, mla, nl, instrument):
    draft = actions.start(instrument, to=nl.authority, unit=mla, by=alice, at=AT)
    for section in catalogue.get(instrument).sections:
        shown = browse(alice).get(reverse("draft-section", args=[draft.pk, section.id])).content.decode()
        cites = [one.cite for one in (section, *section.fields) if one.cite and not getattr(one, "when", None)]
        assert all(cite.article.replace("'", "&#x27;") in shown for cite in cites)
        if any(cite.confidence == "memory" for cite in cites):
            assert "source not verified" in shown


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_the_words_of_an_instrument_change_with_the_reader_and_nothing_else_does(instrument):
    english = catalogue.get(instrument)
    french = wording.in_language(english, "fr")
    assert french.title != english.title
    assert french.digest == english.digest
    assert [one.id for one in french.acts] == [one.id for one in english.acts]
    for act in french.acts[1:]:
        named = wording.act_fields(french, act, "fr")
        assert all(one.label for one in named)


def test_countries_are_sorted_by_name_without_regard_to_accents():
    names = [name for code, name in choices.countries("fr") if code != "ICC"]
    assert names.index("Équateur") < names.index("Espagne") < names.index("Estonie")
    assert {"FR", "BR", "NL"} <= {code for code, _ in choices.countries("en")}
    assert not {"EU", "UN", "ZZ"} & {code for code, _ in choices.countries("en")}


def test_the_court_is_named_in_the_language_asked_for_whatever_the_page_speaks():
    with override("fr"):
        assert choices.country_name("ICC", "en") == "International Criminal Court"


def test_an_anchor_is_a_pointer_that_html_accepts():
    assert re.fullmatch(r"[A-Za-z][\w-]*", boxes.anchor("/form/persons/list/0/name"))
