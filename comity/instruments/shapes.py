"""Which keys a definition may hold, and what stands under each: one table for the loader and for editors.

``problems`` walks a value against the table; ``schema`` turns the same table into JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from comity.instruments.faults import Problem, escape, near

ID = r"^[a-z][a-z0-9_]*$"
INSTRUMENT_ID = r"^[a-z][a-z0-9-]*$"
COUNTRY = r"^([A-Z]{2}|ICC)$"
FAMILIES = (
    "asset_recovery", "cyber", "e_evidence", "evidence", "extradition", "icc", "information", "jit", "mla", "surrender",
    "technique", "transfer",
)  # fmt: skip
RULE_ID = r"^[a-z][a-z0-9_-]*$"


@dataclass(frozen=True)
class Text:
    """Text that is not empty; ``pattern`` for identifiers, ``values`` for a closed list, ``none`` allows null."""

    pattern: str | None = None
    values: tuple[str, ...] = ()
    none: bool = False


@dataclass(frozen=True)
class Whole:
    least: int = 0


@dataclass(frozen=True)
class YesNo:
    pass


@dataclass(frozen=True)
class Plain:
    """Text, a whole number, or true and false: what a condition compares with."""


@dataclass(frozen=True)
class Anything:
    """Any value: what the author of a scenario puts into a request."""


@dataclass(frozen=True)
class Listed:
    item: Shape
    least: int = 0


@dataclass(frozen=True)
class Mapped:
    """An object whose keys the author chooses, or takes from ``keys``."""

    item: Shape
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thing:
    """An object with the keys of ``THINGS[name]``; ``none`` allows null."""

    name: str
    none: bool = False


Shape = Text | Whole | YesNo | Plain | Anything | Listed | Mapped | Thing


@dataclass(frozen=True)
class Key:
    shape: Shape
    required: bool = False
    says: str = ""


CITE = {
    "article": Key(Text(), says="The article, down to the paragraph."),
    "source": Key(Text(), says="A key of sources."),
    "confidence": Key(Text(values=("verified", "memory")), says="verified only when the text was read."),
}
CITED = {name: Key(key.shape, True, key.says) for name, key in CITE.items()}


def _must(shape: Shape, says: str = "") -> Key:
    return Key(shape, True, says)


FIELD_KEYS: dict[str, Key] = {
    "id": _must(Text(ID), "Unique among its siblings."),
    "type": _must(Text(), "A field type or a composite."),
    "label": _must(Text(), "The question, as a person reads it."),
    "help": Key(Text(), says="What belongs here, in plain words."),
    "required": Key(YesNo()),
    "when": Key(Thing("when"), says="Shown, and if required then required, only then."),
    "options": Key(Listed(Thing("option"), 1)),
    "fields": Key(Listed(Thing("field"), 1)),
    "repeated": Key(YesNo()),
    "at_least": Key(Whole(1)),
    "max_length": Key(Whole(1)),
    "pattern": Key(Text(), says="A regular expression that the whole text must match."),
    **CITE,
}

THINGS: dict[str, dict[str, Key]] = {
    "definition": {
        "id": _must(Text(INSTRUMENT_ID), "The id of the shared reference data and of the command line."),
        "version": _must(Whole(1), "Raised by any change of meaning."),
        "title": _must(Text()),
        "family": _must(Text(values=FAMILIES), "The heading under which menus show it."),
        "says": _must(Text(), "Plain words, two sentences at most."),
        "legal_basis": _must(Listed(Thing("basis"), 1)),
        "parties": _must(
            Listed(Thing("party"), 2), "The first opens the dossier; the first two are issuing and executing."
        ),
        "form": _must(Listed(Thing("section"), 1)),
        "stages": _must(Listed(Thing("stage"), 1)),
        "acts": _must(Listed(Thing("act"), 1), "The first opens the dossier."),
        "grounds": Key(Mapped(Listed(Thing("ground")), ("refusal", "postponement", "not_permitted"))),
        "deadlines": Key(Listed(Thing("deadline"))),
        "rules": Key(Listed(Thing("rule"))),
        "notes": Key(Listed(Thing("note"))),
        "dated": Key(Text(r"^/"), says="The field of the form with the day of the request."),
        "sources": _must(Mapped(Thing("source"))),
    },
    "basis": {
        "treaty": _must(Text()),
        "short": _must(Text()),
        "articles": _must(Text()),
        "official_url": Key(Text()),
        "needs": Key(
            Text(values=("both", "issuing", "executing", "none")),
            says="Who must be bound on the day of the request; absent: both for the first basis, none for others.",
        ),
        "when": Key(Thing("when"), says="It needs what it says only then."),
    },
    "party": {
        "id": _must(Text(ID)),
        "title": _must(Text()),
        "says": _must(Text()),
        "only": Key(Listed(Text(COUNTRY), 1), says="The countries (or ICC) that may play this part."),
        "never": Key(Listed(Text(COUNTRY), 1), says="The countries (or ICC) that may not play this part."),
        **CITE,
    },
    "section": {
        "id": _must(Text(ID)),
        "title": _must(Text()),
        "help": Key(Text()),
        "fields": _must(Listed(Thing("field"), 1)),
        **CITE,
    },
    "field": FIELD_KEYS,
    "when": {
        "field": _must(Text(), "A sibling, or a pointer from the root of the form."),
        "equals": Key(Plain()),
        "one_of": Key(Listed(Plain(), 1)),
        "includes": Key(Plain()),
        "answered": Key(YesNo()),
    },
    "option": {"value": _must(Text(r"^[A-Za-z0-9_.-]+$")), "label": _must(Text()), **CITE},
    "stage": {
        "id": _must(Text(ID)),
        "title": _must(Text()),
        "says": _must(Text()),
        "holder": _must(Text(), "The party that must move next, or none."),
        "final": Key(YesNo()),
    },
    "act": {
        "id": _must(Text(ID)),
        "title": _must(Text()),
        "says": Key(Text()),
        "by": _must(Listed(Text(), 1)),
        "from": Key(Listed(Text(), 1), says="Absent: every stage that is not final."),
        "to": Key(Text()),
        "effect": Key(Text()),
        "event": Key(Text(ID)),
        "event_at": Key(Text()),
        "four_eyes": Key(YesNo()),
        "grounds": Key(Text()),
        "form": Key(Listed(Thing("field"))),
        **CITE,
    },
    "ground": {
        "code": _must(Text(ID)),
        "kind": _must(Text(values=("mandatory", "optional"))),
        "says": _must(Text()),
        "test": Key(Text(ID), says="The function of law.grounds that weighs it."),
        **CITED,
    },
    "deadline": {
        "id": _must(Text(ID)),
        "title": _must(Text()),
        "owed_by": _must(Text()),
        "starts": _must(Text(ID)),
        "met_by": _must(Listed(Text(), 1)),
        "law": _must(Text(), "A line in law/data/deadlines."),
        "when": Key(Thing("when")),
        "reckoned_in": Key(Text(), says="The party whose calendar counts; absent: the one that owes it."),
        "extended_by": Key(Text()),
    },
    "rule": {
        "id": _must(Text(RULE_ID)),
        "pointer": _must(Text()),
        "severity": _must(Text(values=("stop", "mend", "note"))),
        "when": Key(Text()),
        "require": _must(Text()),
        "says": _must(Text()),
        "remedy": _must(Text()),
        **CITE,
    },
    "note": {"topic": _must(Text(ID)), "says": _must(Text()), **CITED},
    "source": {
        "title": _must(Text()),
        "url": Key(Text(none=True)),
        "official_url": Key(Text(none=True)),
        "read": Key(Text(none=True)),
    },
    "composite": {
        "label": _must(Text()),
        "help": Key(Text()),
        "fields": _must(Listed(Thing("field"), 1)),
    },
    "requirement": {
        "id": _must(Text()),
        "instrument": _must(Text(INSTRUMENT_ID)),
        "pointer": _must(Text(r"^/")),
        "severity": _must(Text(values=("stop", "mend", "note"))),
        "when": Key(Text()),
        "require": _must(Text()),
        "says": _must(Mapped(Text())),
        "remedy": _must(Mapped(Text())),
        "article": Key(Text()),
    },
    "scenarios": {
        "instrument": _must(Text(INSTRUMENT_ID)),
        "scenarios": _must(Listed(Thing("scenario"), 1)),
    },
    "scenario": {
        "id": _must(Text(r"^[a-z0-9][a-z0-9-]*$"), "Unique in the file."),
        "title": _must(Text(), "What happens and what comes of it, in one sentence."),
        "article": _must(Text()),
        "issuing": Key(Text(COUNTRY), says="A country; absent: that of the example."),
        "executing": Key(Text(COUNTRY), says="A country; absent: that of the example."),
        "language": Key(Text()),
        "facts": Key(Mapped(Anything())),
        "on": Key(Text(), says="The day of the check, for a preflight."),
        "change": Key(Mapped(Anything()), says="Pointers into the example's request; null takes out."),
        "acts": Key(Listed(Thing("step"), 1)),
        "then": _must(Thing("then")),
    },
    "step": {
        "act": _must(Text()),
        "at": _must(Text(), "A moment with a time zone."),
        "by": Key(Text()),
        "as": Key(Text(), says="A name for later acts of the scenario."),
        "content": Key(Mapped(Anything())),
    },
    "then": {
        "stage": Key(Text()),
        "holder": Key(Text()),
        "clocks": Key(Mapped(Thing("clock", none=True)), says="By id; null: it does not run."),
        "questions": Key(Whole(), says="How many are open."),
        "breached": Key(Whole(), says="How many assurances are breached."),
        "out_of_place": Key(Listed(Text()), says="Acts without effect, by name or type."),
        "form": Key(Mapped(Anything())),
        "verdict": Key(Text(values=("send", "mend", "stop"))),
        "rules": Key(Listed(Text()), says="Rules of the preflight that find something."),
        "not_rules": Key(Listed(Text()), says="Rules that find nothing."),
    },
    "clock": {
        "due": Key(Text(none=True)),
        "met": Key(YesNo()),
        "met_at": Key(Text(none=True)),
        "met_in_time": Key(YesNo()),
    },
}


def problems(value: Any, shape: Shape, pointer: str = "") -> Iterator[Problem]:
    """Every place where ``value`` is not what the table says; never raises."""
    if isinstance(shape, Thing):
        yield from _thing(value, shape, pointer)
    elif isinstance(shape, Mapped):
        yield from _mapped(value, shape, pointer)
    elif isinstance(shape, Listed):
        yield from _listed(value, shape, pointer)
    else:
        yield from _scalar(value, shape, pointer)


def _thing(value: Any, shape: Thing, pointer: str) -> Iterator[Problem]:
    keys = THINGS[shape.name]
    allowed = tuple(sorted(keys))
    if value is None and shape.none:
        return
    if not isinstance(value, dict):
        yield Problem(pointer, f"Here stands a {shape.name} with keys, not {describe(value)}.", allowed)
        return
    for name, item in value.items():
        if name not in keys:
            yield Problem(
                f"{pointer}/{escape(name)}",
                f"A {shape.name} has no key {str(name)!r}.{near(name, keys)}",
                allowed,
            )
        else:
            yield from problems(item, keys[name].shape, f"{pointer}/{name}")
    for name, key in keys.items():
        if key.required and name not in value:
            yield Problem(pointer, f"This {shape.name} needs the key {name!r}.", ())


def _mapped(value: Any, shape: Mapped, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(pointer, f"Here stands an object with keys, not {describe(value)}.", shape.keys)
        return
    for name, item in value.items():
        below = f"{pointer}/{escape(name)}"
        if not isinstance(name, str):
            yield Problem(below, f"A key is text, not {describe(name)}.")
        elif shape.keys and name not in shape.keys:
            yield Problem(below, f"{name!r} is not known here.{near(name, shape.keys)}", shape.keys)
        else:
            yield from problems(item, shape.item, below)


def _listed(value: Any, shape: Listed, pointer: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(pointer, f"Here stands a list, not {describe(value)}.")
        return
    if len(value) < shape.least:
        yield Problem(pointer, f"This list needs at least {shape.least}.")
    for index, item in enumerate(value):
        yield from problems(item, shape.item, f"{pointer}/{index}")


def _scalar(value: Any, shape: Text | Whole | YesNo | Plain | Anything, pointer: str) -> Iterator[Problem]:
    match shape:
        case Text():
            yield from _text(value, shape, pointer)
        case Whole(least=least):
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                yield Problem(pointer, f"Here stands a whole number of at least {least}, not {describe(value)}.")
        case YesNo():
            if not isinstance(value, bool):
                yield Problem(pointer, f"Here stands true or false, not {describe(value)}.", ("true", "false"))
        case Plain():
            if not isinstance(value, str | int):
                yield Problem(pointer, f"Here stands text, a whole number, true or false, not {describe(value)}.")


def _text(value: Any, shape: Text, pointer: str) -> Iterator[Problem]:
    if value is None and shape.none:
        return
    if not isinstance(value, str) or not value.strip():
        yield Problem(pointer, f"Here stands text, not {describe(value)}.", shape.values)
    elif shape.values and value not in shape.values:
        yield Problem(pointer, f"{value!r} is not allowed here.{near(value, shape.values)}", shape.values)
    elif shape.pattern and not re.search(shape.pattern, value):
        yield Problem(pointer, f"{value!r} is not spelled as this identifier must be: {shape.pattern}.")


def describe(value: Any) -> str:
    """What a value is, in words a person who wrote the file understands."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "an object"
        case list():
            return "a list"
        case str():
            return f"the text {value[:40]!r}" if value else "an empty text"
        case _:
            return f"{value!r}"


