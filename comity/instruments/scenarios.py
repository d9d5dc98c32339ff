"""Affairs told in a file, with what must come out of them: a lawyer reads them, and any node can run them.

``scenarios/ID.yaml`` holds those of an instrument (docs/rooms/instruments.md gives the format).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from comity.instruments import amend, catalogue, loader, preflight, procedure, shapes
from comity.instruments.faults import DefinitionFaults, Problem, placed, read, unknown
from comity.instruments.model import Act, ActType, Definition, State
from comity.lib import clock

FOLDER = loader.ROOM / "scenarios"
ITEM = {"name": "item.pdf", "media_type": "application/pdf", "size": 1, "sha256": "0" * 64}
"""What an act hands over when the scenario does not say."""


@dataclass(frozen=True)
class Scenario:
    """One affair. ``acts`` and ``then`` are as in the file."""

    id: str
    title: str
    article: str
    instrument: str
    file: str
    line: int
    then: dict[str, Any]
    acts: tuple[dict[str, Any], ...] = ()
    issuing: str | None = None
    executing: str | None = None
    language: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    on: str | None = None
    change: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """A scenario that was run, and every respect in which it did not come out as told."""

    scenario: Scenario
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.differences


def files() -> list[Path]:
    """The files of scenarios, by instrument."""
    return sorted(FOLDER.glob("*.yaml"))


def load(path: Path) -> tuple[Scenario, ...]:
    """The scenarios of one file.

    :raises DefinitionFaults: with everything that is wrong in it: unknown keys, acts, stages, clocks, rules.
    """
    document = read(path)
    found = list(shapes.problems(document.value, shapes.Thing("scenarios")))
    if not found:
        found = list(_problems(document.value))
    if found:
        raise DefinitionFaults(placed(found, document))
    return tuple(
        Scenario(
            instrument=document.value["instrument"],
            file=path.name,
            line=document.line(f"/scenarios/{index}"),
            acts=tuple(row.get("acts", ())),
            **{key: value for key, value in row.items() if key != "acts"},
        )
        for index, row in enumerate(document.value["scenarios"])
    )


def run(path: Path) -> list[Outcome]:
    """Run the scenarios of one file.

    :raises DefinitionFaults: the file cannot be used.
    """
    return [Outcome(one, tuple(_differences(one))) for one in load(path)]


def _problems(raw: dict[str, Any]) -> Iterator[Problem]:
    if raw["instrument"] not in catalogue.ids():
        yield Problem("/instrument", unknown("instrument", raw["instrument"], catalogue.ids()), catalogue.ids())
        return
    definition = catalogue.get(raw["instrument"])
    seen: set[str] = set()
    for index, row in enumerate(raw["scenarios"]):
        if row["id"] in seen:
            yield Problem(f"/scenarios/{index}/id", f"There are two scenarios {row['id']!r}.")
        seen.add(row["id"])
        yield from _unknown(definition, row, f"/scenarios/{index}")


def _unknown(definition: Definition, row: dict[str, Any], pointer: str) -> Iterator[Problem]:
    acts = [act.id for act in definition.acts]
    for index, step in enumerate(row.get("acts", [])):
        if step["act"] not in acts:
            yield Problem(f"{pointer}/acts/{index}/act", unknown("act", step["act"], acts), tuple(acts))
        if not _is_moment(step["at"]):
            yield Problem(f"{pointer}/acts/{index}/at", f"{step['at']!r} is not a moment with a time zone.")
    for place in row.get("change", {}):
        if place.startswith("/form/") and amend.find(definition, place) is None:
            yield Problem(f"{pointer}/change", f"There is no place {place!r} in the form.")
    then = row["then"]
    named = {"stage": [one.id for one in definition.stages], "holder": [*_roles(definition), "none"]}
    for key, known in named.items():
        if key in then and then[key] not in known:
            yield Problem(f"{pointer}/then/{key}", unknown(key, str(then[key]), known), tuple(known))
    clocks = [one.id for one in definition.deadlines]
    for name, told in then.get("clocks", {}).items():
        if name not in clocks:
            yield Problem(f"{pointer}/then/clocks/{name}", unknown("deadline", name, clocks), tuple(clocks))
        for moment in (told or {}).get("due"), (told or {}).get("met_at"):
            if moment is not None and not _is_moment(moment):
                yield Problem(f"{pointer}/then/clocks/{name}", f"{moment!r} is not a moment with a time zone.")


def _roles(definition: Definition) -> list[str]:
    return [party.id for party in definition.parties]


def _is_moment(text: str) -> bool:
    try:
        clock.moment(text)
    except clock.NotAMoment:
        return False
    return True


def request(scenario: Scenario) -> dict[str, Any]:
    """The request of a scenario: the instrument's example with the countries and changes that it names."""
    found = catalogue.example(scenario.instrument)
    for role in ("issuing", "executing"):
        if country := getattr(scenario, role):
            found[role] = {"authority": f"{country.lower()}-{role}", "country": country}
    if scenario.language:
        found["language"] = scenario.language
    found["facts"] = {**found.get("facts", {}), **scenario.facts}
    definition = catalogue.get(scenario.instrument)
    form = {place: value for place, value in scenario.change.items() if place.startswith("/form/")}
    found["form"] = amend.amended(definition, found["form"], form)
    return found


