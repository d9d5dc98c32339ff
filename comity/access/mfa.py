"""How second factors are kept: TOTP secrets and recovery codes are encrypted before they reach the database.

A copy of the database alone (a backup, a replica) then opens no account: ``secret.key`` is needed as well.
The setting ``MFA_ADAPTER`` names :class:`Adapter`; django-allauth calls it.
"""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from comity.lib.errors import ComityError

PURPOSE = b"comity second factor v1"  # the HKDF info: this key is used for nothing else


class CannotOpenSecondFactor(ComityError):
    code = "access.cannot-open-second-factor"
    says = "The second factor was stored under another secret.key."
    next_step = "Put this node's secret.key back, or reset the user's second factor."


class Adapter(DefaultMFAAdapter):
    """allauth's adapter with secrets sealed at rest."""

    def encrypt(self, text: str) -> str:
        return box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret in the clear.

        :raises CannotOpenSecondFactor: none of our keys opens it.
        """
        try:
            return box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise CannotOpenSecondFactor from None

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Where the second factor is required, nobody takes their own away."""
        required = settings.COMITY.second_factor == "required"
        return not (required and authenticator.type == Authenticator.Type.TOTP)


def box() -> MultiFernet:
    """Encrypts with the key of today; opens with those of ``SECRET_KEY_FALLBACKS`` too, after a rotation."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(derived(str(secret))) for secret in secrets])


def derived(secret: str) -> bytes:
    """A Fernet key from the node's secret (HKDF-SHA256, RFC 5869, no salt)."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(key)
