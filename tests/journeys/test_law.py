"""From what is needed to the right request, and the pages of law for everyone."""

import pytest

from tests.journeys.browsing import NARROW

pytestmark = pytest.mark.journey

PAGES = (
    "/law/",
    "/law/countries/",
    "/law/countries/JP/",
    "/law/countries/KE/",
    "/law/compare/?a=FR&b=JP&differ=1",
    "/law/treaties/?text=extradition",
    "/law/treaties/cets-185/",
    "/law/harmonisation/?section=09",
    "/law/harmonisation/gaps/?country=FR",
    "/law/harmonisation/differences/?a=FR&b=NL",
    "/law/harmonisation/differences/?offence=illegal-access",
    "/law/harmonisation/budapest/",
    "/law/route/?from=FR&to=NL&measure=search",
    "/law/dual-criminality/?from=FR&to=JP&offence=illegal-access&instrument=mla-untoc",
)
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize("script", [True, False])
def test_what_is_needed_from_which_country_leads_to_a_draft(another, script):
    claire = another("claire", script=script)
    claire.go("/new/")
    claire.follow("What do you need, from which country?")
    claire.page.get_by_label("Measure").select_option(label="Search")
    claire.page.get_by_label("From which country?").select_option(label="Netherlands")
    claire.press("Show the routes")
    first = claire.page.locator(".comity-route").first
    assert "European Investigation Order" in first.inner_text()
    claire.press("Start this request", within=first)
    assert claire.says("Only authorities in Netherlands are shown.")
    claire.follow("Prosecution Office of the Netherlands")
    claire.press("Start the draft")
    assert claire.says("The draft is kept.")


def test_an_element_that_nobody_stated_is_stated_below(another):
    claire = another("claire")
    claire.go("/law/dual-criminality/?from=FR&to=NL&offence=illegal-access")
    before = claire.page.locator("#unstated").inner_text()
    row = claire.page.get_by_role("radiogroup", name="enter the whole or part of a system")
    row.get_by_label("alleged").check()
    claire.press("Compare on these facts")
    assert claire.page.locator("#unstated").inner_text() != before
    kept = claire.page.get_by_role("radiogroup", name="enter the whole or part of a system")
    assert kept.get_by_label("alleged").is_checked()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_law_fits_a_narrow_screen(another, path):
    claire = another("claire", width=NARROW)
    claire.go(path)
    assert not claire.page.evaluate(WIDER)
