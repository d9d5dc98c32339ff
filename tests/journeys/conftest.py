"""France and the Netherlands on free ports, and a real browser for everyone who works there."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from comity.demo.cast import FRANCE, NETHERLANDS
from comity.demo.federation import Federation, Node, free_ports
from tests.journeys.browsing import Visitor, launch

PASSWORD = "five invented harbour lamps"


@pytest.fixture(scope="session")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federation]:
    folder: Path = tmp_path_factory.mktemp("federation")
    cast = (FRANCE, NETHERLANDS)
    nodes = {
        one.id: Node(one, folder / one.id, port, "optional")
        for one, port in zip(cast, free_ports(len(cast)), strict=True)
    }
    with Federation(nodes, say=lambda line: None) as made:
        made.make(PASSWORD)
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = launch(playwright)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, federation: Federation) -> Iterator[Callable[[str], Visitor]]:
    """``signed_in("claire")``: that person, reading English, at her node; the same browser each time."""
    at_work: dict[str, Visitor] = {}

    def person(username: str) -> Visitor:
        if username not in at_work:
            visitor = Visitor(browser, node_of(federation, username).address)
            visitor.sign_in(username, PASSWORD)
            visitor.in_english()
            at_work[username] = visitor
        return at_work[username]

    yield person
    for visitor in at_work.values():
        visitor.close()


@pytest.fixture
def another(browser: Browser, signed_in: Callable[[str], Visitor]) -> Iterator[Callable[..., Visitor]]:
    """``another("claire", width=360)``: the same session in another kind of browser, closed after the test."""
    opened: list[Visitor] = []

    def person(username: str, **kind: Any) -> Visitor:
        known = signed_in(username)
        opened.append(Visitor(browser, known.address, state=known.context.storage_state(), **kind))
        return opened[-1]

    yield person
    for visitor in opened:
        visitor.close()


def node_of(federation: Federation, username: str) -> Node:
    return next(
        node
        for node in federation.nodes.values()
        if any(person.username == username for person in node.authority.people)
    )
