"""The data files of this room, read strictly: an unknown key or a wrong type is a fault with its line."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from comity.lib import strict_yaml
from comity.lib.errors import BadInput


class BadFile(BadInput):
    code = "cases.bad-file"
    says = "{file}, line {line}: {where}: {why}."
    next_step = "Mend the file at that line; docs/rooms/cases.md shows what it holds."


class Strict(BaseModel):
    """A part of a file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


M = TypeVar("M", bound=BaseModel)


def read(path: Path, model: type[M]) -> M:
    """Read one YAML file.

    :raises BadFile: a key that is missing, unknown or of the wrong type; the first fault is named.
    :raises strict_yaml.BadYaml: not YAML at all.
    """
    found = strict_yaml.read(path)
    try:
        return model.model_validate(found.value)
    except ValidationError as error:
        fault = error.errors()[0]
        where = "".join(f"/{part}" for part in fault["loc"])
        why = fault["msg"].removeprefix("Value error, ")
        raise BadFile(file=path.name, line=found.line(where), where=where or "/", why=why) from None
