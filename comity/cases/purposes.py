"""For what a case is worked on: a short list, kept as data."""

from functools import cache
from pathlib import Path

from comity.cases.reading import Strict, read
from comity.lib.errors import BadInput

FILE = Path(__file__).parent / "purposes.yaml"


class UnknownPurpose(BadInput):
    code = "cases.unknown-purpose"
    says = "{id!r} is not a purpose that is known here."
    next_step = "Choose one of the list; comity/cases/purposes.yaml holds it."


class Purpose(Strict):
    id: str
    title: str


class _File(Strict):
    purposes: list[Purpose]


@cache
def known() -> tuple[Purpose, ...]:
    """Every purpose, in the order in which pages offer them."""
    return tuple(read(FILE, _File).purposes)


def get(id: str) -> Purpose:
    """:raises UnknownPurpose: there is none with this id."""
    for one in known():
        if one.id == id:
            return one
    raise UnknownPurpose(id=id)
