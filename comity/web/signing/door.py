"""Who knocks: the record of signing in, with what a request tells about where it comes from."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from comity.access import signing
from comity.lib import clock

MEANS = {"socialaccount": "provider", "password": "password"}


def record(http: HttpRequest, what: str, *, user: Any = None, how: str = "", why: str = "") -> None:
    """Keep what happened, from where and with which browser."""
    signing.record(
        what,
        user=user,
        how=how,
        why=why,
        ip=address(http),
        browser=http.META.get("HTTP_USER_AGENT", ""),
        at=clock.now(),
    )


def failed(http: HttpRequest, how: str, why: str, *, user: Any = None) -> None:
    record(http, signing.FAILED, user=user, how=how, why=why)


def address(http: HttpRequest) -> str:
    """The address that a request comes from, seen past the reverse proxy."""
    return str(get_adapter(http).get_client_ip(http))


def means(http: HttpRequest, user: Any) -> str:
    """By what somebody signed in, in order: "password + totp", "passkey", "provider"."""
    used = []
    for one in get_authentication_records(http, user):
        if one["method"] == "mfa":
            kind = "passkey" if one.get("passwordless") else one["type"].replace("_", " ")
            used.append("security key" if kind == "webauthn" else kind)
        else:
            used.append(MEANS.get(one["method"], one["method"]))
    return " + ".join(dict.fromkeys(used))
