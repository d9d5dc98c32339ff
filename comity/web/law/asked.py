"""What a reader asks for in the address of a page: a day, a country, an offence. What cannot be read is told."""

from collections.abc import Collection
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from comity.law import calendars
from comity.web.forms import choices
from comity.web.pages import language, today

COURT = choices.COURT


class Asked:
    """The answers of a form that was sent by GET, and the problems with them for the error summary."""

    def __init__(self, told: QueryDict) -> None:
        self.told = told
        self.problems: list[dict[str, str]] = []

    def day(self, name: str = "on") -> date:
        """The day asked for; today where none is, or none that can be read."""
        text = self.told.get(name, "").strip()
        if not text:
            return today()
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.problem(name, _("Write the day as year-month-day, such as 2026-11-23."))
            return today()

    def country(self, name: str, default: str = "") -> str:
        """A code; ``default`` where none was asked for."""
        code = self.told.get(name, default).strip().upper()
        if code and code not in calendars.countries():
            self.problem(name, _("%(code)s is not the code of a country. Choose one from the list.") % {"code": code})
            return ""
        return code

    def choice(self, name: str, known: Collection[str], default: str = "") -> str:
        """One of the values of a list; ``default`` where none was asked for."""
        value = self.told.get(name, default)
        if value and value not in known:
            self.problem(name, _("%(value)s is not in the list. Choose one from the list.") % {"value": value})
            return ""
        return value

    def several(self, name: str, known: Collection[str]) -> list[str]:
        """Values of a list, in the order asked for."""
        asked = [value for value in self.told.getlist(name) if value]
        for value in asked:
            if value not in known:
                self.problem(name, _("%(value)s is not in the list. Choose one from the list.") % {"value": value})
        return [value for value in dict.fromkeys(asked) if value in known]

    def problem(self, name: str, says: str) -> None:
        self.problems.append({"id": name, "says": says})

    @property
    def status(self) -> int:
        return 400 if self.problems else 200


def countries(court: bool = False) -> list[tuple[str, str]]:
    """(code, name) of every country that the law room knows, by name; the Court last, where it may be asked."""
    known = calendars.countries()
    return [(code, name) for code, name in choices.countries(language()) if code in known and (court or code != COURT)]
