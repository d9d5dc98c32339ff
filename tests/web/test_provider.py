"""Signing in through the authority's own OpenID Connect provider, played over real HTTP on this machine."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from comity.access import actions, signing
from comity.access import queries as access
from comity.config.provider import Provider as Configured
from tests.dossiers.conftest import AT
from tests.web.oidc_provider import CLIENT, SECRET, Provider

PASSWORD = "five unrelated words of mine"


@pytest.fixture(autouse=True)
def fresh(db):
    cache.clear()


@pytest.fixture(scope="module")
def running():
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def provider(running, settings):
    """The provider, honest again, and node.toml as it would name it."""
    running.key, running.algorithm, running.subject = running.published, "RS256", "subject-of-alice"
    running.claims, running.discovery, running.asked = {}, {}, []
    settings.COMITY = replace(
        settings.COMITY,
        oidc=Configured(running.issuer, CLIENT, SECRET, "Ministry sign-in"),
    )
    app = {
        "provider_id": "oidc", "name": "Ministry sign-in", "client_id": CLIENT, "secret": SECRET,
        "settings": {"server_url": running.issuer, "oauth_pkce_enabled": True, "scope": ["openid"]},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    return running


@pytest.fixture
def bound(provider, alice):
    signing.bind(alice, provider.issuer, "subject-of-alice", by=None, at=AT)
    return provider


def there(client, path="provider_begin", **told):
    """Press the button; the address at the provider that the page leads to."""
    page = client.post(reverse(path), told)
    assert page.status_code == 200, page.get("Location")
    return unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())[1])


def back(address):
    """What the provider sends the browser back to."""
    given = requests.get(address, allow_redirects=False, timeout=5).headers["Location"]
    return f"{urlsplit(given).path}?{urlsplit(given).query}"


def through(client, **told):
    return client.get(back(there(client, **told)))


def who(client):
    return client.get("/account/").context["user"].username if "_auth_user_id" in client.session else None


def reasons():
    return [row.why for row in signing.sign_ins(failed=True)]


class TestSigningIn:
    def test_works_for_who_is_bound(self, bound):
        client = Client()
        assert through(client)["Location"] == "/"
        assert who(client) == "alice"
        assert [(row.what, row.how) for row in signing.sign_ins()] == [("signed in", "provider")]

    def test_leads_on_to_the_page_that_was_wanted(self, bound):
        assert through(Client(), next="/drafts/")["Location"] == "/drafts/"
        assert through(Client(), next="https://elsewhere.example/")["Location"] == "/"

    def test_is_offered_on_the_sign_in_page_only_where_there_is_a_provider(self, provider, settings, alice):
        assert "Sign in with Ministry sign-in" in Client().get(reverse("account_login")).content.decode()
        settings.COMITY = replace(settings.COMITY, oidc=None)
        assert "Ministry" not in Client().get(reverse("account_login")).content.decode()
        assert Client().post(reverse("provider_begin")).status_code == 404
        assert Client().get(reverse("provider_callback")).status_code == 404
        assert provider.asked == []

    def test_begins_with_a_button_never_with_a_link(self, provider, db):
        assert Client().get(reverse("provider_begin")).status_code == 405
        assert Client(enforce_csrf_checks=True).post(reverse("provider_begin")).status_code == 403

    def test_asks_for_nothing_but_who_it_is(self, bound):
        asked = parse_qs(urlsplit(there(Client())).query)
        assert asked["scope"] == ["openid"]
        assert len(asked["nonce"][0]) == 32
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["redirect_uri"] == ["http://127.0.0.1:8000/account/provider/callback/"]

    def test_keeps_nothing_of_what_else_the_provider_tells(self, bound):
        from allauth.socialaccount.models import SocialAccount, SocialToken

        through(Client())
        assert SocialAccount.objects.count() == SocialToken.objects.count() == 0
        assert "alice@example.fr" not in str(list(signing.SignIn.objects.values()))

    def test_of_an_unknown_identity_says_what_to_do_and_makes_nobody(self, provider, alice):
        users = access.User.objects.count()
        client = Client()
        page = through(client)
        assert page.status_code == 403
        assert "subject-of-alice" in page.content.decode()
        assert who(client) is None
        assert access.User.objects.count() == users
        assert reasons() == ["unknown identity"]

    def test_is_not_for_who_has_left(self, bound, alice):
        actions.deactivate(alice, at=AT)
        client = Client()
        assert through(client)["Location"] == reverse("account_inactive")
        assert who(client) is None
        assert reasons() == ["access ended"]

    def test_still_asks_who_has_a_one_time_password_to_change_it(self, bound, alice, ada):
        actions.set_password(alice, by=ada, at=AT)
        client = Client()
        through(client)
        assert client.get("/")["Location"].startswith(reverse("account_change_password"))

    def test_a_strict_cookie_that_did_not_come_along_is_fetched_by_going_on(self, bound):
        """After another site's redirect the browser sends no cookie; the page goes on by itself and then it does."""
        client = Client()
        came = back(there(client))
        page = Client().get(came)
        assert page.status_code == 200
        onward = unescape(re.search(r'url=([^"]+)"', page.content.decode())[1])
        assert "_redir" in onward
        assert client.get(onward)["Location"] == "/"
        assert who(client) == "alice"


