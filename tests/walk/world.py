"""A world that is told in plain words what was done, and says by itself who may read what.

It knows nothing of the rooms' tables, filters or rules: only docs/rooms/access.md. So it can judge them.
"""

from dataclasses import dataclass, field
from datetime import datetime

READERS = {"clerk", "officer", "approver", "liaison"}


@dataclass
class Place:
    """A case, or a circle within one."""

    name: str
    unit: str
    need: str = "members"
    level: int = 0
    parent: str = ""
    seats: dict[str, tuple[str, datetime | None]] = field(default_factory=dict)  # who: (part, until)


@dataclass(frozen=True)
class Secret:
    """A text that was written somewhere, and can be recognised wherever it appears."""

    place: str
    level: int


@dataclass
class World:
    roles: dict[str, set[tuple[str, str | None]]]
    at: datetime
    places: dict[str, Place] = field(default_factory=dict)
    secrets: dict[str, Secret] = field(default_factory=dict)
    clearances: dict[str, int] = field(default_factory=dict)
    deputies: list[tuple[str, str, datetime, datetime]] = field(default_factory=list)  # absent, deputy, from, until
    glass: list[tuple[str, str, datetime]] = field(default_factory=list)  # who, case, until

    def secret(self, place: str, level: int = 0) -> str:
        """A new text, to be written at this place."""
        marker = f"zq{len(self.secrets):06d}"
        self.secrets[marker] = Secret(place, level)
        return marker

    def people(self, who: str) -> list[str]:
        """Oneself, and the absent colleagues for whom one stands in now."""
        return [
            who,
            *(absent for absent, deputy, since, until in self.deputies if deputy == who and since <= self.at < until),
        ]

    def may_read(self, who: str, marker: str) -> bool:
        secret = self.secrets[marker]
        place = self.places[secret.place]
        if max(secret.level, place.level) > self.clearances.get(who, 0):
            return False
        return self.sits(who, place) or self.reads_with_the_unit(who, place) or self.broke(who, place)

    def sits(self, who: str, place: Place) -> bool:
        held = (place.seats.get(person) for person in self.people(who))
        return any(seat is not None and (seat[1] is None or seat[1] > self.at) for seat in held)

    def reads_with_the_unit(self, who: str, place: Place) -> bool:
        if place.need != "unit":
            return False
        held = {
            (role, unit)
            for person in self.people(who)
            for role, unit in self.roles[person]
            if person == who or unit is not None  # what concerns the whole authority is never held for somebody else
        }
        return any(role in READERS and unit in (place.unit, None) for role, unit in held)

    def broke(self, who: str, place: Place) -> bool:
        return any(
            person == who and case in (place.name, place.parent) and self.at < until
            for person, case, until in self.glass
        )
