"""The forms of the second factor, which also record what went wrong."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature

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


class Careful:
    """A credential is bytes from outside: what cannot be read is a wrong key, not a fault of ours."""

    def clean_credential(self) -> Any:
        with readable():
            return super().clean_credential()  # type: ignore[misc]


@contextmanager
def readable() -> Iterator[None]:
    """:raises ValidationError: in place of whatever the parser stumbled over."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, struct.error, InvalidSignature):
        raise get_adapter().validation_error("incorrect_code") from None


class NewKey(AddWebAuthnForm):
    def clean(self) -> Any:
        with readable():
            return super().clean()


class Key(Careful, Remembering, AuthenticateWebAuthnForm):
    how = "security key"


class KeyAgain(Careful, Remembering, ReauthenticateWebAuthnForm):
    how = "security key"


class Passkey(Careful, Remembering, LoginWebAuthnForm):
    how = "passkey"
