"""An authority's signed description of itself (docs/spec/card.md)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from comity.exchange.wire import signed
from comity.exchange.wire.keys import BadKeys, PublicKeys, SecretKeys
from comity.exchange.wire.strict import Hex, Label, Line, Malformed, Number, Stamp, Strict, body, moment
from comity.lib import clock
from comity.lib.errors import BadInput

KIND = "comity-card/1"

Language = Annotated[str, Field(pattern=r"\A[a-z]{2,3}\z")]
Country = Annotated[str, Field(pattern=r"\A([A-Z]{2}|ICC)\z")]
Name = Annotated[str, Field(min_length=1, max_length=300)]
Id = Annotated[str, Field(pattern=r"\A[a-z0-9][a-z0-9._-]{0,79}\z")]
Text = Annotated[str, Field(min_length=1, max_length=4000)]
Texts = Annotated[dict[Language, Text], Field(min_length=1, max_length=60)]  # by language
Endpoint = Annotated[str, Field(pattern=r"\Ahttps?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._/-]*)?\z", max_length=300)]


class NotACard(BadInput):
    code = "wire.not-a-card"
    says = "This is not a card: {why}."
    next_step = "Ask the authority for its card again, as a file or from its endpoint."


class AnotherAuthority(BadInput):
    code = "wire.card-of-another"
    says = "The new card is {new}'s, the old one {old}'s."
    next_step = "Add it as a peer of its own."


class KeysChanged(BadInput):
    code = "wire.card-keys-changed"
    says = "{authority} shows a card with other keys than the ones you compared and pinned."
    next_step = "Compare the new words by phone, on a number that you knew before; then pin the card anew."


class NotNewer(BadInput):
    code = "wire.card-not-newer"
    says = "{authority} shows card number {new}; we already hold number {old}."
    next_step = "Nothing needs to be done; if this goes on, its node was restored from an old backup."


class Contact(Strict):
    """A desk or a person that may be called. Roles rather than names where a desk answers."""

    role: Name
    languages: Annotated[list[Language], Field(min_length=1, max_length=40)]
    hours: Line
    name: Name | None = None
    phone: Annotated[str, Field(pattern=r"\A\+?[0-9 ()/-]{3,40}\z")] | None = None
    email: Annotated[str, Field(pattern=r"\A[^@\s]{1,64}@[^@\s]{1,190}\z")] | None = None


class Requirement(Strict):
    """What this authority asks of a request before it is sent (docs/rooms/instruments.md)."""

    id: Id
    instrument: Id
    pointer: Annotated[str, Field(pattern=r"\A(/[^\x00-\x1f]*)?\z", max_length=300)]
    severity: Literal["stop", "mend", "note"]
    require: Text
    says: Texts
    remedy: Texts
    when: Text | None = None
    article: Line | None = None


class InstrumentRef(Strict):
    """An instrument that this node can fold, and the digest of its definition."""

    id: Id
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    digest: Hex


class CardBody(Strict):
    authority: Label
    country: Country
    names: Annotated[dict[Language, Name], Field(min_length=1, max_length=60)]
    languages: Annotated[list[Language], Field(min_length=1, max_length=60)]
    competences: Annotated[list[Line], Field(max_length=200)]
    contacts: Annotated[list[Contact], Field(max_length=100)]
    endpoint: Endpoint
    keys: dict[str, str]
    requirements: Annotated[list[Requirement], Field(max_length=500)]
    instruments: Annotated[list[InstrumentRef], Field(max_length=500)]
    issued_at: Stamp
    serial: Annotated[Number, Field(ge=1)]


@dataclass(frozen=True)
class Card:
    """A card signed by the keys it shows. That proves who holds them, not who that is: compare the words.

    ``contacts``, ``requirements`` and ``instruments`` are plain JSON objects; what was left out is absent.
    """

    raw: bytes = field(repr=False)
    id: str
    authority: str
    country: str
    names: dict[str, str]
    languages: tuple[str, ...]
    competences: tuple[str, ...]
    contacts: tuple[dict[str, Any], ...]
    endpoint: str
    keys: PublicKeys = field(repr=False)
    requirements: tuple[dict[str, Any], ...]
    instruments: tuple[dict[str, Any], ...]
    issued_at: datetime
    serial: int

    @property
    def fingerprint(self) -> str:
        return self.keys.fingerprint

    def name(self, language: str = "en") -> str:
        """The authority's name in a language, in English, or in whichever it has."""
        return self.names.get(language) or self.names.get("en") or next(iter(self.names.values()))


