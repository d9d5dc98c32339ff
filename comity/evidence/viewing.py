"""What queries tell of items, their chains and how they came of one another."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from comity.access import handling, levels
from comity.access.queries import Compartment, User
from comity.evidence import chain, sight
from comity.evidence.chain import ChainFault, Gap
from comity.evidence.keeping import NoBytes
from comity.evidence.models import Custody, Derivation, Item
from comity.evidence.values import CustodyFacts, DerivationFacts, ItemFacts, ItemFile, TakingFacts
from comity.exchange import queries as network
from comity.exchange.wire.strict import unb64

VERBS = ("write", "pass-on", "destroy")


@dataclass(frozen=True)
class ItemRow:
    """One line of a list. ``sound`` is whether its chain holds, ``intact`` what the last reading of its bytes said."""

    ref: str
    label: str
    case: str
    title: str
    kind: str
    state: str
    level: int
    level_word: str
    physical: bool
    media_type: str
    size: int | None
    sha256: str
    holder: str
    originator: str
    codes: tuple[str, ...]
    added_at: datetime
    added_by: str
    head: str
    entries: int
    sound: bool
    intact: bool | None
    derived: bool


@dataclass(frozen=True)
class CustodyView:
    """A chain as it is shown: the entries as they were written, what is wrong with it, and what nobody wrote down.

    ``corrected_by`` names, for the number of an entry, the numbers of those that correct it.
    """

    entries: tuple[CustodyFacts, ...]
    faults: tuple[ChainFault, ...]
    gaps: tuple[Gap, ...]
    corrected_by: dict[int, tuple[int, ...]]


@dataclass(frozen=True)
class Kin:
    """An item of the tree: ``depth`` is below 0 for what the first was made of, above for what was made of it."""

    ref: str
    label: str
    case: str
    title: str
    kind: str
    state: str
    depth: int


@dataclass(frozen=True)
class Tree:
    """What an item was made of and what was made of it, as far as the reader may see; ``hidden`` more are not shown."""

    nodes: tuple[Kin, ...]
    edges: tuple[DerivationFacts, ...]
    hidden: int


@dataclass(frozen=True)
class ItemView:
    """Everything on an item's page, for one reader; ``may`` are the verbs that the rules allow them."""

    row: Item
    facts: ItemFacts
    label: str
    case: str
    level_word: str
    custody: CustodyView
    tree: Tree
    may: frozenset[str]
    added_by: str
    checked_at: datetime | None
    intact: bool | None


def in_compartment(
    user: User, compartment: Compartment, at: datetime, *, kind: str = "", state: str = "", words: str = ""
) -> list[ItemRow]:
    """The items of a case and of the circles in it that the user may read, by number; the look is recorded."""
    rows = _of(user, compartment, at)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(state=state) if state else rows
    for word in words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(description__icontains=word) | Q(name__icontains=word))
    found = list(rows.order_by("compartment__name", "number"))
    sight.saw_all(user, found, at, "in a list")
    chains = _chains(found)
    made = set(Derivation.objects.filter(item__in=found).values_list("item", flat=True))
    return [_row(one, chains.get(one.pk, []), one.pk in made) for one in found]


def count(user: User, compartment: Compartment, at: datetime) -> int:
    """How many items the user may read in a case; nothing of them is shown."""
    return _of(user, compartment, at).count()


def _of(user: User, compartment: Compartment, at: datetime) -> QuerySet[Item]:
    where = Q(compartment=compartment) | Q(compartment__parent=compartment)
    return sight.items(user, at).filter(where)


def _chains(rows: Iterable[Item]) -> dict[int, list[Custody]]:
    found: dict[int, list[Custody]] = {}
    for one in Custody.objects.filter(item__in=list(rows)).order_by("item", "number"):
        found.setdefault(one.item_id, []).append(one)
    return found


def _row(row: Item, entries: Sequence[Custody], derived: bool) -> ItemRow:
    return ItemRow(
        ref=row.ref,
        label=sight.label(row),
        case=sight.case_of(row.compartment),
        title=row.title,
        kind=row.kind,
        state=row.state,
        level=row.level,
        level_word=levels.word(row.level),
        physical=row.physical,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        holder=row.holder,
        originator=row.originator,
        codes=tuple(handling.read(row.handling).as_json().get("codes", ())),
        added_at=row.added_at,
        added_by=row.added_by.full_name,
        head=row.head,
        entries=row.entries,
        sound=not faults_of(row, entries),
        intact=row.intact,
        derived=derived,
    )


