"""The hours of many desks side by side: strips of one day in our own time, as numbers for a drawing. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from comity.liaison.queries import Desk, Now, spans

LEFT, WIDTH = 24, 852
FIRST, STEP = 62, 58  # of the lines, from the top
TALL = 16


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    says: str  # from and to, in our time


@dataclass(frozen=True)
class Line:
    """One desk: its label and its bars; ``there`` is what a clock on its wall shows now."""

    desk: Desk
    now: Now
    label: int
    y: int
    bars: tuple[Bar, ...]
    there: str


@dataclass(frozen=True)
class Clock:
    """A day of desks. ``ticks`` are (x, hour), ``now`` where the present moment stands."""

    height: int
    bottom: int
    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...]
    now: float


def clock(desks: Iterable[tuple[Desk, Now]], at: datetime, zone: str) -> Clock | None:
    """The present day, by the clock of ``zone``; None when no hours can be drawn."""
    ours = ZoneInfo(zone)
    start = datetime.combine(at.astimezone(ours).date(), time(), ours)
    end = start + timedelta(hours=24)
    drawn = [(desk, now) for desk, now in desks if desk.hours.kind != "words"]
    if not drawn:
        return None
    lines = tuple(_line(desk, now, number, start, end, at) for number, (desk, now) in enumerate(drawn))
    bottom = FIRST + STEP * len(lines) - 20
    ticks = tuple((_x(start + timedelta(hours=hour), start), f"{hour:02d}") for hour in range(0, 25, 3))
    return Clock(bottom + 14, bottom, lines, ticks, _x(at, start))


def _line(desk: Desk, now: Now, number: int, start: datetime, end: datetime, at: datetime) -> Line:
    top = FIRST + STEP * number
    bars = tuple(_bar(max(begins, start), min(ends, end), start) for begins, ends in spans(desk.hours, start, end))
    there = f"{at.astimezone(ZoneInfo(desk.hours.zone)):%H:%M}" if desk.hours.zone else ""
    return Line(desk, now, top, top + 8, bars, there)


def _bar(begins: datetime, ends: datetime, start: datetime) -> Bar:
    ours = start.tzinfo
    says = f"{begins.astimezone(ours):%H:%M}–{ends.astimezone(ours):%H:%M}"
    return Bar(_x(begins, start), round(max(2.0, _x(ends, start) - _x(begins, start)), 1), says)


def _x(moment: datetime, start: datetime) -> float:
    # Differences of moments in one zone would leave out the hour that a change of clocks adds.
    seconds = moment.timestamp() - start.timestamp()
    return round(LEFT + WIDTH * seconds / 86400, 1)
