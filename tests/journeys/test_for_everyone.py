"""The pages for people who use no mouse, a narrow screen, another language, no script, or read from right to left."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from comity.instruments import catalogue
from tests.journeys.browsing import NARROW, Visitor
from tests.journeys.conftest import PASSWORD, node_of
from tests.journeys.filling import fill

pytestmark = pytest.mark.journey

# What an officer, an auditor and an administrator come to; a dossier's and a draft's pages are added below.
EVERYDAY = ("/", "/drafts/", "/approvals/", "/new/", "/new/eio/", "/new/eio/?to=nl-prosecution", "/account/")
OVERSIGHT = ("/log/", "/reads/")
HOUSE = (
    "/people/", "/people/claire/", "/people/add/", "/people/units/add/",
    "/peers/", "/peers/nl-prosecution/", "/peers/own/", "/peers/add/",
    "/peers/own/requirements/", "/peers/own/requirements/add/", "/peers/own/requirements/preview/",
    "/peers/own/requirements/add/?instrument=eio", "/peers/own/requirements/add/?instrument=eio&kind=languages",
    "/peers/own/requirements/add/?instrument=eio&kind=number",
)  # fmt: skip
OF_A_DOSSIER = ("", "request/", "timeline/", "documents/")
OF_A_DRAFT = ("", "form/urgency/", "form/measures/", "form/persons/", "documents/", "check/", "review/", "language/")


@pytest.fixture(scope="module")
def work(federation):
    """A dossier at both sides, and a draft that nobody has finished."""
    france, order = federation["fr-central"], catalogue.example("eio")
    told = {"by": "claire", "instrument": "eio", "to": "nl-prosecution", "unit": "mla", "request": order}
    sent = france.play("draft", **told)
    france.play("submit", by="claire", draft=sent)
    dossier = france.play("approve", by="antoine", draft=sent)["dossier"]
    draft = france.play("draft", **told)
    france.play("mend", by="claire", draft=draft, pointer="/form/measures/description", value=None)
    return {"dossier": f"/dossiers/{dossier}/", "draft": f"/drafts/{draft}/", "id": dossier}


# What stands on the main pages in English; none of it may be left in French.
ENGLISH = (
    "Worklist", "Drafts", "Approvals", "New request", "Peers", "People", "Reads", "Sign out", "My account",
    "We must act", "Open dossiers", "Overdue", "Filter", "What do you need?", "To whom does it go?",
    "Which unit handles it?", "Start the draft", "Your request", "About this draft", "Save and continue",
    "All sections", "Check before sending", "Review and send", "What happens next", "Stage", "Who must act",
    "Next deadline", "What you can do now", "Deadlines", "Who takes part", "Signature holds", "Proof",
    "What it says", "Verify everything", "Signed checkpoint", "Fingerprint", "Our own card", "Add a peer",
    "Legal source", "Back", "(optional)", "source not verified", "Who looked at what",
    "European Investigation Order", "Measures to be carried out", "Issuing authority", "Language",
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What a page was like at 360 px in French, the longer language."""

    wide: list[str]  # elements that reach beyond the window
    english: list[str]
    language: str | None


@pytest.fixture(scope="module")
def walked(browser, federation, work):
    """Every main page, seen once by the person who comes there; axe and the console are asked on the way."""
    places = {
        "antoine": (
            *EVERYDAY,
            *(work["dossier"] + part for part in OF_A_DOSSIER),
            *(work["draft"] + part for part in OF_A_DRAFT),
        ),
        "odile": OVERSIGHT,
        "hugo": HOUSE,
    }
    seen: dict[str, Seen] = {}
    for username, paths in places.items():
        reader = Visitor(browser, node_of(federation, username).address, width=NARROW)
        reader.sign_in(username, PASSWORD)
        if reader.page.get_attribute("html", "lang") != "fr":
            reader.press("Français")
        for path in paths:
            reader.go(path)
            reader.picture(f"fr-{name_of(path)}")
            lines = {line.strip() for line in reader.page.inner_text("body").splitlines()}
            english = [words for words in ENGLISH if words in lines]
            seen[path] = Seen(overflow(reader), english, reader.page.get_attribute("html", "lang"))
        reader.close()
    return seen


def name_of(path: str) -> str:
    return path.strip("/").replace("/", "-").replace("?", "-").replace("=", "-") or "worklist"


class TestByKeyboardAlone:
    def test_sign_in_skip_the_menu_open_a_dossier_and_begin_an_act(self, browser, federation, work):
        joost = Visitor(browser, node_of(federation, "joost").address)
        joost.go("/account/login/")
        page = joost.page
        tab_to(page, page.locator("input[name=login]"))
        page.keyboard.type("joost")
        tab_to(page, page.locator("input[name=password]"))
        page.keyboard.type(PASSWORD)
        with joost.arriving():
            page.keyboard.press("Enter")
        joost.until("/", work["id"])

        page.keyboard.press("Tab")
        expect(page.locator(".govuk-skip-link")).to_be_focused()
        joost.picture("skip-link")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")

        tab_to(page, page.get_by_role("row").filter(has_text=work["id"]).get_by_role("link").first)
        with joost.arriving():
            page.keyboard.press("Enter")
        joost.look()
        tab_to(page, page.get_by_role("button", name="Acknowledge receipt"))
        with joost.arriving():
            page.keyboard.press("Enter")
        joost.look()
        tab_to(page, page.locator('[name="/received_at.day"]'))
        tab_to(page, page.get_by_role("button", name="Save and continue"))
        joost.close()


