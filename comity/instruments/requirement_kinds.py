"""The common kinds of requirement: what an administrator answers in boxes, as the rule that travels on the card.

An entry is what was answered; ``rule`` makes of it what ``requirements`` checks and preflight runs: an expression in
CEL and the sentences that a sender reads, in every language of the fixed texts. Sentences that nobody wrote are the
engine's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from comity.instruments import catalogue, expressions, parts, requirements, texts
from comity.instruments.asking import Place, asked, places
from comity.instruments.checks import VARIABLES
from comity.instruments.codes import LANGUAGES
from comity.instruments.faults import Problem
from comity.instruments.model import Definition, Field
from comity.instruments.texts import ENGLISH, FORMS, Texts, message

ALL = (ENGLISH, *FORMS)
SEVERITIES = ("stop", "mend", "note")
KINDS = ("languages", "answered", "number", "authority", "choice", "attachments", "size", "expression")
ABOUT_A_FIELD = frozenset({"answered", "number", "authority", "choice"})
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9*][a-z0-9!#$&^_.+-]*")
NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")
CURRENCY = re.compile(r"[A-Z]{3}")
CODE = re.compile(r"['\"]([a-z]{2})['\"]")
SPOKEN = re.compile(rf"language (?:== {CODE.pattern}|in \[\s*{CODE.pattern}(?:\s*,\s*{CODE.pattern})*\s*\])")
MEGABYTE = 1_000_000
OPEN = "…"
LONGEST_TEXT, LONGEST_ARTICLE, LONGEST_NOTE = 4000, 300, 4000

Settings = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """A requirement as its author filled it in.

    ``settings`` by kind: languages {languages} · answered {field} · number {field, way: least or most, number,
    currency, once} · authority, choice {field, answers} · attachments {number, types} · size {number} · expression
    {pointer, require, when}. ``says`` and ``remedy`` hold the texts that somebody wrote, by language. ``note`` stays
    on this node.
    """

    id: str
    instrument: str
    kind: str
    severity: str = "stop"
    settings: Settings = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    remedy: dict[str, str] = field(default_factory=dict)
    article: str = ""
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def entry(value: Mapping[str, Any]) -> Entry:
    """An entry that was stored."""
    return Entry(**value)


def from_rule(rule: Mapping[str, Any]) -> Entry:
    """An entry for a rule that was written by hand: as its kind where it reads as one, otherwise as an expression."""
    shared = {key: rule[key] for key in ("id", "instrument", "severity", "says", "remedy")}
    codes = [] if "when" in rule or not SPOKEN.fullmatch(rule["require"]) else CODE.findall(rule["require"])
    if codes and rule["pointer"] == "/language":
        return Entry(kind="languages", settings={"languages": codes}, article=rule.get("article", ""), **shared)
    settings = {"pointer": rule["pointer"], "require": rule["require"], "when": rule.get("when", "")}
    return Entry(kind="expression", settings=settings, article=rule.get("article", ""), **shared)


def rule(one: Entry) -> dict[str, Any]:
    """The requirement as it stands on the card. Settings are as ``problems`` wants them.

    :raises UnknownInstrument: there is no such instrument; an expression does not ask for it.
    """
    made = {"id": one.id, "instrument": one.instrument, "severity": one.severity}
    article = {"article": one.article} if one.article else {}
    if one.kind == "expression":
        written = {key: one.settings[key] for key in ("pointer", "require", "when") if one.settings.get(key)}
        return {"require": "", **made, **written, "says": one.says, "remedy": one.remedy, **article}
    definition = catalogue.get(one.instrument)
    return {
        **made,
        "pointer": _pointer(one, definition),
        "require": _require(one, definition),
        "says": _in_all(one.says, one, definition, 0),
        "remedy": _in_all(one.remedy, one, definition, 1),
        **article,
    }


def _in_all(own: Mapping[str, str], one: Entry, definition: Definition, part: int) -> dict[str, str]:
    """What was written, and for every other language the engine's own sentence."""
    suggested = {language: suggestion(one, definition, language)[part] for language in ALL}
    return {language: text for language, text in {**suggested, **own}.items() if text}


def offered(definition: Definition, kind: str) -> tuple[Place, ...]:
    """The fields that a requirement of this kind may be about, in the order of the form."""
    return _offered(definition.id, definition.digest, kind)


@lru_cache(maxsize=128)
def _offered(id: str, digest: str, kind: str) -> tuple[Place, ...]:
    found = (place for place in places(catalogue.get(id)) if _suits(place, kind))
    return tuple(place for place in found if not expressions.problems(_sample(place, kind), VARIABLES))


