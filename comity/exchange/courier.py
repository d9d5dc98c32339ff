"""One courier per peer: pushes what waits in its channel, one request at a time, then the blobs."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from comity.exchange import outbox
from comity.exchange.cargo import Cargo
from comity.exchange.limits import limits
from comity.exchange.models import Channel
from comity.exchange.transport import Answer, Line, Unreachable
from comity.exchange.wire.push import MEDIA_TYPE
from comity.lib.errors import ComityError

log = logging.getLogger("comity.exchange.courier")


class Held(Exception):
    """Delivery cannot go on now; the sentence says what it waits on."""


class Courier:
    """Serves the channel to one peer (its row's id). ``round`` is called when there may be something to do."""

    def __init__(self, peer: int, worker: str, stop: threading.Event, now: Callable[[], datetime]) -> None:
        self.peer = peer
        self.worker = worker
        self.stop = stop
        self.now = now
        self._line: Line | None = None
        self._cargo = Cargo(now)
        # After an internal error at the peer: one envelope at a time up to here, so that only the bad one waits.
        self._careful_until = 0

    def round(self) -> None:
        """Push until nothing is left, the peer fails, or the worker stops."""
        channel = outbox.claim(self.peer, self.worker, self.now())
        if channel is None:
            return
        try:
            while not self.stop.is_set() and self._step(channel):
                if not outbox.still_ours(channel, self.worker, self.now()):
                    return
        except (Held, Unreachable) as trouble:
            outbox.wait(channel, str(trouble).rstrip("."), now=self.now())
        except outbox.ContradictingReceipt as error:
            self._stop(channel, error)
        finally:
            outbox.release(channel, self.worker)

    def close(self) -> None:
        """Let go of the connection and of an open file."""
        self._cargo.close()
        if self._line is not None:
            self._line.close()
            self._line = None

    def _step(self, channel: Channel) -> bool:
        """One push, or a slice of a file; whether there may be more."""
        line = self._connected(channel)
        if channel.acked_seq < channel.seq:
            return self._push(channel, line)
        return self._cargo.carry(channel, line)

    def _connected(self, channel: Channel) -> Line:
        endpoint = channel.peer.endpoint
        if self._line is None or self._line.endpoint != endpoint:
            self.close()
            self._line = Line(channel.peer.authority, endpoint)
        return self._line

    def _push(self, channel: Channel, line: Line) -> bool:
        careful = channel.acked_seq < self._careful_until
        rows = outbox.batch(channel, 1 if careful else limits().batch_envelopes)
        now = self.now()
        raw = outbox.build(channel, rows, at=now)
        answer = line.send("POST", f"v1/push?since={channel.acked_seq}", raw, media_type=MEDIA_TYPE, at=now)
        if answer.status == 200:
            self._settle(channel, answer, wanted=rows[0].seq)
        elif answer.code == "wire.gap":
            self._rewind(channel, line)
        elif answer.code == "wire.forked":
            outbox.stop(channel, f"{channel.peer.authority} says: {answer.says}")
            log.error("channel to %s stopped: %s", channel.peer.authority, answer.says)
            return False
        elif answer.status >= 500 or answer.status == 413:
            self._careful_until = rows[-1].seq
            if len(rows) == 1:
                raise Held(f"{channel.peer.authority} answers envelope {rows[0].seq} with {answer.in_words()}")
        else:
            raise Held(f"{channel.peer.authority} does not take our push: {answer.in_words()}")
        return True

    def _settle(self, channel: Channel, answer: Answer, *, wanted: int) -> None:
        """Take the receipt in the answer; an answer that moves nothing is no delivery."""
        try:
            reached = outbox.settle(channel, answer.body, at=self.now())
        except outbox.ContradictingReceipt:
            raise
        except ComityError as error:
            raise Held(f"{channel.peer.authority} answers without a good receipt: {error.sentence}") from error
        if reached < wanted:
            raise Held(f"{channel.peer.authority} has signed for envelope {reached} only")

    def _rewind(self, channel: Channel, line: Line) -> None:
        """The peer lacks something before our push: ask where it stands and go on from there."""
        before = channel.acked_seq
        answer = line.send("GET", "v1/position?since=0", at=self.now())
        if answer.status != 200:
            raise Held(f"{channel.peer.authority} does not say where it stands: {answer.in_words()}")
        self._settle(channel, answer, wanted=0)
        if channel.acked_seq == before:
            raise Held(f"{channel.peer.authority} speaks of a gap where its own receipt shows none")

    def _stop(self, channel: Channel, error: ComityError) -> None:
        outbox.stop(channel, f"{error.sentence} {error.remedy}")
        log.error("channel to %s stopped: %s", channel.peer.authority, error.sentence)
