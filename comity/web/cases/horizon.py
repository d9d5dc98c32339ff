"""What falls due in a case, as a drawing: today in it, what is ours above, what is theirs below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from comity.cases.brief import Line

LEFT, RIGHT, OURS, THEIRS, HEIGHT = 120, 880, 26, 62, 108
BEFORE, AFTER, MOST = 7, 21, 180  # days that are drawn at least, and at most


@dataclass(frozen=True)
class Mark:
    x: int
    y: int
    tone: str  # late, soon or nothing
    on: date
    says: str


@dataclass(frozen=True)
class Horizon:
    today: int
    marks: tuple[Mark, ...]
    days: tuple[tuple[int, date, str], ...]  # x, the day, how its text is anchored
    height: int = HEIGHT


def horizon(due: Sequence[tuple[Line, str]], at: datetime) -> Horizon | None:
    """The drawing of lines with the sentence of each; None where nothing has a day."""
    dated = [(line, says, (line.when - at).days) for line, says in due if line.when is not None]
    if not dated:
        return None
    first = max(min(-BEFORE, *(days for _, _, days in dated)), -MOST)
    last = min(max(AFTER, *(days for _, _, days in dated)), MOST)

    def x(days: int) -> int:
        inside = min(max(days, first), last)
        return LEFT + round((inside - first) / (last - first) * (RIGHT - LEFT))

    stacked: dict[tuple[int, str], int] = {}
    marks = []
    for line, says, days in sorted(dated, key=lambda one: one[2]):
        place = (x(days), line.side)
        above = stacked[place] = stacked.get(place, -1) + 1
        y = (OURS if line.side == "us" else THEIRS) - min(above, 3) * 4
        marks.append(Mark(place[0], y, line.tone, (at + timedelta(days=days)).date(), says))
    ticks = ((x(first), first, "start"), (x(0), 0, "middle"), (x(last), last, "end"))
    told = tuple((where, (at + timedelta(days=after)).date(), anchor) for where, after, anchor in ticks)
    return Horizon(x(0), tuple(marks), told)
