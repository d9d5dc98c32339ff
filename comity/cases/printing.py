"""The brief of a case as a PDF, tagged for screen readers (PDF/UA-1)."""

import json
import threading
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from babel import Locale
from django.conf import settings

from comity.access.queries import User
from comity.cases import sight
from comity.cases.brief import Brief, Word
from comity.cases.gathering import brief
from comity.cases.wording import Speaker
from comity.instruments.render import FONTS
from comity.lib.errors import ComityError

TEMPLATE = Path(__file__).resolve().parent / "brief.typ"
STANDARDS: tuple[list[Any], ...] = (["ua-1"], [])
"""What is tried in turn: a letter that no font has does not keep a brief from being printed."""


class NotPrinted(ComityError):
    code = "cases.not-printed"
    says = "The brief could not be printed: {why}"
    next_step = "Read it on the page of the case, or as plain text."


def brief_pdf(user: User, number: str, at: datetime, language: str = "en") -> bytes:
    """The brief of a case on paper, with its level on every page; recorded as a look at it.

    :raises NotFound: there is no such case, or not for this user.
    """
    level = sight.case(user, number, at).compartment.level
    return pdf(brief(user, number, at, language), level, language)


def pdf(told: Brief, level: int, language: str) -> bytes:
    data = json.dumps(_data(told, level, language))
    refused: Exception = TypeError("no document was made")
    with _lock:
        for standards in STANDARDS:
            try:
                made = _compiler().compile(
                    format="pdf", sys_inputs={"data": data}, pdf_standards=standards, timestamp=int(told.at.timestamp())
                )
            except typst.TypstError as error:
                refused = error
            else:
                if isinstance(made, bytes):
                    return made
    raise NotPrinted(why=str(refused).splitlines()[0])


_lock = threading.Lock()  # the compiler keeps its inputs between the calls


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=[FONTS] if FONTS.is_dir() else [])


LEVELS = ("", "Restricted", "Confidential", "Secret")


def _data(told: Brief, level: int, language: str) -> dict[str, Any]:
    """``title``, ``head``, ``foot``, ``level``, and ``sections`` of ``lines`` with ``says``, ``mark`` and ``own``."""
    speaker = Speaker(language)
    marks = {"late": speaker.say("Late:", {}), "soon": speaker.say("Soon:", {})}
    return {
        "lang": language,
        "rtl": Locale.parse(language, sep="-").text_direction == "rtl",
        "title": told.title,
        "authority": speaker.names[settings.COMITY.authority],
        "head": f"{told.number} · {speaker.names[settings.COMITY.authority]}",
        "foot": f"{told.number} · {speaker.say('As of {at}.', {'at': told.at})}",
        "level": speaker.say("{level}", {"level": Word(LEVELS[level])}) if level else "",
        "sections": [
            {
                "title": speaker.say(section.title, {}),
                "lines": [
                    {"says": speaker.line(line), "mark": marks.get(line.tone, ""), "own": line.own}
                    for line in section.lines
                ],
            }
            for section in told.sections
            if section.lines
        ],
    }
