"""Windows, their lists, codes, stays and visits. Histories only grow; what a window once was is never changed."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from comity.access.grows import HistoryRows

USER = settings.AUTH_USER_MODEL
COMPARTMENT = "access.Compartment"
CONTACTS = ("paper", "in-person", "post", "phone")
GROUNDS = (
    "not-as-evidence", "privilege", "protection-of-a-person", "other-proceeding", "public-security", "private-life",
    "not-relevant", "other",
)  # fmt: skip
"""Grounds from which a person chooses; on which provision one rests is for that person to say, in words."""
VISITS = ("signed-in", "list", "item", "bundle", "signed-out", "refused")


class Window(models.Model):
    """Access of one person to items of a case, for a time. Its state follows from who decided what, and when."""

    id = models.CharField(primary_key=True, max_length=20)  # ``w-`` and letters that nobody guesses
    compartment = models.ForeignKey(COMPARTMENT, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    recipient = models.CharField(max_length=200)
    function = models.CharField(max_length=200)
    contact = models.CharField(max_length=12)
    purpose = models.CharField(max_length=400)
    language = models.CharField(max_length=12, default="en")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    proposed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    reason = models.TextField(blank=True)  # why it was not approved
    ended_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at", "id"]
        indexes = [models.Index(fields=["compartment", "proposed_at"], name="disclosure_window_case")]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="a_window_closes_after_it_opens"),
            models.CheckConstraint(condition=~Q(recipient="") & ~Q(purpose=""), name="a_window_is_for_somebody"),
            models.CheckConstraint(condition=Q(contact__in=CONTACTS), name="a_window_says_how_to_reach_them"),
            models.CheckConstraint(condition=Q(level__lte=3), name="a_window_has_one_of_four_levels"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="a_second_person_decides_on_a_window",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, approved__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, approved=True, decided_by__isnull=False)
                | (Q(decided_at__isnull=False, approved=False, decided_by__isnull=False) & ~Q(reason="")),
                name="a_decision_on_a_window_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(end_reason="") & Q(approved=True),
                name="a_window_ends_early_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.id


class Listed(models.Model):
    """One line of a window's list. ``entry`` is what the line says of the item, or commits to where it is withheld."""

    window = models.ForeignKey(Window, on_delete=models.PROTECT, related_name="lines")
    compartment = models.ForeignKey(COMPARTMENT, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    n = models.PositiveIntegerField()
    item = models.CharField(max_length=64)  # its name in evidence
    disclosed = models.BooleanField()
    ground = models.CharField(max_length=30, blank=True)
    words = models.CharField(max_length=1000, blank=True)
    entry = models.JSONField()
    salt = models.CharField(max_length=64, blank=True)  # hex; opens the commitment, for the court alone

    class Meta:
        ordering = ["window", "n"]
        constraints = [
            models.UniqueConstraint(fields=["window", "n"], name="the_lines_of_a_list_are_numbered"),
            models.UniqueConstraint(fields=["window", "item"], name="an_item_is_listed_once"),
            models.CheckConstraint(
                condition=Q(disclosed=True, ground="", salt="")
                | (Q(disclosed=False, ground__in=GROUNDS) & ~Q(salt="")),
                name="what_is_withheld_has_a_ground",
            ),
        ]


class Sealed(models.Model):
    """What the approval of a window made: everything of its bundle but the items' bytes. It is written once."""

    window = models.OneToOneField(Window, primary_key=True, on_delete=models.PROTECT, related_name="sealed")
    head = models.BinaryField()  # the signed list
    name = models.CharField(max_length=64, unique=True)  # its id, and its name in the log
    root = models.CharField(max_length=64)
    index = models.BinaryField()
    card = models.BinaryField()
    log = models.BinaryField()
    at = models.DateTimeField()
    log_index = models.PositiveBigIntegerField()

    objects = models.Manager.from_queryset(HistoryRows)()


class Code(models.Model):
    """A one-time code that was handed out. Only its hash is kept."""

    window = models.ForeignKey(Window, on_delete=models.PROTECT, related_name="codes")
    hash = models.CharField(max_length=64)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["window"],
                condition=Q(used_at__isnull=True, ended_at__isnull=True),
                name="one_code_waits_at_a_time",
            )
        ]


class Stay(models.Model):
    """A visitor who signed in, until they sign out, another code is handed out, or the window closes."""

    window = models.ForeignKey(Window, on_delete=models.PROTECT, related_name="stays")
    code = models.OneToOneField(Code, on_delete=models.PROTECT, related_name="stay")
    hash = models.CharField(max_length=64, unique=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["began_at", "id"]


class Visit(models.Model):
    """What was done in a window, and from where. It only grows."""

    window = models.ForeignKey(Window, on_delete=models.PROTECT, related_name="visits")
    what = models.CharField(max_length=12)
    n = models.PositiveIntegerField(null=True)  # the line of the list that was opened
    source = models.CharField(max_length=64, blank=True)  # the address it came from
    at = models.DateTimeField()

    objects: Any = models.Manager.from_queryset(HistoryRows)()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["window", "what", "at"], name="disclosure_visit_when")]
        constraints = [models.CheckConstraint(condition=Q(what__in=VISITS), name="a_visit_is_of_a_known_kind")]
