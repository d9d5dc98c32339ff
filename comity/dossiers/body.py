"""The body of an act (docs/spec/act.md): built from a draft, or read strictly from what arrived. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from comity.exchange.refusal import Refused
from comity.exchange.wire.strict import Hex, Label, Malformed, Number, Stamp, Strict, moment
from comity.exchange.wire.strict import body as read_strictly
from comity.instruments import model
from comity.lib.clock import stamp

KIND = "comity-act/1"
MOST_PARENTS = 64
MOST_ITEMS = 500

DossierId = Annotated[str, Field(pattern=r"\A[a-z0-9][a-z0-9-]{2,39}-[0-9]{4}-[0-9]{4,8}\z")]
Name = Annotated[str, Field(pattern=r"\A[a-z0-9][a-z0-9_-]{0,39}\z")]
# A file's name is shown and offered for saving, never used as a path: no separators, no control characters, and
# none of those that turn the reading direction, with which "gpj.exe" can be made to look like "exe.jpg".
FileName = Annotated[str, Field(pattern=r"\A[^\x00-\x1f\x7f/\\\x{202a}-\x{202e}\x{2066}-\x{2069}]{1,255}\z")]
MediaType = Annotated[str, Field(pattern=r"\A[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*\z", max_length=120)]
Key = Annotated[str, Field(pattern=r"\A[A-Za-z0-9_-]{1,128}\z")]
Country = Annotated[str, Field(pattern=r"\A([A-Z]{2}|ICC)\z")]


class NamedInstrument(Strict):
    id: Name
    version: Annotated[int, Field(ge=1, le=10_000)]
    digest: Hex


class Item(Strict):
    """A document that an act carries; ``key`` opens its blob."""

    name: FileName
    media_type: MediaType
    size: Number
    sha256: Hex
    blob: Hex
    key: Key


class Party(Strict):
    authority: Label
    country: Country


class Opening(Strict):
    """The content of the act that opens a dossier."""

    form: dict[str, Any]
    facts: dict[str, Any]
    language: Annotated[str, Field(pattern=r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\z", max_length=12)]
    parties: Annotated[dict[Name, Party], Field(min_length=2, max_length=20)]
    items: Annotated[list[Item], Field(max_length=MOST_ITEMS)] = []


class Carrying(Strict):
    """What is read of any act's content before its instrument is known."""

    model_config = {"strict": True, "extra": "ignore", "frozen": True}

    items: Annotated[list[Item], Field(max_length=MOST_ITEMS)] = []


class Body(Strict):
    dossier: DossierId
    type: Name
    by: Label
    at: Stamp
    parents: Annotated[list[Hex], Field(max_length=MOST_PARENTS)]
    instrument: NamedInstrument
    content: dict[str, Any]


def build(
    *,
    dossier: str,
    type: str,
    by: str,
    at: datetime,
    parents: Sequence[str],
    definition: model.Definition,
    content: Mapping[str, Any],
) -> dict[str, Any]:
    """The body to sign. Parents are sorted: the same step has one spelling."""
    return {
        "dossier": dossier,
        "type": type,
        "by": by,
        "at": stamp(at),
        "parents": sorted(parents),
        "instrument": {"id": definition.id, "version": definition.version, "digest": definition.digest},
        "content": dict(content),
    }


def read(value: Any) -> tuple[Body, tuple[Item, ...]]:
    """The body of an act that arrived, and the items in its content.

    :raises Refused: ``dossiers.malformed``, naming the first field that is wrong.
    """
    try:
        body = read_strictly(Body, value, "The act")
        moment(body.at, "The act's time")
        items = read_strictly(Carrying, body.content, "The content of the act").items
    except Malformed as error:
        raise Refused("dossiers.malformed", error.sentence) from None
    if sorted(set(body.parents)) != body.parents:
        raise Refused("dossiers.malformed", "The act names its parents twice or out of order.")
    return body, tuple(items)


def opening(content: dict[str, Any]) -> Opening:
    """The content of an opening act.

    :raises Refused: ``dossiers.malformed``.
    """
    try:
        return read_strictly(Opening, content, "The content of the opening act")
    except Malformed as error:
        raise Refused("dossiers.malformed", error.sentence) from None


def opener(dossier: str) -> str:
    """The authority that opens a dossier of this id."""
    return dossier.rsplit("-", 2)[0]
