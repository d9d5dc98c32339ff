"""What stands before every page: a password of one's own, the second factor, and errors told as pages."""

import logging
from collections.abc import Callable
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from comity.access.rules import NotAllowed
from comity.lib.errors import ComityError
from comity.web.built import NotBuilt
from comity.web.telling import told

Answer = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger(__name__)

# What may still be reached before one's own password and the second factor are there: setting them, signing out,
# the language, files of the page.
ALWAYS = {"account_change_password", "account_logout", "language", "built"}
BEFORE_ENROLMENT = ALWAYS | {"mfa_activate_totp", "account_reauthenticate", "mfa_reauthenticate"}
NOT_FOUND = ("not-found", "no-user", "no-unit")  # how the codes of such errors end


class OwnPassword:
    """Leads everybody whose password somebody else knows to choosing another, before anything else."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, http: HttpRequest) -> HttpResponse:
        if not http.user.is_authenticated or not http.user.one_time_password or reachable(http, ALWAYS):
            return self.answer(http)
        back = http.get_full_path() if http.method == "GET" else "/"
        return redirect(f"{reverse('account_change_password')}?{urlencode({'next': back})}")


class SecondFactor:
    """Leads everybody without a TOTP device to enrolment, where node.toml says ``second_factor = "required"``."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, http: HttpRequest) -> HttpResponse:
        if settings.COMITY.second_factor != "required" or not http.user.is_authenticated:
            return self.answer(http)
        if reachable(http, BEFORE_ENROLMENT) or is_mfa_enabled(http.user):
            return self.answer(http)
        messages.info(http, _("Set up a second factor first. It takes a minute and is needed once."))
        return redirect("mfa_activate_totp")


def reachable(http: HttpRequest, names: set[str]) -> bool:
    """Whether the page is one of these, one for other nodes, or none at all."""
    try:
        here = resolve(http.path_info)
    except Resolver404:
        return True
    return here.url_name in names or here.app_name == "api"


class Errors:
    """Tells a :class:`ComityError` as a page: what happened, and what to do next."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, http: HttpRequest) -> HttpResponse:
        return self.answer(http)

    def process_exception(self, http: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, ComityError) or http.path_info.startswith("/exchange/"):
            return None
        if isinstance(error, NotBuilt):  # a page cannot be drawn then, not even that of the error
            return HttpResponse(f"{error.sentence}\n{error.remedy}\n", "text/plain; charset=utf-8", 503)
        status = status_of(error)
        log.info("%s %s: %s %s", http.method, http.path_info, status, error.code)
        if status == 404:
            return render(http, "404.html", status=404)
        back = http.META.get("HTTP_REFERER", "")
        ours = url_has_allowed_host_and_scheme(back, allowed_hosts={http.get_host()})
        context = {**told(error), "code": error.code, "back": back if ours else "/"}
        return render(http, "web/error.html", context, status=status)


def status_of(error: ComityError) -> int:
    """404 for what is not there or not ours to see, 403 for what we see but may not do, 400 for the rest."""
    if error.code.endswith(NOT_FOUND):
        return 404
    return 403 if isinstance(error, NotAllowed) else 400
