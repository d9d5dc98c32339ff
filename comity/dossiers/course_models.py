"""How dossiers went, for figures: a projection of their acts, written with the row and made anew by `rebuild`."""

from django.db import models
from django.db.models import Q


class Course(models.Model):
    """One dossier in figures: when it was sent, when and how it was answered. No person, no word of its content."""

    dossier = models.OneToOneField(
        "dossiers.Dossier", on_delete=models.CASCADE, primary_key=True, related_name="course"
    )
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    instrument = models.CharField(max_length=40)
    country = models.CharField(max_length=3)  # of the counterpart
    incoming = models.BooleanField()
    sent_at = models.DateTimeField()  # as the opening act says
    month = models.CharField(max_length=7)  # of that moment in UTC: 2026-11
    outcome = models.CharField(max_length=10, blank=True)  # answered, refused, withdrawn; empty while it is open
    ground = models.CharField(max_length=60, blank=True)  # on which it was refused
    answered_at = models.DateTimeField(null=True)
    seconds = models.BigIntegerField(null=True)  # from sent to answered
    holder = models.CharField(max_length=4, blank=True)  # us or them must move next; empty: nobody

    class Meta:
        ordering = ["dossier"]
        indexes = [models.Index(fields=["unit", "sent_at"], name="dossiers_course_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["", "answered", "refused", "withdrawn"]), name="a_course_has_a_known_outcome"
            ),
            models.CheckConstraint(condition=Q(holder__in=["", "us", "them"]), name="we_hold_it_or_they_do"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, seconds__isnull=True)
                | Q(answered_at__isnull=False, seconds__gte=0),
                name="an_answer_took_a_time",
            ),
        ]


class Stay(models.Model):
    """One stage of one dossier: from when until when, and whose turn it was."""

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.CASCADE, related_name="stays")
    number = models.PositiveIntegerField()  # from 1
    stage = models.CharField(max_length=40)
    holder = models.CharField(max_length=4, blank=True)  # as in Course
    since = models.DateTimeField()
    seconds = models.BigIntegerField(null=True)  # null: it is there still

    class Meta:
        ordering = ["dossier", "number"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="the_stages_of_a_dossier_are_numbered"),
            models.CheckConstraint(condition=Q(seconds__isnull=True) | Q(seconds__gte=0), name="a_stay_took_a_time"),
        ]


class Handled(models.Model):
    """That a unit has had dossiers under an instrument: for filters, without looking through all of them."""

    unit = models.ForeignKey("access.Unit", on_delete=models.CASCADE, related_name="+")
    instrument = models.CharField(max_length=40)

    class Meta:
        ordering = ["instrument"]
        constraints = [models.UniqueConstraint(fields=["unit", "instrument"], name="a_unit_handles_a_kind_once")]
