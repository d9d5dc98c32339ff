"""How the scenario is told: what was made so far, one step at a side, and the wait until the other side has it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from comity.demo.federation import Federation, Node
from comity.lib import clock
from comity.lib.errors import ComityError

ARRIVAL_SECONDS = 180


class DidNotArrive(ComityError):
    code = "demo.did-not-arrive"
    says = "{what} did not arrive at {where} within {seconds} seconds."
    next_step = "Look at the node's log, and at its page 'Peers', which says what the channel waits for."


@dataclass
class Telling:
    """The federation, where to say what happens, and what was made so far."""

    nodes: Federation
    say: Callable[[str], None]
    documents: list[dict[str, Any]] = field(default_factory=list)
    acts: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Node:
        return self.nodes[name]

    def open(self, where: str, to: str, *, by: str, approver: str, unit: str, request: Mapping[str, Any]) -> str:
        """Draft, submit and approve a request, and wait until it stands at the other side."""
        draft = self[where].play(
            "draft", by=by, instrument=request["instrument"], to=to, unit=unit, request=dict(request)
        )
        return self.release(where, to, by=by, approver=approver, draft=draft)

    def release(self, where: str, to: str, *, by: str, approver: str, draft: int) -> str:
        self[where].play("submit", by=by, draft=draft)
        dossier = str(self[where].play("approve", by=approver, draft=draft)["dossier"])
        self.acts[dossier] = 1
        self.arrived(to, dossier)
        return dossier

    def act(
        self, where: str, to: str, dossier: str, type: str, content: Mapping[str, Any], *, by: str,
        approver: str | None = None, size: int = 0, name: str = "",
    ) -> str:  # fmt: skip
        """Take a step at one side and wait until the other has it. Returns the act."""
        told = self[where].play(
            "act",
            by=by,
            dossier=dossier,
            type=type,
            content=dict(content),
            approver=approver,
            size=size,
            name=name,
        )
        self.acts[dossier] += 1
        self.arrived(to, dossier)
        return str(told)

    def arrived(self, where: str, dossier: str) -> None:
        wanted = self.acts[dossier]

        def here() -> bool:
            return bool(self[where].play("stands", dossier=dossier)["acts"] >= wanted)

        wait(here, what=f"Act {wanted} of {dossier}", where=where)


def wait(here: Callable[[], bool], *, what: str, where: str, seconds: float = ARRIVAL_SECONDS) -> None:
    """:raises DidNotArrive: it is not here in time."""
    until = time.monotonic() + seconds
    while not here():
        if time.monotonic() > until:
            raise DidNotArrive(what=what, where=where, seconds=seconds)
        time.sleep(0.1)


def later(**parts: int) -> str:
    return clock.stamp(clock.now() + timedelta(**parts))


def value_at(request: Mapping[str, Any], pointer: str) -> Any:
    value: Any = request
    for part in pointer.strip("/").split("/"):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def put(request: dict[str, Any], pointer: str, value: Any) -> None:
    """Put a value at a pointer; None takes the place away."""
    above, _, name = pointer.rpartition("/")
    place = value_at(request, above) if above else request
    if value is None:
        del place[name]
    else:
        place[name] = value
