"""One's own account, and the language of the pages."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from comity.access import actions
from comity.access import queries as access
from comity.lib import clock
from comity.web.accounts import remember_language
from comity.web.pages import Http, page, signed_in


@signed_in
def account(http: Http) -> HttpResponse:
    """Name, roles, language, password, second factor."""
    return page(
        http,
        "people/account.html",
        roles=access.roles(http.user),
        units={unit.code: unit.name for unit in access.units()},
        second_factor=is_mfa_enabled(http.user),
        second_factor_required=settings.COMITY.second_factor == "required",
    )


@require_POST
def language(http: HttpRequest) -> HttpResponse:
    """Show the pages in another language; for people signed in this is kept with the account."""
    chosen = http.POST.get("language", "")
    back = http.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    answer = redirect(back)
    if chosen in dict(settings.LANGUAGES):
        remember_language(answer, chosen)
        if http.user.is_authenticated:
            actions.set_language(http.user, chosen, at=clock.now())
        if http.POST.get("told"):
            with override(chosen):
                messages.success(http, _("The pages are now in this language."))
    return answer


def no_reset(http: HttpRequest) -> HttpResponse:
    """Where somebody lands who forgot the password: an administrator helps."""
    return render(http, "account/no_reset.html")
