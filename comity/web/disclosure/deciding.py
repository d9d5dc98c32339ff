"""One window for those who work on it: its list, approval, codes, visits, the bundle."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from comity.cases import queries as cases
from comity.disclosure import actions, queries
from comity.disclosure.values import WindowView
from comity.exchange.wire.keys import words
from comity.web.cases.asking import moment
from comity.web.pages import Http, page, signed_in
from comity.web.telling import told


@signed_in
def listed(http: Http) -> HttpResponse:
    """Windows that wait for the reader's decision, and for an auditor all of them."""
    return page(
        http,
        "disclosure/listed.html",
        waiting=queries.to_approve(http.user, moment()),
        audited=queries.audited(http.user, moment()),
    )


@signed_in
def window(http: Http, number: str, id: str) -> HttpResponse:
    """Everything on one window; its buttons come back here."""
    view = queries.window(http.user, id, moment())
    if view.row.case != number:
        raise Http404
    if http.method == "POST":
        return decided(http, view)
    return shown(http, view)


def shown(http: Http, view: WindowView, problems: tuple[dict[str, str], ...] = (), **more: Any) -> HttpResponse:
    """As the page of its case for those who see the case, as a page of its own for the others."""
    try:
        case = cases.case(http.user, view.row.case, moment())
    except cases.NotFound:
        case = None
    frame = "web/cases/frame.html" if case else "web/disclosure/alone.html"
    return page(
        http, "disclosure/window.html", 400 if problems else 200, here="disclosure", case=case, frame=frame, view=view,
        row=view.row, words=words(view.fingerprint) if view.fingerprint else (), problems=problems, **more,
    )  # fmt: skip


def decided(http: Http, view: WindowView) -> HttpResponse:
    id, do, reason = view.row.id, http.POST.get("do", ""), http.POST.get("reason", "")
    try:
        if do == "approve":
            actions.approve(id, by=http.user, at=moment())
            messages.success(http, _("Approved. The list is signed, and its root stands in the log."))
        elif do == "decline":
            actions.decline(id, reason=reason, by=http.user, at=moment())
            messages.success(http, _("Not approved. The lead reads your reason."))
        elif do == "end":
            actions.end(id, reason=reason, by=http.user, at=moment())
            messages.success(http, _("Closed. Nothing opens through this window any more."))
        elif do == "code":
            return handed(http, view, actions.hand_code(id, by=http.user, at=moment()))
    except actions.NoReason as error:
        return shown(http, view, ({"id": f"{do}-reason", "says": told(error)["says"]},), reason=reason, doing=do)
    except actions.Changed as error:
        return shown(http, view, ({"id": "", "says": " ".join(told(error).values())},))
    return redirect("window", view.row.case, id)


def handed(http: Http, view: WindowView, code: str) -> HttpResponse:
    """The sheet for the recipient. It is made once and kept nowhere."""
    address = settings.COMITY.endpoint.split("/exchange")[0].rstrip("/") + reverse("visit", args=[view.row.id])
    return page(
        http, "disclosure/sheet.html", view=view, row=view.row, code=code, address=address,
        words=words(view.fingerprint),
    )  # fmt: skip


@signed_in
def bundle(http: Http, number: str, id: str) -> StreamingHttpResponse:
    """The court bundle of the list."""
    found = queries.bundle(http.user, id, moment())
    return as_file(found.name, found.size, found.pieces)


def as_file(name: str, size: int, pieces: Any) -> StreamingHttpResponse:
    """A file that is offered for saving, never shown as a page of ours."""
    answer = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    answer["Content-Length"] = str(size)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


@signed_in
def opening(http: Http, number: str, id: str, n: int) -> HttpResponse:
    """What opens the commitment of a withheld item, for the court."""
    found = queries.opening(http.user, id, n, moment())
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = content_disposition_header(True, f"{id}-{n}.json") or "attachment"
    return answer
