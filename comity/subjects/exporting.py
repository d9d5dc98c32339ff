"""What a reader may see of a case, for other programs: FollowTheMoney entities or statements, and CSV."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import StringIO
from itertools import chain

from followthemoney.statement import Statement as FtmStatement

from comity.access import handling
from comity.access.queries import Compartment, User
from comity.lib.errors import BadInput
from comity.subjects import clusters, importing, kinds, sight, viewing
from comity.subjects.models import Import, Statement, Subject
from comity.subjects.values import SubjectView

AT_ONCE = 200
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is reckoned instead of shown
DATASET = "comity"


class UnknownFormat(BadInput):
    code = "subjects.unknown-format"
    says = "{format!r} is no format of an export."
    next_step = "Choose entities or statements."


def as_ftm(user: User, compartment: Compartment, at: datetime, *, format: str = "entities") -> Iterator[str]:
    """JSON lines of what this reader may see of a case: things first, then relations. Every look is recorded.

    An entity carries what it is merged with as ``referents``, and the strictest handling of its statements as
    ``handling``; a value of the type entity names the subject that its reader sees.

    :raises UnknownFormat: neither entities nor statements.
    """
    if format not in ("entities", "statements"):
        raise UnknownFormat(format=format)
    return (line for view in chain(views(user, compartment, at), edges(user, compartment, at))
            for line in lines(user, view, at, format))  # fmt: skip


def views(user: User, compartment: Compartment, at: datetime) -> Iterator[SubjectView]:
    """Every subject of a case, each cluster once, in constant memory."""
    last = 0
    while True:
        rows = list(viewing.listed(user, compartment, at).filter(pk__gt=last).order_by("pk")[:AT_ONCE])
        if not rows:
            return
        found = clusters.of(user, [one.pk for one in rows], at)
        for row in rows:
            if home(user, found.get(row.pk) or clusters.alone(row), compartment, at) == row.pk:
                yield viewing.seen(user, row, at)
        last = rows[-1].pk


def home(user: User, cluster: clusters.Cluster, compartment: Compartment, at: datetime) -> int:
    """The member under which a cluster is told in this case: its root, or the first that stands in the case."""
    if len(cluster.members) == 1:
        return cluster.root
    within: list[int] = []
    for some in clusters.chunks(cluster.members):
        within += viewing.listed(user, compartment, at).filter(pk__in=some).values_list("pk", flat=True)
    return cluster.root if cluster.root in within else min(within, default=cluster.root)


def edges(user: User, compartment: Compartment, at: datetime) -> Iterator[SubjectView]:
    last = 0
    while True:
        rows = list(
            sight.edges(user, at).filter(sight.in_case(compartment), pk__gt=last).order_by("pk")[:AT_ONCE]
        )  # fmt: skip
        if not rows:
            return
        for row in rows:
            yield viewing.seen(user, row, at)
        last = rows[-1].pk


def lines(user: User, view: SubjectView, at: datetime, format: str) -> Iterator[str]:
    stated = [one for group in view.groups for one in group.statements]
    roots = Roots(user, view, stated, at)
    if format == "statements":
        yield from (dumped(one.to_dict()) for one in statements_of(view, stated, roots))
    else:
        yield dumped(entity(view, stated, roots))


class Roots:
    """What each subject to which this one points is called: the one that it is merged into, as the reader sees it."""

    def __init__(self, user: User, view: SubjectView, stated: Sequence[Statement], at: datetime) -> None:
        edge = view.subject
        pointed = {one.about_id for one in stated if one.about_id} | {edge.source_id, edge.target_id} - {None}
        found = clusters.of(user, [pk for pk in pointed if pk], at)
        rows = sight.things(user, at).in_bulk([one.root for one in found.values()])
        self.refs = {pk: rows[one.root].ref for pk, one in found.items() if one.root in rows}

    def ends(self, edge: Subject) -> dict[str, str]:
        if not edge.is_edge:
            return {}
        names = kinds.ends(edge.schema)
        told = {name: self.refs.get(pk or 0) for name, pk in zip(names, (edge.source_id, edge.target_id), strict=True)}
        return {name: ref for name, ref in told.items() if ref}

    def value(self, one: Statement) -> str | None:
        """The value; None where it names a subject that this reader does not see."""
        return self.refs.get(one.about_id) if one.about_id else one.value


def entity(view: SubjectView, stated: Iterable[Statement], roots: Roots) -> dict[str, object]:
    schema = kinds.schema(view.kind)
    properties: dict[str, list[str]] = {name: [ref] for name, ref in roots.ends(view.subject).items()}
    for one in stated:
        value = roots.value(one)
        if value is not None and one.prop in schema.properties and value not in properties.setdefault(one.prop, []):
            properties[one.prop].append(value)
    told: dict[str, object] = {
        "id": view.ref,
        "schema": view.kind,
        "caption": view.caption,
        "properties": {name: values for name, values in properties.items() if values},
        "datasets": [DATASET],
        "referents": [one.ref for one in view.members if one.ref != view.ref],
    }
    if bound := view.handling.as_json():
        told["handling"] = bound
    return told


def statements_of(view: SubjectView, stated: Iterable[Statement], roots: Roots) -> Iterator[FtmStatement]:
    """FollowTheMoney statements: each of the member of which it was said, under the ref of the whole."""
    for member in view.members:
        seen = iso(member.subject.at)
        yield FtmStatement(
            member.ref, FtmStatement.BASE, member.kind, member.ref, DATASET, canonical_id=view.ref, first_seen=seen
        )
    for name, ref in roots.ends(view.subject).items():
        yield FtmStatement(view.ref, name, view.kind, ref, DATASET, first_seen=iso(view.subject.at))
    for one in stated:
        value = roots.value(one)
        if value is not None:
            yield FtmStatement(
                one.subject.ref,
                one.prop,
                one.subject.schema,
                value,
                DATASET,
                lang=one.lang or None,
                original_value=one.original or None,
                first_seen=one.said_on.isoformat() if one.said_on else iso(one.at),
                canonical_id=view.ref,
                origin=one.source or None,
            )


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def dumped(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


CSV = ("id", "schema", "caption", "roles", "property", "value", "original", "language", "source", "item", "act",
       "said_on", "evaluation", "handling", "level", "stated_by", "stated_at")  # fmt: skip


def as_csv(user: User, compartment: Compartment, at: datetime) -> Iterator[str]:
    """A row for each statement (RFC 4180), no cell of which a spreadsheet takes for a formula."""
    yield "\ufeff" + csv_line(CSV)  # without the mark many spreadsheet programs take UTF-8 for something else
    for view in chain(views(user, compartment, at), edges(user, compartment, at)):
        roles = "; ".join(dict.fromkeys(role for _, role in view.roles))
        for group in view.groups:
            for one in group.statements:
                bound = handling.read(one.handling)
                grade = f"{one.scheme} {one.reliability}{one.credibility}".strip()
                yield csv_line(
                    [view.ref, view.kind, view.caption, roles, one.prop, one.value, one.original, one.lang, one.source,
                     one.item, one.act, one.said_on or "", grade, " ".join([*sorted(bound.codes), bound.restriction]),
                     one.level, one.by.full_name, iso(one.at)]
                )  # fmt: skip


def rejects_csv(user: User, row: Import, at: datetime) -> Iterator[str]:
    """What an import set aside, as a table: where, what was expected and found, and the row as it came."""
    headings = [one["heading"] for one in row.mapping.get("columns", ())] or ["record"]
    yield "\ufeff" + csv_line(["line", "column", "expected", "found", "set aside", *headings])
    for one in importing.rejected(user, row, at):
        cells = one.record if isinstance(one.record, list) else [one.record]
        yield csv_line([one.line, one.column, one.expected, one.found, "row" if one.whole else "value", *cells])


def csv_line(cells: Iterable[object]) -> str:
    text = StringIO()
    csv.writer(text).writerow([harmless(cell) for cell in cells])
    return text.getvalue()


def harmless(cell: object) -> str:
    """Text that no spreadsheet takes for a formula: what others wrote is shown, never run."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
