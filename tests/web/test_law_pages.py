"""The pages of law: they work for everybody who signed in, and for nobody else."""

import csv
import re
from datetime import date
from io import StringIO

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import override

from comity.law import countries as law_countries
from comity.law import harmonisation as law_harmonisation
from comity.law import parties
from comity.web.law import countries, dual, heatmap
from comity.web.law.asked import Asked
from comity.web.templatetags import law as tags
from tests.dossiers.conftest import AT
from tests.dossiers.peer import Peer

TODAY = date(2026, 11, 23)
PAGES = (
    "law", "law-countries", "law-compare", "law-treaties", "law-harmonisation", "law-gaps", "law-differences",
    "law-budapest", "law-route", "law-dual",
)  # fmt: skip
FILES = ("law-harmonisation-csv", "law-gaps-csv", "law-differences-csv", "law-budapest-csv")
QUESTIONS = {
    "law-route": "?from=FR&to=DK&measure=search&on=2026-11-23",
    "law-dual": "?from=FR&to=JP&offence=illegal-access&instrument=mla-untoc&on=2026-11-23",
    "law-compare": "?a=FR&b=JP&on=2026-11-23",
    "law-differences": "?a=FR&b=JP",
    "law-gaps": "?country=FR",
    "law-budapest": "?country=NL",
}


def text(answer):
    return answer.content.decode()


def main(answer):
    """The content of the page as words, without markup."""
    inside = text(answer).split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inside))


def rows(answer):
    return list(csv.DictReader(StringIO(text(answer).removeprefix("\ufeff"))))


class TestEveryPage:
    @pytest.mark.parametrize("name", [*PAGES, *FILES])
    def test_works_for_everybody_who_signed_in(self, browse, alice, charlie, ada, olga, name):
        for user in (alice, charlie, ada, olga):
            assert browse(user).get(reverse(name)).status_code == 200

    @pytest.mark.parametrize("name", [*PAGES, *FILES])
    def test_leads_others_to_signing_in(self, browse, node, name):
        answer = browse(None).get(reverse(name))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))

    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("name", PAGES)
    def test_has_one_heading_unique_ids_and_nothing_inline(self, browse, alice, name, language):
        for query in ("", QUESTIONS.get(name, "")):
            page = text(browse(alice, language).get(reverse(name) + query))
            ids = re.findall(r'\sid="([^"]+)"', page)
            assert page.count("<h1") == 1
            assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", page)
            assert f'lang="{language}"' in page

    def test_stands_in_the_menu(self, browse, alice):
        assert f'href="{reverse("law")}"' in text(browse(alice).get("/"))

    @pytest.mark.parametrize(
        ("name", "query"),
        [
            ("law-country", "?on=tomorrow"), ("law-compare", "?a=QQ&b=FR"), ("law-compare", "?a=FR&b=FR"),
            ("law-route", "?to=DK&measure=dancing"), ("law-route", "?from=FR&to=FR&measure=search"),
            ("law-route", "?to=DK&measure="), ("law-dual", "?from=FR&to=ICC"), ("law-dual", "?to=JP&offence="),
            ("law-dual", "?to=JP&offence=fraud&penalty.maximum_months=many"), ("law-gaps", "?country=QQ"),
            ("law-treaties", "?kind=poem"),
        ],
    )  # fmt: skip
    def test_says_what_cannot_be_read(self, browse, alice, name, query):
        args = ["FR"] if name == "law-country" else []
        page = browse(alice).get(reverse(name, args=args) + query)
        assert page.status_code == 400
        named = re.findall(r'error-summary__list.*?href="#([^"]+)"', text(page), re.S)
        assert named
        assert all(f'id="{one}"' in text(page) for one in named)


