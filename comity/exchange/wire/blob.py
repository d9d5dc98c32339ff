"""Files of any size, sealed in chunks and named by their content (docs/spec/blob.md). Memory stays constant.

The chunks are a STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance, CRYPTO 2015): a counter and a last-chunk flag in the nonce, so that no chunk
can be moved, dropped or added.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import Field

from comity.exchange.wire.strict import HIGHEST, Malformed, Number, Strict, b64, body, read_object, unb64
from comity.lib.canonical import canonical
from comity.lib.errors import BadInput

KIND = "comity-blob/1"
CHUNK = 4 * 1024 * 1024
TAG = 16
HASH = 32
MANIFEST_LIMIT = 16 * 1024 * 1024  # names chunks of about 1.5 TB
HEADER = canonical({"chunk": CHUNK, "kind": KIND})  # associated data of every chunk
BUFFERS = 3  # one being read, one being sealed and written, one still being hashed


class NotAManifest(BadInput):
    code = "wire.not-a-manifest"
    says = "This is not the manifest of a blob: {why}."
    next_step = "Ask the sender to send it again."


class BadChunk(BadInput):
    code = "wire.bad-chunk"
    says = "Chunk {n} of blob {blob} is not the one that its manifest names."
    next_step = "Fetch it again; if it was already stored, the disk or someone on this machine changed it."


class DoesNotOpen(BadInput):
    code = "wire.blob-does-not-open"
    says = "Chunk {n} of blob {blob} does not open with this key."
    next_step = "Run 'comity log verify' to see if the stored bytes were changed; if not, ask for the key."


class ContentDiffers(BadInput):
    code = "wire.blob-content-differs"
    says = "The content of blob {blob} is not the file that the act describes."
    next_step = "Do not use it. Ask the sender which of the two it means."


class Reader(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Writer(Protocol):
    def write(self, data: memoryview, /) -> Any: ...


class ManifestBody(Strict):
    kind: Literal["comity-blob/1"]
    chunk: Literal[4194304]
    size: Annotated[Number, Field(le=HIGHEST)]
    chunks: str


@dataclass(frozen=True)
class Manifest:
    """Names every sealed chunk. ``id``, the hash of ``raw``, names the blob; size shows, content not."""

    raw: bytes = field(repr=False)
    id: str
    size: int  # of the plaintext
    hashes: bytes = field(repr=False)  # SHA-256 of each sealed chunk, one after the other

    @cached_property
    def count(self) -> int:
        return len(self.hashes) // HASH

    @property
    def stored_size(self) -> int:
        """Bytes of all sealed chunks, laid one after the other."""
        return self.size + self.count * TAG

    def offset(self, n: int) -> int:
        """Where chunk ``n`` (from 0) starts in that row."""
        return n * (CHUNK + TAG)

    def length(self, n: int) -> int:
        """How many bytes sealed chunk ``n`` has.

        :raises BadChunk: there is no such chunk.
        """
        if not 0 <= n < self.count:
            raise BadChunk(n=n, blob=self.id)
        return min(CHUNK, self.size - n * CHUNK) + TAG

    def hash(self, n: int) -> bytes:
        return self.hashes[n * HASH : (n + 1) * HASH]


@dataclass(frozen=True)
class Sealed:
    """What came out of sealing. ``key`` opens the blob and travels only inside a sealed act."""

    manifest: Manifest
    sha256: str  # of the plaintext
    key: bytes = field(repr=False)

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def size(self) -> int:
        return self.manifest.size


def read_manifest(raw: bytes, id: str | None = None) -> Manifest:
    """Read a manifest, following docs/spec/blob.md section 4.

    :param id: the blob that it must describe, if the caller expects one.
    :raises TooLarge: more than 16 MiB.
    :raises NotAManifest: malformed, another blob's, or a number of chunks that does not fit the size.
    """
    try:
        told = body(ManifestBody, read_object(raw, MANIFEST_LIMIT, "the manifest"), "the manifest")
        hashes = unb64(told.chunks, "the list of chunks")
    except Malformed as error:
        raise NotAManifest(why=error.sentence.rstrip(".")) from None
    if len(hashes) != chunks_of(told.size) * HASH:
        raise NotAManifest(why=f"{told.size} bytes do not make {len(hashes) / HASH:g} chunks")
    found = hashlib.sha256(raw).hexdigest()
    if id is not None and found != id:
        raise NotAManifest(why=f"it describes blob {found}")
    return Manifest(raw, found, told.size, hashes)


def chunks_of(size: int) -> int:
    """How many chunks a plaintext makes; an empty one makes one, so that its end is authenticated too."""
    return max(1, -(-size // CHUNK))


def check_chunk(manifest: Manifest, n: int, data: bytes | bytearray | memoryview) -> None:
    """Is this chunk ``n``? Needs no key, so it is asked on arrival, before anything is stored.

    :raises BadChunk: it is not.
    """
    if len(data) != manifest.length(n) or hashlib.sha256(data).digest() != manifest.hash(n):
        raise BadChunk(n=n, blob=manifest.id)


def faults(reader: Reader, manifest: Manifest) -> Iterator[int]:
    """The chunks of a stored blob that are missing or changed."""
    view = memoryview(bytearray(CHUNK + TAG))
    for n in range(manifest.count):
        got = _fill(reader, view[: manifest.length(n)])
        try:
            check_chunk(manifest, n, view[:got])
        except BadChunk:
            yield n


def seal_stream(reader: Reader, writer: Writer, *, key: bytes | None = None) -> Sealed:
    """Seal everything that ``reader`` has into ``writer``, one sealed chunk after the other.

    Both hashes run in threads of their own beside reading, sealing and writing: SHA-256 is the slowest part,
    and it lets go of the interpreter while it works.

    :param key: only for test vectors. A key must never seal two blobs; without it a fresh one is drawn.
    """
    key = key or AESGCM.generate_key(256)
    work = _Sealing(AESGCM(key), writer)
    with ThreadPoolExecutor(1) as plain_pool, ThreadPoolExecutor(1) as sealed_pool:
        plain = [memoryview(bytearray(CHUNK)) for _ in range(BUFFERS)]
        busy: list[Future[None] | None] = [None] * BUFFERS
        digest = hashlib.sha256()
        here = _fill(reader, plain[0])
        size, n = here, 0
        while True:
            following = (n + 1) % BUFFERS
            _wait(busy[following])
            # Only after looking ahead is it known whether this chunk is the last.
            ahead = _fill(reader, plain[following]) if here == CHUNK else 0
            current = plain[n % BUFFERS][:here]
            busy[n % BUFFERS] = plain_pool.submit(digest.update, current)
            work.chunk(n, current, last=ahead == 0, pool=sealed_pool)
            if ahead == 0:
                break
            size, here, n = size + ahead, ahead, n + 1
    hashes = b"".join(future.result() for future in work.hashes)
    for future in busy:
        _wait(future)
    return Sealed(_manifest(size, hashes), digest.hexdigest(), key)


class _Sealing:
    """Seals chunks into a ring of buffers; a buffer is used again only after its hash is known."""

    def __init__(self, cipher: AESGCM, writer: Writer) -> None:
        self.cipher = cipher
        self.writer = writer
        self.ring = [memoryview(bytearray(CHUNK + TAG)) for _ in range(BUFFERS)]
        self.hashes: list[Future[bytes]] = []

    def chunk(self, n: int, plain: memoryview, *, last: bool, pool: ThreadPoolExecutor) -> None:
        if n >= BUFFERS:
            self.hashes[n - BUFFERS].result()
        out = self.ring[n % BUFFERS][: len(plain) + TAG]
        self.cipher.encrypt_into(_nonce(n, last), plain, HEADER, out)
        self.hashes.append(pool.submit(_digest, out))
        self.writer.write(out)


def open_stream(reader: Reader, manifest: Manifest, key: bytes, *, sha256: str | None = None) -> Iterator[bytes]:
    """The plaintext, chunk by chunk; each is authentic before it is handed out, the whole only at the end.

    Chunk hashes are not taken again here: the tag tells a changed chunk, and arrival checked the hash.

    :param sha256: of the plaintext, as the act names it; checked after the last chunk.
    :raises DoesNotOpen: another key, or a chunk that was changed, moved or cut off.
    :raises ContentDiffers: the plaintext is another than ``sha256`` says.
    """
    cipher = AESGCM(key)
    view = memoryview(bytearray(CHUNK + TAG))
    digest = hashlib.sha256()
    hashing: Future[None] | None = None
    with ThreadPoolExecutor(1) as pool:
        for n in range(manifest.count):
            got = _fill(reader, view[: manifest.length(n)])
            try:
                plain = cipher.decrypt(_nonce(n, n == manifest.count - 1), view[:got], HEADER)
            except (InvalidTag, ValueError):
                raise DoesNotOpen(n=n, blob=manifest.id) from None
            if sha256 is not None:
                _wait(hashing)  # at most one chunk is held back for hashing
                hashing = pool.submit(digest.update, plain)
            yield plain
        _wait(hashing)
    if sha256 is not None and digest.hexdigest() != sha256:
        raise ContentDiffers(blob=manifest.id)


def _manifest(size: int, hashes: bytes) -> Manifest:
    raw = canonical({"kind": KIND, "chunk": CHUNK, "size": size, "chunks": b64(hashes)})
    return Manifest(raw, hashlib.sha256(raw).hexdigest(), size, hashes)


def _nonce(n: int, last: bool) -> bytes:
    return n.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _digest(data: memoryview) -> bytes:
    return hashlib.sha256(data).digest()


def _wait(future: Future[None] | None) -> None:
    if future is not None:
        future.result()


def _fill(reader: Reader, view: memoryview) -> int:
    """Read until the view is full or the reader ends; how many bytes came."""
    readinto = getattr(reader, "readinto", None)
    got = 0
    while got < len(view):
        if readinto is not None:
            count = readinto(view[got:])
        else:
            part = reader.read(len(view) - got)
            count = len(part)
            view[got : got + count] = part
        if not count:
            break
        got += count
    return got
