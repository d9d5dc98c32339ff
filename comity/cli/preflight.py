"""`comity preflight`: what the receiver would say, before anything leaves."""

import argparse
import os
from dataclasses import asdict
from typing import Any

from comity.cli import node, reading
from comity.cli.answer import FINDING, OK, Answer
from comity.cli.usage import Commands
from comity.lib import clock
from comity.lib.errors import BadInput

SAYS = {
    "send": "Ready to send.",
    "mend": "Can be sent; some of it should be mended.",
    "stop": "Cannot be sent yet.",
}


class WhichReceiver(BadInput):
    code = "cli.which-receiver"
    says = "We have several peers in {country}: {known}."
    next_step = "Name one with --authority, or in the request at /executing/authority."


def add(commands: Commands) -> None:
    parser = commands.add("preflight", preflight, "Run the instrument's and the receiver's rules over a request.")
    parser.add_argument("request", metavar="REQUEST.json")
    parser.add_argument("--to", required=True, metavar="CC", help="the receiver's country, or ICC")
    parser.add_argument("--authority", metavar="ID", help="which of our peers there")
    parser.add_argument("--on", metavar="DAY", help="the day on which the law is asked (default: today)")
    parser.add_argument("--language", default="en", metavar="L", help="of the findings")


def preflight(told: argparse.Namespace) -> Answer:
    """Exit 0 only for the verdict "send"."""
    from comity.instruments import catalogue
    from comity.instruments import preflight as rules

    request = reading.request(told.request)
    definition = catalogue.get(request["instrument"])
    receiver = known_receiver(told, request)
    requirements = receiver.requirements if receiver else ()
    on = reading.day(told.on) if told.on else clock.now().date()
    report = rules.run(definition, request, requirements, attachments=(), on=on, language=told.language)
    findings = [asdict(finding) for finding in report.findings]
    verdict = report.verdict
    elsewhere = another_receiver(request, told.to)
    if elsewhere:
        findings.insert(0, elsewhere)
        verdict = "stop"
    value = {
        "verdict": verdict,
        "findings": findings,
        "receiver": {"country": told.to, "authority": receiver.authority if receiver else None},
    }
    return Answer(value, in_words(value), OK if verdict == "send" else FINDING)


def known_receiver(told: argparse.Namespace, request: dict[str, Any]) -> Any:
    """The card of our peer in that country, if this is a node and has one; None otherwise.

    :raises WhichReceiver: there are several and none is named.
    """
    if not (told.dir or os.environ.get("COMITY_NODE")):
        return None
    node.open_node(told.dir)
    from comity.exchange import queries

    if told.authority:
        return queries.peer(told.authority).card
    there = [peer.card for peer in queries.peers() if peer.card.country == told.to]
    executing = request.get("executing")
    named = executing.get("authority") if isinstance(executing, dict) else None
    chosen = [card for card in there if card.authority == named] or there
    if len(chosen) > 1:
        raise WhichReceiver(country=told.to, known=", ".join(card.authority for card in there))
    return chosen[0] if chosen else None


def another_receiver(request: dict[str, Any], country: str) -> dict[str, str] | None:
    """A finding when the request is addressed to another country than the one asked about."""
    executing = request.get("executing")
    addressed = executing.get("country") if isinstance(executing, dict) else None
    if addressed in (None, country):
        return None
    return {
        "pointer": "/executing/country",
        "severity": "stop",
        "rule": "addressed-elsewhere",
        "article": "",
        "says": f"The request is addressed to {addressed}, not to {country}.",
        "remedy": "Correct the address, or check it against the country that it names.",
        "confidence": "verified",
    }


def in_words(value: dict[str, Any]) -> str:
    lines = [SAYS[value["verdict"]]]
    for row in value["findings"]:
        article = f" ({row['article']})" if row["article"] else ""
        lines += [
            "",
            f"{row['severity']}  {row['pointer'] or '/'}{article}",
            f"      {row['says']}",
            f"      {row['remedy']}",
        ]
    if value["receiver"]["authority"] is None:
        lines += ["", "No card of the receiver is known here: only the instrument's own rules were run."]
    return "\n".join(lines)
