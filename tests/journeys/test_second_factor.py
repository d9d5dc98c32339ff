"""A node that asks for a second factor: nobody works before one is set up, and nobody signs in without it."""

import base64
import hashlib
import hmac
import struct
import time

import pytest

from comity.demo.cast import BRAZIL
from comity.demo.federation import Node, free_ports
from tests.journeys.browsing import Visitor
from tests.journeys.conftest import PASSWORD

pytestmark = pytest.mark.journey

STEP, DIGITS = 30, 6


def code(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238 over RFC 4226 section 5.3), with seconds left to type it."""
    while time.time() % STEP > STEP - 5:
        time.sleep(0.2)
    counted = struct.pack(">Q", int(time.time()) // STEP)
    told = hmac.new(base64.b32decode(secret), counted, hashlib.sha1).digest()
    offset = told[-1] & 0x0F
    number = struct.unpack(">I", told[offset : offset + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    made = Node(BRAZIL, tmp_path_factory.mktemp("strict") / BRAZIL.id, free_ports(1)[0], second_factor="required")
    try:
        made.make()
        made.play("settle", authority=BRAZIL.id, password=PASSWORD)
        made.start()
        made.wait()
        yield made
    finally:
        made.stop()


class TestSecondFactor:
    def test_it_is_set_up_before_anything_else_and_asked_for_ever_after(self, browser, node):
        beatriz = Visitor(browser, node.address)
        beatriz.sign_in("beatriz", PASSWORD)
        set_up = beatriz.page.url
        beatriz.go("/drafts/")
        assert beatriz.page.url == set_up, "a page was shown before the second factor was set up"
        beatriz.picture("second-factor-set-up")
        secret = beatriz.page.locator(".comity-code").first.inner_text()
        self.type_code(beatriz, "000000" if code(secret) != "000000" else "000001")
        assert beatriz.page.locator(".govuk-error-message").count() == 1
        beatriz.picture("second-factor-wrong-code")
        self.type_code(beatriz, code(secret))
        beatriz.picture("second-factor-recovery-codes")
        beatriz.go("/")
        assert beatriz.page.url == f"{node.address}/"

        beatriz.press("Sign out")
        beatriz.sign_in("beatriz", PASSWORD)
        beatriz.picture("second-factor")
        beatriz.go("/drafts/")
        assert not beatriz.page.url.endswith("/drafts/"), "the password alone opened the node"
        self.type_code(beatriz, code(secret))
        beatriz.go("/drafts/")
        assert beatriz.page.url.endswith("/drafts/")
        beatriz.close()

    @staticmethod
    def type_code(visitor: Visitor, digits: str) -> None:
        visitor.page.locator("input[name=code]").fill(digits)
        with visitor.arriving():
            visitor.page.locator("main form button[type=submit]").first.click()
        visitor.look()
