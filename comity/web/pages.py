"""What every view needs: who asks, in which language, and a page as the answer."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from comity.access.queries import User
from comity.instruments.model import Definition
from comity.lib import clock
from comity.web.forms import wording


class Http(HttpRequest):
    """A request of somebody who signed in. In this field a request is a letter of request, hence the name."""

    user: User  # login_required sees to it


View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Only for people who signed in; the browser keeps no copy."""
    guarded: View = never_cache(login_required(view))
    return guarded


def part(view: View) -> View:
    """A part that an open page asks for again and again. Whoever is signed out by now is led to sign in."""

    @never_cache
    @wraps(view)
    def guarded(http: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if not http.user.is_authenticated:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return view(http, *args, **named)

    return guarded


def page(http: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(http, f"web/{template}", context, status=status)


def language() -> str:
    """The language of the reader."""
    return get_language() or "en"


def zone() -> str:
    """The time zone of the node, in which moments are typed and shown."""
    return str(settings.COMITY.time_zone)


def today() -> date:
    """The day at the node, by which it is decided who is bound by a treaty."""
    return clock.now().astimezone(ZoneInfo(zone())).date()


def told(definition: Definition) -> Definition:
    """The definition in the reader's language."""
    return wording.in_language(definition, language())


def one_of(rows: Any, id: str) -> Any:
    """The row with this id.

    :raises Http404: there is none.
    """
    for row in rows:
        if row.id == id:
            return row
    raise Http404
