"""Templates of cases: purposes, tasks with days, and what to collect, one YAML file each.

Their days are the habit of an office, never a time limit of law: those run in the dossiers.
"""

from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from comity.cases import purposes
from comity.cases.reading import Strict, read
from comity.lib.errors import BadInput

FOLDER = Path(__file__).parent / "templates"


class UnknownTemplate(BadInput):
    code = "cases.unknown-template"
    says = "There is no template {id!r}."
    next_step = "Choose one of the list, or open the case without a template."


class Step(Strict):
    """A task, or something that belongs into the file. ``days`` counts from the opening."""

    title: str = Field(min_length=1, max_length=200)
    details: str = ""
    days: int | None = Field(default=None, ge=0)
    priority: Literal["later", "normal", "first"] = "normal"


class Template(Strict):
    id: str = Field(pattern=r"^[a-z0-9-]{3,40}$")
    title: str = Field(min_length=1)
    says: str
    purposes: list[str] = Field(min_length=1)
    tasks: list[Step] = Field(min_length=1)
    collect: list[Step] = Field(min_length=1)

    @model_validator(mode="after")
    def _known_purposes(self) -> Self:
        for id in self.purposes:
            try:
                purposes.get(id)
            except purposes.UnknownPurpose as error:
                raise ValueError(error.sentence) from None
        return self


@cache
def known(folder: Path = FOLDER) -> tuple[Template, ...]:
    """Every template by title.

    :raises BadFile: a file with a fault.
    """
    return tuple(sorted((read(path, Template) for path in folder.glob("*.yaml")), key=lambda one: one.title))


def get(id: str) -> Template:
    """:raises UnknownTemplate: there is none with this id."""
    for one in known():
        if one.id == id:
            return one
    raise UnknownTemplate(id=id)
