"""Rows of the exchange; private to this room. docs/rooms/exchange.md says what each holds."""

from django.db import models
from django.db.models import F, Q

SHA256 = 64  # hexadecimal digits


class Peer(models.Model):
    """An authority whose card was verified and pinned."""

    authority = models.CharField(max_length=40)
    status = models.CharField(max_length=8, choices=[("active", "active"), ("removed", "removed")], default="active")
    card = models.BinaryField()
    serial = models.PositiveBigIntegerField()
    fingerprint = models.CharField(max_length=SHA256)
    endpoint = models.CharField(max_length=300)
    pinned_at = models.DateTimeField()
    pinned_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority"], name="a_peer_is_listed_once"),
            models.CheckConstraint(condition=Q(status__in=["active", "removed"]), name="a_peer_is_active_or_removed"),
        ]


class PeerCard(models.Model):
    """A card of a peer as it was accepted; the list only grows."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="cards")
    serial = models.PositiveBigIntegerField()
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=SHA256)
    accepted_at = models.DateTimeField()
    accepted_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["peer", "sha256"], name="a_peers_card_is_kept_once"),
        ]


class OwnCard(models.Model):
    """A card that we published. ``content`` is the digest of what it says apart from serial and time."""

    serial = models.PositiveBigIntegerField()
    content = models.CharField(max_length=SHA256)
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=SHA256)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["serial"], name="our_card_serials_do_not_repeat")]


class RequirementList(models.Model):
    """Our requirements as they stood after one change; the list only grows, so any earlier state can be taken up again.

    ``entries`` are what an administrator filled in (``instruments.requirement_kinds.Entry``). A published one holds
    the ``rules`` that stand on our card.
    """

    STEPS = ("imported", "added", "changed", "moved", "removed", "taken-back", "published")

    number = models.PositiveBigIntegerField()
    what = models.CharField(max_length=10, choices=[(one, one) for one in STEPS])
    about = models.CharField(max_length=80, blank=True)  # the requirement that changed
    entries = models.JSONField()
    rules = models.JSONField(null=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="lists_of_requirements_are_numbered"),
            models.CheckConstraint(
                condition=Q(what="published", rules__isnull=False) | (~Q(what="published") & Q(rules__isnull=True)),
                name="a_published_list_holds_its_rules",
            ),
        ]


class Channel(models.Model):
    """One direction of the traffic with a peer; ``seq`` and ``hash`` are its last envelope."""

    OUT, IN = "out", "in"

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="channels")
    direction = models.CharField(max_length=3, choices=[(OUT, OUT), (IN, IN)])
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=SHA256, default="0" * SHA256)
    acked_seq = models.PositiveBigIntegerField(default=0)
    stopped = models.BooleanField(default=False)
    waiting_on = models.TextField(blank=True)
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_contact_at = models.DateTimeField(null=True)
    lease = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["peer", "direction"], name="one_channel_per_peer_and_direction"),
            models.CheckConstraint(condition=Q(direction__in=["out", "in"]), name="a_channel_goes_out_or_in"),
            models.CheckConstraint(condition=Q(acked_seq__lte=F("seq")), name="no_more_acknowledged_than_queued"),
        ]


class Envelope(models.Model):
    """The bytes at one position of a channel, and what became of them."""

    WAITING, DELIVERED, REFUSED = "waiting", "delivered", "refused"

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="envelopes")
    seq = models.PositiveBigIntegerField()
    raw = models.BinaryField()
    hash = models.CharField(max_length=SHA256)
    act = models.CharField(max_length=SHA256, blank=True)  # empty: it could not be opened
    state = models.CharField(max_length=9, choices=[(s, s) for s in (WAITING, DELIVERED, REFUSED)])
    code = models.CharField(max_length=80, blank=True)
    says = models.TextField(blank=True)
    queued_at = models.DateTimeField()  # or arrived at
    settled_at = models.DateTimeField(null=True)
    log_index = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "seq"], name="a_position_of_a_channel_is_taken_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at__isnull=True)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="an_envelope_waits_or_is_settled",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(code=""), name="a_refusal_has_a_code"),
        ]
        indexes = [
            models.Index(fields=["act"], name="envelopes_of_an_act"),
            models.Index(fields=["channel", "state"], name="envelopes_by_state"),
        ]


class Receipt(models.Model):
    """A signed statement of how far a channel goes: by its receiver, or (``HEAD``) by its sender in a push to us."""

    GIVEN, GOT, HEAD = "given", "got", "head"

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="receipts")
    way = models.CharField(max_length=5, choices=[(GIVEN, GIVEN), (GOT, GOT), (HEAD, HEAD)])
    seq = models.PositiveBigIntegerField()
    since = models.PositiveBigIntegerField(default=0)  # refusals after this position are listed
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=SHA256)
    at = models.DateTimeField()
    log_index = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["peer", "way", "sha256"], name="a_receipt_is_kept_once"),
        ]
        indexes = [models.Index(fields=["peer", "way", "seq"], name="receipts_by_position")]


class Blob(models.Model):
    """Sealed content in chunks; the file lies in the node's folder under its id."""

    ANNOUNCED, ARRIVING, COMPLETE = "announced", "arriving", "complete"

    id = models.CharField(primary_key=True, max_length=SHA256)
    manifest = models.BinaryField(default=b"")
    size = models.PositiveBigIntegerField(default=0)  # of the plaintext
    chunks = models.PositiveBigIntegerField(default=0)
    have = models.PositiveBigIntegerField(default=0)  # chunks safely on disk, from the first on
    state = models.CharField(max_length=9, choices=[(s, s) for s in (ANNOUNCED, ARRIVING, COMPLETE)])
    created_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    log_index = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(have__lte=F("chunks")), name="no_more_chunks_than_the_manifest_says"),
            models.CheckConstraint(
                condition=~Q(state="complete") | Q(have=F("chunks"), log_index__isnull=False),
                name="a_complete_blob_has_every_chunk_and_is_logged",
            ),
        ]


class BlobTransfer(models.Model):
    """A blob on its way to a peer, or awaited from one."""

    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="transfers")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="transfers")
    direction = models.CharField(max_length=3, choices=[("out", "out"), ("in", "in")])
    after_seq = models.PositiveBigIntegerField(default=0)  # out: the envelope that announces it
    have = models.PositiveBigIntegerField(default=0)  # out: chunks that the peer holds
    state = models.CharField(max_length=7, choices=[(s, s) for s in ("waiting", "done", "dropped")], default="waiting")
    settled_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)  # what it waits on, or why it was dropped
    next_try_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["peer", "blob", "direction"], name="a_blob_travels_once_per_peer_and_way"),
            models.CheckConstraint(condition=Q(direction__in=["out", "in"]), name="a_blob_goes_out_or_in"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "dropped"]), name="a_transfer_waits_or_is_settled"
            ),
        ]


class LogHead(models.Model):
    """One row: how many entries the log has. Its lock serialises those who append."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="there_is_one_log")]


class LogEntry(models.Model):
    """A leaf of the log. ``entry`` are its bytes; the other columns repeat them for searching."""

    index = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=SHA256)
    at = models.DateTimeField()
    entry = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["kind", "name"], name="log_entries_by_name")]


class LogTile(models.Model):
    """Up to 256 hashes of one level of the tree (C2SP tlog-tiles)."""

    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="a_tile_is_kept_once")]


class Checkpoint(models.Model):
    """A signed head of the log."""

    size = models.PositiveBigIntegerField(primary_key=True)
    note = models.BinaryField()
    at = models.DateTimeField()
