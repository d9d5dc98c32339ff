"""Pages that stay open: parts that ask again until everything has arrived, and the upload of a document."""

import io
import re

import pytest
from django.urls import reverse

from comity.access import queries as access
from comity.dossiers import queries
from tests.dossiers.conftest import AT

AGAIN = 'data-hx-trigger="every 2s"'


def text(answer):
    return answer.content.decode()


@pytest.fixture
def arriving(dossier, nl, later):
    """A document that the peer has announced, and not sent yet."""
    item, *blob = nl.item(b"answers of the bank" * 9000, "answers.csv")
    content = {"text": "Here is the answer.", "items": [item]}
    nl.send(nl.act(dossier.pk, "note", content, later(hours=1)), at=later(hours=1))
    return blob


class TestDocuments:
    def test_are_asked_for_again_while_one_arrives(self, browse, alice, dossier, arriving):
        page = text(browse(alice).get(reverse("dossier-documents", args=[dossier.pk])))
        there = reverse("dossier-documents-part", args=[dossier.pk])
        assert f'data-hx-get="{there}" {AGAIN}' in page
        assert "Arriving: 0 %" in page
        assert "<noscript>" in page
        part = text(browse(alice).get(there))
        assert "Arriving: 0 %" in part
        assert "<html" not in part

    def test_are_left_alone_once_all_is_here(self, browse, alice, dossier, arriving, nl, later):
        nl.deliver_blob(*arriving, later(hours=2))
        for name in ("dossier-documents", "dossier-documents-part"):
            page = text(browse(alice).get(reverse(name, args=[dossier.pk])))
            assert "answers.csv</a>" in page
            assert AGAIN not in page
            assert "<noscript>" not in page


class TestTimeline:
    def test_asks_again_about_an_act_that_waits_for_delivery(self, browse, alice, sent, nl):
        page = text(browse(alice).get(reverse("dossier-timeline", args=[sent.dossier_id])))
        assert "On its way to Nl-Prosecution" in page
        there = self.asked(page)
        assert sent.act_id in there
        part = text(browse(alice).get(there))
        assert "On its way to Nl-Prosecution" in part
        assert "Not delivered to Nl-Prosecution yet" in part
        nl.fetch(AT)
        part = text(browse(alice).get(there))
        assert f'id="delivery-{sent.act_id}" data-hx-swap-oob="true"' in part
        assert "Delivered to Nl-Prosecution" in part
        assert "Not delivered" not in part
        assert AGAIN not in part

    def test_asks_again_about_a_document_that_arrives(self, browse, alice, dossier, arriving, nl, later):
        there = self.asked(text(browse(alice).get(reverse("dossier-timeline", args=[dossier.pk]))))
        assert "Arriving: 0 %" in text(browse(alice).get(there))
        nl.deliver_blob(*arriving, later(hours=2))
        assert "answers.csv</a>" in text(browse(alice).get(there))

    def test_says_nothing_of_acts_of_another_dossier(self, browse, alice, sent, dossier):
        part = browse(alice).get(reverse("dossier-timeline-part", args=[dossier.pk]), {"act": ["f" * 64, "<b>"]})
        assert "delivery-" not in text(part)

    def asked(self, page):
        return re.search(r'id="under-way" data-hx-get="([^"]+)" ' + AGAIN, page).group(1).replace("&amp;", "&")


PARTS = ("dossier-timeline-part", "dossier-documents-part")


class TestParts:
    @pytest.mark.parametrize("name", PARTS)
    def test_work_for_the_unit_and_are_not_found_by_a_stranger(self, browse, alice, bob, charlie, dossier, name):
        found = [browse(user).get(reverse(name, args=[dossier.pk])).status_code for user in (alice, bob, charlie)]
        assert found == [200, 200, 404]
        assert browse(alice).get(reverse(name, args=["fr-central-2026-9999"])).status_code == 404

    @pytest.mark.parametrize("name", PARTS)
    def test_lead_whoever_was_signed_out_to_signing_in(self, browse, dossier, name):
        answer = browse(None).get(reverse(name, args=[dossier.pk]))
        assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")

    @pytest.mark.parametrize("name", PARTS)
    def test_are_no_new_look_at_the_dossier(self, browse, alice, dossier, name):
        before = len(access.reads())
        browse(alice).get(reverse(name, args=[dossier.pk]))
        assert len(access.reads()) == before


class TestUpload:
    def send(self, browse, alice, draft, **more):
        file = io.BytesIO(b"x")
        file.name = "a.txt"
        return browse(alice).post(reverse("draft-documents", args=[draft.pk]), {"file": file}, **more)

    def test_leads_a_browser_to_the_page(self, browse, alice, draft):
        assert self.send(browse, alice, draft)["Location"] == reverse("draft-documents", args=[draft.pk])

    def test_tells_the_script_that_shows_progress_to_load_the_page(self, browse, alice, draft):
        answer = self.send(browse, alice, draft, HTTP_X_REQUESTED_WITH="XMLHttpRequest")
        assert answer.status_code == 204
        assert [one.name for one in queries.draft(alice, draft.pk, AT).attachments] == ["a.txt"]
