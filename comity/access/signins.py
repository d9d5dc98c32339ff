"""Two tables of signing in: what happened at the door, and which identity at the provider is whose."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from comity.access.grows import HistoryRows

USER = settings.AUTH_USER_MODEL
SIGNED_IN, FAILED, SIGNED_OUT, ENDED = "signed in", "sign-in failed", "signed out", "session ended"
WHAT = (SIGNED_IN, FAILED, SIGNED_OUT, ENDED)


class SignIn(models.Model):
    """One event at the door. No password, no code, and no name that is nobody's: people type passwords there.

    ``how`` names the means in order ("password + totp", "passkey", "provider"), ``why`` what was wrong, or what
    ended it.
    """

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)  # null: nobody we know
    what = models.CharField(max_length=20)
    how = models.CharField(max_length=60, blank=True)
    why = models.CharField(max_length=60, blank=True)
    ip = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    objects = models.Manager.from_queryset(HistoryRows)()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(what__in=WHAT), name="a_sign_in_is_one_of_four_events"),
            models.CheckConstraint(
                condition=Q(what=FAILED) | Q(user__isnull=False), name="only_a_failed_sign_in_is_nobodys"
            ),
            models.CheckConstraint(condition=~Q(what=FAILED) | ~Q(why=""), name="a_failed_sign_in_says_why"),
        ]
        indexes = [
            models.Index(fields=["at"], name="access_signin_at"),
            models.Index(fields=["user", "at"], name="access_signin_user"),
        ]


class Identity(models.Model):
    """Who somebody is at the provider: issuer and subject, nothing else of what it knows about the person."""

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)  # at most so long: OpenID Connect Core 1.0, section 2
    bound_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", null=True)  # null: command line
    bound_at = models.DateTimeField()

    class Meta:
        ordering = ["user", "issuer"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="an_identity_is_one_persons"),
            models.UniqueConstraint(fields=["user", "issuer"], name="a_person_has_one_identity_at_a_provider"),
            models.CheckConstraint(condition=~Q(issuer="") & ~Q(subject=""), name="an_identity_has_both_names"),
        ]
