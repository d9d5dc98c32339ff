"""What the card of an authority of the demo says of itself, written into its node.toml."""

import json
from pathlib import Path
from typing import Any

from comity.demo.cast import Authority


def put_on_card(file: Path, told: Authority) -> None:
    """Write what an authority's card says of itself into its node.toml, before the table of names."""
    head, names, rest = file.read_text(encoding="utf-8").partition("\n[names]")
    lines = f"competences = {toml(told.competences)}\ncontacts = {toml(told.contacts)}\n"
    file.write_text(f"{head}{lines}{names}{rest}", encoding="utf-8")


def toml(value: Any) -> str:
    """A value as TOML spells it on one line. Its basic strings are written as JSON's."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
