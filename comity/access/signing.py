"""The record of signing in, the identities at the provider, and what is noted of second factors."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from comity.access import queries, rules
from comity.access.mfa import FACTORS
from comity.access.models import Change, User
from comity.access.rules import Thing
from comity.access.signins import ENDED, FAILED, SIGNED_IN, SIGNED_OUT, Identity, SignIn
from comity.lib.errors import BadInput, ComityError

__all__ = ["ENDED", "FAILED", "SIGNED_IN", "SIGNED_OUT", "Identity", "SignIn"]


class BoundToAnother(ComityError):
    code = "access.bound-to-another"
    says = "This identity is bound to another user."
    next_step = "Have an administrator undo that binding first, if it is wrong."


class AlreadyBound(ComityError):
    code = "access.already-bound"
    says = "{username} is bound to another identity of this provider."
    next_step = "Undo that binding first."


class NotBound(ComityError):
    code = "access.not-bound"
    says = "{username} is not bound to an identity of this provider."
    next_step = "Nothing to do."


class BadSubject(BadInput):
    code = "access.bad-subject"
    says = "A subject is 1 to 255 characters, as the provider writes it in its tokens (claim sub)."
    next_step = "Ask the provider for it."


class LastFactor(ComityError):
    code = "access.last-factor"
    says = "This is your last second factor, and this node asks for one."
    next_step = "Add another key or an authenticator app first."


def record(
    what: str,
    *,
    at: datetime,
    user: User | None = None,
    how: str = "",
    why: str = "",
    ip: str | None = None,
    browser: str = "",
) -> SignIn:
    """Keep what happened at the door. Takes no password, no code, and no name that was typed."""
    return SignIn.objects.create(user=user, what=what, how=how, why=why, ip=ip, browser=browser[:200], at=at)


def sign_ins(
    *, of: User | None = None, failed: bool = False, since: datetime | None = None, limit: int = 200
) -> list[SignIn]:
    """What happened at the door, newest first: of one user, only what failed, since a moment."""
    found = SignIn.objects.select_related("user").order_by("-at", "-id")
    if of is not None:
        found = found.filter(user=of)
    if failed:
        found = found.filter(what=FAILED)
    if since is not None:
        found = found.filter(at__gte=since)
    return list(found[:limit])


# Identities at the provider


def user_bound_to(issuer: str, subject: str) -> User | None:
    """Whose identity this is, or None."""
    found = Identity.objects.select_related("user").filter(issuer=issuer, subject=subject).first()
    return found.user if found else None


def identity(of: User, issuer: str) -> Identity | None:
    """The identity of a user at a provider, or None."""
    return Identity.objects.filter(user=of, issuer=issuer).first()


@transaction.atomic
def bind(user: User, issuer: str, subject: str, *, at: datetime, by: User | None) -> Identity:
    """From now on this identity signs in as this user. ``by`` is the user, an administrator, or the command line.

    :raises BadSubject: it cannot be one.
    :raises BoundToAnother: it signs in as somebody else.
    :raises AlreadyBound: the user has another identity there.
    """
    may_change(user, by)
    if not 1 <= len(subject) <= 255 or subject != subject.strip():
        raise BadSubject
    User.objects.select_for_update().get(pk=user.pk)
    known = identity(user, issuer)
    if known is not None and known.subject == subject:
        return known
    if Identity.objects.filter(issuer=issuer, subject=subject).exists():
        raise BoundToAnother
    if known is not None:
        raise AlreadyBound(username=user.username)
    made = Identity.objects.create(user=user, issuer=issuer, subject=subject, bound_by=by, bound_at=at)
    note("bind identity", user=user, by=by, at=at, issuer=issuer, subject=subject)
    return made


@transaction.atomic
def unbind(user: User, issuer: str, *, at: datetime, by: User | None) -> None:
    """The identity signs in as nobody any more; the binding that was stands in the changes.

    :raises NotBound: there is none.
    """
    may_change(user, by)
    known = identity(user, issuer)
    if known is None:
        raise NotBound(username=user.username)
    known.delete()
    note("unbind identity", user=user, by=by, at=at, issuer=issuer, subject=known.subject)


def may_change(user: User, by: User | None) -> None:
    """One's own, or as an administrator."""
    if by is not None and by.pk != user.pk:
        rules.demand(queries.actor(by), "manage", Thing("users", user.username))


# Second factors


def factors(of: User) -> list[Authenticator]:
    """The devices of a user that count as a second factor, oldest first."""
    return list(Authenticator.objects.filter(user_id=of.pk, type__in=FACTORS).order_by("created_at", "id"))


def demand_another_factor(user: User, leaving: Authenticator) -> None:
    """To be asked in the transaction that takes a device away: two at once would otherwise leave none.

    :raises LastFactor: nothing would remain, and node.toml asks for one.
    """
    if settings.COMITY.second_factor != "required":
        return
    User.objects.select_for_update().get(pk=user.pk)
    if all(one.pk == leaving.pk for one in factors(user)):
        raise LastFactor


def note(what: str, *, user: User, by: User | None, at: datetime, **details: Any) -> None:
    Change.objects.create(by=by, at=at, what=what, user=user, details=details)
