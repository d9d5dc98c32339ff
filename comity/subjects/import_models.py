"""Files from which subjects are imported: how far each is, and the rows that were set aside."""

from django.conf import settings
from django.db import models
from django.db.models import Q

USER = settings.AUTH_USER_MODEL
FORMATS = ("csv", "ftm", "ftm-statements")
STATUSES = ("uploaded", "running", "done", "undoing", "undone", "discarded")


class Import(models.Model):
    """A file on its way into a case. The file itself is a sealed blob; its key is dropped when it is not needed."""

    compartment = models.ForeignKey("access.Compartment", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    handling = models.JSONField(default=dict)
    format = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    blob = models.CharField(max_length=64)
    key = models.CharField(max_length=64, blank=True)
    mapping = models.JSONField(default=dict)
    status = models.CharField(max_length=12, default="uploaded")
    stage = models.PositiveSmallIntegerField(default=0)  # 0: things, 1: what refers to them
    records = models.PositiveIntegerField(default=0)  # of this stage, safely in the tables
    read = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    values_rejected = models.PositiveIntegerField(default=0)  # values set aside of records that were accepted
    losses = models.JSONField(default=dict)  # what the file says and no table keeps: words and how often
    duplicates = models.PositiveIntegerField(default=0)  # among those rejected: already in the case
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(format__in=FORMATS), name="an_import_has_a_known_format"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="an_import_has_a_known_status"),
            models.CheckConstraint(
                condition=~Q(status__in=["uploaded", "running"]) | ~Q(key=""), name="an_open_import_can_be_read"
            ),
            models.CheckConstraint(
                condition=Q(duplicates__lte=models.F("rejected")), name="a_duplicate_is_among_the_rejected"
            ),
        ]


class Reject(models.Model):
    """A record, or one value of it, that was set aside: where, what was expected, what was found."""

    brought_by = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="rejects")
    compartment = models.ForeignKey("access.Compartment", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    expected = models.CharField(max_length=300)
    found = models.CharField(max_length=300, blank=True)
    whole = models.BooleanField(default=True)  # the whole record; otherwise this value of it only
    record = models.JSONField()  # the cells, or the line

    class Meta:
        ordering = ["line", "id"]


class Template(models.Model):
    """A mapping of columns that fits the next file from the same place. It holds headings and properties only."""

    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    mapping = models.JSONField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="a_template_has_its_own_name")]
