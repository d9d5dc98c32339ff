"""The timeline of a case as a drawing: a lane for each kind of thing, a mark for each day."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, LEFT, RIGHT, TOP, STEP = 900, 178, 880, 20, 34
LARGEST, SMALLEST = 11, 5


@dataclass(frozen=True)
class Mark:
    """What happened on one day in one lane: the more, the larger."""

    x: int
    radius: int
    on: date
    count: int


@dataclass(frozen=True)
class Lane:
    name: str
    css: str
    y: int
    marks: tuple[Mark, ...]
    total: int


@dataclass(frozen=True)
class Strip:
    height: int
    lanes: tuple[Lane, ...]
    days: tuple[tuple[int, date, str], ...]  # x, the day, how its text is anchored

    @property
    def bottom(self) -> int:
        return self.height - 28

    @property
    def below(self) -> int:
        return self.height - 8


def strip(happened: Sequence[tuple[date, str]], lanes: Sequence[tuple[str, str, str]], until: date) -> Strip | None:
    """The drawing of (day, lane) pairs; None where nothing happened.

    :param lanes: (id, name, class) in the order in which they are drawn; those without a mark are left out.
    """
    if not happened:
        return None
    first, last = min(on for on, _ in happened), max(until, max(on for on, _ in happened))
    span = max((last - first).days, 1)

    def x(on: date) -> int:
        return LEFT + round((on - first).days / span * (RIGHT - LEFT))

    counts = Counter(happened)
    most = max(counts.values())
    drawn: list[Lane] = []
    for id, name, css in lanes:
        found = sorted((on, count) for (on, lane), count in counts.items() if lane == id)
        if found:
            marks = tuple(Mark(x(on), radius(count, most), on, count) for on, count in found)
            drawn.append(Lane(name, css, TOP + len(drawn) * STEP, marks, sum(count for _, count in found)))
    ticks = [first] if first == last else [first, first + timedelta(days=(last - first).days // 2), last]
    anchors = ("start", "middle", "end")
    days = tuple((x(on), on, anchors[place]) for place, on in enumerate(dict.fromkeys(ticks)))
    return Strip(TOP + len(drawn) * STEP + 24, tuple(drawn), days)


def radius(count: int, most: int) -> int:
    """The area of a mark grows with what it counts."""
    return round(SMALLEST + (LARGEST - SMALLEST) * math.sqrt((count - 1) / max(most - 1, 1)))
