"""A request as somebody reads it in any language of its fixed texts, whoever wrote it and in whichever language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override

from comity.instruments import texts
from comity.instruments.model import Definition
from comity.web.forms import choices, wording, words
from comity.web.pages import Http, language, zone

OFFERED = (texts.ENGLISH, *texts.FORMS)


def chosen(http: Http) -> str:
    """The language that the page was asked for (``?read=``), otherwise the reader's own."""
    read = http.GET.get("read", "")
    return read if read in OFFERED else language()


def reading(definition: Definition, form: dict[str, Any], *, written: str, read: str) -> dict[str, Any]:
    """What a page needs to show a request in one language.

    What its author wrote in their own words stays as it is and says so.

    :param definition: in English, as the catalogue holds it.
    :param written: the language of the answers.
    """
    reader = words.Reader(read, zone())
    with override(read):  # the names of months
        sections = [
            {"id": one.id, "title": one.title, "blocks": reader.blocks(one.fields, form.get(one.id), f"/form/{one.id}")}
            for one in wording.in_language(definition, read).sections
        ]
    told = choices.language_name(written, read)
    return {
        "sections": sections,
        "read": read,
        "offered": [(code, choices.own_name(code)) for code in OFFERED],
        "read_direction": choices.direction(read),  # the page itself keeps its own
        "written": written,
        "own_words": texts.message(read, "read.own_words", written=told) if read != written else "",
        "printed": printed(definition, written),
    }


def printed(definition: Definition, written: str) -> list[tuple[str, str]]:
    """The languages in which the request can be printed with nothing left in English: that of its answers first."""
    return [(code, choices.own_name(code)) for code in dict.fromkeys([written, *texts.languages(definition)])]
