"""What a dossier brought us, material and persons, with the limits under which each came.

A limit comes from the instrument, from the act that handed over, from the request (information that its sender
restricted), or from a later act that restricts use. What a peer wrote is read with care: a limit that is not
understood counts as one in words, which a person must read, and never as none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from comity.dossiers import assured, folding
from comity.instruments import catalogue, lawful, texts
from comity.instruments.model import Act, ActType, Definition, State
from comity.law import speciality as law

About = Literal["material", "person"]

# The options of the composite "limit" and the terms of "prior_material", with the limits of the law room they mean.
TERMS = {
    "no_limit": "no_limit",
    "this_proceeding": "this_proceeding",
    "stated_purpose": "stated_purpose",
    "named_persons": "named_persons",
    "named_offences": "named_offences",
    "intelligence_only": "intelligence_only",
    "no_passing_on": "no_passing_on",
    "no_disclosure": "no_disclosure",
    "no_death_penalty": "no_death_penalty",
    "until": "until",
    "return": "return",
    "other": "other",
    "not_known": "not_known",
}
HANDED_OVER = frozenset({"surrender", "surrender_temporarily", "hand_over"})  # acts that hand over a person
ASSETS = frozenset({"return_assets"})  # acts that hand over without documents


@dataclass(frozen=True)
class Bound:
    """A limit with what its giver added in words, and where it stands: instrument, giver or request."""

    limit: law.Limit
    detail: str
    set_by: Literal["instrument", "giver", "request"]


@dataclass(frozen=True)
class Received:
    """What one act of the other side handed over."""

    dossier: str
    act: str
    about: About
    title: str  # of the act
    instrument: str  # title
    subject: str
    giver: str  # authority
    country: str
    at: datetime
    items: tuple[str, ...]
    description: str
    limits: tuple[Bound, ...]
    persons: tuple[str, ...]  # of the request, for ticking
    offences: tuple[str, ...]


def same(name: str) -> str:
    """A name as it is compared: case and spaces do not matter."""
    return " ".join(name.split()).casefold()


def lines(told: Any) -> tuple[str, ...]:
    """Names out of a text, one on a line or between semicolons."""
    parts = (part for line in assured.text(told).splitlines() for part in line.split(";"))
    return tuple(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def givers(definition: Definition) -> frozenset[str]:
    """The acts of an instrument that may hand something over."""
    opening = {definition.opening.id} if restrictions(definition) else set()
    return frozenset(opening | {act.id for act in definition.acts if about(act) is not None})


@cache
def giving() -> frozenset[str]:
    """The acts of any instrument that may hand something over, to find dossiers by."""
    return frozenset(act for definition in catalogue.all() for act in givers(definition))


def about(act: ActType) -> About | None:
    """What an act hands over, if anything."""
    if act.effect == "transfer" or act.id in ASSETS:
        return "material"
    return "person" if act.id in HANDED_OVER else None


def restrictions(definition: Definition) -> bool:
    """Whether a request of this instrument is itself information that its sender may restrict."""
    return any(field.type == "limit" for section in definition.sections for field in section.fields)


def received(result: folding.Folded, language: str = "en") -> list[Received]:
    """Everything that other parties handed over in a dossier, in the order in which it came."""
    return list(_Reader(result, language).all())


@dataclass(frozen=True)
class _Reader:
    result: folding.Folded
    language: str

    @property
    def state(self) -> State:
        return self.result.state

    @property
    def definition(self) -> Definition:
        return self.result.definition

    def all(self) -> Iterator[Received]:
        steps = {act.id: act for act in self.result.acts}
        out_of_place = {one.act for one in self.state.out_of_place}
        acts = [steps[id] for id in self.state.acts if id not in out_of_place]
        for act in acts:
            type = self.definition.act(act.type)
            if type is None or act.by == folding.us() or act.type not in givers(self.definition):
                continue
            yield self.one(act, type, acts)

    def one(self, act: Act, type: ActType, acts: Iterable[Act]) -> Received:
        words = texts.of(self.definition, self.language)
        what = about(type) or "material"
        composites = list(lawful.composites(self.definition, self.state.form))
        named = (
            " ".join(assured.text(row.get(part)) for part in ("given_names", "surname"))
            for _, field, row in composites
            if field.type == "person"
        )
        titles = (assured.text(row.get("title")) for _, field, row in composites if field.type == "offence")
        offences = lines(act.content.get("for_offences")) or tuple(dict.fromkeys(filter(None, titles)))
        return Received(
            dossier=self.result.dossier.pk,
            act=act.id,
            about=what,
            title=words.t(f"acts.{type.id}.title"),
            instrument=words.t("title"),
            subject=self.result.dossier.subject,
            giver=act.by,
            country=self.country(act),
            at=act.at,
            items=tuple(item["name"] for item in act.content.get("items", [])),
            description=assured.text(act.content.get("description")),
            limits=tuple(self.limits(act, what, acts)),
            persons=tuple(dict.fromkeys(" ".join(name.split()) for name in named if name.strip())),
            offences=offences,
        )

    def country(self, act: Act) -> str:
        return next((one["country"] for one in self.state.parties.values() if one["authority"] == act.by), "")

    def limits(self, act: Act, what: About, acts: Iterable[Act]) -> Iterator[Bound]:
        """What the instrument says, then what the giver set with it, in its request, and later."""
        offences = lines(act.content.get("for_offences")) if what == "person" else ()
        try:
            known = law.defaults(
                self.definition.id,
                giver=self.country(act),
                case=self.result.dossier.pk,
                offences=tuple(map(same, offences)),
                language=self.language,
            )
        except law.UnknownInstrument:
            known = ()
        yield from (Bound(limit, "", "instrument") for limit in known)
        opened_by = self.state.parties.get("issuing", {}).get("authority")
        if act.by == opened_by and restrictions(self.definition):
            for _, field, row in lawful.composites(self.definition, self.state.form):
                if field.type == "limit":
                    yield self.term(act, row, "request")
        if act.type != self.definition.opening.id:
            yield from self.told(act)
        for later in acts:
            if later.by == act.by and self.restricts(later):
                yield from self.told(later)

    def restricts(self, act: Act) -> bool:
        """Whether an act hands nothing over, but limits the use of what was: its form asks for limits."""
        type = self.definition.act(act.type)
        return (
            type is not None
            and type is not self.definition.opening
            and about(type) is None
            and any(field.type == "limit" for field in type.form)
        )

    def told(self, act: Act) -> Iterator[Bound]:
        given = act.content.get("limits")
        for row in given if isinstance(given, list) else []:
            yield self.term(act, row if isinstance(row, dict) else {}, "giver")

    def term(self, act: Act, row: dict[str, Any], set_by: Literal["giver", "request"]) -> Bound:
        detail, until = assured.text(row.get("detail")), assured.day(row.get("until"))
        named = tuple(map(same, lines(detail)))
        limit = law.from_terms(
            term(row),
            giver=self.country(act),
            case=self.result.dossier.pk,
            persons=named,
            offences=named,
            until=until,
            language=self.language,
        )
        return Bound(limit, detail, set_by)


def term(row: dict[str, Any]) -> str:
    """The limit of the law room that a told limit means. Without its day or its names it is one in words."""
    known = TERMS.get(assured.text(row.get("kind")), "not_known")
    lacks_day = known == "until" and assured.day(row.get("until")) is None
    lacks_names = known in ("named_persons", "named_offences") and not lines(row.get("detail"))
    return "other" if lacks_day or lacks_names else known
