"""When a desk answers, in the reader's words."""

from collections.abc import Mapping
from datetime import time
from zoneinfo import ZoneInfo

from babel.dates import format_time, get_day_names, get_timezone_location
from django.utils.translation import gettext as _

from comity.liaison.queries import Hours
from comity.web.forms import choices
from comity.web.pages import language


def place(zone: str) -> str:
    """The city of a time zone in the reader's language."""
    return str(get_timezone_location(ZoneInfo(zone), locale=choices.locale(language()), return_city=True))


def hours(told_hours: Hours) -> str:
    """Hours in words: ``Mon-Fri 09:00-18:00 (Sao Paulo)``."""
    if told_hours.kind == "always":
        return _("Day and night, every day")
    if told_hours.kind == "words":
        return told_hours.words
    spans = [f"{_days(sorted(one.days))} {_clock(one.opens)}–{_clock(one.closes)}" for one in told_hours.open]
    told = {"hours": "; ".join(spans), "place": place(told_hours.zone)}
    if told_hours.holidays:
        return _("%(hours)s (%(place)s), also on public holidays") % told
    return _("%(hours)s (%(place)s), not on public holidays") % told


def _days(days: list[int]) -> str:
    names: Mapping[int, str] = get_day_names("abbreviated", locale=choices.locale(language()))
    told = [str(names[day - 1]) for day in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{told[0]}–{told[-1]}"
    return ", ".join(told)


def _clock(minutes: int) -> str:
    if minutes == 24 * 60:
        return "24:00"
    within = minutes % (24 * 60)
    return format_time(time(within // 60, within % 60), "HH:mm")
