"""Adding subjects, stating, correcting, retracting: what changes what is known of a subject."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from followthemoney.types import registry

from comity.access import handling
from comity.access import queries as people
from comity.access.queries import Compartment, User
from comity.lib.errors import BadInput, ComityError
from comity.subjects import cleaning, evaluation, indexing, kinds, roles, sight
from comity.subjects.models import Import, Numbering, Role, Statement, Subject
from comity.subjects.values import Said


class BadStatement(BadInput):
    code = "subjects.bad-statement"
    says = "{why}."
    next_step = "Mend the statement and try again."


class NothingSaid(BadInput):
    code = "subjects.nothing-said"
    says = "Nothing is stated of the new subject."
    next_step = "State one thing at least, such as a name or a number."


class SaidAlready(ComityError):
    code = "subjects.said-already"
    says = "{prop} {value!r} is stated already, from the same source."
    next_step = "Name another source, or leave it as it is."


class NoReason(BadInput):
    code = "subjects.no-reason"
    says = "This is done for a reason in words, and none was given."
    next_step = "Write why; it stays in the history."


class Retracted(ComityError):
    code = "subjects.retracted"
    says = "This statement was retracted already, by {name}."
    next_step = "Look at what is stated now."


class UnknownRole(BadInput):
    code = "subjects.unknown-role"
    says = "{role!r} is no category of persons."
    next_step = "Choose one of: {known}."


class DoesNotFit(BadInput):
    code = "subjects.does-not-fit"
    says = "{why}."
    next_step = "Choose another kind of relation, or another subject."


class StillMerged(ComityError):
    code = "subjects.still-merged"
    says = "{ref} is merged with {other}."
    next_step = "Undo the merge first."


def next_numbers(compartment: Compartment, count: int = 1) -> range:
    """Numbers that nobody else has in this compartment."""
    Numbering.objects.get_or_create(compartment=compartment)
    Numbering.objects.filter(pk=compartment.pk).update(last=F("last") + count)
    last = Numbering.objects.get(pk=compartment.pk).last
    return range(last - count + 1, last + 1)


@transaction.atomic
def add(
    compartment: Compartment,
    schema: str,
    said: Sequence[Said],
    *,
    by: User,
    at: datetime,
    role: str = "",
    level: int = 0,
) -> Subject:
    """A new subject of a case with its first statements.

    :raises UnknownKind: no such kind, or one of relations.
    :raises NothingSaid: no statement.
    :raises BadStatement: one of them cannot be kept.
    """
    sight.demand_write(by, compartment, at, level)
    kinds.schema(schema, edge=False)
    if not said:
        raise NothingSaid
    made = Subject.objects.create(
        compartment=compartment,
        number=next_numbers(compartment)[0],
        schema=schema,
        level=max(level, compartment.level),
        by=by,
        at=at,
    )
    _keep(made, said, by=by, at=at)
    if role:
        _set_role(made, role, by=by, at=at)
    indexing.put(made, at)
    return made


@transaction.atomic
def state(subject: Subject, said: Said, *, by: User, at: datetime) -> Statement:
    """Add a statement.

    :raises BadStatement: it cannot be kept.
    :raises SaidAlready: the same from the same source is stated.
    """
    row = writable(by, subject, at)
    made = build(row, said, by=by, at=at)
    twin = sight.statements(by, at, [row.pk]).filter(
        prop=made.prop, value=made.value, lang=made.lang, source=made.source, item=made.item, act=made.act,
        said_on=made.said_on, compartment=made.compartment, level=made.level,
    )  # fmt: skip
    if twin.exists():
        raise SaidAlready(prop=made.prop, value=made.value)
    made.save()
    indexing.put(row, at)
    return made


@transaction.atomic
def correct(statement: Statement, said: Said, reason: str, *, by: User, at: datetime) -> Statement:
    """Retract a statement and state what is right.

    :raises NoReason: none was given.
    :raises Retracted: it counts no longer.
    """
    row = _end(statement, reason, by=by, at=at)
    made = build(row.subject, said, by=by, at=at)
    made.corrects = row
    made.save()
    indexing.put(row.subject, at)
    return made


@transaction.atomic
def retract(statement: Statement, reason: str, *, by: User, at: datetime) -> Statement:
    """Say that a statement counts no longer; it stays in the history with the reason."""
    row = _end(statement, reason, by=by, at=at)
    indexing.put(row.subject, at)
    return row


def _end(statement: Statement, reason: str, *, by: User, at: datetime) -> Statement:
    subject = writable(by, statement.subject, at)
    row = (
        sight.statements(by, at, [subject.pk], retracted=True)
        .select_for_update(of=("self",))
        .filter(pk=statement.pk)
        .first()
    )
    if row is None:
        raise sight.NotFound(ref=subject.ref)
    sight.demand(by, "write", sight.of_statement(row), at)
    if row.retracted_at is not None:
        assert row.retracted_by is not None  # noqa: S101 - the database sees to it
        raise Retracted(name=row.retracted_by.full_name)
    row.retracted_by, row.retracted_at, row.retracted_why = by, at, needed(reason)
    row.save(update_fields=["retracted_by", "retracted_at", "retracted_why"])
    return row


@transaction.atomic
def set_role(subject: Subject, role: str, *, by: User, at: datetime) -> None:
    """Put a person into a category of Article 6 of Directive (EU) 2016/680, or ("") out of every one.

    :raises UnknownRole: it is none of them, or the subject is no person or organisation.
    """
    _set_role(writable(by, subject, at), role, by=by, at=at)


def _set_role(subject: Subject, role: str, *, by: User, at: datetime) -> None:
    if role and (role not in roles.NAMES or not kinds.carries_role(subject.schema)):
        raise UnknownRole(role=role, known=", ".join(roles.NAMES))
    now = Role.objects.select_for_update().filter(subject=subject, ended_at__isnull=True).first()
    if now is not None and now.role == role:
        return
    if now is not None:
        now.ended_by, now.ended_at = by, at
        now.save(update_fields=["ended_by", "ended_at"])
    if role:
        Role.objects.create(subject=subject, role=role, by=by, at=at)


@transaction.atomic
def relate(
    source: Subject,
    target: Subject,
    schema: str,
    said: Sequence[Said] = (),
    *,
    by: User,
    at: datetime,
    level: int = 0,
    compartment: Compartment | None = None,
) -> Subject:
    """A relation between two subjects, from ``source`` to ``target`` (an owner to what they own).

    It stands in the compartment of the source unless said otherwise, and is seen by nobody who does not see both ends.

    :raises DoesNotFit: these two cannot stand in such a relation.
    """
    source, target = sight.found(by, source, at), sight.found(by, target, at)
    compartment = compartment or _narrower(source, target)
    sight.demand_write(by, compartment, at, max(level, source.level, target.level))
    fits(schema, source, target)
    made = Subject.objects.create(
        compartment=compartment,
        number=next_numbers(compartment)[0],
        schema=schema,
        level=max(level, source.level, target.level, compartment.level),
        source=source,
        target=target,
        by=by,
        at=at,
    )
    _keep(made, said, by=by, at=at)
    indexing.put(made, at)
    return made


def _narrower(source: Subject, target: Subject) -> Compartment:
    """A relation with somebody in a circle stands in the circle."""
    return target.compartment if target.compartment.parent_id == source.compartment_id else source.compartment


def fits(schema: str, source: Subject, target: Subject) -> None:
    """That FollowTheMoney knows such a relation between these kinds.

    :raises DoesNotFit: it does not.
    """
    edge = kinds.schema(schema, edge=True)
    if source.is_edge or target.is_edge:
        raise DoesNotFit(why="A relation stands between two subjects, not between relations")
    for end, subject in zip(kinds.ends(schema), (source, target), strict=True):
        prop = edge.get(end)
        if prop is not None and prop.range is not None and not kinds.schema(subject.schema).is_a(prop.range):
            kind = kinds.schema(subject.schema).label
            raise DoesNotFit(why=f"{edge.label}: {prop.label} is a {prop.range.label}, and {subject.ref} is a {kind}")


@transaction.atomic
def remove(subject: Subject, reason: str, *, by: User, at: datetime) -> None:
    """Take a subject out of the case, with its relations, until somebody puts it back.

    :raises StillMerged: undo the merge first.
    """
    row = writable(by, subject, at)
    for merge in [*row.absorbs.filter(undone_at=None), *row.absorbed_into.filter(undone_at=None)]:
        other = merge.absorbed if merge.into_id == row.pk else merge.into
        if sight.subjects(by, at).filter(pk=other.pk).exists():
            raise StillMerged(ref=row.ref, other=other.ref)
    row.removed_by, row.removed_at, row.removed_why = by, at, needed(reason)
    row.save(update_fields=["removed_by", "removed_at", "removed_why"])
    indexing.put(row, at)


@transaction.atomic
def restore(subject: Subject, *, by: User, at: datetime) -> None:
    """Put a subject back that was removed."""
    row = writable(by, subject, at, removed=True)
    row.removed_by, row.removed_at, row.removed_why = None, None, ""
    row.save(update_fields=["removed_by", "removed_at", "removed_why"])
    indexing.put(row, at)


def writable(by: User, subject: Subject, at: datetime, *, removed: bool = False) -> Subject:
    """The row, locked, when this user may add to it.

    :raises NotFound: not theirs to see. :raises NotAllowed: they only read.
    """
    row = sight.found(by, subject, at, removed=removed)
    sight.demand(by, "write", sight.thing(row), at)
    return Subject.objects.select_for_update(of=("self",)).select_related("compartment__unit").get(pk=row.pk)


def _keep(subject: Subject, said: Iterable[Said], *, by: User, at: datetime) -> None:
    Statement.objects.bulk_create([build(subject, one, by=by, at=at) for one in said])


def build(subject: Subject, said: Said, *, by: User, at: datetime, brought_by: Import | None = None) -> Statement:
    """The row of a statement, checked, not saved yet.

    :raises BadStatement: its value, compartment, level or handling cannot be kept.
    :raises UnknownProperty: the kind has no such property.
    """
    prop = kinds.prop(subject.schema, said.prop)
    compartment = said.compartment or subject.compartment
    if compartment != subject.compartment:
        if compartment.parent_id != subject.compartment_id:
            raise BadStatement(why=f"{compartment.name} is no circle of {subject.compartment.name}")
        sight.demand_write(by, compartment, at, said.level)
    level = max(said.level, subject.level, compartment.level)
    if said.level:
        sight.demand(by, "write", people.thing("subject", subject.ref, compartment, level=level), at)
    evaluation.checked(said.scheme, said.reliability, said.credibility)
    return Statement(
        subject=subject,
        compartment=compartment,
        level=level,
        handling=handling.read(dict(said.handling)).as_json(),
        prop=prop.name,
        lang=said.lang,
        source=said.source.strip()[:300],
        item=said.item.strip()[:80],
        act=said.act.strip()[:120],
        said_on=said.said_on,
        scheme=said.scheme,
        reliability=said.reliability,
        credibility=said.credibility,
        brought_by=brought_by,
        by=by,
        at=at,
        **_value(prop.type == registry.entity, subject, said, by, at),
    )


def _value(points: bool, subject: Subject, said: Said, by: User, at: datetime) -> dict[str, object]:
    prop = kinds.prop(subject.schema, said.prop)
    if not points:
        cleaned = cleaning.clean(prop, said.value, format=said.format)
        return {"value": cleaned.value, "original": cleaned.original}
    if said.about is None:
        raise BadStatement(why=f"{prop.label} names another subject, and none was chosen")
    about = sight.found(by, said.about, at)
    if prop.range is not None and not kinds.schema(about.schema).is_a(prop.range):
        raise BadStatement(why=f"{prop.label} is a {prop.range.label}, and {about.ref} is none")
    return {"value": about.ref, "about": about}


def needed(reason: str) -> str:
    """:raises NoReason: there are no words in it."""
    if not reason.strip():
        raise NoReason
    return reason.strip()
