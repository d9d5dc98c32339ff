"""What we sent and another side does not hold: shown beside the dossier, never hidden."""

from collections import defaultdict
from collections.abc import Collection

from comity.dossiers.models import Act
from comity.dossiers.values import Delivered, Trouble
from comity.exchange import queries as network

Troubles = tuple[Trouble, ...]


def of_dossiers(ids: Collection[str]) -> dict[str, Troubles]:
    """The undelivered acts of some dossiers: two queries, however many dossiers there are."""
    unsettled: dict[str, list[network.Unsettled]] = defaultdict(list)
    for one in network.unsettled():
        unsettled[one.act].append(one)
    if not unsettled:
        return {}
    sent = Act.objects.filter(act_id__in=unsettled, way=Act.SENT).order_by("at", "act_id")
    found: dict[str, list[Trouble]] = defaultdict(list)
    for act_id, dossier in sent.values_list("act_id", "dossier_id"):
        found[dossier] += [Trouble(one.peer, one.state, one.says, one.since) for one in unsettled[act_id]]
    return {dossier: tuple(troubles) for dossier, troubles in found.items() if dossier in set(ids)}


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
