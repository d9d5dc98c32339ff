"""Alice leads a case of the MLA unit, Dora is her colleague, Bob their supervisor; Charlie sits in another unit."""

import pytest

from comity.cases import actions
from tests.dossiers import conftest as cast
from tests.dossiers.conftest import AT, person

# The fixtures of tests/dossiers, under the same names.
at, later, own_keys, node, mla, nl, form = cast.at, cast.later, cast.own_keys, cast.node, cast.mla, cast.nl, cast.form
alice, bob, charlie, draft, sent, dossier = (
    cast.alice, cast.bob, cast.charlie, cast.draft, cast.sent, cast.dossier,
)  # fmt: skip


@pytest.fixture
def dora(node):
    return person("dora", "officer", "mla")


@pytest.fixture
def olga(node):
    return person("olga", "auditor", None)


@pytest.fixture
def case(alice, mla):
    """A case with a template, led by Alice; its number is ``case.number``."""
    return actions.open(
        "Card fraud in Rouen", unit=mla, by=alice, at=AT, template="cybercrime-24-7",
        summary="Cards of forty people were copied at one ticket machine.",
    )  # fmt: skip
