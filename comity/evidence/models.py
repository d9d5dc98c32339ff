"""Items, how they came of one another, their custody, and what a second person decides about them. Histories only grow.

Every row stands in a compartment of access at a level; bytes lie sealed in the exchange.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from comity.evidence.values import KINDS, PHYSICAL, STATES, WAYS

USER = settings.AUTH_USER_MODEL
COMPARTMENT = "access.Compartment"


class Numbering(models.Model):
    """The last item number given in a compartment; its row lock makes two people take two numbers."""

    compartment = models.OneToOneField(COMPARTMENT, primary_key=True, on_delete=models.PROTECT, related_name="+")
    last = models.PositiveIntegerField(default=0)


class Item(models.Model):
    """One thing or document. ``state``, ``holder``, ``head`` and ``entries`` repeat the end of its chain of custody."""

    compartment = models.ForeignKey(COMPARTMENT, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField(default=0)
    handling = models.JSONField(default=dict)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    description = models.TextField(blank=True)
    language = models.CharField(max_length=12, blank=True)  # of a document, where somebody said so

    name = models.CharField(max_length=255, blank=True)
    media_type = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    blob = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=128, blank=True)  # opens the blob; empty once the bytes were destroyed

    seal_number = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=200, blank=True)

    taken_at = models.DateTimeField(null=True)
    taken_where = models.CharField(max_length=200, blank=True)
    taken_by = models.CharField(max_length=200, blank=True)
    taken_from = models.CharField(max_length=200, blank=True)
    power = models.CharField(max_length=500, blank=True)
    provision = models.CharField(max_length=200, blank=True)
    instrument = models.CharField(max_length=40, blank=True)
    treaty = models.CharField(max_length=40, blank=True)

    originator = models.CharField(max_length=40, blank=True)  # the authority that gave it; empty: our own
    country = models.CharField(max_length=3, blank=True)  # of the originator, as its card said
    dossier = models.CharField(max_length=64, blank=True)
    act = models.CharField(max_length=64, blank=True)

    state = models.CharField(max_length=10, default="held")
    holder = models.CharField(max_length=200, blank=True)
    head = models.CharField(max_length=64, blank=True)
    entries = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)  # when all bytes were last read
    intact = models.BooleanField(null=True)  # and what came of it
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["compartment", "number"]
        indexes = [
            models.Index(fields=["sha256"], name="evidence_item_sha256"),
            models.Index(fields=["blob"], name="evidence_item_blob"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["compartment", "number"], name="items_of_a_compartment_are_numbered"),
            models.CheckConstraint(condition=~Q(title=""), name="an_item_has_a_title"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="an_item_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="an_item_has_one_of_four_states"),
            models.CheckConstraint(condition=Q(level__lte=3), name="an_item_has_one_of_four_levels"),
            models.CheckConstraint(
                condition=~Q(sha256="") & Q(size__isnull=False) | Q(kind__in=PHYSICAL),
                name="what_cannot_be_held_has_bytes",
            ),
            models.CheckConstraint(
                condition=Q(key="", state="destroyed") | ~Q(key="") | Q(sha256=""),
                name="only_destroyed_bytes_have_no_key",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        """Its name in this node: ``c-2026-0001/7``."""
        return f"{self.compartment.name}/{self.number}"

    @property
    def physical(self) -> bool:
        return self.kind in PHYSICAL and not self.sha256


class Derivation(models.Model):
    """That one item came of another. It only grows."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="sources")
    source = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="derived")
    compartment = models.ForeignKey(COMPARTMENT, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    way = models.CharField(max_length=20)
    tool = models.CharField(max_length=200, blank=True)
    person = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "source"], name="an_item_names_a_source_once"),
            models.CheckConstraint(condition=~Q(item=F("source")), name="nothing_comes_of_itself"),
            models.CheckConstraint(condition=Q(way__in=WAYS), name="a_derivation_is_of_a_known_way"),
            models.CheckConstraint(condition=~Q(person=""), name="somebody_made_what_is_derived"),
        ]


class Custody(models.Model):
    """One entry of a chain, kept as the bytes that were hashed; the other columns repeat them. It only grows."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="custody")
    compartment = models.ForeignKey(COMPARTMENT, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    number = models.PositiveIntegerField()
    what = models.CharField(max_length=12)
    raw = models.BinaryField()
    hash = models.CharField(max_length=64)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()  # when it happened
    recorded_at = models.DateTimeField()
    log_index = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["item", "number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="the_entries_of_a_chain_are_numbered"),
        ]
        indexes = [models.Index(fields=["compartment", "recorded_at"], name="evidence_custody_when")]


class Measure(models.Model):
    """A return or a destruction: proposed for reasons, decided by a second person."""

    KINDS = ("return", "destroy")
    DECISIONS = ("approved", "rejected", "withdrawn")

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="measures")
    compartment = models.ForeignKey(COMPARTMENT, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10)
    to = models.CharField(max_length=200, blank=True)  # to whom it is returned
    reasons = models.TextField()
    asked_by = models.CharField(max_length=200)  # the act, order or rule that asks for it
    proposed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decision = models.CharField(max_length=10, blank=True)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(decision=""), name="one_measure_for_an_item_is_proposed"
            ),
            models.CheckConstraint(condition=~Q(reasons="") & ~Q(asked_by=""), name="a_measure_has_reasons"),
            models.CheckConstraint(condition=Q(kind="destroy") | ~Q(to=""), name="what_is_returned_goes_to_somebody"),
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True)
                | Q(decision__in=["approved", "rejected", "withdrawn"], decided_by__isnull=False)
                & Q(decided_at__isnull=False),
                name="a_measure_is_open_or_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(decision="approved") | ~Q(decided_by=F("proposed_by")),
                name="a_second_person_approves_a_measure",
            ),
        ]
