"""The door of a window: one-time codes on paper, and visitors who have no account here. ``actions`` offers these.

Nobody who signed in as a user is asked about: the window is the only thing that a visitor reaches, and everything
here is done by the node itself, for the one window that a code or a cookie names.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from comity.access import asking
from comity.access.actions import READABLE
from comity.access.queries import User
from comity.disclosure import sight
from comity.disclosure.models import Code, Stay, Visit, Window
from comity.disclosure.sight import WrongState
from comity.disclosure.values import COMING, OPEN, Visiting
from comity.lib.errors import BadInput, ComityError

GROUPS, LETTERS = 6, 5  # 30 of 31 letters: 148 bits
TRIES, EVERYWHERE, WITHIN = 10, 100, timedelta(minutes=15)


class Closed(BadInput):
    code = "disclosure.closed"
    says = "This code does not open a window now."
    next_step = (
        "Look for a mistyped letter. A code works once, while the window is open; ask the authority for another."
    )


class TooManyTries(ComityError):
    code = "disclosure.too-many-tries"
    says = "Too many codes were tried here."
    next_step = "Try again in a quarter of an hour."


@transaction.atomic
def hand_code(id: str, *, by: User, at: datetime) -> str:
    """A new one-time code for the paper; it is shown once. Codes and visits before it end.

    :raises WrongState: the window is neither open nor still to open.
    """
    window = sight.demanded(by, id, "disclose", at)
    if sight.state(window, at) not in (COMING, OPEN):
        raise WrongState(id=id, state=sight.state(window, at))
    Code.objects.filter(window=window, ended_at__isnull=True).update(ended_at=at)
    Stay.objects.filter(window=window, ended_at__isnull=True).update(ended_at=at)
    code = "-".join("".join(secrets.choice(READABLE) for _ in range(LETTERS)) for _ in range(GROUPS))
    Code.objects.create(window=window, hash=hashed(id, code), made_by=by, made_at=at)
    return code


def hashed(window: str, secret: str) -> str:
    """The secrets are random and long: a plain hash tells nothing about them."""
    return hashlib.sha256(f"comity-window\0{window}\0{secret}".encode()).hexdigest()


def plain(code: str) -> str:
    """A code as it was printed, however it was typed."""
    told = "".join(code.lower().split()).replace("-", "")[: GROUPS * LETTERS + 1]
    return "-".join(told[at : at + LETTERS] for at in range(0, len(told), LETTERS))


def enter(id: str, code: str, *, at: datetime, source: str = "") -> tuple[str, str]:
    """A visitor signs in: the window, and the secret for their cookie. The code is used up.

    :raises Closed: for whatever reason; a stranger does not learn which.
    :raises TooManyTries: too many wrong codes in a quarter of an hour.
    """
    with asking.as_node():
        found = Window.objects.filter(pk=id).first()
        if found is None:
            raise Closed
        throttled(found, at, source)
        if sight.state(found, at) == OPEN and (secret := use(found, code, at, source)):
            return found.pk, secret
        # Outside the transaction of the try: a wrong code is remembered although it is refused.
        Visit.objects.create(window=found, what="refused", source=source, at=at)
        raise Closed


def throttled(window: Window, at: datetime, source: str) -> None:
    tries = Visit.objects.filter(window=window, what="refused", at__gt=at - WITHIN)
    if tries.filter(source=source).count() >= TRIES or tries.count() >= EVERYWHERE:
        raise TooManyTries


@transaction.atomic
def use(window: Window, code: str, at: datetime, source: str) -> str:
    """The secret of a new stay, if the code is the one that waits; two at once cannot both use it."""
    waiting = Code.objects.filter(window=window, used_at__isnull=True, ended_at__isnull=True)
    found = waiting.filter(hash=hashed(window.pk, plain(code))).first()
    if found is None or not waiting.filter(pk=found.pk).update(used_at=at):
        return ""
    secret = secrets.token_urlsafe(32)
    Stay.objects.create(window=window, code=found, hash=hashed(window.pk, secret), began_at=at)
    Visit.objects.create(window=window, what="signed-in", source=source, at=at)
    return secret


def stay(id: str, secret: str, *, at: datetime) -> Visiting | None:
    """The visitor behind a cookie. None once they signed out, another code was handed out, or the window closed."""
    if not secret:
        return None
    with asking.as_node():
        row = Stay.objects.select_related("window").filter(
            window=id, hash=hashed(id, secret), ended_at__isnull=True
        ).first()  # fmt: skip
        if row is None or sight.state(row.window, at) != OPEN:
            return None
        return Visiting(row.window.pk, row.pk)


@transaction.atomic
def leave(visiting: Visiting, *, at: datetime, source: str = "") -> None:
    """The visitor signs out. To come back they need another code."""
    with asking.as_node():
        if Stay.objects.filter(pk=visiting.stay, ended_at__isnull=True).update(ended_at=at):
            Visit.objects.create(window_id=visiting.window, what="signed-out", source=source, at=at)
