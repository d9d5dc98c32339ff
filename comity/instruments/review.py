"""Every fault of the files of this room: definitions, composites, examples and scenarios.

``python -m comity.instruments.loader [FILE...]`` prints them; without a file, those of the whole room.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from comity.instruments import loader, preflight, scenarios
from comity.instruments.faults import DefinitionFaults
from comity.instruments.model import Definition
from comity.lib.faults import Fault


def files() -> list[Path]:
    """Every file of the room that a person writes."""
    folders = [(loader.ROOM / folder, pattern) for folder, pattern in FOLDERS]
    return [
        *sorted(loader.COMPOSITES.glob("*.yaml")),
        *(path for folder, pattern in folders for path in sorted(folder.glob(pattern))),
    ]


FOLDERS = (("definitions", "*.yaml"), ("examples", "*.json"), ("scenarios", "*.yaml"))


def faults(path: Path) -> list[Fault]:
    """Everything wrong with one file; its name and suffix say what it is."""
    try:
        return list(_reader(path)(path))
    except DefinitionFaults as error:
        return list(error.faults)


def _reader(path: Path) -> Callable[[Path], Iterator[Fault]]:
    if path.suffix == ".json":
        return _example
    if path.parent.name == loader.COMPOSITES.name:
        return _composites
    return _scenarios if path.parent.name == "scenarios" else _definition


def _composites(path: Path) -> Iterator[Fault]:
    loader.load_composites(path.parent)
    yield from ()


def _definition(path: Path) -> Iterator[Fault]:
    loader.load(path)
    yield from ()


def _scenarios(path: Path) -> Iterator[Fault]:
    for outcome in scenarios.run(path):
        for says in outcome.differences:
            yield Fault(path.name, outcome.scenario.line, f"/{outcome.scenario.id}", says)


def _of(path: Path) -> Definition:
    name = path.name.split(".")[0]
    return loader.load(loader.ROOM / "definitions" / f"{name}.yaml")


def _example(path: Path) -> Iterator[Fault]:
    try:
        request = json.loads(path.read_bytes())
    except ValueError as error:
        yield Fault(path.name, 1, "", f"This is not JSON: {error}.")
        return
    for one in preflight.run(_of(path), request).findings:
        yield Fault(path.name, 1, one.pointer, f"{one.says} ({one.rule}, {one.article})")


def main(arguments: list[str]) -> int:
    """Print every fault; 1 when there is one."""
    found = [fault for path in [Path(one) for one in arguments] or files() for fault in faults(path)]
    print(*found, f"{len(found)} to mend.", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
