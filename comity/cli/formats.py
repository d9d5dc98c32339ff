"""`comity import` and `comity export`: packages of other tools, in and out."""

import argparse
from pathlib import Path
from typing import Any

from comity.cli import as_user, reading, subjects
from comity.cli.answer import FINDING, OK, Answer, facts, table
from comity.cli.bundle import fingerprint
from comity.cli.usage import Commands
from comity.lib.errors import BadInput


class SayWhere(BadInput):
    code = "cli.say-where"
    says = "What is imported goes into a case, by somebody, from an authority whose fingerprint was compared."
    next_step = "Add --dry-run to look only, or --case CASE --as USER --key FINGERPRINT."


def add(commands: Commands) -> None:
    group = commands.group("import", "Read what other tools made.")
    parser = group.add("case-uco", import_case, "A CASE/UCO graph or package: what it holds, and what would be lost.")
    parser.add_argument("file", metavar="FILE", help="JSON-LD, or a package that Comity made")
    parser.add_argument("--dry-run", action="store_true", help="show, change nothing")
    parser.add_argument("--case", metavar="CASE", help="take a package into this case")
    parser.add_argument("--as", dest="user", metavar="USER", help="who takes it in")
    parser.add_argument("--key", metavar="CARD-OR-FINGERPRINT", help="of the authority that signed it")
    subjects.add_formats(group)
    group = commands.group("export", "Write what other tools read.")
    parser = as_user.acting(group, "case-uco", export_case, "The items of a case as a signed CASE/UCO package.")
    parser.add_argument("case", metavar="CASE", help="its number")
    parser.add_argument("out", metavar="FILE", help="where the package goes")
    parser.add_argument("--graph", action="store_true", help="the graph alone, without items and signature")


def import_case(told: argparse.Namespace) -> Answer:
    """Exit 1 when something was set aside."""
    from comity.evidence.packages import case_package, case_reading

    if not told.dry_run:
        return take(told)
    with reading.stream(told.file) as file:
        packed = file.read(4) == b"PK\x03\x04"
        file.seek(0)
        raw = case_package.graph_of(file) if packed else file.read(case_reading.LIMIT + 1)
    value = case_reading.preview(raw).as_json()
    return Answer(value, in_words(value), FINDING if value["rejected"] else OK)


def take(told: argparse.Namespace) -> Answer:
    if not (told.case and told.user and told.key):
        raise SayWhere
    _, _, user, at = as_user.opened(told)
    from comity.disclosure import actions

    with reading.stream(told.file) as file:
        found = actions.take_package(user, told.case, file, key=fingerprint(told.key), name=Path(told.file).name, at=at)
    value = {**found.preview.as_json(), "package": found.ref, "taken": list(found.taken)}
    return Answer(
        value, f"{found.ref}: {len(found.taken)} items.\n\n{in_words(value)}", FINDING if value["rejected"] else OK
    )


def in_words(value: dict[str, Any]) -> str:
    parts = [facts([("Nodes read", value["read"]), ("Accepted", value["accepted"])])]
    for title, key in (("Set aside", "rejected"), ("Left out", "losses")):
        if value[key]:
            rows = [(one["where"], one["says"]) for one in value[key]]
            parts.append(f"{title}:\n" + table(("where", "why"), rows))
    return "\n\n".join(parts)


def export_case(told: argparse.Namespace) -> Answer:
    """The items that the user may see, with custody and derivations."""
    _, _, user, at = as_user.opened(told)
    from comity.disclosure import queries

    found = queries.case_package(user, told.case, at, graph_only=told.graph)
    size = 0
    try:
        with Path(told.out).open("xb") as out:
            for piece in found.pieces:
                size += out.write(piece)
    except OSError as error:
        raise reading.CannotWrite(file=told.out, why=(error.strerror or str(error)).lower()) from None
    value = {"format": "case-uco", "file": told.out, "bytes": size, "items": found.items, "nodes": found.nodes}
    return Answer(value, f"{told.out}: {found.items} items, {found.nodes} nodes, {size} bytes.")
