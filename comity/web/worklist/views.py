"""What waits: dossiers, drafts, approvals."""

from django.conf import settings
from django.http import HttpResponse

from comity.access import queries as access
from comity.dossiers import queries as dossiers
from comity.lib import clock
from comity.web.pages import Http, language, page, signed_in

OWED = {"us": "us", "them": "them"}


@signed_in
def worklist(http: Http) -> HttpResponse:
    """The start page: what is due soonest stands first."""
    asked = http.GET
    found = dossiers.worklist(
        http.user,
        at=clock.now(),
        owed=OWED.get(asked.get("owed", "")),  # type: ignore[arg-type]
        instrument=asked.get("instrument", ""),
        text=asked.get("text", "").strip(),
        overdue="overdue" in asked,
        closed="closed" in asked,
        language=language(),
    )
    return page(
        http,
        "worklist/worklist.html",
        list=found,
        asked=asked,
        filtered=any(asked.get(name) for name in ("owed", "instrument", "text", "overdue", "closed")),
        us=settings.COMITY.authority,
        works=bool(access.roles(http.user)),
        calls=dossiers.calls(http.user, clock.now(), language()),
    )


@signed_in
def drafts(http: Http) -> HttpResponse:
    return page(
        http,
        "worklist/drafts.html",
        drafts=dossiers.drafts(http.user, language()),
        discarded=dossiers.discarded(http.user, language()),
    )


@signed_in
def approvals(http: Http) -> HttpResponse:
    return page(http, "worklist/approvals.html", drafts=dossiers.to_approve(http.user, language()))
