"""The cast of tests/dossiers, with Ada who administers, Olga who audits, and a dossier that is over."""

import pytest

from comity.dossiers import actions
from tests.dossiers import conftest as cast
from tests.dossiers.conftest import AT, person

at, later, own_keys, node, mla, nl, form = cast.at, cast.later, cast.own_keys, cast.node, cast.mla, cast.nl, cast.form
alice, bob, charlie, draft, sent, dossier = (
    cast.alice, cast.bob, cast.charlie, cast.draft, cast.sent, cast.dossier,
)  # fmt: skip


@pytest.fixture
def ada(node):
    return person("ada", "administrator", None)


@pytest.fixture
def olga(node):
    return person("olga", "auditor", None)


@pytest.fixture
def over(dossier, alice, bob, nl):
    """Withdrawn and closed by us, and the peer holds all of it."""
    for act, content in (("withdraw", {"reasons": "No longer needed."}), ("close", {})):
        draft = actions.begin_act(dossier, act, by=alice, at=AT, content=content)
        actions.approve(actions.submit(draft, by=alice, at=AT), by=bob, at=AT)
    nl.fetch(AT)
    dossier.refresh_from_db()
    assert dossier.final
    return dossier
