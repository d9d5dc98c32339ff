from dataclasses import replace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from comity.access import actions, mfa, queries, signing
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


@pytest.mark.django_db
class TestTheLastOne:
    """Where a second factor is required, nobody takes their last one away."""

    @pytest.fixture
    def required(self, settings):
        settings.COMITY = replace(settings.COMITY, second_factor="required")

    @pytest.fixture
    def app(self, alice):
        return TOTP.activate(alice, generate_totp_secret()).instance

    def key(self, user):
        return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "blue"})

    def test_stays(self, app, alice, required):
        assert not mfa.Adapter().can_delete_authenticator(app)
        with pytest.raises(signing.LastFactor):
            signing.demand_another_factor(alice, app)

    def test_may_go_where_none_is_required(self, app, alice):
        assert mfa.Adapter().can_delete_authenticator(app)
        signing.demand_another_factor(alice, app)

    def test_is_not_the_last_beside_a_key(self, app, alice, required):
        key = self.key(alice)
        for one in (app, key):
            assert mfa.Adapter().can_delete_authenticator(one)
            signing.demand_another_factor(alice, one)

    def test_is_not_replaced_by_recovery_codes_nor_by_the_key_of_a_colleague(self, app, alice, bob, required):
        Authenticator.objects.create(user=alice, type=Authenticator.Type.RECOVERY_CODES, data={})
        self.key(bob)
        assert not mfa.Adapter().can_delete_authenticator(app)
        with pytest.raises(signing.LastFactor):
            signing.demand_another_factor(alice, app)


class TestRelyingParty:
    @pytest.mark.parametrize(
        ("endpoint", "host"),
        [("https://comity.example.fr:8443", "comity.example.fr"), ("http://127.0.0.1:8000", "localhost")],
    )
    def test_is_the_host_of_the_endpoint(self, settings, endpoint, host):
        settings.COMITY = replace(settings.COMITY, endpoint=endpoint)
        assert mfa.Adapter().get_public_key_credential_rp_entity()["id"] == host
