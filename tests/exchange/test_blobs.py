"""Files: stored sealed, taken in chunks that the manifest names, never more than was announced."""

import io
import os

import pytest

from comity.exchange import actions, blobs, queries
from comity.exchange.blobs import BlobState, NoRoom, NotBegun, NotExpected, UnknownBlob
from comity.exchange.models import Blob, BlobTransfer
from comity.exchange.wire import blob as wire_blob
from comity.exchange.wire.blob import CHUNK, BadChunk, ContentDiffers, DoesNotOpen, NotAManifest
from tests.exchange.peer import AT

CONTENT = os.urandom(2 * CHUNK + 1000)


class Sealed:
    """A file that Charlie wants to send: the manifest and the sealed chunks."""

    def __init__(self, content: bytes) -> None:
        out = io.BytesIO()
        self.sealed = wire_blob.seal_stream(io.BytesIO(content), out)
        self.manifest = self.sealed.manifest
        self.id, self.stored = self.sealed.id, out.getvalue()

    def chunk(self, n: int) -> bytes:
        start = self.manifest.offset(n)
        return self.stored[start : start + self.manifest.length(n)]


@pytest.fixture(scope="module")
def file() -> Sealed:
    return Sealed(CONTENT)


@pytest.fixture
def announced(charlie, file) -> Sealed:
    charlie.seal(charlie.act(1, blobs=[file.id]).raw)
    actions.accept_push(charlie.push(), sender=charlie.authority, at=AT)
    return file


def begin(peer, file: Sealed) -> BlobState:
    return actions.begin_blob(file.id, file.manifest.raw, sender=peer.authority, at=AT)


def put(peer, file: Sealed, *numbers: int) -> BlobState:
    for n in numbers:
        state = actions.take_chunk(file.id, n, file.chunk(n), sender=peer.authority, at=AT)
    return state


class TestAFileOfOurs:
    def test_is_read_back_and_logged(self, node):
        ref = actions.store_blob(io.BytesIO(CONTENT), at=AT)
        assert b"".join(queries.open_blob(ref.id, ref.key, sha256=ref.sha256)) == CONTENT
        assert queries.blob_state(ref.id) == BlobState(ref.id, "complete", len(CONTENT), 3, 3)
        assert [(e.kind, e.name) for e in queries.entries()] == [("blob", ref.id)]
        assert not list((node.folder / "blobs" / "tmp").iterdir())

    def test_lies_on_the_disk_sealed(self, node):
        ref = actions.store_blob(io.BytesIO(b"Alice" * 1000), at=AT)
        assert b"Alice" not in blobs.path(ref.id).read_bytes()

    def test_may_be_empty(self, node):
        ref = actions.store_blob(io.BytesIO(b""), at=AT)
        assert b"".join(queries.open_blob(ref.id, ref.key)) == b""

    def test_does_not_open_with_another_key_or_as_another_file(self, node):
        ref = actions.store_blob(io.BytesIO(b"one"), at=AT)
        with pytest.raises(DoesNotOpen):
            list(queries.open_blob(ref.id, bytes(32)))
        with pytest.raises(ContentDiffers):
            list(queries.open_blob(ref.id, ref.key, sha256="0" * 64))

    def test_that_is_not_here_is_said_at_once(self, node):
        with pytest.raises(UnknownBlob):
            queries.open_blob("0" * 64, bytes(32))
        with pytest.raises(UnknownBlob):
            queries.blob_state("0" * 64)


