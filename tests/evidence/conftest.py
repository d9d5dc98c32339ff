"""Alice leads a case of the MLA unit, Dora reads it, Bob is their supervisor without a seat; Charlie sits elsewhere."""

import io

import pytest

from comity.access import actions as access
from comity.evidence import actions
from comity.evidence.values import TakingFacts
from tests.dossiers import conftest as cast
from tests.dossiers.conftest import AT, person

at, later, own_keys, node, mla, nl, form = cast.at, cast.later, cast.own_keys, cast.node, cast.mla, cast.nl, cast.form
alice, bob, charlie, draft, sent, dossier = (
    cast.alice, cast.bob, cast.charlie, cast.draft, cast.sent, cast.dossier,
)  # fmt: skip

LEDGER = b"3 March: 4 000 euros\n" * 100
SEARCH = TakingFacts(
    at=AT, where="Quai Sud 4, Rouen", by="Captain Morel", from_whom="Paul Vidal", power="search warrant of 20 November",
    provision="Code of criminal procedure art 94",
)  # fmt: skip


@pytest.fixture
def dora(node):
    return person("dora", "officer", "mla")


@pytest.fixture
def case(alice, dora, mla):
    made = access.create_compartment("c-2026-0001", unit=mla, by=alice, at=AT)
    access.seat(made, dora, part="reader", by=alice, at=AT)
    return made


@pytest.fixture
def ledger(case, alice):
    return take(case, alice, taking=SEARCH, language="fr")


@pytest.fixture
def telephone(case, alice):
    return actions.take(
        case, title="Telephone", kind="device", by=alice, at=AT, seal="S-17", place="Room 2", taking=SEARCH
    )


def take(case, by, *, content=LEDGER, title="Ledger", **more):
    return actions.take(
        case, title=title, kind="document", by=by, at=AT, stream=io.BytesIO(content), name="ledger.txt",
        media_type="text/plain", **more,
    )  # fmt: skip
