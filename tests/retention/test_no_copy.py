"""After a round nothing of what was erased is left: not in a table, a file, a database page or a cache. The log proves
what was there. On SQLite the same is looked for in the raw bytes of a database in a file."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection

from comity.access.models import SignIn
from comity.exchange import queries as network
from comity.retention import actions, queries
from tests.dossiers.conftest import AT
from tests.liaison.peer import Peer
from tests.retention import planting

LATER = AT + timedelta(days=400)
KINDS = ("case", "dossier", "draft", "thread", "import", "sign-in")


@pytest.fixture
def form(form):
    form["form"]["grounds"]["reasons"] = f"{planting.MARK} is sought."
    return form


@pytest.fixture
def nl(node):
    """A peer that takes messages as well as acts."""
    return Peer("nl-prosecution", "NL", AT)


@pytest.fixture
def planted(over, alice, bob, ada, draft, mla, nl, form):
    from comity.dossiers import actions as dossiers

    case = planting.a_case(alice, bob, over)
    second = dossiers.start(
        "eio", to="nl-prosecution", unit=mla, by=alice, at=AT, language="en", form=form["form"], facts=form["facts"]
    )
    planting.elsewhere(alice, second)
    nl.hear(AT)
    planting.looked_for(alice)
    from comity.cases import actions as cases

    cases.set_state(case.number, "closed", reason=f"{planting.MARK} was sentenced", by=alice, at=AT)
    return case


def rules(ada):
    for kind in KINDS:
        actions.set_rule(kind, 365, basis="Code of procedure, art 40-1", by=ada, at=AT)


@pytest.mark.django_db(transaction=True)
def test_no_copy_is_left_and_the_log_proves_what_was_there(planted, ada, alice):
    assert len(planting.tables()) > 15
    assert planting.caches()
    assert planting.blobs() >= 4
    before = planting.blobs()
    rules(ada)
    run = actions.run(at=LATER, by=ada)
    assert run.failed == []
    assert {one["kind"] for one in run.erased} == set(KINDS)
    assert run.left == []
    assert planting.tables() == []
    assert planting.caches() == []
    assert planting.files() == []
    assert planting.blobs() == before - 4
    assert SignIn.objects.count() == 0
    assert network.verify_log().faults == ()
    things = {one.kind for erasure in queries.erasures(ada, LATER) for one in erasure.things.all()}
    assert things >= {"act", "envelope-out", "blob", "custody", "message", "sign-ins"}


@pytest.mark.skipif("COMITY_ON_DISK" in os.environ, reason="this is the inner run")
def test_no_byte_of_it_is_left_in_the_file_of_the_database(tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its files elsewhere: docs/operations.md")
    where = f"{__file__}::test_no_copy_is_left_and_the_log_proves_what_was_there"
    (tmp_path / "run").mkdir()
    (tmp_path / "secret.key").write_text("only-for-tests-" + "x" * 40)
    (tmp_path / "node.toml").write_text(
        'authority = "fr-central"\ncountry = "FR"\nlanguages = ["en", "fr"]\ntime_zone = "Europe/Paris"\n'
        'second_factor = "optional"\n[names]\nen = "Central Authority of France (test)"\n'
    )
    inner = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--ds", "tests.retention.on_disk", where],
        env={**os.environ, "COMITY_ON_DISK": "1", "COMITY_NODE": str(tmp_path)},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert inner.returncode == 0, inner.stdout[-3000:]
