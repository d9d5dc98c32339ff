"""Open sessions: from where, since when, last seen; and their end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction

from comity.access import queries, rules
from comity.access.models import Change, User
from comity.access.rules import Thing
from comity.lib.errors import ComityError


class NoSession(ComityError):
    code = "access.session-not-found"
    says = "There is no such session."
    next_step = "It has ended already."


@dataclass(frozen=True)
class Session:
    """Somebody signed in in one browser. ``here`` is the one that asks."""

    number: int
    ip: str
    browser: str
    since: datetime
    seen: datetime
    here: bool = False


def sessions(of: User, *, at: datetime, here: str | None = None) -> list[Session]:
    """The sessions with which a user could go on now, the last seen first. What lapsed is tidied away."""
    lapsed_before = at - timedelta(minutes=settings.COMITY.idle_minutes)
    open_now = []
    for row in UserSession.objects.purge_and_list(of):
        if row.last_seen_at < lapsed_before and row.session_key != here:
            row.end()
        else:
            open_now.append(row)
    told = [
        Session(row.pk, row.ip, row.user_agent, row.created_at, row.last_seen_at, row.session_key == here)
        for row in open_now
    ]
    return sorted(told, key=lambda one: (one.here, one.seen), reverse=True)


def seen(key: str, *, ip: str, at: datetime) -> None:
    """Keep that a session was used just now."""
    UserSession.objects.filter(session_key=key).update(last_seen_at=at, ip=ip)


def forget(key: str | None) -> None:
    """The session ended by itself: it is listed no more."""
    UserSession.objects.filter(session_key=key or "").delete()


def end(of: User, number: int) -> None:
    """End one of one's own sessions.

    :raises NoSession: it is not one of theirs.
    """
    row = UserSession.objects.filter(user_id=of.pk, pk=number).first()
    if row is None:
        raise NoSession
    row.end()


def close(of: User, *, but: str | None = None) -> int:
    """End every session of a user (but one); how many there were. Part of another action, which is recorded."""
    rows = list(UserSession.objects.filter(user_id=of.pk).exclude(session_key=but or ""))
    for row in rows:
        row.end()
    return len(rows)


@transaction.atomic
def end_all(of: User, *, at: datetime, by: User | None) -> int:
    """An administrator, or the command line, signs a user out everywhere; how many sessions ended."""
    if by is not None:
        rules.demand(queries.actor(by), "manage", Thing("users", of.username))
    ended = close(of)
    Change.objects.create(by=by, at=at, what="end sessions", user=of, details={"sessions": ended})
    return ended
