"""Everything that changes users, units and roles, each with who did it and when, and the record of reads.

``by`` is None where no user acts: the command line on the node's own machine. Where a user acts, the rules
are asked.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from comity.access import queries, rules
from comity.access.models import Change, Read, RoleGrant, Unit, User
from comity.access.roles import ROLES, WHOLE_AUTHORITY_ONLY
from comity.access.rules import Actor, Thing
from comity.lib.errors import BadInput, ComityError

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,59}")
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

# Letters and digits that nobody mistakes for one another when a one-time password is read aloud: 31 of them,
# so four groups of five carry 99 bits.
READABLE = "23456789abcdefghjkmnpqrstuvwxyz"


class BadUser(BadInput):
    code = "access.bad-user"
    says = "{why}."
    next_step = "Mend it and try again."


class BadUnit(BadInput):
    code = "access.bad-unit"
    says = "{why}."
    next_step = "Mend it and try again."


class BadPassword(BadInput):
    code = "access.bad-password"
    says = "The password is too weak: {why}"
    next_step = "Choose a longer one, for example five unrelated words."


class BadRole(BadInput):
    code = "access.bad-role"
    says = "{why}."
    next_step = "docs/rooms/access.md shows what each role may do."


class AlreadyThere(ComityError):
    code = "access.already-there"
    says = "There is already a {what} {name}."
    next_step = "Choose another name."


class AlreadyGranted(ComityError):
    code = "access.already-granted"
    says = "{username} is already {role} in {where}."
    next_step = "Nothing to do."


class NotGranted(ComityError):
    code = "access.not-granted"
    says = "{username} is not {role} in {where}."
    next_step = "'comity access users' shows who holds which role."


class LastAdministrator(ComityError):
    code = "access.last-administrator"
    says = "{username} is the last administrator."
    next_step = "Make someone else administrator first."


@transaction.atomic
def create_unit(
    code: str,
    name: str,
    *,
    at: datetime,
    handles: Sequence[str] = ("*",),
    is_desk: bool = False,
    by: User | None = None,
) -> Unit:
    """A new unit. ``handles`` lists instrument ids, or ``*`` for all.

    :raises BadUnit: the code or the name cannot be used.
    :raises AlreadyThere: the code is taken, or the authority has a desk already.
    """
    may_manage(by, Thing("units", code))
    if not CODE.fullmatch(code):
        raise BadUnit(why=f"The unit's code {code!r} is not 1 to 40 lower-case letters, digits and hyphens")
    if not name.strip():
        raise BadUnit(why="The unit has no name")
    if Unit.objects.filter(code=code).exists():
        raise AlreadyThere(what="unit", name=code)
    if is_desk and Unit.objects.filter(is_desk=True).exists():
        raise AlreadyThere(what="desk in", name="this authority")
    unit = Unit.objects.create(code=code, name=name.strip(), handles=list(handles), is_desk=is_desk, created_at=at)
    note("create unit", by=by, at=at, unit=unit, name=unit.name, handles=unit.handles, is_desk=is_desk)
    return unit


@transaction.atomic
def create_user(
    username: str,
    full_name: str,
    *,
    at: datetime,
    function: str = "",
    language: str = "en",
    password: str | None = None,
    by: User | None = None,
) -> tuple[User, str]:
    """A new user, and the password they sign in with: the one given, or a new one-time one to hand over.

    :raises BadUser: a name that cannot be used.
    :raises AlreadyThere: the username is taken.
    :raises BadPassword: the given password is too weak.
    """
    username = username.strip().lower()
    may_manage(by, Thing("users", username))
    if not USERNAME.fullmatch(username):
        raise BadUser(why=f"The username {username!r} is not 2 to 60 letters, digits and . _ @ -")
    if not full_name.strip():
        raise BadUser(why=f"The user {username} has no full name")
    if User.objects.filter(username=username).exists():
        raise AlreadyThere(what="user", name=username)
    user = User(username=username, full_name=full_name.strip(), function=function, language=language, created_at=at)
    user.one_time_password = password is None
    password = chosen(password, user)
    user.set_password(password)
    user.save()
    note("create user", by=by, at=at, user=user, full_name=user.full_name, function=function, language=language)
    return user, password


@transaction.atomic
def set_password(user: User, *, at: datetime, password: str | None = None, by: User | None = None) -> str:
    """Change a password and return it: the one given, or a new one-time one. Sessions of the user end.

    :raises BadPassword: the given password is too weak.
    """
    if by is not None and by.pk != user.pk:
        may_manage(by, Thing("users", user.username))
    user.one_time_password = password is None
    password = chosen(password, user)
    user.set_password(password)
    user.save(update_fields=["password", "one_time_password"])
    note("set password", by=by, at=at, user=user)
    return password


@transaction.atomic
def set_language(user: User, language: str, *, at: datetime) -> None:
    """Keep the language in which a user reads the pages; everybody chooses their own."""
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])
        note("set language", by=user, at=at, user=user, language=language)


@transaction.atomic
def grant(user: User, role: str, *, at: datetime, unit: Unit | None = None, by: User | None = None) -> RoleGrant:
    """Give a user a role in a unit, or in the whole authority when no unit is named.

    :raises BadRole: no such role, or one that no unit has.
    :raises AlreadyGranted: the user holds it.
    """
    may_manage(by, Thing("users", user.username))
    if role not in ROLES:
        raise BadRole(why=f"{role!r} is not a role; the roles are {', '.join(ROLES)}")
    if unit is not None and role in WHOLE_AUTHORITY_ONLY:
        raise BadRole(why=f"A user is {role} of the whole authority, never of one unit")
    if held(user, role, unit):
        raise AlreadyGranted(username=user.username, role=role, where=place(unit))
    given = RoleGrant.objects.create(user=user, unit=unit, role=role, granted_by=by, granted_at=at)
    note("grant", by=by, at=at, user=user, unit=unit, role=role)
    return given


@transaction.atomic
def revoke(user: User, role: str, *, at: datetime, unit: Unit | None = None, by: User | None = None) -> RoleGrant:
    """End a role. The row stays, with who ended it and when.

    :raises NotGranted: the user does not hold it.
    :raises LastAdministrator: nobody else could manage the node.
    """
    may_manage(by, Thing("users", user.username))
    given = held(user, role, unit)
    if given is None:
        raise NotGranted(username=user.username, role=role, where=place(unit))
    if role == "administrator":
        somebody_else_administers(user)
    given.revoked_at, given.revoked_by = at, by
    given.save(update_fields=["revoked_at", "revoked_by"])
    note("revoke", by=by, at=at, user=user, unit=unit, role=role)
    return given


@transaction.atomic
def deactivate(user: User, *, at: datetime, by: User | None = None) -> None:
    """End a user's access; the name stays in every history.

    :raises LastAdministrator: nobody else could manage the node.
    """
    may_manage(by, Thing("users", user.username))
    if held(user, "administrator", None):
        somebody_else_administers(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    note("deactivate", by=by, at=at, user=user)


@transaction.atomic
def reactivate(user: User, *, at: datetime, by: User | None = None) -> None:
    """Give a deactivated user access again, with the roles still open."""
    may_manage(by, Thing("users", user.username))
    user.is_active = True
    user.save(update_fields=["is_active"])
    note("reactivate", by=by, at=at, user=user)


@transaction.atomic
def reset_second_factor(user: User, *, at: datetime, by: User | None = None) -> None:
    """Forget a user's lost device and recovery codes; the next sign-in leads to enrolment."""
    may_manage(by, Thing("users", user.username))
    Authenticator.objects.filter(user=user).delete()
    note("reset second factor", by=by, at=at, user=user)