def issue(
    keys: SecretKeys,
    *,
    authority: str,
    country: str,
    names: dict[str, str],
    languages: Sequence[str],
    endpoint: str,
    at: datetime,
    serial: int,
    competences: Sequence[str] = (),
    contacts: Sequence[dict[str, Any]] = (),
    requirements: Sequence[dict[str, Any]] = (),
    instruments: Sequence[dict[str, Any]] = (),
) -> Card:
    """Sign a card with the keys that it shows.

    :raises NotACard: something is malformed; the sentence names the field.
    """
    told = {
        "authority": authority,
        "country": country,
        "names": names,
        "languages": list(languages),
        "competences": list(competences),
        "contacts": list(contacts),
        "endpoint": endpoint,
        "keys": keys.public.to_json(),
        "requirements": list(requirements),
        "instruments": list(instruments),
        "issued_at": clock.stamp(at),
        "serial": serial,
    }
    _checked(told)
    return _card(signed.sign(KIND, told, keys))


def read(raw: bytes) -> Card:
    """Verify a card by the keys inside it, following docs/spec/card.md section 3.

    :raises TooLarge, NotSigned, WrongKind, BadSignature: as ``signed.read``.
    :raises NotACard: malformed.
    """
    seen = signed.peek(raw)
    if seen.kind != KIND:
        raise signed.WrongKind(kind=seen.kind, expected=KIND)
    return _card(signed.read(raw, KIND, _keys(seen.body.get("keys"))))


def demand_successor(old: Card, new: Card) -> None:
    """May the new card take the place of the old one without a person comparing words again?

    :raises AnotherAuthority: it speaks for somebody else.
    :raises KeysChanged: it shows other keys; rotation signed by the old keys comes with a later version.
    :raises NotNewer: its serial number is not higher.
    """
    if new.authority != old.authority or new.country != old.country:
        raise AnotherAuthority(new=new.authority, old=old.authority)
    if new.keys != old.keys:
        raise KeysChanged(authority=old.authority)
    if new.serial <= old.serial:
        raise NotNewer(authority=old.authority, new=new.serial, old=old.serial)


def may_replace(old: Card, new: Card) -> bool:
    """``demand_successor`` as a question."""
    try:
        demand_successor(old, new)
    except (AnotherAuthority, KeysChanged, NotNewer):
        return False
    return True


def _keys(value: Any) -> PublicKeys:
    try:
        return PublicKeys.from_json(value)
    except BadKeys as error:
        raise NotACard(why=error.sentence.rstrip(".")) from None


def _checked(value: dict[str, Any]) -> CardBody:
    try:
        return body(CardBody, value, "the card")
    except Malformed as error:
        raise NotACard(why=error.sentence.rstrip(".")) from None


def _card(one: signed.Signed) -> Card:
    told = _checked(one.body)
    try:
        issued_at = moment(told.issued_at, "issued_at")
    except Malformed as error:
        raise NotACard(why=error.sentence.rstrip(".")) from None
    return Card(
        raw=one.raw,
        id=one.id,
        authority=told.authority,
        country=told.country,
        names=told.names,
        languages=tuple(told.languages),
        competences=tuple(told.competences),
        contacts=_plain(told.contacts),
        endpoint=told.endpoint,
        keys=_keys(told.keys),
        requirements=_plain(told.requirements),
        instruments=_plain(told.instruments),
        issued_at=issued_at,
        serial=told.serial,
    )


def _plain(models: Sequence[Strict]) -> tuple[dict[str, Any], ...]:
    return tuple(model.model_dump(exclude_unset=True) for model in models)
