"""``comity log verify``: one flipped bit anywhere is found and named; what was removed is named too."""

import io
import random

import pytest

from comity.exchange import actions, blobs, outbox, queries
from comity.exchange.models import (
    Blob,
    Channel,
    Checkpoint,
    Envelope,
    LogEntry,
    LogHead,
    LogTile,
    OwnCard,
    Peer,
    PeerCard,
    Receipt,
)
from tests.exchange import handler
from tests.exchange.peer import AT, KIND

DICE = random.Random(11)


@pytest.fixture
def lived(charlie):
    """A node with a bit of everything: acts both ways, refusals both ways, a file, cards, a checkpoint."""
    ref = actions.store_blob(io.BytesIO(bytes(range(256)) * 40_000), at=AT)  # three chunks
    for n in (1, 2, 3):
        act = actions.sign(KIND, {"n": n}, at=AT)
        handler.kept[act.id] = act.raw
        actions.record("act", act.id, act.raw, AT)
        actions.enqueue(act.raw, act=act.id, to=[charlie.authority], blobs=[ref.id] if n == 2 else [], at=AT)
    charlie.refuses[1] = ("test.refused", "No.")
    here = Channel.objects.select_related("peer").get(direction="out")
    rows = outbox.batch(here, 2)
    outbox.settle(here, charlie.take(outbox.build(here, rows, at=AT)), at=AT)
    charlie.send(1, 2)
    charlie.seal(charlie.act(3, refuse="No.").raw)
    actions.accept_push(charlie.push(), sender=charlie.authority, since=0, at=AT)
    queries.own_card(at=AT)
    queries.checkpoint(at=AT)
    act = actions.sign(KIND, {"n": 4}, at=AT)
    actions.enqueue(act.raw, act=act.id, to=[charlie.authority], at=AT)
    return ref


def flipped(raw: bytes) -> bytes:
    bad = bytearray(raw)
    bad[DICE.randrange(len(bad))] ^= 1 << DICE.randrange(8)
    return bytes(bad)


def flip(row, column: str) -> None:
    type(row).objects.filter(pk=row.pk).update(**{column: flipped(bytes(getattr(row, column)))})


def places() -> set[str]:
    report = queries.verify_log()
    assert report.ok == (not report.faults)
    assert all(fault.says for fault in report.faults)
    return {fault.where for fault in report.faults}


def test_finds_nothing_in_an_unharmed_node(lived):
    report = queries.verify_log()
    assert report == queries.LogReport(True, queries.log_size(), ())
    assert report.entries == 16


class TestAFlippedBit:
    @pytest.mark.parametrize("way", ["to", "from"])
    def test_in_an_envelope(self, lived, way):
        row = Envelope.objects.get(seq=2, channel__direction="out" if way == "to" else "in")
        flip(row, "raw")
        assert f"envelope 2 {way} nl-prosecution" in places()

    def test_in_an_act(self, lived):
        act = Envelope.objects.get(seq=2, channel__direction="out").act
        handler.kept[act] = flipped(handler.kept[act])
        assert places() == {f"act {act}"}

    @pytest.mark.parametrize("way", ["given", "got"])
    def test_in_a_receipt(self, lived, way):
        row = Receipt.objects.get(way=way)
        flip(row, "raw")
        assert f"receipt {row.sha256[:12]} {'to' if way == 'given' else 'from'} nl-prosecution" in places()

    def test_in_the_head_of_a_push(self, lived):
        row = Receipt.objects.get(way=Receipt.HEAD)
        flip(row, "raw")
        assert f"head {row.sha256[:12]} from nl-prosecution" in places()

    def test_in_the_place_that_a_head_is_booked_under(self, lived):
        Receipt.objects.filter(way=Receipt.HEAD).update(seq=1)
        row = Receipt.objects.get(way=Receipt.HEAD)
        assert f"head {row.sha256[:12]} from nl-prosecution" in places()

    def test_in_a_card(self, lived):
        flip(OwnCard.objects.get(), "raw")
        assert "our card 1" in places()

    def test_in_a_peers_card(self, lived):
        flip(PeerCard.objects.get(), "raw")
        assert "card 1 of nl-prosecution" in places()
        flip(Peer.objects.get(), "card")
        assert "peer nl-prosecution" in places()

    @pytest.mark.parametrize("n", [0, 1, 2])
    def test_in_a_chunk_of_a_file(self, lived, n):
        manifest = blobs.manifest_of(lived.id)
        file = blobs.path(lived.id)
        raw = bytearray(file.read_bytes())
        raw[manifest.offset(n) + DICE.randrange(manifest.length(n))] ^= 1 << DICE.randrange(8)
        file.write_bytes(raw)
        assert places() == {f"blob {lived.id} chunk {n}"}

    def test_in_a_manifest(self, lived):
        flip(Blob.objects.get(), "manifest")
        assert f"blob {lived.id}" in places()

    @pytest.mark.parametrize("index", [0, 5, 9])
    def test_in_a_log_entry(self, lived, index):
        flip(LogEntry.objects.get(index=index), "entry")
        assert f"log entry {index}" in places()

    @pytest.mark.parametrize("column", ["kind", "name", "sha256"])
    def test_in_a_column_of_a_log_entry(self, lived, column):
        row = LogEntry.objects.get(index=6)
        text = getattr(row, column)
        LogEntry.objects.filter(index=6).update(**{column: chr(ord(text[0]) ^ 1) + text[1:]})
        assert places() == {"log entry 6"}

    def test_in_a_tile(self, lived):
        flip(LogTile.objects.get(), "hashes")
        [where] = places()
        # The last entries came after the checkpoint: for them nothing says which of the two was changed.
        assert where == "log tile 0/0" or int(where.removeprefix("log entry ")) >= queries.log_size() - 1

    def test_in_a_checkpoint(self, lived):
        row = Checkpoint.objects.get()
        flip(row, "note")
        assert places() == {f"checkpoint {row.size}"}

    @pytest.mark.parametrize(
        ("model", "column", "where"),
        [
            (Envelope, "hash", "envelope 1 to nl-prosecution"),
            (Channel, "hash", "channel to nl-prosecution"),
            (Peer, "fingerprint", "peer nl-prosecution"),
            (Receipt, "sha256", "receipt "),
        ],
    )
    def test_in_a_hash_beside_the_bytes(self, lived, model, column, where):
        row = model.objects.order_by("pk").first()
        text = getattr(row, column)
        model.objects.filter(pk=row.pk).update(**{column: format(int(text[0], 16) ^ 1, "x") + text[1:]})
        assert any(place.startswith(where) for place in places())

    def test_in_the_act_that_an_envelope_was_booked_under(self, lived):
        row = Envelope.objects.get(seq=1, channel__direction="in")
        Envelope.objects.filter(pk=row.pk).update(act="0" * 64)
        assert places() == {"envelope 1 from nl-prosecution"}


