"""Searching everything that the reader may see; each hit leads to its thing, and is recorded as a read."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from comity.search import queries as search_room
from comity.search.queries import Hit
from comity.web.cases.asking import moment
from comity.web.cases.index import page_number
from comity.web.cases.leading import address, case_of
from comity.web.pages import Http, page, signed_in

A_PAGE = 25
SHORTEST = 2


def kinds() -> dict[str, str]:
    return {
        "case": _("Case"),
        "subject": _("Person or thing"),
        "item": _("Evidence"),
        "thread": _("Conversation"),
        "dossier": _("Dossier"),
    }


@signed_in
def search(http: Http) -> HttpResponse:
    """One box over cases, people and things, evidence, notes, conversations and dossiers."""
    words, kind, number = http.GET.get("words", "").strip(), http.GET.get("kind", ""), page_number(http)
    names = kinds()
    wanted = (kind,) if kind in names else ()
    found = (
        search_room.find(http.user, words, at=moment(), kinds=wanted, limit=A_PAGE, offset=(number - 1) * A_PAGE)
        if len(words) >= SHORTEST
        else None
    )
    return page(
        http,
        "cases/search.html",
        words=words,
        kind=kind,
        kinds=names.items(),
        found=found,
        hits=[shown(one, names) for one in found.hits] if found else [],
        page_number=number,
        short=bool(words) and found is None,
        pages=-(-found.total // A_PAGE) if found else 0,
        first=(number - 1) * A_PAGE + 1,
    )


def inner(hit: Hit) -> tuple[str, str]:
    """Kind and id of what was found: a note or task is told as part of its case, ``c-2026-0001 note-12``."""
    if hit.kind == "case" and " " in hit.ref:
        kind, _hyphen, id = hit.ref.rpartition(" ")[2].partition("-")
        return kind, id
    return hit.kind, hit.ref


def shown(hit: Hit, names: dict[str, str]) -> dict[str, Any]:
    number = case_of(hit.compartment)
    kind, id = inner(hit)
    href = address(kind, id, number) or (address("case", number) if number else "")
    names = {**names, "note": _("Note"), "task": _("Task")}
    return {
        "kind": names.get(kind, kind),
        "title": hit.title,
        "snippet": hit.snippet,
        "href": href,
        "case": number,
        "ref": hit.ref if hit.kind == "dossier" else "",
    }
