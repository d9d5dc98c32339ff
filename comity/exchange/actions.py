"""What changes the exchange. docs/rooms/exchange.md lists the actions with their meaning."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from comity.exchange import merkle, outbox, peers
from comity.exchange.blobs import BlobRef, take_chunk
from comity.exchange.blobs import begin as begin_blob
from comity.exchange.blobs import expect as expect_blob
from comity.exchange.blobs import store as store_blob
from comity.exchange.cards import announce as announce_card
from comity.exchange.cards import publish as publish_requirements
from comity.exchange.identity import make_keys, me
from comity.exchange.inbox import accept_push, answer_position
from comity.exchange.merkle import lock as lock_log
from comity.exchange.outbox import Outgoing, Queued, enqueue, enqueue_all
from comity.exchange.refusal import Refused
from comity.exchange.requirements import add as add_requirement
from comity.exchange.requirements import change as change_requirement
from comity.exchange.requirements import move as move_requirement
from comity.exchange.requirements import remove as remove_requirement
from comity.exchange.requirements import take_back as take_back_requirements
from comity.exchange.wire import signed
from comity.exchange.wire.signed import Signed

log = logging.getLogger("comity.exchange")


def sign(kind: str, body: dict[str, Any], *, at: datetime) -> Signed:
    """Sign a body with this node's keys: its raw bytes and its id.

    :param at: the moment of signing; today a node has one pair of keys, whenever it signs.
    :raises NotCanonical, TooLarge: as ``wire.signed.sign``.
    """
    return signed.sign(kind, body, me().keys)


def record(kind: str, name: str, raw: bytes, at: datetime) -> int:
    """Append an entry to the log in the caller's transaction; returns its index.

    :param raw: the bytes that the entry stands for; ``STORED[kind](name)`` must give them back.
    """
    return record_all(kind, {name: raw}, at)[0]


def record_all(kind: str, named: Mapping[str, bytes], at: datetime) -> list[int]:
    """Append an entry for each name, in their order; returns the indices. As ``record``."""
    return merkle.append([merkle.Item(kind, name, merkle.sha256(raw)) for name, raw in named.items()], at=at)


def add_peer(card_raw: bytes, *, fingerprint: str, by: str, at: datetime) -> str:
    """Pin an authority after a person has compared its fingerprint; returns its name. Raises as ``peers.add``."""
    return peers.add(card_raw, fingerprint=fingerprint, by=by, at=at).authority


def update_card(card_raw: bytes, *, by: str, at: datetime) -> str:
    """Take a newer card of a peer; returns its name. Raises as ``peers.renew``."""
    return peers.renew(card_raw, by=by, at=at).authority


def remove_peer(authority: str, *, by: str, at: datetime) -> None:
    """Stop talking to a peer; what was exchanged stays. Raises NotAPeer."""
    peers.remove(authority, by=by, at=at)


def restart_channel(authority: str, *, by: str, at: datetime) -> None:
    """Go on with a channel that was stopped because two histories contradict each other. Raises NotAPeer."""
    log.warning("%s lets the channel to %s go on, %s", by, authority, at)
    outbox.restart(authority)


__all__ = [
    "BlobRef", "Outgoing", "Queued", "Refused", "Signed",
    "accept_push", "add_peer", "add_requirement", "announce_card", "answer_position", "begin_blob",
    "change_requirement", "enqueue", "enqueue_all", "expect_blob", "lock_log", "make_keys", "move_requirement",
    "publish_requirements", "record", "record_all", "remove_peer", "remove_requirement", "restart_channel", "sign",
    "store_blob", "take_back_requirements", "take_chunk", "update_card",
]  # fmt: skip