class TestTheSecondFactor:
    @pytest.fixture
    def app(self, alice):
        TOTP.activate(alice, generate_totp_secret())

    @pytest.fixture
    def trusted(self, bound, settings):
        oidc = replace(settings.COMITY.oidc, second_factor=True, acr=("https://refeds.org/profile/mfa",))
        settings.COMITY = replace(settings.COMITY, oidc=oidc, second_factor="required")
        return bound

    def test_is_asked_for_here_whatever_the_provider_says(self, bound, app):
        bound.claims = {"amr": ["pwd", "mfa"]}
        client = Client()
        assert through(client)["Location"] == reverse("mfa_authenticate")
        assert who(client) is None

    @pytest.mark.parametrize("claims", [{"amr": ["pwd", "mfa"]}, {"acr": "https://refeds.org/profile/mfa"}])
    def test_may_have_been_shown_there_where_node_toml_says_so(self, trusted, app, claims):
        trusted.claims = claims
        client = Client()
        assert through(client)["Location"] == "/"
        assert client.get("/").status_code == 200

    @pytest.mark.parametrize("claims", [{}, {"amr": ["pwd"]}, {"amr": "mfa"}, {"acr": "mfa"}])
    def test_is_asked_for_when_it_was_not_shown_there(self, trusted, app, claims):
        trusted.claims = claims
        assert through(Client())["Location"] == reverse("mfa_authenticate")

    def test_need_not_be_set_up_here_by_who_showed_it_there(self, trusted):
        trusted.claims = {"amr": ["mfa"]}
        client = Client()
        through(client)
        assert client.get("/").status_code == 200

    def test_shown_there_once_does_not_count_for_a_later_password(self, trusted, alice):
        actions.set_password(alice, password=PASSWORD, by=alice, at=AT)
        trusted.claims = {"amr": ["mfa"]}
        client = Client()
        through(client)
        client.post(reverse("account_logout"))
        client.post(reverse("account_login"), {"login": "alice", "password": PASSWORD})
        assert client.get("/")["Location"] == reverse("mfa_activate_totp")


