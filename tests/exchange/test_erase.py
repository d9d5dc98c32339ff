"""What was erased is gone from tables, files and database pages; the log still proves that it was there."""

import io

import pytest
from django.db import connection

from comity.exchange import actions, blobs, erase, outbox, queries
from comity.exchange.models import Blob, Channel, Envelope, Erased, Erasure
from tests.exchange import handler
from tests.exchange.peer import AT, KIND

SECRET = "Anatoly Vex of Lindengasse"


@pytest.fixture
def act(charlie):
    made = actions.sign(KIND, {"n": 1, "who": SECRET}, at=AT)
    handler.kept[made.id] = made.raw
    actions.record("act", made.id, made.raw, AT)
    return made


@pytest.fixture
def delivered(act, charlie):
    ref = actions.store_blob(io.BytesIO(SECRET.encode() * 9), at=AT)
    actions.enqueue(act.raw, act=act.id, to=[charlie.authority], blobs=[ref.id], at=AT)
    channel = Channel.objects.select_related("peer").get(direction="out")
    outbox.settle(channel, charlie.take(outbox.build(channel, outbox.batch(channel, 2), at=AT)), at=AT)
    Blob.objects.get().transfers.update(state="done", settled_at=AT)
    return ref


def gone(act):
    return erase.Thing("act", act.id, erase.merkle.sha256(act.raw))


def erased(act, ref, **how):
    made = erase.erase(rule="closed-dossiers", acts=[act.id], blob_ids=[ref.id], other=[gone(act)], at=AT, **how)
    del handler.kept[act.id]
    return made


@pytest.mark.django_db(transaction=True)
def test_bytes_and_files_are_gone_and_the_log_still_verifies(act, delivered):
    file = blobs.path(delivered.id)
    assert file.exists()
    made = erased(act, delivered)
    assert not file.exists()
    assert bytes(Envelope.objects.get().raw) == b""
    assert {one.kind for one in made.things.all()} == {"act", "blob", "envelope-out"}
    assert queries.verify_log().faults == ()
    with pytest.raises(blobs.UnknownBlob):
        next(blobs.open_blob(delivered.id, delivered.key))


def test_no_byte_of_it_is_left_in_the_database(act, delivered):
    erased(act, delivered)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert SECRET.encode() not in repr(cursor.fetchall()).encode()


def test_what_is_still_under_way_is_not_erased(act, charlie):
    actions.enqueue(act.raw, act=act.id, to=[charlie.authority], blobs=[], at=AT)
    with pytest.raises(erase.StillUnderWay):
        erase.erase(rule="closed-dossiers", acts=[act.id], at=AT)
    assert bytes(Envelope.objects.get().raw) != b""


class TestWhoHidesALossBehindAnErasure:
    def test_is_found_when_no_erasure_was_logged(self, act, delivered):
        handler.kept.clear()
        fake = Erasure.objects.create(number=1, rule="x", raw=b'{"things":[]}', at=AT, log_index=0)
        Erased.objects.create(erasure=fake, kind="act", name=act.id, sha256=gone(act).sha256)
        where = {fault.where for fault in queries.verify_log().faults}
        assert {"erasure 1", f"act {act.id}"} <= where

    def test_is_found_when_the_erasure_was_changed(self, act, delivered):
        made = erased(act, delivered)
        Erasure.objects.filter(pk=made.pk).update(raw=bytes(made.raw).replace(b"closed", b"opened"))
        assert {fault.where for fault in queries.verify_log().faults} == {"erasure 1"}

    def test_is_found_when_another_envelope_was_emptied(self, act, delivered):
        Envelope.objects.update(raw=b"")
        assert {fault.where for fault in queries.verify_log().faults} == {"envelope 1 to nl-prosecution"}

    def test_is_found_when_the_note_is_gone(self, act, delivered):
        erased(act, delivered)
        Erased.objects.all().delete()
        Erasure.objects.all().delete()
        assert "erasure 1" in {fault.where for fault in queries.verify_log().faults}
