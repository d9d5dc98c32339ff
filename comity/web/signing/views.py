"""One's sessions, the way to the provider and back, and the record of sign-ins for auditors."""

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from requests import RequestException

from comity.access import queries as access
from comity.access import rules, sessions, signing
from comity.access.rules import Thing
from comity.lib import clock
from comity.web.pages import Http, page, signed_in
from comity.web.signing import door, provider

# One's sessions


@signed_in
def open_sessions(http: Http) -> HttpResponse:
    """Where one is signed in, and what happened at the door lately."""
    key, at = http.session.session_key, clock.now()
    return page(
        http,
        "people/sessions.html",
        sessions=sessions.sessions(http.user, at=at, here=key),
        sign_ins=signing.sign_ins(of=http.user, limit=10),
        idle=settings.COMITY.idle_minutes,
        hours=settings.SESSION_COOKIE_AGE // 3600,
    )


@signed_in
@require_POST
def end_session(http: Http) -> HttpResponse:
    """End one of them, or all but this one."""
    if http.POST.get("session"):
        number = http.POST["session"]
        sessions.end(http.user, int(number) if number.isdecimal() else 0)
        ended = 1
    else:
        ended = sessions.close(http.user, but=http.session.session_key)
    if ended:
        door.record(http, signing.ENDED, user=http.user, why="ended elsewhere")
    messages.success(http, ngettext("%(n)s session has ended.", "%(n)s sessions have ended.", ended) % {"n": ended})
    return redirect("sessions")


# The provider


@never_cache
@require_POST
def begin(http: HttpRequest) -> HttpResponse:
    """Sign in through the provider."""
    provider.ours()
    return onward(http, "login", next_url=get_next_redirect_url(http))


@signed_in
@require_POST
@reauthentication_required(app="allauth.socialaccount")  # type: ignore[untyped-decorator]
def bind(http: Http) -> HttpResponse:
    """Bind the identity at the provider to one's own account."""
    provider.ours()
    return onward(http, "connect", user=http.user.pk)


@signed_in
@require_POST
@reauthentication_required(app="allauth.socialaccount")  # type: ignore[untyped-decorator]
def unbind(http: Http) -> HttpResponse:
    signing.unbind(http.user, provider.ours().issuer, by=http.user, at=clock.now())
    messages.success(http, _("%(provider)s no longer signs you in.") % {"provider": provider.ours().name})
    return redirect("mfa_index")


def onward(http: HttpRequest, process: str, *, next_url: str | None = None, user: int | None = None) -> HttpResponse:
    """A page that leads on to the provider.

    Not a redirect: the content policy lets no form of ours end at another host, and a link that anybody could
    set would start a sign-in that nobody asked for.
    """
    limited = ratelimit.consume_or_429(http, app="allauth.account", action="login")
    if limited:
        return limited
    nonce = get_random_string(32)
    try:
        there = get_adapter().get_provider(http, "oidc")
        there.oauth2_adapter_class = provider.Adapter
        answer = there.redirect(
            http, process, next_url=next_url, data={"nonce": nonce, "user": user}, auth_params={"nonce": nonce}
        )
    except (RequestException, OAuth2Error, ValueError) as error:
        provider.log.warning("the provider cannot be asked: %s", error)
        return provider.refused(http, "the provider does not answer")
    if "Location" not in answer:
        refused: HttpResponse = answer
        return refused
    told = {"redirect_to": answer["Location"], "provider": {"name": provider.ours().name}}
    return render(http, "socialaccount/login_redirect.html", told)


@never_cache
def callback(http: HttpRequest) -> HttpResponse:
    """Where the provider sends people back to."""
    provider.ours()
    limited = ratelimit.consume_or_429(http, app="allauth.account", action="login", limit_get=True)
    if limited:
        return limited
    answer: HttpResponse = OAuth2CallbackView.adapter_view(provider.Adapter(http, "oidc"))(http)
    return answer


# For auditors


@signed_in
def history(http: Http) -> HttpResponse:
    """Who signed in, who tried, by what means and from where."""
    rules.demand(access.actor(http.user), "read", Thing("reads"))
    name = http.GET.get("by", "").strip()
    try:
        of = access.user(name) if name else None
    except access.NoUser:
        of, name = None, ""
    failed = "failed" in http.GET
    return page(http, "people/sign_ins.html", sign_ins=signing.sign_ins(of=of, failed=failed), by=name, failed=failed)
