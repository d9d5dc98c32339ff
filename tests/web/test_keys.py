"""Security keys and passkeys: added, listed, renamed, removed, and used at the door."""

from dataclasses import replace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from comity.access import actions, signing
from comity.access import queries as access
from tests.dossiers.conftest import AT
from tests.web.soft_key import SoftKey

PASSWORD = "five unrelated words of mine"


@pytest.fixture(autouse=True)
def fresh(db):
    cache.clear()


@pytest.fixture
def required(settings):
    settings.COMITY = replace(settings.COMITY, second_factor="required")


@pytest.fixture
def alice(alice):
    actions.set_password(alice, password=PASSWORD, at=AT)
    return alice


@pytest.fixture
def client(alice):
    """Alice, who signed in with her password a moment ago."""
    return arrived("alice")


@pytest.fixture
def bobs(bob):
    actions.set_password(bob, password=PASSWORD, at=AT)
    return arrived("bob")


def arrived(name):
    made = Client()
    made.post(reverse("account_login"), {"login": name, "password": PASSWORD})
    return made


def add(client, key, name="blue key", **told):
    options = client.get(reverse("mfa_add_webauthn")).context["js_data"]["creation_options"]
    told = {"name": name, "credential": key.create(options), **({"passwordless": "on"} if key.verified else {}), **told}
    return client.post(reverse("mfa_add_webauthn"), told)


def passkey(client, key, **told):
    there = reverse("mfa_login_webauthn")
    options = client.get(there, HTTP_X_REQUESTED_WITH="XMLHttpRequest").json()["request_options"]
    return client.post(there, {"credential": key.get(options), **told})


def password_first():
    client = Client()
    answer = client.post(reverse("account_login"), {"login": "alice", "password": PASSWORD})
    return client, answer


def second(client, key):
    page = client.get(reverse("mfa_authenticate"))
    return client.post(reverse("mfa_authenticate"), {"credential": key.get(page.context["js_data"]["request_options"])})


def reasons():
    return [row.why for row in signing.sign_ins(failed=True)]


class TestOnesOwnKeys:
    def test_are_added_listed_and_recorded(self, client, alice):
        assert add(client, SoftKey())["Location"] == reverse("mfa_view_recovery_codes")
        page = client.get(reverse("mfa_index")).content.decode()
        assert "blue key" in page
        assert "alone, as a passkey" in page
        change = access.changes(limit=1)[0]
        assert (change.what, change.by, change.details) == (
            "add second factor", alice, {"type": "webauthn", "name": "blue key"},
        )  # fmt: skip

    def test_are_told_apart_until_they_have_names(self, client):
        add(client, SoftKey(), name="")
        add(client, SoftKey(), name="")
        page = client.get(reverse("mfa_index")).content.decode()
        assert "Key 1" in page
        assert "Key 2" in page

    def test_are_asked_for_by_password_when_the_sign_in_was_a_while_ago(self, browse, alice):
        answer = browse(alice).get(reverse("mfa_add_webauthn"))
        assert answer["Location"].startswith(reverse("account_reauthenticate"))

    def test_of_another_site_are_refused(self, client, alice):
        page = add(client, SoftKey(origin="https://localhost.example"))
        assert page.status_code == 200
        assert "The key was not accepted" in page.content.decode()
        assert signing.factors(alice) == []

    @pytest.mark.parametrize("broken", ["", "null", "[]", "{}", '{"id": 1, "rawId": [], "response": 3}', "not json"])
    def test_that_are_nonsense_break_nothing(self, client, alice, broken):
        client.get(reverse("mfa_add_webauthn"))
        page = client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": broken})
        assert page.status_code == 200
        assert "The key was not accepted" in page.content.decode()
        assert signing.factors(alice) == []

    def test_sign_in_alone_only_if_they_know_their_owner(self, client, alice):
        add(client, SoftKey(verified=False), passwordless="on")
        assert signing.factors(alice) == []
        add(client, SoftKey(verified=False))
        assert "after the password" in client.get(reverse("mfa_index")).content.decode()

    def test_are_renamed_by_their_owner_only(self, client, alice, bobs):
        add(client, SoftKey())
        there = reverse("mfa_edit_webauthn", args=[signing.factors(alice)[0].pk])
        client.post(there, {"name": "red key"})
        assert "red key" in client.get(reverse("mfa_index")).content.decode()
        assert "name" in client.post(there, {"name": " "}).context["form"].errors
        assert bobs.get(there).status_code == 404
        assert bobs.post(there, {"name": "mine"}).status_code == 404

    def test_are_removed_by_their_owner_only(self, client, alice, bobs):
        add(client, SoftKey())
        there = reverse("mfa_remove_webauthn", args=[signing.factors(alice)[0].pk])
        assert bobs.post(there).status_code == 404
        assert "blue key" in client.get(there).content.decode()
        client.post(there)
        assert not Authenticator.objects.filter(user=alice).exists(), "recovery codes open nothing by themselves"
        assert access.changes(limit=1)[0].what == "remove second factor"

    def test_satisfy_a_node_that_asks_for_a_second_factor(self, client, required):
        assert client.get("/")["Location"] == reverse("mfa_activate_totp")
        assert reverse("mfa_add_webauthn") in client.get(reverse("mfa_activate_totp")).content.decode()
        add(client, SoftKey())
        assert client.get("/").status_code == 200

    def test_the_last_one_stays_where_a_second_factor_is_required(self, client, alice, required):
        add(client, SoftKey())
        there = reverse("mfa_remove_webauthn", args=[signing.factors(alice)[0].pk])
        assert there not in client.get(reverse("mfa_index")).content.decode()
        assert "Add another key" in client.get(there).content.decode()
        assert client.post(there)["Location"] == reverse("mfa_index")
        assert len(signing.factors(alice)) == 1

    def test_the_app_may_go_when_a_key_is_there(self, client, alice, required):
        TOTP.activate(alice, generate_totp_secret())
        client.post(reverse("mfa_deactivate_totp"))
        assert len(signing.factors(alice)) == 1
        add(client, SoftKey())
        client.post(reverse("mfa_deactivate_totp"))
        assert [one.type for one in signing.factors(alice)] == ["webauthn"]

    def test_nothing_secret_of_them_is_in_the_database(self, client, alice):
        key = SoftKey()
        add(client, key)
        assert "attestationObject" in str(signing.factors(alice)[0].data)
        assert f"{key.key.private_numbers().private_value:x}" not in str(signing.factors(alice)[0].data)


