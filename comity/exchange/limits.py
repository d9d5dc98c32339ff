"""Sizes and pauses of the exchange. ``settings.COMITY_EXCHANGE`` may name others, as tests do."""

from dataclasses import dataclass

from django.conf import settings

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


@dataclass(frozen=True)
class Limits:
    """Bytes and seconds."""

    batch_envelopes: int = 200
    batch_bytes: int = 4 * MIB
    push_bytes: int = 16 * MIB  # the largest push we take
    blob_bytes: int = 1024 * GIB  # the largest blob we take
    arriving_bytes: int = 2048 * GIB  # declared sizes of all unfinished blobs of one peer
    keep_free_bytes: int = 256 * MIB  # what stays free on the disk
    sync_chunks: int = 16  # chunks between two fsyncs of a blob, beside the next chunks; `have` moves only then

    poll: float = 0.5
    first_pause: float = 0.2
    last_pause: float = 300.0
    chunks_at_once: int = 3
    slice: float = 0.5  # a file is carried this long before acts that came meanwhile go first
    lease: float = 90.0  # longer than one request may take
    connect_timeout: float = 5.0
    answer_timeout: float = 60.0
    signature_age: int = 300  # how old a signed request may be


def limits() -> Limits:
    """The limits of this node."""
    return Limits(**getattr(settings, "COMITY_EXCHANGE", {}))
