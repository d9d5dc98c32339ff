"""`comity law immunity | ground | competing`: who is immune, which grounds apply, several requests side by side."""

import argparse
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from comity.cli import reading
from comity.cli.answer import FINDING, OK, Answer, facts, table
from comity.cli.usage import BadUsage, Commands
from comity.lib import clock
from comity.lib.errors import BadInput


class BadFact(BadInput):
    code = "cli.bad-fact"
    says = "--fact {told!r}: there is no NAME=VALUE in it."
    next_step = "Write it as --fact penalty.death=true; 'comity law ground --facts' lists the names."


def add(group: Commands) -> None:
    parser = group.add("immunity", immunity, "Whether an office or a place is immune before a State or the Court.")
    parser.add_argument("--office", metavar="OFFICE", help="such as diplomatic-agent or head-of-state")
    parser.add_argument("--place", metavar="PLACE", help="instead of an office: such as mission-premises")
    parser.add_argument("--forum", required=True, metavar="CC|ICC", help="the State that would act, or the Court")
    parser.add_argument("--state", metavar="CC", help="the State that the office serves")
    parser.add_argument("--acts", metavar="KIND", help="official, private or crime (an international crime)")
    parser.add_argument("--national", action="store_true", default=None, help="a national or resident of the forum")
    parser.add_argument("--ended", action="store_true", default=None, help="the functions are over")
    parser.add_argument("--waived", action="store_true", default=None, help="the immunity has been waived")
    _shared(parser)
    parser = group.add("ground", ground, "Which grounds of an instrument apply on the facts stated.")
    parser.add_argument("instrument", metavar="ID", nargs="?", help="of an instrument, such as eaw")
    parser.add_argument("code", metavar="GROUND", nargs="?", help="one ground of it, such as amnesty, or a test")
    parser.add_argument("--from", dest="issuing", metavar="CC", help="the State that asks")
    parser.add_argument("--to", dest="executing", metavar="CC", help="the State that is asked")
    parser.add_argument("--fact", action="append", default=[], metavar="NAME=VALUE", help="such as penalty.death=true")
    parser.add_argument("--file", metavar="FILE", help="a JSON file of facts, by name")
    parser.add_argument("--facts", action="store_true", help="list the facts that can be stated")
    _shared(parser)
    parser = group.add("competing", competing, "Several requests for one person, side by side.")
    parser.add_argument("file", metavar="FILE", help="a JSON file with the requests, or - for standard input")
    _shared(parser)


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", metavar="DAY", help="such as 2026-11-23 (default: today)")
    parser.add_argument("--language", default="en", metavar="L", help="of the sentences, such as fr")


def _on(told: argparse.Namespace) -> date:
    return reading.day(told.on) if told.on else clock.now().date()


def immunity(told: argparse.Namespace) -> Answer:
    from comity.law import immunity as law

    if (told.office is None) == (told.place is None):
        raise BadUsage(why="Give --office or --place", usage="Usage: comity law immunity --office O --forum CC")
    if told.place:
        place = law.inviolable(told.place, told.forum, on=_on(told), language=told.language).as_json()
        return Answer(place, f"{place['title']}: {place['says']}\n\n{_reasons(place['reasons'])}")
    found = law.immunity(
        told.office,
        told.forum,
        state=told.state,
        acts=told.acts,
        national=told.national,
        ended=told.ended,
        waived=told.waived,
        on=_on(told),
        language=told.language,
    ).as_json()
    head = facts([("verdict", found["verdict"]), ("kind", found["kind"]), ("waiver by", found["waiver_by"])])
    return Answer(found, f"{found['title']}\n{head}\n{found['says']}\n\n{_reasons(found['reasons'])}")


