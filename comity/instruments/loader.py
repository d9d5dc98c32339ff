"""Read a definition strictly: all of it is checked, and every fault is reported with its place."""

from __future__ import annotations

import runpy
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from comity.instruments import build, checks, checks_form, fieldtypes, shapes
from comity.instruments.checks_form import Form, Raw
from comity.instruments.faults import DefinitionFaults, Problem, placed, read
from comity.instruments.model import Definition
from comity.lib.faults import Fault

ROOM = Path(__file__).resolve().parent
COMPOSITES = ROOM / "composites"


def law_lines(instrument: str) -> Collection[str]:
    """The ids of the dated deadlines that the law room holds for an instrument: ``eio/acknowledgement``."""
    from comity.law import deadlines

    return [line.law for line in deadlines.of(instrument)] if instrument in deadlines.instruments() else []


def load(path: Path, *, composites: Path = COMPOSITES, laws: checks.Laws = law_lines) -> Definition:
    """Read one definition.

    :raises DefinitionFaults: with everything that is wrong in it, or in the composites.
    """
    shared = load_composites(composites)
    document = read(path)
    found = [
        *shapes.problems(document.value, shapes.Thing("definition")),
        *checks.problems(document.value, shared, laws),
    ]
    if found:
        raise DefinitionFaults(placed(found, document))
    return build.definition(document.value, shared)


@cache
def load_composites(path: Path = COMPOSITES) -> dict[str, Raw]:
    """The composites by id, as plain values: those of one file, or of all files of a folder together.

    :raises DefinitionFaults: with everything that is wrong in the files.
    """
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    documents = [read(file) for file in files]
    together: dict[str, Raw] = {}
    for document in documents:
        together |= document.value if isinstance(document.value, dict) else {}
    faults: list[Fault] = []
    seen: set[str] = set()
    for document in documents:
        found = list(shapes.problems(document.value, shapes.Mapped(shapes.Thing("composite"))))
        if not found:
            twice = [Problem(f"/{id}", f"{id!r} is defined in another file.") for id in document.value if id in seen]
            found = [*twice, *_composite_problems(document.value, together)]
            seen |= set(document.value)
        faults += placed(found, document)
    if faults:
        raise DefinitionFaults(faults)
    return together


def _composite_problems(own: dict[str, Raw], raw: dict[str, Raw]) -> Iterator[Problem]:
    for name, composite in own.items():
        if name in fieldtypes.PLAIN:
            yield Problem(f"/{name}", f"{name!r} is a field type already.")
        if name in _reach(name, raw, set()):
            yield Problem(f"/{name}", f"The composite {name!r} holds itself.")
        # A condition inside a composite can only name a sibling: there is no root of a form here.
        yield from checks_form.problems(composite, f"/{name}", Form({}, raw))


def _reach(name: str, raw: dict[str, Raw], seen: set[str]) -> set[str]:
    for place in checks_form.places(raw[name], ""):
        kind = place.raw.get("type")
        if isinstance(kind, str) and kind in raw and kind not in seen:
            seen.add(kind)
            _reach(kind, raw, seen)
    return seen


if __name__ == "__main__":
    # The review of all files stands above this module and imports it, so it is run and not imported.
    runpy.run_module("comity.instruments.review", run_name="__main__")