class TestCountry:
    def test_gives_each_fact_with_its_article_and_marks_memory(self, browse, alice):
        page = main(browse(alice).get(reverse("law-country", args=["FR"]) + "?on=2026-11-23"))
        profile = law_countries.profile("FR", TODAY)
        assert all(row.provision in page for row in profile.rows if row.provision)
        assert "CPP art 696-4" in page
        assert "source not verified" in page
        assert "Directive 2014/41/EU art 7(1)" in page
        assert all(one.provision.split("<")[0] in page for one in profile.offences)

    def test_without_data_says_what_is_not_known_and_what_treaties_tell(self, browse, alice):
        page = main(browse(alice).get(reverse("law-country", args=["KE"])))
        assert "No national law of this country is recorded here." in page
        assert "UNTOC art 18(13)" in page
        assert "Authority for assistance" not in page

    def test_follows_the_day(self, browse, alice):
        before, after = (
            text(browse(alice).get(reverse("law-country", args=["GB"]) + f"?on={day}"))
            for day in ("2020-12-31", "2021-01-01")
        )
        link = f'href="{reverse("law-treaty", args=["eu-eio"])}'
        table = [page.split('id="treaties"')[1].split("</table>")[0] for page in (before, after)]
        assert [link in one for one in table] == [True, False]

    def test_shows_what_a_peer_there_requires(self, browse, alice):
        asks = {
            "id": "eio.language", "instrument": "eio", "pointer": "/language", "severity": "stop",
            "require": 'language in ["nl", "en"]', "says": {"en": "Dutch or English.", "fr": "Néerlandais."},
            "remedy": {"en": "Translate it."}, "article": "Article 5(3)",
        }  # fmt: skip
        Peer("nl-other", "NL", AT, requirements=[asks])
        assert "Dutch or English." in main(browse(alice).get(reverse("law-country", args=["NL"])))
        assert "None of our peers is in this country" in main(browse(alice).get(reverse("law-country", args=["KE"])))

    @pytest.mark.parametrize("code", ["QQ", "ICC", "nonsense"])
    def test_that_does_not_exist_is_not_found(self, browse, alice, code):
        assert browse(alice).get(reverse("law-country", args=[code])).status_code == 404

    def test_is_found_by_a_part_of_its_name_without_accents(self, browse, alice):
        page = text(browse(alice, "fr").get(reverse("law-countries") + "?text=bresil"))
        assert reverse("law-country", args=["BR"]) in page
        assert reverse("law-country", args=["JP"]) not in page

    def test_is_reached_from_the_choice_of_the_index(self, browse, alice):
        answer = browse(alice).get(reverse("law-countries") + "?code=JP&on=2026-01-02")
        assert answer["Location"] == reverse("law-country", args=["JP"]) + "?on=2026-01-02"


class TestComparison:
    def test_has_both_sides_of_every_topic(self):
        found = list(countries.pairs("FR", "JP", TODAY))
        sides = law_countries.compare("FR", "JP", TODAY)
        assert [(one.label, one.same) for one in found] == [(one.label, one.same) for one in sides]
        assert all(one.left and one.right for one in found)

    def test_gives_the_source_of_each_side(self):
        found = {one.label: one for one in countries.pairs("FR", "JP", TODAY)}
        eio = found["European Investigation Order"]
        assert (eio.left[0].source, eio.right[0].known) == (parties.is_party("eu-eio", "FR", TODAY).source, True)

    def test_leaves_out_what_is_the_same_when_asked(self, browse, alice):
        whole, less = (
            main(browse(alice).get(reverse("law-compare") + f"?a=FR&b=NL{more}")) for more in ("", "&differ=1")
        )
        assert "the same" in whole
        assert "the same" not in less


class TestTreaties:
    def test_tell_who_was_bound_on_the_day(self, browse, alice):
        for day, bound in (("2020-12-31", True), ("2021-01-01", False)):
            page = browse(alice).get(reverse("law-treaty", args=["eu-eio"]) + f"?on={day}")
            assert (reverse("law-country", args=["GB"]) in text(page)) is bound

    def test_are_files_with_a_row_for_each_party(self, browse, alice):
        told = rows(browse(alice).get(reverse("law-treaty-csv", args=["cets-185"]) + "?on=2026-11-23"))
        listed = parties.parties("cets-185", TODAY)
        assert {row["country"] for row in told} == {one.country for one in listed}
        assert next(row for row in told if row["country"] == "FR")["since"] == str(
            next(one for one in listed if one.country == "FR").in_force
        )

    def test_answer_about_one_country_in_a_sentence(self, browse, alice):
        page = main(browse(alice).get(reverse("law-treaty", args=["eu-eio"]) + "?on=2026-11-23&country=DK"))
        assert "Denmark – not bound" in page

    def test_show_what_a_state_reserved(self, browse, alice):
        page = main(browse(alice).get(reverse("law-treaty", args=["cets-024"])))
        assert "France refuses to extradite a person who was a French national" in page

    @pytest.mark.parametrize("name", ["law-treaty", "law-treaty-csv"])
    def test_that_do_not_exist_are_not_found(self, browse, alice, name):
        assert browse(alice).get(reverse(name, args=["treaty-of-nowhere"])).status_code == 404

    def test_are_found_by_their_words(self, browse, alice):
        page = text(browse(alice).get(reverse("law-treaties") + "?text=organized%20crime&kind=treaty"))
        assert reverse("law-treaty", args=["untoc"]) in page
        assert reverse("law-treaty", args=["cets-185"]) not in page


