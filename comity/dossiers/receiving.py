"""Acts that arrive, all of one push at once. Called by the exchange inside its transaction, after it verified them.

What cannot belong here is refused with a sentence for the sender (`arriving`). What merely comes too early, twice, or
at a stage that does not provide for it is kept: both sides must hold the same set of acts.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from comity.dossiers import arriving, folding, sending, signing
from comity.dossiers.arriving import Arrived
from comity.dossiers.folding import Held
from comity.dossiers.models import Act, Attachment, Dossier, Waiting
from comity.dossiers.signing import New
from comity.exchange import actions as exchange
from comity.exchange.refusal import Refused
from comity.exchange.wire.signed import Signed

NOT_OPEN = "the act that opens its dossier has not arrived"


@transaction.atomic
def receive(acts: Sequence[Signed], sender: str, at: datetime) -> list[Refused | None]:
    """Take the acts of one push from ``sender``, who signed them, in their order.

    :returns: for each, None or why it is refused: one of the codes in docs/rooms/dossiers.md, "Refusing what arrives".
    :raises NobodyHandles: nothing is taken, and the push comes again.
    """
    exchange.lock_log()  # before any row of ours, as in `sending`
    read = [_read(one, sender, at) for one in acts]
    files = _files({one.told.dossier for one in read if isinstance(one, Arrived)})
    logged: dict[str, bytes] = {}  # in the order in which they came
    answers = [one if isinstance(one, Refused) else _take(files[one.told.dossier], one, logged) for one in read]
    indices = dict(zip(logged, exchange.record_all("act", logged, at), strict=True))
    _store(files.values(), indices)
    return answers


def _read(one: Signed, sender: str, at: datetime) -> Arrived | Refused:
    try:
        return arriving.read(one, sender, at)
    except Refused as refused:
        return refused


@dataclass
class _File:
    """A dossier while a push is taken into it: what it holds, and what comes in.

    ``waiting`` are the acts that came before the one that opens it; ``aside`` says why some stay there all the same.
    """

    dossier: Dossier | None
    held: dict[str, Held]
    waiting: dict[str, Arrived]
    opened: bool = False
    fresh: list[Arrived] = field(default_factory=list)
    aside: dict[str, str] = field(default_factory=dict)

    def add(self, arrived: Arrived) -> None:
        self.fresh.append(arrived)
        self.held[arrived.id] = Held(folding.as_step(arrived.id, arrived.body), arrived.at)

    def open(self, dossier: Dossier, arrived: Arrived) -> None:
        """Start the dossier and move in what waited for it. What does not belong stays aside, and says why."""
        self.dossier, self.opened = dossier, True
        self.add(arrived)
        for one in list(self.waiting.values()):
            try:
                arriving.demand_place(dossier, one.told, one.sender)
            except Refused as refused:
                self.aside[one.id] = refused.reason[:200]
                continue
            self.add(self.waiting.pop(one.id))


def _files(ids: Collection[str]) -> dict[str, _File]:
    """What is stored of these dossiers, their rows locked."""
    rows = {row.pk: row for row in Dossier.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    held = folding.held(rows)
    files = {id: _File(rows.get(id), held.get(id, {}), {}) for id in ids}
    closed = [id for id in ids if id not in rows]
    if closed:
        for row in Waiting.objects.filter(dossier__in=closed).order_by("arrived_at", "pk"):
            files[row.dossier].waiting[row.act_id] = arriving.waited(row)
    return files


def _take(file: _File, arrived: Arrived, logged: dict[str, bytes]) -> Refused | None:
    """Take one act into its dossier, or let it wait for it; a repeated one changes nothing."""
    if arrived.id in file.held:
        return None
    try:
        if file.dossier is not None:
            arriving.demand_place(file.dossier, arrived.told, arrived.sender)
            file.add(arrived)
        elif arrived.opens:
            file.open(arriving.opened(arrived), arrived)
        elif arrived.id in file.waiting:
            return None
        else:
            file.waiting[arrived.id] = arrived
    except Refused as refused:
        return refused
    logged[arrived.id] = arrived.raw
    return None


def _store(files: Iterable[_File], indices: dict[str, int]) -> None:
    """Write what came in: dossiers, acts, their documents, what waits, and the projections."""
    touched = [(file, file.dossier) for file in files if file.dossier is not None and file.fresh]
    for file, dossier in touched:
        if file.opened:
            dossier.save(force_insert=True)
    _keep([(dossier, one) for file, dossier in touched for one in file.fresh], indices)
    _wait([(one, file.aside.get(one.id, NOT_OPEN)) for file in files for one in file.waiting.values()], indices)
    for file, dossier in touched:
        folding.project(folding.folded(dossier, file.held))


def _keep(fresh: Sequence[tuple[Dossier, Arrived]], indices: dict[str, int]) -> None:
    acts = signing.keep(
        [
            New(dossier, one.id, one.raw, one.body, one.at, indices[one.id] if one.row is None else one.row.log_index)
            for dossier, one in fresh
        ],
        way=Act.RECEIVED,
    )
    documents = [
        (one, Attachment(act=act, number=number, added_at=one.at, **item.model_dump()))
        for act, (_, one) in zip(acts, fresh, strict=True)
        for number, item in enumerate(one.items, start=1)
    ]
    Attachment.objects.bulk_create(row for _, row in documents)
    for one, row in documents:
        exchange.expect_blob(row.blob, from_peer=one.sender, at=one.at)
    Waiting.objects.filter(act_id__in=[one.id for _, one in fresh if one.row is not None]).delete()


def _wait(waiting: Sequence[tuple[Arrived, str]], indices: dict[str, int]) -> None:
    """Keep acts whose dossier is not open here, or that stay aside."""
    Waiting.objects.bulk_create(
        Waiting(
            act_id=one.id,
            dossier=one.told.dossier,
            sender=one.sender,
            raw=one.raw,
            arrived_at=one.at,
            log_index=indices[one.id],
            why=why,
        )
        for one, why in waiting
        if one.row is None
    )
    for one, why in waiting:
        if one.row is not None and one.row.why != why:
            one.row.why = why
            one.row.save(update_fields=["why"])


@transaction.atomic
def rebuild(dossier: str) -> None:
    """Make the projection of a dossier anew from its acts."""
    folding.refresh(sending.lock(dossier))
