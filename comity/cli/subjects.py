"""`comity subject`: people and things of cases, as a user; `comity import csv|ftm`: files of them."""

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from comity.cli import reading
from comity.cli.answer import FINDING, OK, Answer, facts, table
from comity.cli.as_user import acting, moment, opened
from comity.cli.usage import Commands
from comity.lib.errors import BadInput

HEAD = 1 << 16
LISTED = 50
"""How many rows that were set aside a command lists; the file of rejects has all."""


class NotAStatement(BadInput):
    code = "cli.not-a-statement"
    says = "{text!r} is not PROPERTY=VALUE."
    next_step = "Write it as name='Boris Kuznetsov'."


class UnknownTable(BadInput):
    code = "cli.unknown-table"
    says = "{file} is neither a table with a heading nor JSON lines of FollowTheMoney."
    next_step = "Save it as UTF-8 in one of these formats."


def add(commands: Commands) -> None:
    group = commands.group("subject", "People and things of cases, as a user.")
    parser = acting(group, "add", add_one, "Add a subject to a case.")
    parser.add_argument("case", metavar="CASE")
    parser.add_argument("kind", metavar="KIND", help="of FollowTheMoney, such as Person")
    parser.add_argument("said", metavar="PROPERTY=VALUE", nargs="+")
    parser.add_argument("--role", default="", help="category of Directive (EU) 2016/680, Article 6, such as suspect")
    parser.add_argument("--source", default="", help="who or what says so")
    parser = acting(group, "list", show_all, "The subjects of a case.")
    parser.add_argument("case", metavar="CASE")
    parser.add_argument("--kind", default="", help="only this kind and those below it")
    parser.add_argument("--role", default="", help="only in this category")
    parser.add_argument("--words", default="", help="only those with these words")
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--offset", type=int, default=0)
    parser = acting(group, "show", show, "One subject: what is stated of it, relations, merges.")
    parser.add_argument("ref", metavar="SUBJECT", help="such as c-2026-0001.3")
    parser = acting(group, "merge", merge, "Two subjects are one.")
    parser.add_argument("into", metavar="INTO")
    parser.add_argument("absorbed", metavar="SUBJECT")
    parser.add_argument("--reason", required=True)
    parser = acting(group, "unmerge", unmerge, "Take a merge back.")
    parser.add_argument("number", metavar="MERGE", type=int, help="as 'subject show' lists it")
    parser.add_argument("--reason", required=True)
    parser = acting(group, "import", bring, "Bring a file into a case; what cannot be taken is set aside.")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--case", required=True, metavar="CASE")
    parser.add_argument("--dry-run", action="store_true", help="show, change nothing")
    parser.add_argument("--duplicates", default="skip", choices=["skip", "state", "add"])
    parser.add_argument("--kind", default="", metavar="KIND", help="what the rows of a table are")
    parser.add_argument("--column", action="append", default=[], metavar="HEADING=PROPERTY", help="for a table")
    parser.add_argument("--days", default="", metavar="FORMAT", help="how a table writes days, such as %%d/%%m/%%Y")
    parser.add_argument("--rejects", type=Path, metavar="FILE", help="write what was set aside here")
    parser = acting(group, "undo-import", undo, "Take back everything that an import brought.")
    parser.add_argument("number", metavar="IMPORT", type=int)
    parser = acting(group, "export", export, "What you may see of a case, for other programs.")
    parser.add_argument("case", metavar="CASE")
    parser.add_argument("out", metavar="FILE")
    parser.add_argument("--format", default="entities", choices=["entities", "statements", "csv"])
    parser = group.add("kinds", kinds_of, "Kinds of subjects, or the properties of one.")
    parser.add_argument("kind", metavar="KIND", nargs="?", default="")


def add_formats(group: Commands) -> None:
    """`comity import csv | ftm FILE --dry-run`, without a node."""
    for format, says in (("csv", "A table of people or things."), ("ftm", "FollowTheMoney entities or statements.")):
        parser = group.add(format, look, f"{says} What it holds, and what would be set aside.")
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="'comity subject import' brings it into a case")


def rooms(told: argparse.Namespace) -> tuple[Any, Any, Any, Any]:
    _, _, user, at = opened(told)
    from comity.subjects import actions, queries

    return actions, queries, user, at


def case_of(told: argparse.Namespace, user: Any, at: Any) -> Any:
    from comity.cases import queries as cases

    return cases.case(user, told.case, at).compartment


