"""Signing in, the second factor, the language, and what people change about themselves and others."""

from dataclasses import replace
from urllib.parse import quote

import pytest
from allauth.mfa.totp.internal import auth
from django.test import Client
from django.urls import reverse

from comity.access import queries as access
from tests.dossiers.conftest import AT

PASSWORD = "five unrelated words of mine"


@pytest.fixture
def required(settings):
    settings.COMITY = replace(settings.COMITY, second_factor="required")


@pytest.fixture
def alice(alice):
    from comity.access import actions

    actions.set_password(alice, password=PASSWORD, at=AT)
    return alice


def sign_in(password=PASSWORD):
    client = Client()
    return client, client.post(reverse("account_login"), {"login": "alice", "password": password})


class TestSigningIn:
    def test_leads_to_the_worklist_in_ones_own_language(self, alice):
        access.User.objects.filter(pk=alice.pk).update(language="fr")
        client, answer = sign_in()
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert 'lang="fr"' in client.get("/").content.decode()

    def test_is_not_praised(self, alice):
        client, _ = sign_in()
        assert "govuk-notification-banner" not in client.get("/").content.decode()

    def test_with_a_wrong_password_says_so_and_links_to_the_box(self, alice):
        _client, answer = sign_in("wrong")
        assert answer.status_code == 200
        assert "There is a problem" in answer.content.decode()
        assert 'href="#id_login"' in answer.content.decode()

    def test_nobody_signs_up(self, db):
        assert Client().get(reverse("account_signup"))["Location"] == reverse("account_login")

    def test_a_forgotten_password_is_a_matter_for_an_administrator(self, db):
        assert "administrator" in Client().get(reverse("account_reset_password")).content.decode()


class TestSecondFactor:
    def test_is_not_asked_where_it_is_optional(self, alice):
        client, _ = sign_in()
        assert client.get("/").status_code == 200

    @pytest.mark.parametrize("name", ["worklist", "drafts", "account", "peers"])
    def test_every_page_leads_to_enrolment_where_it_is_required(self, alice, required, name):
        client, _ = sign_in()
        assert client.get(reverse(name))["Location"] == reverse("mfa_activate_totp")

    def test_is_set_up_right_after_signing_in_and_then_asked(self, alice, required):
        client, _ = sign_in()
        page = client.get(reverse("mfa_activate_totp"))
        secret = page.context["form"].secret
        assert secret in page.content.decode()
        answer = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
        assert answer["Location"] == reverse("mfa_view_recovery_codes")
        assert len(client.get(answer["Location"]).context["unused_codes"]) == 10
        assert client.get("/").status_code == 200
        again, answer = sign_in()
        assert answer["Location"] == reverse("mfa_authenticate")
        assert again.get(answer["Location"]).status_code == 200
        assert again.get("/").status_code == 302

    def test_does_not_keep_anybody_from_signing_out(self, alice, required):
        client, _ = sign_in()
        assert client.post(reverse("account_logout"))["Location"] == "/"
        assert client.get("/")["Location"].startswith(reverse("account_login"))


def code(secret):
    return auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))


class TestOneTimePassword:
    """What an administrator hands out opens one page: that on which another is chosen."""

    @pytest.fixture
    def given(self, alice, ada):
        from comity.access import actions

        return actions.set_password(alice, by=ada, at=AT)

    @pytest.mark.parametrize("name", ["worklist", "drafts", "account", "new", "mfa_activate_totp"])
    def test_leads_every_page_to_choosing_another(self, given, name):
        client, _ = sign_in(given)
        there = reverse(name)
        assert client.get(there)["Location"] == reverse("account_change_password") + f"?next={quote(there, safe='')}"

    def test_comes_before_the_second_factor(self, given, required):
        client, _ = sign_in(given)
        page = client.get(reverse("account_change_password"))
        assert "somebody else knows it" in page.content.decode()
        assert "may" not in page.context
        assert self.change(client, given)["Location"] == "/"
        assert client.get("/")["Location"] == reverse("mfa_activate_totp")

    def test_is_changed_once_and_recorded(self, given):
        client, _ = sign_in(given)
        self.change(client, given)
        assert client.get("/").status_code == 200
        alice = access.user("alice")
        assert not alice.one_time_password
        assert alice.check_password(PASSWORD)
        assert [(row.what, row.by.username) for row in access.changes(limit=1)] == [("set password", "alice")]

    def test_is_not_changed_to_itself(self, given):
        client, _ = sign_in(given)
        page = self.change(client, given, given)
        assert page.status_code == 200
        assert "This is the password that you were given" in page.content.decode()
        assert access.user("alice").one_time_password

    def test_does_not_keep_anybody_from_signing_out_or_reading_it_in_french(self, given):
        client, _ = sign_in(given)
        client.post(reverse("language"), {"language": "fr"})
        assert "mot de passe" in client.get(reverse("account_change_password")).content.decode()
        assert client.post(reverse("account_logout"))["Location"] == "/"

    def change(self, client, old, new=PASSWORD):
        boxes = {"oldpassword": old, "password1": new, "password2": new, "next": "/"}
        return client.post(reverse("account_change_password"), boxes)


