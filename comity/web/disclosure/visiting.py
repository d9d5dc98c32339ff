"""The door of a window and what lies behind it, for a visitor who has no account here.

The cookie is the window's own: it is sent to the addresses of this window alone, and opens nothing else.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from comity.disclosure import actions, queries
from comity.disclosure.values import Visiting
from comity.lib import clock
from comity.web.disclosure.deciding import as_file
from comity.web.pages import page
from comity.web.signing.door import address
from comity.web.telling import told

COOKIE = f"comity-{settings.COMITY.authority}-window"


def visitor(http: HttpRequest, id: str) -> Visiting | None:
    return queries.stay(id, http.COOKIES.get(COOKIE, ""), at=clock.now())


def let_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Only for who came in through this window; for everybody else there is nothing here."""

    @never_cache
    @wraps(view)
    def guarded(http: HttpRequest, id: str, **named: Any) -> HttpResponseBase:
        visiting = visitor(http, id)
        if visiting is None:
            raise Http404
        return view(http, visiting, **named)

    return guarded


@never_cache
def door(http: HttpRequest, id: str) -> HttpResponse:
    """The list for who is in, the box for the code for everybody else, whether there is such a window or not."""
    if not queries.WINDOW_ID.fullmatch(id):
        raise Http404
    if http.method == "POST":
        return entered(http, id)
    visiting = visitor(http, id)
    if visiting is None:
        return page(http, "disclosure/door.html", id=id)
    shown = queries.shown(visiting, clock.now(), source=address(http))
    return page(http, "disclosure/visitor.html", id=id, shown=shown)


def entered(http: HttpRequest, id: str) -> HttpResponse:
    try:
        _, secret = actions.enter(id, http.POST.get("code", ""), at=clock.now(), source=address(http))
    except (actions.Closed, actions.TooManyTries) as error:
        problems = [{"id": "code", "says": " ".join(told(error).values())}]
        status = 429 if isinstance(error, actions.TooManyTries) else 400
        return page(http, "disclosure/door.html", status, id=id, problems=problems)
    answer = redirect("visit", id)
    answer.set_cookie(
        COOKIE, secret, path=reverse("visit", args=[id]), httponly=True, samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return answer


@let_in
def procedure(http: HttpRequest, visiting: Visiting) -> HttpResponse:
    """How to verify, for printing."""
    shown = queries.shown(visiting, clock.now(), source=address(http))
    file = f"{shown.case}-{visiting.window}.zip"
    command = f"comity bundle verify {file} \\\n  --key {shown.fingerprint} \\\n  --root {shown.root}"
    return page(http, "disclosure/procedure.html", id=visiting.window, shown=shown, command=command)


@let_in
def item(http: HttpRequest, visiting: Visiting, n: int) -> HttpResponseBase:
    """One item of the list, as a file."""
    taken = queries.item(visiting, n, clock.now(), source=address(http))
    return as_file(taken.content.name, taken.content.size, taken.pieces)


@let_in
def bundle(http: HttpRequest, visiting: Visiting) -> HttpResponseBase:
    found = queries.visitor_bundle(visiting, clock.now(), source=address(http))
    return as_file(found.name, found.size, found.pieces)


@require_POST
@let_in
def leave(http: HttpRequest, visiting: Visiting) -> HttpResponse:
    actions.leave(visiting, at=clock.now(), source=address(http))
    answer = redirect("visit", visiting.window)
    answer.delete_cookie(COOKIE, path=reverse("visit", args=[visiting.window]))
    return answer
