"""Places in a request's form, and changes to them: ``{"/form/measures/period": {...}}``.

A value of null takes the answer out. Parts of a repeated field are numbered from 0; the number after the
last one adds a row.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from comity.instruments.faults import unescape
from comity.instruments.model import Definition, Field, Section
from comity.lib.errors import BadInput


class NoSuchPlace(BadInput):
    code = "instruments.no-such-place"
    says = "There is no field {pointer!r} in this form."
    next_step = "Name a field of the form, for example /form/measures/period."


def find(definition: Definition, pointer: object) -> Section | Field | None:
    """The section or field at ``/form/section/field/...``; None when the definition has none there."""
    if not isinstance(pointer, str) or not pointer.startswith("/form/"):
        return None
    parts = [unescape(part) for part in pointer.split("/")[2:]]
    here: Section | Field | None = next((one for one in definition.sections if one.id == parts[0]), None)
    numbered = False
    for part in parts[1:]:
        if isinstance(here, Field) and here.repeated and not numbered and is_number(part):
            numbered = True
            continue
        if here is None or (isinstance(here, Field) and here.repeated and not numbered):
            return None
        here = next((one for one in here.fields if one.id == part), None)
        numbered = False
    return here


def is_number(part: str) -> bool:
    """A number of a row, as a JSON pointer spells it: no sign, no leading zero, ASCII digits."""
    return part.isascii() and part.isdigit() and len(part) < 6 and (part == "0" or part[0] != "0")


def amended(definition: Definition, form: Mapping[str, Any], amends: Mapping[str, Any]) -> dict[str, Any]:
    """The form with the changes applied; the form given stays as it is.

    Pointers mean the rows as they were: values are set first, then answers are taken out from the last row up.

    :raises NoSuchPlace: a pointer names no field, or a row that cannot be there.
    """
    result: dict[str, Any] = copy.deepcopy(dict(form))
    for pointer in amends:
        if not isinstance(find(definition, pointer), Field):
            raise NoSuchPlace(pointer=pointer)
    for pointer in sorted((one for one in amends if amends[one] is not None), key=_order):
        _set(result, _parts(pointer), copy.deepcopy(amends[pointer]), pointer)
    for pointer in sorted((one for one in amends if amends[one] is None), key=_order, reverse=True):
        _take_out(result, _parts(pointer))
    return result


def _parts(pointer: str) -> list[str]:
    return [unescape(part) for part in pointer.split("/")[2:]]


def _order(pointer: str) -> list[tuple[int, str]]:
    return [(int(part), "") if is_number(part) else (-1, part) for part in _parts(pointer)]


def _set(here: Any, parts: list[str], value: Any, pointer: str) -> None:
    """Set one answer, making the groups and rows on the way that the form has not got yet."""
    for part, following in pairwise(parts):
        here = _step(here, part, [] if is_number(following) else {}, pointer)
    last = parts[-1]
    if isinstance(here, dict):
        here[last] = value
    elif isinstance(here, list) and is_number(last) and int(last) <= len(here):
        here[int(last) : int(last) + 1] = [value]
    else:
        raise NoSuchPlace(pointer=pointer)


def _step(here: Any, part: str, following: Any, pointer: str) -> Any:
    if isinstance(here, dict):
        return here.setdefault(part, following)
    if isinstance(here, list) and is_number(part) and int(part) <= len(here):
        if int(part) == len(here):
            here.append(following)
        return here[int(part)]
    raise NoSuchPlace(pointer=pointer)


def _take_out(here: Any, parts: list[str]) -> None:
    """Take one answer out; what is not there is out already."""
    for part in parts[:-1]:
        here = here.get(part) if isinstance(here, dict) else _row(here, part)
    if isinstance(here, dict):
        here.pop(parts[-1], None)
    elif _row(here, parts[-1]) is not None:
        del here[int(parts[-1])]


def _row(here: Any, part: str) -> Any:
    inside = isinstance(here, list) and is_number(part) and int(part) < len(here)
    return here[int(part)] if inside else None
