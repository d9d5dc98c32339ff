"""Our node with fresh keys and folder, and Charlie's, played through the wire."""

from pathlib import Path

import pytest
from django.db import connection

from comity.exchange import actions, blobs, identity, peers
from comity.exchange.wire.keys import SecretKeys
from tests.exchange import handler
from tests.exchange.peer import AT, PlayedPeer

OUR_KEYS = SecretKeys.generate()


@pytest.fixture
def node(settings, tmp_path: Path, db):
    """This node in a folder of its own, with the handler of test acts."""
    from dataclasses import replace

    settings.COMITY = replace(settings.COMITY, folder=tmp_path)
    settings.COMITY_INCOMING = {"comity-test/1": "tests.exchange.handler.take"}
    settings.COMITY_STORED = {"act": "tests.exchange.handler.stored"}
    settings.COMITY_EXCHANGE = {"first_pause": 0.01, "last_pause": 0.1, "poll": 0.05, "keep_free_bytes": 0}
    OUR_KEYS.save(settings.COMITY.keys_file)
    for cache in (identity._load, peers.read_card, blobs.manifest_of, blobs._demand_announced):
        cache.cache_clear()
    handler.broken.clear()
    handler.kept.clear()
    with connection.cursor() as cursor:
        cursor.execute(handler.TABLE)
        cursor.execute("DELETE FROM exchange_test_act")
    return settings.COMITY


@pytest.fixture
def stranger(node) -> PlayedPeer:
    """A peer that nobody has pinned yet."""
    return PlayedPeer(us=node.authority, our_keys=OUR_KEYS.public)


@pytest.fixture
def charlie(stranger: PlayedPeer) -> PlayedPeer:
    """A pinned peer."""
    actions.add_peer(stranger.card(), fingerprint=stranger.fingerprint, by="alice", at=AT)
    return stranger