class TestAnAnswerThatDoesNotHold:
    """Each signs in nobody, says so on a page, and is recorded."""

    def refused(self, client, answer, why="the provider said no"):
        assert answer.status_code == 401
        assert "did not confirm who you are" in answer.content.decode()
        assert who(client) is None
        assert reasons() == [why]

    @pytest.mark.parametrize(
        "claims",
        [
            {"iss": "https://elsewhere.example"},
            {"iss": None},
            {"aud": "somebody-else"},
            {"aud": None},
            {"aud": [CLIENT, "somebody-else"], "azp": "somebody-else"},
            {"exp": 1_000_000_000},
            {"exp": None},
            {"iat": 4_000_000_000},
            {"sub": None},
            {"sub": ""},
        ],
    )
    def test_claims(self, bound, claims):
        bound.claims = claims
        client = Client()
        self.refused(client, through(client))

    @pytest.mark.parametrize("nonce", [None, "another"])
    def test_a_nonce_that_is_not_ours(self, bound, nonce):
        bound.claims = {"nonce": nonce}
        client = Client()
        self.refused(client, through(client), "answer to another question")

    @pytest.mark.parametrize("algorithm", ["none", "HS256"])
    def test_a_signature_that_anybody_could_make(self, bound, algorithm):
        bound.algorithm = algorithm
        client = Client()
        self.refused(client, through(client))

    def test_a_key_that_was_not_published(self, bound):
        bound.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        client = Client()
        self.refused(client, through(client))

    def test_a_state_that_nobody_asked_with(self, bound):
        client = Client()
        came = re.sub(r"state=[^&]+", "state=invented", back(there(client)))
        self.refused(client, client.get(f"{came}&_redir="))

    def test_a_second_use_of_the_same_answer(self, bound):
        client = Client()
        came = back(there(client))
        client.get(came)
        client.post(reverse("account_logout"))
        self.refused(client, client.get(f"{came}&_redir="))

    def test_an_answer_brought_to_another_browser(self, bound):
        other = Client()
        there(other)
        self.refused(other, other.get(f"{back(there(Client()))}&_redir="))

    @pytest.mark.parametrize(
        "discovery",
        [
            {"issuer": "https://elsewhere.example"},
            {"token_endpoint": "http://192.0.2.1/token"},
            {"jwks_uri": None},
            {"authorization_endpoint": "http://192.0.2.1/authorize"},
        ],
    )
    def test_a_discovery_document_of_somebody_else_or_in_the_clear(self, bound, discovery):
        bound.discovery = discovery
        client = Client()
        self.refused(client, client.post(reverse("provider_begin")), "the provider does not answer")

    def test_a_provider_that_is_not_there(self, provider, settings, alice):
        import copy

        told = copy.deepcopy(settings.SOCIALACCOUNT_PROVIDERS)
        told["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
        settings.SOCIALACCOUNT_PROVIDERS = told
        client = Client()
        self.refused(client, client.post(reverse("provider_begin")), "the provider does not answer")


class TestBinding:
    @pytest.fixture
    def signed_in(self, provider, alice):
        actions.set_password(alice, password=PASSWORD, by=alice, at=AT)
        client = Client()
        client.post(reverse("account_login"), {"login": "alice", "password": PASSWORD})
        return client

    def test_is_done_on_ones_own_account_page_and_recorded(self, provider, signed_in, alice):
        answer = signed_in.get(back(there(signed_in, "provider_bind")))
        assert answer["Location"] == reverse("mfa_index")
        assert signing.user_bound_to(provider.issuer, "subject-of-alice") == alice
        assert "You can now sign in with Ministry sign-in" in signed_in.get(reverse("mfa_index")).content.decode()
        change = access.changes(limit=1)[0]
        assert (change.what, change.by, change.details["subject"]) == ("bind identity", alice, "subject-of-alice")

    def test_asks_for_the_password_when_the_sign_in_was_a_while_ago(self, provider, browse, alice):
        actions.set_password(alice, password=PASSWORD, by=alice, at=AT)
        answer = browse(alice).post(reverse("provider_bind"))
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
        assert provider.asked == []

    def test_never_takes_an_identity_from_somebody_else(self, provider, signed_in, bob):
        signing.bind(bob, provider.issuer, "subject-of-alice", by=None, at=AT)
        signed_in.get(back(there(signed_in, "provider_bind")))
        assert signing.user_bound_to(provider.issuer, "subject-of-alice") == bob
        assert "bound to another user" in signed_in.get(reverse("mfa_index")).content.decode()

    def test_is_not_done_for_who_signed_in_meanwhile(self, provider, signed_in, bob):
        came = back(there(signed_in, "provider_bind"))
        signed_in.force_login(bob)
        signed_in.get(came)
        assert signing.identity(bob, provider.issuer) is None

    def test_is_undone(self, bound, signed_in, alice):
        assert "You can sign in with Ministry" in signed_in.get(reverse("mfa_index")).content.decode()
        signed_in.post(reverse("provider_unbind"))
        assert signing.identity(alice, bound.issuer) is None
        assert through(Client()).status_code == 403

    def test_is_done_by_an_administrator_with_the_subject(self, provider, browse, ada, alice, bob, olga):
        told = {"do": "bind", "subject": "subject-of-alice"}
        for user in (bob, olga):
            assert browse(user).post(reverse("person-change", args=["alice"]), told).status_code == 403
        browse(ada).post(reverse("person-change", args=["alice"]), told)
        assert signing.user_bound_to(provider.issuer, "subject-of-alice") == alice
        assert "subject-of-alice" in browse(ada).get(reverse("person", args=["alice"])).content.decode()
        browse(ada).post(reverse("person-change", args=["alice"]), {"do": "unbind"})
        assert signing.identity(alice, provider.issuer) is None
