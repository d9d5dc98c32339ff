"""Who needs to know: compartments and their members, clearances, deputies, and glass that was broken.

Rows end, they are never deleted. Every private row of the rooms above stands in a compartment.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

USER = settings.AUTH_USER_MODEL


class Compartment(models.Model):
    """What a group of people needs to know: a case, or (``parent``) a circle within one for named people only."""

    name = models.CharField(max_length=40, unique=True)  # the case's number, or that with the circle's
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    need = models.CharField(max_length=10, default="members")  # "unit": everybody in the unit reads it
    level = models.PositiveSmallIntegerField(default=0)  # see levels; material in it may stand higher, never lower
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="circles", null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_compartment_has_a_name"),
            models.CheckConstraint(
                condition=Q(need="members") | Q(need="unit", parent__isnull=True),
                name="a_compartment_is_for_members_or_the_unit",
            ),
            models.CheckConstraint(condition=Q(level__lte=3), name="a_compartment_has_one_of_four_levels"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person's part in a compartment, until a day or until somebody ends it."""

    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="memberships")
    part = models.CharField(max_length=10)
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)  # null: the command line
    added_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(part__in=["lead", "member", "reader"]), name="a_part_is_lead_member_or_reader"
            ),
            models.UniqueConstraint(
                fields=["compartment", "user"], condition=Q(ended_at__isnull=True), name="a_seat_is_held_once"
            ),
        ]
        indexes = [models.Index(fields=["user", "ended_at"], name="access_seat_user")]


class Clearance(models.Model):
    """Up to which level a person is cleared; without an open row, for what is open only."""

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="clearances")
    level = models.PositiveSmallIntegerField()
    given_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    given_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["given_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(level__lte=3), name="a_clearance_is_one_of_four_levels"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="a_person_has_one_clearance"
            ),
        ]


class Deputy(models.Model):
    """Who stands in for an absent colleague, from when until when: with that colleague's roles and seats."""

    absent = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="stands_in_for", null=True)  # null: nobody
    starts_at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    named_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    named_at = models.DateTimeField()
    ended_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("starts_at")), name="an_absence_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(deputy=F("absent")), name="nobody_is_their_own_deputy"),
        ]


class Emergency(models.Model):
    """The glass of a compartment, broken by somebody who had no seat in it: why, for how long, and who reviewed it."""

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="emergencies")
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="emergencies")
    reason = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField()
    reviewed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    reviewed_at = models.DateTimeField(null=True)
    justified = models.BooleanField(null=True)
    finding = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="glass_is_broken_for_a_reason"),
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="a_broken_glass_is_for_a_time"),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True) | Q(justified__isnull=False) & ~Q(finding=""),
                name="a_review_says_what_it_found",
            ),
        ]
