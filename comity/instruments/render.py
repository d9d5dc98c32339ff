"""A request as a PDF: tagged for screen readers (PDF/UA-1), fit to archive (PDF/A-3a), with the request inside.

The fixed text stands in the language asked for, the answers as they were given. The same input gives the same
bytes on the same machine. Fonts are those of typst, Noto Naskh Arabic where the front end was built (its build puts the
files there), and those of the machine: a letter that none of them has cannot be archived, and the document is then
made without the promise of PDF/A rather than not at all.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import typst
from babel import Locale, UnknownLocaleError

from comity.instruments import texts
from comity.instruments.conditions import visible
from comity.instruments.fieldtypes import is_language
from comity.instruments.model import Cite, Definition, Field
from comity.instruments.texts import Texts, messages
from comity.lib import canonical, clock
from comity.lib.errors import ComityError

TEMPLATE = Path(__file__).resolve().parent / "templates" / "request.typ"
FONTS = TEMPLATE.parent / "fonts"
STANDARDS: tuple[list[Any], ...] = (["a-3a", "ua-1"], ["ua-1"], [])
"""What is tried in turn."""
RIGHT_TO_LEFT = frozenset({"R", "AL"})


class NotPrinted(ComityError):
    code = "instruments.not-printed"
    says = "The request could not be printed: {why}"
    next_step = "Report this with the request; its content can be read on the pages."


def pdf(definition: Definition, request: Mapping[str, Any], *, language: str, header: Mapping[str, Any]) -> bytes:
    """Print a request, complete or not.

    ``header`` is ``{"document", "at"}`` with the document's number and the moment it is dated (a datetime with a
    zone, or RFC 3339), and may hold ``issuing`` and ``executing`` (names of the authorities) and ``items``
    (attached items, each with ``name`` and ``sha256``).

    :raises NotCanonical: the request is not JSON that can be signed.
    :raises NotPrinted: typst refused the document.
    """
    at = header["at"] if isinstance(header["at"], datetime) else clock.moment(header["at"])
    data = _data(_Page(definition, texts.of(definition, language), request), header)
    with _lock:
        for standards in STANDARDS:
            try:
                return _compiled(data, standards, int(at.timestamp()))
            except typst.TypstError as error:
                refused = error
    raise NotPrinted(why=str(refused).splitlines()[0])


_lock = threading.Lock()  # the compiler keeps its inputs between the calls


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=[FONTS] if FONTS.is_dir() else [])


def _compiled(data: str, standards: list[Any], timestamp: int) -> bytes:
    made = _compiler().compile(format="pdf", sys_inputs={"data": data}, pdf_standards=standards, timestamp=timestamp)
    if not isinstance(made, bytes):
        raise NotPrinted(why="no document was made")
    return made


class _Page:
    """The request, its definition and the texts, on their way to the template."""

    def __init__(self, definition: Definition, said: Texts, request: Mapping[str, Any]) -> None:
        self.definition = definition
        self.said = said
        self.words = messages(said.language)
        self.request = request
        form = request.get("form")
        self.form: Mapping[str, Any] = form if isinstance(form, dict) else {}
        self.answers = request["language"] if is_language(request.get("language")) else None


def _data(page: _Page, header: Mapping[str, Any]) -> str:
    """The template's input: ``title``, ``head`` (rows), ``sections`` ([{title, article, rows}]), ``said`` (words).

    A row is ``{"kind": "plain", label, article, values: [{text, rtl}]}`` or ``{"kind": "group", label, article,
    parts: [rows]}``.
    """
    definition, said = page.definition, page.said
    return json.dumps(
        {
            "lang": said.language,
            "rtl": _locale(said.language).text_direction == "rtl",
            "title": said.t("title"),
            "says": said.t("says"),
            "issuing": str(header.get("issuing") or _party(page, "issuing")),
            "document": str(header["document"]),
            "digest": canonical.digest(page.request),
            "request": canonical.canonical(page.request).decode(),
            "said": {key.removeprefix("print."): text for key, text in page.words.items() if key.startswith("print.")},
            "head": list(_head(page, header)),
            "sections": [found for section in definition.sections if (found := _section(page, section.id))],
        }
    )


def _party(page: _Page, role: str) -> str:
    given = page.request.get(role)
    if not isinstance(given, dict):
        return ""
    authority, country = given.get("authority"), given.get("country")
    known = _country(page.said.language, str(country)) if country else ""
    return ", ".join(str(one) for one in (authority, known) if one)


def _head(page: _Page, header: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    basis = [f"{one.short}, {one.articles}" for one in page.definition.legal_basis]
    yield _plain_row(page.words["print.legal_basis"], None, basis)
    for party in page.definition.parties[:2]:
        named = [str(text) for text in (header.get(party.id), _party(page, party.id)) if text]
        yield _plain_row(page.said.t(f"parties.{party.id}.title"), party.cite, named)
    if isinstance(page.request.get("language"), str):
        yield _plain_row(page.words["print.language"], None, [_language(page.said.language, page.request["language"])])
    items = [f"{one['name']}\nSHA-256 {one.get('sha256', '')}" for one in header.get("items", ())]
    if items:
        yield _plain_row(page.words["print.attachments"], None, items)


def _plain_row(label: str, cite: Cite | None, values: list[str], language: str | None = None) -> dict[str, Any]:
    """A row; ``language`` is that of the answers, where it is not that of the headings."""
    shown = [{"text": value, "rtl": _rtl(value), "lang": language} for value in values]
    return {"kind": "plain", "label": label, "article": cite.article if cite else "", "values": shown}


def _rtl(text: str) -> bool:
    """The direction of the first letter that has one (Unicode annex 9, rule P2)."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind in RIGHT_TO_LEFT for kind in strong if kind in RIGHT_TO_LEFT or kind == "L"), False)


