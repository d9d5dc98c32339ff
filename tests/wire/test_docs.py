"""docs/spec/ is true: its examples are excerpts of the vectors, and it names every error, field and limit."""

import importlib
import inspect
import re

import pytest

from comity.exchange.wire import blob, envelope, keys, push, signed
from comity.lib.errors import ComityError
from tests.vectors import excerpts

PAGES = {file.name: file.read_text(encoding="utf-8") for file in sorted(excerpts.PAGES.glob("*.md"))}
ALL = "\n".join(PAGES.values())
MODULES = ("strict", "keys", "signed", "card", "envelope", "push", "receipt", "blob", "tlog", "checkpoint")
ERRORS = sorted(
    {
        value.code
        for name in MODULES
        for _, value in inspect.getmembers(importlib.import_module(f"comity.exchange.wire.{name}"), inspect.isclass)
        if issubclass(value, ComityError) and value.code.startswith("wire.")
    }
)


@pytest.mark.parametrize("name", PAGES)
def test_examples_are_excerpts_of_the_vectors(name):
    assert excerpts.renewed(PAGES[name]) == PAGES[name], "run python -m tests.vectors.excerpts"


@pytest.mark.parametrize(
    "name", ["signed.md", "keys.md", "card.md", "act.md", "channel.md", "blob.md", "log.md", "http.md"]
)
def test_every_page_has_an_example(name):
    assert excerpts.BLOCK.search(PAGES[name])


@pytest.mark.parametrize("code", ERRORS)
def test_every_error_is_described(code):
    assert f"`{code}`" in ALL


def test_every_described_error_exists():
    assert set(re.findall(r"`(wire\.[a-z-]+)`", ALL)) == set(ERRORS)


def test_links_lead_somewhere():
    seen = 0
    for file in (*excerpts.PAGES.glob("*.md"), excerpts.PAGES.parent / "threat-model.md"):
        targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text(encoding="utf-8"))
        for target in targets:
            assert (file.parent / target).exists(), f"{file.name}: {target}"
            seen += 1
    assert seen > 20


def test_limits_are_the_ones_in_force():
    assert (signed.LIMIT, envelope.LIMIT, push.LIMIT, blob.MANIFEST_LIMIT) == (
        1 << 20,
        2 << 20,
        16 << 20,
        16 << 20,
    )
    for words in ("1 MiB", "2 MiB", "16 MiB", "1000 envelopes", "4 194 304"):
        assert words in ALL
    assert (push.MOST, blob.CHUNK, keys.MLDSA65_SIGNATURE) == (1000, 4_194_304, 3309)
