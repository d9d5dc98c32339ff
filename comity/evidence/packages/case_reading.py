"""Reading a CASE/UCO graph, our own or another's: what it holds, what is set aside, and what has no place here.

Nothing is fetched: a graph that leaves its context elsewhere is refused (docs/spec/case-package.md, section 5).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from comity.access import handling
from comity.evidence import chain
from comity.evidence.packages.case_graph import CONTEXT, MARK, RAW
from comity.evidence.values import KINDS
from comity.lib.errors import BadInput

LIMIT = 64 * 1024 * 1024
HASHES = {"SHA256": 64, "SHA-256": 64}


class NotAGraph(BadInput):
    code = "packages.not-a-graph"
    says = "This is not a CASE graph that can be read: {why}."
    next_step = "Give JSON-LD with its context inside, or a package that Comity made."


@dataclass(frozen=True)
class Note:
    """Something set aside or lost: where, and why."""

    where: str
    says: str

    def as_json(self) -> dict[str, str]:
        return {"where": self.where, "says": self.says}


@dataclass
class ReadItem:
    """An item as the graph tells it. ``custody`` are entries as they were written, where it was made by a node."""

    where: str
    title: str
    kind: str
    description: str = ""
    exhibit: str = ""
    name: str = ""
    media_type: str = ""
    size: int | None = None
    sha256: str = ""
    handling: dict[str, Any] = field(default_factory=dict)
    custody: list[bytes] = field(default_factory=list)
    derived_from: list[str] = field(default_factory=list)


@dataclass
class ReadStep:
    """An investigative action: told in words, for nobody here can vouch for another's chain of custody."""

    where: str
    what: str
    item: str
    at: datetime | None
    by: str
    why: str


@dataclass
class Preview:
    """What an import would do. ``read`` counts the nodes of the graph."""

    read: int = 0
    items: list[ReadItem] = field(default_factory=list)
    steps: list[ReadStep] = field(default_factory=list)
    people: list[tuple[str, str, str]] = field(default_factory=list)  # node, person or organization, name
    rejected: list[Note] = field(default_factory=list)
    losses: list[Note] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "format": "case-uco", "read": self.read,
            "accepted": len(self.items) + len(self.steps) + len(self.people),
            "items": [
                {"where": one.where, "title": one.title, "kind": one.kind, "sha256": one.sha256} for one in self.items
            ],
            "rejected": [one.as_json() for one in self.rejected], "losses": [one.as_json() for one in self.losses],
        }  # fmt: skip


def preview(raw: bytes) -> Preview:
    """Read a graph.

    :raises NotAGraph: not JSON-LD, too large, or with a context that stands elsewhere.
    """
    return _Reading(parsed(raw)).preview()


def parsed(raw: bytes) -> Graph:
    if len(raw) > LIMIT:
        raise NotAGraph(why=f"it has more than {LIMIT} bytes")
    try:
        document = json.loads(raw)
        elsewhere = next(_elsewhere(document), None)
    except (ValueError, RecursionError) as error:
        raise NotAGraph(why=f"it is not JSON: {error}") from None
    if elsewhere is not None:
        raise NotAGraph(why=f"its context stands elsewhere ({elsewhere}), and nothing is fetched")
    if not isinstance(document, dict | list):
        raise NotAGraph(why="it is neither an object nor a list")
    if isinstance(document, dict) and "@graph" in document:
        # A named graph counts like any other: its name is nobody's statement.
        document = {key: document[key] for key in ("@context", "@graph") if key in document}
    graph = Graph()
    try:
        graph.parse(data=json.dumps(document), format="json-ld")
    except Exception as error:  # noqa: BLE001 - the library raises whatever it meets in a malformed document
        raise NotAGraph(why=f"it is not JSON-LD: {type(error).__name__}: {error}") from None
    return graph


