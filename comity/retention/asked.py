"""What a person asked about data on them, the places where they stand, and reviews of persons kept for long."""

from django.conf import settings
from django.db import models
from django.db.models import Q

USER = settings.AUTH_USER_MODEL
WISHES = ("know", "correct", "erase", "restrict")
STATES = ("open", "answered", "withdrawn")
DECISIONS = ("", "told", "withheld", "somebody-else")
GROUNDS = ("a", "b", "c", "d", "e")
DONE = ("", "corrected", "restricted", "erased", "kept")


class Numbering(models.Model):
    """The last number of a year's inquiries; its row lock makes two openings take two numbers."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Inquiry(models.Model):
    """A person's request to know, correct, erase or restrict what is kept about them, and how it was answered."""

    number = models.CharField(primary_key=True, max_length=20)  # i-2026-0001
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    also = models.JSONField(default=list)  # other names and identifiers to look for
    wishes = models.JSONField(default=list)
    words = models.TextField(blank=True)  # what they write
    language = models.CharField(max_length=12)
    identity = models.CharField(max_length=300)  # how it was checked who asks
    received_on = models.DateField()
    due_on = models.DateField(null=True)  # where the law of the node names a day
    due_basis = models.CharField(max_length=200, blank=True)
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    searched_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="open")
    ended_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)  # why it was withdrawn
    answer = models.JSONField(null=True)  # as it was given

    class Meta:
        ordering = ["received_on", "number"]
        verbose_name_plural = "inquiries"
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(identity=""), name="an_inquiry_is_somebodys"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="an_inquiry_is_open_answered_or_withdrawn"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | ~Q(due_basis=""), name="a_day_for_an_answer_has_a_basis"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True, answer__isnull=True)
                | Q(state="answered", ended_by__isnull=False, ended_at__isnull=False, answer__isnull=False)
                | Q(state="withdrawn", ended_by__isnull=False, ended_at__isnull=False) & ~Q(reason=""),
                name="an_inquiry_is_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Place(models.Model):
    """One thing in which the person may stand; ``said`` is what a person wrote for the answer."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="places")
    kind = models.CharField(max_length=20)
    ref = models.CharField(max_length=80)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+", null=True)
    within = models.CharField(max_length=40, blank=True)  # the compartment, by name: who leads it decides
    found_by = models.JSONField(default=list)  # the words that led here
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=14, blank=True)
    ground = models.CharField(max_length=1, blank=True)
    reason = models.TextField(blank=True)
    said = models.JSONField(default=dict)  # {"data","purpose","origin","recipients"}
    done = models.CharField(max_length=10, blank=True)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["inquiry", "kind", "ref"]
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "kind", "ref"], name="a_place_is_listed_once"),
            models.CheckConstraint(condition=Q(decision__in=DECISIONS), name="a_place_is_decided_in_a_known_way"),
            models.CheckConstraint(condition=Q(done__in=DONE), name="a_place_is_dealt_with_in_a_known_way"),
            models.CheckConstraint(
                condition=~Q(decision="withheld") | Q(ground__in=GROUNDS) & ~Q(reason=""),
                name="what_is_withheld_from_a_person_has_a_ground",
            ),
            models.CheckConstraint(condition=Q(done="") | ~Q(reason=""), name="what_is_done_has_a_reason"),
            models.CheckConstraint(
                condition=Q(decision="", decided_by__isnull=True) | ~Q(decision="") & Q(decided_by__isnull=False),
                name="a_place_is_decided_by_somebody",
            ),
        ]


class Review(models.Model):
    """Somebody looked again whether a person of a case is still needed there. It only grows."""

    ref = models.CharField(max_length=80)  # of the subject
    within = models.CharField(max_length=40)
    keep = models.BooleanField()
    reason = models.TextField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["ref", "at"], name="retention_review_ref")]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_review_has_a_reason")]
