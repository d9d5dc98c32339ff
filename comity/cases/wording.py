"""Sentences of this room in a language: fields filled, days and moments as people read them."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from comity.cases.brief import Authority, Brief, Line, Word
from comity.exchange import queries as exchange

DAY, MOMENT = "j F Y", "j F Y, H:i"


def end_of_day(on: date) -> datetime:
    """The last second of a day at the node."""
    return datetime.combine(on, time(23, 59, 59), ZoneInfo(settings.COMITY.time_zone))


class Speaker:
    """Says lines in one language; the names of authorities are looked up once."""

    def __init__(self, language: str) -> None:
        self.language = language
        ours = settings.COMITY.names.get(language) or settings.COMITY.name
        self.names = {one.authority: one.name(language) for one in exchange.peers(removed=True)}
        self.names[settings.COMITY.authority] = ours

    def say(self, says: str, values: dict[str, Any]) -> str:
        """A marked sentence with its fields."""
        with override(self.language):
            return gettext(says).format(**{name: self.value(value) for name, value in values.items()}) if says else ""

    def value(self, value: Any) -> str:
        if isinstance(value, Authority):
            return self.names.get(value, value)
        if isinstance(value, Word):
            return gettext(value) if value else ""  # nothing is translated into the head of the catalogue
        if isinstance(value, tuple):
            return ", ".join(self.value(one) for one in value)
        if isinstance(value, datetime):
            return date_format(value.astimezone(ZoneInfo(settings.COMITY.time_zone)), MOMENT)
        return date_format(value, DAY) if isinstance(value, date) else str(value)

    def line(self, line: Line) -> str:
        return self.say(line.says, line.values)


def plain(brief: Brief, language: str) -> str:
    """The brief as plain text."""
    speaker = Speaker(language)
    head = [f"{brief.number}  {brief.title}", speaker.say("As of {at}.", {"at": brief.at})]
    parts = ["\n".join(head)]
    for section in filter(lambda one: one.lines, brief.sections):
        lines = [speaker.say(section.title, {}).upper()]
        for line in section.lines:
            said, marks = speaker.line(line), {"late": "!! ", "soon": "! "}.get(line.tone, "")
            lines += [f"- {marks}{said}"] if said else []
            lines += [f"  {row}" for row in line.own.splitlines()]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
