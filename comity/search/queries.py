"""Finding what the reader may see. docs/rooms/search.md says how."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from comity.access import actions as access
from comity.access import queries as people
from comity.access import rules
from comity.access.queries import User
from comity.access.rules import KINDS, Thing
from comity.search import engine, folding
from comity.search.models import Entry

MOST = 1000
"""Hits that are counted; who finds more asks for more words."""
SCOPES = 400
"""Compartments and units up to which the index itself looks only into them."""


@dataclass(frozen=True)
class Hit:
    """One thing that was found. ``compartment`` is its name, ``unit`` a code; one of them is empty."""

    kind: str
    ref: str
    title: str
    snippet: str
    compartment: str
    unit: str
    level: int


@dataclass(frozen=True)
class Found:
    """``total`` counts no further than 1000; ``more`` says that there are others behind those shown."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    more: bool = False


def find(
    user: User,
    words: str,
    *,
    at: datetime,
    kinds: Collection[str] = (),
    limit: int = 50,
    offset: int = 0,
    record: bool = True,
) -> Found:
    """What the reader may see and contains all words, the newest first; each hit shown is recorded as a read.

    :param kinds: kinds of thing to look among; none means all.
    """
    groups = folding.asked(words)
    if not groups:
        return Found()
    rows = _rows(user, groups, at, kinds)
    ids = list(rows.order_by("-at", "-id").values_list("pk", "kind", "ref")[:MOST])
    things = list(dict.fromkeys((kind, ref) for _, kind, ref in ids))  # several parts of one thing are one hit
    wanted = set(things[offset : offset + limit])
    shown = [pk for pk, kind, ref in ids if (kind, ref) in wanted]
    by_thing: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in Entry.objects.filter(pk__in=shown).select_related("compartment__unit", "unit"):
        by_thing[entry.kind, entry.ref].append(entry)
    entries = [by_thing[thing] for thing in things[offset : offset + limit]]
    if record:
        access.record_reads(people.actor(user, at), [_thing(of[0]) for of in entries], at)
    return Found(tuple(_hit(of, groups) for of in entries), len(things), len(things) > offset + limit)


def refs(user: User, words: str, *, at: datetime, kind: str) -> list[str]:
    """The refs of at most 1000 things of one kind that contain all words: to filter a list of the caller's own."""
    groups = folding.asked(words)
    if not groups:
        return []
    rows = _rows(user, groups, at, [kind]).order_by("-at", "-id").values_list("ref", flat=True)[:MOST]
    return list(dict.fromkeys(rows))


def title(user: User, kind: str, ref: str, *, at: datetime) -> str:
    """What the index calls a thing, where the reader may see it, otherwise nothing; shown, it is recorded as a read."""
    entries = Entry.objects.filter(kind=kind, ref=ref).select_related("compartment__unit", "unit").order_by("level")
    for entry in entries:
        if rules.can(people.actor(user, at), "read", _thing(entry)).allowed:
            access.record_read(people.actor(user, at), _thing(entry), at)
            return entry.title
    return ""


def everywhere(words: str) -> list[Entry]:
    """Every entry of the node that contains all words, whoever may see it: for answering a person who asks what is
    kept about them. The caller shows no text of it to somebody who may not read the thing, and records the look."""
    groups = folding.asked(words)
    if not groups:
        return []
    asked = engine.expression(connection.vendor, groups, None)
    found = Entry.objects.filter(pk__in=RawSQL(engine.MATCH[connection.vendor], [asked]))  # noqa: S611 - constant
    return list(found.select_related("compartment__unit", "unit").order_by("kind", "ref", "part"))


def _rows(user: User, groups: list[list[str]], at: datetime, kinds: Collection[str]) -> QuerySet[Entry]:
    seen = Q(pk__isnull=True)
    scopes: set[str] | None = set()
    actor = people.actor(user, at)
    for alike in _alike(kinds or KINDS):
        first = alike[0]
        reach = rules.visible_units(actor, "read", first)
        alone = people.of_units(user, kind=first, at=at)
        seen |= Q(kind__in=alike) & (people.material(user, kind=first, at=at) | alone)
        scopes = _with(scopes, _scopes(user, first, at, reach))
    if scopes is not None and not scopes:
        return Entry.objects.none()
    asked = engine.expression(connection.vendor, groups, scopes)
    return Entry.objects.filter(seen, pk__in=RawSQL(engine.MATCH[connection.vendor], [asked]))  # noqa: S611 - constant


def _alike(kinds: Collection[str]) -> list[list[str]]:
    """The kinds, together where the same rows of the table allow reading them: one filter serves all of them."""
    together: dict[frozenset[str], list[str]] = defaultdict(list)
    for kind in kinds:
        allowing = frozenset(row.name for row in rules.TABLE if row.allows and row.about("read", kind))
        if allowing:
            together[allowing].append(kind)
    return list(together.values())


def _scopes(user: User, kind: str, at: datetime, reach: rules.Reach) -> set[str] | None:
    """The tokens within the reader's reach; None where they are too many to ask for."""
    if reach.everything:
        return None
    found = people.compartments(user, kind=kind, at=at).order_by().values_list("pk", flat=True)[: SCOPES + 1]
    compartments = list(found)
    if len(compartments) > SCOPES:
        return None
    units = [unit.pk for unit in people.units() if unit.code in reach.units]
    return {engine.scope(pk, None) for pk in compartments} | {engine.scope(None, pk) for pk in units}


def _with(one: set[str] | None, other: set[str] | None) -> set[str] | None:
    return None if one is None or other is None else one | other


def _thing(entry: Entry) -> Thing:
    if entry.compartment is not None:
        return people.thing(entry.kind, entry.ref, entry.compartment, level=entry.level)
    return Thing(entry.kind, entry.ref, entry.unit.code if entry.unit else None, level=entry.level)


def _hit(entries: list[Entry], groups: list[list[str]]) -> Hit:
    first = entries[0]
    return Hit(
        first.kind,
        first.ref,
        first.title,
        folding.snippet(" · ".join(entry.text for entry in entries if entry.text), groups),
        first.compartment.name if first.compartment else "",
        first.unit.code if first.unit else "",
        max(entry.level for entry in entries),
    )
