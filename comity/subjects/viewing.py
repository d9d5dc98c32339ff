"""Subjects as one reader sees them: lists, one subject, its relations, its history."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from heapq import merge
from itertools import groupby

from django.db.models import Exists, OuterRef, Q, QuerySet

from comity.access import actions as access
from comity.access import handling
from comity.access import queries as people
from comity.access.queries import Compartment, User
from comity.search import queries as search
from comity.subjects import clusters, kinds, sight
from comity.subjects.clusters import Cluster
from comity.subjects.models import Merge, Role, Statement, Subject
from comity.subjects.values import Group, Listed, Related, Relation, Row, SubjectView

COUNTED = 10_000
"""How far a list is counted; behind it there are simply more."""
FACTS = 3
WALKED = 100
"""Edges that are looked at in one go."""
TOLD = ("birthDate", "nationality", "registrationNumber", "jurisdiction", "accountNumber", "iban", "publicKey",
        "country")  # fmt: skip
"""What a list shows beside the caption, where it is known."""


def in_compartment(
    user: User,
    compartment: Compartment,
    at: datetime,
    *,
    kind: str = "",
    role: str = "",
    words: str = "",
    limit: int = 50,
    offset: int = 0,
) -> Listed:
    """The subjects of a case and of its circles; those merged within the case once. Each row shown is a recorded read.

    :param kind: a schema, with all below it.
    :param words: as in the search.
    """
    rows = listed(user, compartment, at)
    if kind:
        rows = rows.filter(schema__in=[one.name for one in kinds.schema(kind).descendants] + [kind])
    if role:
        rows = rows.filter(Exists(Role.objects.filter(subject=OuterRef("pk"), role=role, ended_at__isnull=True)))
    if words:
        rows = rows.filter(worded(search.refs(user, words, at=at, kind="subject"), compartment))
    rows = rows.order_by("compartment__name", "number")
    found = list(rows[offset : offset + limit + 1])
    shown = described(user, found[:limit], at)
    recorded(user, [row.subject for row in shown], at)
    total = offset + len(found) if len(found) <= limit else rows[:COUNTED].count()
    return Listed(tuple(shown), total, len(found) > limit)


def listed(user: User, compartment: Compartment, at: datetime) -> QuerySet[Subject]:
    """What a list of a case begins with: all but those merged into another one of the same case."""
    within = [compartment.pk, *compartment.circles.values_list("pk", flat=True)]
    # Not correlated: it is worked out once, not for every row. A merge stands in the compartment of what it absorbs.
    absorbed = Merge.objects.filter(
        sight.reach(user, at, prefix="into__"),
        compartment__in=within,
        undone_at__isnull=True,
        into__removed_at__isnull=True,
        into__compartment__in=within,
    )
    return sight.things(user, at).filter(compartment__in=within).exclude(pk__in=absorbed.order_by().values("absorbed"))


def worded(refs: Iterable[str], compartment: Compartment) -> Q:
    """The subjects of a case among these refs."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for ref in refs:
        name, _, number = ref.rpartition(".")
        if name == compartment.name or name.startswith(f"{compartment.name}-"):
            numbers[name].append(int(number))
    found = Q(pk__isnull=True)
    for name, of in numbers.items():
        found |= Q(compartment__name=name, number__in=of)
    return found


def described(user: User, subjects: Sequence[Subject], at: datetime | None) -> list[Row]:
    """Rows of a list: each with the caption of its cluster."""
    found = clusters.of(user, [one.pk for one in subjects], at)
    groups = {one.pk: found.get(one.pk, clusters.alone(one)) for one in subjects}
    members = {pk for cluster in groups.values() for pk in cluster.members}
    values = values_of(user, members, at)
    roles = roles_of(members)
    return [row(one, values, groups[one.pk], roles) for one in subjects]


def row(subject: Subject, known: dict[int, dict[str, list[str]]], cluster: Cluster, roles: dict[int, str]) -> Row:
    values = together(known.get(pk, {}) for pk in cluster.members)
    caption = called(subject.schema, known.get(subject.pk, {}), values)
    facts = [(name, value) for name in TOLD for value in values.get(name, ())[:1] if value != caption][:FACTS]
    return Row(
        subject=subject,
        ref=subject.ref,
        key=sight.key(subject),
        caption=caption,
        kind=subject.schema,
        roles=tuple(dict.fromkeys(roles[pk] for pk in cluster.members if pk in roles)),
        facts=tuple(value for _, value in facts),
        members=len(cluster.members),
        known=tuple(facts),
    )