class TestAFileOfAPeer:
    def test_arrives_chunk_by_chunk(self, charlie, announced):
        assert begin(charlie, announced) == BlobState(announced.id, "arriving", len(CONTENT), 0, 3)
        state = put(charlie, announced, 0, 1, 2)
        assert state == BlobState(announced.id, "complete", len(CONTENT), 3, 3)
        opened = queries.open_blob(announced.id, announced.sealed.key, sha256=announced.sealed.sha256)
        assert b"".join(opened) == CONTENT
        assert queries.entries()[-1].kind == "blob"
        assert BlobTransfer.objects.get().state == "done"

    def test_may_arrive_in_any_order_and_twice(self, charlie, announced):
        begin(charlie, announced)
        assert put(charlie, announced, 2, 1, 1).state == "arriving"
        assert put(charlie, announced, 0, 2).state == "complete"
        assert put(charlie, announced, 1).state == "complete"
        assert [e.kind for e in queries.entries()].count("blob") == 1

    def test_goes_on_after_a_crash_from_what_is_safe(self, charlie, announced, settings):
        settings.COMITY_EXCHANGE = {"sync_chunks": 2, "keep_free_bytes": 0}
        begin(charlie, announced)
        assert put(charlie, announced, 0).have == 0  # written, but not yet forced to the disk
        assert put(charlie, announced, 1).have == 2
        assert begin(charlie, announced).have == 2
        assert put(charlie, announced, 2).state == "complete"

    def test_is_taken_up_when_the_crash_fell_between_file_and_row(self, charlie, announced):
        begin(charlie, announced)
        blobs.path(announced.id).parent.mkdir()
        blobs.path(announced.id).write_bytes(announced.stored)
        assert begin(charlie, announced).state == "complete"

    def test_that_crashed_with_other_bytes_in_its_place_starts_anew(self, charlie, announced):
        begin(charlie, announced)
        blobs.path(announced.id).parent.mkdir()
        blobs.path(announced.id).write_bytes(announced.stored[:-1] + b"x")
        assert begin(charlie, announced).have == 0
        assert put(charlie, announced, 0, 1, 2).state == "complete"

    def test_with_a_changed_or_misplaced_chunk_is_not_written(self, charlie, announced):
        begin(charlie, announced)
        changed = bytearray(announced.chunk(1))
        changed[77] ^= 4
        for n, data in ((1, bytes(changed)), (0, announced.chunk(1)), (1, b""), (3, announced.chunk(2))):
            with pytest.raises(BadChunk):
                actions.take_chunk(announced.id, n, data, sender=charlie.authority, at=AT)
        assert put(charlie, announced, 0, 1, 2).state == "complete"

    def test_needs_its_manifest_first(self, charlie, announced):
        with pytest.raises(NotBegun):
            put(charlie, announced, 0)
        with pytest.raises(NotAManifest):
            actions.begin_blob(announced.id, Sealed(b"other").manifest.raw, sender=charlie.authority, at=AT)

    def test_that_no_act_has_announced_is_not_taken(self, charlie, file):
        for ask in (lambda: begin(charlie, file), lambda: put(charlie, file, 0)):
            with pytest.raises(NotExpected):
                ask()
        with pytest.raises(NotExpected):
            queries.blob_state_for(file.id, sender=charlie.authority)

    def test_is_not_taken_from_somebody_else(self, charlie, announced):
        with pytest.raises(NotExpected):
            actions.begin_blob(announced.id, announced.manifest.raw, sender="br-central", at=AT)

    @pytest.mark.parametrize(
        ("limit", "why"),
        [
            ({"blob_bytes": 10}, "largest"),
            ({"arriving_bytes": 10}, "announced"),
            ({"keep_free_bytes": 1 << 60}, "disk"),
        ],
    )
    def test_that_is_too_much_is_refused_with_a_reason(self, charlie, announced, settings, limit, why):
        settings.COMITY_EXCHANGE = {"keep_free_bytes": 0, **limit}
        with pytest.raises(NoRoom, match=why):
            begin(charlie, announced)
        assert Blob.objects.get().state == "announced"

    def test_that_is_here_already_need_not_be_sent(self, charlie):
        ref = actions.store_blob(io.BytesIO(b"known"), at=AT)
        actions.expect_blob(ref.id, from_peer=charlie.authority, at=AT)
        raw = blobs.manifest_of(ref.id).raw
        assert actions.begin_blob(ref.id, raw, sender=charlie.authority, at=AT).state == "complete"
