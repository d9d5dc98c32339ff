"""The instruments that this version of Comity knows."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

from comity.instruments import faults, loader
from comity.instruments.model import Definition
from comity.lib.errors import BadInput


class UnknownInstrument(BadInput):
    code = "instruments.unknown"
    says = "There is no instrument {id!r}.{near}"
    next_step = "Known instruments: {known}."


def get(id: str) -> Definition:
    """The definition of one instrument; the same value each time.

    :raises UnknownInstrument: naming the nearest ids.
    """
    if id not in ids():
        raise UnknownInstrument(id=id, near=faults.near(id, ids()), known=", ".join(ids()))
    return _load(id)


def all() -> tuple[Definition, ...]:
    """Every definition, by id."""
    return tuple(_load(id) for id in ids())


def example(id: str) -> dict[str, Any]:
    """A complete valid request; a copy that the caller may change.

    :raises UnknownInstrument: naming the nearest ids.
    """
    request: dict[str, Any] = copy.deepcopy(_example(get(id).id))
    return request


@cache
def ids() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (loader.ROOM / "definitions").glob("*.yaml")))


@cache
def _load(id: str) -> Definition:
    return loader.load(loader.ROOM / "definitions" / f"{id}.yaml")


@cache
def _example(id: str) -> Any:
    return json.loads((loader.ROOM / "examples" / f"{id}.json").read_bytes())
