"""Alice handles the case, Bob sits in her authority, Ada administers the node, Charlie works elsewhere."""

from datetime import UTC, datetime

import pytest

from comity.access import actions

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def at():
    return AT


@pytest.fixture
def mla(db):
    return actions.create_unit("mla", "Mutual legal assistance", handles=["mla-untoc"], at=AT)


@pytest.fixture
def cyber(db):
    return actions.create_unit("cyber", "Cyber unit", handles=["police-info"], at=AT)


@pytest.fixture
def alice(mla):
    user, _ = actions.create_user("alice", "Alice Martin", function="Magistrate", at=AT)
    actions.grant(user, "officer", unit=mla, at=AT)
    return user


@pytest.fixture
def bob(mla):
    user, _ = actions.create_user("bob", "Bob Laurent", at=AT)
    actions.grant(user, "approver", unit=mla, at=AT)
    return user


@pytest.fixture
def ada(db):
    user, _ = actions.create_user("ada", "Ada Roche", at=AT)
    actions.grant(user, "administrator", at=AT)
    return user
