"""The bundle of a window's list, made from what its approval sealed and the bytes that evidence keeps."""

from collections.abc import Iterator
from dataclasses import dataclass

from comity.access import asking
from comity.disclosure.models import Sealed, Window
from comity.disclosure.proposing import entries_of
from comity.evidence import queries as evidence
from comity.evidence.packages import bundle as packages
from comity.evidence.packages.bundle import Parts
from comity.evidence.packages.listing import Entry


@dataclass(frozen=True)
class Bundle:
    """A file to hand out: the same bytes each time it is made."""

    name: str
    size: int
    pieces: Iterator[bytes]


def parts(window: Window) -> Parts:
    sealed = Sealed.objects.get(window=window)
    return Parts(
        bytes(sealed.head), entries_of(window), bytes(sealed.card), bytes(sealed.log),
        {packages.INDEX: bytes(sealed.index)},
    )  # fmt: skip


def bundle(window: Window) -> Bundle:
    made = parts(window)
    name = f"{window.compartment.name}-{window.pk}.zip"
    return Bundle(name, packages.length(made), packages.stream(made, opened))


def opened(entry: Entry) -> Iterator[bytes]:
    """The bytes of a listed item. Whoever calls has asked the rules, or is the visitor of the window."""
    ref = (entry.item or {})["ref"]
    with asking.as_node():
        pieces = evidence.read_bytes(ref)
    return iter(pieces)
