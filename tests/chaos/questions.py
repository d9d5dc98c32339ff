"""What the test asks a node under fire: to set itself up, how far it is, and what it holds in the end."""

from collections import Counter
from typing import Any

from comity.access import queries as people
from comity.dossiers import folding, queries
from comity.dossiers.models import Waiting
from comity.dossiers.queries import Act, Attachment, Dossier, Draft
from comity.exchange import actions as exchange
from comity.exchange import queries as network
from comity.exchange.models import Blob, BlobTransfer, LogEntry
from comity.lib import clock
from tests.chaos import acts, handed


def set_up() -> str:
    """Tables, people and keys of a fresh node; its card."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    handed.make_table()
    acts.make_people()
    exchange.make_keys()
    return network.own_card(at=clock.now()).raw.decode()


def pin(cards: list[str]) -> None:
    from comity.exchange.wire import card

    for raw in cards:
        exchange.add_peer(raw.encode(), fingerprint=card.read(raw.encode()).fingerprint, by="chaos", at=clock.now())


def progress() -> dict[str, Any]:
    """How far the node is, cheaply."""
    totals = network.totals()
    incoming = Blob.objects.exclude(state=Blob.COMPLETE).count()
    outgoing = BlobTransfer.objects.filter(direction="out", state="waiting").count()
    return {
        "sent": Act.objects.filter(way=Act.SENT).count(),
        "taken": Act.objects.filter(way=Act.RECEIVED).count(),
        "early": Waiting.objects.count(),
        "waiting": totals.waiting, "refused": totals.refused, "delivered": totals.delivered, "queued": totals.sent,
        "blobs_waiting": incoming + outgoing,
        "channels": {
            one.peer: {"waiting": one.waiting, "refused": one.received_refused, "waiting_on": one.waiting_on,
                       "alarm": one.alarm}
            for one in network.overview()
        },
    }  # fmt: skip


def account() -> dict[str, Any]:
    """What the node holds: its dossiers with acts, digests and opened exhibits, and whatever came more than once."""
    summary = queries.summary()
    return {
        "dossiers": {one["id"]: {**one, **_dossier(one["id"])} for one in summary["dossiers"]},
        "early": summary["waiting"],
        "received": sorted(Act.objects.filter(way=Act.RECEIVED).values_list("act_id", flat=True)),
        "handed": handed.handed(),
        "logged": sorted(LogEntry.objects.filter(kind="act").values_list("name", flat=True)),
        "types": Counter(Act.objects.filter(way=Act.SENT).values_list("type", flat=True)),
        "put_aside": Draft.objects.filter(status=Draft.DISCARDED).count(),
        "merges": sum(len(folding.unpack(bytes(one.raw))["parents"]) > 1 for one in Act.objects.filter(way=Act.SENT)),
        "out_of_place": sum(Dossier.objects.values_list("out_of_place", flat=True)),
        "conflicts": sum(Dossier.objects.values_list("conflicts", flat=True)),
    }


def _dossier(id: str) -> dict[str, Any]:
    user, at = people.user(acts.OFFICER), clock.now()
    view = queries.dossier(user, id, at)
    return {
        "stored": sorted(Act.objects.filter(dossier=id).values_list("act_id", flat=True)),
        "folded": sorted(view.state.acts),
        "missing": list(view.state.missing),
        "parties": sorted(party["authority"] for party in view.parties.values()),
        "exhibits": sorted(_opened(row) for row in Attachment.objects.filter(act__dossier=id).select_related("act")),
    }


def _opened(row: Attachment) -> list[Any]:
    """An exhibit whose plaintext was read to its end and has the hash that the act names."""
    found, pieces = queries.open_attachment(people.user(acts.OFFICER), row.pk, clock.now())
    size = sum(len(piece) for piece in pieces)
    assert size == found.size
    assert row.act is not None
    return [row.act.act_id, row.number, row.name, size, row.sha256]


def verify() -> dict[str, Any]:
    report = network.verify_log()
    return {"ok": report.ok, "entries": report.entries, "faults": [[f.where, f.says] for f in report.faults]}
