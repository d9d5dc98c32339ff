"""docs/spec/court-bundle.md and case-package.md are true: their vectors verify, or fail as the page says."""

import base64
import io
import json
import re
from pathlib import Path

import pytest

from comity.evidence.packages import case_package, listing, verifying
from tests.evidence.packages import making
from tests.vectors import excerpts
from tests.vectors.make import FOLDER

BUNDLE = json.loads((FOLDER / "court-bundle.json").read_text(encoding="utf-8"))
PACKAGE = json.loads((FOLDER / "case-package.json").read_text(encoding="utf-8"))
PACKAGES = Path(verifying.__file__).parent


@pytest.mark.parametrize("case", BUNDLE["cases"], ids=lambda case: case["name"])
def test_each_bundle_verifies_or_fails_as_it_says(case):
    raw = io.BytesIO(base64.b64decode(case["file"]))
    report = verifying.verify(raw, key=BUNDLE["fingerprint"], root=BUNDLE["root"])
    assert report.ok == (not case["codes"])
    assert set(case["codes"]) <= {fault.code for fault in report.faults}


def test_the_opening_opens_what_is_withheld():
    entry = listing.read_entry(BUNDLE["withheld"].encode(), 3)
    assert listing.opens(entry, BUNDLE["opening"]["item"], bytes.fromhex(BUNDLE["opening"]["salt"]))


def test_the_package_verifies():
    raw = io.BytesIO(base64.b64decode(PACKAGE["file"]))
    assert case_package.verify(raw, key=making.KEYS[making.FR].fingerprint).ok


def test_the_pages_name_every_fault_and_no_other():
    pages = "".join(
        (excerpts.PAGES / name).read_text(encoding="utf-8") for name in ("court-bundle.md", "case-package.md")
    )
    kinds = "structure|keys|head|log|list|items|root|hashes|graph|files"
    said = set(re.findall(rf'"((?:{kinds})\.[a-z]+)"', "".join(p.read_text() for p in PACKAGES.glob("*.py"))))
    told = set(re.findall(rf"`((?:{kinds})\.[a-z]+)`", pages))
    files = {"list.json", "list.jsonl", "log.json", "hashes.txt"}
    assert told - files == said - files
    assert len(told) > 25
