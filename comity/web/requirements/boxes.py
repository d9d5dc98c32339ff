"""The boxes of a requirement: what a page shows of an entry, and an entry from what was posted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import QueryDict

from comity.instruments import catalogue, texts
from comity.instruments import requirement_kinds as kinds
from comity.instruments.codes import LANGUAGES
from comity.instruments.requirement_kinds import Entry
from comity.web.forms import choices
from comity.web.pages import language

PDF = "application/pdf"


def posted(one: Entry, post: QueryDict) -> Entry:
    """The entry with what was typed; what cannot be used stays as it is, for the check to say so."""
    return replace(
        one,
        severity=post.get("severity", ""),
        settings=_settings(one, post),
        says=_texts(post, "says", one.says),
        remedy=_texts(post, "remedy", one.remedy),
        article=text(post, "article"),
        note=text(post, "note"),
    )


def text(post: QueryDict, name: str) -> str:
    return str(post.get(name, "")).replace("\r\n", "\n").strip()


def _texts(post: QueryDict, part: str, before: dict[str, str]) -> dict[str, str]:
    """The texts of one part; those in a language that the page does not show stay."""
    kept = {code: told for code, told in before.items() if code not in kinds.ALL}
    return {**kept, **{code: told for code in kinds.ALL if (told := text(post, f"{part}-{code}"))}}


def _settings(one: Entry, post: QueryDict) -> dict[str, Any]:
    field = {"field": one.settings["field"]} if "field" in one.settings else {}
    match one.kind:
        case "languages":
            typed = re.findall(r"\w+", text(post, "settings-other").lower())
            return {"languages": list(dict.fromkeys([*post.getlist("settings-languages"), *typed]))}
        case "number":
            number = re.sub(r"[\s\u00a0\u202f]", "", text(post, "settings-number")).replace(",", ".")
            told = {"way": text(post, "settings-way"), "number": number}
            currency = text(post, "settings-currency").upper()
            return {**field, **told, **({"currency": currency} if currency else {}), "once": "settings-once" in post}
        case "authority" | "choice":
            return {**field, "answers": post.getlist("settings-answers")}
        case "attachments":
            typed = text(post, "settings-other").lower().split()
            return {
                "number": text(post, "settings-number"),
                "types": list(dict.fromkeys([*post.getlist("settings-types"), *typed])),
            }
        case "size":
            return {"number": text(post, "settings-number")}
        case "expression":
            return {name: text(post, f"settings-{name}") for name in ("pointer", "require", "when")}
        case _:
            return field


def shown(one: Entry) -> dict[str, Any]:
    """What the page of an entry needs besides the entry."""
    definition = catalogue.get(one.instrument)
    place = kinds.find(definition, one)
    said = texts.of(definition, language())
    return {
        "place": place,
        "place_label": place.label(said) if place else "",
        "several": bool(place and place.in_rows),
        "money": bool(place and place.field.type == "money"),
        "answers": [(option.value, said.t(f"{place.key}.options.{option.value}")) for option in place.field.options]
        if place
        else [],
        "usual_languages": usual_languages(one),
        "other_languages": " ".join(
            code for code in one.settings.get("languages", ()) if code not in dict(usual_languages(one))
        ),
        "other_types": " ".join(name for name in one.settings.get("types", ()) if name != PDF),
        "texts": written(one),
    }


def usual_languages(one: Entry) -> list[tuple[str, str]]:
    """The languages that stand as boxes to tick: our own, those of the fixed texts, and what is ticked already."""
    codes = dict.fromkeys([*settings.COMITY.languages, *kinds.ALL, *one.settings.get("languages", ())])
    return [(code, choices.language_name(code, language())) for code in codes if code in LANGUAGES]


def written(one: Entry) -> list[dict[str, Any]]:
    """The two texts of each language, with the sentence that stands there when nobody writes another."""
    definition = catalogue.get(one.instrument)
    first = dict.fromkeys([*(code for code in settings.COMITY.languages if code in kinds.ALL), texts.ENGLISH])
    return [
        {
            "code": code,
            "name": choices.language_name(code, language()),
            "direction": choices.direction(code),
            "says": one.says.get(code, ""),
            "remedy": one.remedy.get(code, ""),
            "suggested": kinds.suggestion(one, definition, code),
            "first": code in first,
        }
        for code in (*first, *(code for code in kinds.ALL if code not in first))
    ]


def sections(instrument: str, kind: str) -> list[dict[str, Any]]:
    """The fields that a requirement of this kind may be about, by section of the form, in the reader's language."""
    definition = catalogue.get(instrument)
    said = texts.of(definition, language())
    found: dict[str, list[tuple[str, str]]] = {}
    for place in kinds.offered(definition, kind):
        found.setdefault(place.section, []).append((place.path, place.label(said)))
    return [{"title": said.t(f"form.{id}.title"), "places": places} for id, places in found.items()]
