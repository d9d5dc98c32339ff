import hashlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.exchange.wire import blob, strict
from comity.exchange.wire.blob import CHUNK, TAG
from tests.vectors.make import pattern

PLAIN = pattern(2 * CHUNK + 12345)


@pytest.fixture(scope="module")
def sealed():
    stored = io.BytesIO()
    made = blob.seal_stream(io.BytesIO(PLAIN), stored)
    return made, stored.getvalue()


class Trickle:
    """A reader that has only ``read`` and gives little at a time, as a network does."""

    def __init__(self, data, step):
        self.inner, self.step = io.BytesIO(data), step

    def read(self, size):
        return self.inner.read(min(size, self.step))


def opened(made, stored, **more):
    return b"".join(blob.open_stream(io.BytesIO(stored), made.manifest, more.pop("key", made.key), **more))


def test_comes_out_as_it_went_in(sealed):
    made, stored = sealed
    assert opened(made, stored, sha256=made.sha256) == PLAIN
    assert made.sha256 == hashlib.sha256(PLAIN).hexdigest()
    assert made.size == len(PLAIN)
    assert len(stored) == made.manifest.stored_size
    assert blob.read_manifest(made.manifest.raw, made.id) == made.manifest


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, 5 * CHUNK + 1])
def test_every_size_around_a_chunk(size):
    plain, stored = pattern(size), io.BytesIO()
    made = blob.seal_stream(Trickle(plain, 1_000_003), stored)
    assert made.manifest.count == blob.chunks_of(size) == max(1, -(-size // CHUNK))
    assert opened(made, stored.getvalue(), sha256=hashlib.sha256(plain).hexdigest()) == plain
    stored.seek(0)
    assert list(blob.faults(stored, made.manifest)) == []


def test_chunks_are_checked_one_by_one_without_the_key(sealed):
    made, stored = sealed
    manifest = made.manifest
    for n in range(manifest.count):
        data = stored[manifest.offset(n) :][: manifest.length(n)]
        blob.check_chunk(manifest, n, data)
        for wrong in (data[:-1], data + b"x", b"\x00" * len(data), bytes([data[0] ^ 1]) + data[1:]):
            with pytest.raises(blob.BadChunk):
                blob.check_chunk(manifest, n, wrong)
    for n in (-1, manifest.count):
        with pytest.raises(blob.BadChunk):
            blob.check_chunk(manifest, n, b"")


def test_faults_name_the_chunk(sealed):
    made, stored = sealed
    changed = bytearray(stored)
    changed[CHUNK + TAG + 7] ^= 1
    assert list(blob.faults(io.BytesIO(changed), made.manifest)) == [1]
    assert list(blob.faults(io.BytesIO(stored[:-1]), made.manifest)) == [2]
    assert list(blob.faults(io.BytesIO(b""), made.manifest)) == [0, 1, 2]


@settings(max_examples=25, deadline=None)
@given(place=st.integers(0, 2 * (CHUNK + TAG) + 12345 + TAG - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_does_not_open(sealed, place, bit):
    made, stored = sealed
    changed = bytearray(stored)
    changed[place] ^= 1 << bit
    with pytest.raises(blob.DoesNotOpen) as caught:
        opened(made, bytes(changed))
    assert caught.value.fields["n"] == place // (CHUNK + TAG)


def test_moved_dropped_and_added_chunks_do_not_open(sealed):
    made, stored = sealed
    first, second, third = (stored[at : at + CHUNK + TAG] for at in range(0, len(stored), CHUNK + TAG))
    for row in (second + first + third, second + third, first + first + third, first + second):
        with pytest.raises(blob.DoesNotOpen):
            opened(made, row)


def test_a_shortened_blob_does_not_open_even_with_a_matching_manifest(sealed):
    made, stored = sealed
    short = blob._manifest(2 * CHUNK, made.manifest.hashes[:64])
    with pytest.raises(blob.DoesNotOpen) as caught:
        b"".join(blob.open_stream(io.BytesIO(stored), short, made.key))
    assert caught.value.fields["n"] == 1


def test_another_key_does_not_open(sealed):
    made, stored = sealed
    with pytest.raises(blob.DoesNotOpen):
        opened(made, stored, key=bytes(32))


def test_another_file_than_the_act_describes(sealed):
    made, stored = sealed
    with pytest.raises(blob.ContentDiffers):
        opened(made, stored, sha256="ab" * 32)


def test_each_blob_has_its_own_key_and_name():
    first, second = (blob.seal_stream(io.BytesIO(b"same"), io.BytesIO()) for _ in range(2))
    assert first.key != second.key
    assert first.id != second.id
    assert first.sha256 == second.sha256
    assert str(first.key) not in repr(first)


def test_a_reader_that_is_not_read_to_the_end_leaves_no_thread_behind(sealed):
    made, stored = sealed
    stream = blob.open_stream(io.BytesIO(stored), made.manifest, made.key, sha256=made.sha256)
    assert len(next(stream)) == CHUNK
    stream.close()


def test_a_failing_writer_is_heard():
    class Full:
        def write(self, data):
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        blob.seal_stream(io.BytesIO(PLAIN), Full())


def test_too_large_a_manifest_is_refused():
    with pytest.raises(strict.TooLarge):
        blob.read_manifest(b"x" * (blob.MANIFEST_LIMIT + 1))


def test_memory_stays_constant():
    """A hundred mebibytes pass through fewer than fifty: buffers, not the file."""
    import tracemalloc

    class Zeros:
        left = 100 * 1024 * 1024

        def readinto(self, view):
            count = min(len(view), self.left)
            self.left -= count
            return count

    class Nowhere:
        def write(self, data):
            return len(data)

    tracemalloc.start()
    blob.seal_stream(Zeros(), Nowhere())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * 1024 * 1024