def record_read(actor: Actor, thing: Thing, at: datetime, rule: str = "", verb: str = "read") -> Read:
    """Keep that somebody looked at something. ``rule`` is the row that allowed it; if empty, they are asked.

    :raises NotAllowed: no rule was named and none allows it; nothing is recorded.
    """
    rule = rule or rules.demand(actor, verb, thing).rule
    who = queries.user(actor.username).pk if actor.user_id is None else actor.user_id
    return Read.objects.create(user_id=who, kind=thing.kind, thing=thing.id, verb=verb, rule=rule, at=at)


def may_manage(by: User | None, thing: Thing) -> None:
    if by is not None:
        rules.demand(queries.actor(by), "manage", thing)


def held(user: User, role: str, unit: Unit | None) -> RoleGrant | None:
    return RoleGrant.objects.filter(user=user, role=role, unit=unit, revoked_at__isnull=True).first()


def somebody_else_administers(user: User) -> None:
    if all(other.pk == user.pk for other in queries.holders("administrator", None)):
        raise LastAdministrator(username=user.username)


def chosen(password: str | None, user: User) -> str:
    """The password given, once it passed the validators, or a fresh one."""
    if password is None:
        return "-".join("".join(secrets.choice(READABLE) for _ in range(5)) for _ in range(4))
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadPassword(why=" ".join(error.messages)) from None
    return password


def place(unit: Unit | None) -> str:
    return f"unit {unit.code}" if unit else "the whole authority"


def note(
    what: str,
    *,
    by: User | None,
    at: datetime,
    user: User | None = None,
    unit: Unit | None = None,
    **details: object,
) -> Change:
    return Change.objects.create(what=what, by=by, at=at, user=user, unit=unit, details=details)