def _elsewhere(value: Any) -> Iterator[str]:
    """Contexts that would have to be fetched."""
    if isinstance(value, list):
        for one in value:
            yield from _elsewhere(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in ("@context", "@import"):
                yield from (part for part in (one if isinstance(one, list) else [one]) if isinstance(part, str))
            yield from _elsewhere(one)


def iri(short: str) -> URIRef:
    prefix, _, name = short.partition(":")
    return URIRef(CONTEXT[prefix] + name)


TYPES: dict[Node, str] = {
    iri("uco-core:Item"): "object", iri("uco-observable:Device"): "device",
    iri("uco-observable:File"): "document", iri("uco-observable:ContentData"): "data-set",
    iri("uco-observable:RasterPicture"): "image", iri("uco-observable:Image"): "data-set",
    iri("uco-observable:Audio"): "audio", iri("uco-observable:Video"): "video",
    iri("uco-observable:MobileDevice"): "device", iri("uco-observable:SIMCard"): "device",
    iri("uco-observable:Computer"): "device", iri("uco-observable:StorageMedium"): "device",
}  # fmt: skip
FILED = {iri("uco-observable:FileFacet"), iri("uco-observable:ContentDataFacet")}
ACTION, RECORD = iri("case-investigation:InvestigativeAction"), iri("case-investigation:ProvenanceRecord")
PEOPLE: dict[Node, str] = {
    iri("uco-identity:Person"): "person", iri("uco-identity:Organization"): "organization",
    iri("uco-identity:Identity"): "identity",
}  # fmt: skip
QUIET = {RDF.type, iri("uco-core:createdBy")}
CARRIERS = {
    iri("case-investigation:Investigation"), iri("case-investigation:Authorization"), iri("uco-core:Relationship"),
    iri("uco-observable:ObservableRelationship"), iri("uco-types:Hash"), iri("uco-action:ActionArgumentFacet"),
    iri("uco-marking:MarkingDefinition"), iri("uco-marking:StatementMarking"), iri("uco-tool:Tool"), *FILED,
}  # fmt: skip
"""What tells something about others, and is read with them."""


class _Reading:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.found = Preview()
        self.used: set[tuple[Node, Node]] = set()

    def preview(self) -> Preview:
        nodes = sorted(set(self.graph.subjects(RDF.type, None)), key=str)
        self.found.read = len(nodes)
        for node in nodes:
            self._node(node)
        self._untyped()
        for node in nodes:
            self._losses(node)
        return self.found

    def types(self, node: Node) -> set[Node]:
        return set(self.graph.objects(node, RDF.type))

    def one(self, node: Node, short: str) -> Node | None:
        self.used.add((node, iri(short)))
        return next(iter(sorted(self.graph.objects(node, iri(short)), key=str)), None)

    def all(self, node: Node, short: str) -> list[Node]:
        self.used.add((node, iri(short)))
        return sorted(self.graph.objects(node, iri(short)), key=str)

    def text(self, node: Node | None, short: str) -> str:
        return "" if node is None or (value := self.one(node, short)) is None else str(value).strip()

    def reject(self, node: Node, says: str) -> None:
        self.found.rejected.append(Note(str(node), says))

    def _node(self, node: Node) -> None:
        types = self.types(node)
        kind = next((TYPES[one] for one in sorted(types, key=str) if one in TYPES), "")
        if not kind and any(self.types(facet) & FILED for facet in self._facets(node)):
            kind = "data-set"
        if kind:
            self._item(node, kind)
        elif ACTION in types:
            self._action(node)
        elif types & PEOPLE.keys():
            self._person(node, next(PEOPLE[one] for one in PEOPLE if one in types))

    def _facets(self, node: Node) -> list[Node]:
        return list(self.graph.objects(node, iri("uco-core:hasFacet")))

    def _item(self, node: Node, kind: str) -> None:
        told = self.text(node, "uco-core:tag")
        item = ReadItem(str(node), self.text(node, "uco-core:name"), kind, self.text(node, "uco-core:description"))
        tags = [str(one) for one in self.all(node, "uco-core:tag")]
        item.kind = next((tag for tag in tags if tag in KINDS), kind) if told else kind
        if not self._bytes(node, item):
            return
        for record in self.graph.subjects(iri("uco-core:object"), node):
            if RECORD in self.types(record):
                item.exhibit = item.exhibit or self.text(record, "case-investigation:exhibitNumber")
                self.used |= {(record, iri("uco-core:name")), (record, iri("uco-core:description"))}
                self.used |= {(record, iri("uco-core:object"))}
        item.title = item.title or item.name or self._model(node) or item.exhibit or str(node).rsplit("/", 1)[-1]
        self._marks(node, item)
        for link in self.graph.subjects(iri("uco-core:source"), node):
            if self.text(link, "uco-core:kindOfRelationship").startswith("Derived_From"):
                item.derived_from += [str(one) for one in self.all(link, "uco-core:target")]
                self.used |= {(link, iri("uco-core:source")), (link, iri("uco-core:isDirectional"))}
        item.custody = self._custody(node)
        self.found.items.append(item)

    def _model(self, node: Node) -> str:
        """What a device is called: its maker and model."""
        for facet in self._facets(node):
            maker = self.one(facet, "uco-observable:manufacturer")
            told = (self.text(maker, "uco-core:name"), self.text(facet, "uco-observable:model"))
            if any(told):
                self.used.add((node, iri("uco-core:hasFacet")))
                return " ".join(part for part in told if part)
        return ""

    def _bytes(self, node: Node, item: ReadItem) -> bool:
        """Name, size and hash from the facets; a hash that is none sets the whole item aside."""
        for facet in self._facets(node):
            if not self.types(facet) & FILED:
                continue
            self.used.add((node, iri("uco-core:hasFacet")))
            item.name = item.name or self.text(facet, "uco-observable:fileName")
            item.media_type = item.media_type or self.text(facet, "uco-observable:mimeType")
            size = self.text(facet, "uco-observable:sizeInBytes")
            if size and not re.fullmatch(r"[0-9]{1,16}", size):
                self.reject(node, f"Its size {size!r} is not a number of bytes.")
                return False
            item.size = int(size) if size else item.size
            for found in self.all(facet, "uco-observable:hash"):
                method, value = (
                    self.text(found, "uco-types:hashMethod"),
                    self.text(found, "uco-types:hashValue").lower(),
                )
                if method.upper() not in HASHES:
                    self.found.losses.append(
                        Note(str(node), f"Its {method or 'unnamed'} hash is left out: we keep SHA-256.")
                    )
                elif not re.fullmatch(r"[0-9a-f]{64}", value):
                    self.reject(node, f"Its SHA-256 {value[:80]!r} is none.")
                    return False
                else:
                    item.sha256 = value
        return True

    def _marks(self, node: Node, item: ReadItem) -> None:
        for mark in self.all(node, "uco-core:objectMarking"):
            self.text(mark, "uco-marking:definitionType")
            for model in self.all(mark, "uco-marking:definition"):
                self.text(model, "uco-marking:definitionType")
                self._mark(node, item, self.text(model, "uco-marking:statement"))

    def _mark(self, node: Node, item: ReadItem, statement: str) -> None:
        format_, _, told = statement.partition(" ")
        try:
            item.handling = handling.read(json.loads(told)).as_json() if format_ == MARK else item.handling
        except (ValueError, TypeError, AttributeError, BadInput):
            format_ = ""
        if format_ != MARK:
            # A limit that is not understood must be read by a person, and is never none.
            self.found.losses.append(Note(str(node), f"A mark that a person must read: {statement or 'without words'}"))

    def _custody(self, node: Node) -> list[bytes]:
        """Entries of custody as a node wrote them, if they are all there."""
        told: list[tuple[int, bytes]] = []
        for action in self.graph.subjects(iri("uco-action:object"), node):
            for facet in self._facets(action):
                if self.text(facet, "uco-action:argumentName") == RAW:
                    self.used.add((action, iri("uco-core:hasFacet")))
                    raw = self.text(facet, "uco-action:value").encode()
                    try:
                        told.append((chain.read(raw).number, raw))
                    except BadInput as error:
                        self.reject(action, str(getattr(error, "sentence", error)))
        raws = [raw for _, raw in sorted(told)]
        for fault in chain.verify_chain(raws) if raws else ():
            self.reject(node, f"Custody entry {fault.number}: {fault.says}")
        return raws

    def _action(self, node: Node) -> None:
        at, start = None, self.one(node, "uco-action:startTime")
        if start is not None:
            value = start.toPython() if isinstance(start, Literal) else None
            if not isinstance(value, datetime):
                self.reject(node, f"Its time {str(start)!r} is none.")
                return
            at = value if value.tzinfo else value.replace(tzinfo=UTC)
        performer = self.one(node, "uco-action:performer")
        objects = self.all(node, "uco-action:object")
        for short in (
            "uco-action:participant",
            "uco-action:result",
            "uco-action:instrument",
            "case-investigation:wasInformedBy",
        ):
            self.all(node, short)
        self.found.steps.append(
            ReadStep(
                str(node), self.text(node, "uco-core:name") or "action", ", ".join(map(str, objects)), at,
                self.text(performer, "uco-core:name"), self.text(node, "uco-core:description"),
            )
        )  # fmt: skip

    def _person(self, node: Node, kind: str) -> None:
        name = self.text(node, "uco-core:name") or self._called(node)
        if name:
            self.text(node, "uco-core:tag")
            self.found.people.append((str(node), kind, name))
        else:
            self.reject(node, "It has no name.")

    def _called(self, node: Node) -> str:
        for facet in self._facets(node):
            told = (self.text(facet, "uco-identity:givenName"), self.text(facet, "uco-identity:familyName"))
            if any(told):
                self.used.add((node, iri("uco-core:hasFacet")))
                return " ".join(part for part in told if part)
        return ""

    def _untyped(self) -> None:
        for node in sorted(
            {one for one in self.graph.subjects() if not list(self.graph.objects(one, RDF.type))}, key=str
        ):
            self.reject(node, "It has no type.")

    def _losses(self, node: Node) -> None:
        types = self.types(node)
        known = types & (TYPES.keys() | PEOPLE.keys() | CARRIERS | {ACTION, RECORD})
        if not known and not any(self.types(facet) & FILED for facet in self._facets(node)):
            told = ", ".join(sorted(short(one) for one in types))
            self.found.losses.append(Note(str(node), f"There is no place for {told}: it is left out."))
            return
        if types & CARRIERS and not any((node, p) in self.used for p in self.graph.predicates(node)):
            if not types & {iri("case-investigation:Investigation")}:
                told = ", ".join(sorted(short(one) for one in types))
                self.found.losses.append(Note(str(node), f"This {told} is left out."))
            return
        for predicate in sorted(set(self.graph.predicates(node)) - QUIET, key=str):
            if (node, predicate) not in self.used:
                self.found.losses.append(Note(str(node), f"{short(predicate)} is left out."))


def short(node: Node) -> str:
    """An IRI as people write it."""
    told = str(node)
    return next((f"{prefix}:{told[len(long) :]}" for prefix, long in CONTEXT.items() if told.startswith(long)), told)