class TestRoutes:
    def ask(self, browse, user, query, language="en"):
        return browse(user, language).get(reverse("law-route") + query)

    def test_lead_to_denmark_by_the_convention_of_1959(self, browse, alice):
        page = main(self.ask(browse, alice, "?from=FR&to=DK&measure=search&on=2026-11-23"))
        first = page.index("mutual assistance (1959 Convention)")
        assert first < page.index("Routes that do not apply") < page.index("European Investigation Order")
        assert "CETS 030" in page

    def test_of_our_own_lead_to_a_new_request_in_that_country(self, browse, alice):
        page = text(self.ask(browse, alice, "?from=FR&to=NL&measure=search&on=2026-11-23"))
        assert f'href="{reverse("new-receiver", args=["eio"])}?country=NL"' in page

    def test_of_others_lead_nowhere(self, browse, alice):
        page = text(self.ask(browse, alice, "?from=DE&to=NL&measure=search&on=2026-11-23"))
        assert "?country=NL" not in page

    def test_that_no_unit_of_the_reader_handles_say_so(self, browse, charlie):
        page = self.ask(browse, charlie, "?from=FR&to=NL&measure=search&on=2026-11-23")
        assert "?country=NL" not in text(page)
        assert "None of your units handles this kind of request." in main(page)

    def test_are_the_courts_too(self, browse, alice):
        page = self.ask(browse, alice, "?from=ICC&to=FR&measure=records&on=2026-11-23")
        assert page.status_code == 200
        assert "Rome Statute" in main(page)

    def test_say_when_no_peer_is_there(self, browse, alice, nl):
        assert "None of our peers is in Denmark" in main(self.ask(browse, alice, "?to=DK&measure=search"))
        assert "None of our peers is in" not in main(self.ask(browse, alice, "?to=NL&measure=search"))


class TestNewRequest:
    @pytest.fixture(autouse=True)
    def whole(self, mla):
        type(mla).objects.filter(pk=mla.pk).update(handles=["*"])

    def test_begins_with_what_is_needed_from_which_country(self, browse, alice):
        page = text(browse(alice).get(reverse("new")))
        assert page.index(f'href="{reverse("law-route")}"') < page.index(reverse("new-receiver", args=["eio"]))

    def test_lists_every_instrument_under_a_heading_of_its_family(self, browse, alice):
        from comity.instruments import catalogue

        page = text(browse(alice).get(reverse("new")))
        assert page.count('<li class="comity-card') == len(catalogue.all())
        assert {f'id="family-{one.family}"' in page for one in catalogue.all()} == {True}
        assert page.index("Mutual legal assistance</h3>") < page.index(reverse("new-receiver", args=["mla-untoc"]))

    def test_has_a_title_for_every_family(self, browse, alice):
        page = text(browse(alice).get(reverse("new")))
        titles = dict(re.findall(r'<h3[^>]*id="family-([^"]+)">([^<]+)</h3>', page))
        assert [id for id, title in titles.items() if id == title] == []

    def test_filters_by_words_without_a_script(self, browse, alice):
        page = text(browse(alice).get(reverse("new") + "?text=budapest preservation"))
        assert reverse("new-receiver", args=["cyber-preservation-budapest"]) in page
        assert reverse("new-receiver", args=["eio"]) not in page
        assert "No instrument fits these words." in text(browse(alice).get(reverse("new") + "?text=xyzzy"))

    def test_shows_receivers_of_the_country_that_was_chosen(self, browse, alice, nl):
        Peer("de-other", "DE", AT)
        page = text(browse(alice).get(reverse("new-receiver", args=["eio"]) + "?country=NL"))
        assert "to=nl-prosecution" in page
        assert "to=de-other" not in page
        assert "to=de-other" in text(browse(alice).get(reverse("new-receiver", args=["eio"])))


