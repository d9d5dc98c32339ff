"""A person with a security key: she sets up a passkey in a real browser and signs in with nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import CDPSession

from comity.demo.cast import BRAZIL
from comity.demo.federation import Node, free_ports
from tests.journeys.browsing import NARROW, Visitor
from tests.journeys.conftest import PASSWORD
from tests.web.oidc_provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.journey

# A key that keeps what it is asked to keep and knows its owner (https://chromedevtools.github.io/devtools-protocol).
KEY = {
    "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "usb", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


OIDC = """
[oidc]
issuer = "{issuer}"
client_id = "{client}"
client_secret_file = "oidc.secret"
name = "Sign-in of the Ministry"
second_factor = true
"""


@dataclass
class Plugged:
    """A key in the browser of one visitor."""

    devtools: CDPSession
    id: str

    @classmethod
    def into(cls, visitor: Visitor) -> "Plugged":
        devtools = visitor.context.new_cdp_session(visitor.page)
        devtools.send("WebAuthn.enable")
        return cls(devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"])

    def credentials(self) -> list[dict[str, object]]:
        return list(self.devtools.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"])

    def plug_into(self, visitor: Visitor) -> "Plugged":
        """The same key in another browser."""
        other = Plugged.into(visitor)
        for one in self.credentials():
            other.devtools.send("WebAuthn.addCredential", {"authenticatorId": other.id, "credential": one})
        return other

    def refuse(self) -> None:
        """Its owner does not touch it."""
        self.devtools.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": False})


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """Under another name than the node's, so that to a browser it is another site."""
    made = Provider("localhost")
    made.subject, made.claims, made.asks = "subject-of-beatriz", {"amr": ["pwd", "mfa"]}, True
    yield made
    made.close()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[Node]:
    made = Node(BRAZIL, tmp_path_factory.mktemp("keys") / BRAZIL.id, free_ports(1)[0], second_factor="required")
    try:
        made.make()
        (made.folder / "oidc.secret").write_text(SECRET)
        with (made.folder / "node.toml").open("a") as file:
            file.write(OIDC.format(issuer=provider.issuer, client=CLIENT))
        made.play("settle", authority=BRAZIL.id, password=PASSWORD)
        made.start()
        made.wait()
        yield made
    finally:
        made.stop()


def by_name(node: Node) -> str:
    """The address at which browsers know keys: on this machine, the name and not the number."""
    return node.address.replace("127.0.0.1", "localhost")


class TestPasskey:
    def test_is_set_up_and_then_signs_in_alone(self, browser, node):
        beatriz = Visitor(browser, by_name(node))
        key = Plugged.into(beatriz)
        beatriz.sign_in("beatriz", PASSWORD)
        beatriz.in_english()
        beatriz.follow("Use a security key or passkey instead")
        beatriz.picture("passkey-add")
        beatriz.page.fill("input[name=name]", "blue key")
        beatriz.press("Set up the key")
        assert beatriz.page.url.endswith("/account/recovery-codes/")
        assert [one["isResidentCredential"] for one in key.credentials()] == [True]
        beatriz.go("/account/second-factor/")
        beatriz.picture("second-factors")
        assert beatriz.says("blue key")
        assert not beatriz.page.get_by_role("link", name="Remove").count(), "the last factor could be taken away"

        beatriz.press("Sign out")
        beatriz.go("/account/login/")
        beatriz.picture("sign-in-with-passkey")
        beatriz.press("Sign in with a passkey")
        assert beatriz.page.url == f"{by_name(node)}/"

        self.again(browser, node, key)
        self.as_second_factor(browser, node, key)
        self.ended_elsewhere(browser, node, key, beatriz)
        beatriz.close()

    def again(self, browser, node, key):
        """On a narrow screen, in another browser, and at first without touching the key."""
        narrow = Visitor(browser, by_name(node), width=NARROW)
        there = key.plug_into(narrow)
        there.refuse()
        narrow.go("/account/login/")
        narrow.page.get_by_role("button", name="Sign in with a passkey").click()
        narrow.page.locator("[data-passkey-says]:visible").wait_for()
        assert narrow.says("Nothing came from the key")
        narrow.picture("passkey-refused")
        narrow.look()
        narrow.close()

    def as_second_factor(self, browser, node, key):
        visitor = Visitor(browser, by_name(node))
        key.plug_into(visitor)
        visitor.sign_in("beatriz", PASSWORD)
        visitor.in_english()
        visitor.picture("second-factor-key")
        visitor.press("Use your security key")
        assert visitor.page.url == f"{by_name(node)}/"
        visitor.close()

    def ended_elsewhere(self, browser, node, key, beatriz):
        """She sees both sessions, ends the other one, and it is over."""
        other = Visitor(browser, by_name(node))
        key.plug_into(other)
        other.go("/account/login/")
        other.press("Sign in with a passkey")
        other.in_english()
        other.go("/account/sessions/")
        other.picture("sessions")
        other.press("End all others")
        beatriz.page.goto(f"{by_name(node)}/account/")
        assert "/account/login/" in beatriz.page.url
        other.close()


class TestWithoutKeys:
    def test_the_button_is_not_shown_where_no_browser_knows_keys(self, browser, node):
        for address, script in ((node.address, True), (by_name(node), False)):
            visitor = Visitor(browser, address, script=script)
            visitor.go("/account/login/")
            assert not visitor.page.get_by_role("button", name="passkey").count()
            visitor.close()

    def test_too_many_attempts_are_told(self, browser, node):
        visitor = Visitor(browser, node.address, width=NARROW)
        for _ in range(5):
            visitor.sign_in("gilberto", "wrong")
        visitor.page.fill("input[name=login]", "gilberto")
        visitor.page.fill("input[name=password]", "wrong")
        with visitor.arriving():
            visitor.page.locator("main form button[type=submit]").first.click()
        visitor.look(429)
        visitor.picture("too-many-attempts")
        assert visitor.says("5 minutes")
        visitor.close()


class TestProvider:
    def test_signs_in_across_sites_though_the_cookie_is_strict(self, browser, node, provider):
        """The browser brings no cookie along from another site; the page that it comes back to fetches it."""
        visitor = Visitor(browser, node.address)
        visitor.go("/account/login/")
        visitor.picture("sign-in-with-provider")
        self.through(visitor)
        assert visitor.says("Nobody here is bound to this identity")
        assert visitor.says(provider.subject)
        visitor.picture("provider-unknown")

        node._comity("access", "bind", "beatriz", provider.subject)
        visitor.page.goto(f"{node.address}/account/login/")
        self.through(visitor)
        assert visitor.page.url == f"{node.address}/"
        elsewhere = {trouble for trouble in visitor.troubles if trouble.startswith("a request left")}
        assert all(provider.issuer in trouble for trouble in elsewhere), "some other host was asked"
        visitor.close()

    def through(self, visitor):
        visitor.page.get_by_role("button", name="Sign-in of the Ministry").click()
        visitor.page.get_by_role("link", name="It is me").click()
        visitor.page.wait_for_url(lambda url: "_redir" in url or (visitor.address in url and "/account/" not in url))
        visitor.page.wait_for_load_state()
