"""The timeline of competing requests as a drawing: a line for each request, a mark for each of its days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from comity.law.competing import Entry

LEFT, RIGHT, TOP, STEP = 24, 876, 46, 56  # in the units of the drawing, 900 wide
WIDTH = 900


@dataclass(frozen=True)
class Mark:
    """A day on the line of a request; ``says`` is told to who hovers or listens."""

    x: int
    y: int
    says: str
    on: date
    first: bool


@dataclass(frozen=True)
class Line:
    """One request: its name above its line, from its first day to its last."""

    name: str
    country: str
    y: int
    start: int
    end: int
    marks: tuple[Mark, ...]

    @property
    def label(self) -> int:
        return self.y - 14


@dataclass(frozen=True)
class Drawing:
    height: int
    lines: tuple[Line, ...]
    days: tuple[tuple[int, date, str], ...]  # x, the day, and how its text is anchored

    @property
    def bottom(self) -> int:
        return self.height - 26

    @property
    def below(self) -> int:
        return self.height - 6


def drawing(timeline: Sequence[Entry], requests: Sequence[tuple[str, str]]) -> Drawing | None:
    """The drawing; None when no request has a day.

    :param requests: (id, country) in the order of the lines.
    """
    if not timeline:
        return None
    first, last = timeline[0].on, max(entry.on for entry in timeline)
    span = max((last - first).days, 1)

    def x(on: date) -> int:
        return LEFT + round((on - first).days / span * (RIGHT - LEFT))

    lines = []
    for place, (id, country) in enumerate(requests):
        y = TOP + place * STEP
        own = [entry for entry in timeline if entry.request == id]
        marks = tuple(Mark(x(entry.on), y, entry.says, entry.on, not n) for n, entry in enumerate(own))
        start, end = (marks[0].x, marks[-1].x) if marks else (LEFT, LEFT)
        lines.append(Line(id, country, y, start, end, marks))
    days = [first] if first == last else [first, first + timedelta(days=(last - first).days // 2), last]
    anchors = ("start", "middle", "end")
    ticks = tuple((x(day), day, anchors[n]) for n, day in enumerate(dict.fromkeys(days)))
    return Drawing(TOP + len(requests) * STEP + 12, tuple(lines), ticks)
