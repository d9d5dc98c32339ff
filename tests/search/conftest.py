"""Alice and Bob sit in one unit, Charlie in another; two cases, one of them with a circle."""

from datetime import UTC, datetime

import pytest

from comity.access import actions as access

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def mla(db):
    return access.create_unit("mla", "Mutual legal assistance", at=AT)


@pytest.fixture
def cyber(db):
    return access.create_unit("cyber", "Cyber unit", handles=[], at=AT)


def person(name, role, unit):
    user, _ = access.create_user(name, f"{name.title()} Martin", at=AT)
    access.grant(user, role, unit=unit, at=AT)
    return user


@pytest.fixture
def alice(mla):
    return person("alice", "officer", mla)


@pytest.fixture
def bob(mla):
    return person("bob", "officer", mla)


@pytest.fixture
def charlie(cyber):
    return person("charlie", "officer", cyber)


@pytest.fixture
def case(mla, alice):
    return access.create_compartment("c-2026-0001", unit=mla, by=alice, at=AT)
