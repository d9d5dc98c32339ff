"""The whole way of one request, through pages only: France orders bank records in the Netherlands."""

import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from comity.demo import exhibit
from comity.instruments import catalogue
from comity.lib import clock
from tests.journeys.desk import act, approve, finish, open_for_approval, row_of
from tests.journeys.filling import fill

pytestmark = pytest.mark.journey

ORDER = catalogue.example("eio")
LEFT_OUT = "/form/measures/description"
ASKED = "/form/additional/bank_transactions/relevance"
RELEVANCE = "Every payment of the victims reached this account; the savings account received a tenth of each."
EXHIBIT = b"".join(exhibit.statement(300_000))


@pytest.fixture(scope="class")
def story(signed_in):
    """Who takes part, and what they learn on the way (the number of the draft, then of the dossier)."""
    cast = {name: signed_in(name) for name in ("claire", "antoine", "joost", "femke")}
    return SimpleNamespace(**cast, draft="", dossier="")


class TestOneRequestFromDraftToEvidence:
    """Each step starts where the one before it ended."""

    def test_claire_starts_an_order_in_dutch(self, story):
        claire = story.claire
        claire.go("/")
        claire.picture("worklist-empty")
        claire.follow("New request")
        claire.picture("new-request")
        claire.follow("European Investigation Order")
        claire.picture("new-receiver")
        claire.follow("Prosecution Office of the Netherlands")
        claire.page.get_by_label("Dutch").check()
        claire.picture("new-details")
        claire.press("Start the draft")
        story.draft = claire.page.url.removeprefix(claire.address)
        claire.picture("draft-tasks")
        assert claire.says("The draft is kept.")

    def test_she_fills_the_sections_one_by_one_and_leaves_a_mandatory_answer_out(self, story):
        claire, definition = story.claire, catalogue.get("eio")
        for section in definition.sections:
            if section.id not in ORDER["form"]:
                continue
            claire.go(f"{story.draft}form/{section.id}/")
            fill(claire, section.fields, ORDER["form"][section.id], f"/form/{section.id}", leave=[LEFT_OUT])
            claire.picture(f"section-{section.id}")
            claire.press("Save and continue")
            problems = claire.page.locator(".govuk-error-summary li").all_inner_texts()
            assert len(problems) == (section.id == "measures"), problems
        claire.go(story.draft)
        claire.picture("draft-tasks-nearly-done")
        assert claire.says("1 point to mend")

    def test_preflight_stops_and_leads_to_the_very_field(self, story):
        claire = story.claire
        claire.press("Check the request")
        claire.picture("check-stops")
        assert claire.says("This cannot be sent yet.")
        findings = claire.page.locator(".comity-finding--stop a")
        assert findings.count() == 1
        with claire.arriving():
            findings.click()
        claire.look()
        box = claire.page.locator(f'[name="{LEFT_OUT}"]')
        assert claire.page.url.endswith("#form-measures-description")
        expect(box).to_be_in_viewport()
        expect(box).to_have_attribute("aria-invalid", "true")
        claire.picture("section-with-error")
        box.fill(ORDER["form"]["measures"]["description"])
        claire.press("Save and continue")
        claire.go(f"{story.draft}check/")
        claire.picture("check-passes")
        assert claire.says("Nothing stands in the way.")

    def test_she_attaches_a_file_takes_it_off_and_puts_it_back(self, story, tmp_path):
        claire = story.claire
        claire.go(f"{story.draft}documents/")
        attached = tmp_path / "décision du juge.txt"
        attached.write_text("La décision, inventée.", encoding="utf-8")
        claire.page.set_input_files("input[type=file]", attached)
        claire.press("Add")
        claire.press(f"Take off {attached.name}")
        assert claire.says("was taken off")
        claire.picture("draft-documents-taken-off")
        claire.press(f"Put back {attached.name}")
        expect(claire.page.get_by_role("link", name=attached.name)).to_be_visible()
        claire.picture("draft-documents")

    def test_she_submits_it_and_may_not_approve_it_herself(self, story):
        claire = story.claire
        claire.go(f"{story.draft}review/")
        claire.picture("review-before")
        claire.press("Submit for approval")
        claire.picture("review-submitted")
        assert claire.page.get_by_role("button", name="Approve").count() == 0
        assert claire.says("Antoine Lemaire")

    def test_antoine_gives_it_back_with_a_reason_and_claire_submits_it_again(self, story):
        claire, antoine = story.claire, story.antoine
        open_for_approval(antoine, claire)
        antoine.page.get_by_label("Or give it back").fill("Name the account in the description too.")
        antoine.press("Give back")
        claire.go(story.draft)
        claire.picture("draft-given-back")
        assert claire.says("Name the account in the description too.")
        claire.go(f"{story.draft}form/measures/")
        said = ORDER["form"]["measures"]["description"] + " The account is NL02MAAS0417164300."
        claire.page.locator(f'[name="{LEFT_OUT}"]').fill(said)
        claire.press("Save and continue")
        claire.go(f"{story.draft}review/")
        claire.press("Submit for approval")

    def test_antoine_approves_it_once_he_has_read_it(self, story):
        antoine = story.antoine
        antoine.go(f"{story.draft}review/")
        antoine.picture("review-to-approve")
        antoine.page.get_by_label("I have read it whole").check()
        antoine.press("Approve, sign and send")
        story.dossier = antoine.page.url.rstrip("/").rpartition("/")[2]
        antoine.picture("dossier-sent")
        assert story.dossier.startswith("fr-central-")

    def test_joost_sees_it_in_his_worklist_with_its_clocks_running(self, story):
        joost = story.joost
        joost.until("/", story.dossier)
        joost.picture("worklist-received")
        row = row_of(joost, story.dossier)
        expect(row).to_contain_text("New")
        expect(row).to_contain_text("due in")
        with joost.arriving():
            row.get_by_role("link").first.click()
        joost.look()
        joost.picture("dossier-received")
        deadlines = joost.page.get_by_role("table", name="Deadlines of both sides")
        assert deadlines.get_by_role("row").count() > 1

    def test_joost_acknowledges_it(self, story):
        content = {"received_at": clock.stamp(clock.now()), "competent_authority": "Financial team, Rotterdam"}
        act(story.joost, story.dossier, "eio", "acknowledge", content)
        story.joost.picture("act-acknowledge")
        finish(story.joost, "Sign and send")
        story.claire.until(f"/dossiers/{story.dossier}/timeline/", "Financial team, Rotterdam")

    def test_joost_asks_about_a_field_and_femke_approves_the_question(self, story):
        due = clock.stamp(clock.now().replace(second=0, microsecond=0) + timedelta(days=5))
        content = {"pointer": ASKED, "asks": "Why do you need the savings account?", "due": due}
        act(story.joost, story.dossier, "eio", "ask", content)
        story.joost.picture("act-ask")
        finish(story.joost, "Submit for approval")
        approve(story.femke, story.joost)

    def test_claire_sees_the_question_beside_the_field_answers_it_and_corrects_the_field(self, story):
        claire = story.claire
        claire.until(f"/dossiers/{story.dossier}/", "Why do you need the savings account?")
        claire.picture("dossier-asked")
        assert claire.says("due in 4 days") or claire.says("due in 5 days")
        claire.go(f"/dossiers/{story.dossier}/request/")
        expect(claire.page.locator(f"#{ASKED.strip('/').replace('/', '-')}")).to_contain_text("asks:")
        claire.picture("dossier-request-asked")
        claire.go(f"/dossiers/{story.dossier}/")
        claire.press("Answer")
        claire.page.locator('[name="/answer"]').fill("It received a tenth of each payment.")
        claire.page.locator(f'[name="/amends{ASKED}"]').fill(RELEVANCE)
        claire.picture("act-answer")
        claire.press("Save and continue")
        finish(claire, "Submit for approval")
        approve(story.antoine, claire)
        story.joost.until(f"/dossiers/{story.dossier}/request/", RELEVANCE)
        assert not story.joost.says("asks:")

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("recognise", {"scope": "full"}),
            ("start_execution", {"by_whom": "FIOD, Rotterdam"}),
            ("transfer", {"description": "The statements of the account.", "return_required": False}),
        ],
        ids=lambda one: one if isinstance(one, str) else "",
    )
    def test_femke_approves_what_joost_submits(self, story, tmp_path, kind, content):
        joost = story.joost
        act(joost, story.dossier, "eio", kind, content)
        if kind == "transfer":
            file = tmp_path / "statements.csv"
            file.write_bytes(EXHIBIT)
            joost.follow("Documents")
            joost.page.set_input_files("input[type=file]", file)
            joost.press("Add")
            joost.picture("act-transfer-documents")
        finish(joost, "Submit for approval")
        approve(story.femke, joost)

    def test_claire_downloads_the_exhibit_unchanged(self, story):
        claire, documents = story.claire, f"/dossiers/{story.dossier}/documents/"
        link = claire.page.get_by_role("link", name="statements.csv")
        # A document is listed with its hash at once, and becomes a link when all of it has arrived.
        claire.until(documents, hashlib.sha256(EXHIBIT).hexdigest(), shows='main td a:text("statements.csv")')
        claire.picture("dossier-documents")
        with claire.page.expect_download() as download:
            link.click()
        assert Path(download.value.path()).read_bytes() == EXHIBIT

    def test_the_request_opens_as_a_dutch_document(self, story):
        joost = story.joost
        joost.go(f"/dossiers/{story.dossier}/request/")
        joost.picture("dossier-request")
        href = joost.page.get_by_role("link", name="Nederlands (PDF)").get_attribute("href")
        answer = joost.context.request.get(f"{joost.address}{href}")
        assert answer.headers["content-type"] == "application/pdf"
        document = PdfReader(BytesIO(answer.body()))
        assert document.root_object["/Lang"].startswith("nl")
        text = "".join(page.extract_text() for page in document.pages)
        assert "Europees onderzoeksbevel" in text
        assert "NL02MAAS0417164300" in text

    def test_the_timeline_shows_signature_receipt_and_place_in_the_log(self, story):
        claire = story.claire
        claire.until(f"/dossiers/{story.dossier}/timeline/", "The statements of the account.")
        claire.picture("dossier-timeline")
        steps = claire.page.locator(".moj-timeline__item")
        assert steps.count() == 7
        assert claire.page.get_by_text("Signature holds").count() == 7
        assert claire.page.get_by_text("Delivered to").count() == 2
        for step in steps.all():
            step.locator("summary", has_text="Proof").click()
            expect(step).to_contain_text("Place in our log")
            expect(step).to_contain_text("ML-DSA-65")
        expect(steps.last).to_contain_text("Receipt of")
        claire.look()

    def test_a_stranger_finds_nothing(self, story, signed_in):
        yann = signed_in("yann")
        for place in ("", "request/", "timeline/", "documents/", "request.pdf"):
            yann.go(f"/dossiers/{story.dossier}/{place}", status=404)
        yann.go(f"{story.draft}review/", status=404)
        yann.picture("not-found")
        yann.go("/")
        assert not yann.says(story.dossier)
