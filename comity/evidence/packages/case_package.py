"""A CASE package: the graph one node on a line, hashes of every line and file, and one signature over them.

docs/spec/case-package.md is the specification.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import IO, Annotated, Any

from pydantic import Field

from comity.evidence.packages import verifying
from comity.evidence.packages.bundle import CARD, ContentDiffers
from comity.evidence.packages.container import Content, Opened
from comity.evidence.packages.findings import Report, Step
from comity.evidence.values import ItemFile
from comity.exchange.wire import signed
from comity.exchange.wire.card import Card
from comity.exchange.wire.strict import Hex, Label, Line, Number, Stamp, Strict, body
from comity.lib import clock
from comity.lib.canonical import canonical
from comity.lib.errors import BadInput

KIND = "comity-casepackage/1"
GRAPH, HASHES, HEAD = "case.jsonld", "hashes.txt", "package.json"
GRAPH_LIMIT, HASHES_LIMIT = 256 * 1024 * 1024, 64 * 1024 * 1024
HASH_LINE = re.compile(r"([0-9a-f]{64}) ([0-9]{1,16}) ([^\n]+)")
SIGNED, LISTED, WHOLE = (
    "The list of hashes is signed",
    "Every node and file has the hash that was signed",
    "Nothing else",
)


class BadPackage(BadInput):
    code = "packages.bad-package"
    says = "The package cannot be used: {why}."
    next_step = "Ask for it again, or for the graph alone."


class _Body(Strict):
    authority: Label
    case: Line
    at: Stamp
    nodes: Number
    files: Number
    hashes: Hex
    purpose: Annotated[str, Field(max_length=500)] = ""


def graph_bytes(document: Mapping[str, Any]) -> bytes:
    """The document with one node on a line: JSON-LD as any other, and a change has a line."""
    nodes = b",\n".join(canonical(node) for node in document["@graph"])
    return b'{"@context":' + canonical(document["@context"]) + b',\n"@graph":[\n' + nodes + b"\n]}\n"


def path_of(file: ItemFile) -> str:
    """Where an item's bytes lie: its number, never a name that somebody chose."""
    found = re.fullmatch(r".*\.([A-Za-z0-9]{1,8})", file.item.name, re.DOTALL)
    place = re.sub(r"[^a-z0-9-]", "-", file.item.ref.lower())
    return f"items/{place}{'.' + found[1].lower() if found else ''}"


def hash_lines(graph: bytes, files: Iterable[tuple[str, int, str]]) -> bytes:
    """``SHA-256 size name`` of each line of the graph and of each file."""
    rows = [(sha(line), len(line), f"{GRAPH}#{n}") for n, line in enumerate(lines_of(graph), start=1)]
    told = [*rows, *((sha256, size, name) for name, size, sha256 in files)]
    return "".join(f"{sha256} {size} {name}\n" for sha256, size, name in told).encode()


def lines_of(graph: bytes) -> list[bytes]:
    return re.findall(rb"[^\n]*\n|[^\n]+\Z", graph)


def sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


@dataclass(frozen=True)
class Draft:
    """A package before it is signed: its graph and its hashes. ``head`` is what ``KIND`` signs."""

    graph: bytes = field(repr=False)
    hashes: bytes = field(repr=False)
    files: Sequence[ItemFile]
    head: dict[str, Any]


def draft(document: Mapping[str, Any], files: Sequence[ItemFile], *, authority: str, case: str, at: datetime) -> Draft:
    graph, told = graph_bytes(document), [file for file in files if file.item.sha256]
    hashes = hash_lines(graph, ((path_of(file), file.item.size or 0, file.item.sha256) for file in told))
    head = {
        "authority": authority, "case": case, "at": clock.stamp(at), "nodes": len(document["@graph"]),
        "files": len(told), "hashes": sha(hashes),
    }  # fmt: skip
    return Draft(graph, hashes, told, head)


def contents(
    of: Draft, head: bytes, card: bytes, opened: Callable[[ItemFile], Iterable[bytes]]
) -> list[tuple[str, int, Content]]:
    """The files of a signed package in their order, for ``container.stream``."""
    small = {GRAPH: of.graph, HASHES: of.hashes, HEAD: head, CARD: card}
    made: list[tuple[str, int, Content]] = [(name, len(raw), raw) for name, raw in small.items()]
    return made + [(path_of(file), file.item.size or 0, partial(_checked, file, opened)) for file in of.files]


def _checked(file: ItemFile, opened: Callable[[ItemFile], Iterable[bytes]]) -> Iterator[bytes]:
    found = hashlib.sha256()
    for piece in opened(file):
        found.update(piece)
        yield piece
    if found.hexdigest() != file.item.sha256:
        raise ContentDiffers(item=file.item.ref)