class TestDualCriminality:
    def ask(self, browse, user, query):
        return main(browse(user).get(reverse("law-dual") + query))

    def test_without_facts_takes_the_charge_and_asks(self, browse, alice):
        page = self.ask(browse, alice, "?from=FR&to=JP&offence=illegal-access&on=2026-11-23")
        assert "the conduct is what the law of the asking side defines" in page
        assert "It depends" in page

    def test_follows_the_facts(self, browse, alice):
        stated = {
            "act.access": "yes", "obj.computer_system": "yes", "circ.without_right": "yes", "mens.intent": "yes",
        }  # fmt: skip
        facts = "&".join(f"fact.{token}={value}" for token, value in stated.items())
        page = self.ask(browse, alice, f"?from=FR&to=NL&offence=illegal-access&on=2026-11-23&{facts}")
        assert "Yes: criminal under both laws" in page

    def test_what_is_excluded_counts_against(self):
        told = QueryDict("fact.act.access=no&fact.mens.intent=yes&fact.circ.without_right=")
        shown = dual.tokens(["illegal-access"], ("FR", "NL"), told)
        assert dual.stated(told, shown, {}) == {"act.access": False, "mens.intent": True}

    def test_nothing_else_happened_excludes_every_other_element(self):
        told = QueryDict("fact.mens.intent=yes&closed=1")
        facts = dual.stated(told, {"mens.intent": (), "act.access": ()}, {"penalty.maximum_months": 36.0})
        assert (facts["mens.intent"], facts["act.copy_data"], facts["penalty.maximum_months"]) == (True, False, 36.0)
        assert "act.access" not in facts

    def test_an_element_that_is_unknown_is_left_out(self):
        assert "act.dance" not in dual.tokens([], (), QueryDict("fact.act.dance=yes"))

    def test_typical_conduct_fills_the_form(self, browse, alice):
        page = text(browse(alice).get(reverse("law-dual") + "?from=FR&to=NL"))
        href = re.search(r'href="([^"]*fact\.act\.access=yes[^"]*)"', page)[1].replace("&amp;", "&")
        filled = browse(alice).get(href)
        assert filled.status_code == 200
        assert re.search(r'name="fact.act.access" value="yes" checked', text(filled))

    def test_names_the_waiver_of_a_listed_offence(self, browse, alice):
        page = self.ask(browse, alice, "?from=FR&to=NL&offence=illegal-access&instrument=eaw&on=2026-11-23")
        assert "dual criminality may not be asked for" in page


class TestHarmonisation:
    def test_matrix_has_a_row_for_each_recorded_offence_and_a_column_for_each_country(self, browse, alice):
        page = text(browse(alice).get(reverse("law-harmonisation") + "?country=FR&country=NL"))
        heads = re.findall(r'<abbr title="[^"]*">(\w\w)</abbr>', page)
        assert heads == ["FR", "NL"]
        assert "Computer-related" in page

    def test_gaps_name_what_would_close_them(self, browse, alice):
        page = main(browse(alice).get(reverse("law-gaps") + "?country=FR&on=2026-11-23"))
        found = [one for one in law_harmonisation.gaps("FR", on=TODAY) if one.kind != "not recorded"]
        assert found
        assert all(one.closed_by in page for one in found)

    def test_files_have_the_same_rows_as_the_law_room(self, browse, alice):
        told = rows(browse(alice).get(reverse("law-gaps-csv") + "?country=FR&on=2026-11-23"))
        assert [row["says"] for row in told] == [one.says for one in law_harmonisation.gaps("FR", on=TODAY)]
        matrix = rows(browse(alice).get(reverse("law-harmonisation-csv") + "?on=2026-11-23"))
        assert len(matrix) == len(law_harmonisation.matrix(TODAY).cells)
        articles = rows(browse(alice).get(reverse("law-budapest-csv") + "?country=NL"))
        assert [row["article"] for row in articles] == [str(number) for number in law_harmonisation.ARTICLES]

    def test_a_pair_is_drawn_with_every_offence_and_its_number(self, browse, alice):
        page = text(browse(alice).get(reverse("law-differences") + "?a=FR&b=JP"))
        found = law_harmonisation.differences("FR", "JP")
        assert page.count("comity-heat__bar") == len(found)
        assert page.count('scope="row"') == len(found)

    def test_an_offence_is_drawn_for_every_pair_of_countries(self, browse, alice):
        page = text(browse(alice).get(reverse("law-differences") + "?offence=illegal-access"))
        assert page.count("comity-heat__number") >= len(law_harmonisation.heat("illegal-access"))


