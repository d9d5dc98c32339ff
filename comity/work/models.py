"""What a unit does with what lies before it: triage, escalation, urgency, reminders. Dossiers are named by number."""

from django.conf import settings
from django.db import models
from django.db.models import Q

USER = settings.AUTH_USER_MODEL


class Triage(models.Model):
    """What somebody decided on a dossier that arrived; the last one counts, and none is changed."""

    HIGH, NORMAL, LOW = "high", "normal", "low"

    dossier = models.CharField(max_length=64)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    priority = models.CharField(max_length=10, default=NORMAL)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["dossier", "at"], name="work_triage_dossier")]
        constraints = [
            models.CheckConstraint(
                condition=Q(priority__in=["high", "normal", "low"]), name="a_priority_is_one_of_three"
            )
        ]


class Ladder(models.Model):
    """The rules of escalation of this node: ``[[hours before the end, who]]``, earliest first. The last one counts."""

    steps = models.JSONField()
    set_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["set_at", "id"]


class Escalation(models.Model):
    """That one end of one dossier comes near, told to somebody: each step once. Acknowledged by a person."""

    dossier = models.CharField(max_length=64)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    due_ref = models.CharField(max_length=64)
    step = models.PositiveSmallIntegerField()  # from 1
    reaches = models.CharField(max_length=12)
    officer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)  # who held it then
    at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    acknowledged_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(
                fields=["unit", "reaches", "due_at"], condition=Q(acknowledged_at=None), name="work_escalation_open"
            ),
            models.Index(fields=["officer"], condition=Q(acknowledged_at=None), name="work_escalation_officer"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "due_ref", "due_at", "step"], name="a_step_is_taken_once"),
            models.CheckConstraint(
                condition=Q(reaches__in=["officer", "supervisor", "head"]), name="an_escalation_reaches_somebody"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by=None, acknowledged_at=None)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False) & ~Q(note=""),
                name="who_takes_notice_says_what_follows",
            ),
        ]


class Budget(models.Model):
    """How many markings as urgent a unit has in a month. The last one counts."""

    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    set_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["set_at", "id"]
        indexes = [models.Index(fields=["unit", "set_at"], name="work_budget_unit")]


class Month(models.Model):
    """How much of its budget a unit spent in a month; its row lock makes two markings at once spend two."""

    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)  # 2026-11, at the node
    spent = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["month", "unit"]
        constraints = [models.UniqueConstraint(fields=["unit", "month"], name="a_unit_spends_a_month_once")]


class Urgent(models.Model):
    """Something of one's own marked as urgent, and what that cost. It may be downgraded; what was spent stays spent."""

    kind = models.CharField(max_length=10)
    ref = models.CharField(max_length=64)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    reason = models.CharField(max_length=500)
    over = models.CharField(max_length=500, blank=True)  # an approver's reason, where the budget was spent
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    downgraded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    downgraded_at = models.DateTimeField(null=True)
    downgraded_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["unit", "month"], name="work_urgent_month")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["dossier", "draft", "task"]), name="urgent_is_one_of_our_things"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="what_is_urgent_has_a_reason"),
            models.UniqueConstraint(
                fields=["kind", "ref"], condition=Q(downgraded_at=None), name="a_thing_is_marked_urgent_once"
            ),
            models.CheckConstraint(
                condition=Q(downgraded_by=None, downgraded_at=None)
                | Q(downgraded_by__isnull=False, downgraded_at__isnull=False) & ~Q(downgraded_reason=""),
                name="a_downgrade_has_a_reason",
            ),
        ]


class Profile(models.Model):
    """How a user is reached and works: mail address, rhythm of reminders, languages."""

    NONE, DAILY, AT_ONCE = "none", "daily", "at-once"

    user = models.OneToOneField(USER, on_delete=models.PROTECT, primary_key=True, related_name="+")
    address = models.CharField(max_length=254, blank=True)
    rhythm = models.CharField(max_length=8, default=NONE)
    languages = models.JSONField(default=list)  # codes of the languages in which the user works
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)  # null: command line
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["user"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rhythm__in=["none", "daily", "at-once"]), name="reminders_have_a_rhythm"
            ),
            models.CheckConstraint(condition=Q(rhythm="none") | ~Q(address=""), name="a_reminder_needs_an_address"),
        ]


class Reminder(models.Model):
    """One mail to one user for one period: numbers only. ``period`` makes it one, however often it is tried."""

    WAITING, SENT, FAILED = "waiting", "sent", "failed"

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=24)  # the day at the node, or what was new
    counts = models.JSONField(default=dict)
    known = models.JSONField(default=list)  # digests of what waited then, to tell what is new
    status = models.CharField(max_length=8, default=WAITING)
    at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    says = models.CharField(max_length=300, blank=True)  # why it failed

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["status", "next_try_at"], name="work_reminder_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "sent", "failed"]), name="a_mail_was_sent_or_not"
            ),
            models.UniqueConstraint(fields=["user", "period"], name="a_user_is_reminded_once_a_period"),
        ]
