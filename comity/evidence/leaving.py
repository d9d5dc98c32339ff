"""Items into acts, and what may not go: the originator of an item decides where its bytes travel."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from comity.access import asking
from comity.access import handling as codes
from comity.access.queries import User
from comity.dossiers import actions as dossiers
from comity.dossiers import queries as known
from comity.evidence import keeping, sight
from comity.evidence.models import Item
from comity.exchange import actions as exchange
from comity.exchange.wire.strict import unb64


@transaction.atomic
def attach_to_draft(row: Item, draft_id: int, *, by: User, at: datetime) -> known.Attachment:
    """Put an item's bytes into a draft of an act, as far as its originator allows; the chain of custody says so.

    :raises NotAllowed: rule ``originator-decides``: the draft goes to an authority for which nobody has consented.
    :raises NoBytes: it has none. NotFound: no such item or draft for this user. dossiers.WrongStatus.
    """
    exchange.lock_log()
    draft = known.draft_row(by, draft_id)
    now = sight.locked(row, "read", by=by, at=at)
    receivers = known.receivers(draft)
    for to in receivers:
        freed = {"handling": codes.OWN} if consented(now, to) else {}
        sight.demand(by, "pass-on", sight.thing(now, to=to, **freed), at)
    if not now.key:
        raise keeping.NoBytes(ref=now.ref)
    size = now.size or 0
    stored = exchange.BlobRef(now.blob, unb64(now.key, "the key"), size, now.sha256)
    attached = dossiers.attach_stored(draft, stored, name=now.name, media_type=now.media_type, by=by, at=at)
    for to in receivers:
        keeping.add(now, "sent", by=by, at=at, to_whom=to, why=draft.dossier.pk if draft.dossier else "",
                    sha256=now.sha256)  # fmt: skip
    return attached


def consented(row: Item, to: str) -> bool:
    """Whether the ledger of what was received holds the giver's consent for the State of this authority."""
    return bool(row.act) and known.allowed(row.dossier, row.act, to)


def may_leave(sha256s: Iterable[str], receiver: str) -> list[str]:
    """Sentences that forbid bytes with these hashes to go to an authority; dossiers asks (``MAY_LEAVE``).

    Whatever way they take, and whoever asks: an item that the asker may not see binds all the same.
    """
    with asking.as_node():
        rows = list(Item.objects.filter(sha256__in=list(sha256s)).exclude(sha256="").order_by("pk"))
        told = [
            limit.says
            for row in rows
            for limit in codes.against_passing_on(codes.read(row.handling), receiver)
            if not consented(row, receiver)
        ]
    return list(dict.fromkeys(told))
