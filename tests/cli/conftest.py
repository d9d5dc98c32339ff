"""Runs commands in this process, over the test database and a node's folder of its own."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from comity.cli.main import main
from comity.exchange import actions as exchange
from comity.exchange.wire import card as wire_card
from comity.exchange.wire.keys import SecretKeys
from comity.lib import clock


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def comity(capsys):
    """Run a command: ``comity("law", "parties", "eu-eio")``."""

    def run(*words: str) -> Ran:
        code = main(list(words))
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


@pytest.fixture
def no_node(monkeypatch):
    monkeypatch.delenv("COMITY_NODE", raising=False)


@pytest.fixture
def node(db, settings, tmp_path):
    """A node in a folder of its own, with keys."""
    folder = tmp_path / "node"
    (folder / "blobs").mkdir(parents=True)
    (folder / "run").mkdir()
    folder.chmod(0o700)
    for name in ("node.toml", "secret.key"):
        (folder / name).write_bytes((settings.COMITY.folder / name).read_bytes())
        (folder / name).chmod(0o600)
    settings.COMITY = replace(settings.COMITY, folder=folder)
    exchange.make_keys()
    return settings.COMITY


@dataclass(frozen=True)
class Other:
    """Another authority: its keys, and its card as a file."""

    card: wire_card.Card
    file: str


def other_authority(folder, *, authority="nl-prosecution", country="NL", **more) -> Other:
    card = wire_card.issue(
        SecretKeys.generate(),
        authority=authority,
        country=country,
        names={"en": f"Authority of {country}"},
        languages=["en"],
        endpoint="http://127.0.0.1:9",  # the discard port: nothing answers there
        at=clock.moment("2026-11-23T09:00:00Z"),
        serial=1,
        **more,
    )
    file = folder / f"{authority}.card"
    file.write_bytes(card.raw)
    return Other(card, str(file))


@pytest.fixture
def netherlands(tmp_path):
    return other_authority(tmp_path)


@pytest.fixture
def pinned(node, comity, netherlands):
    """The Dutch authority, pinned."""
    ran = comity("peers", "add", netherlands.file, "--fingerprint", netherlands.card.fingerprint, "--json")
    assert ran.code == 0, ran
    return netherlands
