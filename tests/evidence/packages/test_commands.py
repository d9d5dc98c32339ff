"""`comity bundle verify` and `comity import case-uco`: no node, no network, an answer that says what is wrong."""

import base64
import json

import pytest

from comity.cli.main import main
from tests.evidence.packages import making
from tests.evidence.packages.test_case import FOREIGN
from tests.evidence.packages.test_vectors import BUNDLE, PACKAGE


@pytest.fixture
def run(capsys):
    def answered(*words):
        code = main([*map(str, words), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return answered


@pytest.fixture
def saved(tmp_path):
    def write(name, raw):
        (tmp_path / name).write_bytes(raw)
        return tmp_path / name

    return write


def good():
    return base64.b64decode(BUNDLE["cases"][0]["file"])


def test_a_good_bundle(run, saved):
    code, told = run(
        "bundle", "verify", saved("b.zip", good()), "--key", BUNDLE["fingerprint"], "--root", BUNDLE["root"]
    )
    assert (code, told["ok"], len(told["steps"])) == (0, True, 8)


def test_the_card_of_the_authority_is_a_key_too(run, saved):
    card = saved("card", making.members(good())["card.json"])
    assert run("bundle", "verify", saved("b.zip", good()), "--key", card)[0] == 0


def test_each_fault_is_named(run, saved):
    raw = base64.b64decode(BUNDLE["cases"][1]["file"])
    code, told = run("bundle", "verify", saved("b.zip", raw), "--key", BUNDLE["fingerprint"])
    assert code == 1
    assert told["faults"][0] == {
        "code": "items.missing", "where": "item 4", "says": "Item 4 is listed and not here (items/00004.csv).",
    }  # fmt: skip


def test_in_words(saved, capsys):
    raw = base64.b64decode(BUNDLE["cases"][1]["file"])
    assert main(["bundle", "verify", str(saved("b.zip", raw)), "--key", BUNDLE["fingerprint"]]) == 1
    told = capsys.readouterr().out
    assert "(7) Every disclosed item is here, and nothing else: FAULT" in told
    assert "Not sound: 1 fault." in told


def test_a_package(run, saved):
    file = saved("p.zip", base64.b64decode(PACKAGE["file"]))
    code, told = run("bundle", "verify", file, "--key", PACKAGE["fingerprint"])
    assert (code, told["kind"]) == (0, "comity-casepackage/1")
    code, told = run("import", "case-uco", file, "--dry-run")
    assert (code, told["format"], told["rejected"]) == (0, "case-uco", [])


def test_a_foreign_graph(run, saved):
    code, told = run("import", "case-uco", saved("g.json", json.dumps(FOREIGN).encode()), "--dry-run")
    assert code == 1
    assert len(told["rejected"]) == 3
    assert told["losses"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("bundle", "verify", "/nowhere.zip", "--key", "0" * 64), "cli.no-file"),
        (("bundle", "verify", __file__, "--key", "abc"), "cli.not-a-key"),
        (("import", "case-uco", __file__), "cli.say-where"),
        (("import", "case-uco", __file__, "--dry-run"), "packages.not-a-graph"),
    ],
)
def test_bad_input_is_told(run, words, error):
    code, told = run(*words)
    assert (code, told["error"]) == (2, error)


def test_what_is_no_package_is_not_sound(run, saved):
    code, told = run("bundle", "verify", saved("b.zip", b"hello"), "--key", BUNDLE["fingerprint"])
    assert (code, told["faults"][0]["code"]) == (1, "structure.unreadable")
