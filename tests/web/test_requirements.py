"""Our requirements on pages: the list, its boxes, the look at its effect, and publishing."""

import re
from dataclasses import replace

import pytest
from django.urls import reverse

from comity.exchange import actions, queries
from comity.exchange.models import Envelope, RequirementList
from comity.instruments import catalogue
from tests.dossiers.conftest import AT

LANGUAGES = {"settings-languages": ["fr", "en"], "severity": "stop"}
ADD = "/peers/own/requirements/add/"
PAGES = ("requirements", "requirements-preview", "requirement-add")


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def add(browse, ada):
    """``add(kind, **posted)`` puts a requirement on EIOs into the list, as Ada does it."""

    def added(kind, field="", instrument="eio", **posted):
        where = f"?instrument={instrument}&kind={kind}" + (f"&field={field}" if field else "")
        number = queries.requirements().number
        return browse(ada).post(ADD + where, {"severity": "stop", "number": number, **posted})

    return added


@pytest.fixture
def published(add, browse, ada):
    add("languages", **LANGUAGES)
    shown = queries.requirements_fingerprint(queries.requirements().entries)
    browse(ada).post(reverse("requirements-publish"), {"shown": shown})
    return queries.requirements()


class TestWhoMayLook:
    @pytest.mark.parametrize("name", PAGES)
    def test_an_administrator_may(self, browse, ada, name):
        assert browse(ada).get(reverse(name)).status_code == 200

    def test_an_auditor_reads_the_list_and_changes_nothing(self, browse, olga, published):
        page = text(browse(olga).get(reverse("requirements")))
        assert "A request of this kind is taken in: French, English." in page
        assert "Add a requirement" not in page
        assert browse(olga).get(reverse("requirement-add")).status_code == 403
        assert browse(olga).get(reverse("requirements-preview")).status_code == 403
        answer = browse(olga).post(reverse("requirement-remove", args=["eio-languages"]), {"number": published.number})
        assert answer.status_code == 403
        assert queries.requirements() == published

    @pytest.mark.parametrize("name", PAGES)
    def test_an_officer_may_not(self, browse, alice, name):
        assert browse(alice).get(reverse(name)).status_code == 403

    def test_what_is_missing_is_not_found(self, browse, ada):
        assert browse(ada).get(reverse("requirement", args=["no-such"])).status_code == 404


class TestAdding:
    def test_asks_for_instrument_then_kind_then_field(self, browse, ada):
        page = browse(ada)
        assert "European Investigation Order" in text(page.get(ADD))
        kinds = text(page.get(ADD + "?instrument=eio"))
        assert "Languages that we take" in kinds
        fields = text(page.get(ADD + "?instrument=eio&kind=answered"))
        assert "/form/urgency/explanation" not in fields or "Explain the urgency" in fields
        assert "<optgroup" in fields

    def test_offers_no_kind_for_which_the_form_has_no_field(self, browse, ada):
        assert "A least or greatest number" not in text(browse(ada).get(ADD + "?instrument=icc-assistance"))

    def test_keeps_it_out_of_others_sight_until_it_is_published(self, add):
        assert add("languages", **LANGUAGES).status_code == 302
        assert [one.id for one in queries.requirements().entries] == ["eio-languages"]
        assert queries.own_card(at=AT).requirements == ()

    def test_says_at_the_box_what_is_wrong_and_keeps_what_was_typed(self, add):
        answer = add("size", **{"settings-number": "many"})
        page = text(answer)
        assert answer.status_code == 400
        assert 'href="#settings-number"' in page
        assert 'value="many"' in page
        assert not RequirementList.objects.exists()

    def test_an_expression_is_checked_as_the_card_would_be(self, add):
        told = {"settings-pointer": "/form/grounds/facts", "says-en": "Say more.", "remedy-en": "Write it."}
        answer = add("expression", **told, **{"settings-require": "size(form.grounds.facts) >== 200"})
        assert answer.status_code == 400
        assert 'href="#settings-require"' in text(answer)
        silent = {"settings-pointer": "/language", "settings-require": "nothing", "says-en": "", "remedy-en": ""}
        page = text(add("expression", **silent))
        assert all(f'href="#{box}"' in page for box in ("settings-require", "says-en", "remedy-en"))
        nowhere = {**told, "settings-pointer": "/form/no/such", "settings-require": "true"}
        assert 'href="#settings-pointer"' in text(add("expression", **nowhere))
        assert add("expression", **told, **{"settings-require": "size(form.grounds.facts) >= 200"}).status_code == 302

    def test_own_words_stand_beside_the_suggested_ones(self, add):
        add("languages", **LANGUAGES, **{"says-fr": "En français, s'il vous plaît."})
        [rule] = queries.in_force(queries.requirements().entries)
        assert rule["says"]["fr"] == "En français, s'il vous plaît."
        assert rule["says"]["en"] == "A request of this kind is taken in: French, English."


