"""What else may happen to a request: it is refused, withdrawn, looked at by those who only read."""

import pytest
from playwright.sync_api import expect

from comity.instruments import catalogue
from tests.journeys.desk import act, approve, finish

pytestmark = pytest.mark.journey


@pytest.fixture
def sent(federation):
    """A small order that stands at both sides; its way there is another test."""

    def send() -> str:
        france = federation["fr-central"]
        order = catalogue.example("eio")
        draft = france.play("draft", by="claire", instrument="eio", to="nl-prosecution", unit="mla", request=order)
        france.play("submit", by="claire", draft=draft)
        return str(france.play("approve", by="antoine", draft=draft)["dossier"])

    return send


class TestRefusal:
    def test_a_refusal_names_its_ground_and_closes_what_can_be_done(self, sent, signed_in):
        dossier, claire, joost, femke = sent(), *map(signed_in, ("claire", "joost", "femke"))
        joost.until("/", dossier)
        ground = next(one for one in catalogue.get("eio").grounds if one.list == "refusal")
        content = {"ground": ground.code, "reasons": "Invented reasons, in words.", "consulted": True}
        act(joost, dossier, "eio", "refuse", content)
        joost.picture("act-refuse")
        finish(joost, "Submit for approval")
        approve(femke, joost)
        claire.until(f"/dossiers/{dossier}/timeline/", "Invented reasons, in words.")
        assert claire.says(" ".join(ground.says.split()))
        claire.picture("dossier-timeline-refused")
        claire.go(f"/dossiers/{dossier}/")
        claire.picture("dossier-refused")
        assert claire.page.get_by_role("button", name="Withdraw the order").count() == 0


class TestWithdrawal:
    def test_the_issuing_side_takes_an_order_back(self, sent, signed_in):
        dossier, claire, antoine, joost = sent(), *map(signed_in, ("claire", "antoine", "joost"))
        act(claire, dossier, "eio", "withdraw", {"reasons": "The suspect has confessed, with the statements."})
        finish(claire, "Submit for approval")
        approve(antoine, claire)
        joost.until(f"/dossiers/{dossier}/timeline/", "The suspect has confessed")
        joost.go("/")
        row = joost.page.get_by_role("row").filter(has_text=dossier)
        expect(row).to_contain_text("Withdrawn")
        joost.picture("worklist-several")


class TestADraftPutAside:
    def test_it_leaves_the_list_and_can_be_brought_back(self, signed_in):
        claire = signed_in("claire")
        claire.go("/new/eio/?to=nl-prosecution")
        claire.press("Start the draft")
        draft = claire.page.url.removeprefix(claire.address)
        claire.press("Put this draft aside")
        claire.picture("drafts-put-aside")
        assert claire.page.locator(f'main a[href="{draft}"]').count() == 0
        claire.press("Bring back")
        claire.go("/drafts/")
        claire.picture("drafts")
        assert claire.page.locator(f'main a[href="{draft}"]').count() == 1


class TestThoseWhoOnlyRead:
    def test_the_auditor_sees_the_log_verifies_it_and_sees_who_looked(self, sent, signed_in):
        dossier, odile = sent(), signed_in("odile")
        odile.go("/")
        odile.picture("auditor-worklist")
        odile.follow("Log")
        odile.press("Verify everything")
        odile.picture("log-verified")
        assert odile.says("are unchanged.")
        with odile.page.expect_download() as download:
            odile.page.get_by_role("link", name="the proof of entry").first.click()
        assert download.value.suggested_filename.endswith("-proof.json")
        odile.go(f"/dossiers/{dossier}/")
        assert odile.says("Your role reads this dossier only.")
        odile.picture("auditor-dossier")
        odile.go(f"/reads/?of={dossier}")
        odile.picture("reads")
        assert odile.says("Odile Garnier")

    def test_the_administrator_sees_people_and_peers_and_no_dossier(self, sent, signed_in):
        dossier, hugo = sent(), signed_in("hugo")
        for name, path in (
            ("people", "/people/"),
            ("person", "/people/claire/"),
            ("person-add", "/people/add/"),
            ("peers", "/peers/"),
            ("peer", "/peers/nl-prosecution/"),
            ("peer-own", "/peers/own/"),
            ("peer-add", "/peers/add/"),
            ("administrator-worklist", "/"),
            ("account", "/account/"),
        ):
            hugo.go(path)
            hugo.picture(name)
        hugo.go(f"/dossiers/{dossier}/", status=404)


class TestAPeerAddedByHand:
    def test_a_wrong_fingerprint_is_told(self, signed_in):
        hugo = signed_in("hugo")
        card = hugo.context.request.get(f"{hugo.address}/peers/own/card")
        hugo.go("/peers/add/")
        hugo.page.set_input_files(
            "input[type=file]",
            {"name": "own.card.json", "mimeType": "application/json", "buffer": card.body()},
        )
        hugo.page.get_by_role("textbox").last.fill("one two three four five six seven eight nine ten eleven twelve")
        with hugo.arriving():
            hugo.page.locator("main form button[type=submit]").last.click()
        hugo.look(status=400)
        hugo.picture("peer-add-refused")
        assert hugo.page.locator(".govuk-error-summary").count() == 1
