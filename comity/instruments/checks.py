"""Checks of a whole definition: what its parts say about each other.

Like ``checks_form`` they read raw values and pass over what has the wrong shape.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from comity.instruments import checks_form, expressions, needs
from comity.instruments.checks_form import Form, Raw, by_id, ids, rows, unique
from comity.instruments.codes import COUNTRIES, COURT
from comity.instruments.faults import Problem, unknown

Laws = Callable[[str], Collection[str]]


def treaties() -> tuple[str, ...]:
    """The ids of the treaties that the law room knows."""
    from comity.law import parties

    return tuple(treaty.id for treaty in parties.treaties())


def tests() -> tuple[str, ...]:
    """The names of the tests of grounds that the law room has."""
    from comity.law import grounds

    return tuple(grounds.TESTS)


CITE = ("article", "source", "confidence")


def problems(raw: Any, composites: dict[str, Raw], laws: Laws) -> Iterator[Problem]:
    """Every contradiction in a definition.

    ``laws`` gives the ids of the dated lines in law/data/deadlines for an instrument.
    """
    if not isinstance(raw, dict):
        return
    form = Form(by_id([row for _, row in rows(raw, "form")]), composites)
    for key in ("parties", "form", "stages", "acts", "deadlines", "rules"):
        yield from unique(raw, key, "")
    yield from _parties(raw)
    yield from _bases(raw, form)
    for index, section in rows(raw, "form"):
        yield from checks_form.problems(section, f"/form/{index}", form)
    yield from _stages(raw)
    yield from _ways(raw)
    for index, act in rows(raw, "acts"):
        yield from _act(raw, act, index, f"/acts/{index}", composites)
    yield from _grounds(raw)
    for index, deadline in rows(raw, "deadlines"):
        yield from _deadline(raw, deadline, f"/deadlines/{index}", form)
    yield from _laws(raw, laws)
    for index, rule in rows(raw, "rules"):
        yield from _rule(raw, rule, f"/rules/{index}", form)
    yield from cites(raw, "", raw.get("sources"))


def _parties(raw: Raw) -> Iterator[Problem]:
    """A request names its first two parties by these keys, whatever the instrument calls them in its titles."""
    for index, expected in enumerate(("issuing", "executing")):
        found = ids(raw, "parties")
        if len(found) > index and found[index] != expected:
            yield Problem(
                f"/parties/{index}/id",
                f"The id of party {index + 1} is {expected!r}; its title is free.",
                (expected,),
            )
    for index, party in rows(raw, "parties"):
        yield from _countries(party, index, f"/parties/{index}")


def _countries(party: Raw, index: int, pointer: str) -> Iterator[Problem]:
    """Who may play a part: known countries, said one way, where a request names the party."""
    named = [key for key in ("only", "never") if key in party]
    for key in named:
        yield from _each(party, key, pointer, "country", (*COUNTRIES, COURT))
    if len(named) == 2:
        yield Problem(f"{pointer}/never", "A party has 'only' or 'never', not both.")
    if named and index >= 2:
        yield Problem(f"{pointer}/{named[0]}", "A request names its first two parties alone; say it of one of these.")


def _bases(raw: Raw, form: Form) -> Iterator[Problem]:
    """Treaties that law knows, conditions that can be asked, and a field for the day of the request."""
    for index, basis in rows(raw, "legal_basis"):
        # x-NAME stands for a treaty that the law room does not hold: whether it binds is then not known.
        if not str(basis.get("treaty")).startswith("x-"):
            yield from _known(basis.get("treaty"), f"/legal_basis/{index}/treaty", "treaty", treaties())
        if isinstance(basis.get("when"), dict):
            yield from _from_root(basis["when"], f"/legal_basis/{index}/when", form, "A basis's")
    dated = raw.get("dated")
    if isinstance(dated, str):
        found = form.find(dated)
        if found is None or found.get("type") not in ("date", "moment"):
            yield Problem("/dated", f"{dated!r} is no field of the form with a date or a moment.")


def _from_root(when: Raw, pointer: str, form: Form, whose: str) -> Iterator[Problem]:
    target = when.get("field")
    if isinstance(target, str) and not target.startswith("/"):
        yield Problem(f"{pointer}/field", f"{whose} condition starts at the root of the form: /section/field.")
    else:
        yield from checks_form.when(when, pointer, form)


def _known(value: Any, pointer: str, what: str, known: Collection[str]) -> Iterator[Problem]:
    if isinstance(value, str) and value not in known:
        yield Problem(pointer, unknown(what, value, known), tuple(known))


def _each(raw: Raw, key: str, pointer: str, what: str, known: Collection[str]) -> Iterator[Problem]:
    values = raw.get(key)
    for index, value in enumerate(values if isinstance(values, list) else []):
        yield from _known(value, f"{pointer}/{key}/{index}", what, known)


def _stages(raw: Raw) -> Iterator[Problem]:
    for index, stage in rows(raw, "stages"):
        yield from _known(stage.get("holder"), f"/stages/{index}/holder", "party", [*ids(raw, "parties"), "none"])
        if stage.get("final") is True and stage.get("holder") not in ("none", None):
            yield Problem(f"/stages/{index}/holder", "Nobody holds a final stage.", ("none",))


def _ways(raw: Raw) -> Iterator[Problem]:
    """Every stage can be reached from the first, and left unless it is final."""
    stages = [row for _, row in rows(raw, "stages") if isinstance(row.get("id"), str)]
    names = [row["id"] for row in stages]
    open_stages = [row["id"] for row in stages if row.get("final") is not True]
    steps: set[tuple[str, str]] = set()
    for index, act in rows(raw, "acts"):
        if index and isinstance(act.get("to"), str):
            starts = act["from"] if isinstance(act.get("from"), list) else open_stages
            steps |= {(start, act["to"]) for start in starts if isinstance(start, str)}
    reached = set(names[:1])
    for _ in names:
        reached |= {end for start, end in steps if start in reached}
    for index, stage in rows(raw, "stages"):
        name = stage.get("id")
        if name not in names:
            continue
        if name not in reached:
            yield Problem(f"/stages/{index}", f"No act leads to the stage {name!r}.")
        if name in open_stages and not any(start == name != end for start, end in steps):
            yield Problem(f"/stages/{index}", f"No act leads out of the stage {name!r}, and it is not final.")


def _act(raw: Raw, act: Raw, index: int, pointer: str, composites: dict[str, Raw]) -> Iterator[Problem]:
    stages = ids(raw, "stages")
    yield from _each(act, "by", pointer, "party", ids(raw, "parties"))
    yield from _each(act, "from", pointer, "stage", stages)
    yield from _known(act.get("to"), f"{pointer}/to", "stage", stages)
    yield from _known(act.get("effect"), f"{pointer}/effect", "effect", needs.EFFECTS)
    yield from _opening(raw, act, index, pointer)
    if "grounds" in act:
        grounds = raw.get("grounds")
        held = [name for name, found in grounds.items() if found] if isinstance(grounds, dict) else []
        yield from _known(act["grounds"], f"{pointer}/grounds", "list of grounds with anything in it", held)
    fields = {"fields": act.get("form")}
    if act.get("effect") == "assure" and "assurance" not in [row.get("id") for _, row in rows(fields, "fields")]:
        yield Problem(pointer, "An act that gives an assurance has a field 'assurance' of that type in its form.")
    yield from _act_form(fields, pointer, composites)
    yield from _own_fields(raw, act, fields, pointer)
    yield from _event(act, fields, pointer)
    named = [row.get("extended_by") for _, row in rows(raw, "deadlines")]
    if act.get("effect") == "extend" and act.get("id") not in named:
        yield Problem(pointer, "No deadline names this act as the one that extends it (extended_by).")


def _opening(raw: Raw, act: Raw, index: int, pointer: str) -> Iterator[Problem]:
    if index:
        if act.get("effect") == "open":
            yield Problem(f"{pointer}/effect", "Only the first act opens a dossier.")
        return
    first_stage, first_party = ids(raw, "stages")[:1], ids(raw, "parties")[:1]
    if act.get("effect") != "open":
        yield Problem(pointer, "The first act has the effect 'open'.", ("open",))
    if act.get("by") != first_party:
        yield Problem(f"{pointer}/by", "The first act is taken by the first party alone.", tuple(first_party))
    if [act.get("to")] != first_stage:
        yield Problem(f"{pointer}/to", "The first act leads to the first stage.", tuple(first_stage))
    for key in ("from", "form", "grounds"):
        if key in act:
            yield Problem(
                f"{pointer}/{key}",
                f"The first act has no {key!r}: nothing stands before it, and its content is the request.",
            )


def _act_form(fields: Raw, pointer: str, composites: dict[str, Raw]) -> Iterator[Problem]:
    form = Form(by_id([row for _, row in rows(fields, "fields")]), composites)
    for problem in checks_form.problems(fields, f"{pointer}/form", form):
        yield Problem(
            problem.pointer.replace(f"{pointer}/form/fields", f"{pointer}/form", 1),
            problem.says,
            problem.allowed,
        )


def _own_fields(raw: Raw, act: Raw, fields: Raw, pointer: str) -> Iterator[Problem]:
    """A field that an effect needs is added by itself; an act that declares it must give it the same type."""
    needed = needs.needed(act.get("effect", "none"), "grounds" in act)
    for index, field in rows(fields, "fields"):
        expected = needed.get(field.get("id", ""))
        if expected and (field.get("type") != expected or field.get("repeated") is True):
            yield Problem(
                f"{pointer}/form/{index}/type",
                f"The effect of this act needs {field['id']!r} to be of type {expected!r}.",
                (expected,),
            )


def _event(act: Raw, fields: Raw, pointer: str) -> Iterator[Problem]:
    if "event_at" not in act:
        return
    if "event" not in act:
        yield Problem(f"{pointer}/event_at", "An act without an event has no moment for it.")
    moments = [
        row["id"] for _, row in rows(fields, "fields") if row.get("type") == "moment" and isinstance(row.get("id"), str)
    ]
    yield from _known(act["event_at"], f"{pointer}/event_at", "field of type moment in this act", moments)


def _grounds(raw: Raw) -> Iterator[Problem]:
    grounds = raw.get("grounds")
    for name in grounds if isinstance(grounds, dict) else ():
        yield from unique(grounds, name, "/grounds", "code")
        for index, ground in rows(grounds, name):
            yield from _known(ground.get("test"), f"/grounds/{name}/{index}/test", "test of law.grounds", tests())


def _deadline(raw: Raw, deadline: Raw, pointer: str, form: Form) -> Iterator[Problem]:
    acts = ids(raw, "acts")
    events = {"receipt"} | {row["event"] for _, row in rows(raw, "acts") if isinstance(row.get("event"), str)}
    for key in ("owed_by", "reckoned_in"):
        yield from _known(deadline.get(key), f"{pointer}/{key}", "party", ids(raw, "parties"))
    yield from _known(deadline.get("starts"), f"{pointer}/starts", "event that an act makes happen", sorted(events))
    yield from _each(deadline, "met_by", pointer, "act", acts)
    extends = [
        row["id"] for _, row in rows(raw, "acts") if row.get("effect") == "extend" and isinstance(row.get("id"), str)
    ]
    yield from _known(deadline.get("extended_by"), f"{pointer}/extended_by", "act with the effect 'extend'", extends)
    if isinstance(deadline.get("when"), dict):
        yield from _from_root(deadline["when"], f"{pointer}/when", form, "A deadline's")


def _laws(raw: Raw, laws: Laws) -> Iterator[Problem]:
    if not isinstance(raw.get("id"), str) or not rows(raw, "deadlines"):
        return
    known = sorted(laws(raw["id"]))
    for index, deadline in rows(raw, "deadlines"):
        yield from _known(deadline.get("law"), f"/deadlines/{index}/law", "line of law", known)


def _rule(raw: Raw, rule: Raw, pointer: str, form: Form) -> Iterator[Problem]:
    yield from pointer_problems(rule.get("pointer"), f"{pointer}/pointer", form)
    for key in ("when", "require"):
        if key in rule:
            for says in expressions.problems(rule[key], VARIABLES):
                yield Problem(f"{pointer}/{key}", says)


VARIABLES = ("form", "facts", "issuing", "executing", "language", "attachments")
ELSEWHERE = ("/facts", "/issuing", "/executing", "/language", "/attachments", "/form")


def pointer_problems(value: Any, pointer: str, form: Form) -> Iterator[Problem]:
    """A pointer into a request: a field of the form, or one of the other keys."""
    if not isinstance(value, str):
        return
    root = "/" + value.removeprefix("/").partition("/")[0]
    if root not in ELSEWHERE:
        yield Problem(pointer, unknown("place in a request that starts", root, ELSEWHERE), ELSEWHERE)
    elif value.startswith("/form/") and form.find(value.removeprefix("/form"), through_lists=True) is None:
        yield Problem(pointer, f"There is no section or field {value!r}.")


def cites(value: Any, pointer: str, sources: Any) -> Iterator[Problem]:
    """Article, source and confidence go together, and the source is one of the file's."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from cites(item, f"{pointer}/{index}", sources)
    elif isinstance(value, dict):
        given = [key for key in CITE if key in value]
        if given and len(given) < len(CITE):
            lacking = ", ".join(repr(key) for key in CITE if key not in value)
            yield Problem(pointer, f"Article, source and confidence go together; {lacking} is missing here.")
        if "source" in value and isinstance(sources, dict):
            yield from _known(
                value["source"], f"{pointer}/source", "source in this file", [str(key) for key in sources]
            )
        for key, item in value.items():
            if key != "sources":
                yield from cites(item, f"{pointer}/{key}", sources)
