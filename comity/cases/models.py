"""Private case files: a thin row for each case, and what people write down in it. Histories only grow.

Every row stands in a compartment of access (the case's, or a circle's within it) at a level.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

USER = settings.AUTH_USER_MODEL
COMPARTMENT = "access.Compartment"


class Numbering(models.Model):
    """The last case number given in a year; its row lock makes two openings take two numbers, without a gap."""

    year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Case(models.Model):
    """One case file. Its number is the name of its compartment; unit and members are those of the compartment.

    ``state``, ``reason`` and ``touched_at`` repeat the last event for lists, written in the same transaction.
    """

    number = models.CharField(primary_key=True, max_length=40)
    compartment = models.OneToOneField(COMPARTMENT, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    template = models.CharField(max_length=40, blank=True)
    purposes = models.JSONField(default=list)  # ids, see purposes
    state = models.CharField(max_length=10, default="open")
    reason = models.TextField(blank=True)  # why it rests or was closed
    state_at = models.DateTimeField()
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        ordering = ["-touched_at", "number"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="a_case_has_a_title"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "dormant", "closed"]), name="a_case_is_open_dormant_or_closed"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | ~Q(reason=""), name="a_case_rests_or_closes_for_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["state", "-touched_at"], name="cases_by_state")]

    def __str__(self) -> str:
        return self.number


class Circle(models.Model):
    """A circle of named people within a case; only they see that it is there."""

    compartment = models.OneToOneField(COMPARTMENT, primary_key=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="circles")
    level = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=120)
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["compartment_id"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="a_circle_has_a_title")]


class Note(models.Model):
    """What somebody wrote down. A correction is a row of its own; the old text stays."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    compartment = models.ForeignKey(COMPARTMENT, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    handling = models.JSONField(default=dict)
    text = models.TextField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, related_name="corrected_by", null=True)
    reason = models.CharField(max_length=200, blank=True)  # of the correction

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_note_has_words"),
            models.CheckConstraint(condition=Q(corrects__isnull=True) | ~Q(reason=""), name="a_correction_says_why"),
        ]
        indexes = [models.Index(fields=["case", "-at"], name="cases_note_case")]


class Task(models.Model):
    """Something to do in a case; who changed what stands in the events."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    compartment = models.ForeignKey(COMPARTMENT, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    collect = models.BooleanField(default=False)  # something that belongs into the file, ticked when it is there
    from_template = models.BooleanField(default=False)  # its words are then those of the template, and translated
    title = models.CharField(max_length=200)
    details = models.TextField(blank=True)
    assigned_to = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    due_on = models.DateField(null=True)
    priority = models.PositiveSmallIntegerField(default=1)  # 0 when there is time, 1 normal, 2 first
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    done_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="a_task_has_a_title"),
            models.CheckConstraint(condition=Q(priority__lte=2), name="a_task_has_one_of_three_priorities"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="somebody_did_a_task_that_is_done",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "done_at", "due_on"], name="cases_task_case"),
            models.Index(fields=["assigned_to", "done_at", "due_on"], name="cases_task_person"),
        ]


class Link(models.Model):
    """A dossier that belongs to a case, and why."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    compartment = models.ForeignKey(COMPARTMENT, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "dossier"], condition=Q(ended_at__isnull=True), name="a_case_links_a_dossier_once"
            )
        ]


class Event(models.Model):
    """Who did what in a case, and when. It only grows; ``telling`` has the sentence of each kind."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    compartment = models.ForeignKey(COMPARTMENT, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    what = models.CharField(max_length=24)
    about = models.CharField(max_length=64, blank=True)  # number of the note or task, id of the dossier
    values = models.JSONField(default=dict)  # what the sentence names
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["compartment", "at"], name="cases_event_compartment")]
