"""A court bundle: the signed list, its lines, the proof of the log, a page to read, the bytes of each disclosed item.

docs/spec/court-bundle.md is the specification; ``verifying`` follows its section 5.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from comity.evidence.packages import container
from comity.evidence.packages.container import Content
from comity.evidence.packages.listing import Entry, leaves
from comity.lib.errors import ComityError

HEAD, LINES, LEAVES, CARD, LOG, INDEX = "list.json", "list.jsonl", "leaves.txt", "card.json", "log.json", "index.html"
FIXED = (INDEX, HEAD, LINES, LEAVES, CARD, LOG)
LOG_KIND = "list"

Open = Callable[[Entry], Iterable[bytes]]


class ContentDiffers(ComityError):
    code = "packages.content-differs"
    says = "The bytes of {item} are not those that the list names."
    next_step = "Check the item's bytes in the node; restore them from the backup."


@dataclass(frozen=True)
class Parts:
    """Everything of a bundle but the items' bytes; the same parts give the same file, whenever it is made.

    ``head`` is the signed list, ``card`` that of its authority, ``log`` what ``logged.carried`` gave, ``pages`` the
    further files that the head names (``index.html``).
    """

    head: bytes = field(repr=False)
    entries: Sequence[Entry]
    card: bytes = field(repr=False)
    log: bytes = field(repr=False)
    pages: Mapping[str, bytes] = field(repr=False)


def lines(entries: Iterable[Entry]) -> bytes:
    return b"".join(entry.line + b"\n" for entry in entries)


def leaf_lines(entries: Iterable[Entry]) -> bytes:
    return "".join(f"{leaf.hex()}\n" for leaf in leaves(entries)).encode()


def contents(parts: Parts, opened: Open) -> list[tuple[str, int, Content]]:
    """The files of the bundle in their order; ``opened`` gives the bytes of an item, each time it is asked."""
    small: dict[str, bytes] = {
        HEAD: parts.head, LINES: lines(parts.entries), LEAVES: leaf_lines(parts.entries), CARD: parts.card,
        LOG: parts.log, **parts.pages,
    }  # fmt: skip
    first = [name for name in FIXED if name in small] + sorted(set(small) - set(FIXED))
    made: list[tuple[str, int, Content]] = [(name, len(small[name]), small[name]) for name in first]
    for entry in parts.entries:
        if (content := entry.content) is not None and entry.path:
            made.append((entry.path, content.size, partial(checked, entry, opened)))
    return made


def checked(entry: Entry, opened: Open) -> Iterator[bytes]:
    """The bytes of an item as the list names them.

    :raises ContentDiffers: they are others.
    """
    sha256 = hashlib.sha256()
    for piece in opened(entry):
        sha256.update(piece)
        yield piece
    if entry.content is None or sha256.hexdigest() != entry.content.sha256:
        raise ContentDiffers(item=entry.label)


def stream(parts: Parts, opened: Open) -> Iterator[bytes]:
    """The bundle in pieces, with constant memory."""
    return container.stream(contents(parts, opened))


def length(parts: Parts) -> int:
    return container.length(contents(parts, lambda entry: ()))
