"""What we sent and another side does not hold: shown beside the dossier, never hidden."""

from collections import defaultdict
from collections.abc import Collection

from comity.dossiers.models import Act
from comity.dossiers.values import Delivered, Trouble
from comity.exchange import queries as network

Troubles = tuple[Trouble, ...]


def of_dossiers(ids: Collection[str]) -> dict[str, Troubles]:
    """The undelivered acts of some dossiers: two queries, however many dossiers there are."""
    sent = dict(Act.objects.filter(dossier__in=ids, way=Act.SENT).order_by("at").values_list("act_id", "dossier_id"))
    found: dict[str, list[Trouble]] = defaultdict(list)
    for one in network.unsettled(sent):
        found[sent[one.act]].append(Trouble(one.peer, one.state, one.says, one.since))
    return {dossier: tuple(troubles) for dossier, troubles in found.items()}


def deliveries(act: Act) -> tuple[Delivered, ...]:
    """How one of our acts fared with each receiver; nothing for acts that we received."""
    if act.way != Act.SENT:
        return ()
    return tuple(
        Delivered(
            receiver=one.peer,
            status=one.state,
            says=one.says or one.waiting_on,
            at=one.settled_at,
            receipt=one.receipt,
            log_index=one.log_index,
            receipt_log_index=one.receipt_log_index,
            documents_waiting=sum(blob.state == "waiting" for blob in one.blobs),
        )
        for one in network.delivery(act.act_id)
    )
