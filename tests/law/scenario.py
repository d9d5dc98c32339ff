"""Scenarios are YAML that a lawyer can read: name, given, expect. This reads them for the tests beside."""

from pathlib import Path
from typing import Any

import pytest

from comity.law import scenarios
from comity.lib import strict_yaml

FOLDER = Path(__file__).parent / "scenarios"


def told(name: str) -> list[Any]:
    """Every scenario of a file as a pytest parameter, called by its name; deadlines are those of the room."""
    if name == "deadlines":
        return [
            pytest.param(one.given, one.then, id=one.title)
            for path in scenarios.files()
            for one in scenarios.load(path)
            if one.kind == "deadline"
        ]
    return [
        pytest.param(case["given"], case["expect"], id=case["name"])
        for case in strict_yaml.read(FOLDER / f"{name}.yaml").value
    ]
