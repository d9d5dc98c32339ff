"""Rules of retention, what is held back from them, and the rounds of erasing; what people ask about data on them.

Rows end, they are never deleted.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

USER = settings.AUTH_USER_MODEL


class Rule(models.Model):
    """How long things of a kind are kept after they are over; the last rule of a kind counts."""

    kind = models.CharField(max_length=20)
    days = models.PositiveIntegerField(null=True)  # null: for good
    basis = models.CharField(max_length=300)
    set_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["set_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(basis=""), name="a_rule_of_retention_has_a_basis"),
            models.CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__gte=1), name="things_are_kept_a_day_at_least"
            ),
        ]


class Hold(models.Model):
    """Something that is kept although its time is over, and why."""

    kind = models.CharField(max_length=20)
    ref = models.CharField(max_length=80)
    reason = models.TextField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="something_is_held_for_a_reason"),
            models.UniqueConstraint(
                fields=["kind", "ref"], condition=Q(ended_at__isnull=True), name="a_thing_is_held_once"
            ),
        ]


class Run(models.Model):
    """One round: what was erased of each kind, and what could not be, with the reason."""

    at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)  # null: the worker
    night = models.DateField(null=True)  # of the worker's round: several workers make one
    ended = models.BooleanField(default=False)  # False: under way, or cut short
    erased = models.JSONField(default=list)  # [{"kind","ref","rows":{table: count}}]
    failed = models.JSONField(default=list)  # [{"kind","ref","code","says"}]
    left = models.JSONField(default=list)  # where copies may be left until the next round, in words

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["night"], name="a_night_has_one_round")]


# The rest of this room's tables: what people ask, and what is to be looked at again.
from comity.retention.asked import Inquiry as Inquiry  # noqa: E402
from comity.retention.asked import Numbering as Numbering  # noqa: E402
from comity.retention.asked import Place as Place  # noqa: E402
from comity.retention.asked import Review as Review  # noqa: E402