def _suits(place: Place, kind: str) -> bool:
    one = place.field
    around = place.fields[-2].type if len(place.fields) > 1 else place.section
    authority = one.id == "kind" and around == "authority"
    match kind:
        case "answered":
            return not one.required or one.when is not None
        case "number":
            return one.type in ("number", "money")
        case "authority":
            return authority
        case _:
            return one.type in ("choice", "choices") and not authority


def _sample(place: Place, kind: str) -> str:
    settings = {"number": "1000000000", "way": "least", "currency": "EUR", "once": True}
    answers = [option.value for option in place.field.options]
    return asked(place, _test(kind, {**settings, "answers": answers}), needed=kind == "answered", once=kind == "number")


def suggestion(one: Entry, definition: Definition, language: str) -> tuple[str, str]:
    """The engine's own sentences for an entry: what it asks, and how to mend it.

    Both are empty for an expression, and in a language into which nobody has translated them: its readers then get
    the English. What the author has not given yet stands as three points.
    """
    if one.kind not in KINDS or one.kind == "expression":
        return "", ""
    keys = f"requirement.{_sentence(one)}.says", f"requirement.{one.kind}.remedy"
    if not all(texts.has_message(language, key) for key in keys):
        return "", ""
    said = texts.of(definition, language)
    told = {
        "number": str(one.settings.get("number") or OPEN),
        "languages": ", ".join(
            parts.language_named(code, language) for code in one.settings.get("languages", ()) if code in LANGUAGES
        )
        or OPEN,
        "types": ", ".join(one.settings.get("types", ())),
    }
    if one.kind in ABOUT_A_FIELD:
        place = find(definition, one)
        if place is None:
            return "", ""
        told |= {"field": message(language, "quoted", label=place.label(said)), **_answers(place, one.settings, said)}
        if place.field.type == "money":
            told["number"] += f" {one.settings.get('currency', '')}"
    return message(language, keys[0], **told), message(language, keys[1], **told)


def _answers(place: Place, settings: Settings, said: Texts) -> dict[str, str]:
    names = (said.t(f"{place.key}.options.{value}") or value for value in settings.get("answers", ()))
    return {"answers": ", ".join(names) or OPEN}


def _sentence(one: Entry) -> str:
    if one.kind == "number":
        way = "most" if one.settings.get("way") == "most" else "least"
        return f"number.{'once_' if one.settings.get('once') else ''}{way}"
    if one.kind == "attachments" and one.settings.get("types"):
        return "attachments.typed"
    return one.kind


def find(definition: Definition, one: Entry) -> Place | None:
    """The field that an entry is about."""
    wanted = one.settings.get("field")
    return next((place for place in places(definition) if place.path == wanted), None)


def _pointer(one: Entry, definition: Definition) -> str:
    if one.kind == "languages":
        return "/language"
    if one.kind in ("attachments", "size"):
        return "/attachments"
    place = find(definition, one)
    return place.pointer if place else ""


def _require(one: Entry, definition: Definition) -> str:
    settings = one.settings
    match one.kind:
        case "languages":
            return f"language in {_list(settings['languages'])}"
        case "attachments":
            return _attached(settings)
        case "size":
            return f"attachments.all(x, x.size <= {int(settings['number']) * MEGABYTE})"
        case _:
            place = find(definition, one)
            once = bool(settings.get("once"))
            return asked(place, _test(one.kind, settings), needed=one.kind == "answered", once=once) if place else ""


def _attached(settings: Settings) -> str:
    if not settings.get("types"):
        return f"size(attachments) >= {settings['number']}"
    return f"size(attachments.filter(x, x.media_type in {_list(settings['types'])})) >= {settings['number']}"


def _test(kind: str, settings: Settings) -> Callable[[Field, str], str]:
    """What must hold of an answer that is there, as an expression over the place where it stands."""

    def holds(one: Field, here: str) -> str:
        if kind == "answered":
            return "true"
        if kind == "number":
            return _compared(one, here, settings)
        wanted = _list(settings["answers"])
        return f"{here}.all(a, a in {wanted})" if one.type == "choices" or one.repeated else f"{here} in {wanted}"

    return holds


def _compared(one: Field, here: str, settings: Settings) -> str:
    sign = ">=" if settings["way"] == "least" else "<="
    number = str(settings["number"])
    if one.type != "money":
        return f"{here}.all(n, n {sign} {number})" if one.repeated else f"{here} {sign} {number}"
    same = f"{here}.currency {'==' if settings.get('once') else '!='} {_quoted(settings['currency'])}"
    amount = f"double({here}.amount) {sign} {number if '.' in number else f'{number}.0'}"
    return f"{same} && {amount}" if settings.get("once") else f"({same} || {amount})"


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(_quoted(value) for value in values)}]"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


