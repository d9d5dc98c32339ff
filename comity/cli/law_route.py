"""`comity law route`: the ways from one authority to another for a measure on a day. Needs no node."""

import argparse
from typing import Any

from comity.cli import reading
from comity.cli.answer import Answer, table
from comity.cli.usage import Commands
from comity.lib import clock
from comity.lib.errors import BadInput

SAYS = {True: "yes", False: "no", None: "not known"}


class NotFacts(BadInput):
    code = "cli.not-facts"
    says = "{file}: the facts are not one flat map."
    next_step = 'Write them as {{"offences": ["bribery-active"], "circ.cross_border": true}}.'


def add(group: Commands) -> None:
    """Put ``route`` among the commands of ``law``."""
    parser = group.add("route", route, "Which instruments lead from one side to the other, best first, and why.")
    parser.add_argument("--from", dest="issuing", required=True, metavar="CC", help="who asks: a country, or ICC")
    parser.add_argument("--to", dest="executing", required=True, metavar="CC", help="who is asked: a country, or ICC")
    parser.add_argument("--measure", required=True, metavar="M", help="such as search or bank_transactions")
    parser.add_argument("--on", metavar="DAY", help="such as 2026-11-23 (default: today)")
    parser.add_argument("--facts", metavar="FILE", help="facts as JSON, such as the offences")
    parser.add_argument("--language", default="en", metavar="L", help="of the sentences, such as fr")


def route(told: argparse.Namespace) -> Answer:
    from comity.law import routes as law

    on = reading.day(told.on) if told.on else clock.now().date()
    found = law.routes(told.issuing, told.executing, told.measure, on, facts=facts(told.facts), language=told.language)
    value = {
        "from": told.issuing,
        "to": told.executing,
        "measure": law.measure(told.measure).id,
        "on": on.isoformat(),
        "routes": [row.as_json() for row in found],
    }
    listed = table(
        ("rank", "instrument", "applies", "treaties"),
        [(row.rank, row.instrument, SAYS[row.applies], ", ".join(row.legal_basis)) for row in found],
        empty="No instrument that is known here provides for it between the two.",
    )
    return Answer(value, "\n\n".join([listed, *map(_text, found)]))


def _text(row: Any) -> str:
    """One route for people: what speaks for it and against it, and why it stands there."""
    lines = [f"{row.rank}. {row.title} ({row.instrument})"]
    lines += [f"   {reason.speaks}: {reason.says} ({reason.cite}; {reason.confidence})" for reason in row.reasons]
    lines += [f"   {side}: {actor.says} ({actor.cite})" for side, actor in row.authority.items()]
    lines.append(f"   language: {row.languages.says} ({row.languages.cite})")
    lines += [f"   {limit.says}: {limit.period} ({limit.cite})" for limit in row.time_limits]
    lines.append(f"   rank: {row.because.says} ({row.because.cite})")
    return "\n".join(lines)


def facts(name: str | None) -> dict[str, Any]:
    """The facts of a file.

    :raises NotFacts: it holds something else than one map.
    """
    if name is None:
        return {}
    told = reading.json_file(name)
    if not isinstance(told, dict):
        raise NotFacts(file=name)
    return told
