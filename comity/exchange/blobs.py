"""Blobs on this node: stored by us, or arriving from a peer chunk by chunk. docs/rooms/exchange.md, "Blobs"."""

import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from io import FileIO
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from comity.exchange import merkle, peers
from comity.exchange.limits import limits
from comity.exchange.models import Blob, BlobTransfer
from comity.exchange.wire import blob as wire_blob
from comity.exchange.wire.blob import Manifest, Reader
from comity.lib.errors import BadInput, ComityError


class UnknownBlob(BadInput):
    code = "exchange.unknown-blob"
    says = "There is no complete file {blob} in this node."
    next_step = "Look at the act that names it: the file may still be on its way."


class NotExpected(BadInput):
    code = "exchange.blob-not-expected"
    says = "No act of {peer} has announced the file {blob}."
    next_step = "Send the act that names the file first."


class NotBegun(BadInput):
    code = "exchange.blob-not-begun"
    says = "The manifest of the file {blob} did not come before its chunks."
    next_step = "Send the manifest; the answer says from which chunk to go on."


class NoRoom(ComityError):
    code = "exchange.no-room"
    says = "{size} bytes are more than this node takes now: {why}."
    next_step = "Ask the receiver by phone to make room, or send it another way."


# One writer at a time: threads that write into one file wait for each other in the kernel without sleeping.
_PEN = threading.Lock()


@dataclass(frozen=True)
class BlobRef:
    """A stored blob. ``key`` opens it and travels only inside a sealed act; ``sha256`` is of the plaintext."""

    id: str
    key: bytes = field(repr=False)
    size: int
    sha256: str


@dataclass(frozen=True)
class BlobState:
    """How far a blob is here: ``have`` of ``chunks`` are safely on disk."""

    id: str
    state: str  # announced, arriving or complete
    size: int
    have: int
    chunks: int


def path(blob_id: str) -> Path:
    """Where the chunks of a complete blob lie."""
    return Path(settings.COMITY.folder) / "blobs" / blob_id[:2] / blob_id


# Ours


def store(stream: Reader, *, at: datetime) -> BlobRef:
    """Seal a stream into a file of this node, with constant memory.

    :param stream: a binary file or anything with ``read(size)``.
    """
    waiting = _folder("tmp") / secrets.token_hex(16)
    try:
        with waiting.open("xb", buffering=0) as out, _Durable(out) as durable:
            sealed = wire_blob.seal_stream(stream, durable)
        _into_place(waiting, sealed.id)
    finally:
        waiting.unlink(missing_ok=True)
    manifest = sealed.manifest
    with transaction.atomic():
        index = merkle.append([merkle.Item("blob", sealed.id, sealed.id)], at=at)[0]
        Blob.objects.create(
            id=sealed.id, manifest=manifest.raw, size=manifest.size, chunks=manifest.count, have=manifest.count,
            state=Blob.COMPLETE, created_at=at, completed_at=at, log_index=index,
        )  # fmt: skip
    return BlobRef(sealed.id, sealed.key, sealed.size, sealed.sha256)


class _Durable:
    """Writes to a file that is safe on the disk at the end; what is written meanwhile is forced there beside."""

    def __init__(self, out: FileIO) -> None:
        self._out = out
        self._pieces = 0
        self._syncing: Future[None] | None = None
        self._pool = ThreadPoolExecutor(1)

    def write(self, data: memoryview) -> None:
        written = 0
        while written < len(data):
            written += self._out.write(data[written:])
        self._pieces += 1
        if self._pieces % limits().sync_chunks == 0 and (self._syncing is None or self._syncing.done()):
            self._wait()
            self._syncing = self._pool.submit(os.fsync, self._out.fileno())

    def _wait(self) -> None:
        if self._syncing is not None:
            self._syncing.result()
            self._syncing = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        try:
            if failed is None:
                self._wait()
                os.fsync(self._out.fileno())
        finally:
            self._pool.shutdown()


def open_blob(blob_id: str, key: bytes, *, sha256: str | None = None) -> Iterator[bytes]:
    """The plaintext, piece by piece, each verified before it is handed out.

    :param sha256: of the plaintext as the act names it; checked at the end.
    :raises UnknownBlob: it is not here, or not complete.
    :raises DoesNotOpen, ContentDiffers: while reading: another key, or changed bytes.
    """
    if not Blob.objects.filter(pk=blob_id, state=Blob.COMPLETE).exists() or not path(blob_id).exists():
        raise UnknownBlob(blob=blob_id)
    return _opened(blob_id, key, sha256)


