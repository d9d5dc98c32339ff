"""The cast of tests/dossiers; the Dutch prosecution office talks as well, and three people stand on a roster."""

import pytest

from comity.access import queries as people
from tests.dossiers import conftest as cast
from tests.dossiers.conftest import AT, person
from tests.liaison.peer import Peer

at, later, own_keys, node, mla, form = cast.at, cast.later, cast.own_keys, cast.node, cast.mla, cast.form
alice, bob, charlie, draft, sent = cast.alice, cast.bob, cast.charlie, cast.draft, cast.sent


@pytest.fixture
def nl(node):
    return Peer("nl-prosecution", "NL", AT)


@pytest.fixture
def dossier(sent, nl):
    """A dossier that the peer holds too."""
    nl.hear(AT)
    return sent.dossier


@pytest.fixture
def desk(node):
    return people.unit("desk")


@pytest.fixture
def first(node):
    return person("first", "officer", "desk")


@pytest.fixture
def second(node):
    return person("second", "liaison", "desk")


@pytest.fixture
def head(node):
    return person("head", "approver", "desk")