class TestChanging:
    def test_order_removal_and_taking_back(self, add, browse, ada):
        add("languages", **LANGUAGES)
        add("size", **{"settings-number": "25"})
        page = browse(ada)

        def post(name, *args, **told):
            number = queries.requirements().number
            return page.post(reverse(name, args=args), {"number": number, **told})

        def ids():
            return [one.id for one in queries.requirements().entries]

        post("requirement-move", "eio-size", way="up")
        assert ids() == ["eio-size", "eio-languages"]
        post("requirement-remove", "eio-size")
        assert ids() == ["eio-languages"]
        post("requirements-take-back", to="3")
        assert ids() == ["eio-size", "eio-languages"]
        post("requirements-take-back")
        assert ids() == []
        whats = [step.what for step in queries.requirement_steps()]
        assert whats == ["taken-back", "taken-back", "removed", "moved", "added", "added"]
        assert {step.by for step in queries.requirement_steps()} == {"ada"}

    def test_an_id_never_means_two_requirements(self, add, browse, ada):
        add("languages", **LANGUAGES)
        browse(ada).post(reverse("requirement-remove", args=["eio-languages"]), {"number": 1})
        add("languages", **LANGUAGES)
        assert [one.id for one in queries.requirements().entries] == ["eio-languages-2"]

    def test_a_page_that_is_no_longer_true_changes_nothing(self, add, browse, ada):
        add("languages", **LANGUAGES)
        answer = browse(ada).post(reverse("requirement-remove", args=["eio-languages"]), {"number": 0})
        assert answer.status_code == 400
        assert "changed the list of requirements meanwhile" in text(answer)
        assert len(queries.requirements().entries) == 1

    def test_a_text_in_a_language_that_the_page_does_not_show_stays(self, browse, ada, node, settings, tmp_path):
        rule = (
            "- {id: german, instrument: eio, pointer: /language, severity: stop, require: \"language == 'de'\",\n"
            "   says: {en: In German., de: Auf Deutsch.}, remedy: {en: Translate it.}}\n"
        )
        settings.COMITY = replace(settings.COMITY, folder=tmp_path)
        (tmp_path / "requirements.yaml").write_text(rule, encoding="utf-8")
        told = {"number": 0, "severity": "mend", "settings-languages": "de", "says-en": "German only."}
        assert browse(ada).post(reverse("requirement", args=["german"]), told).status_code == 302
        [one] = queries.requirements().entries
        assert (one.severity, one.says) == ("mend", {"en": "German only.", "de": "Auf Deutsch."})

    def test_the_boxes_show_what_was_chosen(self, add, browse, ada):
        add(
            "languages", **{"settings-languages": ["fr"], "settings-other": "de", "severity": "mend"}, note="As agreed."
        )
        page = text(browse(ada).get(reverse("requirement", args=["eio-languages"])))
        assert 'value="de" checked' in page
        assert 'value="mend" checked' in page
        assert "As agreed." in page


