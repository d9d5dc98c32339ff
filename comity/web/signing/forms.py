"""The forms of the second factor, which also record what went wrong."""

from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm

from comity.web.signing import door


class Remembering:
    """A form whose failure is kept among the sign-ins; never what was typed."""

    how = ""
    user: Any

    def is_valid(self) -> bool:
        good = bool(super().is_valid())  # type: ignore[misc]
        if not good:
            why = "wrong code" if self.how == "code" else "wrong key"
            door.failed(context.request, self.how, why, user=self.user)
        return good


class Code(Remembering, AuthenticateForm):
    how = "code"


class CodeAgain(Remembering, ReauthenticateForm):
    how = "code"


class Key(Remembering, AuthenticateWebAuthnForm):
    how = "security key"


class KeyAgain(Remembering, ReauthenticateWebAuthnForm):
    how = "security key"


class Passkey(Remembering, LoginWebAuthnForm):
    how = "passkey"
