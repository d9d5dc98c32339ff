"""Acts of ours, signed one after the other and stored together: logged, queued to every other party, folded once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.access.queries import User
from comity.dossiers import body, folding
from comity.dossiers.folding import Held
from comity.dossiers.models import Act, Dossier
from comity.exchange import actions as exchange
from comity.instruments import procedure


@dataclass(frozen=True)
class New:
    """An act that stands in the log and is to be stored."""

    dossier: Dossier
    id: str
    raw: bytes
    body: dict[str, Any]
    at: datetime  # when it arrived or was approved here
    log_index: int


def keep(acts: Sequence[New], *, way: str, by: User | None = None) -> list[Act]:
    """Store acts, in their order."""
    steps = [folding.as_step(one.id, one.body) for one in acts]
    return Act.objects.bulk_create(
        Act(
            act_id=one.id,
            dossier=one.dossier,
            type=step.type,
            by=step.by,
            at=step.at,
            raw=one.raw,
            way=way,
            arrived_at=one.at,
            log_index=one.log_index,
            approved_by=by,
        )
        for one, step in zip(acts, steps, strict=True)
    )


class Signing:
    """Acts on their way into a dossier whose row is locked; the caller has checked each before it is added."""

    def __init__(self, result: folding.Folded, at: datetime) -> None:
        self.result = result
        """The dossier with the acts so far, as far as they decide what may come next."""
        self._at = at
        self._parents = result.state.heads
        self._held = dict(result.held)
        self._signed: list[tuple[exchange.Signed, Sequence[str]]] = []

    def add(self, act_type: str, content: dict[str, Any], blobs: Sequence[str] = ()) -> None:
        """Sign an act that follows all others.

        :param blobs: what its documents are stored as.
        """
        told = body.build(
            dossier=self.result.dossier.pk,
            type=act_type,
            by=folding.us(),
            at=self._at,
            parents=self._parents,
            definition=self.result.definition,
            content=content,
        )
        one = exchange.sign(body.KIND, told, at=self._at)
        self._parents = (one.id,)
        self._held[one.id] = Held(folding.as_step(one.id, one.body), self._at)
        self._signed.append((one, blobs))
        if procedure.moves(self.result.definition, act_type):
            self.result = folding.folded(self.result.dossier, dict(self._held))

    def store(self, by: User) -> list[Act]:
        """Log, store and queue what was signed, and write the projection."""
        dossier, at = self.result.dossier, self._at
        indices = exchange.record_all("act", {one.id: one.raw for one, _ in self._signed}, at)
        acts = keep(
            [
                New(dossier, one.id, one.raw, one.body, at, index)
                for (one, _), index in zip(self._signed, indices, strict=True)
            ],
            way=Act.SENT,
            by=by,
        )
        others = {party["authority"] for party in dossier.parties.values()} - {folding.us()}
        exchange.enqueue_all(
            [exchange.Outgoing(one.id, one.raw, blobs) for one, blobs in self._signed], to=others, at=at
        )
        folding.project(folding.folded(dossier, self._held))
        return acts
