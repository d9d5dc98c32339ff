"""The tree of an item as a drawing: what it was made of at the beginning, what was made of it at the end."""

from dataclasses import dataclass

from django.urls import reverse

from comity.evidence.queries import Kin, Tree

WIDTH, HEIGHT, GAP_X, GAP_Y, EDGE = 190, 56, 70, 16, 4
LONGEST = 24


@dataclass(frozen=True)
class Node:
    ref: str
    label: str
    title: str
    href: str
    x: int
    y: int
    here: bool
    gone: bool


@dataclass(frozen=True)
class Line:
    path: str
    way: str
    x: int
    y: int


@dataclass(frozen=True)
class Picture:
    """Boxes and lines with their places; empty where an item stands alone."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]


def tree(found: Tree, ref: str, ways: dict[str, str]) -> Picture | None:
    if len(found.nodes) < 2:
        return None
    depths = sorted({one.depth for one in found.nodes})
    columns = {depth: [one for one in found.nodes if one.depth == depth] for depth in depths}
    tallest = max(len(rows) for rows in columns.values())
    height = tallest * (HEIGHT + GAP_Y) - GAP_Y + 2 * EDGE
    placed: dict[str, tuple[int, int]] = {}
    nodes = []
    for column, depth in enumerate(depths):
        rows = columns[depth]
        top = (height - (len(rows) * (HEIGHT + GAP_Y) - GAP_Y)) // 2
        for row, one in enumerate(rows):
            x, y = EDGE + column * (WIDTH + GAP_X), top + row * (HEIGHT + GAP_Y)
            placed[one.ref] = (x, y)
            nodes.append(node(one, ref, x, y))
    lines = tuple(line(placed[one.source], placed[one.item], ways.get(one.way, one.way)) for one in found.edges)
    width = len(depths) * (WIDTH + GAP_X) - GAP_X + 2 * EDGE
    return Picture(width, height, tuple(nodes), lines)


def node(one: Kin, ref: str, x: int, y: int) -> Node:
    title = one.title if len(one.title) <= LONGEST else f"{one.title[: LONGEST - 1]}…"
    href = reverse("case-item", args=[one.case, one.label])
    return Node(one.ref, one.label, title, href, x, y, one.ref == ref, one.state in ("returned", "destroyed"))


def line(source: tuple[int, int], made: tuple[int, int], way: str) -> Line:
    x1, y1 = source[0] + WIDTH, source[1] + HEIGHT // 2
    x2, y2 = made[0], made[1] + HEIGHT // 2
    middle = (x1 + x2) // 2
    return Line(f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}", way, middle, (y1 + y2) // 2 - 6)
