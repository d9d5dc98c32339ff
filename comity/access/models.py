"""Users, units, roles, and two histories: what was changed and what was read.

Nothing here is ever deleted: a user who leaves is deactivated, a role that ends is revoked.
"""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from comity.access.roles import ROLES, WHOLE_AUTHORITY_ONLY


class OnlyGrows(Exception):  # a fault of ours, never of the person at the keyboard
    """A row of a history was about to be changed or deleted."""


class HistoryRows(models.QuerySet[Any]):
    """Rows that are added and read, never changed or deleted."""

    def update(self, **_: Any) -> int:
        raise OnlyGrows(f"{self.model.__name__} is a history")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise OnlyGrows(f"{self.model.__name__} is a history")


class Users(BaseUserManager["User"]):
    """Finds a user by sign-in name in any case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """A person of this authority who signs in. There is no superuser: only grants give rights."""

    username = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=200)
    function = models.CharField(max_length=200, blank=True)  # "Magistrate", as it appears under an act
    language = models.CharField(max_length=12, default="en")
    is_active = models.BooleanField(default=True)
    one_time_password = models.BooleanField(default=False)  # someone else knows it: it must be changed at sign-in
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects = Users()

    class Meta:
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(condition=Q(username=Lower("username")), name="a_username_is_lower_case"),
            models.CheckConstraint(condition=~Q(username=""), name="a_user_has_a_username"),
            models.CheckConstraint(condition=~Q(full_name=""), name="a_user_has_a_full_name"),
        ]

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class Unit(models.Model):
    """A part of the authority. ``handles`` lists instrument ids, or ``["*"]`` for all of them."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    handles = models.JSONField(default=list)
    is_desk = models.BooleanField(default=False)  # receives what no other unit handles
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="a_unit_has_a_code"),
            models.CheckConstraint(condition=~Q(name=""), name="a_unit_has_a_name"),
            models.UniqueConstraint(fields=["is_desk"], condition=Q(is_desk=True), name="an_authority_has_one_desk"),
        ]

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """One user's role in one unit, or (``unit`` null) in the whole authority, until it is revoked."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="grants", null=True)
    role = models.CharField(max_length=20)
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True
    )  # null: the command line
    granted_at = models.DateTimeField()
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["granted_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=ROLES), name="a_role_is_one_of_the_six"),
            models.CheckConstraint(
                condition=~Q(role__in=WHOLE_AUTHORITY_ONLY) | Q(unit__isnull=True),
                name="auditors_and_administrators_serve_the_whole_authority",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("granted_at")),
                name="a_role_is_revoked_after_it_is_granted",
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=Q(revoked_at__isnull=True, unit__isnull=False),
                name="a_role_in_a_unit_is_held_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(revoked_at__isnull=True, unit__isnull=True),
                name="a_role_in_the_authority_is_held_once",
            ),
        ]


class Change(models.Model):
    """Who changed users, units or roles, how and when."""

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)  # null: the command line
    at = models.DateTimeField()
    what = models.CharField(max_length=40)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", null=True)
    details = models.JSONField(default=dict)

    objects = models.Manager.from_queryset(HistoryRows)()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["at"], name="access_change_at")]


class Read(models.Model):
    """Who looked at what, when, and the rule that allowed it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    thing = models.CharField(max_length=200)
    verb = models.CharField(max_length=20)
    rule = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = models.Manager.from_queryset(HistoryRows)()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(rule=""), name="a_read_names_the_rule_that_allowed_it"),
        ]
        indexes = [
            models.Index(fields=["kind", "thing", "at"], name="access_read_thing"),
            models.Index(fields=["user", "at"], name="access_read_user"),
        ]