def state(scenario: Scenario) -> State:
    """The state after the acts of a scenario."""
    return procedure.fold(catalogue.get(scenario.instrument), acts(scenario))


def acts(scenario: Scenario) -> list[Act]:
    """The acts of a scenario, each following all before it, with what it leaves out filled in."""
    definition, asked = catalogue.get(scenario.instrument), request(scenario)
    parties = {role: asked[role] for role in ("issuing", "executing")}
    found: list[Act] = []
    names: dict[str, str] = {}
    types = {one.id: one for one in definition.acts}
    for index, step in enumerate(scenario.acts):
        type = types[step["act"]]
        id = f"{index:02d}-{step.get('as', type.id)}"
        names[step.get("as", type.id)] = id
        by = parties.get(step.get("by", type.by[0]), {}).get("authority", step.get("by", type.by[0]))
        opening = {"form": asked["form"], "facts": asked["facts"], "language": asked["language"], "parties": parties}
        content = opening if index == 0 else _content(definition, type, step, names, found)
        parents = (found[-1].id,) if found else ()
        found.append(Act(id, type.id, by, clock.moment(step["at"]), parents, content))
    return found


def _content(
    definition: Definition, type: ActType, step: dict[str, Any], names: dict[str, str], before: list[Act]
) -> dict[str, Any]:
    content = dict(step.get("content", {}))
    for key in ("question", "assurance"):
        if isinstance(content.get(key), str):
            content[key] = names.get(content[key], content[key])
    for key, value in _standard(definition, type, step, before).items():
        content.setdefault(key, value)
    return content


def _standard(definition: Definition, type: ActType, step: dict[str, Any], before: list[Act]) -> dict[str, Any]:
    """What an act needs for its effect, where a scenario does not care what it is."""
    first = next((f"/form/{one.id}" for one in definition.sections), "")
    extends = next((one.id for one in definition.deadlines if one.extended_by == type.id), "")
    by_effect: dict[str, dict[str, Any]] = {
        "question": {"pointer": first, "asks": "?"},
        "answer": {"question": _last(definition, before, "question"), "answer": "."},
        "amend": {"amends": {}},
        "transfer": {"items": [ITEM]},
        "extend": {"clock": extends, "until": step["at"], "reasons": "."},
        "withdraw": {"reasons": "."},
        "assure": {"assurance": {"kind": "other", "undertaking": "."}},
        "check": {"assurance": _last(definition, before, "assure"), "kept": True, "text": "."},
        "breach": {"assurance": _last(definition, before, "assure"), "text": "."},
    }
    found = by_effect.get(type.effect, {})
    if type.grounds:
        found["ground"] = next((one.code for one in definition.grounds if one.list == type.grounds), "")
    if type.event_at:
        found[type.event_at] = step["at"]
    return found