def schema(name: str) -> dict[str, Any]:
    """JSON Schema 2020-12 of one kind of file, for editors that complete and check while one writes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Comity {name}",
        "$ref": f"#/$defs/{name}",
        "$defs": {thing: _thing_schema(keys) for thing, keys in THINGS.items()},
    }


def _thing_schema(keys: dict[str, Key]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, key in keys.items() if key.required],
        "properties": {
            name: {**_shape_schema(key.shape), **({"description": key.says} if key.says else {})}
            for name, key in keys.items()
        },
    }


def _shape_schema(shape: Shape) -> dict[str, Any]:
    match shape:
        case Thing(name=name, none=none):
            there = {"$ref": f"#/$defs/{name}"}
            return {"anyOf": [there, {"type": "null"}]} if none else there
        case Mapped(item=item, keys=keys):
            below = _shape_schema(item)
            if keys:
                return {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": dict.fromkeys(keys, below),
                }
            return {"type": "object", "additionalProperties": below}
        case Listed(item=item, least=least):
            return {"type": "array", "items": _shape_schema(item), "minItems": least}
        case Text(values=values) if values:
            return {"enum": list(values)}
        case Text(pattern=pattern, none=none):
            kind: dict[str, Any] = {"type": ["string", "null"] if none else "string", "minLength": 1}
            return {**kind, "pattern": pattern} if pattern else kind
        case Whole(least=least):
            return {"type": "integer", "minimum": least}
        case YesNo():
            return {"type": "boolean"}
        case Plain():
            return {"type": ["string", "integer", "boolean"]}
        case Anything():
            return {}
