"""Signing in through the authority's own OpenID Connect provider (node.toml, ``[oidc]``).

django-allauth brings state and PKCE; this module adds a nonce, insists on a signed ID token of exactly the
configured issuer, asks for nothing but the subject, and signs in nobody who was not bound to it before.
OpenID Connect Core 1.0, sections 3.1.2.1 (nonce) and 3.1.3.7 (what to check); RFC 8176 (amr).
"""

import logging
from typing import Any

import jwt
import requests
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from comity.access import signing
from comity.lib import clock
from comity.lib.addresses import is_private_way
from comity.lib.errors import ComityError
from comity.web.signing import door
from comity.web.signing.stages import AT_PROVIDER
from comity.web.telling import told

log = logging.getLogger(__name__)

# Signatures by a key that only the provider has: no "none", and no HMAC with a secret that we share.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY = 60  # seconds by which the two clocks may differ
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def ours() -> Any:
    """The provider of node.toml.

    :raises Http404: it names none.
    """
    if settings.COMITY.oidc is None:
        raise Http404
    return settings.COMITY.oidc


class Adapter(OpenIDConnectOAuth2Adapter):
    """allauth's client of the provider, with everything checked."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider publishes about itself.

        :raises OAuth2Error: it is of another issuer, or would have us talk in the clear.
        """
        if not hasattr(self, "_openid_config"):
            told = super().openid_config
            if told.get("issuer") != ours().issuer:
                del self._openid_config
                raise OAuth2Error("the discovery document is of another issuer")
            if not all(is_private_way(str(told.get(name, ""))) for name in ENDPOINTS):
                del self._openid_config
                raise OAuth2Error("an endpoint is missing or not https")
        return dict(self._openid_config)

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Fixed by node.toml, whatever the request says its host is."""
        return f"{settings.COMITY.endpoint}{reverse('provider_callback')}"

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        claims = self.claims(str(kwargs["response"].get("id_token") or ""), app.client_id)
        account = SocialAccount(provider=self.provider_id, uid=claims["sub"], extra_data=claims)
        return SocialLogin(account=account, provider=self.get_provider())  # type: ignore[no-untyped-call]

    def claims(self, token: str, client_id: str) -> dict[str, Any]:
        """What the ID token says, once its signature, issuer, audience and time are right.

        :raises OAuth2Error: something is not.
        """
        try:
            head = jwt.get_unverified_header(token)
            claims: dict[str, Any] = jwt.decode(
                token,
                self.key(head.get("kid")),
                algorithms=ALGORITHMS,
                audience=client_id,
                issuer=ours().issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "sub", "iss", "aud"]},
            )
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise OAuth2Error(f"the ID token does not hold: {type(error).__name__}") from None
        if claims.get("azp", client_id) != client_id or not isinstance(claims["sub"], str) or not claims["sub"]:
            raise OAuth2Error("the ID token is for somebody else")
        return claims

    def key(self, kid: str | None) -> Any:
        """The provider's key with this name, or its only one."""
        with SocialAdapter().get_requests_session() as web:
            answer = web.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = [one for one in answer.json().get("keys", []) if one.get("use", "sig") == "sig"]
        fitting = [one for one in keys if one.get("kid") == kid] if kid else keys
        if len(fitting) != 1:
            raise OAuth2Error("the provider has no such key")
        return jwt.PyJWK(fitting[0]).key


class SocialAdapter(DefaultSocialAccountAdapter):
    """Decides what a verified identity may do here: sign in as who is bound to it, or be bound. Nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def get_requests_session(self) -> requests.Session:
        web: requests.Session = super().get_requests_session()  # type: ignore[no-untyped-call]
        web.max_redirects = 0  # the secret goes to the endpoint that was published, and nowhere else
        return web

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Always ends the request: allauth's own accounts are not used.

        :raises ImmediateHttpResponse: the answer.
        """
        claims, state = sociallogin.account.extra_data, sociallogin.state
        ours = state.get("data") or {}
        if not constant_time_compare(str(claims.get("nonce")), str(ours.get("nonce"))):
            raise ImmediateHttpResponse(refused(request, "answer to another question"))
        if state.get("process") == "connect":
            raise ImmediateHttpResponse(bound(request, claims["sub"], ours.get("user")))
        raise ImmediateHttpResponse(signed_in(request, claims, state.get("next")))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """:raises ImmediateHttpResponse: the page that says so."""
        log.warning("sign-in through the provider failed: %s %s", error, exception if is_told(exception) else "")
        raise ImmediateHttpResponse(refused(request, "the provider said no"))


def is_told(exception: Any) -> bool:
    """Whether the words are ours: an answer of the token endpoint may hold what nobody should read in a log."""
    return isinstance(exception, OAuth2Error) and "access token" not in str(exception)


def signed_in(http: HttpRequest, claims: dict[str, Any], onward: str | None) -> HttpResponse:
    """Signs in who is bound to the identity; anybody else is told what to do."""
    oidc = ours()
    user = signing.user_bound_to(oidc.issuer, claims["sub"])
    if user is None:
        door.failed(http, "provider", "unknown identity")
        about = {"provider": oidc.name, "subject": claims["sub"]}
        return render(http, "account/provider_unknown.html", about, status=403)
    if http.user.is_authenticated:
        logout(http)
    record_authentication(http, user, "socialaccount", provider="oidc")
    setattr(http, AT_PROVIDER, showed_two(claims))
    answer: HttpResponse = perform_login(http, Login(user=user, redirect_url=onward))
    return answer


def showed_two(claims: dict[str, Any]) -> bool:
    """Whether the provider saw a second factor, and node.toml lets its word stand for ours."""
    oidc = ours()
    if not oidc.second_factor:
        return False
    amr = claims.get("amr")
    return (isinstance(amr, list) and "mfa" in amr) or claims.get("acr") in oidc.acr


def bound(http: HttpRequest, subject: str, asked_by: int | None) -> HttpResponse:
    """Binds the identity to the person who asked for it and is still the one who is signed in."""
    if not http.user.is_authenticated or http.user.pk != asked_by:
        return refused(http, "answer to another question")
    try:
        signing.bind(http.user, ours().issuer, subject, by=http.user, at=clock.now())
    except ComityError as error:
        sentence = told(error)
        messages.error(http, f"{sentence['says']} {sentence['next_step']}")
    else:
        messages.success(http, _("You can now sign in with %(provider)s.") % {"provider": ours().name})
    return redirect("mfa_index")


def refused(http: HttpRequest, why: str) -> HttpResponse:
    """A page for everything that went wrong on the way to the provider and back."""
    door.failed(http, "provider", why, user=http.user if http.user.is_authenticated else None)
    return render(http, "account/provider_failed.html", {"provider": ours().name}, status=401)
