"""Every page and every operation between nodes, asked as everybody there is, against docs/rooms/access-matrix.yaml."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from comity.access import rules
from comity.access.rules import MATERIAL
from comity.lib import strict_yaml
from comity.web import built
from tests.matrix.world import CASE, OTHER_CASE, World, build

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).resolve().parents[2] / "docs" / "rooms" / "access-matrix.yaml"
PAGES: dict[str, dict[str, Any]] = strict_yaml.read(TABLE).value["pages"]
PLAIN = {
    "zero": 0, "one": 1, "subject_kind": "Person", "word": "none", "digest": "0" * 64, "instrument": "eio", "country": "fr", "treaty": "cets-030",
    "unit": "mla", "peer": "nl-prosecution", "retained": "dossier", "act_type": "question", "maker": "maker",
    "close": "close", "off": "off",
}  # fmt: skip
FEW = ("signed-out", "nobody", "officer-elsewhere", "auditor")
ALIKE = ("law", "account", "mfa_", "provider", "api:", "built", "language", "sessions")
"""Addresses on which nothing depends on who asks but whether they signed in: a few ask."""
ABOUT_THE_CASE = {"lead", "member", "reader", "ended", "glass", "deputy"}
"""People who differ from others in a case only."""


def visitors(world: World, name: str, page: dict[str, Any]) -> list[str]:
    if page.get("missing") or name.startswith(ALIKE):
        return list(FEW)
    private = page["may"] == "signed in" or any(f" {kind}" in page["may"] for kind in MATERIAL.split())
    return [who for who in world.users if private or who not in ABOUT_THE_CASE]


def names(patterns: Any, space: str = "") -> Iterator[str]:
    """The name of every address there is."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from names(one.url_patterns, f"{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern):
            assert one.name, f"{one.pattern} has no name"
            yield f"{space}{one.name}"


def test_every_address_is_in_the_table_and_nothing_else():
    there = set(names(get_resolver().url_patterns))
    assert (sorted(there - set(PAGES)), sorted(set(PAGES) - there)) == ([], [])


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One world for all pages, taken back at the end; what a page changes is taken back at once."""
    from comity.exchange import actions as exchange

    if not settings.COMITY.keys_file.exists():
        exchange.make_keys()
    patch = pytest.MonkeyPatch()
    patch.setattr(built, "manifest", lambda: {name: name for name in ("comity.css", "comity.js", "icon.svg")})
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)
    patch.undo()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_for_those_whom_the_table_names(world, name):
    page = PAGES[name]
    wrong = []
    for who in visitors(world, name, page):
        status, text = ask(world, who, name, page)
        if status not in expected(world, who, page):
            wrong.append(f"{who}: {status}, expected {' or '.join(map(str, sorted(expected(world, who, page))))}")
        wrong += [f"{who} was shown {marker}" for marker in leaks(world, who, text)]
    assert "\n".join(wrong) == ""


def ask(world: World, who: str, name: str, page: dict[str, Any]) -> tuple[int, str]:
    """The answer as a status (signed-out visitors who are led to the door count as 401), and its text."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    if who in world.sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[who]
    with transaction.atomic():
        address = reverse(name, kwargs={key: place(world, word) for key, word in page.get("with", {}).items()})
        answer = (client.post if page.get("post") else client.get)(address, page.get("send", {}))
        text = b"".join(answer).decode(errors="replace")  # also what is streamed
        transaction.set_rollback(True)
    led = answer.status_code == 302 and answer["Location"].startswith("/account/login/")
    return (401 if led else answer.status_code), text


def place(world: World, word: str) -> Any:
    found = world.ids.get(word, PLAIN.get(word))
    assert found is not None, f"tests/matrix/world.py knows no {word!r}"
    return found


SHOWN = {200, 204, 302, 303, 400, 409}  # 400: the form that the test leaves empty


def expected(world: World, who: str, page: dict[str, Any]) -> set[int]:
    if page["may"] == "open":
        return {404, 405, 401, 403, 400, 302} if page.get("missing") else SHOWN | {401, 403, 429}
    if who == "signed-out":
        return {401, 204}  # 204: a part of a page that is open already, which is told to load anew
    if page["may"] == "signed in":
        return SHOWN | {401, 403, 404} if page.get("missing") else SHOWN | {401}  # 401: the password is asked for again
    if page.get("missing"):
        return {404, 403, 400}
    asked = [one.split() for one in page["may"].split(" or ")]
    if who == page.get("own") or any(allowed(world, who, *words) for words in asked):
        return SHOWN
    late = {200, 400} if page.get("late") else set()
    if any(len(words) == 3 for words in asked):
        return {403, 404} | late
    readable = any(allowed(world, who, "read", thing) for _verb, thing in asked)
    secret = any(world.things[thing].unit is not None for _verb, thing in asked)
    return {404} if secret and not readable else {403, 404} | late


def allowed(world: World, who: str, verb: str, *thing: str) -> bool:
    """By the rule table; of ``a case`` in any unit at all."""
    actor = world.actors[who]
    if len(thing) == 1:
        return rules.can(actor, verb, world.things[thing[0]]).allowed
    reach = rules.visible_units(actor, verb, thing[1])
    seated = {seat.part for seat in actor.seats} & rules.parts_that_may(verb, thing[1])
    return reach.everything or bool(reach.units) or bool(seated)


def leaks(world: World, who: str, text: str) -> list[str]:
    """The markers of private things in a text that this person may not read."""
    if who == "signed-out":
        return [marker for marker in (CASE, OTHER_CASE, "zqthread", "zqglass") if marker in text]
    actor = world.actors[who]
    may = {
        CASE: rules.can(actor, "read", world.things["case"]).allowed,
        OTHER_CASE: who == "other-case",
        "zqthread": rules.can(actor, "read", world.things["talk"]).allowed,
        "zqglass": who == "glass" or rules.can(actor, "review", world.things["emergency"]).allowed,
    }
    return [marker for marker, allowed in may.items() if marker in text and not allowed]


def test_the_leak_test_is_no_rubber_stamp(world):
    assert leaks(world, "officer", f"... {CASE} ...") == [CASE]
    assert leaks(world, "lead", f"... {CASE} ...") == []
    assert leaks(world, "signed-out", "zqthread") == ["zqthread"]
    assert {401, 204} == expected(world, "signed-out", PAGES["case"])
    assert {404} == expected(world, "officer", PAGES["case"])
    assert {403, 404} == expected(world, "member", PAGES["case-state"])