def _last(definition: Definition, before: list[Act], effect: str) -> str:
    types = {one.id for one in definition.acts if one.effect == effect}
    return next((act.id for act in reversed(before) if act.type in types), "")


def _differences(scenario: Scenario) -> Iterator[str]:
    then = scenario.then
    if scenario.acts:
        yield from _of_state(scenario, state(scenario))
    if "verdict" in then or "rules" in then or "not_rules" in then:
        on = date.fromisoformat(scenario.on) if scenario.on else None
        report = preflight.run(catalogue.get(scenario.instrument), request(scenario), on=on)
        rules = sorted({one.rule for one in report.findings})
        if then.get("verdict", report.verdict) != report.verdict:
            yield f"The verdict is {report.verdict} ({', '.join(rules) or 'no finding'}), not {then['verdict']}."
        yield from (f"The rule {rule} finds nothing." for rule in then.get("rules", ()) if rule not in rules)
        yield from (f"The rule {rule} finds something." for rule in then.get("not_rules", ()) if rule in rules)


def _of_state(scenario: Scenario, found: State) -> Iterator[str]:
    then = scenario.then
    out = [_named(scenario, one.act) for one in found.out_of_place]
    expected = list(then.get("out_of_place", ()))
    if sorted(out) != sorted(expected):
        why = "; ".join(one.says for one in found.out_of_place)
        yield f"Out of place are {out or 'no acts'}, not {expected or 'none'}. {why}".strip()
    if "stage" in then and then["stage"] != found.stage:
        yield f"The stage is {found.stage}, not {then['stage']}."
    if "holder" in then and then["holder"] != (found.holder or "none"):
        yield f"It is held by {found.holder or 'none'}, not {then['holder']}."
    if "questions" in then:
        still = sum(one.answered_by is None for one in found.questions)
        if still != then["questions"]:
            yield f"{still} questions are open, not {then['questions']}."
    if "breached" in then:
        broken = sum(any(not one["kept"] for one in each.checks) for each in found.assurances)
        if broken != then["breached"]:
            yield f"{broken} assurances are breached, not {then['breached']}."
    for place, value in then.get("form", {}).items():
        if (now := _at(found.form, place)) != value:
            yield f"{place} is {now!r}, not {value!r}."
    for name, told in then.get("clocks", {}).items():
        yield from _of_clock(found, name, told)


def _named(scenario: Scenario, id: str) -> str:
    step = scenario.acts[int(id[:2])]
    return str(step.get("as", step["act"]))


def _of_clock(found: State, name: str, told: dict[str, Any] | None) -> Iterator[str]:
    running = next((one for one in found.clocks if one.id == name), None)
    if told is None or running is None:
        if (told is None) != (running is None):
            yield f"The deadline {name} {'runs' if running else 'does not run'}."
        return
    for key, now in (("due", running.due), ("met_at", running.met_at)):
        if key in told and _moment(told[key]) != now:
            yield f"The deadline {name}: {key} is {clock.stamp(now) if now else 'nothing'}, not {told[key]}."
    if "met" in told and told["met"] != (running.met_at is not None):
        yield f"The deadline {name} is {'met' if running.met_at else 'not met'}."
    if told.get("met_in_time") is not None:
        in_time = running.met_at is not None and running.due is not None and running.met_at <= running.due
        if in_time != told["met_in_time"]:
            yield f"The deadline {name} is {'met in time' if in_time else 'not met in time'}."


def _moment(text: str | None) -> datetime | None:
    return clock.moment(text) if text else None


def _at(form: Any, place: str) -> Any:
    here = form
    for part in place.removeprefix("/form/").split("/"):
        if isinstance(here, list) and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        elif isinstance(here, dict):
            here = here.get(part)
        else:
            return None
    return here
