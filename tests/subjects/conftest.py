"""Alice leads the case, Bob reads in it, Charlie works elsewhere; Dora sits in the case and in its circle."""

from datetime import UTC, datetime, timedelta

import pytest

from comity.access import actions as access
from comity.subjects import actions
from comity.subjects.actions import Said

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def at():
    return AT


@pytest.fixture
def later():
    return lambda **how: AT + timedelta(**how)


@pytest.fixture
def mla(db):
    return access.create_unit("mla", "Mutual legal assistance", handles=["*"], at=AT)


@pytest.fixture
def cyber(db):
    return access.create_unit("cyber", "Cyber unit", handles=[], at=AT)


def person(name, unit, role="officer"):
    user, _ = access.create_user(name, f"{name.title()} Martin", password="five unrelated words", at=AT)
    access.grant(user, role, unit=unit, at=AT)
    return user


@pytest.fixture
def alice(mla):
    user = person("alice", mla)
    access.set_clearance(user, 2, by=None, at=AT)
    return user


@pytest.fixture
def bob(mla, case, alice):
    user = person("bob", mla)
    access.seat(case, user, part="reader", by=alice, at=AT)
    return user


@pytest.fixture
def charlie(cyber):
    return person("charlie", cyber)


@pytest.fixture
def case(alice, mla):
    return access.create_compartment("c-2026-0001", unit=mla, by=alice, at=AT)


@pytest.fixture
def other_case(alice, mla):
    return access.create_compartment("c-2026-0002", unit=mla, by=alice, at=AT)


@pytest.fixture
def circle(alice, case, mla):
    return access.create_compartment("c-2026-0001-a", unit=mla, by=alice, at=AT, parent=case)


@pytest.fixture
def add(alice, case):
    """A new subject of the case: ``add("Person", name="Boris")``."""

    def added(schema="Person", compartment=None, by=None, level=0, role="", **values):
        said = [Said(prop, value) for prop, value in values.items()]
        return actions.add(compartment or case, schema, said, by=by or alice, at=AT, level=level, role=role)

    return added


@pytest.fixture
def boris(add):
    return add(name="Boris Kuznetsov", birthDate="1985-03-27", nationality="ru", role="suspect")


@pytest.fixture
def anna(add):
    return add(name="Anna Petrova")
