"""The menu: a few areas, and the pages of the area in which the reader is. Only what this person may open stands there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Page:
    """A page of the menu by its URL name. ``also`` are the beginnings of addresses that belong to it too."""

    name: str
    label: str
    shown: bool = True
    count: int = 0
    also: Sequence[str] = ()


@dataclass(frozen=True)
class Area:
    """Pages that belong together; the area leads to its first page."""

    label: str
    pages: Sequence[Page] = field(default_factory=tuple)


def areas(told: dict[str, Any]) -> list[Area]:
    """Every area with its pages. ``told`` says what the person may do, and what waits (`context.may`)."""
    works, audits = told["work"], told["audit"]
    return [
        Area(
            _("Requests"),
            (
                Page("worklist", _("Worklist"), works or audits, also=("/dossiers/",)),
                Page("drafts", _("Drafts"), works),
                Page("approvals", _("Approvals"), told["approve"], told["approvals"]),
                Page("new", _("New request"), works),
                Page("unit", _("Unit"), works, told["escalations"]),
                Page("figures", _("Figures"), told["figures"]),
                Page("assurances", _("Safeguards"), works or audits, told["alarms"], also=("/safeguards/",)),
            ),
        ),
        Area(
            _("Cases"),
            (
                Page("cases", _("Cases"), works or told["cases"]),
                Page("search", _("Search"), works or told["cases"]),
                Page("windows", _("Windows"), audits or told["approve"], told["windows"]),
                Page(
                    "measures",
                    _("Return and destruction"),
                    told["approve"],
                    told.get("measures", 0),
                    also=("/evidence/",),
                ),
            ),
        ),
        Area(
            _("Liaison"),
            (
                Page("liaison", _("Whom to ask"), told["liaison"]),
                Page("liaison-directory", _("Directory"), told["liaison"]),
                Page("liaison-threads", _("Conversations"), works, told["unread"]),
                Page("liaison-calls", _("Urgent calls"), works),
                Page("liaison-duty", _("Duty roster"), works),
            ),
        ),
        Area(_("Law"), (Page("law", _("Law")),)),
        Area(
            _("Node"),
            (
                Page("peers", _("Peers"), told["peers"]),
                Page("log", _("Log"), told["log"]),
                Page("people", _("People"), told["people"]),
                Page("access", _("Access"), True, told["to_review"]),
                Page("reads", _("Reads"), told["reads"]),
                Page("retention", _("Retention"), told["retention"]),
                Page("inquiries", _("Inquiries"), told["inquiries"]),
            ),
        ),
    ]


def menu(path: str, told: dict[str, Any]) -> dict[str, Any]:
    """``areas`` and the ``pages`` of the area to which the address belongs: {href, name, count, here}."""
    shown = [(area.label, [_item(page) for page in area.pages if page.shown]) for area in areas(told)]
    shown = [(label, pages) for label, pages in shown if pages]
    found = _here(path, [page for _label, pages in shown for page in pages])
    inside = next((pages for _label, pages in shown if found in pages), [])
    return {
        "areas": [
            {
                "href": pages[0]["href"],
                "name": label,
                "count": sum(page["count"] for page in pages),
                "here": pages is inside,
            }
            for label, pages in shown
        ],
        "pages": [{**page, "here": page is found} for page in inside] if len(inside) > 1 else [],
    }


def _item(page: Page) -> dict[str, Any]:
    href = reverse(page.name)
    return {"href": href, "name": page.label, "count": page.count, "under": (href, *page.also)}


def _here(path: str, pages: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The page whose address is the longest beginning of this one; the worklist is only itself."""
    best: tuple[int, dict[str, Any] | None] = (0, None)
    for page in pages:
        for beginning in page["under"]:
            fits = path == beginning if beginning == "/" else path.startswith(beginning)
            if fits and len(beginning) > best[0]:
                best = (len(beginning), page)
    return best[1]