def parts(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark or not name:
        raise NotAStatement(text=text)
    return name.strip(), value


def add_one(told: argparse.Namespace) -> Answer:
    actions, _, user, at = rooms(told)
    said = [actions.Said(*parts(one), source=told.source) for one in told.said]
    made = actions.add(case_of(told, user, at), told.kind, said, by=user, at=at, role=told.role)
    return Answer({"subject": made.ref}, f"{made.ref} is in the case.")


def show_all(told: argparse.Namespace) -> Answer:
    _, queries, user, at = rooms(told)
    found = queries.in_compartment(
        user, case_of(told, user, at), at, kind=told.kind, role=told.role, words=told.words, limit=told.limit,
        offset=told.offset,
    )  # fmt: skip
    rows = [{"subject": one.ref, "kind": one.kind, "caption": one.caption, "roles": list(one.roles),
             "facts": list(one.facts), "members": one.members} for one in found.rows]  # fmt: skip
    lines = [(one.ref, one.kind, one.caption, ", ".join(one.roles), ", ".join(one.facts)) for one in found.rows]
    headings = ("subject", "kind", "called", "category", "known")
    text = table(headings, lines, empty="No subject.") + ("\n..." if found.more else "")
    return Answer({"subjects": rows, "total": found.total, "more": found.more}, text)


def show(told: argparse.Namespace) -> Answer:
    _, queries, user, at = rooms(told)
    view = queries.seen(user, queries.of_ref(user, told.ref, at), at)
    related = queries.relations(user, view.subject, at)
    value = {
        "subject": view.ref, "kind": view.kind, "caption": view.caption, "roles": [role for _, role in view.roles],
        "members": [one.ref for one in view.members], "handling": view.handling.as_json(),
        "statements": [
            {"of": one.subject.ref, "property": one.prop, "value": one.value, "original": one.original,
             "source": one.source, "said_on": one.said_on, "evaluation": graded(one),
             "handling": one.handling, "by": one.by.username, "at": moment(one.at), "statement": one.pk}
            for group in view.groups for one in group.statements
        ],
        "relations": [
            {"relation": one.edge.ref, "kind": one.kind, "out": one.out, "other": one.other.ref,
             "caption": one.other.caption, "values": one.values} for one in related.rows
        ],
        "more_relations": related.more,
        "merges": [{"merge": one.pk, "into": one.into.ref, "absorbed": one.absorbed.ref, "reason": one.reason,
                    "undone": one.undone_at is not None} for one in queries.merges(user, view.subject, at)],
    }  # fmt: skip
    text = [
        facts([("Subject", view.ref), ("Called", view.caption), ("Kind", view.kind),
               ("Category", ", ".join(value["roles"]) or "-"), ("Merged", ", ".join(value["members"]))]),
        table(("property", "value", "source", "stated by"),
              [(one["property"], one["value"], one["source"] or "-", one["by"]) for one in value["statements"]]),
        table(("relation", "kind", "with", "called"),
              [(one["relation"], one["kind"], one["other"], one["caption"]) for one in value["relations"]],
              empty="No relation."),
    ]  # fmt: skip
    return Answer(value, "\n\n".join(text))


def graded(one: Any) -> str:
    return f"{one.scheme} {one.reliability}{one.credibility}".strip()


def merge(told: argparse.Namespace) -> Answer:
    actions, queries, user, at = rooms(told)
    into, absorbed = (queries.of_ref(user, ref, at) for ref in (told.into, told.absorbed))
    made = actions.merge(into, absorbed, told.reason, by=user, at=at)
    return Answer({"merge": made.pk}, f"{absorbed.ref} and {into.ref} are one (merge {made.pk}).")


def unmerge(told: argparse.Namespace) -> Answer:
    actions, queries, user, at = rooms(told)
    row = actions.unmerge(queries.merge(user, told.number, at), told.reason, by=user, at=at)
    return Answer({"merge": row.pk, "undone": True}, f"{row.absorbed.ref} and {row.into.ref} are two again.")


def bring(told: argparse.Namespace) -> Answer:
    """Exit 1 when something was set aside."""
    actions, queries, user, at = rooms(told)
    with reading.stream(told.file) as file:
        row = actions.upload(case_of(told, user, at), file, name=Path(told.file).name, by=user, at=at)
    row = actions.map_columns(row, mapping_of(told, row.mapping, row.format), by=user, at=at)
    if told.dry_run:
        seen = queries.preview(user, row, at, rows=None)
        actions.discard(row, by=user, at=at)
        counts = {"read": seen.read, "accepted": seen.accepted, "duplicates": seen.duplicates}
        aside, losses = list(seen.rejects), seen.losses
        total = seen.rejected + seen.values_rejected
    else:
        row = actions.go_on(actions.commit(row, by=user, at=at), by=user, at=at)
        counts = {"import": row.pk, "read": row.read, "accepted": row.accepted, "duplicates": row.duplicates}
        aside, losses = list(islice(queries.rejected(user, row, at), LISTED)), row.losses
        total = row.rejected + row.values_rejected
        if told.rejects:
            reading.write(str(told.rejects), "".join(queries.rejects_csv(user, row, at)).encode())
    value = {
        "format": row.format, **counts, "set_aside": total, "rejected": [where(one) for one in aside],
        "losses": [{"where": name, "says": f"not kept, {count} times"} for name, count in losses.items()],
    }  # fmt: skip
    return Answer(value, in_words(value), FINDING if total else OK)


def mapping_of(told: argparse.Namespace, guessed: dict[str, Any], format: str) -> dict[str, Any]:
    changed: dict[str, Any] = {"duplicates": told.duplicates}
    if format != "csv":
        return changed
    chosen = dict(parts(one) for one in told.column)
    changed["schema"] = told.kind or guessed["schema"]
    changed["columns"] = [
        {
            **one,
            "prop": chosen.get(one["heading"], one["prop"]),
            "format": (told.days or one["format"]) if is_day(one, chosen) else "",
        }
        for one in guessed["columns"]
    ]
    return changed


def is_day(column: dict[str, Any], chosen: dict[str, str]) -> bool:
    return str(chosen.get(column["heading"], column["prop"])).endswith("Date")


def where(one: Any) -> dict[str, str]:
    place = f"line {one.line}" + (f", {one.column}" if one.column else "")
    return {"where": place, "says": f"expected {one.expected}, found {one.found}"}


def in_words(value: dict[str, Any]) -> str:
    names = (("read", "Records read"), ("accepted", "Accepted"), ("duplicates", "Of those set aside, there already"),
             ("set_aside", "Set aside"), ("import", "Import"))  # fmt: skip
    told = [facts([(label, value[name]) for name, label in names if name in value])]
    for title, key in (("Set aside", "rejected"), ("Not kept", "losses")):
        if value[key]:
            told.append(f"{title}:\n" + table(("where", "why"), [(one["where"], one["says"]) for one in value[key]]))
    return "\n\n".join(told)


def undo(told: argparse.Namespace) -> Answer:
    actions, queries, user, at = rooms(told)
    row = actions.undo_import(queries.import_(user, told.number, at), by=user, at=at)
    row = actions.go_on(row, by=user, at=at)
    return Answer({"import": row.pk, "status": row.status}, f"Import {row.pk} is {row.status}.")


def export(told: argparse.Namespace) -> Answer:
    _, queries, user, at = rooms(told)
    compartment = case_of(told, user, at)
    lines = queries.as_csv(user, compartment, at) if told.format == "csv" else queries.as_ftm(
        user, compartment, at, format=told.format
    )  # fmt: skip
    count = 0
    try:
        with Path(told.out).open("x", encoding="utf-8") as out:
            for line in lines:
                out.write(line)
                count += 1
    except OSError as error:
        raise reading.CannotWrite(file=told.out, why=(error.strerror or str(error)).lower()) from None
    return Answer({"file": told.out, "format": told.format, "lines": count}, f"{told.out}: {count} lines.")


def kinds_of(told: argparse.Namespace) -> Answer:
    from comity.subjects import kinds

    if not told.kind:
        rows = [(name, kinds.schema(name).label) for group in kinds.THINGS.values() for name in group]
        rows += [(name, kinds.schema(name).label) for name in kinds.EDGES]
        return Answer({"kinds": [name for name, _ in rows]}, table(("kind", "label"), rows))
    found = [(one.name, one.type.name, str(one.label)) for one in kinds.offered(told.kind)]
    value = [{"property": name, "type": type, "label": label} for name, type, label in found]
    return Answer({"kind": told.kind, "properties": value}, table(("property", "type", "label"), found))


def look(told: argparse.Namespace) -> Answer:
    """Exit 1 when something would be set aside."""
    from comity.subjects import checking, columns
    from comity.subjects import reading as files

    with reading.stream(told.file) as file:
        head = file.read(HEAD)
    format = files.recognised(head, told.file)
    if not format:
        raise UnknownTable(file=told.file)
    mapping: dict[str, Any] = {}
    if format == "csv":
        written = files.table(head)
        mapping = written | columns.guess(written.pop("heading"), written.pop("samples"))

    def opened() -> Iterator[bytes]:
        with reading.stream(told.file) as again:
            yield from iter(lambda: again.read(HEAD), b"")

    value = checking.check(format, opened, mapping).as_json()
    return Answer(value, in_words(value), FINDING if value["rejected"] else OK)