def ground(told: argparse.Namespace) -> Answer:
    from comity.law import grounds

    if told.facts:
        return _vocabulary(told.language)
    if not (told.instrument and told.issuing and told.executing):
        usage = "Usage: comity law ground ID [GROUND] --from CC --to CC [--fact NAME=VALUE]"
        raise BadUsage(why="Give an instrument, --from and --to", usage=usage)
    stated = _stated(told)
    grounds.check(stated)
    sides = {"issuing": told.issuing, "executing": told.executing, "on": _on(told), "language": told.language}
    if told.code in grounds.TESTS and told.code not in grounds.of(told.instrument):
        found = [grounds.test(told.code, stated, instrument=told.instrument, **sides)]
    elif told.code:
        found = [grounds.ground(told.instrument, told.code, stated, **sides)]
    else:
        found = list(grounds.findings(told.instrument, stated, **sides))
    value = {"instrument": told.instrument, "findings": [finding.as_json() for finding in found]}
    applies = any(finding.applies == "yes" for finding in found)
    return Answer(value, "\n\n".join(map(_finding, value["findings"])), FINDING if applies else OK)


def competing(told: argparse.Namespace) -> Answer:
    from comity.law import competing as law

    asked = reading.json_file(told.file)
    reading.expect(told.file, "", asked, dict, "an object")
    reading.expect(told.file, "/requested", asked.get("requested"), str, "the State that decides")
    reading.expect(told.file, "/requests", asked.get("requests"), list, "a list of requests")
    nationality = asked.get("nationality", [])
    reading.expect(told.file, "/nationality", nationality, list, "a list of countries")
    requests = [law.request(one) for one in asked["requests"]]
    found = law.compare(
        requests, requested=asked["requested"], nationality=nationality, on=_on(told), language=told.language
    ).as_json()
    return Answer(found, _comparison(found))


def _stated(told: argparse.Namespace) -> dict[str, Any]:
    """The facts of a file and of the options; an option goes before the file.

    :raises BadFact: an option has no name and value.
    """
    stated: dict[str, Any] = {}
    if told.file:
        from_file = reading.json_file(told.file)
        reading.expect(told.file, "", from_file, dict, "an object of facts by name")
        stated |= from_file
    for text in told.fact:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise BadFact(told=text)
        stated[name] = {"true": True, "false": False}.get(value, int(value) if value.isdecimal() else value)
    return stated


def _vocabulary(language: str) -> Answer:
    from comity.law import grounds, texts

    to = texts.of(language)
    rows = [fact.ask(name, to).as_json() | {"grounds": fact.grounds} for name, fact in grounds.facts().items()]
    listed = table(("fact", "type", "question"), [(row["fact"], row["type"], row["question"]) for row in rows])
    return Answer({"facts": rows}, listed)


def _finding(found: Mapping[str, Any]) -> str:
    lines = [f"{found['code'] or found['test']} ({found['article']}): {found['applies']}", f"  {found['ground']}"]
    lines.append(f"  {found['says']}" + ("" if found["verified"] else " (unverified source)"))
    lines += [f"  ? {ask['question']} ({ask['fact']})" for ask in found["asks"]]
    return "\n".join([*lines, *(f"  {line}" for line in _reasons(found["reasons"]).splitlines())])


def _reasons(reasons: Iterable[Mapping[str, str]]) -> str:
    marks = {"for": "+", "against": "-", "open": "?"}
    return "\n".join(
        f"{marks[reason['speaks']]} {reason['says']}"
        + (f" [{reason['cite']}]" if reason["cite"] else "")
        + ("" if reason["confidence"] == "verified" else " (unverified source)")
        for reason in reasons
    )


def _comparison(found: Mapping[str, Any]) -> str:
    days = [(entry["on"], entry["request"], entry["by"], entry["says"]) for entry in found["timeline"]]
    parts = [table(("day", "request", "by", ""), days, empty="No request has a day.")]
    for text in found["texts"]:
        lines = [f"{text['title']} [{text['reason']['cite']}]", f"  {text['reason']['says']}"]
        for one in text["considerations"]:
            told = "; ".join(f"{id}: {answer}" for id, answer in one["answers"].items())
            lines.append(f"  {'+' if one['answered'] else '?'} {one['says']}: {told}")
        parts.append("\n".join(lines))
    for one in found["priorities"]:
        head = f"{one['request']} against {one['against']} [{one['cite']}], conditions met: {one['met']}"
        parts.append(f"{head}\n  {one['says']}")
    return "\n\n".join([*parts, found["says"]])
