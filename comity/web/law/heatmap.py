"""Pictures of how far definitions lie apart, as numbers for a drawing: tiles in a grid, or one bar for each offence.

Every tile carries its number and the shades only darken, so that the picture can be read in black and white.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEVELS = (0.0, 0.1, 0.25, 0.45, 0.65)  # from which degree on a shade is used: 0 the same, 5 nothing in common
TILE, HIGH, LABEL, HEAD = 56, 28, 340, 30
LETTERS = 44  # that fit into the width of a label
BAR, ROW = 320, 26


@dataclass(frozen=True)
class Tile:
    """One field: where it is, how dark, what stands in it. Without a degree nothing is recorded."""

    x: int
    y: int
    level: int | None
    says: str
    title: str

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + TILE // 2, self.y + HIGH // 2 + 5

    @property
    def dark(self) -> bool:
        """Whether the writing has to be light."""
        return self.level is not None and self.level >= 3


@dataclass(frozen=True)
class Label:
    x: int
    y: int
    says: str


@dataclass(frozen=True)
class Grid:
    """A heat map: rows and columns with names, and a tile for each field."""

    width: int
    height: int
    columns: tuple[Label, ...]
    rows: tuple[Label, ...]
    tiles: tuple[Tile, ...]
    tile_width: int = TILE - 2
    tile_height: int = HIGH - 2


@dataclass(frozen=True)
class Bar:
    y: int
    length: int
    level: int
    label: Label
    number: Label


@dataclass(frozen=True)
class Bars:
    """One bar for each offence, on a scale from 0 to 1."""

    width: int
    height: int
    start: int
    full: int
    bars: tuple[Bar, ...]
    thick: int = ROW - 8


def level(degree: float) -> int:
    """The shade of a degree, from 0 to 5."""
    return sum(degree > limit for limit in LEVELS)


def grid(
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    degrees: Mapping[tuple[str, str], float],
) -> Grid:
    """A heat map of rows and columns (id, name); a pair without a degree is an empty field."""
    tiles = []
    for i, (row, title) in enumerate(rows):
        for j, (column, name) in enumerate(columns):
            degree = degrees.get((row, column))
            tiles.append(
                Tile(
                    LABEL + j * TILE,
                    HEAD + i * HIGH,
                    None if degree is None else level(degree),
                    "" if degree is None else number(degree),
                    f"{title}, {name}: {'–' if degree is None else number(degree)}",
                )
            )
    return Grid(
        LABEL + len(columns) * TILE,
        HEAD + len(rows) * HIGH,
        tuple(Label(LABEL + j * TILE + TILE // 2, HEAD - 10, id) for j, (id, _name) in enumerate(columns)),
        tuple(Label(0, HEAD + i * HIGH + HIGH // 2 + 5, shortened(title)) for i, (_id, title) in enumerate(rows)),
        tuple(tiles),
    )


def bars(rows: Sequence[tuple[str, float]]) -> Bars:
    """A bar for each (name, degree)."""
    made = []
    for i, (title, degree) in enumerate(rows):
        y, length = i * ROW, round(degree * BAR)
        middle = y + ROW // 2 + 5
        made.append(
            Bar(
                y + 4,
                length,
                level(degree),
                Label(0, middle, shortened(title)),
                Label(LABEL + length + 8, middle, number(degree)),
            )
        )
    return Bars(LABEL + BAR + 60, len(rows) * ROW, LABEL, BAR, tuple(made))


def number(degree: float) -> str:
    return f"{degree:.2f}"


def shortened(text: str) -> str:
    """A name that fits beside the tiles; the table has it whole."""
    return text if len(text) <= LETTERS else text[: LETTERS - 1].rstrip() + "…"