def faults_of(row: Item, entries: Sequence[Custody]) -> list[ChainFault]:
    """What is wrong with a chain as it is stored."""
    return chain.verify_chain(
        [bytes(one.raw) for one in entries],
        authority=settings.COMITY.authority,
        item=row.ref,
        head_hash=row.head,
    )


def item(user: User, ref: str, at: datetime) -> ItemView:
    """An item with its chain and its tree; the look is recorded.

    :raises NotFound: there is none, or not for this user.
    """
    row = sight.item(user, ref, at)
    sight.saw(user, row, at)
    what = sight.thing(row)
    return ItemView(
        row=row,
        facts=item_facts(row),
        label=sight.label(row),
        case=sight.case_of(row.compartment),
        level_word=levels.word(row.level),
        custody=custody_of(row),
        tree=tree_of(user, row, at),
        may=frozenset(verb for verb in VERBS if sight.may(user, verb, what, at)),
        added_by=row.added_by.full_name,
        checked_at=row.checked_at,
        intact=row.intact,
    )


def item_facts(row: Item, sources: Sequence[str] = (), way: str = "") -> ItemFacts:
    if not sources:
        made_of = list(Derivation.objects.filter(item=row).select_related("source__compartment").order_by("id"))
        sources, way = tuple(one.source.ref for one in made_of), made_of[0].way if made_of else ""
    return ItemFacts(
        ref=row.ref,
        authority=settings.COMITY.authority,
        number=row.number,
        title=row.title,
        kind=row.kind,
        description=row.description,
        level=row.level,
        handling=handling.read(row.handling),
        physical=row.physical,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        seal=row.seal_number,
        place=row.place,
        taking=TakingFacts(
            at=row.taken_at,
            where=row.taken_where,
            by=row.taken_by,
            from_whom=row.taken_from,
            power=row.power,
            provision=row.provision,
            instrument=row.instrument,
            treaty=row.treaty,
        ),
        originator=row.originator,
        dossier=row.dossier,
        act=row.act,
        state=row.state,
        holder=row.holder,
        added_by=row.added_by.full_name,
        added_at=row.added_at,
        derived_from=tuple(sources),
        way=way,
        language=row.language,
        custody_head=row.head,
    )


def custody_facts(row: Item, kept: Custody) -> CustodyFacts:
    """An entry as it was written. One whose bytes cannot be read any more shows what the columns beside them say."""
    raw = bytes(kept.raw)
    try:
        one = chain.read(raw)
    except chain.BadEntry:
        return CustodyFacts(
            item=row.ref, number=kept.number, what=kept.what, at=kept.at, recorded_at=kept.recorded_at,
            by=kept.by.full_name, raw=raw, hash=chain.hash_of(raw), previous="", log_index=kept.log_index,
        )  # fmt: skip
    return CustodyFacts(
        item=one.item,
        number=one.number,
        what=one.what,
        at=one.at,
        recorded_at=one.recorded_at,
        by=one.name,
        raw=raw,
        hash=chain.hash_of(raw),
        previous=one.previous,
        from_whom=one.from_whom,
        to_whom=one.to_whom,
        left_at=one.left_at,
        why=one.why,
        power=one.power,
        seal=one.seal,
        place=one.place,
        sha256=one.sha256,
        corrects=one.corrects,
        log_index=kept.log_index,
    )


def custody_of(row: Item) -> CustodyView:
    kept = sight.chain(row)
    faults = faults_of(row, kept)
    readable = []
    for one in kept:
        try:
            readable.append(chain.read(bytes(one.raw)))
        except chain.BadEntry:
            continue
    corrected: dict[int, tuple[int, ...]] = {}
    for entry in readable:
        if entry.corrects:
            corrected[entry.corrects] = (*corrected.get(entry.corrects, ()), entry.number)
    return CustodyView(
        tuple(custody_facts(row, one) for one in kept), tuple(faults), tuple(chain.gaps(readable)), corrected
    )


def custody(user: User, ref: str, at: datetime) -> CustodyView:
    """The chain of an item; the look is recorded. :raises NotFound: there is none, or not for this user."""
    row = sight.item(user, ref, at)
    sight.saw(user, row, at, "custody")
    return custody_of(row)


