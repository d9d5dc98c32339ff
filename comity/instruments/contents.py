"""What an act must say: its own fields, those that its effect needs, its ground and its items."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from comity.instruments import amend, needs, requests, texts
from comity.instruments.model import ActType, Definition, Field, Finding, Option
from comity.instruments.walk import Values, Walk


def fields(definition: Definition, act: ActType) -> tuple[Field, ...]:
    """Every field of an act's content in the order in which a page asks: the ground, the effect's, its own.

    ``amends`` and ``items`` are not among them: they have pages and checks of their own.
    """
    own = {field.id: field for field in act.form}
    added = [
        _needed(definition, act, name, kind)
        for name, kind in needs.needed(act.effect, act.grounds is not None).items()
        if name not in own
    ]
    return (*added, *act.form)


def _needed(definition: Definition, act: ActType, name: str, kind: str) -> Field:
    said = texts.messages(texts.ENGLISH)
    return Field(
        id=name,
        type=kind,
        label=said[f"content.{name}.label"],
        help=said[f"content.{name}.help"],
        cite=None,
        required=name not in needs.OPTIONAL,
        options=_options(definition, act, name),
    )


def _options(definition: Definition, act: ActType, name: str) -> tuple[Option, ...]:
    if name == "ground":
        return tuple(Option(one.code, one.says, one.cite) for one in definition.grounds if one.list == act.grounds)
    if name == "clock":
        return tuple(Option(one.id, one.title) for one in definition.deadlines if one.extended_by == act.id)
    return ()


def check_content(
    definition: Definition,
    act: ActType,
    given: Any,
    language: str = "en",
    *,
    form: Mapping[str, Any] | None = None,
    questions: Collection[str] | None = None,
    clocks: Collection[str] | None = None,
) -> list[Finding]:
    """Everything wrong with the content of an act. Pointers start at the content: ``/reasons``.

    ``form`` is the request as it stands, for acts that change it: what the change would break is found at its
    place in the form. ``questions`` and ``clocks`` are the ids that are open now; without them any id passes.
    """
    walk = Walk(texts.of(definition, language), given if isinstance(given, dict) else {})
    if act is definition.opening:
        return list(_opening(definition, given, language, walk))
    if not isinstance(given, dict):
        return [walk.finding("", "malformed.group", walk.texts.t(f"acts.{act.id}.title"), act.cite)]
    return list(_content(walk, definition, act, given, form, {"question": questions, "clock": clocks}))


def _content(
    walk: Walk,
    definition: Definition,
    act: ActType,
    given: Values,
    form: Mapping[str, Any] | None,
    open_now: dict[str, Collection[str] | None],
) -> Iterator[Finding]:
    amends = act.effect in ("answer", "amend")
    own = {name: value for name, value in given.items() if name != "items" and not (amends and name == "amends")}
    found = list(walk.fields(fields(definition, act), own, "", f"acts.{act.id}", act.cite))
    yield from found
    wrong = {one.pointer for one in found}
    if act.effect == "question" and "/pointer" not in wrong and amend.find(definition, given["pointer"]) is None:
        yield walk.finding("/pointer", "pointer.unknown", "", act.cite, name=repr(given["pointer"]))
    for name, ids in open_now.items():
        known = {"question": "answer", "clock": "extend"}[name] == act.effect and f"/{name}" not in wrong
        if known and ids is not None and given[name] not in ids:
            yield walk.finding(f"/{name}", f"{name}.unknown", "", act.cite, name=repr(given[name]))
    if amends:
        yield from _amends(walk, definition, act, given, form)
    yield from items(walk, given, act)


def _amends(
    walk: Walk, definition: Definition, act: ActType, given: Values, form: Mapping[str, Any] | None
) -> Iterator[Finding]:
    label = walk.own_text("content.amends.label")
    if "amends" not in given:
        if act.effect == "amend":
            yield walk.finding("/amends", "missing", label, act.cite)
        return
    changes = given["amends"]
    if not isinstance(changes, dict) or not changes:
        yield walk.finding("/amends", "malformed.amends", label, act.cite)
        return
    unknown = [name for name in changes if not isinstance(amend.find(definition, name), Field)]
    for name in unknown:
        yield walk.finding("/amends", "pointer.unknown", label, act.cite, name=repr(name))
    if form is not None and not unknown:
        try:
            after = amend.amended(definition, form, changes)
        except amend.NoSuchPlace as error:
            yield walk.finding("/amends", "pointer.unknown", label, act.cite, name=repr(error.fields["pointer"]))
            return
        before = set(requests.form_findings(Walk(walk.texts, form), definition, dict(form)))
        yield from (
            one for one in requests.form_findings(Walk(walk.texts, after), definition, after) if one not in before
        )


def items(walk: Walk, given: Values, act: ActType) -> Iterator[Finding]:
    """Attached items: any act may carry them, a transfer must."""
    label = walk.own_text("content.items.label")
    if "items" not in given:
        if act.effect == "transfer":
            yield walk.finding("/items", "missing", label, act.cite)
    elif not isinstance(given["items"], list):
        yield walk.finding("/items", "malformed.list", label, act.cite)
    elif not given["items"] and act.effect == "transfer":
        yield walk.finding("/items", "too_few", label, act.cite, least=1)
    else:
        for index, item in enumerate(given["items"]):
            if not needs.is_item(item):
                yield walk.finding(f"/items/{index}", "malformed.items", label, act.cite)


def _opening(definition: Definition, given: Any, language: str, walk: Walk) -> Iterator[Finding]:
    """The opening act's content is the request, with its parties under ``parties``."""
    if not isinstance(given, dict):
        yield walk.finding("", "malformed.group", walk.own("label"), None)
        return
    parties = given.get("parties")
    others = {party.id for party in definition.parties[2:]}  # not part of a request
    request = {
        "instrument": definition.id,
        **({name: given[name] for name in given if name not in ("parties", "items")}),
        **({role: party for role, party in parties.items() if role not in others} if isinstance(parties, dict) else {}),
    }
    roles = {f"/{party.id}" for party in definition.parties}
    for one in requests.check(definition, request, language):
        root = "/" + one.pointer.split("/")[1] if one.pointer else ""
        yield Finding(f"/parties{one.pointer}", *_rest(one)) if root in roles else one
    yield from items(walk, given, definition.opening)


def _rest(one: Finding) -> tuple[Any, ...]:
    return (one.severity, one.rule, one.article, one.says, one.remedy, one.confidence)
