"""Too many attempts: a page that says when to try again."""

import math
import time
from datetime import timedelta
from typing import Any

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from comity.lib import clock
from comity.web.signing import door

# Which limit of allauth (app, action) stands before which page.
LIMITS = {
    "account_login": ("allauth.account", "login"),
    "provider_begin": ("allauth.account", "login"),
    "provider_callback": ("allauth.account", "login"),
    "mfa_login_webauthn": ("allauth.mfa", "webauthn_login"),
    "account_change_password": ("allauth.account", "change_password"),
    "account_reauthenticate": ("allauth.account", "reauthenticate"),
    "mfa_reauthenticate": ("allauth.account", "reauthenticate"),
    "mfa_reauthenticate_webauthn": ("allauth.account", "reauthenticate"),
}
AT_LEAST = 5  # seconds
RECORD_EVERY = 60


def handler429(http: HttpRequest) -> HttpResponse:
    """What allauth asks for when one of its limits is reached (named in ``config.urls``)."""
    name = http.resolver_match.url_name if http.resolver_match else ""
    app, action = LIMITS.get(name or "", ("allauth.account", "login"))
    return too_many(http, app=app, action=action)


def too_many(
    http: HttpRequest, *, app: str = "allauth.account", action: str, key: str | None = None, user: Any = None
) -> HttpResponse:
    """429 with the moment from which the next attempt is looked at."""
    seconds = max(AT_LEAST, math.ceil(seconds_left(http, app=app, action=action, key=key)))
    user = http.user if http.user.is_authenticated else user
    about = f"too-many:{action}:{user.pk if user else door.address(http)}"
    if cache.add(about, True, timeout=RECORD_EVERY):  # recorded once a minute: the record must not be flooded
        door.failed(http, "", "too many attempts", user=user)
    again = {"again_at": clock.now() + timedelta(seconds=seconds), "minutes": math.ceil(seconds / 60)}
    answer = render(http, "429.html", again, status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def seconds_left(http: HttpRequest, *, app: str, action: str, key: str | None) -> float:
    """How long until the limit lets the next attempt through: when the oldest of those that fill it lapses."""
    now, longest = time.time(), 0.0
    for rate in ratelimit.get_rates(app=app, action=action):
        if rate.per == "key" and key is None:
            continue
        if rate.per == "user" and not http.user.is_authenticated:
            continue
        name = ratelimit.get_cache_key(http, app=app, action=action, rate=rate, key=key)
        attempts = [at for at in cache.get(name, []) if at > now - rate.duration]
        if len(attempts) >= rate.amount:
            longest = max(longest, min(attempts) + rate.duration - now)
    return longest
