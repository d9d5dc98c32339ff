"""Bringing a file into a case: kept sealed, looked at, committed in batches, resumed, undone as a whole.

docs/rooms/subjects.md, "Import". ``reading`` turns the file into records, ``placing`` the records into rows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any

from django.db import transaction

from comity.access import asking, handling
from comity.access.queries import Compartment, User
from comity.exchange import actions as exchange
from comity.exchange import queries as exchanged
from comity.exchange.wire.strict import b64, unb64
from comity.lib.errors import BadInput, ComityError
from comity.subjects import columns, indexing, kinds, reading, sight
from comity.subjects.import_models import FORMATS
from comity.subjects.models import Import, Reject, Statement, Subject, Template
from comity.subjects.placing import BATCH, Counts, Placing
from comity.subjects.reading import Record

UNDONE = "import undone"
HEAD = 1 << 16


class NotReadable(BadInput):
    code = "subjects.not-readable"
    says = "{name} cannot be read: {why}."
    next_step = "Save it as UTF-8, as CSV with a heading or as JSON lines of FollowTheMoney, and try again."


class WrongStatus(ComityError):
    code = "subjects.import-status"
    says = "This import is {status}; that cannot be done with it now."
    next_step = "Look at the page of the import."


class NoImport(ComityError):
    code = "subjects.import-not-found"
    says = "There is no import {number} here."
    next_step = "Look at the list of imports of the case."


@dataclass(frozen=True)
class Preview:
    """What an import would do: counts over ``read`` records; ``whole`` says whether that was all of them."""

    read: int
    whole: bool
    accepted: int
    rejected: int
    duplicates: int
    values_rejected: int
    samples: tuple[tuple[int, str, str, tuple[tuple[str, str], ...]], ...]  # line, caption, kind, values
    rejects: tuple[Reject, ...]
    losses: Mapping[str, int]


def upload(
    compartment: Compartment,
    stream: IO[bytes],
    *,
    name: str,
    by: User,
    at: datetime,
    format: str = "",
    level: int = 0,
    bound: Mapping[str, Any] | None = None,
    source: str = "",
) -> Import:
    """Keep a file, sealed, and guess what its columns mean. Nothing comes into the case yet.

    :raises NotReadable: it is neither CSV with a heading nor JSON lines.
    """
    sight.demand_write(by, compartment, at, level)
    stored = exchange.store_blob(stream, at=at)
    if stored.size == 0:
        raise NotReadable(name=name, why="it is empty")
    head = b"".join(islice(pieces(stored.id, stored.key), 1))[:HEAD]
    found = reading.recognised(head, name)
    if format and format not in FORMATS:
        raise NotReadable(name=name, why=f"{format!r} is no format")
    if not found and not format:
        raise NotReadable(name=name, why="it is neither a table with a heading nor JSON lines")
    chosen = format or found
    mapping: dict[str, Any] = {"duplicates": "skip", "source": source.strip() or name}
    if chosen == "csv":
        table = reading.table(head)
        if not any(table["heading"]):
            raise NotReadable(name=name, why="its first line is no heading")
        mapping |= table | columns.guess(table.pop("heading"), table.pop("samples"))
    return Import.objects.create(
        compartment=compartment,
        level=max(level, compartment.level),
        handling=handling.read(dict(bound or {})).as_json(),
        format=chosen,
        name=name[:200],
        size=stored.size,
        sha256=stored.sha256,
        blob=stored.id,
        key=b64(stored.key),
        mapping=mapping,
        by=by,
        at=at,
    )


def pieces(blob: str, key: bytes) -> Iterator[bytes]:
    return iter(exchanged.open_blob(blob, key))


def found(user: User, number: int, at: datetime, *, lock: bool = False) -> Import:
    """One import, of a case that this user reads.

    :raises NoImport: as it says.
    """
    rows = Import.objects.filter(sight.reach(user, at), pk=number).select_related("compartment__unit", "by")
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise NoImport(number=number)
    return row


def imports(user: User, compartment: Compartment, at: datetime) -> list[Import]:
    """The imports of a case, the newest first."""
    rows = Import.objects.filter(sight.reach(user, at), sight.in_case(compartment))
    return list(rows.select_related("compartment__unit", "by", "undone_by").order_by("-at", "-id"))


def _writable(row: Import, by: User, at: datetime, *statuses: str) -> Import:
    locked = found(by, row.pk, at, lock=True)
    sight.demand_write(by, locked.compartment, at, locked.level)
    if statuses and locked.status not in statuses:
        raise WrongStatus(status=locked.status)
    return locked


@transaction.atomic
def map_columns(row: Import, mapping: Mapping[str, Any], *, by: User, at: datetime, save_as: str = "") -> Import:
    """Say what the columns mean, and what is done with what is in the case already; keep it as a template if named.

    :raises BadMapping: a property that the kind does not have, or no column that is used.
    """
    row = _writable(row, by, at, "uploaded")
    row.mapping = columns.checked({**row.mapping, **mapping}, row.format)
    row.save(update_fields=["mapping"])
    if save_as.strip():
        Template.objects.update_or_create(
            unit=row.compartment.unit,
            name=save_as.strip()[:100],
            defaults={"mapping": {k: row.mapping[k] for k in ("schema", "columns")}, "by": by, "at": at},
        )
    return row


def templates(user: User, compartment: Compartment, at: datetime) -> list[Template]:
    """The mappings that the unit of a case has kept."""
    if not sight.may_write(user, compartment, at):
        return []
    return list(Template.objects.filter(unit=compartment.unit).order_by("name"))


def records(row: Import) -> Iterator[Record]:
    """The records of the file, read as a stream."""
    if not row.key:
        raise WrongStatus(status=row.status)
    source = pieces(row.blob, unb64(row.key, "the key"))
    return reading.records(row.format, source, row.mapping)


def preview(user: User, row: Import, at: datetime, *, rows: int | None = 2000, samples: int = 10) -> Preview:
    """Go through the first records (None: all of them) without keeping anything.

    Everything is placed as it would be, so what is told is what would happen to these records.
    """
    row = found(user, row.pk, at)
    sight.demand_write(user, row.compartment, at, row.level)
    placing = Placing(row, by=user, at=at, trial=True, samples=samples)
    whole = True
    for stage in stages(row):  # what was not read may be what others name, so a part is read in the first stage only
        whole = whole and _all(placing, stage, records(row), rows)
    told = placing.counts
    return Preview(
        read=told.read,
        whole=whole,
        accepted=told.accepted,
        rejected=told.rejected,
        duplicates=told.duplicates,
        values_rejected=told.values_rejected,
        samples=tuple(
            (line, kinds.caption(one.schema, together(values)), one.schema, tuple(values))
            for line, one, values in placing.samples
        ),
        rejects=tuple(placing.rejects),
        losses=dict(told.losses),
    )


def together(values: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for prop, value in values:
        found.setdefault(prop, []).append(value)
    return found


def stages(row: Import) -> tuple[int, ...]:
    """A table names no other subjects, so one reading is enough."""
    return (0,) if row.format == "csv" else (0, 1)


def _all(placing: Placing, stage: int, stream: Iterator[Record], rows: int | None) -> bool:
    taken = islice(stream, rows) if rows is not None else stream
    while batch := list(islice(taken, BATCH)):
        placing.batch(stage, batch)
    return next(stream, None) is None


@transaction.atomic
def commit(row: Import, *, by: User, at: datetime) -> Import:
    """Begin to import; ``go_on`` or the worker does it."""
    row = _writable(row, by, at, "uploaded")
    row.mapping = columns.checked(row.mapping, row.format)
    row.status = "running"
    row.save(update_fields=["mapping", "status"])
    return row


@transaction.atomic
def discard(row: Import, *, by: User, at: datetime) -> None:
    """Forget a file that was not imported: without its key nobody reads it again."""
    row = _writable(row, by, at, "uploaded")
    row.status, row.key, row.finished_at = "discarded", "", at
    row.save(update_fields=["status", "key", "finished_at"])


def go_on(row: Import, *, by: User, at: datetime, batches: int | None = None) -> Import:
    """Import the next batches (all that are left), or take back the next ones; each is one transaction.

    Killed at any moment, it goes on where the last batch ended. The rules are asked for every batch.
    """
    row = found(by, row.pk, at)
    while row.status in ("running", "undoing") and (batches is None or batches > 0):
        row, left = (_take_back(row, by, at), batches) if row.status == "undoing" else _stage(row, by, at, batches)
        batches = left if left is None or row.status != "undoing" else left - 1
    return row


def _stage(row: Import, by: User, at: datetime, batches: int | None) -> tuple[Import, int | None]:
    """Batches of one stage from one reading of the file."""
    stream, stage = records(row), row.stage
    for _ in islice(stream, row.records):
        pass
    while row.status == "running" and row.stage == stage and (batches is None or batches > 0):
        row = _one_batch(row, list(islice(stream, BATCH)), by, at)
        batches = None if batches is None else batches - 1
    return row, batches


@transaction.atomic
def _one_batch(row: Import, batch: list[Record], by: User, at: datetime) -> Import:
    at_record = row.records, row.stage
    row = _writable(row, by, at, "running")
    if (row.records, row.stage) != at_record:  # somebody else goes on with it
        raise WrongStatus(status=row.status)
    if not batch and row.stage + 1 in stages(row):
        row.stage, row.records = 1, 0
    elif not batch:
        row.status, row.key, row.finished_at = "done", "", at
    else:
        placing = Placing(row, by=row.by, at=at)
        placing.batch(row.stage, batch)
        placing.keep()
        row.records += len(batch)
        _count(row, placing.counts)
    row.save()
    return row


def _count(row: Import, counts: Counts) -> None:
    row.read += counts.read
    row.accepted += counts.accepted
    row.rejected += counts.rejected
    row.duplicates += counts.duplicates
    row.values_rejected += counts.values_rejected
    for says, count in counts.losses.items():
        row.losses[says] = row.losses.get(says, 0) + count


def go_on_importing(at: datetime) -> None:
    """What the worker does from time to time: go on with imports that were begun, each as who began it."""
    with asking.as_node():
        rows = list(Import.objects.filter(status__in=["running", "undoing"]).select_related("by", "undone_by"))
    for row in rows:
        by = row.undone_by if row.status == "undoing" and row.undone_by else row.by
        with asking.asking(by.pk, at):
            try:
                go_on(row, by=by, at=at, batches=20)
            except ComityError:  # they have lost their seat, or somebody else goes on: it waits
                continue


@transaction.atomic
def undo_import(row: Import, *, by: User, at: datetime) -> Import:
    """Take back everything that an import brought; ``go_on`` or the worker does it, in batches."""
    row = _writable(row, by, at, "running", "done")
    row.status, row.undone_by, row.undone_at = "undoing", by, at
    row.finished_at, row.key = row.finished_at or at, ""
    row.save(update_fields=["status", "undone_by", "undone_at", "finished_at", "key"])
    return row


@transaction.atomic
def _take_back(row: Import, by: User, at: datetime) -> Import:
    row = _writable(row, by, at, "undoing")
    subjects = Subject.objects.filter(brought_by=row, removed_at__isnull=True).select_related("compartment")
    some = list(subjects.order_by("pk")[:BATCH])
    Subject.objects.filter(pk__in=[one.pk for one in some]).update(
        removed_by=row.undone_by, removed_at=row.undone_at, removed_why=UNDONE
    )
    indexing.remove_all(some)
    stated = Statement.objects.filter(brought_by=row, retracted_at__isnull=True)
    others = list(stated.exclude(subject__brought_by=row).select_related("subject__compartment").order_by("pk")[:BATCH])
    Statement.objects.filter(pk__in=[one.pk for one in others]).update(
        retracted_by=row.undone_by, retracted_at=row.undone_at, retracted_why=UNDONE
    )
    for subject in {one.subject_id: one.subject for one in others}.values():
        indexing.put(subject, at)
    if not some and not others:
        row.status = "undone"
        row.save(update_fields=["status"])
    return row


def since(user: User, row: Import, at: datetime) -> int:
    """How many statements others have made since of what this import brought: they would go with it."""
    rows = Statement.objects.filter(subject__brought_by=row, retracted_at__isnull=True).exclude(brought_by=row)
    return rows.filter(sight.reach(user, at)).count()


def rejected(user: User, row: Import, at: datetime) -> Iterator[Reject]:
    """What was set aside, in the order of the file."""
    row = found(user, row.pk, at)
    return Reject.objects.filter(brought_by=row).order_by("line", "id").iterator(chunk_size=500)
