"""The items of a case as a CASE package, for tools of this authority; what the user may not see is not in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from comity.access import queries as people
from comity.access.queries import User
from comity.disclosure.sight import NotFound
from comity.evidence import queries as evidence
from comity.evidence.packages import case_graph, container
from comity.evidence.packages import case_package as package
from comity.evidence.values import ItemFile
from comity.exchange import actions as exchange
from comity.exchange import queries as exchanged


@dataclass(frozen=True)
class Exported:
    items: int
    nodes: int
    pieces: Iterator[bytes]


def case_package(user: User, number: str, at: datetime, *, graph_only: bool = False) -> Exported:
    """The package, signed now; each item is recorded as read.

    :raises NotFound: no such case, or not for this user.
    """
    found = people.compartments(user, kind="item", at=at).filter(name=number).first()
    if found is None:
        raise NotFound(id=number)
    refs = [row.ref for row in evidence.in_compartment(user, found, at)]
    files = evidence.facts_of(user, refs, at)
    document = case_graph.graph(files, authority=settings.COMITY.authority, names=settings.COMITY.names, case=number)
    draft = package.draft(document, files, authority=settings.COMITY.authority, case=number, at=at)
    if graph_only:
        return Exported(len(files), len(document["@graph"]), iter([draft.graph]))
    head = exchange.sign(package.KIND, draft.head, at=at)

    def opened(file: ItemFile) -> Iterator[bytes]:
        return iter(evidence.read_bytes(file.item.ref))

    contents = package.contents(draft, head.raw, exchanged.own_card(at=at).raw, opened)
    return Exported(len(files), len(document["@graph"]), container.stream(contents))