class TestPublishing:
    def test_the_preview_says_every_sentence_in_every_language(self, add, browse, ada):
        add("languages", **LANGUAGES)
        page = text(browse(ada).get(reverse("requirements-preview")))
        [rule] = queries.in_force(queries.requirements().entries)
        for code, sentence in rule["says"].items():
            assert f'lang="{code}" dir="{"rtl" if code == "ar" else "ltr"}">{" ".join(sentence.split())}' in page
        assert "0 requests were received: too few to count" in page
        assert "The example meets every requirement." in page

    def test_the_preview_shows_what_the_example_lacks(self, add, browse, ada):
        add("attachments", **{"settings-number": "9"})
        page = text(browse(ada).get(reverse("requirements-preview")))
        assert "Would be refused:" in page
        assert "Documents that must be attached, at the least: 9." in page

    def test_puts_the_list_on_a_new_card_that_goes_to_every_peer(self, nl, add, browse, ada):
        before = queries.own_card(at=AT).serial
        add("languages", **LANGUAGES)
        shown = queries.requirements_fingerprint(queries.requirements().entries)
        browse(ada).post(reverse("requirements-publish"), {"shown": shown})
        card = queries.own_card(at=AT)
        assert card.serial == before + 1
        assert [one["require"] for one in card.requirements] == ["language in ['fr', 'en']"]
        assert [one.state for one in queries.delivery(card.id)] == ["waiting"]
        page = text(browse(ada).get(reverse("peer-own")))
        assert "On its way" in page

    def test_only_what_was_looked_at_is_published(self, add, browse, ada):
        add("languages", **LANGUAGES)
        shown = queries.requirements_fingerprint(queries.requirements().entries)
        add("size", **{"settings-number": "25"})
        assert browse(ada).post(reverse("requirements-publish"), {"shown": shown}).status_code == 400
        assert queries.own_card(at=AT).requirements == ()

    def test_a_card_is_sent_to_a_peer_once(self, nl, published):
        card = queries.own_card(at=AT)
        actions.announce_card(at=AT)
        assert Envelope.objects.filter(act=card.id).count() == 1


class TestTheCheckOfADraft:
    def test_says_what_would_be_refused_and_how_to_mend_it(self, browse, alice, draft, at):
        from comity.dossiers import actions as dossiers

        dossiers.save(draft, pointer="/form/measures/description", value=None, by=alice, at=at)
        page = text(browse(alice).get(reverse("draft-check", args=[draft.pk])))
        assert re.search(r"<strong>Would be refused:</strong> [^<]+ <span class=\"comity-quiet\">[^<]+</span>", page)


class TestTheRequestThatWeReceived:
    @pytest.fixture
    def received(self, alice, nl, at):
        """``received(**content)``: an order from the Netherlands; its address."""

        def sent(**content):
            assert nl.send(nl.opening(at, **content), at=at).refusals == ()
            return reverse("dossier-request", args=[f"{nl.authority}-2026-0001"])

        return sent

    def test_shows_the_verdict_of_our_own_check(self, browse, alice, received, published):
        form = catalogue.example("eio")["form"]
        form["states"] = {"issuing_state": "NL", "executing_state": "FR"}
        page = text(browse(alice).get(received(form=form)))
        assert "What the check finds" in page
        assert "Nothing stands in the way." in page

    def test_a_finding_leads_to_its_box(self, browse, alice, received):
        form = catalogue.example("eio")["form"]
        del form["measures"]["description"]
        page = text(browse(alice).get(received(form=form)))
        assert "As it was sent, this would be refused." in page
        assert re.search(r'href="#form-measures[^"]*"', page)
        anchor = re.search(r'href="#(form-measures[^"]*)"', page).group(1)
        assert f'id="{anchor}"' in page

    def test_is_not_there_for_what_we_sent(self, browse, alice, dossier):
        page = text(browse(alice).get(reverse("dossier-request", args=[dossier.pk])))
        assert "What the check finds" not in page


class TestReadingADraftInAnotherLanguage:
    def test_the_fixed_text_is_in_that_language_and_own_words_are_marked(self, browse, alice, draft):
        page = text(browse(alice).get(reverse("draft-review", args=[draft.pk]) + "?read=nl"))
        assert 'lang="nl" dir="ltr"' in page
        assert "comity-own-words" in page

    def test_arabic_runs_from_right_to_left(self, browse, alice, draft):
        assert 'lang="ar" dir="rtl"' in text(browse(alice).get(reverse("draft-review", args=[draft.pk]) + "?read=ar"))

    def test_the_documents_are_offered_in_the_languages_that_lack_nothing(self, browse, alice, draft):
        from comity.instruments import texts

        page = text(browse(alice).get(reverse("draft-review", args=[draft.pk])))
        for code in texts.languages(catalogue.get("eio")):
            assert f"preview.pdf?language={code}" in page
