"""How people sign in: accounts are made by an administrator, never by signing up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal import stagekit
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comity.access import actions, sessions, signing
from comity.access import queries as access
from comity.lib import clock
from comity.web.signing import door, limits, middleware, stages

JUST_NOW = 300  # seconds
SHOWS_BY_ITSELF = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class Adapter(DefaultAccountAdapter):
    """Nobody signs up; no mail is sent; pages open in the language of the person who signs in.

    What happens at the door is recorded here: allauth calls these methods for every way in.
    """

    counted = ""  # the name whose failed sign-ins are counted, while a password is looked at

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing: this node has no mail, and password resets are made by an administrator."""

    def login(self, request: HttpRequest, user: Any) -> None:
        """Everybody who comes in, by whatever means, comes in here."""
        super().login(request, user)
        middleware.begin(request)
        request.session[stages.AT_PROVIDER] = bool(getattr(request, stages.AT_PROVIDER, False))
        door.record(request, signing.SIGNED_IN, user=user, how=door.means(request, user))

    def logout(self, request: HttpRequest) -> None:
        door.record(request, signing.SIGNED_OUT, user=request.user)
        sessions.forget(request.session.session_key)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Kept with the user, if there is one of that name; what was typed is not kept: it may be a password."""
        user = access.User.objects.filter(username=credentials.get("username", "").lower()).first()
        door.failed(request, "password", "wrong password" if user else "unknown name", user=user)

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Who has left stays out; that they knew the password, or had the key, is kept."""
        if not user.is_active:
            door.failed(request, door.means(request, user), "access ended", user=user)
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def get_login_stages(self) -> list[str]:
        """allauth's, with our own step of the second factor."""
        ours = "comity.web.signing.stages.SecondFactorStage"
        return [ours if one == "allauth.mfa.stages.AuthenticateStage" else one for one in super().get_login_stages()]

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count for a name, by whichever of our host names it is tried."""
        return f"name:{credentials.get('username', '').lower()}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self.counted = self._get_login_attempts_cache_key(request, **credentials)
        super().pre_authenticate(request, **credentials)

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """What allauth says in a form. Too many attempts are a page of their own.

        :raises ImmediateHttpResponse: the page that says when to try again.
        """
        if code != "too_many_login_attempts":
            error: ValidationError = super().validation_error(code, *args)
            return error
        http = context.request
        pending = stagekit.unstash_login(http, peek=True)
        user: Any = pending.user if pending else http.user
        key = self.counted or f"mfa-auth-user-{user.pk}"  # as allauth.mfa names its count
        known = user if user.is_authenticated else None
        raise ImmediateHttpResponse(limits.too_many(http, action="login_failed", key=key, user=known))

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
