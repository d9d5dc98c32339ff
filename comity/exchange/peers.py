"""Authorities that we have pinned: adding, renewing, removing, and their keys."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from comity.exchange import merkle
from comity.exchange.identity import me
from comity.exchange.models import Channel, Peer, PeerCard
from comity.exchange.refusal import Refused
from comity.exchange.wire import card as wire_card
from comity.exchange.wire import keys as wire_keys
from comity.exchange.wire.card import Card
from comity.exchange.wire.keys import PublicKeys
from comity.exchange.wire.signed import BadSignature, Signed
from comity.lib.clock import stamp
from comity.lib.errors import BadInput


class NotAPeer(BadInput):
    code = "exchange.not-a-peer"
    says = "{authority} is not among our peers."
    next_step = "Ask an administrator to add its card ('comity peers add')."


class FingerprintDiffers(BadInput):
    code = "exchange.fingerprint-differs"
    says = "The fingerprint that you were told is not that of the keys on {authority}'s card."
    next_step = "Do not trust this card. Ask the authority for its fingerprint again, by phone or in person."


class OurOwnCard(BadInput):
    code = "exchange.our-own-card"
    says = "This is the card of this node."
    next_step = "Add the card of the other authority."


@transaction.atomic
def add(raw: bytes, *, fingerprint: str, by: str, at: datetime) -> Peer:
    """Pin an authority whose fingerprint a person has compared out of band.

    A card with the keys already pinned renews it; a removed peer is taken up again.

    :param fingerprint: hex or the twelve words, as the person was told.
    :param by: who compared, for the record.
    :raises FingerprintDiffers, OurOwnCard: and what ``wire.card.read`` raises.
    :raises KeysChanged, NotNewer: an active peer shows other keys, or an older card.
    """
    card = wire_card.read(raw)
    if not wire_keys.matches(card.fingerprint, fingerprint):
        raise FingerprintDiffers(authority=card.authority)
    if card.authority == me().authority:
        raise OurOwnCard()
    merkle.lock()
    peer = Peer.objects.select_for_update().filter(authority=card.authority).first()
    if peer is not None and peer.status == "active":
        return peer if read_card(bytes(peer.card)).id == card.id else _renew(peer, card, by, at)
    pinned = {
        "status": "active", "card": raw, "serial": card.serial, "fingerprint": card.fingerprint,
        "endpoint": card.endpoint.rstrip("/"), "pinned_at": at, "pinned_by": by,
    }  # fmt: skip
    peer, _ = Peer.objects.update_or_create(authority=card.authority, defaults=pinned)
    for direction in (Channel.OUT, Channel.IN):
        Channel.objects.get_or_create(peer=peer, direction=direction)
    Channel.objects.filter(peer=peer).update(waiting_on="", next_try_at=None, failures=0)
    _keep(peer, card, by, at)
    return peer


@transaction.atomic
def renew(raw: bytes, *, by: str, at: datetime) -> Peer:
    """Take a newer card of an active peer with the same keys.

    :raises NotAPeer: it was never pinned, or was removed.
    :raises KeysChanged, NotNewer, AnotherAuthority: as ``wire.card.demand_successor``.
    """
    card = wire_card.read(raw)
    merkle.lock()
    return _renew(active(card.authority), card, by, at)


def _renew(peer: Peer, card: Card, by: str, at: datetime) -> Peer:
    wire_card.demand_successor(read_card(bytes(peer.card)), card)
    peer.card, peer.serial, peer.endpoint = card.raw, card.serial, card.endpoint.rstrip("/")
    peer.save(update_fields=["card", "serial", "endpoint"])
    # A new endpoint is a reason to try again at once.
    Channel.objects.filter(peer=peer, direction=Channel.OUT).update(next_try_at=None)
    _keep(peer, card, by, at)
    return peer


def _keep(peer: Peer, card: Card, by: str, at: datetime) -> None:
    sha256 = merkle.sha256(card.raw)
    _, new = PeerCard.objects.get_or_create(
        peer=peer, sha256=sha256,
        defaults={"serial": card.serial, "raw": card.raw, "accepted_at": at, "accepted_by": by},
    )  # fmt: skip
    if new:
        merkle.append([merkle.Item("peer-card", f"{card.authority}/{card.serial}", sha256)], at=at)


@transaction.atomic
def remove(authority: str, *, by: str, at: datetime) -> None:
    """Stop talking to a peer. What was exchanged stays; what waits says why it waits.

    :raises NotAPeer: it is not an active peer.
    """
    # The channel from the peer before the log, as the inbox takes them.
    list(Channel.objects.select_for_update().filter(peer__authority=authority, direction=Channel.IN))
    merkle.lock()
    peer = active(authority)
    Peer.objects.filter(pk=peer.pk).update(status="removed")
    Channel.objects.filter(peer=peer).update(
        waiting_on=f"{authority} was removed from our peers by {by} on {stamp(at)}"
    )
    merkle.append([merkle.Item("peer-removed", f"{authority}/{stamp(at)}", merkle.sha256(bytes(peer.card)))], at=at)


def arrived(cards: Sequence[Signed], sender: str, at: datetime) -> list[Refused | None]:
    """Take newer cards that a peer sent through its channel, following docs/spec/card.md section 5.

    The inbox has verified them by the pinned keys. A card that we hold already, or an older one, changes nothing.
    """
    return [_arrived(one, sender, at) for one in cards]


def _arrived(one: Signed, sender: str, at: datetime) -> Refused | None:
    try:
        card = wire_card.read(one.raw)
        if card.authority != sender:
            raise wire_card.AnotherAuthority(new=card.authority, old=sender)
        merkle.lock()
        peer = active(sender)
        if card.serial > peer.serial:
            _renew(peer, card, by=sender, at=at)
    except (BadSignature, wire_card.NotACard, wire_card.AnotherAuthority, wire_card.KeysChanged) as error:
        return Refused(error.code, error.sentence)
    return None


def active(authority: str) -> Peer:
    """The active peer of that name.

    :raises NotAPeer: there is none.
    """
    peer = Peer.objects.filter(authority=authority, status="active").first()
    if peer is None:
        raise NotAPeer(authority=authority)
    return peer


def keys_of(peer: Peer) -> PublicKeys:
    """The pinned public keys of a peer."""
    return read_card(bytes(peer.card)).keys


@lru_cache(maxsize=256)
def read_card(raw: bytes) -> Card:
    """``wire.card.read``, remembered: verifying a card takes longer than all the rest of a small push."""
    return wire_card.read(raw)
