"""What all objects on the wire share (docs/spec/README.md, section 3): sizes, base64url, exact fields."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from comity.lib import clock
from comity.lib.canonical import NotCanonical, parse
from comity.lib.errors import BadInput

HIGHEST = 2**53 - 1  # the largest whole number that every JSON reader keeps exactly


class TooLarge(BadInput):
    code = "wire.too-large"
    says = "{what} has {size} bytes; {limit} are allowed."
    next_step = "Send less at once; files belong into blobs."


class Malformed(BadInput):
    code = "wire.malformed"
    says = "{what} is malformed: {why}."
    next_step = "Ask the sender to send it again; if it stays so, one side runs a version with a fault."


class Strict(BaseModel):
    """A body that came in: no unknown field, no conversion between types."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Label = Annotated[str, Field(pattern=r"\A[a-z0-9][a-z0-9-]{2,39}\z")]
Hex = Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]
Number = Annotated[int, Field(ge=0, le=HIGHEST)]
Stamp = Annotated[str, Field(pattern=r"\A[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z\z")]
Line = Annotated[str, Field(min_length=1, max_length=500)]

Model = TypeVar("Model", bound=BaseModel)


def sized(raw: bytes, limit: int, what: str) -> bytes:
    """The same bytes, if they are not too many.

    :raises TooLarge: they are.
    """
    if len(raw) > limit:
        raise TooLarge(what=what, size=len(raw), limit=limit)
    return raw


def read_object(raw: bytes, limit: int, what: str) -> dict[str, Any]:
    """A JSON object in its canonical spelling.

    :raises TooLarge: more than ``limit`` bytes.
    :raises Malformed: not JSON, not canonical, not an object, or nested too deeply.
    """
    sized(raw, limit, what)
    try:
        value = parse(raw)
    except NotCanonical as error:
        raise Malformed(what=what, why=str(error.fields["why"])) from None
    except RecursionError:
        raise Malformed(what=what, why="it is nested too deeply") from None
    if not isinstance(value, dict):
        raise Malformed(what=what, why="it is not an object")
    return value


def body(model: type[Model], value: Any, what: str) -> Model:
    """Read a parsed object by its model.

    :raises Malformed: naming the first field that is wrong.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = "/" + "/".join(str(part) for part in first["loc"])
        raise Malformed(what=what, why=f"{place}: {first['msg']}") from None


def moment(text: str, what: str) -> datetime:
    """A moment spelled ``2026-11-23T14:05:00Z``, and in no other way.

    :raises Malformed: there is no such moment.
    """
    try:
        read = clock.moment(text)
    except clock.NotAMoment:
        raise Malformed(what=what, why=f"{text!r} is not a moment") from None
    if clock.stamp(read) != text:
        raise Malformed(what=what, why=f"{text!r} is not spelled like 2026-11-23T14:05:00Z")
    return read


def b64(data: bytes) -> str:
    """RFC 4648 section 5 (base64url) without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: str, what: str, length: int | None = None) -> bytes:
    """Read base64url in its one canonical spelling.

    :raises Malformed: padding, a foreign letter, left-over bits, or another length than ``length`` bytes.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(what=what, why="it is not base64url") from None
    # Two spellings of the same bytes would give one object two hashes.
    if b64(data) != text:
        raise Malformed(what=what, why="it is not base64url without padding and left-over bits")
    if length is not None and len(data) != length:
        raise Malformed(what=what, why=f"it has {len(data)} bytes instead of {length}")
    return data