def _opened(blob_id: str, key: bytes, sha256: str | None) -> Iterator[bytes]:
    with path(blob_id).open("rb", buffering=0) as file:
        yield from wire_blob.open_stream(file, manifest_of(blob_id), key, sha256=sha256)


def state(blob_id: str) -> BlobState:
    """:raises UnknownBlob: never heard of."""
    row = Blob.objects.filter(pk=blob_id).values_list("state", "size", "have", "chunks").first()
    if row is None:
        raise UnknownBlob(blob=blob_id)
    return BlobState(blob_id, *row)


def _state(row: Blob) -> BlobState:
    return BlobState(row.id, row.state, row.size, row.have, row.chunks)


@lru_cache(maxsize=32)
def manifest_of(blob_id: str) -> Manifest:
    """The manifest of a blob, checked against its id. A blob's manifest never changes, so it is remembered.

    :raises UnknownBlob: we do not have it.
    """
    raw = Blob.objects.filter(pk=blob_id).values_list("manifest", flat=True).first()
    if not raw:
        raise UnknownBlob(blob=blob_id)
    return wire_blob.read_manifest(bytes(raw), blob_id)


# Theirs


@transaction.atomic
def expect(blob_id: str, *, from_peer: str, at: datetime) -> None:
    """An act of this peer names the blob: take it when it comes. Called by the act's handler."""
    blob, _ = Blob.objects.get_or_create(pk=blob_id, defaults={"state": Blob.ANNOUNCED, "created_at": at})
    here = blob.state == Blob.COMPLETE
    BlobTransfer.objects.get_or_create(
        peer=peers.active(from_peer), blob=blob, direction="in",
        defaults={"state": "done" if here else "waiting", "settled_at": at if here else None},
    )  # fmt: skip


def state_for(blob_id: str, *, sender: str) -> BlobState:
    """How far we hold a blob that this peer has announced.

    :raises NotExpected: it has not.
    """
    return _state(_expected(blob_id, sender))


def _expected(blob_id: str, sender: str) -> Blob:
    transfer = (
        BlobTransfer.objects.select_related("blob")
        .defer("blob__manifest")
        .filter(blob_id=blob_id, direction="in", peer__authority=sender, peer__status="active")
        .first()
    )
    if transfer is None:
        raise NotExpected(peer=sender, blob=blob_id)
    return transfer.blob


@lru_cache(maxsize=1024)
def _demand_announced(blob_id: str, sender: str) -> None:
    """Asked for each chunk, so a yes is remembered: an announcement is never taken back.

    :raises NotExpected: no act of the sender names the blob.
    """
    _expected(blob_id, sender)


def begin(blob_id: str, raw: bytes, *, sender: str, at: datetime) -> BlobState:
    """Take the manifest of an announced blob and prepare for its chunks; says from which chunk to go on.

    What was written after the last fsync is asked for again: after a power cut it may be lost.

    :raises NotExpected: no act of the sender names it.
    :raises NotAManifest, TooLarge: it is not this blob's manifest.
    :raises NoRoom: more than the limits or the disk allow.
    """
    blob = _expected(blob_id, sender)
    if blob.state == Blob.COMPLETE:
        return _state(blob)
    manifest = wire_blob.read_manifest(raw, blob_id)
    _demand_room(manifest, blob, sender)
    Blob.objects.filter(pk=blob_id, state=Blob.ANNOUNCED).update(
        manifest=raw, size=manifest.size, chunks=manifest.count, state=Blob.ARRIVING
    )
    if path(blob_id).exists():  # a crash fell between the rename and the commit
        return _adopt(manifest, at)
    _prepare(manifest, blob.have)
    return BlobState(blob_id, "arriving", manifest.size, blob.have, manifest.count)


def _demand_room(manifest: Manifest, blob: Blob, sender: str) -> None:
    if manifest.size > limits().blob_bytes:
        raise NoRoom(size=manifest.size, why=f"the largest file may have {limits().blob_bytes} bytes")
    others = (
        Blob.objects.filter(transfers__peer__authority=sender, transfers__direction="in", state=Blob.ARRIVING)
        .exclude(pk=blob.pk)
        .aggregate(total=Sum("size"))["total"]
        or 0
    )
    if others + manifest.size > limits().arriving_bytes:
        raise NoRoom(size=manifest.size, why=f"{others} bytes are already announced by {sender} and not complete")
    free = shutil.disk_usage(_folder("arriving")).free - limits().keep_free_bytes
    if manifest.stored_size - manifest.offset(blob.have) > free:
        raise NoRoom(size=manifest.size, why="the disk is too full")


