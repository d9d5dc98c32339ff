"""Pictures of the work of a unit, as numbers for a drawing: stacked bars, plain bars, columns, what is left of a budget.

Every bar carries its number, and shades differ in darkness, so that the pictures can be read in black and white.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LABEL, FULL, ROW, THICK = 250, 460, 30, 18
LETTERS = 32  # that fit beside a bar
SHADES = 4


@dataclass(frozen=True)
class Part:
    """A piece of a bar: where, how long, how dark, and its number where it has room."""

    x: int
    length: int
    shade: int
    count: int

    @property
    def middle(self) -> int:
        return self.x + self.length // 2

    @property
    def says(self) -> str:
        return str(self.count) if self.length >= 9 * len(str(self.count)) + 4 else ""


@dataclass(frozen=True)
class Bar:
    y: int
    name: str
    parts: tuple[Part, ...]
    total: str
    end: int

    @property
    def base(self) -> int:
        """Where the writing stands."""
        return self.y + THICK - 4


@dataclass(frozen=True)
class Bars:
    width: int
    height: int
    bars: tuple[Bar, ...]
    thick: int = THICK


def stacked(rows: Sequence[tuple[str, Sequence[int]]]) -> Bars | None:
    """One bar for each (name, counts), all on one scale; nothing where there is nothing."""
    most = max((sum(counts) for _, counts in rows), default=0)
    if not most:
        return None
    made = []
    for place, (name, counts) in enumerate(rows):
        x, parts = LABEL, []
        for shade, count in enumerate(counts):
            length = round(count / most * FULL)
            if count:
                parts.append(Part(x, max(2, length), shade % SHADES, count))
                x += max(2, length)
        made.append(Bar(place * ROW + 4, shortened(name), tuple(parts), str(sum(counts)), x + 8))
    return Bars(LABEL + FULL + 70, len(rows) * ROW + 4, tuple(made))


def plain(rows: Sequence[tuple[str, int]]) -> Bars | None:
    """One bar for each (name, count)."""
    return stacked([(name, (count,)) for name, count in rows])


@dataclass(frozen=True)
class Column:
    x: int
    y: int
    height: int
    name: str
    count: int
    middle: int


@dataclass(frozen=True)
class Columns:
    width: int
    height: int
    wide: int
    base: int
    columns: tuple[Column, ...]


def columns(rows: Sequence[tuple[str, int]]) -> Columns | None:
    """A column for each (name, count), side by side: for what goes on in time."""
    most = max((count for _, count in rows), default=0)
    if not most:
        return None
    step, high, top = 62, 150, 22
    made = []
    for place, (name, count) in enumerate(rows):
        height = max(1 if count else 0, round(count / most * high))
        x = place * step + 8
        made.append(Column(x, top + high - height, height, name, count, x + (step - 16) // 2))
    return Columns(len(rows) * step + 8, top + high + 26, step - 16, top + high + 18, tuple(made))


@dataclass(frozen=True)
class Spent:
    """A budget as a bar: how far it is spent, and how far beyond."""

    within: int
    beyond: int
    full: int = 240


def spent(number: int, of: int | None) -> Spent | None:
    if of is None:
        return None
    scale = max(number, of, 1)
    return Spent(
        round(min(number, of) / scale * 240), round(max(0, number - of) / scale * 240), round(of / scale * 240)
    )


def shortened(text: str) -> str:
    """A name that fits beside the bars; the table has it whole."""
    return text if len(text) <= LETTERS else text[: LETTERS - 1].rstrip() + "…"
