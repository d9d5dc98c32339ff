"""The answer to a person's inquiry on paper, tagged for screen readers (PDF/UA-1)."""

import json
import threading
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from comity.instruments.render import FONTS
from comity.lib.errors import ComityError

TEMPLATE = Path(__file__).resolve().parent / "report.typ"
STANDARDS: tuple[list[Any], ...] = (["ua-1"], [])
"""What is tried in turn: a letter that no font has does not keep an answer from being printed."""


class NotPrinted(ComityError):
    code = "retention.not-printed"
    says = "The answer could not be printed: {why}"
    next_step = "Give the person the text of the page, or the JSON."


_lock = threading.Lock()  # the compiler keeps its inputs between the calls


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=[FONTS] if FONTS.is_dir() else [])


def pdf(data: dict[str, Any], at: datetime) -> bytes:
    """``data`` is ``lang rtl title authority head foot sections[title, says, rows[[label, value]]]``.

    :raises NotPrinted: typst refused the document.
    """
    told, refused = json.dumps(data), "no document was made"
    with _lock:
        for standards in STANDARDS:
            try:
                made = _compiler().compile(
                    format="pdf", sys_inputs={"data": told}, pdf_standards=standards, timestamp=int(at.timestamp())
                )
            except typst.TypstError as error:
                refused = str(error).splitlines()[0]
            else:
                if isinstance(made, bytes):
                    return made
    raise NotPrinted(why=refused)