MOST = 200


def tree(user: User, ref: str, at: datetime) -> Tree:
    """What an item was made of and what was made of it; the look is recorded. :raises NotFound."""
    row = sight.item(user, ref, at)
    sight.saw(user, row, at, "tree")
    return tree_of(user, row, at)


def tree_of(user: User, row: Item, at: datetime) -> Tree:
    depths, edges, hidden = {row.pk: 0}, dict[int, Derivation](), 0
    visible = sight.items(user, at)
    for step in (-1, 1):
        level, depth = [row.pk], 0
        while level and len(depths) < MOST:
            depth += step
            rows = Derivation.objects.filter(**{"item__in" if step < 0 else "source__in": level})
            reached = {one.pk: (one.source_id if step < 0 else one.item_id, one) for one in rows}
            seen = set(visible.filter(pk__in={other for other, _ in reached.values()}).values_list("pk", flat=True))
            hidden += len({other for other, _ in reached.values()} - seen)
            edges.update({pk: one for pk, (other, one) in reached.items() if other in seen})
            level = [other for other in sorted(seen) if other not in depths]
            depths.update(dict.fromkeys(level, depth))
    rows_by = {one.pk: one for one in visible.filter(pk__in=depths)}
    nodes = sorted((_kin(one, depths[pk]) for pk, one in rows_by.items()), key=lambda one: (one.depth, one.ref))
    shown = [_edge(one, rows_by) for one in edges.values() if {one.item_id, one.source_id} <= set(rows_by)]
    return Tree(tuple(nodes), tuple(shown), hidden)


def _kin(row: Item, depth: int) -> Kin:
    return Kin(row.ref, sight.label(row), sight.case_of(row.compartment), row.title, row.kind, row.state, depth)


def _edge(one: Derivation, rows: dict[int, Item]) -> DerivationFacts:
    made, of = rows[one.item_id], rows[one.source_id]
    return DerivationFacts(
        item=made.ref, source=of.ref, way=one.way, tool=one.tool, by=one.person, at=one.at, note=one.note,
        item_sha256=made.sha256, source_sha256=of.sha256,
    )  # fmt: skip


def facts(user: User, ref: str, at: datetime) -> ItemFile:
    """Everything that a package needs of an item, besides its bytes; recorded. :raises NotFound."""
    return facts_of(user, [ref], at)[0]


def facts_of(user: User, refs: Iterable[str], at: datetime) -> list[ItemFile]:
    """As :func:`facts`, for many in their order. What an item was made of is named, also where it is not among them.

    :raises NotFound: one of them is not for this user; nothing is told.
    """
    rows = [sight.item(user, ref, at) for ref in refs]
    sight.saw_all(user, rows, at)
    chains = _chains(rows)
    made_of: dict[int, list[Derivation]] = {}
    for one in Derivation.objects.filter(item__in=rows).select_related("source__compartment").order_by("id"):
        made_of.setdefault(one.item_id, []).append(one)
    return [_file(row, chains.get(row.pk, []), made_of.get(row.pk, [])) for row in rows]


def _file(row: Item, entries: Sequence[Custody], made_of: Sequence[Derivation]) -> ItemFile:
    sources = tuple(one.source.ref for one in made_of)
    return ItemFile(
        item=item_facts(row, sources, made_of[0].way if made_of else ""),
        custody=tuple(custody_facts(row, one) for one in entries),
        derivations=tuple(
            DerivationFacts(
                item=row.ref, source=one.source.ref, way=one.way, tool=one.tool, by=one.person, at=one.at,
                note=one.note, item_sha256=row.sha256, source_sha256=one.source.sha256,
            )
            for one in made_of
        ),
    )  # fmt: skip


def open_bytes(user: User, ref: str, at: datetime) -> tuple[ItemFacts, Iterator[bytes]]:
    """The plaintext of an item in pieces, each verified; recorded.

    :raises NotFound: there is none, or not for this user. NoBytes: it is a thing, or its bytes were destroyed.
    """
    row = sight.item(user, ref, at)
    if not row.key:
        raise NoBytes(ref=ref)
    sight.saw(user, row, at, "bytes")
    return item_facts(row), network.open_blob(row.blob, unb64(row.key, "the key"), sha256=row.sha256)
