"""Countries, languages and currencies by name, in the language of the reader (Unicode CLDR through Babel)."""

import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global
from django.utils.translation import gettext as _
from django.utils.translation import override

COURT = "ICC"
NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """(ISO 3166-1 alpha-2, name), by name; the International Criminal Court, which is no country, comes last."""
    names: dict[str, str] = dict(locale(language).territories)
    known = [(code, names[code]) for code in names if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES]
    with override(language):
        return (*by_name(known), (COURT, _("International Criminal Court")))


@cache
def languages(language: str) -> tuple[tuple[str, str], ...]:
    """(ISO 639-1, name), by name."""
    names: dict[str, str] = dict(locale(language).languages)
    return by_name([(code, names[code]) for code in names if len(code) == 2])


@cache
def currencies(language: str) -> tuple[tuple[str, str], ...]:
    """(ISO 4217, name) of what is legal tender somewhere today, by code."""
    names = locale(language).currencies
    tender = {
        row[0] for rows in get_global("territory_currencies").values() for row in rows if row[2] is None and row[3]
    }
    return tuple((code, f"{code} – {names.get(code, code)}") for code in sorted(tender))


def country_name(code: str, language: str) -> str:
    return dict(countries(language)).get(code, code)


def language_name(code: str, language: str) -> str:
    return dict(languages(language)).get(code, code)


def own_name(language: str) -> str:
    """A language as it calls itself."""
    return str(locale(language).get_display_name(language) or language).capitalize()


def direction(language: str) -> str:
    """``ltr`` or ``rtl``."""
    return str(locale(language).text_direction)


def locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def by_name(rows: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(rows, key=lambda row: plain(row[1])))


def plain(text: str) -> str:
    """Without accents and case, so that É sorts with E."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).casefold()