class TestLanguage:
    def test_is_kept_with_the_account(self, browse, alice):
        client = browse(alice)
        answer = client.post(reverse("language"), {"language": "fr", "next": "/drafts/"})
        assert answer["Location"] == "/drafts/"
        assert access.user("alice").language == "fr"
        assert "Projets" in client.get("/drafts/").content.decode()

    def test_never_leads_off_the_node(self, browse, alice):
        answer = browse(alice).post(reverse("language"), {"language": "fr", "next": "https://elsewhere.example/"})
        assert answer["Location"] == "/"

    def test_an_unknown_one_changes_nothing(self, browse, alice):
        browse(alice).post(reverse("language"), {"language": "xx"})
        assert access.user("alice").language == "en"


class TestPeople:
    def test_an_administrator_adds_a_user_whose_password_is_shown_once(self, browse, ada):
        page = browse(ada).post(reverse("person-add"), {"username": "eva", "full_name": "Eva Roy", "language": "fr"})
        password = page.context["password"]
        assert password in page.content.decode()
        assert access.user("eva").check_password(password)
        assert password not in browse(ada).get(reverse("person", args=["eva"])).content.decode()

    def test_a_bad_name_is_said_at_its_box(self, browse, ada):
        page = browse(ada).post(reverse("person-add"), {"username": "E V A", "full_name": "Eva"})
        assert page.status_code == 400
        assert '<a href="#username">' in page.content.decode()

    def test_roles_are_given_and_revoked(self, browse, ada, alice):
        there = reverse("person-change", args=["alice"])
        browse(ada).post(there, {"do": "grant", "role": "approver", "unit": "mla"})
        assert "approver" in {grant.role for grant in access.roles(access.user("alice"))}
        browse(ada).post(there, {"do": "revoke", "role": "approver", "unit": "mla"})
        assert "approver" not in {grant.role for grant in access.roles(access.user("alice"))}

    def test_access_ends_and_begins_again(self, browse, ada, alice):
        there = reverse("person-change", args=["alice"])
        browse(ada).post(there, {"do": "end"})
        assert not access.user("alice").is_active
        browse(ada).post(there, {"do": "renew"})
        assert access.user("alice").is_active

    def test_nobody_else_does_any_of_it(self, browse, bob, olga, alice):
        for user in (bob, olga):
            answer = browse(user).post(reverse("person-change", args=["alice"]), {"do": "end"})
            assert answer.status_code == 403
        assert access.user("alice").is_active

    def test_nobody_changes_her_own_roles(self, browse, ada):
        answer = browse(ada).post(reverse("person-change", args=["ada"]), {"do": "grant", "role": "auditor"})
        assert answer.status_code == 403

    def test_a_unit_is_made(self, browse, ada):
        browse(ada).post(reverse("unit-add"), {"code": "fin", "name": "Financial crime", "handles": ["eio"]})
        assert access.unit("fin").handles == ["eio"]


class TestPeers:
    @pytest.fixture
    def other(self, node):
        from comity.exchange import actions as exchange
        from tests.dossiers.peer import Peer

        made = Peer("be-parquet", "BE", AT)
        exchange.remove_peer("be-parquet", by="test", at=AT)
        return made

    def add(self, client, card, fingerprint):
        import io

        file = io.BytesIO(card)
        file.name = "be.card.json"
        return client.post(reverse("peer-add"), {"card": file, "fingerprint": fingerprint})

    def test_is_added_by_card_and_words(self, browse, ada, other):
        from comity.exchange.wire.keys import words

        answer = self.add(browse(ada), other.card.raw, " ".join(words(other.card.fingerprint)))
        assert answer["Location"] == reverse("peer", args=["be-parquet"])

    def test_is_not_added_with_other_words(self, browse, ada, other):
        answer = self.add(browse(ada), other.card.raw, "abandon " * 12)
        assert answer.status_code == 400
        assert "Do not trust this card" in answer.content.decode()

    def test_is_added_by_administrators_alone(self, browse, alice, other):
        assert self.add(browse(alice), other.card.raw, other.card.fingerprint).status_code == 403


class TestLog:
    def test_is_verified_and_each_entry_can_be_proved(self, browse, olga, dossier):
        page = browse(olga).post(reverse("log-verify")).content.decode()
        assert "are unchanged" in page
        proof = browse(olga).get(reverse("log-proof", args=[0])).json()
        assert {"index", "size", "entry", "proof", "checkpoint"} <= set(proof)
        assert browse(olga).get(reverse("log-proof", args=[9999])).status_code == 404

    def test_names_the_fault_when_something_was_changed(self, browse, olga, dossier):
        act = dossier.acts.get()
        raw = bytearray(act.raw)
        raw[100] ^= 1
        type(act).objects.filter(pk=act.pk).update(raw=bytes(raw))
        page = browse(olga).post(reverse("log-verify")).content.decode()
        assert act.act_id[:12] in page
        assert "are unchanged" not in page
