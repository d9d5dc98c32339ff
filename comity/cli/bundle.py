"""`comity bundle`: a court bundle or a CASE package, verified offline with nothing but the file and a key."""

import argparse
from typing import Any

from comity.cli import reading
from comity.cli.answer import FINDING, OK, Answer
from comity.cli.usage import Commands
from comity.lib.errors import BadInput


def add(commands: Commands) -> None:
    group = commands.group("bundle", "Court bundles and CASE packages, offline.")
    parser = group.add("verify", verify, "Verify a bundle or package step by step; needs no node and no network.")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "--key", required=True, metavar="CARD-OR-FINGERPRINT", help="a card file, 64 hex digits or twelve words"
    )
    parser.add_argument("--root", default="", metavar="HEX", help="the root of the list, from the file of the court")


def verify(told: argparse.Namespace) -> Answer:
    """Exit 1 on any fault."""
    from comity.evidence.packages import case_package, container, verifying

    with reading.stream(told.file) as file:
        try:
            package = case_package.HEAD in container.Opened(file).members
        except container.NotAContainer:
            package = False
        key = fingerprint(told.key)
        report = case_package.verify(file, key=key) if package else verifying.verify(file, key=key, root=told.root)
    value = report.as_json()
    return Answer(value, in_words(value), OK if report.ok else FINDING)


def fingerprint(told: str) -> str:
    """What the reader was told: a fingerprint, its words, or that of a card file.

    :raises BadInput: a file that is no card.
    """
    from pathlib import Path

    from comity.exchange.wire import card

    if len(told) < 200 and Path(told).is_file():
        return card.read(reading.content(told)).fingerprint
    if len(told.split()) == 1 and len("".join(c for c in told if c not in ":-")) != 64:
        raise NotAKey(told=told)
    return told


class NotAKey(BadInput):
    code = "cli.not-a-key"
    says = "{told!r} is neither a card file nor a fingerprint nor its twelve words."
    next_step = "Give the fingerprint that the authority publishes; 'comity peers card' shows a node its own."


def in_words(value: dict[str, Any]) -> str:
    """The steps, numbered; below each that found a fault, the faults by name."""
    marks = {"ok": "ok", "fault": "FAULT", "skipped": "not reached"}
    rows = []
    for step in value["steps"]:
        says = step["says"] if step["state"] == "ok" else ""
        rows.append(f"({step['step']}) {step['title']}: {marks[step['state']]}" + (f"\n    {says}" if says else ""))
        rows += [f"    {fault['where']}: {fault['says']} [{fault['code']}]" for fault in step["faults"]]
    count = len(value["faults"])
    rows.append("\nSound." if value["ok"] else f"\nNot sound: {count} {'fault' if count == 1 else 'faults'}.")
    return "\n".join(rows)
