"""Second factors of one's own: the authenticator app, security keys and passkeys; and signing in with a passkey."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from comity.access import mfa, signing
from comity.access.queries import User
from comity.lib import clock
from comity.web.pages import Http, page, signed_in
from comity.web.telling import told


@signed_in
def factors(http: Http) -> HttpResponse:
    """The devices with which one confirms who one is, and what can be done with each."""
    mine = signing.factors(http.user)
    keys = [one for one in mine if one.type == Authenticator.Type.WEBAUTHN]
    oidc = settings.COMITY.oidc
    return page(
        http,
        "people/factors.html",
        app=next((one for one in mine if one.type == Authenticator.Type.TOTP), None),
        keys=[(one, one.wrap().name, one.wrap().is_passwordless) for one in keys],
        last=len(mine) == 1 and settings.COMITY.second_factor == "required",
        provider=oidc.name if oidc else "",
        identity=signing.identity(http.user, oidc.issuer) if oidc else None,
    )


class Login(LoginView):
    """Password, passkey, or the provider."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        oidc = settings.COMITY.oidc
        ways = {"rp": mfa.relying_party(), "provider": oidc.name if oidc else ""}
        return {**super().get_context_data(**kwargs), **ways}


class PasskeyLogin(webauthn.LoginWebAuthnView):
    """The script of the sign-in page asks here for a challenge and brings the answer."""

    def form_valid(self, form: Any) -> HttpResponse:
        key = form.cleaned_data["credential"]
        login = webauthn.Login(user=key.user, redirect_url=get_next_redirect_url(self.request))
        answer: HttpResponse = perform_passwordless_login(self.request, key, login)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, _("This passkey is not known here. Sign in with your password."))
        return redirect("account_login")


class SecondFactor(AuthenticateView):
    """The code of the app, a recovery code, or a key: whatever this person has."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        types = {one.type for one in signing.factors(self.stage.login.user)}
        has = {"has_app": "totp" in types, "has_keys": "webauthn" in types, "rp": mfa.relying_party()}
        return {**super().get_context_data(**kwargs), **has}


class SetUpApp(ActivateTOTPView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "enrolling": not signing.factors(me(self.request))}

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        noted(self.request, "add second factor", "totp")
        return answer


class RemoveApp(DeactivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            signing.demand_another_factor(me(self.request), self.authenticator)
            answer: HttpResponse = super().form_valid(form)
            noted(self.request, "remove second factor", "totp")
        return answer


class AddKey(webauthn.AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # The form may be the one that was refused: allauth would otherwise make a fresh one without its errors.
        context = {**super().get_context_data(**kwargs), **kwargs}
        return {**context, "rp": mfa.relying_party(), "enrolling": not signing.factors(me(self.request))}

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        noted(self.request, "add second factor", "webauthn", name=form.cleaned_data["name"])
        return answer


class RenameKey(webauthn.EditWebAuthnView):
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("The key has its new name."))
        return answer


class RemoveKey(webauthn.RemoveWebAuthnView):
    success_url = reverse_lazy("mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = signing.factors(me(self.request))
        last = len(mine) == 1 and settings.COMITY.second_factor == "required"
        return {**super().get_context_data(**kwargs), "name": self.object.wrap().name, "last": last}  # type: ignore[no-untyped-call]

    def form_valid(self, form: Any) -> HttpResponse:
        name = self.object.wrap().name
        try:
            with transaction.atomic():
                signing.demand_another_factor(me(self.request), self.object)
                answer: HttpResponse = super().form_valid(form)
                noted(self.request, "remove second factor", "webauthn", name=name)
        except signing.LastFactor as error:
            sentence = told(error)
            messages.error(self.request, f"{sentence['says']} {sentence['next_step']}")
            return redirect("mfa_index")
        return answer


class KeyAgain(webauthn.ReauthenticateWebAuthnView):
    """Confirm with a key that it is still you."""

    def form_invalid(self, form: Any) -> HttpResponse:
        get_adapter().add_message(self.request, messages.ERROR, message=_("This is not one of your keys. Try again."))
        return redirect(self.passthrough_next_url(self.request.path))  # type: ignore[no-untyped-call]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **kwargs, "rp": mfa.relying_party()}


def me(http: HttpRequest) -> User:
    """Who is signed in; the views of allauth see to it that somebody is."""
    return cast(User, http.user)


def noted(http: HttpRequest, what: str, kind: str, **details: Any) -> None:
    signing.note(what, user=me(http), by=me(http), at=clock.now(), type=kind, **details)
