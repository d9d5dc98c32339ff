"""Makes the vectors of docs/spec/custody.md: ``python -m tests.vectors.custody``. They are the same on every run."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from comity.evidence import chain
from comity.evidence.chain import Entry
from comity.lib.canonical import canonical
from tests.vectors.make import write

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
ITEM, KEEPER = "c-2026-0001/7", "fr-central"
HASH = "ab" * 32


def entry(number: int, what: str, hours: int, **said: Any) -> Entry:
    moment = AT + timedelta(hours=hours)
    told = {"at": moment, "recorded_at": moment, **said}
    return Entry(KEEPER, ITEM, number, chain.FIRST_PREVIOUS, what, by="alice", name="Alice Martin", **told)


STORY = [
    entry(1, "taken", 0, from_whom="Paul Vidal", to_whom="fr-central", why="Quai Sud 4, Rouen",
          power="search warrant of 20 November 2026", seal="S-17", place="Room 2", sha256=HASH),
    entry(2, "lent", 24, from_whom="fr-central", to_whom="Laboratory of Rouen", why="examination"),
    entry(3, "back", 72, from_whom="Laboratory of Rouen", to_whom="fr-central", seal="S-18"),
    entry(4, "checked", 73, sha256=HASH),
    entry(5, "corrected", 80, from_whom="Laboratory of Rouen", to_whom="fr-central", seal="S-19",
          why="The seal was misread.", corrects=3, at=AT + timedelta(hours=72)),
]  # fmt: skip


def linked(story: list[Entry]) -> list[bytes]:
    """The bytes of the entries, each following the one before."""
    raws: list[bytes] = []
    for one in story:
        raws.append(canonical(replace(one, previous=chain.hash_of(raws[-1]) if raws else one.previous).as_json()))
    return raws


def changed(raws: list[bytes], place: int, change: Callable[[dict[str, Any]], object]) -> list[bytes]:
    told = json.loads(raws[place - 1])
    change(told)
    return [*raws[: place - 1], canonical(told), *raws[place:]]


def case(name: str, raws: list[bytes], faults: list[tuple[int, str]], **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "entries": [raw.decode() for raw in raws],
        "head": more.pop("head", chain.hash_of(raws[-1]) if raws else ""),
        "faults": [{"number": number, "code": code} for number, code in faults],
        **more,
    }


def cases() -> list[dict[str, Any]]:
    good = linked(STORY)
    head = chain.hash_of(good[-1])
    broken, order, bad = "custody.broken", "custody.order", "custody.malformed"
    gap = [STORY[0], replace(STORY[1], from_whom="Customs of Le Havre"), *STORY[2:]]
    late = [STORY[0], replace(STORY[1], left_at=AT + timedelta(hours=20)), *STORY[2:]]
    early = [STORY[0], replace(STORY[1], at=AT - timedelta(hours=1)), *STORY[2:]]
    mended = [*gap, entry(6, "corrected", 90, to_whom="Laboratory of Rouen", from_whom="fr-central",
                          at=AT + timedelta(hours=24), why="Misread.", corrects=2)]  # fmt: skip
    return [
        case("a whole chain", good, [], gaps=[], log=chain.head(ITEM, 5, head).decode()),
        case("nobody says how it came to the customs", linked(gap), [], gaps=[{"number": 2, "kind": "holder"}]),
        case("the same, corrected", linked(mended), [], gaps=[]),
        case("four hours without a holder", linked(late), [], gaps=[{"number": 2, "kind": "time"}]),
        case("earlier than the entry before it", linked(early), [], gaps=[{"number": 2, "kind": "order"}]),
        case("no entry at all", [], [(0, order)], gaps=[]),
        case("a date was changed", changed(good, 2, lambda told: told.update(at="2026-11-25T14:05:00Z")),
             [(3, broken)]),
        case("a name was changed in the last", changed(good, 5, lambda told: told.update(to="Paul Vidal")),
             [(5, "custody.head")], head=head),
        case("an entry was taken out", [*good[:2], *good[3:]],
             [(3, "custody.number"), (3, broken), (4, "custody.number")]),
        case("two entries were swapped", [good[0], good[2], good[1], *good[3:]],
             [(2, "custody.number"), (2, broken), (3, "custody.number"), (3, broken), (4, broken)]),
        case("the last was cut off", good[:4], [(4, "custody.head")], head=head),
        case("an entry of another item", linked([STORY[0], replace(STORY[1], item="c-2026-0001/8")]),
             [(2, "custody.another-item")]),
        case("it begins with a loan", linked([replace(STORY[1], number=1)]), [(1, order)]),
        case("taken twice", linked([STORY[0], replace(STORY[0], number=2)]), [(2, order)]),
        case("moved after it was destroyed",
             linked([STORY[0], entry(2, "destroyed", 5), entry(3, "moved", 6, to_whom="Room 5")]), [(3, order)]),
        case("a correction of a correction", linked([*STORY, entry(6, "corrected", 90, why="again", corrects=5)]),
             [(6, order)]),
        case("an unknown field", changed(good, 5, lambda told: told.update(note="x")), [(5, bad)]),
        case("a field is null", changed(good, 5, lambda told: told.update(place=None)), [(5, bad)]),
        case("a missing field", changed(good, 5, lambda told: told.pop("name")), [(5, bad)]),
        case("another spelling of a moment", changed(good, 5, lambda told: told.update(at="2026-11-26T22:05:00.0Z")),
             [(5, bad)]),
        case("not canonical", [*good[:4], good[4].replace(b'","', b'", "', 1)], [(5, bad)]),
        case("too large", [*good[:4], good[4].replace(b"misread", b"x" * (64 << 10))], [(5, bad)]),
        case("an unknown happening", changed(good, 5, lambda told: told.update(what="burnt")), [(5, bad)]),
    ]  # fmt: skip


def main() -> None:
    about = "docs/spec/custody.md. Each case: entries as text, the head as recorded, the faults that a reader names."
    write("custody", about, cases())


if __name__ == "__main__":
    main()
