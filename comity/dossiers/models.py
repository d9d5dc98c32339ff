"""Dossiers, their acts, and the private work before an act. Histories only grow.

What a `Dossier` row says about stage, holder and deadline is a projection of its acts for lists: written
in the same transaction as the act, never edited, and made anew by `actions.rebuild`.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from comity.dossiers.safeguard_models import Acknowledged as Acknowledged
from comity.dossiers.safeguard_models import Assured as Assured
from comity.dossiers.safeguard_models import Breach as Breach
from comity.dossiers.safeguard_models import Competing as Competing
from comity.dossiers.safeguard_models import Competition as Competition
from comity.dossiers.safeguard_models import Decided as Decided
from comity.dossiers.safeguard_models import LaterUse as LaterUse
from comity.dossiers.safeguard_models import Stated as Stated

USER = settings.AUTH_USER_MODEL


class Numbering(models.Model):
    """The last dossier number given in a year; its row lock makes two approvals take two numbers."""

    year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["year"]


class Dossier(models.Model):
    """One affair between authorities, as seen from here."""

    id = models.CharField(primary_key=True, max_length=64)
    instrument = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    definition_digest = models.CharField(max_length=64)
    role = models.CharField(max_length=40)  # our part in it
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    assigned_to = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    opened_at = models.DateTimeField()
    parties = models.JSONField(default=dict)  # {role: {"authority","country"}}; fixed by the opening act

    # The projection. It does not depend on the time: what is overdue is asked with a moment.
    stage = models.CharField(max_length=40, blank=True)
    final = models.BooleanField(default=False)
    holder = models.CharField(max_length=40, blank=True)  # role; empty when nobody must move
    ours = models.BooleanField(default=False)  # we owe something: the next move, an answer, a clock to meet
    theirs = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    due_kind = models.CharField(max_length=10, blank=True)  # clock or question
    due_ref = models.CharField(max_length=64, blank=True)  # id of the clock, or the act that asked
    due_by = models.CharField(max_length=40, blank=True)  # role that owes it
    waiting_for = models.JSONField(default=dict)  # {"key","values"}: see values.Waiting
    counterpart = models.CharField(max_length=40)
    counterpart_country = models.CharField(max_length=3)
    subject = models.CharField(max_length=200, blank=True)  # one line out of the form: whom or what it is about
    search = models.TextField(blank=True)  # what the text filter looks through, case folded
    act_count = models.PositiveIntegerField(default=0)
    last_act_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)  # when the last act arrived or was approved here
    conflicts = models.PositiveIntegerField(default=0)
    out_of_place = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)  # acts that others name as parents and that are not here

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["unit", "final", "due_at"], name="dossiers_worklist"),
            models.Index(fields=["counterpart"], name="dossiers_counterpart"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(role=""), name="we_have_a_part_in_every_dossier"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(due_kind__in=["clock", "question"]),
                name="what_is_due_is_a_clock_or_a_question",
            ),
        ]

    def __str__(self) -> str:
        return self.id


class Assignment(models.Model):
    """Who gave a dossier to whom. It only grows; `Dossier.assigned_to` is the last one."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="assignments")
    to = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class Act(models.Model):
    """One signed step, kept as the bytes that were signed; the other columns are read from them."""

    SENT, RECEIVED = "sent", "received"

    act_id = models.CharField(max_length=64, unique=True)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="acts")
    type = models.CharField(max_length=40)
    by = models.CharField(max_length=40)  # authority
    at = models.DateTimeField()  # as the act says
    raw = models.BinaryField()
    way = models.CharField(max_length=10)
    arrived_at = models.DateTimeField()  # here; for our own acts the moment of approval
    log_index = models.PositiveBigIntegerField(null=True)
    approved_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["arrived_at", "id"]
        indexes = [models.Index(fields=["dossier", "at"], name="dossiers_act_dossier")]
        constraints = [
            models.CheckConstraint(condition=Q(way__in=["sent", "received"]), name="an_act_was_sent_or_received"),
        ]


class Waiting(models.Model):
    """An act whose dossier is not open here: its opening act has not arrived, or it comes from no party.

    It moves into the dossier when the opening act arrives. ``why`` says what it lacks.
    """

    act_id = models.CharField(max_length=64, unique=True)
    dossier = models.CharField(max_length=64)
    sender = models.CharField(max_length=40)
    raw = models.BinaryField()
    arrived_at = models.DateTimeField()
    log_index = models.PositiveBigIntegerField()
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ["arrived_at", "id"]
        indexes = [models.Index(fields=["dossier"], name="dossiers_waiting_dossier")]


class Draft(models.Model):
    """One act in the making. Nothing of it leaves the node before a second person approves it."""

    DRAFTING, SUBMITTED, APPROVED, DISCARDED = "drafting", "submitted", "approved", "discarded"

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="drafts", null=True)
    act_type = models.CharField(max_length=40)
    instrument = models.CharField(max_length=40)
    receiver = models.CharField(max_length=40)
    language = models.CharField(max_length=12)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    content = models.JSONField(default=dict)  # opening: {"form","facts"}; otherwise the act's own fields
    status = models.CharField(max_length=10, default=DRAFTING)
    revision = models.PositiveIntegerField(default=1)  # raised by every step; a page sends back the one it showed
    drafted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    submitted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="draft", null=True)

    class Meta:
        ordering = ["-changed_at", "-id"]
        indexes = [models.Index(fields=["unit", "status"], name="dossiers_draft_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["drafting", "submitted", "approved", "discarded"]),
                name="a_draft_has_one_of_four_statuses",
            ),
            models.CheckConstraint(
                condition=Q(act__isnull=False, status="approved") | Q(act__isnull=True) & ~Q(status="approved"),
                name="an_approved_draft_is_an_act",
            ),
            models.CheckConstraint(
                condition=Q(submitted_by__isnull=False) | ~Q(status="submitted"),
                name="a_submitted_draft_has_a_submitter",
            ),
        ]


class DraftStep(models.Model):
    """Who did what to a draft, and what changed. It only grows."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="steps")
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)  # see drafting.py
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=list)  # [{"pointer","before","after"}]; absent values have no key

    class Meta:
        ordering = ["revision"]
        constraints = [models.UniqueConstraint(fields=["draft", "revision"], name="a_draft_has_one_step_a_revision")]


class Attachment(models.Model):
    """A document: added to a draft here, or named by an act that arrived. ``key`` opens its blob."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="attachments", null=True)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="attachments", null=True)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    blob = models.CharField(max_length=64)
    key = models.CharField(max_length=128)
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False) | Q(act__isnull=False),
                name="an_attachment_belongs_to_a_draft_or_an_act",
            ),
            models.CheckConstraint(
                condition=Q(act__isnull=True) | Q(removed_at__isnull=True),
                name="what_was_sent_is_not_removed",
            ),
            models.UniqueConstraint(fields=["act", "number"], name="the_items_of_an_act_are_numbered"),
        ]


class Seen(models.Model):
    """When a user last looked at a dossier, to mark what is new; the record of reads itself is access's."""

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "dossier"], name="a_user_last_saw_a_dossier_once")]


def item(attachment: Attachment) -> dict[str, Any]:
    """The attachment as the content of an act names it (docs/rooms/dossiers.md)."""
    names = ("name", "media_type", "size", "sha256", "blob", "key")
    return {name: getattr(attachment, name) for name in names}