def verify(file: IO[bytes], *, key: str) -> Report:
    """Verify a package against a fingerprint, step by step (docs/spec/case-package.md, section 4)."""
    report = Report(kind=KIND)
    opened = verifying.structure(report, file)
    if opened is None:
        report.skip(verifying.KEYS, SIGNED, LISTED, WHOLE)
        return report
    known = verifying.keys(report, opened, key)
    told = _head(report, opened, known)
    names = _hashes(report, opened)
    _nothing_else(report, opened, names, told)
    report.told = told
    return report


def _head(report: Report, opened: Opened, known: Card | None) -> dict[str, Any]:
    step = report.step(SIGNED)
    if known is None:
        step.skipped, step.says = True, "Without a card nobody's signature can be verified."
        return {}
    try:
        found = signed.read(opened.read(HEAD, verifying.SMALL), KIND, known.keys)
        told = body(_Body, found.body, "the head of the package")
    except BadInput as error:
        code = "head.signature" if isinstance(error, signed.BadSignature) else "head.malformed"
        step.fault(code, HEAD, error.sentence)
        return {}
    if told.authority != known.authority:
        step.fault("head.authority", HEAD, f"It speaks for {told.authority}, the card is of {known.authority}.")
    if told.hashes != opened.hashes.get(HASHES):
        step.fault("hashes.changed", HASHES, "The list of hashes is not the one that was signed.")
    step.says = f"Signed by {told.authority} on {told.at}: {told.nodes} nodes, {told.files} files."
    return found.body


def _hashes(report: Report, opened: Opened) -> list[str]:
    """Compare each line of the graph and each file; returns the files that the list names."""
    step = report.step(LISTED)
    names, at, place = [], 0, 0
    lines = lines_of(opened.read(GRAPH, GRAPH_LIMIT))
    for row in opened.read(HASHES, HASHES_LIMIT).decode("utf-8", "replace").removesuffix("\n").split("\n"):
        found = HASH_LINE.fullmatch(row)
        if found is None:
            step.fault("hashes.malformed", HASHES, f"A line of the list of hashes cannot be read: {row[:80]!r}.")
        elif found[3].startswith(f"{GRAPH}#"):
            place += 1
            line = lines[place - 1] if place <= len(lines) else b""
            if (sha(line), len(line), f"{GRAPH}#{place}") != (found[1], int(found[2]), found[3]):
                step.fault("graph.node", f"{GRAPH} line {place}", f"{_named(line)} was changed, moved or taken out.")
        else:
            at += 1
            names.append(found[3])
            _file(step, opened, found[3], int(found[2]), found[1])
    if len(lines) > place:
        step.fault("graph.added", f"{GRAPH} line {place + 1}", "The graph has lines that were not signed.")
    step.says = f"{place} lines of the graph and {at} files."
    return names


def _file(step: Step, opened: Opened, name: str, size: int, sha256: str) -> None:
    if name not in opened.members:
        step.fault("files.missing", name, f"{name} is listed and not here.")
    elif (opened.members[name].size, opened.hashes.get(name)) != (size, sha256):
        step.fault("files.changed", name, f"The bytes of {name} were changed.")


def _named(line: bytes) -> str:
    """How a fault names the node of a line, as far as it can be read."""
    try:
        node = json.loads(line.strip().rstrip(b","))
        return f"{node['@type']} {node['@id']}"
    except (ValueError, KeyError, TypeError):
        return "This line"


def _nothing_else(report: Report, opened: Opened, names: list[str], told: dict[str, Any]) -> None:
    step = report.step(WHOLE)
    order = [GRAPH, HASHES, HEAD, CARD, *names]
    for name in order[:4]:
        if name not in opened.members:
            step.fault("files.missing", name, f"{name} belongs here and is missing.")
    for name in opened.members:
        if name not in order:
            step.fault("files.unlisted", name, f"{name} is here and not listed.")
    if not step.faults and [member.name for member in opened.listed] != order:
        step.fault("files.order", "file", "The files stand in another order than they were written.")
    if told and told["files"] != len(names):
        step.fault("files.count", HASHES, f"{told['files']} files were signed; the list names {len(names)}.")
    step.says = f"{len(order)} files."


def graph_of(file: IO[bytes]) -> bytes:
    """The graph inside a package, **unverified**.

    :raises BadPackage, NotAContainer: there is none.
    """
    raw = Opened(file).read(GRAPH, GRAPH_LIMIT)
    if not raw:
        raise BadPackage(why=f"it has no {GRAPH}")
    return raw
