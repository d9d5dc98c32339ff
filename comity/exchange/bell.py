"""A bell between those who queue and the worker in the same process."""

from collections.abc import Callable

Listener = Callable[[int], None]
_listeners: set[Listener] = set()


def ring(peer: int) -> None:
    """Something was queued for this peer (its row's id): wake whoever listens in this process."""
    for listener in tuple(_listeners):
        listener(peer)


def listen(listener: Listener) -> None:
    _listeners.add(listener)


def forget(listener: Listener) -> None:
    _listeners.discard(listener)