class TestAState:
    @pytest.mark.parametrize(
        ("seq", "direction", "state"),
        [
            (1, "out", "delivered"),
            (2, "out", "refused"),
            (2, "out", "waiting"),
            (3, "out", "delivered"),
            (3, "in", "delivered"),
        ],
    )
    def test_that_the_receipts_do_not_bear_out(self, lived, seq, direction, state):
        Envelope.objects.filter(seq=seq, channel__direction=direction).update(
            state=state, code="x" if state == "refused" else "", settled_at=None if state == "waiting" else AT
        )
        assert places() == {f"envelope {seq} {'to' if direction == 'out' else 'from'} nl-prosecution"}


class TestSomethingRemoved:
    def test_an_envelope(self, lived):
        Envelope.objects.get(seq=2, channel__direction="out").delete()
        assert places() == {"envelope 2 to nl-prosecution"}

    def test_the_last_envelope(self, lived):
        Envelope.objects.get(seq=4, channel__direction="out").delete()
        assert "envelope 4 to nl-prosecution" in places()

    def test_a_receipt(self, lived):
        row = Receipt.objects.get(way="given")
        row.delete()
        assert f"receipt {row.sha256[:12]} to nl-prosecution" in places()

    def test_an_act(self, lived):
        act = next(iter(handler.kept))
        del handler.kept[act]
        assert places() == {f"act {act}"}

    def test_a_card(self, lived):
        OwnCard.objects.all().delete()
        assert places() == {"our card 1"}

    def test_a_file_or_the_end_of_it(self, lived):
        file = blobs.path(lived.id)
        whole = file.read_bytes()
        file.write_bytes(whole[:-1])
        assert places() == {f"blob {lived.id} chunk 2"}
        file.write_bytes(whole + b"x")
        assert places() == {f"blob {lived.id}"}
        file.unlink()
        assert places() == {f"blob {lived.id}"}

    def test_a_log_entry(self, lived):
        LogEntry.objects.filter(index=4).delete()
        assert "log entry 4" in places()

    def test_the_last_log_entries_with_everything_that_counts_them(self, lived):
        size = Checkpoint.objects.get().size
        LogEntry.objects.filter(index__gte=size - 1).delete()
        LogHead.objects.update(size=size - 1)
        assert f"checkpoint {size}" in places()

    def test_a_tile(self, lived):
        LogTile.objects.all().delete()
        assert places() == {"log tile 0/0"}


def test_something_added_without_a_log_entry(lived):
    row = Envelope.objects.get(seq=4, channel__direction="out")
    row.pk, row.seq, row.log_index = None, 5, 999
    row.save()
    assert "envelope 5 to nl-prosecution" in places()


def test_a_history_rewritten_down_to_the_tiles_is_told_by_the_checkpoint(lived):
    from comity.exchange import merkle
    from comity.exchange.wire import tlog

    row = LogEntry.objects.get(index=3)
    forged = tlog.entry(row.kind, row.name, row.sha256, AT.replace(year=2025))
    LogEntry.objects.filter(index=3).update(entry=forged, at=AT.replace(year=2025))
    leaves = [tlog.leaf_hash(bytes(entry.entry)) for entry in LogEntry.objects.order_by("index")]
    LogTile.objects.all().delete()
    for (level, index), hashes in tlog.append(leaves, 0, merkle.Rows()).items():
        LogTile.objects.create(level=level, index=index, hashes=hashes)
    assert places() == {f"checkpoint {Checkpoint.objects.get().size}"}


class TestAProof:
    def test_leads_from_an_entry_to_the_signed_root(self, lived):
        import base64

        from comity.exchange.identity import me
        from comity.exchange.wire import checkpoint, tlog

        act = next(iter(handler.kept))
        told = queries.prove("act", act, at=AT)
        head = checkpoint.read(told["checkpoint"].encode(), "comity/fr-central", me().keys.public)
        steps = [base64.b64decode(step) for step in told["proof"]]
        leaf = tlog.leaf_hash(told["entry"].encode())
        tlog.verify_inclusion(leaf, told["index"], head.size, steps, head.root)
        assert tlog.read_entry(told["entry"].encode()).name == act

    def test_of_what_is_not_there_is_refused(self, lived):
        from comity.exchange.merkle import NotInLog

        with pytest.raises(NotInLog):
            queries.prove("act", "0" * 64, at=AT)

    def test_uses_one_checkpoint_for_one_size(self, lived):
        assert queries.checkpoint(at=AT) == queries.checkpoint(at=AT.replace(year=2027))
