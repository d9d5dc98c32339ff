"""`comity log`: the proof of what was sent and received, when, and that nothing was taken out."""

import argparse
from typing import Any

from comity.cli import node
from comity.cli.answer import FINDING, Answer, facts, table
from comity.cli.usage import Commands
from comity.lib import clock


def add(commands: Commands) -> None:
    group = commands.group("log", "The proof of what was sent and received.")
    group.add("verify", verify, "Read everything back and name whatever was changed, lost or added.")
    parser = group.add("prove", prove, "That the log holds an entry: a proof that others can check.")
    parser.add_argument("kind", metavar="KIND", help="act, envelope-out, envelope-in, receipt-given, card, blob ...")
    parser.add_argument("name", metavar="NAME", help="as 'comity log entries' shows it, such as an act's id")
    group.add("checkpoint", checkpoint, "The signed head of the log.")
    parser = group.add("entries", entries, "What the log holds.")
    parser.add_argument("--first", type=int, default=0, metavar="N")
    parser.add_argument("--count", type=int, default=100, metavar="N")


def verify(told: argparse.Namespace) -> Answer:
    """Exit 1 on any fault."""
    node.open_node(told.dir)
    from comity.exchange import queries

    report = queries.verify_log()
    faults = [{"where": fault.where, "says": fault.says} for fault in report.faults]
    value = {"ok": not faults, "entries": report.entries, "faults": faults}
    if not faults:
        return Answer(value, f"Sound: {report.entries} entries and all that they stand for.")
    listed = table(("where", "what is wrong"), [(fault["where"], fault["says"]) for fault in faults])
    return Answer(value, f"{len(faults)} faults in {report.entries} entries.\n\n{listed}", FINDING)


def prove(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.exchange import queries

    proof = queries.prove(told.kind, told.name, at=clock.now())
    text = facts(
        [
            ("Entry", f"{proof['index']} of {proof['size']}"),
            ("Content", proof["entry"]),
            ("Leaf hash", proof["leaf_hash"]),
            *(("Proof" if step == 0 else "", hash_) for step, hash_ in enumerate(proof["proof"])),
        ]
    )
    return Answer(proof, f"{text}\n\n{proof['checkpoint']}")


def checkpoint(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.exchange import queries

    note = queries.checkpoint(at=clock.now()).decode()
    origin, size, root = note.splitlines()[:3]
    return Answer({"origin": origin, "size": int(size), "root": root, "checkpoint": note}, note.rstrip("\n"))


def entries(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.exchange import queries

    rows: list[dict[str, Any]] = [
        {
            "index": row.index,
            "kind": row.kind,
            "name": row.name,
            "sha256": row.sha256,
            "at": clock.stamp(row.at),
        }
        for row in queries.entries(told.first, told.count)
    ]
    headings = ("index", "at", "kind", "name", "sha256")
    lines = [(row["index"], row["at"], row["kind"], row["name"], row["sha256"][:16]) for row in rows]
    return Answer({"entries": rows}, table(headings, lines, empty="The log is empty."))
