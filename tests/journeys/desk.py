"""What people do at their desk again and again: take a step in a dossier, approve one, find a row."""

from typing import Any

from playwright.sync_api import Locator

from comity.instruments import catalogue, contents
from tests.journeys.browsing import Visitor
from tests.journeys.filling import fill


def act(visitor: Visitor, dossier: str, instrument: str, kind: str, content: dict[str, Any]) -> None:
    """Begin an act from the page of the dossier, fill its form and save it."""
    definition = catalogue.get(instrument)
    told = definition.act(kind)
    assert told is not None
    visitor.go(f"/dossiers/{dossier}/")
    begin = visitor.page.locator(f'form[action$="/begin/{kind}/"] button')
    for fold in visitor.page.locator(f'details:not([open]):has(form[action$="/begin/{kind}/"]) > summary').all():
        fold.click()
    with visitor.arriving():
        begin.click()
    visitor.look()
    fill(visitor, contents.fields(definition, told), content, "", zone="Europe/Amsterdam")
    visitor.press("Save and continue")


def finish(visitor: Visitor, button: str) -> None:
    """From the review: submit it, or sign and send what needs no second person."""
    if not visitor.page.url.endswith("/review/"):
        visitor.follow("Review and send")
    visitor.press(button)


def approve(approver: Visitor, drafter: Visitor) -> None:
    """Approve what the other has on the screen, from the list of approvals."""
    open_for_approval(approver, drafter)
    approver.page.get_by_label("I have read it whole").check()
    approver.press("Approve, sign and send")


def open_for_approval(approver: Visitor, drafter: Visitor) -> None:
    review = drafter.page.url.removeprefix(drafter.address)
    approver.go("/approvals/")
    with approver.arriving():
        approver.page.locator(f'a[href="{review}"]').click()
    approver.look()


def row_of(visitor: Visitor, dossier: str) -> Locator:
    """The row of a dossier in the worklist."""
    return visitor.page.get_by_role("row").filter(has_text=dossier)