class TestWords:
    """What the law room says, put on a page."""

    @pytest.fixture(autouse=True)
    def french(self, db):
        with override("fr"):
            yield

    def test_a_text_without_a_translation_is_english_and_says_so(self):
        told = tags.lawful("No such rule. (texte anglais)")
        assert told.startswith('<span lang="en" dir="ltr">No such rule.</span>')
        assert "(texte anglais)" not in told
        assert "(en anglais)" in told

    def test_a_sentence_that_is_english_in_part_is_not_wholly_english(self):
        told = tags.lawful("au moins 2 years (texte anglais), selon le droit")
        assert told.startswith("au moins 2 years, selon le droit")
        assert 'lang="en"' not in told

    def test_markup_in_a_text_is_shown_as_text(self):
        assert "<b>" not in tags.lawful("<b>bold</b> (texte anglais)")

    def test_a_choice_takes_no_mark(self):
        assert tags.bare("Search (texte anglais)") == "Search"

    def test_a_fact_without_an_article_shows_the_title_of_its_source_or_that_there_is_none(self):
        source = parties.treaty("cets-185").source
        assert tags.cited("", "verified", source)["cite"].article == tags.source_title(source) != ""
        assert tags.cited("", "memory", "memory")["cite"].article == "aucun texte cité"
        assert tags.cited("art 3", "memory", source)["cite"].article == "art 3"


class TestPictures:
    @pytest.mark.parametrize(("degree", "level"), [(0, 0), (0.05, 1), (0.2, 2), (0.4, 3), (0.6, 4), (1, 5)])
    def test_a_shade_only_gets_darker(self, degree, level):
        assert heatmap.level(degree) == level

    def test_a_grid_has_an_empty_field_where_nothing_is_recorded(self):
        drawn = heatmap.grid([("a", "A"), ("b", "B")], [("x", "X")], {("a", "x"): 0.5})
        assert [(tile.says, tile.level) for tile in drawn.tiles] == [("0.50", 4), ("", None)]

    def test_bars_are_as_long_as_their_degree(self):
        drawn = heatmap.bars([("A", 1.0), ("B", 0.25), ("C", 0.0)])
        assert [bar.length for bar in drawn.bars] == [heatmap.BAR, heatmap.BAR // 4, 0]

    def test_a_long_name_is_shortened_and_never_beyond_its_place(self):
        assert len(heatmap.shortened("x" * 80)) == heatmap.LETTERS
        assert heatmap.shortened("x" * heatmap.LETTERS) == "x" * heatmap.LETTERS


class TestAsked:
    @pytest.fixture(autouse=True)
    def spoken(self, db):
        """Sentences are told in the reader's language."""

    def test_reads_a_day(self):
        assert Asked(QueryDict("on=2020-02-29")).day() == date(2020, 2, 29)

    def test_tells_a_day_that_does_not_exist(self):
        asked = Asked(QueryDict("on=2021-02-29"))
        asked.day()
        assert [one["id"] for one in asked.problems] == ["on"]

    def test_keeps_each_value_of_a_list_once(self):
        asked = Asked(QueryDict("x=a&x=b&x=a&x=&x=c"))
        assert asked.several("x", {"a", "b"}) == ["a", "b"]
        assert len(asked.problems) == 1
