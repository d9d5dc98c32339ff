"""Each page is asked: does it work, may a colleague, does a stranger get 404, does a missing thing give 404."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from comity.web.templatetags import comity as tags
from tests.dossiers.conftest import AT
from tests.dossiers.peer import Peer

MINE = ("worklist", "drafts", "new", "account")
OF_DRAFT = ("draft", "draft-documents", "draft-check", "draft-review", "draft-language")
OF_DOSSIER = ("dossier", "dossier-request", "dossier-timeline", "dossier-documents")
OF_OVERSEERS = ("peers", "peer-own", "log", "people", "reads")
OF_ADMINISTRATORS = ("peer-add", "person-add", "unit-add")


def text(answer):
    return answer.content.decode()


class TestPagesOfDrafts:
    @pytest.mark.parametrize("name", OF_DRAFT)
    def test_work_for_the_one_who_drafts_and_her_colleague(self, browse, alice, bob, draft, name):
        for user in (alice, bob):
            assert browse(user).get(reverse(name, args=[draft.pk])).status_code == 200

    @pytest.mark.parametrize("name", [*OF_DRAFT, "draft-pdf"])
    def test_are_not_found_by_a_stranger(self, browse, charlie, draft, name):
        assert browse(charlie).get(reverse(name, args=[draft.pk])).status_code == 404

    @pytest.mark.parametrize("name", [*OF_DRAFT, "draft-pdf"])
    def test_are_not_found_when_missing(self, browse, alice, name):
        assert browse(alice).get(reverse(name, args=[999])).status_code == 404

    def test_every_section_shows_a_box_for_each_of_its_fields(self, browse, alice, draft):
        from comity.instruments import catalogue

        for section in catalogue.get("eio").sections:
            page = browse(alice).get(reverse("draft-section", args=[draft.pk, section.id]))
            assert page.status_code == 200
            plain = [field for field in section.fields if field.when is None]
            assert all(f'id="form-{section.id}-{field.id}"' in text(page) for field in plain)

    def test_a_section_that_does_not_exist_is_not_found(self, browse, alice, draft):
        assert browse(alice).get(reverse("draft-section", args=[draft.pk, "nonsense"])).status_code == 404

    def test_the_preview_is_a_pdf(self, browse, alice, draft):
        page = browse(alice).get(reverse("draft-pdf", args=[draft.pk]) + "?language=fr")
        assert page["Content-Type"] == "application/pdf"
        assert page.content.startswith(b"%PDF")

    @pytest.mark.parametrize("step", ["submit", "approve", "send", "give-back", "discard", "restore"])
    def test_steps_are_not_found_by_a_stranger(self, browse, charlie, submitted, step):
        address = reverse(f"draft-{step}", args=[submitted.pk])
        assert browse(charlie).post(address, {"read": "yes", "reason": "x"}).status_code == 404


class TestPagesOfDossiers:
    @pytest.mark.parametrize("name", OF_DOSSIER)
    def test_work_for_the_unit_and_for_auditors(self, browse, alice, bob, olga, dossier, name):
        for user in (alice, bob, olga):
            assert browse(user).get(reverse(name, args=[dossier.pk])).status_code == 200

    @pytest.mark.parametrize("name", [*OF_DOSSIER, "dossier-pdf"])
    def test_are_not_found_by_a_stranger(self, browse, charlie, dossier, name):
        assert browse(charlie).get(reverse(name, args=[dossier.pk])).status_code == 404

    @pytest.mark.parametrize("name", [*OF_DOSSIER, "dossier-pdf"])
    def test_are_not_found_when_missing(self, browse, alice, name):
        assert browse(alice).get(reverse(name, args=["fr-central-2026-9999"])).status_code == 404

    def test_the_timeline_proves_the_act(self, browse, alice, dossier):
        page = text(browse(alice).get(reverse("dossier-timeline", args=[dossier.pk])))
        assert "Signature holds" in page
        assert "Delivered to Nl-Prosecution" in page
        assert dossier.acts.get().act_id in page

    def test_an_act_is_not_begun_by_a_stranger(self, browse, charlie, dossier):
        assert browse(charlie).post(reverse("dossier-begin", args=[dossier.pk, "withdraw"])).status_code == 404

    def test_a_missing_document_is_not_found(self, browse, alice, node):
        assert browse(alice).get(reverse("document", args=[999])).status_code == 404


class TestOtherPages:
    @pytest.mark.parametrize("name", MINE)
    def test_work_for_everybody_who_signed_in(self, browse, alice, charlie, name):
        for user in (alice, charlie):
            assert browse(user).get(reverse(name)).status_code == 200

    @pytest.mark.parametrize("name", [*MINE, *OF_OVERSEERS, *OF_ADMINISTRATORS, "approvals"])
    def test_lead_others_to_signing_in(self, browse, node, name):
        answer = browse(None).get(reverse(name))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))

    @pytest.mark.parametrize("name", OF_OVERSEERS)
    def test_of_overseers_work_for_them_alone(self, browse, ada, olga, alice, nl, name):
        assert [browse(user).get(reverse(name)).status_code for user in (ada, olga, alice)] == [200, 200, 403]

    @pytest.mark.parametrize("name", OF_ADMINISTRATORS)
    def test_of_administrators_work_for_them_alone(self, browse, ada, olga, alice, name):
        assert [browse(user).get(reverse(name)).status_code for user in (ada, olga, alice)] == [200, 403, 403]

    def test_a_peer_is_shown_with_its_words(self, browse, ada, nl):
        page = text(browse(ada).get(reverse("peer", args=[nl.authority])))
        assert nl.card.fingerprint in page

    def test_a_missing_peer_or_user_is_not_found(self, browse, ada):
        assert browse(ada).get(reverse("peer", args=["nobody-here"])).status_code == 404
        assert browse(ada).get(reverse("person", args=["nobody"])).status_code == 404

    def test_an_unknown_instrument_is_not_found(self, browse, alice):
        assert browse(alice).get(reverse("new-receiver", args=["nonsense"])).status_code == 404

    def test_an_unknown_address_is_not_found(self, browse, alice):
        assert "Page not found" in text(browse(alice).get("/nonsense/"))


class TestWords:
    """Filters that put what other rooms and nodes say into the reader's words."""

    def test_a_requirement_is_said_in_the_readers_language(self, node):
        says = {"nl": "Alleen Nederlands.", "en": "Dutch only.", "fr": "En néerlandais seulement."}
        with override("fr"):
            assert tags.spoken(says) == "En néerlandais seulement."
            assert tags.spoken({"nl": "Alleen Nederlands.", "en": "Dutch only."}) == "Dutch only."
            assert tags.spoken({"nl": "Alleen Nederlands."}) == "Alleen Nederlands."

    def test_an_instrument_is_called_by_its_title_and_an_unknown_one_by_its_id(self, node):
        with override("fr"):
            assert tags.instrument("eio") == "Décision d'enquête européenne"
            assert tags.instrument("of-their-own") == "of-their-own"

    def test_moments_in_a_sentence_are_those_of_the_node(self, node):
        with override("fr"):
            said = tags.moments("does not answer; 2 tries, next at 2026-11-23T23:18:27Z")
        assert said == "does not answer; 2 tries, next at 24 novembre 2026, 00:18"

    def test_a_card_shows_what_it_asks_for_as_a_sentence(self, browse, ada):
        asks = {
            "id": "eio.language", "instrument": "eio", "pointer": "/language", "severity": "stop",
            "require": 'language in ["nl", "en"]', "says": {"en": "Dutch or English.", "fr": "Néerlandais ou anglais."},
            "remedy": {"en": "Translate it."},
        }  # fmt: skip
        Peer("nl-other", "NL", AT, requirements=[asks])
        page = text(browse(ada, "fr").get(reverse("peer", args=["nl-other"])))
        assert "Néerlandais ou anglais." in page
        assert "{" not in page.split("<main", 1)[1].split("</main>")[0]


