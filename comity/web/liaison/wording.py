"""Hours, reasons and moments of the room in the reader's words."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from comity.instruments import catalogue
from comity.law import reading, texts
from comity.law.routing.book import book
from comity.liaison.queries import Desk, Now, Reason, subjects
from comity.lib.errors import ComityError
from comity.web.forms import choices, words
from comity.web.opening import place
from comity.web.pages import language
from comity.web.telling import translated

WITHIN_DAYS = 6  # as long as the name of a weekday says which one


def reason(told: Reason) -> str:
    """A reason as a sentence in the reader's language."""
    return translated(told.says, {name: _field(name, value) for name, value in told.fields.items()})


def _field(name: str, value: Any) -> Any:
    if name == "languages":
        return ", ".join(choices.language_name(code, language()) for code in value)
    if name == "instrument":
        return subject(value)
    if name == "country":
        return choices.country_name(value, language())
    return clock_time(value) if isinstance(value, datetime) else value


def subject(id: str) -> str:
    """The title of a measure or an instrument; a plain word of a card stays as it is."""
    titles = {one: title for one, title, _family in subjects(language())}
    return titles.get(id) or families().get(id, id)


def families() -> dict[str, str]:
    """The families of measures by id: a card may name one instead of each measure."""
    to = texts.of(language())
    return {id: to.text(title) for id, title in book(reading.DATA).families.items()}


def is_known(id: str) -> bool:
    return id in catalogue.ids() or any(id == one for one, _title, _family in subjects(language()))


def clock_time(moment: datetime) -> str:
    """A time of day in the moment's own zone, with twenty-four hours."""
    return f"{moment:%H:%M}"


def weekday_time(moment: datetime, now: datetime) -> str:
    """``Tue 09:00``, or with the day of the month where the weekday would not say which."""
    days = (moment.date() - now.astimezone(moment.tzinfo).date()).days
    return date_format(moment, "D H:i" if days <= WITHIN_DAYS else "D j F H:i")


def state(desk: Desk, now: Now, at: datetime, ours: str) -> dict[str, str]:
    """Whether a desk answers: ``tone`` (open, closed, unknown), what it says, and what follows."""
    if now.open is None:
        return {"tone": "unknown", "says": _("Hours in words"), "more": desk.hours.words}
    if now.open and desk.hours.kind == "always":
        return {"tone": "open", "says": _("Open now"), "more": _("day and night")}
    where = place(desk.hours.zone)
    if now.open:
        until = clock_time(now.until) if now.until else ""
        return {
            "tone": "open",
            "says": _("Open now"),
            "more": _("until %(time)s in %(place)s") % {"time": until, "place": where},
        }
    if now.opens is None:
        return {"tone": "closed", "says": _("Closed now"), "more": ""}
    return {"tone": "closed", "says": _("Closed now"), "more": opening(now.opens, at, where, ours)}


def opening(opens: datetime, at: datetime, where: str, ours: str) -> str:
    """When a desk opens: there, and here."""
    here = opens.astimezone(ZoneInfo(ours))
    told = {"there": weekday_time(opens, at), "place": where, "here": weekday_time(here, at)}
    if here.utcoffset() == opens.utcoffset():
        return _("opens %(there)s in %(place)s") % told
    if here.date() == opens.date():
        told["here"] = clock_time(here)
    return _("opens %(there)s in %(place)s, that is %(here)s here") % told


def refused(error: ComityError) -> str:
    """What went wrong and what to do, for the top of a form."""
    return " ".join(
        part for part in (translated(error.says, error.fields), translated(error.next_step, error.fields)) if part
    )


def moment(at: datetime) -> str:
    return date_format(at, words.MOMENT)
