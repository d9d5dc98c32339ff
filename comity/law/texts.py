"""The sentences of this room in the reader's language.

English is composed from data/texts/en.yaml, and what a deadline or a step says stands in English beside its
own data. Another language is one file: its ``sentences`` by key, and its ``texts`` by the English text that
they translate, so that a text of law which changes is English again until somebody translates the new one.
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

ENGLISH = "en"
FOLDER = reading.DATA / "texts"
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
    sentences: dict[str, str]
    events: dict[str, str] = {}
    treaties: dict[str, str] = {}
    citations: dict[str, str] = {}
    holidays: dict[str, str] = {}
    texts: dict[str, str] = {}


@dataclass(frozen=True)
class Texts:
    """One language. What it lacks is told in English and marked as such."""

    language: str
    locale: Locale
    dates: _Dates
    sentences: Mapping[str, str]
    events: Mapping[str, str]
    treaties: Mapping[str, str]
    citations: Mapping[str, str]
    holidays: Mapping[str, str]
    texts: Mapping[str, str]

    def say(self, key: str, **fields: object) -> str:
        """A sentence that the room composes.

        :raises KeyError: there is no such sentence, which is a mistake in the code.
        """
        return self.sentences[key].format(**fields)

    def text(self, english: str) -> str:
        """A text of the data; days in it are written as the language writes them."""
        if self.language == ENGLISH or not english:
            return english
        found = self.texts.get(english)
        if found is not None:
            return found
        pattern, days = A_DAY.sub("{day}", english), A_DAY.findall(english)
        if len(days) == 1 and pattern in self.texts:
            return self.texts[pattern].format(day=self.day(date.fromisoformat(days[0])))
        return self.marked(english)

    def marked(self, english: str) -> str:
        """A text that has no translation, marked as English. Its places stay."""
        return self.sentences["untranslated"].replace("{text}", english)

    def since(self, event: str) -> str:
        """From what on a period runs: "from receipt", "à compter de la réception"."""
        return self.events.get(event) or self.say("since", event=event.replace("_", " "))

    def treaty(self, id: str, short: str) -> str:
        return self.treaties.get(id, short)

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
        if all(name in self.holidays for name in names):
            return "; ".join(self.holidays[name] for name in names)
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
    reading.refuse(read, _faults(told, language, english))
    fallback = {key: _marked(told, says) for key, says in english.sentences.items()}
    return Texts(
        language=language,
        locale=Locale(language),
        dates=told.dates,
        sentences=fallback | told.sentences,
        events=told.events,
        treaties=told.treaties,
        citations=told.citations,
        holidays=told.holidays,
        texts=told.texts,
    )


def _marked(told: _File, english: str) -> str:
    return told.sentences.get("untranslated", "{text}").replace("{text}", english)


def _faults(told: _File, language: str, english: _File) -> Iterator[tuple[str, str]]:
    """What a model cannot see: the name of the file, unknown sentences, places that differ from the English."""
    if told.language != language:
        yield "/language", f"the file is named {language}, not {told.language}"
    for key, says in told.sentences.items():
        if key not in english.sentences:
            yield f"/sentences/{key}", f"no sentence is called {key!r} in English"
        elif places(says) != places(english.sentences[key]):
            yield f"/sentences/{key}", f"the places differ from the English: {english.sentences[key]!r}"
    for text, says in told.texts.items():
        if places(says) != places(text):
            pointer = "/texts/" + text.replace("~", "~0").replace("/", "~1")
            yield pointer, f"the places differ from the English: {text!r}"


def places(template: str) -> set[str]:
    """The named places of a template: ``{"start"}`` of "the day, {start}, is not counted".

    A template whose braces do not match has itself as its place, so that it equals no other.
    """
    try:
        return {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    except ValueError:
        return {template}