def _section(page: _Page, id: str) -> dict[str, Any] | None:
    section = next(one for one in page.definition.sections if one.id == id)
    values = page.form.get(id)
    rows = list(_rows(page, section.fields, values if isinstance(values, dict) else {}, f"form.{id}"))
    if not rows:
        return None
    article = section.cite.article if section.cite else ""
    return {"title": page.said.t(f"form.{id}.title"), "article": article, "rows": rows}


def _rows(page: _Page, fields: tuple[Field, ...], values: Mapping[str, Any], key: str) -> Iterator[dict[str, Any]]:
    """The answers given, and a mark where a required one is missing; optional ones that are empty are left out."""
    for field in fields:
        if not visible(field, page.form, values):
            continue
        if field.id in values:
            yield _row(page, field, values[field.id], f"{key}.{field.id}")
        elif field.required:
            yield _plain_row(page.said.t(f"{key}.{field.id}.label"), field.cite, [])


def _row(page: _Page, field: Field, value: Any, key: str) -> dict[str, Any]:
    label = page.said.t(f"{key}.label")
    given = value if field.repeated and isinstance(value, list) else [value]
    if field.fields and all(isinstance(one, dict) for one in given):
        parts = [list(_rows(page, field.fields, one, key)) for one in given]
        article = field.cite.article if field.cite else ""
        return {"kind": "group", "label": label, "article": article, "parts": parts}
    shown = [line for one in given for line in _shown(page, field, one, key)]
    return _plain_row(label, field.cite, shown, page.answers if field.type in ("text", "longtext") else None)


def _shown(page: _Page, field: Field, value: Any, key: str) -> list[str]:
    """A value in words; what is malformed is shown as it is."""
    match field.type, value:
        case "yes_no", bool():
            return [page.words["print.yes" if value else "print.no"]]
        case "choice", str():
            return [page.said.t(f"{key}.options.{value}") or value]
        case "choices", list():
            return [page.said.t(f"{key}.options.{one}") or str(one) for one in value]
        case "country", str():
            return [_country(page.said.language, value)]
        case "language", str():
            return [_language(page.said.language, value)]
        case "money", {"amount": amount, "currency": currency}:
            return [f"{amount} {currency}"]
        case "period", {"from": first, "to": last}:
            return [f"{first} – {last}"]
        case _, str() | int():
            return [str(value)]
        case _:
            return [json.dumps(value, ensure_ascii=False)]


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _country(language: str, code: str) -> str:
    name = _locale(language).territories.get(code)
    return f"{name} ({code})" if name else code


def _language(language: str, code: str) -> str:
    name = _locale(language).languages.get(code)
    return f"{name} ({code})" if name else code
