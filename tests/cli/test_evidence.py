"""`comity evidence` by Alice, who leads a case, and by Charlie, who does not know of it."""

import pytest

from comity.access import actions as access
from comity.access import queries as people
from comity.exchange import blobs
from comity.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(comity, pinned):
    for unit in ("mla", "cyber"):
        comity("access", "add-unit", unit, f"Unit {unit}", "--handles", "eio")
    for name, unit in (("alice", "mla"), ("charlie", "cyber")):
        comity("access", "add-user", name, f"{name.title()} Martin")
        assert comity("access", "grant", name, "officer", "--unit", unit).code == 0
    access.create_compartment("c-2026-0001", unit=people.unit("mla"), by=people.user("alice"), at=clock.now())


@pytest.fixture
def taken(comity, case, tmp_path):
    file = tmp_path / "ledger.txt"
    file.write_text("3 March: 4 000 euros\n")
    answer = comity(
        "evidence", "take", "c-2026-0001", str(file), "--title", "Ledger", "--by", "Captain Morel", "--where", "Rouen",
        "--power", "search warrant", "--as", "alice", "--json",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    return answer.json


def run(comity, *words, user="alice"):
    return comity("evidence", *words, "--as", user, "--json")


def test_takes_lists_and_shows(comity, taken):
    assert taken["item"] == "c-2026-0001/1"
    assert [row["title"] for row in run(comity, "list", "c-2026-0001").json] == ["Ledger"]
    told = run(comity, "show", "c-2026-0001/1").json
    assert (told["sha256"], told["taking"]["by"]) == (taken["sha256"], "Captain Morel")
    assert "Ledger" in comity("evidence", "show", "c-2026-0001/1", "--as", "alice").out


def test_a_thing_needs_no_file(comity, case):
    answer = run(comity, "take", "c-2026-0001", "--title", "Cash", "--kind", "cash", "--seal", "S-1")
    assert (answer.code, answer.json["sha256"]) == (0, "")
    assert run(comity, "take", "c-2026-0001", "--title", "Letter").code == 2


def test_custody_and_passport(comity, taken):
    told = run(comity, "custody", "c-2026-0001/1").json
    assert [one["gaps"] for one in (told,)] == [[]]
    assert '"what":"taken"' in told["entries"][0]["entry"]
    rows = run(comity, "passport", "c-2026-0001/1", "--to", "de").json["rows"]
    assert {row["key"]: row["status"] for row in rows}["power"] == "there"


def test_verify_finds_a_changed_file(comity, taken):
    assert run(comity, "verify", "c-2026-0001/1").json["ok"]
    from comity.evidence.models import Item

    file = blobs.path(Item.objects.get().blob)
    raw = bytearray(file.read_bytes())
    raw[30] ^= 1
    file.write_bytes(raw)
    answer = run(comity, "verify", "c-2026-0001/1")
    assert (answer.code, answer.json["bytes"]["ok"]) == (1, False)


@pytest.mark.parametrize("words", [("list", "c-2026-0001"), ("show", "c-2026-0001/1"), ("verify", "c-2026-0001/1")])
def test_a_stranger_finds_nothing(comity, taken, words):
    assert run(comity, *words, user="charlie").code != 0
