"""The cast of tests/dossiers in a browser without a screen, with Ada who administers and Olga who audits."""

import pytest
from django.test import Client
from django.utils import translation

from comity.web import built
from tests.dossiers import conftest as cast
from tests.dossiers.conftest import AT, person

# The fixtures of tests/dossiers, under the same names.
at, later, own_keys, node, mla, nl, form = cast.at, cast.later, cast.own_keys, cast.node, cast.mla, cast.nl, cast.form
alice, bob, charlie, draft, sent, dossier = (
    cast.alice, cast.bob, cast.charlie, cast.draft, cast.sent, cast.dossier,
)  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    """Each test starts in English, whatever the page before it spoke."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def files(monkeypatch):
    """Pages ask for built files by name; whether they were built is the concern of test_built."""
    monkeypatch.setattr(built, "manifest", lambda: {name: name for name in ("comity.css", "comity.js", "icon.svg")})


@pytest.fixture
def ada(node):
    return person("ada", "administrator", None)


@pytest.fixture
def olga(node):
    return person("olga", "auditor", None)


@pytest.fixture
def submitted(draft, alice):
    from comity.dossiers import actions

    return actions.submit(draft, by=alice, at=AT)


@pytest.fixture
def browse():
    """A browser in which somebody is signed in: ``browse(alice).get("/")``."""

    def signed_in(user, language="en"):
        client = Client(HTTP_ACCEPT_LANGUAGE=language)
        if user is not None:
            client.force_login(user)
        return client

    return signed_in
