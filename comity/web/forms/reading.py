"""What was posted, back into a form. Nothing typed is lost: what cannot be read stays as text, for the check."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from comity.instruments.model import Field
from comity.lib import clock

TIME = re.compile(r"(\d{1,2})[:hH.](\d{2})(?:[:.](\d{2}))?")


def read(fields: Iterable[Field], post: QueryDict, pointer: str, zone: str) -> dict[str, Any]:
    """The values of these fields, posted under ``pointer``; what was left empty is absent."""
    found = {field.id: value(field, post, f"{pointer}/{field.id}", zone) for field in fields}
    return {name: item for name, item in found.items() if not empty(item)}


def value(field: Field, post: QueryDict, pointer: str, zone: str) -> Any:
    """One field; a repeated one is a list in the order of the page."""
    if not field.repeated:
        return single(field, post, pointer, zone)
    rows = [single(field, post, f"{pointer}/{index}", zone) for index in range(length(post, pointer))]
    return [row for row in rows if not empty(row) or field.fields]


def length(post: QueryDict, pointer: str) -> int:
    """How many items of a repeated field were posted."""
    after = len(pointer) + 1
    numbers = {name[after:].partition("/")[0].partition(".")[0] for name in post if name.startswith(f"{pointer}/")}
    return max((int(number) + 1 for number in numbers if number.isdigit()), default=0)


def single(field: Field, post: QueryDict, pointer: str, zone: str) -> Any:
    if field.fields:
        return read(field.fields, post, pointer, zone)
    reader = READERS.get(field.type)
    return reader(post, pointer, zone) if reader else text(post, pointer)


def empty(item: Any) -> bool:
    return item is None or item in ("", [], {})


def text(post: QueryDict, name: str) -> str:
    """Typed text without the space around it, with line ends as one character."""
    return str(post.get(name, "")).replace("\r\n", "\n").strip()


def yes_no(post: QueryDict, name: str, zone: str) -> Any:
    return {"yes": True, "no": False}.get(text(post, name))


def number(post: QueryDict, name: str, zone: str) -> Any:
    typed = text(post, name)
    plain = re.sub(r"[\s\u00a0\u202f]", "", typed)
    return int(plain) if re.fullmatch(r"-?[0-9]{1,16}", plain) else typed


def choices(post: QueryDict, name: str, zone: str) -> list[str]:
    return [str(item) for item in post.getlist(name) if item]


def date(post: QueryDict, name: str, zone: str = "") -> str:
    """ISO 8601 when all three parts are there; else the parts as typed, joined with hyphens."""
    year, month, day = (text(post, f"{name}.{part}") for part in ("year", "month", "day"))
    if not (year or month or day):
        return ""
    month, day = (part.zfill(2) if part.isdigit() else part for part in (month, day))
    return f"{year}-{month}-{day}"


def moment(post: QueryDict, name: str, zone: str) -> str:
    """RFC 3339 in UTC when day and time of day are there; else ``date T time`` as typed."""
    day, time = date(post, name), text(post, f"{name}.time")
    if not day and not time:
        return ""
    hour = TIME.fullmatch(time)
    try:
        local = datetime.fromisoformat(f"{day}T{int(hour[1]):02}:{hour[2]}:{hour[3] or '00'}" if hour else "")
    except ValueError:
        return f"{day}T{time}"
    return clock.stamp(local.replace(tzinfo=ZoneInfo(zone)))


def money(post: QueryDict, name: str, zone: str) -> dict[str, str]:
    """{"amount","currency"}; a decimal comma and spaces between thousands are understood."""
    amount = re.sub(r"[\s\u00a0\u202f]", "", text(post, f"{name}/amount"))
    if re.fullmatch(r"-?\d+,\d{1,2}", amount):
        amount = amount.replace(",", ".")
    return pair(amount=amount, currency=text(post, f"{name}/currency"))


def period(post: QueryDict, name: str, zone: str) -> dict[str, str]:
    return {key: day for key in ("from", "to") if (day := date(post, f"{name}/{key}"))}


def pair(**parts: str) -> dict[str, str]:
    """The parts that were filled; a currency alone, chosen beforehand, is no answer."""
    return {} if not parts.get("amount") else {name: part for name, part in parts.items() if part}


READERS: Mapping[str, Any] = {
    "yes_no": yes_no, "number": number, "choices": choices, "date": date, "moment": moment, "money": money,
    "period": period,
}  # fmt: skip


def day_parts(found: Any) -> dict[str, str]:
    """Year, month and day of a value made by :func:`date`, complete or not."""
    parts = str(found or "").split("-", 2)
    return dict(zip(("year", "month", "day"), parts + [""] * (3 - len(parts)), strict=True))


def moment_parts(found: Any, zone: str) -> dict[str, str]:
    """Year, month, day and time of day of a value made by :func:`moment`, in the node's time zone."""
    try:
        local = clock.moment(str(found)).astimezone(ZoneInfo(zone))
    except clock.NotAMoment:
        day, _, time = str(found or "").partition("T")
        return {**day_parts(day), "time": time}
    return {**day_parts(local.date().isoformat()), "time": local.strftime("%H:%M:%S" if local.second else "%H:%M")}
