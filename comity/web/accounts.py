"""How people sign in: accounts are made by an administrator, never by signing up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comity.access import actions
from comity.lib import clock

JUST_NOW = 300  # seconds
SHOWS_BY_ITSELF = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class Adapter(DefaultAccountAdapter):
    """Nobody signs up; no mail is sent; pages open in the language of the person who signs in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing: this node has no mail, and password resets are made by an administrator."""

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        remember_language(answer, user.language)
        return answer

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether to ask for the password once more. Who signed in a moment ago has just given it."""
        http = context.request
        records = get_authentication_records(http, http.user)
        latest = max((record["at"] for record in records), default=0)
        if clock.now().timestamp() - latest < JUST_NOW:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """A notice about the account, unless the page that follows shows as much by itself."""
        if message_template not in SHOWS_BY_ITSELF:
            super().add_message(request, level, message_template, message_context, extra_tags, message)

    def clean_password(self, password: str, user: Any = None) -> str:
        """:raises ValidationError: too weak, or the very password that somebody else knows."""
        if user is not None and user.one_time_password and user.check_password(password):
            raise ValidationError(_("This is the password that you were given. Choose one that only you know."))
        return str(super().clean_password(password, user))

    def set_password(self, user: Any, password: str) -> None:
        """Recorded among the changes; the password is then one's own."""
        actions.set_password(user, password=password, by=user, at=clock.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/account/"


def remember_language(answer: HttpResponse, language: str) -> None:
    """Keep the language of the pages in a cookie, when we have it."""
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=31_536_000,
            httponly=True,
            samesite="Strict",
            secure=settings.HTTPS,
        )
