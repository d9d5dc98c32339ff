"""Fills a form as a person does, walking the fields of an instrument: any instrument, any act."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from comity.instruments.model import Field
from comity.lib import clock
from tests.journeys.browsing import Visitor


def fill(
    visitor: Visitor,
    fields: Iterable[Field],
    values: dict[str, Any],
    pointer: str,
    *,
    zone: str = "UTC",
    leave: Collection[str] = (),
) -> None:
    """Type every value into the box at its pointer, but for the pointers in ``leave``."""
    typist = Typist(visitor, zone, frozenset(leave))
    typist.group(fields, values, pointer)


class Typist:
    def __init__(self, visitor: Visitor, zone: str, leave: frozenset[str]) -> None:
        self.visitor, self.page, self.zone, self.leave = visitor, visitor.page, zone, leave

    def group(self, fields: Iterable[Field], values: dict[str, Any], pointer: str) -> None:
        for field in fields:
            place = f"{pointer}/{field.id}"
            if field.id in values and place not in self.leave:
                self.field(field, values[field.id], place)

    def field(self, field: Field, value: Any, place: str) -> None:
        if field.repeated:
            for index, row in enumerate(value):
                self.single(field, row, f"{place}/{index}", of=place)
        else:
            self.single(field, value, place)

    def single(self, field: Field, value: Any, place: str, of: str = "") -> None:
        if of and not self.page.locator(f'[name^="{place}"]').count():
            self.add(of)
        if field.fields:
            self.group(field.fields, value, place)
        elif field.type == "choices":
            for option in value:
                self.box(f'[name="{place}"][value="{option}"]').check()
        elif field.type == "date":
            self.day(value, place)
        elif field.type == "period":
            for end in ("from", "to"):
                self.day(value[end], f"{place}/{end}")
        elif field.type == "moment":
            local = moment(value).astimezone(ZoneInfo(self.zone))
            self.day(local.date().isoformat(), place)
            self.put(f"{place}.time", local.strftime("%H:%M"))
        elif field.type == "money":
            for part in ("amount", "currency"):
                self.put(f"{place}/{part}", value[part])
        else:
            self.put(place, {True: "yes", False: "no"}.get(value, value) if field.type == "yes_no" else str(value))

    def day(self, value: str, place: str) -> None:
        for part, digits in zip(("year", "month", "day"), value.split("-"), strict=True):
            self.put(f"{place}.{part}", digits)

    def put(self, name: str, value: str) -> None:
        """One box: text is typed, a list is chosen from, a radio is ticked."""
        box = self.box(f'[name="{name}"]')
        kind = box.evaluate("box => box.type")
        if kind == "radio":
            self.box(f'[name="{name}"][value="{value}"]').check()
        elif kind.startswith("select"):
            box.select_option(value)
        else:
            box.fill(value)

    def box(self, selector: str) -> Any:
        """The box, with the folds around it opened."""
        box = self.page.locator(selector).first
        if not box.is_visible():
            for fold in self.page.locator(f"details:not([open]):has({selector}) > summary").all():
                fold.click()
        return box

    def add(self, pointer: str) -> None:
        """One more item of a repeated group: the page is saved and comes back with an empty one."""
        button = f'button[name="add"][value="{pointer}"]'
        self.box(button)
        with self.visitor.arriving():
            self.page.locator(button).click()
        self.visitor.look()


def moment(value: str) -> datetime:
    return clock.moment(value)