class TestAsSecondFactor:
    @pytest.fixture
    def key(self, client):
        made = SoftKey(verified=False)
        add(client, made)
        return made

    def test_a_key_is_asked_for_after_the_password(self, key):
        client, answer = password_first()
        assert answer["Location"] == reverse("mfa_authenticate")
        assert client.get("/").status_code == 302
        assert second(client, key)["Location"] == "/"
        assert client.get("/").status_code == 200
        assert signing.sign_ins(limit=1)[0].how == "password + security key"

    def test_another_key_does_not_do(self, key):
        client, _ = password_first()
        assert second(client, SoftKey(verified=False)).status_code == 200
        assert client.get("/").status_code == 302
        assert reasons() == ["wrong key"]

    def test_an_old_answer_does_not_do(self, key):
        client, _ = password_first()
        old = key.get(client.get(reverse("mfa_authenticate")).context["js_data"]["request_options"])
        client.get(reverse("mfa_authenticate"))  # a new challenge
        client.post(reverse("mfa_authenticate"), {"credential": old})
        assert client.get("/").status_code == 302

    def test_a_forged_signature_does_not_do(self, key):
        forger = SoftKey(verified=False)
        forger.id = key.id
        client, _ = password_first()
        assert second(client, forger).status_code == 200
        assert client.get("/").status_code == 302

    @pytest.mark.parametrize("broken", ["", "{}", "null", "[]", '"x"', '{"id": 1, "response": []}', "not json"])
    def test_nonsense_does_not_do_and_breaks_nothing(self, key, broken):
        client, _ = password_first()
        client.get(reverse("mfa_authenticate"))
        assert client.post(reverse("mfa_authenticate"), {"credential": broken}).status_code == 200
        assert client.get("/").status_code == 302

    def test_a_key_that_does_not_know_its_owner_never_signs_in_alone(self, key):
        client = Client()
        passkey(client, key)
        assert client.get("/").status_code == 302
        assert reasons() == ["wrong key"]

    def test_confirms_later_that_it_is_still_oneself(self, key, browse, alice):
        later = browse(alice)
        password = later.get(reverse("mfa_add_webauthn"))["Location"]
        assert "Use a security key instead" in later.get(password).content.decode()
        there = reverse("mfa_reauthenticate_webauthn") + "?next=" + reverse("mfa_add_webauthn")
        options = later.get(there).context["js_data"]["request_options"]
        assert "Use your password instead" in later.get(there).content.decode()
        options = later.get(there).context["js_data"]["request_options"]
        assert later.post(there, {"credential": key.get(options)})["Location"] == reverse("mfa_add_webauthn")
        assert later.get(reverse("mfa_add_webauthn")).status_code == 200
        wrong = later.post(there, {"credential": SoftKey().get(options)})
        assert wrong["Location"].startswith(reverse("mfa_reauthenticate_webauthn"))


class TestPasskey:
    @pytest.fixture
    def key(self, client):
        made = SoftKey()
        add(client, made)
        return made

    def test_signs_in_alone(self, key, required):
        client = Client()
        assert passkey(client, key)["Location"] == "/"
        assert client.get("/").context["user"].username == "alice"
        assert [(row.what, row.how) for row in signing.sign_ins(limit=1)] == [("signed in", "passkey")]

    def test_leads_on_to_the_page_that_was_wanted(self, key):
        assert passkey(Client(), key, next="/drafts/")["Location"] == "/drafts/"
        assert passkey(Client(), key, next="https://elsewhere.example/")["Location"] == "/"

    def test_that_is_not_known_signs_in_nobody(self, key, alice):
        stranger, client = SoftKey(), Client()
        stranger.user = str(alice.pk).encode()
        assert passkey(client, stranger)["Location"] == reverse("account_login")
        assert "not known here" in client.get(reverse("account_login")).content.decode()
        assert client.get("/").status_code == 302
        assert reasons() == ["wrong key"]

    def test_of_another_origin_signs_in_nobody(self, key):
        for key.origin in ("https://localhost.example", "http://127.0.0.1", "http://192.0.2.1"):
            client = Client()
            passkey(client, key)
            assert client.get("/").status_code == 302

    def test_of_who_has_left_signs_in_nobody(self, key, alice):
        actions.deactivate(alice, at=AT)
        client = Client()
        assert passkey(client, key)["Location"] == reverse("account_inactive")
        assert client.get("/").status_code == 302
        assert reasons() == ["access ended"]

    def test_that_was_removed_signs_in_nobody(self, key, client, alice):
        client.post(reverse("mfa_remove_webauthn", args=[signing.factors(alice)[0].pk]))
        other = Client()
        passkey(other, key)
        assert other.get("/").status_code == 302
