"""Our own card: what this node says about itself, issued anew whenever that changes."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from comity.access.queries import User
from comity.exchange import merkle, outbox, requirements
from comity.exchange.identity import me
from comity.exchange.models import OwnCard, Peer
from comity.exchange.wire import card as wire_card
from comity.exchange.wire.card import Card
from comity.instruments import catalogue
from comity.lib.canonical import digest


@transaction.atomic
def own(*, at: datetime) -> Card:
    """The present card; a new one with the next serial if what it says has changed.

    That is node.toml, the published requirements and the instruments.

    :raises NotACard, BadRequirements, BadYaml: what the node says about itself is malformed.
    """
    told = _content()
    content = digest({**told, "fingerprint": me().keys.fingerprint})
    latest = OwnCard.objects.order_by("-serial").first()
    if latest is not None and latest.content == content:
        return wire_card.read(bytes(latest.raw))
    merkle.lock()
    latest = OwnCard.objects.order_by("-serial").first()
    card = wire_card.issue(me().keys, **told, at=at, serial=latest.serial + 1 if latest else 1)
    sha256 = merkle.sha256(card.raw)
    OwnCard.objects.create(serial=card.serial, content=content, raw=card.raw, sha256=sha256, issued_at=at)
    merkle.append([merkle.Item("card", f"{card.authority}/{card.serial}", sha256)], at=at)
    return card


def _content() -> dict[str, Any]:
    node = settings.COMITY
    return {
        "authority": node.authority,
        "country": node.country,
        "names": dict(node.names),
        "languages": list(node.languages),
        "competences": list(node.competences),
        "contacts": [dict(contact) for contact in node.contacts],
        "endpoint": node.endpoint,
        "requirements": requirements.on_card(),
        "instruments": [{"id": one.id, "version": one.version, "digest": one.digest} for one in catalogue.all()],
    }


@transaction.atomic
def announce(*, at: datetime) -> Card:
    """Send the present card to every peer that it was not sent to yet, following docs/spec/card.md section 5.

    Raises as ``own``.
    """
    card = own(at=at)
    peers = Peer.objects.filter(status="active").exclude(channels__envelopes__act=card.id)
    outbox.enqueue(card.raw, act=card.id, to=list(peers.values_list("authority", flat=True)), at=at)
    return card


@transaction.atomic
def publish(*, shown: str, by: User, at: datetime) -> Card:
    """Put the list of requirements on our card and send it to every peer.

    :raises NotAllowed, ListChanged, FaultyRequirement, TooManyRequirements: as ``requirements.publish``.
    :raises NotACard: the card would be malformed; nothing was changed.
    """
    requirements.publish(shown=shown, by=by, at=at)
    return announce(at=at)


def on(moment: datetime) -> Card | None:
    """The card that was ours at a moment; the first one for moments before it. None while there is none."""
    rows = OwnCard.objects.order_by("-serial")
    row = rows.filter(issued_at__lte=moment).first() or rows.last()
    return None if row is None else wire_card.read(bytes(row.raw))
