"""A session ends when nobody works in it any more, and at the latest some hours after it began."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comity.access import sessions, signing
from comity.lib import clock
from comity.web.signing import door

Answer = Callable[[HttpRequest], HttpResponse]

SINCE, SEEN = "since", "seen"  # in the session, in seconds
NOTICE_EVERY = 60  # one write a minute is enough to know when somebody was last there


class Sessions:
    """Ends sessions that were idle too long or are too old; keeps when each was last used.

    A page that asks again by itself (htmx) is nobody at work: it keeps no session alive.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, http: HttpRequest) -> HttpResponse:
        if http.user.is_authenticated:
            why = over(http)
            if why:
                end(http, why)
            elif "HX-Request" not in http.headers:
                notice(http)
        return self.answer(http)


def begin(http: HttpRequest) -> None:
    """Somebody signed in just now."""
    http.session[SINCE] = http.session[SEEN] = int(clock.now().timestamp())


def over(http: HttpRequest) -> str:
    """Why the session is over, or nothing."""
    if SEEN not in http.session:
        return ""
    now = clock.now().timestamp()
    if now - http.session[SEEN] >= settings.COMITY.idle_minutes * 60:
        return "idle"
    return "too old" if now - http.session[SINCE] >= settings.SESSION_COOKIE_AGE else ""


def notice(http: HttpRequest) -> None:
    if SEEN not in http.session:
        begin(http)
        return
    at = clock.now()
    if at.timestamp() - http.session[SEEN] >= NOTICE_EVERY:
        http.session[SEEN] = int(at.timestamp())
        sessions.seen(http.session.session_key or "", ip=door.address(http), at=at)


def end(http: HttpRequest, why: str) -> None:
    door.record(http, signing.ENDED, user=http.user, why=why)
    sessions.forget(http.session.session_key)
    logout(http)
    if why == "idle":
        says = _("Your session has ended because nothing was done for a while. Sign in to go on.")
    else:
        says = _("Your session has ended because it was open for long. Sign in to go on.")
    messages.info(http, says)
