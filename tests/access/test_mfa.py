import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from comity.access import actions, mfa, queries
from comity.access.rules import NotAllowed


@pytest.mark.django_db
class TestSecondFactor:
    def test_the_secret_is_not_in_the_database(self, alice):
        secret = generate_totp_secret()
        TOTP.activate(alice, secret)
        row = Authenticator.objects.get(user=alice)
        assert secret not in str(row.data)
        assert mfa.Adapter().decrypt(row.data["secret"]) == secret

    def test_allauth_itself_opens_what_it_stored(self, alice, monkeypatch):
        secret = generate_totp_secret()
        TOTP.activate(alice, secret)
        device = Authenticator.objects.get(user=alice).wrap()
        from allauth.mfa.totp.internal import auth

        code = auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
        assert device.validate_code(code)

    def test_an_administrator_resets_it(self, alice, ada, bob, at):
        TOTP.activate(alice, generate_totp_secret())
        with pytest.raises(NotAllowed):
            actions.reset_second_factor(alice, by=bob, at=at)
        actions.reset_second_factor(alice, by=ada, at=at)
        assert not Authenticator.objects.filter(user=alice).exists()
        assert queries.changes()[0].what == "reset second factor"


class TestKeys:
    def test_a_secret_opens_after_the_key_was_rotated(self, settings):
        sealed = mfa.Adapter().encrypt("JBSWY3DP")
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another-secret-of-this-node"
        assert mfa.Adapter().decrypt(sealed) == "JBSWY3DP"

    def test_another_node_cannot_open_it(self, settings):
        sealed = mfa.Adapter().encrypt("JBSWY3DP")
        settings.SECRET_KEY = "another-secret-of-this-node"
        with pytest.raises(mfa.CannotOpenSecondFactor):
            mfa.Adapter().decrypt(sealed)

    def test_the_key_serves_this_purpose_alone(self, settings):
        assert settings.SECRET_KEY.encode() not in mfa.derived(settings.SECRET_KEY)
        assert mfa.derived("a") != mfa.derived("b")

    @pytest.mark.parametrize(("second_factor", "may"), [("required", False), ("optional", True)])
    def test_a_required_device_is_not_taken_away(self, settings, second_factor, may):
        from dataclasses import replace

        settings.COMITY = replace(settings.COMITY, second_factor=second_factor)
        totp = Authenticator(type=Authenticator.Type.TOTP)
        assert mfa.Adapter().can_delete_authenticator(totp) is may