def take_chunk(blob_id: str, n: int, data: bytes | memoryview, *, sender: str, at: datetime) -> BlobState:
    """Check a chunk against the manifest and write it at its place.

    ``have`` moves after an fsync: every few chunks, and when all are here.

    :raises NotExpected: no act of the sender names the blob. NotBegun: its manifest did not come yet.
    :raises BadChunk: it is not that chunk.
    """
    _demand_announced(blob_id, sender)
    here = state(blob_id)
    if here.state == Blob.COMPLETE:
        return here
    if here.state == Blob.ANNOUNCED:
        raise NotBegun(blob=blob_id)
    manifest = manifest_of(blob_id)
    wire_blob.check_chunk(manifest, n, data)
    part, marks = _arriving(blob_id)
    try:
        with _PEN:
            _write(part, data, manifest.offset(n))
        _write(marks, b"\x01", n)
        if (n + 1) % limits().sync_chunks and n + 1 < manifest.count:
            return here
        return _advance(manifest, part, marks, at)
    except FileNotFoundError:  # not begun; or the chunk sent beside this one was the last
        done = state(blob_id)
        if done.state == Blob.COMPLETE:
            return done
        raise NotBegun(blob=blob_id) from None


def _prepare(manifest: Manifest, have: int) -> None:
    _folder("arriving")
    part, marks = _arriving(manifest.id)
    with part.open("ab") as file:
        file.truncate(manifest.stored_size)
    marks.write_bytes(b"\x01" * have + bytes(manifest.count - have))


def _write(file: Path, data: bytes | memoryview, offset: int) -> None:
    handle = os.open(file, os.O_WRONLY)
    try:
        written = 0
        while written < len(data):
            written += os.pwrite(handle, memoryview(data)[written:], offset + written)
    finally:
        os.close(handle)


def _advance(manifest: Manifest, part: Path, marks: Path, at: datetime) -> BlobState:
    """Make what was written safe, and count the chunks from the first on without a hole."""
    have = (marks.read_bytes() + b"\x00").index(b"\x00")
    _sync(part)
    if have == manifest.count:
        _into_place(part, manifest.id)
        marks.unlink(missing_ok=True)
        return _complete(manifest, at)
    Blob.objects.filter(pk=manifest.id, have__lt=have, state=Blob.ARRIVING).update(have=have)
    return BlobState(manifest.id, "arriving", manifest.size, have, manifest.count)


def _adopt(manifest: Manifest, at: datetime) -> BlobState:
    with path(manifest.id).open("rb", buffering=0) as file:
        first = next(wire_blob.faults(file, manifest), None)
    if first is None:
        return _complete(manifest, at)
    path(manifest.id).unlink()
    Blob.objects.filter(pk=manifest.id).update(have=0)
    _prepare(manifest, 0)
    return BlobState(manifest.id, "arriving", manifest.size, 0, manifest.count)


@transaction.atomic
def _complete(manifest: Manifest, at: datetime) -> BlobState:
    merkle.lock()
    if Blob.objects.select_for_update().get(pk=manifest.id).state != Blob.COMPLETE:
        index = merkle.append([merkle.Item("blob", manifest.id, manifest.id)], at=at)[0]
        Blob.objects.filter(pk=manifest.id).update(
            have=manifest.count, state=Blob.COMPLETE, completed_at=at, log_index=index
        )
        BlobTransfer.objects.filter(blob_id=manifest.id, direction="in", state="waiting").update(
            state="done", settled_at=at, have=manifest.count
        )
    return BlobState(manifest.id, "complete", manifest.size, manifest.count, manifest.count)


def _folder(name: str) -> Path:
    folder = Path(settings.COMITY.folder) / "blobs" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _arriving(blob_id: str) -> tuple[Path, Path]:
    """The file of chunks, and beside it one byte for each chunk that was written."""
    folder = Path(settings.COMITY.folder) / "blobs" / "arriving"
    return folder / f"{blob_id}.part", folder / f"{blob_id}.marks"


def _into_place(file: Path, blob_id: str) -> None:
    final = path(blob_id)
    final.parent.mkdir(parents=True, exist_ok=True)
    file.replace(final)
    _sync(final.parent)


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
