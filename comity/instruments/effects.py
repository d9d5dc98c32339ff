"""What each act does to the dossier, one small function per effect.

Only what the fold uses is read here; whether the content is complete was for ``contents.check_content`` to
say before the act was signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from comity.instruments import amend
from comity.instruments.fieldtypes import is_moment
from comity.instruments.model import Act, ActType, Definition, OutOfPlace, Question, Role, Undertaking
from comity.instruments.needs import is_item, is_plain
from comity.lib import clock
from comity.lib.errors import ComityError

Content = dict[str, Any]


class NotInPlace(ComityError):
    """Why an act has no effect; the fold turns it into an ``OutOfPlace``."""

    code = "instruments.out-of-place"
    says = "{why}"


@dataclass
class Progress:
    """A dossier while its acts are being folded."""

    definition: Definition
    stage: str = ""
    parties: dict[Role, dict[str, str]] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    language: str = ""
    questions: dict[str, Question] = field(default_factory=dict)
    assurances: dict[str, Undertaking] = field(default_factory=dict)
    items: list[dict[str, Any]] = field(default_factory=list)
    events: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    extended: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    steps: list[tuple[int, Act]] = field(default_factory=list)
    """Positions and acts that took effect, in order."""
    out_of_place: list[OutOfPlace] = field(default_factory=list)


def demand(holds: bool, why: str) -> None:
    """:raises NotInPlace: with ``why``, unless it holds."""
    if not holds:
        raise NotInPlace(why=why)


def checked(type: ActType, act: Act) -> None:
    """Check the parts of a content that the fold will use, whatever the state is.

    :raises NotInPlace: one of them is missing or malformed.
    """
    given: Any = act.content
    demand(isinstance(given, dict) and is_plain(given), "Its content is malformed.")
    for name in TEXTS.get(type.effect, ()):
        demand(isinstance(given.get(name), str), f"Its content has no text {name!r}.")
    for name in MOMENTS.get(type.effect, ()):
        demand(name not in given or is_moment(given[name]), f"{name!r} in its content is not a moment.")
    demand(type.effect != "assure" or isinstance(given.get("assurance"), dict), "Its content has no assurance.")
    demand(type.effect != "check" or isinstance(given.get("kept"), bool), "It does not say whether it is kept.")
    demand(type.effect != "extend" or "until" in given, "Its content has no moment 'until'.")
    _checked_amends(type, given)
    _checked_items(type, given)
    if type.event_at is not None:
        demand(is_moment(given.get(type.event_at)), f"Its content has no moment {type.event_at!r}.")


TEXTS = {
    "question": ("pointer", "asks"),
    "answer": ("question", "answer"),
    "extend": ("clock", "reasons"),
    "withdraw": ("reasons",),
    "check": ("assurance", "text"),
    "breach": ("assurance", "text"),
}
MOMENTS = {"question": ("due",), "extend": ("until",)}


def _checked_amends(type: ActType, given: Content) -> None:
    if type.effect in ("answer", "amend"):
        amends = given.get("amends", {} if type.effect == "answer" else None)
        demand(isinstance(amends, dict), "Its changes to the request are malformed.")


def _checked_items(type: ActType, given: Content) -> None:
    items = given.get("items", [])
    demand(isinstance(items, list) and all(is_item(item) for item in items), "Its items are malformed.")
    demand(bool(items) or type.effect != "transfer", "It hands over no item.")


def opening_parties(definition: Definition, act: Act) -> dict[Role, dict[str, str]]:
    """The parties that an opening act names, by role.

    :raises NotInPlace: the act cannot open a dossier.
    """
    given: Any = act.content
    demand(isinstance(given, dict) and is_plain(given), "Its content is malformed.")
    for name, kind in (("form", dict), ("parties", dict), ("language", str)):
        demand(isinstance(given.get(name), kind), f"Its content has no {name!r}.")
    demand(isinstance(given.get("facts", {}), dict), "Its facts are malformed.")
    _checked_items(definition.opening, given)
    roles = [party.id for party in definition.parties]
    parties: dict[Role, dict[str, str]] = {}
    for role, party in given["parties"].items():
        demand(role in roles and isinstance(party, dict), f"The party {role!r} is malformed.")
        named = {name: party.get(name) for name in ("authority", "country")}
        demand(all(isinstance(value, str) for value in named.values()), f"The party {role!r} is malformed.")
        parties[role] = named
    demand(set(roles[:2]) <= set(parties), f"It does not name both {roles[0]!r} and {roles[1]!r}.")
    demand(parties[roles[0]]["authority"] == act.by, "It opens a dossier in the name of another authority.")
    return parties


def begin(progress: Progress, act: Act, parties: Mapping[Role, dict[str, str]], position: int) -> None:
    """The opening act: the request, its parties, and the event ``receipt`` until an act declares it."""
    given = act.content
    progress.parties = dict(parties)
    progress.form = dict(given["form"])
    progress.facts = dict(given.get("facts", {}))
    progress.language = given["language"]
    progress.events["receipt"] = (act.at, position)
    took_place(progress, act, progress.definition.opening, position)


def took_place(progress: Progress, act: Act, type: ActType, position: int) -> None:
    """What every act in its place does: the stage, the event, the items."""
    if type.to_stage is not None:
        progress.stage = type.to_stage
    if type.event is not None:
        moment = clock.moment(act.content[type.event_at]) if type.event_at else act.at
        progress.events[type.event] = (moment, position)
    for item in act.content.get("items", []):
        # The key that opens the blob is not part of the state, which pages and digests show.
        progress.items.append({"act": act.id, **{name: value for name, value in item.items() if name != "key"}})
    progress.steps.append((position, act))


def apply(progress: Progress, act: Act, type: ActType, role: Role, position: int) -> None:
    """The effect of an act on questions, the form and the ends of clocks.

    :raises NotInPlace: the state has nothing that it could apply to; nothing was changed.
    """
    match type.effect:
        case "question":
            _asked(progress, act, role)
        case "answer":
            _answered(progress, act)
        case "amend":
            progress.form = _amended(progress, act)
        case "extend":
            _extended(progress, act, type, position)
        case "assure":
            progress.assurances[act.id] = Undertaking(act.id, role, act.at, dict(act.content["assurance"]))
        case "check" | "breach":
            _weighed(progress, act, type, role)


def _asked(progress: Progress, act: Act, role: Role) -> None:
    given = act.content
    demand(
        amend.find(progress.definition, given["pointer"]) is not None,
        f"It asks about {given['pointer']!r}, which is no place in the form.",
    )
    first, second = (party.id for party in progress.definition.parties[:2])
    progress.questions[act.id] = Question(
        id=act.id,
        pointer=given["pointer"],
        asks=given["asks"],
        by=role,
        of=first if role != first else second,
        asked_at=act.at,
        due=clock.moment(given["due"]) if "due" in given else None,
    )


def _answered(progress: Progress, act: Act) -> None:
    asked = progress.questions.get(act.content["question"])
    demand(asked is not None and asked.answered_by is None, "It answers no open question.")
    if "amends" in act.content:
        progress.form = _amended(progress, act)
    if asked is not None:
        progress.questions[asked.id] = replace(asked, answered_by=act.id, answer=act.content["answer"])


def _weighed(progress: Progress, act: Act, type: ActType, role: Role) -> None:
    given = act.content
    meant = progress.assurances.get(given["assurance"])
    demand(meant is not None, "It speaks of no assurance that was given here.")
    kept = type.effect == "check" and given["kept"]
    said = {"act": act.id, "by": role, "at": act.at, "kept": kept, "text": given["text"]}
    if meant is not None:
        progress.assurances[meant.id] = replace(meant, checks=(*meant.checks, said))


def _amended(progress: Progress, act: Act) -> dict[str, Any]:
    try:
        return amend.amended(progress.definition, progress.form, act.content["amends"])
    except amend.NoSuchPlace as error:
        raise NotInPlace(why=error.sentence) from None


def _extended(progress: Progress, act: Act, type: ActType, position: int) -> None:
    name = act.content["clock"]
    rule = next((one for one in progress.definition.deadlines if one.id == name and one.extended_by == type.id), None)
    demand(rule is not None, f"It extends {name!r}, which is no deadline that it may extend.")
    if rule is not None:
        started = progress.events.get(rule.starts)
        demand(
            started is not None and met(progress, rule.met_by, started[1]) is None,
            f"The deadline {name!r} is not running.",
        )
        progress.extended[name] = (clock.moment(act.content["until"]), position)


def met(progress: Progress, met_by: tuple[str, ...], since: int) -> Act | None:
    """The first act in its place, not before a position, that meets a deadline."""
    return next((act for position, act in progress.steps if position >= since and act.type in met_by), None)
