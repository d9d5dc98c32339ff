"""The cast of tests/dossiers and a case of four items: Alice leads it, Bob approves, Charlie is a stranger."""

import io
from datetime import timedelta

import pytest

from comity.access import actions as access
from comity.access.handling import Handling
from comity.disclosure import actions
from comity.disclosure.values import Choice
from comity.evidence import actions as evidence
from comity.evidence.values import TakingFacts
from tests.dossiers import conftest as cast
from tests.dossiers.conftest import AT, person

at, later, own_keys, node, mla = cast.at, cast.later, cast.own_keys, cast.node, cast.mla
alice, bob, charlie = cast.alice, cast.bob, cast.charlie

CASE = "c-2026-0001"
LEDGER = b"account;amount\nFR76 0001;1200.00\n"
LETTER = b"Dear counsel, as we discussed.\n"
SIGNAL = b"What a partner told us, not for court.\n"
CLOSES = AT + timedelta(days=30)


@pytest.fixture
def olga(node):
    return person("olga", "auditor", None)


@pytest.fixture
def dora(node):
    """A member of the unit without a seat in the case."""
    return person("dora", "officer", "mla")


@pytest.fixture
def compartment(alice, mla):
    return access.create_compartment(CASE, unit=mla, by=alice, at=AT)


def taken(compartment, title, raw, by, **more):
    return evidence.take(
        compartment, title=title, kind="document", by=by, at=AT, stream=io.BytesIO(raw), name=f"{title}.csv",
        media_type="text/csv", taking=TakingFacts(at=AT, where="Marseille", from_whom="Banque du Sud", power="seizure"),
        **more,
    )  # fmt: skip


@pytest.fixture
def items(compartment, alice):
    """1: a ledger, 2: a telephone, 3: a letter to counsel, 4: what a partner keeps from evidence."""
    return [
        taken(compartment, "Ledger", LEDGER, alice),
        evidence.take(compartment, title="Telephone", kind="device", by=alice, at=AT, seal="S-17", place="room 2"),
        taken(compartment, "Letter", LETTER, alice),
        taken(compartment, "Signal", SIGNAL, alice,
              handling=Handling(originator="nl-prosecution", codes=frozenset({"H1"}))),
    ]  # fmt: skip


def choices(**changed):
    told = {
        f"{CASE}/1": Choice(True),
        f"{CASE}/2": Choice(True),
        f"{CASE}/3": Choice(False, "privilege", "letters to counsel"),
        f"{CASE}/4": Choice(False, "not-as-evidence"),
    }
    return told | changed


def proposal(compartment, by, **more):
    told = {
        "recipient": "Maître Odile Blanc", "function": "counsel of the accused", "contact": "paper",
        "purpose": "preparing the defence", "opens_at": AT, "closes_at": CLOSES, "choices": choices(), "by": by,
        "at": AT,
    }  # fmt: skip
    return actions.propose(compartment, **(told | more))


@pytest.fixture
def proposed(compartment, items, alice):
    return proposal(compartment, alice)


@pytest.fixture
def window(proposed, bob):
    return actions.approve(proposed.pk, by=bob, at=AT)


@pytest.fixture
def code(window, alice):
    return actions.hand_code(window.pk, by=alice, at=AT)


@pytest.fixture
def visiting(window, code):
    from comity.disclosure import queries

    id_, secret = actions.enter(window.pk, code, at=AT, source="192.0.2.7")
    return queries.stay(id_, secret, at=AT)
