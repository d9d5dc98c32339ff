"""What a receiver asks of requests beyond the law of the instrument, as it publishes it on its card.

A requirement is ``{"id", "instrument", "pointer", "severity", "when", "require", "says": {lang: text},
"remedy": {lang: text}, "article"}``; ``when`` and ``article`` may be left out. ``when`` and ``require`` are CEL
over the same variables as the rules of a definition. The languages that a receiver accepts are a
requirement like any other: ``language in ["nl", "en"]`` at ``/language``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from comity.instruments import amend, expressions, shapes
from comity.instruments.checks import ELSEWHERE, VARIABLES
from comity.instruments.faults import Problem, unknown
from comity.instruments.model import Cite, Definition, Rule
from comity.lib.errors import BadInput

MOST = 1000  # on one card


class BadRequirement(BadInput):
    code = "instruments.bad-requirement"
    says = "A published requirement cannot be used: {why}"
    next_step = "Mend it on the card; docs/rooms/instruments.md shows its shape."


def check(given: Any, definitions: Sequence[Definition] = ()) -> list[Problem]:
    """Everything wrong with the requirements of a card; pointers start at the list.

    With ``definitions`` the instruments and pointers named must exist there.
    """
    found = list(shapes.problems(given, shapes.Listed(shapes.Thing("requirement"))))
    if found:
        return found
    if len(given) > MOST:
        return [Problem("", f"A card holds at most {MOST} requirements; this one has {len(given)}.")]
    seen: set[str] = set()
    for index, one in enumerate(given):
        if one["id"] in seen:
            found.append(Problem(f"/{index}/id", f"{one['id']!r} stands here a second time."))
        seen.add(one["id"])
        found.extend(_problems(one, f"/{index}", {definition.id: definition for definition in definitions}))
    return found


def _problems(one: dict[str, Any], pointer: str, known: dict[str, Definition]) -> Iterator[Problem]:
    for key in ("when", "require"):
        if key in one:
            for says in expressions.problems(one[key], VARIABLES):
                yield Problem(f"{pointer}/{key}", says)
    for key in ("says", "remedy"):
        if not one[key]:
            yield Problem(f"{pointer}/{key}", "This text stands in at least one language.")
    if known and one["instrument"] not in known:
        yield Problem(f"{pointer}/instrument", unknown("instrument", one["instrument"], known), tuple(known))
    elif known and not _is_place(known[one["instrument"]], one["pointer"]):
        yield Problem(f"{pointer}/pointer", f"There is no field {one['pointer']!r} in this instrument.")


def _is_place(definition: Definition, pointer: str) -> bool:
    root = "/" + pointer.removeprefix("/").partition("/")[0]
    if pointer.startswith("/form/"):
        return amend.find(definition, pointer) is not None
    return root in ELSEWHERE


def rule(one: Any, language: str) -> Rule:
    """The rule that preflight runs, with its texts in a language, in English, or in the first there is.

    :raises BadRequirement: it does not have the shape of a requirement.
    """
    found = next(shapes.problems(one, shapes.Thing("requirement")), None)
    if found or not (one["says"] and one["remedy"]):
        raise BadRequirement(why=found.says if found else "It says nothing.")
    article = one.get("article", "")
    return Rule(
        id=one["id"],
        pointer=one["pointer"],
        severity=one["severity"],
        require=one["require"],
        says=_text(one["says"], language),
        remedy=_text(one["remedy"], language),
        cite=Cite(article, one["id"]) if article else None,
        when=one.get("when"),
    )


def _text(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))