# What is wrong with an entry


def problems(one: Entry) -> list[Problem]:
    """Everything that keeps an entry from being published; pointers are its own, such as ``/settings/languages``."""
    if one.instrument not in catalogue.ids():
        return [Problem("/instrument", "Choose the instrument.")]
    if one.kind not in KINDS:
        return [Problem("/kind", "Choose what kind of requirement it is.")]
    definition = catalogue.get(one.instrument)
    found = [*_settings(one, definition), *_texts(one)]
    if one.severity not in SEVERITIES:
        found.append(Problem("/severity", "Choose what happens to a request that does not meet it."))
    if len(one.article) > LONGEST_ARTICLE or "\n" in one.article:
        found.append(Problem("/article", "An article is one line of at most 300 characters."))
    if len(one.note) > LONGEST_NOTE:
        found.append(Problem("/note", "A note has at most 4000 characters."))
    if one.kind == "expression" and one.settings.get("pointer"):
        found.extend(_expression(one, definition))
    return found or _of_rule(rule(one), definition)


def _expression(one: Entry, definition: Definition) -> list[Problem]:
    """What is wrong with an expression and its place; its sentences may still be missing."""
    texts = {"says": {ENGLISH: OPEN}, "remedy": {ENGLISH: OPEN}}
    return _of_rule({**rule(one), **texts, "id": "expression"}, definition)


def _of_rule(made: dict[str, Any], definition: Definition) -> list[Problem]:
    """What the check of a whole card would say."""
    return [
        Problem("/settings" + found.pointer.removeprefix("/0"), found.says)
        for found in requirements.check([made], [definition])
    ]


def _texts(one: Entry) -> Iterator[Problem]:
    if one.kind == "expression" and not one.says.get(ENGLISH):
        yield Problem("/says/en", "Say in English at least what is asked: an expression has no sentence of its own.")
    if one.kind == "expression" and not one.remedy.get(ENGLISH):
        yield Problem("/remedy/en", "Say in English at least how to mend it.")
    for part, own in (("says", one.says), ("remedy", one.remedy)):
        for language, text in own.items():
            if len(text) > LONGEST_TEXT:
                yield Problem(f"/{part}/{language}", "A text has at most 4000 characters.")


def _settings(one: Entry, definition: Definition) -> Iterator[Problem]:
    settings = one.settings
    if one.kind in ABOUT_A_FIELD and settings.get("field") not in [
        place.path for place in offered(definition, one.kind)
    ]:
        yield Problem("/settings/field", "Choose the field.")
        return
    match one.kind:
        case "languages":
            codes = settings.get("languages")
            if not codes or any(code not in LANGUAGES for code in codes):
                yield Problem("/settings/languages", "Choose at least one language.")
        case "number":
            yield from _number(one, definition)
        case "authority" | "choice":
            place = find(definition, one)
            known = [option.value for option in place.field.options] if place else []
            if not settings.get("answers") or any(value not in known for value in settings["answers"]):
                yield Problem("/settings/answers", "Choose at least one answer.")
        case "attachments" | "size":
            if not re.fullmatch(r"[1-9][0-9]{0,5}", str(settings.get("number", ""))):
                yield Problem("/settings/number", "Write a whole number from 1 on.")
            if any(not MEDIA_TYPE.fullmatch(one) for one in settings.get("types", ())):
                yield Problem("/settings/types", "A media type looks like application/pdf.")
        case "expression":
            if not settings.get("pointer"):
                yield Problem("/settings/pointer", "Name the place, for example /form or /language.")


def _number(one: Entry, definition: Definition) -> Iterator[Problem]:
    place, number = find(definition, one), str(one.settings.get("number", ""))
    if one.settings.get("way") not in ("least", "most"):
        yield Problem("/settings/way", "Choose whether it is the least or the most.")
    if not NUMBER.fullmatch(number):
        yield Problem("/settings/number", "Write a number, with a point if it has a fraction.")
    elif place and place.field.type == "number" and "." in number:
        yield Problem("/settings/number", "This field takes whole numbers only.")
    if place and place.field.type == "money" and not CURRENCY.fullmatch(str(one.settings.get("currency", ""))):
        yield Problem("/settings/currency", "Write the currency as three letters, for example EUR.")
