"""Carries blobs to a peer after the acts that name them, a slice at a time so that acts never wait for a file."""

import os
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from comity.exchange import blobs
from comity.exchange.limits import limits
from comity.exchange.models import BlobTransfer, Channel
from comity.exchange.transport import Answer, Line
from comity.exchange.wire.blob import Manifest
from comity.lib.clock import stamp

MANIFEST_TYPE = "application/json"


class Rejected(Exception):
    """The peer does not take this blob now; other blobs and acts go on."""


@dataclass
class _Load:
    """The blob that is being carried: an open file and the next chunk to send."""

    transfer: BlobTransfer
    manifest: Manifest
    file: int
    n: int


class Cargo:
    """The blobs for one peer. ``carry`` sends for about a slice of time, then lets acts go first."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self._load: _Load | None = None
        self._pool: ThreadPoolExecutor | None = None

    def carry(self, channel: Channel, line: Line) -> bool:
        """Send chunks of the next blob; whether there may be more to send.

        :raises Unreachable: the connection failed; the blob goes on from where the peer holds it.
        """
        load = self._load or self._begin(channel, line)
        if load is None:
            self._rest()
            return False
        try:
            self._slice(load, line)
            if load.n == load.manifest.count:
                self._finish(load, line)
            else:
                BlobTransfer.objects.filter(pk=load.transfer.pk).update(have=load.n)
        except Rejected as reason:
            self._put_off(load.transfer, str(reason))
            self.drop()
        except BaseException:
            self.drop()
            raise
        return True

    def _slice(self, load: _Load, line: Line) -> None:
        """A few chunks are under way at a time, so that sending, checking and writing happen side by side."""
        until = time.monotonic() + limits().slice
        pool = self._pool = self._pool or ThreadPoolExecutor(limits().chunks_at_once, "comity-cargo")
        under_way: deque[Future[None]] = deque()
        try:
            while load.n < load.manifest.count and time.monotonic() < until:
                if len(under_way) == limits().chunks_at_once:
                    under_way.popleft().result()
                under_way.append(pool.submit(_send_chunk, load.manifest, load.file, load.n, line, self.now()))
                load.n += 1
        finally:
            wait(under_way)  # nobody may use the file after it is closed
        for one in under_way:
            one.result()

    def _rest(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def close(self) -> None:
        """Let go of the open file and the threads."""
        self.drop()
        self._rest()

    def drop(self) -> None:
        """Forget the open blob; the next ``carry`` asks the peer how much it holds."""
        if self._load is not None:
            os.close(self._load.file)
            self._load = None

    def _begin(self, channel: Channel, line: Line) -> _Load | None:
        transfer = _next(channel, self.now())
        if transfer is None:
            return None
        manifest = blobs.manifest_of(transfer.blob_id)
        answer = line.send(
            "PUT", f"v1/blobs/{manifest.id}/manifest", manifest.raw, media_type=MANIFEST_TYPE, at=self.now()
        )
        try:
            have = _have(answer, manifest, line.authority, "the manifest")
            file = os.open(blobs.path(manifest.id), os.O_RDONLY)
        except Rejected as reason:
            self._put_off(transfer, str(reason))
            return self._begin(channel, line)
        except FileNotFoundError:
            self._put_off(transfer, "the file is missing in this node's folder; run 'comity log verify'")
            return self._begin(channel, line)
        self._load = _Load(transfer, manifest, file, have)
        return self._load

    def _finish(self, load: _Load, line: Line) -> None:
        answer = line.send("GET", f"v1/blobs/{load.manifest.id}", at=self.now())
        have = _have(answer, load.manifest, line.authority, "the end of the file")
        if have < load.manifest.count:
            raise Rejected(f"{line.authority} holds {have} of {load.manifest.count} chunks after all were sent")
        BlobTransfer.objects.filter(pk=load.transfer.pk).update(
            state="done", have=have, settled_at=self.now(), failure="", failures=0, next_try_at=None
        )
        self.drop()

    def _put_off(self, transfer: BlobTransfer, says: str) -> None:
        failures = transfer.failures + 1
        pause = min(limits().last_pause, limits().first_pause * 2 ** min(failures, 30))
        at = self.now() + timedelta(seconds=pause)
        BlobTransfer.objects.filter(pk=transfer.pk).update(
            failures=failures, next_try_at=at, failure=f"{says}; next try at {stamp(at)}"
        )


def _send_chunk(manifest: Manifest, file: int, n: int, line: Line, at: datetime) -> None:
    """:raises Rejected, Unreachable: the peer did not take it."""
    data = os.pread(file, manifest.length(n), manifest.offset(n))
    # The manifest has the digest already: the receiver's check finds a chunk that our disk has changed.
    answer = line.send("PUT", f"v1/blobs/{manifest.id}/chunks/{n}", data, digest=manifest.hash(n), at=at)
    _have(answer, manifest, line.authority, f"chunk {n}")


def _next(channel: Channel, now: datetime) -> BlobTransfer | None:
    """The oldest blob whose act was acknowledged and whose pause is over."""
    return (
        BlobTransfer.objects.filter(
            Q(next_try_at__isnull=True) | Q(next_try_at__lte=now),
            peer_id=channel.peer_id, direction="out", state="waiting", after_seq__lte=channel.acked_seq,
        )
        .order_by("pk")
        .first()
    )  # fmt: skip


def _have(answer: Answer, manifest: Manifest, peer: str, what: str) -> int:
    """How many chunks the peer holds.

    :raises Rejected: it answered with an error.
    """
    have = answer.json.get("have")
    if answer.status != 200 or not isinstance(have, int) or not 0 <= have <= manifest.count:
        raise Rejected(f"{peer} answers {what} with {answer.in_words()}")
    return have