class TestEveryPage:
    @pytest.fixture
    def pages(self, browse, alice, ada, draft, dossier):
        """The rendered pages of both, in English and French."""
        hers = [reverse(name) for name in MINE]
        hers += [reverse(name, args=[dossier.pk]) for name in OF_DOSSIER]
        hers += [reverse("new-receiver", args=["eio"]), reverse("new-receiver", args=["eio"]) + "?to=nl-prosecution"]
        hers += [reverse("draft-review", args=[draft.pk])]
        theirs = [reverse(name) for name in (*OF_OVERSEERS, *OF_ADMINISTRATORS)]
        return [
            browse(user, language).get(address)
            for language in ("en", "fr")
            for user, addresses in ((alice, hers), (ada, theirs), (None, [reverse("account_login")]))
            for address in addresses
        ]

    def test_allows_no_unsafe_script_or_style_and_has_none(self, pages):
        for page in pages:
            assert "unsafe" not in page["Content-Security-Policy"]
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", text(page))

    def test_names_no_address_outside_the_node(self, pages):
        for page in pages:
            loaded = re.findall(r'(?:src|href|action|poster|srcset)="([^"]*)"', text(page))
            assert all(address.startswith(("/", "#", "?", "data:")) for address in loaded)
            assert not any(address.startswith("//") for address in loaded)

    def test_has_one_first_heading_a_title_and_unique_ids(self, pages):
        for page in pages:
            ids = re.findall(r'\sid="([^"]+)"', text(page))
            assert text(page).count("<h1") == 1
            assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
            assert re.search(r"<title>[^<–]*\S[^<–]* – ", text(page))

    def test_is_french_for_who_reads_french(self, pages):
        french = pages[len(pages) // 2 :]
        assert all('lang="fr"' in text(page) and "Aller au contenu" in text(page) for page in french)
