"""The chain of custody does what docs/spec/custody.md says: its vectors, and every flipped bit."""

import json
import re
from pathlib import Path

import pytest

from comity.evidence import chain

ROOT = Path(__file__).parents[2]
TOLD = json.loads((ROOT / "tests" / "vectors" / "custody.json").read_text(encoding="utf-8"))
CASES = [pytest.param(case, id=case["name"]) for case in TOLD["cases"]]
PAGE = (ROOT / "docs" / "spec" / "custody.md").read_text(encoding="utf-8")
WHOLE = [entry.encode() for entry in TOLD["cases"][0]["entries"]]
HEAD = TOLD["cases"][0]["head"]


@pytest.mark.parametrize("case", CASES)
def test_vectors(case):
    entries = [entry.encode() for entry in case["entries"]]
    found = chain.verify_chain(entries, authority="fr-central", item="c-2026-0001/7", head_hash=case["head"])
    assert [{"number": one.number, "code": one.code} for one in found] == case["faults"]
    assert all(one.says for one in found)
    if "gaps" in case:
        gaps = chain.gaps([chain.read(entry) for entry in entries])
        assert [{"number": one.number, "kind": one.kind} for one in gaps] == case["gaps"]
        assert all(one.says.format(**one.values) for one in gaps)
    if "log" in case:
        assert chain.head("c-2026-0001/7", len(entries), case["head"]).decode() == case["log"]


def test_every_flipped_bit_is_found():
    for place, raw in enumerate(WHOLE):
        for byte in range(0, len(raw), 7):
            flipped = bytearray(raw)
            flipped[byte] ^= 1 << byte % 8
            entries = [*WHOLE[:place], bytes(flipped), *WHOLE[place + 1 :]]
            assert chain.verify_chain(entries, head_hash=HEAD), (place, byte)


@pytest.mark.parametrize("what", chain.WHATS)
def test_the_page_names_everything_that_happens(what):
    assert f"`{what}`" in PAGE


def test_the_page_names_every_fault_and_field():
    codes = {fault["code"] for case in TOLD["cases"] for fault in case["faults"]}
    assert codes == set(re.findall(r"`(custody\.[a-z-]+)`", PAGE))
    names = {name for case in TOLD["cases"] for entry in case["entries"][:1] for name in json.loads(entry)}
    assert all(f"`{name}`" in PAGE for name in names | {"left_at", "corrects"})


def test_the_last_correction_counts_and_nothing_is_taken_away():
    entries = [chain.read(raw) for raw in WHOLE]
    assert [one.seal for one in chain.effective(entries)] == ["S-17", "", "S-19", ""]
    assert chain.holder(entries) == "fr-central"


def test_what_is_written_is_what_is_read():
    one = chain.read(WHOLE[0])
    assert chain.write(one) == WHOLE[0]
    with pytest.raises(chain.BadEntry):
        chain.write(chain.replace(one, why="a\x00b"))
