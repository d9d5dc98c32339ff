"""Fixed texts by their English, in gettext catalogues: ``FOLDER/LANG/LC_MESSAGES/DOMAIN.po`` and its ``.mo``.

Translators edit the .po files with the tool that they know; programs read the .mo files (docs/translating.md).
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path


class _Nothing(gettext.NullTranslations):
    """What a catalogue answers for a text that it lacks: nothing, so that the caller can say so."""

    def gettext(self, message: str) -> str:
        return ""

    def pgettext(self, context: str, message: str) -> str:
        return ""


@dataclass(frozen=True)
class Catalogue:
    """The translations of one room into one language."""

    language: str
    found: gettext.NullTranslations = field(repr=False)

    def translated(self, english: str, context: str | None = None) -> str | None:
        """The translation of an English text; first the one for its ``context`` alone. None when there is none."""
        if not english:
            return None
        if context and (own := self.found.pgettext(context, english)):
            return own
        return self.found.gettext(english) or None


@cache
def catalogue(folder: Path, domain: str, language: str) -> Catalogue:
    """The catalogue of a language; an empty one when there is none."""
    path = folder / language / "LC_MESSAGES" / f"{domain}.mo"
    found: gettext.NullTranslations = _Nothing()
    if path.exists():
        with path.open("rb") as file:
            found = gettext.GNUTranslations(file)
        found.add_fallback(_Nothing())
    return Catalogue(language, found)


@cache
def languages(folder: Path, domain: str) -> tuple[str, ...]:
    """The languages that have a catalogue, in the order of the alphabet."""
    return tuple(sorted(path.parent.parent.name for path in folder.glob(f"*/LC_MESSAGES/{domain}.mo")))
