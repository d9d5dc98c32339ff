"""Subjects and what is stated of them. Rows end, they are never changed: a correction retracts and adds."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from comity.subjects import roles

USER = settings.AUTH_USER_MODEL


class Subject(models.Model):
    """A person or thing of a case, or (with ``source`` and ``target``) an edge between two of them."""

    compartment = models.ForeignKey("access.Compartment", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    schema = models.CharField(max_length=40)  # of FollowTheMoney
    level = models.PositiveSmallIntegerField(default=0)
    source = models.ForeignKey("self", on_delete=models.PROTECT, related_name="edges_out", null=True)
    target = models.ForeignKey("self", on_delete=models.PROTECT, related_name="edges_in", null=True)
    foreign_id = models.CharField(max_length=255, blank=True)  # what it was called where it came from
    brought_by = models.ForeignKey("subjects.Import", on_delete=models.PROTECT, related_name="subjects", null=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    removed_at = models.DateTimeField(null=True)
    removed_why = models.TextField(blank=True)

    class Meta:
        ordering = ["compartment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["compartment", "number"], name="a_subject_has_its_own_number"),
            models.CheckConstraint(condition=~Q(schema=""), name="a_subject_is_of_some_kind"),
            models.CheckConstraint(
                condition=Q(source__isnull=True, target__isnull=True) | Q(source__isnull=False, target__isnull=False),
                name="an_edge_has_two_ends",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removed_why=""),
                name="a_subject_is_removed_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(level__lte=3), name="a_subject_has_one_of_four_levels"),
        ]
        indexes = [
            models.Index(fields=["compartment", "schema"], name="subjects_kind"),
            models.Index(fields=["compartment", "foreign_id"], name="subjects_foreign"),
        ]

    @property
    def ref(self) -> str:
        """How it is called everywhere: compartment and number."""
        return f"{self.compartment.name}.{self.number}"

    @property
    def is_edge(self) -> bool:
        return self.source_id is not None


class Role(models.Model):
    """The category of person (Directive (EU) 2016/680, Article 6) into which somebody put a subject."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=20)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=roles.NAMES), name="a_role_is_a_category_of_person"),
            models.UniqueConstraint(
                fields=["subject"], condition=Q(ended_at__isnull=True), name="a_subject_has_one_role_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="a_category_is_ended_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["role", "ended_at"], name="subjects_by_role")]


class Statement(models.Model):
    """One value of one property, with who said it, how far it is believed, and how it may be used."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="statements")
    compartment = models.ForeignKey("access.Compartment", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    handling = models.JSONField(default=dict)  # see access.handling
    prop = models.CharField(max_length=40)
    value = models.TextField()
    original = models.TextField(blank=True)  # as it was written, where cleaning changed it
    lang = models.CharField(max_length=12, blank=True)
    about = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="mentions", null=True)  # of entity kind
    source = models.CharField(max_length=300, blank=True)
    item = models.CharField(max_length=80, blank=True)  # an item of evidence
    act = models.CharField(max_length=120, blank=True)  # a dossier, or an act in it
    said_on = models.DateField(null=True)
    scheme = models.CharField(max_length=20, blank=True)  # see evaluation
    reliability = models.CharField(max_length=2, blank=True)
    credibility = models.CharField(max_length=2, blank=True)
    brought_by = models.ForeignKey("subjects.Import", on_delete=models.PROTECT, related_name="statements", null=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, related_name="corrected_by", null=True)
    retracted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    retracted_at = models.DateTimeField(null=True)
    retracted_why = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(value="") & ~Q(prop=""), name="a_statement_says_something"),
            models.CheckConstraint(
                condition=Q(retracted_at__isnull=True, retracted_by__isnull=True)
                | Q(retracted_at__isnull=False, retracted_by__isnull=False) & ~Q(retracted_why=""),
                name="a_statement_is_retracted_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(scheme="", reliability="", credibility="")
                | ~Q(scheme="") & (~Q(reliability="") | ~Q(credibility="")),
                name="an_evaluation_names_its_scheme",
            ),
            models.UniqueConstraint(
                fields=["corrects"], condition=Q(corrects__isnull=False), name="a_statement_is_corrected_once"
            ),
            models.CheckConstraint(condition=Q(level__lte=3), name="a_statement_has_one_of_four_levels"),
        ]
        indexes = [
            models.Index(fields=["subject", "prop"], name="subjects_statement_prop"),
            models.Index(fields=["prop", "value"], name="subjects_statement_value"),
        ]


class Merge(models.Model):
    """Somebody says that two subjects are one. Nothing is rewritten: readers fold the merges whose ends they see.

    Its compartment is that of ``absorbed``.
    """

    into = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="absorbs")
    absorbed = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="absorbed_into")
    compartment = models.ForeignKey("access.Compartment", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)
    undone_at = models.DateTimeField(null=True)
    undone_why = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(into=F("absorbed")), name="a_subject_is_not_merged_with_itself"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_merge_has_a_reason"),
            models.UniqueConstraint(
                fields=["into", "absorbed"], condition=Q(undone_at__isnull=True), name="two_subjects_are_merged_once"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_why=""),
                name="a_merge_is_undone_by_somebody_for_a_reason",
            ),
        ]


class Numbering(models.Model):
    """The last number given in a compartment; its row lock gives two people two numbers."""

    compartment = models.OneToOneField(
        "access.Compartment", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    last = models.PositiveIntegerField(default=0)


# The rest of this room's tables: what was imported.
from comity.subjects.import_models import Import as Import  # noqa: E402
from comity.subjects.import_models import Reject as Reject  # noqa: E402
from comity.subjects.import_models import Template as Template  # noqa: E402