def called(kind: str, own: dict[str, list[str]], all: dict[str, list[str]]) -> str:
    """What a subject is called: by what was said of itself, else of what it is merged with, else by its kind."""
    return kinds.caption(kind, own) or kinds.caption(kind, all) or kinds.schema(kind).label


def values_of(user: User, members: Collection[int], at: datetime | None) -> dict[int, dict[str, list[str]]]:
    """The values by subject and property that this reader may see."""
    values: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for some in clusters.chunks(members):
        rows = Statement.objects.filter(
            people.material(user, kind="subject", at=at), subject__in=some, retracted_at__isnull=True
        )
        for pk, prop, value in rows.order_by("at", "id").values_list("subject", "prop", "value"):
            if value not in values[pk][prop]:
                values[pk][prop].append(value)
    return values


def together(known: Iterable[dict[str, list[str]]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = defaultdict(list)
    for one in known:
        for prop, given in one.items():
            values[prop] += [value for value in given if value not in values[prop]]
    return values


def roles_of(members: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in clusters.chunks(members):
        found.update(Role.objects.filter(subject__in=some, ended_at__isnull=True).values_list("subject", "role"))
    return found


def captions(user: User, subjects: Sequence[Subject], at: datetime | None = None) -> dict[int, str]:
    """What this reader calls each of them, by key; for other rooms' lists, which record the read."""
    return {one.subject.pk: one.caption for one in described(user, subjects, at)}


def subject(user: User, compartment: Compartment, number: int, at: datetime) -> SubjectView:
    """One subject by its compartment and number; the look is recorded.

    :raises NotFound: there is none that this user may see.
    """
    return seen(user, sight.of_ref(user, f"{compartment.name}.{number}", at), at)


def seen(user: User, found: Subject, at: datetime, *, record: bool = True) -> SubjectView:
    """A subject that this user may see, with all that it is merged with."""
    cluster = clusters.of(user, [found.pk], at).get(found.pk) or clusters.alone(found)
    rows: dict[int, Subject] = {}
    stated: list[Statement] = []
    for some in clusters.chunks(cluster.members):
        rows.update(sight.subjects(user, at).in_bulk(some))
        stated += sight.statements(user, at, some)
    values = values_by(stated)
    roles = roles_of(cluster.members)
    root = rows[cluster.root]
    kind = narrowest(one.schema for one in rows.values()) or root.schema
    if record:
        recorded(user, rows.values(), at)
    return SubjectView(
        subject=root,
        ref=root.ref,
        key=sight.key(root),
        caption=called(kind, values.get(root.pk, {}), together(values.values())),
        kind=kind,
        roles=tuple((rows[pk], roles[pk]) for pk in cluster.members if pk in roles),
        groups=grouped(kind, stated),
        members=tuple(row(rows[pk], values, clusters.alone(rows[pk]), roles) for pk in cluster.members),
        merges=cluster.merges,
        may_write=sight.may(user, "write", sight.thing(root), at),
        handling=handling.strictest(handling.read(one.handling) for one in stated),
        level=max([one.level for one in rows.values()] + [one.level for one in stated]),
    )


def values_by(stated: Iterable[Statement]) -> dict[int, dict[str, list[str]]]:
    values: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in stated:
        if one.value not in values[one.subject_id][one.prop]:
            values[one.subject_id][one.prop].append(one.value)
    return values


def narrowest(names: Iterable[str]) -> str:
    """The kind that says most; "" where none is below all others."""
    schemata = [kinds.schema(name) for name in set(names)]
    fitting = [one for one in schemata if all(one.is_a(other) for other in schemata)]
    return fitting[0].name if fitting else ""


def grouped(kind: str, stated: Sequence[Statement]) -> tuple[Group, ...]:
    """Statements by property, in the order in which the forms offer them."""
    by_prop: dict[str, list[Statement]] = defaultdict(list)
    for one in stated:
        by_prop[one.prop].append(one)
    rank = {one.name: place for place, one in enumerate(kinds.offered(kind))}
    names = sorted(by_prop, key=lambda name: (rank.get(name, len(rank)), name))
    return tuple(group(kind, by_prop[name]) for name in names)


def group(kind: str, stated: Sequence[Statement]) -> Group:
    name = stated[0].prop
    prop = kinds.schema(kind).get(name) or kinds.schema(stated[0].subject.schema).get(name)
    assert prop is not None  # noqa: S101 - a statement is of a property of its subject
    return Group(name, prop.label, prop.type.name, tuple(stated))


def relations(user: User, subject: Subject, at: datetime, *, limit: int = 50, offset: int = 0) -> Related:
    """The relations of a subject and of all that it is merged with, oldest first; the other ends are recorded reads."""
    found = sight.found(user, subject, at)
    cluster = clusters.of(user, [found.pk], at).get(found.pk) or clusters.alone(found)
    members = set(cluster.members)
    edges = page_of_edges(user, cluster.members, at, offset + limit + 1)[offset:]
    more, edges = len(edges) > limit, edges[:limit]
    ends = {pk: one for edge in edges for pk, one in ((edge.source_id, edge.source), (edge.target_id, edge.target))}
    others = [one for pk, one in ends.items() if one is not None and pk not in members]
    rows = {one.subject.pk: one for one in described(user, [*others, found], at)}
    stated: dict[int, list[Statement]] = defaultdict(list)
    for one in sight.statements(user, at, [edge.pk for edge in edges]):
        stated[one.subject_id].append(one)
    recorded(user, [*others, *edges], at)
    return Related(tuple(relation(edge, members, rows, rows[found.pk], stated[edge.pk]) for edge in edges), more)


def page_of_edges(user: User, members: Sequence[int], at: datetime, count: int) -> list[Subject]:
    """The first edges of these subjects. Each end is walked along its own index, so that the cost follows the page."""
    walks = [edge_keys(pk, end) for pk in members for end in ("source", "target")]
    keys = (key for key, _ in groupby(merge(*walks)))
    found: list[Subject] = []
    for some in clusters.chunks(keys, WALKED):
        found += sight.edges(user, at).filter(pk__in=some)
        if len(found) >= count:
            break
    return found[:count]


def edge_keys(subject: int, end: str) -> Iterator[int]:
    """The keys of the edges at one subject in their order, whoever sees them: for filtering, never for showing."""
    last = 0
    while True:
        rows = Subject.objects.filter(**{end: subject}, pk__gt=last).order_by("pk")
        some = list(rows.values_list("pk", flat=True)[:WALKED])
        yield from some
        if len(some) < WALKED:
            return
        last = some[-1]


def relation(edge: Subject, members: set[int], rows: dict[int, Row], own: Row, stated: list[Statement]) -> Relation:
    out = edge.source_id in members
    other = edge.target_id if out else edge.source_id
    values = values_by(stated).get(edge.pk, {})
    return Relation(
        edge=edge,
        kind=edge.schema,
        out=out,
        other=rows.get(other or 0, own),
        values={prop: tuple(given) for prop, given in values.items()},
        statements=tuple(stated),
    )


def statements(user: User, subject: Subject, at: datetime) -> list[Statement]:
    """Everything that was ever stated of a subject and those that it is merged with, also what was retracted."""
    found = sight.found(user, subject, at)
    cluster = clusters.of(user, [found.pk], at).get(found.pk) or clusters.alone(found)
    rows = [
        one
        for some in clusters.chunks(cluster.members)
        for one in sight.statements(user, at, some, retracted=True).select_related(
            "retracted_by", "corrects", "subject__compartment", "compartment__unit", "by", "about__compartment"
        )
    ]
    recorded(user, {one.subject_id: one.subject for one in rows}.values(), at)
    return sorted(rows, key=lambda one: (one.at, one.pk))


def recorded(user: User, subjects: Iterable[Subject], at: datetime) -> None:
    """Keep that this user looked at these."""
    access.record_reads(people.actor(user, at), [sight.thing(one) for one in subjects], at)
