"""What safeguards keep: the projection of assurances, alarms that were seen, later uses, and competing requests.

`Assured` and `Breach` follow from the acts alone and are made anew with the projection of their dossier. Every other
table here only grows: what somebody stated, decided or acknowledged stays, and a later row stands beside it.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

USER = settings.AUTH_USER_MODEL
DOSSIER = "dossiers.Dossier"


class Assured(models.Model):
    """An assurance in lists. Where it stands on a day is asked with the day (`assurances`)."""

    dossier = models.ForeignKey(DOSSIER, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=64)  # the act that gave it
    kind = models.CharField(max_length=40)
    ours = models.BooleanField()  # we owe it
    given_at = models.DateTimeField()
    next_check = models.DateField(null=True)
    breached = models.BooleanField()  # by what was found last

    class Meta:
        ordering = ["next_check", "id"]
        indexes = [models.Index(fields=["next_check"], name="dossiers_assured_check")]
        constraints = [models.UniqueConstraint(fields=["dossier", "act"], name="an_act_gives_one_assurance")]


class Breach(models.Model):
    """An act of either side that says that an assurance was not kept."""

    dossier = models.ForeignKey(DOSSIER, on_delete=models.PROTECT, related_name="+")
    assurance = models.CharField(max_length=64)
    act = models.CharField(max_length=64)
    by = models.CharField(max_length=40)  # authority
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["dossier", "act"], name="an_act_tells_one_breach")]


class Acknowledged(models.Model):
    """Who took notice of a breach, and what they noted; it ends the alarm here and changes nothing else."""

    dossier = models.ForeignKey(DOSSIER, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=64, unique=True)  # the act that told the breach
    note = models.TextField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="an_acknowledgement_has_a_note")]


class LaterUse(models.Model):
    """A use of what was received: what was asked, what the limits said, and what a person decided.

    ``asked`` is the use in full and ``finding`` the answer of `law.speciality` as it stood then, in words.
    """

    MADE, NOT_MADE, CONSENT_ASKED = "made", "not-made", "consent-asked"

    dossier = models.ForeignKey(DOSSIER, on_delete=models.PROTECT, related_name="later_uses")
    act = models.CharField(max_length=64)  # the act with which it came
    about = models.CharField(max_length=10)  # material or person
    use = models.CharField(max_length=40)
    purpose = models.TextField()
    on = models.DateField()
    asked = models.JSONField()
    verdict = models.CharField(max_length=10)  # yes, consent, depends or no
    finding = models.JSONField()
    decision = models.CharField(max_length=15)
    despite = models.BooleanField(default=False)  # made although the limits did not leave it open, knowingly
    reasons = models.TextField(blank=True)
    draft = models.ForeignKey("dossiers.Draft", on_delete=models.PROTECT, related_name="+", null=True)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, related_name="corrected_by", null=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["dossier", "act"], name="dossiers_later_use")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=["made", "not-made", "consent-asked"]), name="a_use_has_one_of_three_decisions"
            ),
            models.CheckConstraint(
                condition=Q(verdict="yes") | ~Q(decision="made") | Q(despite=True) & ~Q(reasons=""),
                name="a_use_that_is_not_open_is_decided_with_reasons",
            ),
            models.CheckConstraint(
                condition=~Q(decision="not-made") | ~Q(reasons=""), name="a_use_that_is_not_made_has_reasons"
            ),
        ]


class Competition(models.Model):
    """Several requests for one person. Whoever may see every dossier in it may see it."""

    person = models.CharField(max_length=200)
    nationality = models.JSONField(default=list)  # countries
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["-opened_at", "-id"]


class Competing(models.Model):
    """One of the requests: a dossier here, or one that was told of. ``removed_at`` takes it out and can be undone."""

    competition = models.ForeignKey(Competition, on_delete=models.PROTECT, related_name="requests")
    number = models.PositiveIntegerField()
    dossier = models.ForeignKey(DOSSIER, on_delete=models.PROTECT, related_name="+", null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "number"], name="competing_requests_are_numbered"),
            models.UniqueConstraint(fields=["competition", "dossier"], name="a_dossier_competes_once"),
        ]


class Stated(models.Model):
    """What somebody stated of a competing request; the last statement counts, earlier ones stay."""

    request = models.ForeignKey(Competing, on_delete=models.PROTECT, related_name="statements")
    told = models.JSONField()  # the keys of law.competing.Request, without its id
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class Decided(models.Model):
    """A decision on competing requests. A later one takes its place, and both stay visible.

    ``basis`` is what was known when it was taken: the requests as stated, and what was still open.
    """

    competition = models.ForeignKey(Competition, on_delete=models.PROTECT, related_name="decisions")
    first = models.ForeignKey(Competing, on_delete=models.PROTECT, related_name="+", null=True)  # None: none goes first
    reasons = models.TextField()
    basis = models.JSONField()
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, related_name="replaced_by", null=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(reasons=""), name="a_decision_has_reasons")]
