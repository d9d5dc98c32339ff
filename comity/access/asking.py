"""Who is asking, and when: said once by the outer edge (a page, a command), used wherever rows are filtered.

What is time-boxed (a deputy, a seat until a day, a broken glass) counts only while a moment is known: without one
it is as if it had ended. The second wall in the database reads the same value (docs/rooms/access.md, "Two walls").
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Asking:
    """``user`` is the primary key of who asks, None for nobody; ``node`` is the node itself.

    ``known`` is what was looked up for whoever asks (:func:`remembered`); askings inside one another share it, so that
    :func:`forget` reaches the outer ones too.
    """

    user: int | None = None
    at: datetime | None = None
    node: bool = False
    known: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)


NODE = Asking(node=True)
WIDE = "wide"
_current: ContextVar[Asking] = ContextVar("comity_asking", default=NODE)


def current() -> Asking:
    """Who asks now; outside a page it is the node."""
    return _current.get()


def moment() -> datetime | None:
    """The moment of asking, where it was said."""
    return _current.get().at


def remembered(user: int, key: str, make: Callable[[], T]) -> T:
    """What ``make`` gives, made once while this user asks: a page asks many times what somebody may see."""
    now = _current.get()
    if now.node or now.user != user:
        return make()
    place = (user, now.at, key)
    if place not in now.known:
        now.known[place] = make()
    return now.known[place]  # type: ignore[no-any-return]


def forget() -> None:
    """Who may see what has just changed: every action that changes it calls this after its last statement."""
    _current.get().known.clear()


def widen(units: frozenset[str] | None) -> None:
    """A query named a verb that reaches beyond reading (overseeing, auditing, approving): tell the second wall.

    :param units: the codes of the units that it reaches; None for every unit.
    """
    now = _current.get()
    if not now.node:
        before = widened()
        now.known[now.user, now.at, WIDE] = None if units is None or before is None else before | units


def widened() -> frozenset[str] | None:
    """What :func:`widen` was told while this user asks: codes of units, None for every unit."""
    now = _current.get()
    found: frozenset[str] | None = now.known.get((now.user, now.at, WIDE), frozenset())
    return found


def begin(user: int | None, at: datetime) -> None:
    """As :func:`asking`, until the process ends: for a command."""
    _current.set(Asking(user, at))


@contextmanager
def asking(user: int | None, at: datetime) -> Iterator[None]:
    """Everything inside is asked by this user (None: by nobody who signed in) at this moment."""
    token = _current.set(Asking(user, at, known=_shared()))
    try:
        yield
    finally:
        _current.reset(token)


def _shared() -> dict[Any, Any]:
    """What is known already, for an asking inside another; the node outside any page remembers nothing."""
    before = _current.get()
    return {} if before is NODE else before.known


@contextmanager
def as_node() -> Iterator[None]:
    """Everything inside is done by the node itself: what no single reader may see, such as numbering and receiving."""
    before = _current.get()
    token = _current.set(Asking(None, before.at, node=True, known=_shared()))
    try:
        yield
    finally:
        _current.reset(token)
