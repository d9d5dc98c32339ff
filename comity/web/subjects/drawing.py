"""The relations of a subject as a drawing: who points to it on the left, to what it points on the right."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.subjects.queries import Relation
from comity.web.cases.leading import address
from comity.web.subjects import words

MOST = 8  # on each side
STEP, TOP, WIDTH = 64, 44, 900
LETTERS = 26
SHARE = ("percentage", "role", "relationship", "amount")


@dataclass(frozen=True)
class Arm:
    """One relation: where its line ends, what stands there, and what the relation is."""

    x: int
    y: int
    text: int
    anchor: str
    name: str
    whole: str
    href: str
    says: str
    middle: int
    centre: int


@dataclass(frozen=True)
class Drawing:
    height: int
    middle: int
    name: str
    arms: tuple[Arm, ...]
    left_out: int
    start: int = 0
    width: int = WIDTH


def drawing(name: str, relations: Sequence[Relation]) -> Drawing | None:
    """The drawing; None where there is nothing to draw."""
    if not relations:
        return None
    right = [one for one in relations if one.out]
    left = [one for one in relations if not one.out]
    rows = min(max(len(right), len(left)), MOST)
    height = TOP * 2 + (rows - 1) * STEP
    arms = [*side(left[:MOST], 250, 240, "end", height), *side(right[:MOST], 650, 660, "start", height)]
    start = 0 if left else 340  # a side without relations takes no room
    width = WIDTH - start - (0 if right else 340)
    return Drawing(height, height // 2, short(name), tuple(arms), len(relations) - len(arms), start, width)


def side(relations: Sequence[Relation], x: int, text: int, anchor: str, height: int) -> list[Arm]:
    first = (height - (len(relations) - 1) * STEP) // 2
    found = []
    for place, one in enumerate(relations):
        y = first + place * STEP
        detail = next((value for name in SHARE for value in one.values.get(name, ())), "")
        says = f"{words.kind(one.kind)} {detail}".strip()
        middle = (x + (450 - 70 if anchor == "end" else 450 + 70)) // 2
        whole = one.other.caption
        href = address("subject", one.other.ref)
        found.append(Arm(x, y, text, anchor, short(whole), whole, href, short(says), middle, (y + height // 2) // 2))
    return found


def short(text: str) -> str:
    return text if len(text) <= LETTERS else text[: LETTERS - 1] + "…"
