"""Erasing what was exchanged, with a proof that stays: docs/rooms/exchange.md, "Erasing".

An erasure is a row and an entry of the log that names each thing by kind, name and hash; the things' own entries stay
as they are, so that anybody sees that they were there, and that they were erased and not lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import transaction

from comity.exchange import blobs, merkle
from comity.exchange.merkle import sha256
from comity.exchange.models import Blob, BlobTransfer, Envelope, Erased, Erasure
from comity.lib import clock
from comity.lib.canonical import canonical
from comity.lib.errors import ComityError

KIND = "erasure"


class StillUnderWay(ComityError):
    code = "exchange.still-under-way"
    says = "{what} has not arrived everywhere yet and cannot be erased."
    next_step = "Wait until it was delivered or refused, then try again."


@dataclass(frozen=True, order=True)
class Thing:
    """What is erased: an entry of the log by kind and name, and the hash under which it was logged."""

    kind: str
    name: str
    sha256: str


@transaction.atomic
def erase(
    *, rule: str, acts: Iterable[str] = (), blob_ids: Iterable[str] = (), other: Iterable[Thing] = (), at: datetime
) -> Erasure | None:
    """Erase the envelopes of acts, blobs with their files, and note what other rooms erase in the same transaction.

    :param rule: why, in words that name no person: the retention rule, or who decided on the destruction.
    :param acts: ids; their envelopes lose their bytes, and the acts are noted (the caller deletes the rows).
    :param other: things that the caller deletes, each as it was logged.
    :returns: the erasure, or None where there was nothing to erase.
    :raises StillUnderWay: an envelope or a blob has not arrived yet.
    """
    merkle.lock()
    things = sorted({*_envelopes(list(acts)), *_blobs(list(blob_ids)), *other})
    if not things:
        return None
    number = last_number() + 1
    body = {
        "number": number,
        "rule": rule,
        "at": clock.stamp(at),
        "things": [{"kind": one.kind, "name": one.name, "sha256": one.sha256} for one in things],
    }
    raw = canonical(body)
    (index,) = merkle.append([merkle.Item(KIND, str(number), sha256(raw))], at=at)
    made = Erasure.objects.create(number=number, rule=rule, raw=raw, at=at, log_index=index)
    Erased.objects.bulk_create(Erased(erasure=made, kind=one.kind, name=one.name, sha256=one.sha256) for one in things)
    _unlink_later(one.name for one in things if one.kind == "blob")
    return made


def _unlink_later(ids: Iterable[str]) -> None:
    files = [blobs.path(id) for id in ids]
    blobs.manifest_of.cache_clear()
    transaction.on_commit(partial(_unlink, files))


def sweep() -> int:
    """Delete the files of erased blobs that a crash left behind; returns how many."""
    left = [blobs.path(id) for id in Blob.objects.filter(state=Blob.ERASED).values_list("pk", flat=True)]
    found = [file for file in left if file.exists()]
    _unlink(found)
    return len(found)


def _unlink(files: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _envelopes(acts: list[str]) -> list[Thing]:
    things = []
    rows = Envelope.objects.select_for_update(of=("self",)).select_related("channel__peer").filter(act__in=acts)
    for row in rows.exclude(raw=b""):
        place = f"{row.channel.peer.authority}/{row.seq}"
        if row.state == Envelope.WAITING:
            raise StillUnderWay(what=f"envelope {place}")
        things.append(Thing(f"envelope-{row.channel.direction}", place, sha256(bytes(row.raw))))
        row.raw = b""
        row.save(update_fields=["raw"])
    return things


def _blobs(ids: list[str]) -> list[Thing]:
    things = []
    for row in Blob.objects.select_for_update().filter(pk__in=ids).exclude(state=Blob.ERASED):
        if BlobTransfer.objects.filter(blob=row, state="waiting").exists():
            raise StillUnderWay(what=f"document {row.pk[:12]}")
        if row.state == Blob.COMPLETE:
            things.append(Thing("blob", row.pk, sha256(bytes(row.manifest))))
        else:  # it never came whole, so the log knows nothing of it
            transaction.on_commit(partial(_unlink, list(blobs.unfinished(row.pk))))
            row.chunks = row.have = 0
        row.manifest, row.state = b"", Blob.ERASED
        row.save(update_fields=["manifest", "state", "chunks", "have"])
    return things


def erasures(*, limit: int = 100, offset: int = 0) -> list[Erasure]:
    """What was erased, the newest first."""
    return list(Erasure.objects.order_by("-number")[offset : offset + limit])


def last_number() -> int:
    """The number of the last erasure, 0 before the first: a process that saw a smaller one remembers too much."""
    return Erasure.objects.order_by("-number").values_list("number", flat=True).first() or 0


def known() -> dict[tuple[str, str], str]:
    """Everything that was erased, by kind and name, with the hash under which it was logged."""
    return {(kind, name): sha256 for kind, name, sha256 in Erased.objects.values_list("kind", "name", "sha256")}
