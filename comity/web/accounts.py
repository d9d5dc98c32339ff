"""How people sign in: accounts are made by an administrator, never by signing up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse


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