def tab_to(page: Page, target: Locator, at_most: int = 60) -> None:
    """Press Tab until the target has the focus, and see that a person can see where she is."""
    for _turn in range(at_most):
        page.keyboard.press("Tab")
        if target.evaluate("box => box === document.activeElement"):
            style = target.evaluate("box => { const s = getComputedStyle(box); return s.outlineStyle + s.boxShadow }")
            assert style != "nonenone", "the focus cannot be seen"
            return
    raise AssertionError(f"{target} cannot be reached with Tab")


class TestNarrowScreen:
    def test_nothing_scrolls_sideways_at_360_pixels(self, walked):
        assert {path: one.wide for path, one in walked.items() if one.wide} == {}

    def test_the_menu_opens_and_closes(self, another):
        claire = another("claire", width=NARROW)
        claire.go("/")
        entry = claire.page.get_by_role("link", name="Drafts", exact=True)
        expect(entry).to_be_hidden()
        claire.page.get_by_role("button", name="Menu").click()
        expect(entry).to_be_visible()
        claire.look()


def overflow(visitor: Visitor) -> list[str]:
    """Elements that reach beyond the window when the page can be scrolled sideways."""
    return list(
        visitor.page.evaluate(
            """() => document.scrollingElement.scrollWidth <= innerWidth ? [] :
            [...document.body.querySelectorAll('*')].filter(box => {
              const at = box.getBoundingClientRect();
              return at.width && (at.right > innerWidth + 1 || at.left < -1);
            }).slice(-5).map(box => box.tagName + '.' + box.className)"""
        )
    )


class TestRightToLeft:
    def test_the_layout_turns_round_without_scrolling_sideways(self, another, work):
        for width in (NARROW, 1280):
            antoine = another("antoine", width=width)
            for path in ("/", work["dossier"], f"{work['dossier']}timeline/", f"{work['draft']}form/persons/"):
                antoine.go(path)
                assert antoine.page.get_attribute("html", "dir") == "ltr"
                start = antoine.page.locator(".comity-header__home").bounding_box()
                antoine.page.evaluate("document.documentElement.dir = 'rtl'")
                assert overflow(antoine) == [], path
                turned = antoine.page.locator(".comity-header__home").bounding_box()
                assert turned["x"] > start["x"], path
                antoine.picture(f"rtl-{name_of(path)}")


class TestInFrench:
    def test_no_english_is_left_on_the_main_pages(self, walked):
        assert {path: one.english for path, one in walked.items() if one.english} == {}

    def test_every_page_says_that_it_is_french(self, walked):
        assert {one.language for one in walked.values()} == {"fr"}

    def test_the_sign_in_page_greets_in_the_language_of_the_node(self, browser, federation):
        guest = Visitor(browser, federation["fr-central"].address)
        guest.go("/account/login/")
        guest.picture("sign-in")
        guest.press("Français")
        assert guest.says("Se connecter")
        guest.picture("sign-in-fr")
        guest.close()


class TestWithoutScript:
    def test_a_section_is_saved_grows_shrinks_and_the_act_is_submitted(self, another, work):
        claire = another("claire", script=False)
        claire.go("/new/eio/?to=nl-prosecution")
        claire.press("Start the draft")
        draft = claire.page.url.removeprefix(claire.address)
        persons = next(one for one in catalogue.get("eio").sections if one.id == "persons")
        place = "/form/persons/affected"
        claire.go(f"{draft}form/persons/")
        fill(claire, persons.fields, catalogue.example("eio")["form"]["persons"], "/form/persons")
        assert claire.page.locator(f'[name^="{place}/1/"]').count()
        claire.picture("no-script-persons")
        with claire.arriving():
            claire.page.locator(f'button[name="remove"][value="{place}/0"]').click()
        claire.look()
        assert claire.page.locator(f'[name^="{place}/1/"]').count() == 0
        assert claire.page.locator(f'[name="{place}/0/legal/short_name"]').input_value() == "KHL"
        claire.press("Save and come back later")
        claire.go(f"{draft}form/persons/")
        assert claire.page.locator(f'[name="{place}/0/legal/short_name"]').input_value() == "KHL"

        claire.go(f"{draft}documents/")
        paper = {"name": "decision.txt", "mimeType": "text/plain", "buffer": b"An invented decision."}
        claire.page.set_input_files("input[type=file]", paper)
        claire.press("Add")
        assert claire.says("decision.txt")

        claire.go(work["dossier"])
        begin = claire.page.locator("form[action$='/begin/note/'] button")
        if not begin.is_visible():
            claire.page.locator("details:has(form[action$='/begin/note/']) > summary").click()
        with claire.arriving():
            begin.click()
        claire.look()
        claire.page.locator('[name="/text"]').fill("Written without a script.")
        claire.press("Save and continue")
        claire.press("Sign and send")
        claire.go(f"{work['dossier']}timeline/")
        assert claire.says("Written without a script.")
