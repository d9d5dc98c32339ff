"""The sentences of this room in the reader's language.

English is composed from the sentences of data/texts/en.yaml or from those in the code, and what a deadline or a step
says stands in English beside its own data. Another language is a gettext catalogue by the English text, so that a text
of law which changes is English again until somebody translates the new one, and a small file data/texts/LANGUAGE.yaml
with what is no text: how days are written, and what stands for the English in a citation.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter

from babel import Locale
from babel.dates import format_date, format_datetime

from comity.law import reading
from comity.lib import gettexts
from comity.lib.gettexts import Catalogue

ENGLISH = "en"
FOLDER = reading.DATA / "texts"
LOCALE = Path(__file__).resolve().parent / "locale"
DOMAIN = "law"
A_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


class _Dates(reading.Strict):
    """Patterns of Unicode TR 35; those for the first of a month where a language writes it otherwise."""

    day: str
    weekday: str
    month: str
    time: str
    day_first: str | None = None
    weekday_first: str | None = None

    def for_day(self, day: date) -> str:
        return self.day_first if self.day_first and day.day == 1 else self.day

    def for_weekday(self, day: date) -> str:
        return self.weekday_first if self.weekday_first and day.day == 1 else self.weekday


class _File(reading.Strict):
    language: str
    dates: _Dates
    untranslated: str = "{text}"  # around a text that has no translation
    sentences: dict[str, str] = {}  # in English alone
    citations: dict[str, str] = {}


@dataclass(frozen=True)
class Texts:
    """One language. What it lacks is told in English and marked as such."""

    language: str
    locale: Locale
    dates: _Dates
    around: str
    sentences: Mapping[str, str]
    citations: Mapping[str, str]
    catalogue: Catalogue

    def say(self, key: str, **fields: object) -> str:
        """A sentence that the room composes: the key of one in en.yaml, or the English sentence itself."""
        english = self.sentences.get(key, key)
        own = self.catalogue.translated(english, key if english != key else None)
        return (own or (english if self.language == ENGLISH else self.marked(english))).format(**fields)

    def text(self, english: str) -> str:
        """A text of the data; days in it are written as the language writes them, in the order of the English."""
        if self.language == ENGLISH or not english:
            return english
        found = self.catalogue.translated(english)
        if found is not None:
            return found
        pattern, days = A_DAY.sub("{day}", english), A_DAY.findall(english)
        parts = (self.catalogue.translated(pattern) or "").split("{day}") if days else []
        if len(parts) != len(days) + 1:
            return self.marked(english)
        told = [*(self.day(date.fromisoformat(day)) for day in days), ""]
        return "".join(part + day for part, day in zip(parts, told, strict=True))

    def marked(self, english: str) -> str:
        """A text that has no translation, marked as English. Its places stay."""
        return self.around.replace("{text}", english)

    def since(self, event: str) -> str:
        """From what on a period runs: "from receipt", "à compter de la réception"."""
        words = event.replace("_", " ")
        return self.catalogue.translated(f"from {words}") or self.say("since", event=words)

    def treaty(self, id: str, short: str) -> str:
        """A treaty by its short name, as the language calls it; ``id`` where the short name would be ambiguous."""
        return self.catalogue.translated(short, f"treaty/{id}") or short

    def cite(self, cite: str) -> str:
        """A citation with the name of its text as the language's own edition has it."""
        for english, own in self.citations.items():
            cite = cite.replace(english, own)
        return cite

    def holiday(self, english: str, theirs: str | None) -> str:
        """A public holiday; ``theirs`` is its name in this language as the calendar of the country has it.

        Two holidays on one day come as one name with a semicolon.
        """
        if self.language == ENGLISH:
            return english
        names = english.split("; ")
        own = [self.catalogue.translated(name) for name in names]
        if all(own):
            return "; ".join(filter(None, own))
        return theirs or self.marked(english)

    def day(self, day: date) -> str:
        return _dated(day, self.dates.for_day(day), self.locale)

    def weekday_and_day(self, day: date) -> str:
        return _dated(day, self.dates.for_weekday(day), self.locale)

    def weekday(self, day: date) -> str:
        return _dated(day, "EEEE", self.locale)

    def month(self, day: date) -> str:
        return _dated(day, self.dates.month, self.locale)

    def moment(self, moment: datetime) -> str:
        """A moment on its own clock, with the offset."""
        time = format_datetime(moment, self.dates.time, tzinfo=moment.tzinfo, locale=self.locale)
        return self.say("moment", day=self.day(moment.date()), time=time)


@lru_cache(maxsize=4096)  # the fold names the same days again and again
def _dated(day: date, pattern: str, locale: Locale) -> str:
    return str(format_date(day, pattern, locale=locale))


@cache
def languages(*, folder: Path = FOLDER) -> tuple[str, ...]:
    """The languages that have a file, English among them."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def of(language: str, *, folder: Path = FOLDER) -> Texts:
    """The texts of a language (``fr`` serves ``fr-BE``); of English where it has none, as ``language`` then says.

    :raises reading.LawFaults: its file cannot be used.
    """
    base = language.lower().replace("_", "-").partition("-")[0]
    return _read(base if base in languages(folder=folder) else ENGLISH, folder)


@cache
def _read(language: str, folder: Path) -> Texts:
    told, read = reading.document(folder / f"{language}.yaml", _File)
    english = told if language == ENGLISH else reading.document(folder / f"{ENGLISH}.yaml", _File)[0]
    reading.refuse(read, _faults(told, language))
    return Texts(
        language=language,
        locale=Locale(language),
        dates=told.dates,
        around=told.untranslated,
        sentences=english.sentences,
        citations=told.citations,
        catalogue=gettexts.catalogue(LOCALE, DOMAIN, language),
    )


def _faults(told: _File, language: str) -> Iterator[tuple[str, str]]:
    """What a model cannot see: the name of the file, sentences in another language than English."""
    if told.language != language:
        yield "/language", f"the file is named {language}, not {told.language}"
    if told.sentences and language != ENGLISH:
        yield "/sentences", "sentences stand in en.yaml; translations stand in the gettext catalogue"


def places(template: str) -> set[str]:
    """The named places of a template: ``{"start"}`` of "the day, {start}, is not counted".

    A template whose braces do not match has itself as its place, so that it equals no other.
    """
    try:
        return {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    except ValueError:
        return {template}
