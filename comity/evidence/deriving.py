"""Copies, extracts, translations, transcriptions and enhancements: new items that name what they were made of."""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from comity.access import handling as codes
from comity.access.handling import OWN, Handling
from comity.access.queries import Compartment, User
from comity.evidence import keeping, sight
from comity.evidence.models import Derivation, Item
from comity.evidence.values import WAYS
from comity.lib.errors import BadInput


class NoSource(BadInput):
    code = "evidence.no-source"
    says = "What is derived names what it was made of, and there is nothing."
    next_step = "Choose at least one item."


class UnknownWay(BadInput):
    code = "evidence.unknown-way"
    says = "{way!r} is not a way in which one item comes of another; known are {known}."
    next_step = "Choose one of these."


def derive(
    sources: Sequence[Item],
    *,
    way: str,
    title: str,
    person: str,
    by: User,
    at: datetime,
    stream: BinaryIO,
    name: str,
    media_type: str = "",
    kind: str = "document",
    tool: str = "",
    description: str = "",
    note: str = "",
    language: str = "",
    level: int = 0,
    handling: Handling = OWN,
    compartment: Compartment | None = None,
) -> Item:
    """A new item made of others by a person (``person``) with a tool. It is bound at least as they are.

    :param compartment: where it stands; by default where its first source does.
    :raises NoSource, UnknownWay, NoTitle, UnknownKind, NobodyNamed, NotFound, NotAllowed.
    """
    if not sources:
        raise NoSource
    if way not in WAYS:
        raise UnknownWay(way=way, known=", ".join(WAYS))
    person = keeping.named(person)
    found = [sight.item(by, one.ref, at) for one in sources]
    for one in found:
        sight.demand(by, "write", sight.thing(one), at)
    where = compartment or found[0].compartment
    level = max(level, where.level, *(one.level for one in found))
    keeping.demand_new(where, level, title, kind, by, at)
    bytes_ = keeping.stored(stream, name, media_type, at)
    with transaction.atomic():
        now = [sight.locked(one, "write", by=by, at=at) for one in sorted(found, key=lambda one: one.pk)]
        first = next(one for one in now if one.pk == found[0].pk)
        bound = codes.strictest([*(codes.read(one.handling) for one in now), handling])
        row = keeping.create(
            where,
            by=by,
            at=at,
            title=title,
            kind=kind,
            description=description,
            level=level,
            language=language,
            handling=bound.as_json(),
            originator=first.originator if len({one.originator for one in now}) == 1 else "",
            country=first.country if len({one.country for one in now}) == 1 else "",
            instrument=first.instrument if len({one.instrument for one in now}) == 1 else "",
            dossier=first.dossier if len({one.dossier for one in now}) == 1 else "",
            act=first.act if len({one.act for one in now}) == 1 else "",
            **bytes_,
        )
        made = ", ".join(one.ref for one in now)
        why = "; ".join(filter(None, (f"{way}: {made}", tool, note)))
        keeping.add(row, "made", by=by, at=at, from_whom=person, to_whom=settings.COMITY.authority, why=why,
                    sha256=row.sha256)  # fmt: skip
        for one in now:
            Derivation.objects.create(
                item=row, source=one, compartment=where, level=level, way=way, tool=tool.strip(), person=person,
                note=note.strip(), at=at,
            )  # fmt: skip
            keeping.add(one, "copied", by=by, at=at, to_whom=row.ref, why=why, sha256=one.sha256)
    return row
