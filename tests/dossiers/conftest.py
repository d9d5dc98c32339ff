"""Alice drafts, Bob approves in the same unit, Charlie works in another one; the peer is a Dutch prosecution office."""

import copy
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from comity.access import actions as access
from comity.dossiers import actions
from comity.exchange import actions as exchange
from comity.instruments import catalogue
from tests.dossiers.peer import Peer

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def at():
    return AT


@pytest.fixture
def later():
    """Moments after the start: ``later(hours=2)``."""
    return lambda **how: AT + timedelta(**how)


@pytest.fixture(scope="session")
def own_keys():
    if not settings.COMITY.keys_file.exists():
        exchange.make_keys()


@pytest.fixture
def node(db, own_keys):
    """A node with keys, a unit for EIOs, another one, and a desk."""
    access.create_unit("mla", "Mutual legal assistance", handles=["eio"], at=AT)
    access.create_unit("cyber", "Cyber unit", handles=["police-info"], at=AT)
    return access.create_unit("desk", "Desk", handles=[], is_desk=True, at=AT)


def person(name, role, unit):
    from comity.access import queries

    user, _ = access.create_user(name, f"{name.title()} Martin", password="five unrelated words", at=AT)
    access.grant(user, role, unit=queries.unit(unit) if unit else None, at=AT)
    return user


@pytest.fixture
def mla(node):
    from comity.access import queries

    return queries.unit("mla")


@pytest.fixture
def alice(node):
    return person("alice", "officer", "mla")


@pytest.fixture
def bob(node):
    return person("bob", "approver", "mla")


@pytest.fixture
def charlie(node):
    return person("charlie", "approver", "cyber")


@pytest.fixture
def nl(node):
    return Peer("nl-prosecution", "NL", AT)


@pytest.fixture
def form():
    """A complete request, free to change."""
    return copy.deepcopy(catalogue.example("eio"))


@pytest.fixture
def draft(alice, mla, nl, form):
    """A complete draft by Alice."""
    return actions.start(
        "eio", to="nl-prosecution", unit=mla, by=alice, at=AT, language="en", form=form["form"], facts=form["facts"]
    )


@pytest.fixture
def sent(draft, alice, bob):
    """The opening act, approved by Bob; nothing was delivered yet."""
    return actions.approve(actions.submit(draft, by=alice, at=AT), by=bob, at=AT)


@pytest.fixture
def dossier(sent, nl):
    """A dossier that the peer holds too."""
    nl.fetch(AT)
    return sent.dossier
