"""docs/cli.md and docs/operations.md say what there is."""

import argparse
from pathlib import Path

from comity.cli.main import parser
from comity.config.node import KEYS

DOCS = Path(__file__).resolve().parents[2] / "docs"


def commands(top: argparse.ArgumentParser, before: str = "") -> list[str]:
    """Every command in words, such as ``peers add``."""
    found = []
    for action in top._subparsers._group_actions if top._subparsers else []:
        for name, below in action.choices.items():
            found += commands(below, f"{before}{name} ") or [f"{before}{name}"]
    return found


def test_every_command_is_in_the_page():
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    for command in commands(parser()):
        group, _, name = command.rpartition(" ")
        assert name in page, command
        assert not group or f"{group} " in page, command


def test_every_key_of_node_toml_is_in_the_page():
    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    missing = [key for key in KEYS if f"| `{key}` |" not in page]
    assert missing == []
