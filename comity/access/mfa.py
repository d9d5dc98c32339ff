"""How second factors are kept: TOTP secrets and recovery codes are encrypted before they reach the database.

Of a security key or passkey the database holds the public key alone, which opens nothing: it is not encrypted.

A copy of the database alone (a backup, a replica) then opens no account: ``secret.key`` is needed as well.
The setting ``MFA_ADAPTER`` names :class:`Adapter`; django-allauth calls it.
"""

import base64
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext

from comity.lib.addresses import LOCAL
from comity.lib.errors import ComityError

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # a recovery code only stands in for one of these
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
        """Where a second factor is required, nobody takes their last one away."""
        if settings.COMITY.second_factor != "required" or authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return others.exclude(pk=authenticator.pk).exists()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """To whom a key is bound: the host of our endpoint, whatever the request says its host is."""
        return {"id": relying_party(), "name": settings.COMITY.name}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.full_name}

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """Keys are told apart by number until their owner gives them names."""
        known = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Key {number}").format(number=known + 1)


def relying_party() -> str:
    """The WebAuthn relying party id. Browsers know none for a bare IP address: on this machine it is localhost."""
    host = urlsplit(settings.COMITY.endpoint).hostname or "localhost"
    return "localhost" if host in LOCAL else host


def box() -> MultiFernet:
    """Encrypts with the key of today; opens with those of ``SECRET_KEY_FALLBACKS`` too, after a rotation."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(derived(str(secret))) for secret in secrets])


def derived(secret: str) -> bytes:
    """A Fernet key from the node's secret (HKDF-SHA256, RFC 5869, no salt)."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(key)
