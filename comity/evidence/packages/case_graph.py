"""Items, custody and derivations as a CASE 1.5 / UCO graph (docs/spec/case-package.md, section 2)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from comity.evidence.values import CustodyFacts, DerivationFacts, ItemFile
from comity.lib.canonical import canonical
from comity.lib.clock import stamp

CONTEXT = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-location": "https://ontology.unifiedcyberontology.org/uco/location/",
    "uco-marking": "https://ontology.unifiedcyberontology.org/uco/marking/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:comity:case-package")
RAW = "comity-custody/1"
"""The name of the argument that carries an entry of custody as it was written, so that its hash can be checked."""
MARK = "comity-handling/1"

Node = dict[str, Any]


class Graph:
    """Nodes by name: the same thing has the same name in every export, and stands once."""

    def __init__(self, authority: str) -> None:
        self.authority = authority
        self.nodes: dict[str, Node] = {}

    def name(self, *parts: str) -> str:
        return f"urn:uuid:{uuid.uuid5(SPACE, canonical([self.authority, *parts]).decode())}"

    def add(self, type: str, *parts: str, **told: Any) -> Node:
        """A node of this type, named by its parts; empty values are left out. Returns a reference to it."""
        name = self.name(type, *parts)
        self.nodes.setdefault(name, filled({"@id": name, "@type": type, **told}))
        return {"@id": name}

    def identity(self, name: str) -> Node:
        """Somebody or some body of whom only the name is known."""
        return self.add("uco-identity:Identity", name.strip(), **{"uco-core:name": name.strip()})


def moment(at: datetime) -> Node:
    return {"@type": "xsd:dateTime", "@value": stamp(at)}


def number(value: int) -> Node:
    return {"@type": "xsd:integer", "@value": str(value)}


def graph(
    files: Sequence[ItemFile], *, authority: str, names: Mapping[str, str], case: str,
    subjects: Iterable[Mapping[str, str]] = (),
) -> dict[str, Any]:  # fmt: skip
    """The JSON-LD document.

    ``names`` are those of the authority by language; each of ``subjects`` has id, kind ("person" or other) and name.
    """
    made = Graph(authority)
    keeper = made.add(
        "uco-identity:Organization", authority,
        **{"uco-core:name": names.get("en") or next(iter(names.values()), authority), "uco-core:tag": authority},
    )  # fmt: skip
    parts: list[Node] = []
    for file in files:
        parts += item(made, file, keeper)
    for file in files:
        parts += [part for one in file.derivations if one.item == file.item.ref for part in derivation(made, one)]
    for subject in subjects:
        kind = "Person" if subject["kind"] == "person" else "Organization"
        parts.append(made.add(f"uco-identity:{kind}", "subject", subject["id"], **{"uco-core:name": subject["name"]}))
    powers = [authorization(made, file) for file in files if file.item.taking.power or file.item.taking.provision]
    made.add(
        "case-investigation:Investigation", case,
        **{"uco-core:name": case, "case-investigation:investigationForm": "case", "uco-core:createdBy": keeper,
           "uco-core:object": unique(parts), "case-investigation:relevantAuthorization": unique(powers)},
    )  # fmt: skip
    return {"@context": CONTEXT, "@graph": list(made.nodes.values())}


def unique(references: Iterable[Node]) -> list[Node]:
    return [{"@id": name} for name in dict.fromkeys(one["@id"] for one in references)]


def thing(made: Graph, ref: str) -> Node:
    """A reference to an item, in this graph or not."""
    return {"@id": made.name("item", ref)}


def item(made: Graph, file: ItemFile, keeper: Node) -> list[Node]:
    """The item, its record of provenance, and one investigative action for each entry of custody."""
    told = file.item
    facets = [content(made, file), filed(made, file)] if told.sha256 else []
    type = (
        "uco-observable:File" if told.sha256 else "uco-observable:Device" if told.kind == "device" else "uco-core:Item"
    )
    name = thing(made, told.ref)["@id"]
    tags = [told.kind, *([f"seal {told.seal}"] if told.seal else [])]
    made.nodes[name] = filled({
        "@id": name, "@type": type, "uco-core:name": told.title,
        "uco-core:description": told.description, "uco-core:tag": tags,
        "uco-core:createdBy": keeper, "uco-core:hasFacet": facets, "uco-core:objectMarking": marking(made, file),
    })  # fmt: skip
    record = made.add(
        "case-investigation:ProvenanceRecord", told.ref,
        **{"uco-core:name": told.title, "uco-core:description": f"Item {told.ref} as kept by {told.authority}",
           "case-investigation:exhibitNumber": told.ref, "uco-core:object": [{"@id": name}]},
    )  # fmt: skip
    steps: list[Node] = []
    for entry in file.custody:
        steps.append(action(made, entry, record, steps[-1:]))
    return [{"@id": name}, record, *steps]


def filled(node: Node) -> Node:
    return {key: value for key, value in node.items() if value not in ("", [], None)}


def content(made: Graph, file: ItemFile) -> Node:
    told = file.item
    found = made.add(
        "uco-types:Hash", told.ref, told.sha256,
        **{"uco-types:hashMethod": "SHA256",
           "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": told.sha256.upper()}},
    )  # fmt: skip
    return made.add(
        "uco-observable:ContentDataFacet", told.ref,
        **{"uco-observable:hash": [found], "uco-observable:mimeType": told.media_type,
           "uco-observable:sizeInBytes": number(told.size or 0)},
    )  # fmt: skip


def filed(made: Graph, file: ItemFile) -> Node:
    told = file.item
    return made.add(
        "uco-observable:FileFacet", told.ref,
        **{"uco-observable:fileName": told.name, "uco-observable:sizeInBytes": number(told.size or 0)},
    )  # fmt: skip


def marking(made: Graph, file: ItemFile) -> list[Node]:
    """The handling codes, as text that people read and as this node keeps them."""
    handling = file.item.handling.as_json()
    if not handling:
        return []
    text = canonical(handling).decode()
    model = made.add(
        "uco-marking:StatementMarking", text,
        **{"uco-marking:definitionType": "statement", "uco-marking:statement": f"{MARK} {text}"},
    )  # fmt: skip
    return [
        made.add(
            "uco-marking:MarkingDefinition", text,
            **{"uco-marking:definitionType": "statement", "uco-marking:definition": [model]},
        )
    ]  # fmt: skip


def action(made: Graph, entry: CustodyFacts, record: Node, before: list[Node]) -> Node:
    """One entry of custody: who did what to the item and when. The entry as it was written is an argument."""
    written = made.add(
        "uco-action:ActionArgumentFacet", entry.item, str(entry.number),
        **{"uco-action:argumentName": RAW, "uco-action:value": entry.raw.decode()},
    )  # fmt: skip
    people = [made.identity(name) for name in (entry.from_whom, entry.to_whom) if name.strip()]
    return made.add(
        "case-investigation:InvestigativeAction", entry.item, str(entry.number),
        **{"uco-core:name": entry.what, "uco-core:description": entry.why, "uco-action:startTime": moment(entry.at),
           "uco-action:performer": made.identity(entry.by), "uco-action:participant": unique(people),
           "uco-action:object": [thing(made, entry.item)], "uco-action:result": [record],
           "uco-core:hasFacet": [written], "case-investigation:wasInformedBy": before},
    )  # fmt: skip


def derivation(made: Graph, one: DerivationFacts) -> list[Node]:
    """That an item came of another, as a relationship, and as the action that made it."""
    if thing(made, one.source)["@id"] not in made.nodes:
        # What it came of is not in this package: a relationship needs both ends.
        name = thing(made, one.source)["@id"]
        made.nodes[name] = {"@id": name, "@type": "uco-core:Item", "uco-core:name": one.source}
    key = (one.item, one.source, one.way)
    tools = [made.add("uco-tool:Tool", one.tool, **{"uco-core:name": one.tool})] if one.tool else []
    done = made.add(
        "case-investigation:InvestigativeAction", "derive", *key,
        **{"uco-core:name": one.way, "uco-core:description": one.note,
           "uco-action:startTime": moment(one.at) if one.at else None,
           "uco-action:performer": made.identity(one.by) if one.by else None, "uco-action:instrument": tools,
           "uco-action:object": [thing(made, one.source)], "uco-action:result": [thing(made, one.item)]},
    )  # fmt: skip
    link = made.add(
        "uco-core:Relationship", *key,
        **{"uco-core:source": [thing(made, one.item)], "uco-core:target": thing(made, one.source),
           "uco-core:kindOfRelationship": f"Derived_From ({one.way})", "uco-core:isDirectional": True},
    )  # fmt: skip
    return [done, link]


def authorization(made: Graph, file: ItemFile) -> Node:
    taking = file.item.taking
    return made.add(
        "case-investigation:Authorization", taking.power, taking.provision,
        **{"case-investigation:authorizationType": taking.power,
           "case-investigation:authorizationIdentifier": taking.provision},
    )  # fmt: skip
