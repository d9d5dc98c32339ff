"""`comity instrument`: the kinds of cooperation. Needs no node."""

import argparse
from pathlib import Path
from typing import Any

from comity.cli import reading
from comity.cli.answer import FINDING, Answer, as_json, facts, table
from comity.cli.usage import Commands


def add(commands: Commands) -> None:
    group = commands.group("instrument", "The kinds of cooperation: forms, acts, deadlines and grounds.")
    group.add("list", show_all, "Every instrument.")
    group.add("show", show, "A definition, with the JSON Schema of its form.").add_argument("id", metavar="ID")
    parser = group.add("check", check, "Every fault of a definition file, with its line.")
    parser.add_argument("file", metavar="FILE")
    group.add("example", example, "A complete valid request.").add_argument("id", metavar="ID")
    parser = group.add("render", render, "A request as an accessible PDF.")
    parser.add_argument("request", metavar="REQUEST.json")
    parser.add_argument("--language", required=True, metavar="L", help="of all fixed text, such as fr")
    parser.add_argument("--out", required=True, metavar="F.pdf")
    parser.add_argument(
        "--document", metavar="NUMBER", help="its number, printed at the top (default: the file's name)"
    )
    parser.add_argument("--at", metavar="MOMENT", help="the moment it is dated, with a time zone (default: now)")


def show_all(told: argparse.Namespace) -> Answer:
    from comity.instruments import catalogue

    rows: list[dict[str, Any]] = [
        {"id": one.id, "title": one.title, "version": one.version, "legal_basis": one.raw["legal_basis"]}
        for one in catalogue.all()
    ]
    lines = [
        (
            row["id"],
            row["version"],
            row["title"],
            "; ".join(f"{law['short']} {law['articles']}" for law in row["legal_basis"]),
        )
        for row in rows
    ]
    return Answer(rows, table(("id", "version", "title", "legal basis"), lines))


def show(told: argparse.Namespace) -> Answer:
    from comity.instruments import catalogue, forms

    one = catalogue.get(told.id)
    value = {**one.raw, "digest": one.digest, "form_schema": forms.schema(one)}
    return Answer(value, in_words(one))


def in_words(one: Any) -> str:
    """A definition for people: what it is, who takes which step when, and by when."""
    head = facts(
        [
            ("Instrument", f"{one.id}, version {one.version}"),
            ("Digest", one.digest),
            *(("Legal basis", f"{law.short}, {law.articles}") for law in one.legal_basis),
            *((party.id.capitalize(), party.title) for party in one.parties),
        ]
    )
    sections = table(
        ("section", "title", "fields", "article"),
        [(part.id, part.title, len(part.fields), part.cite.article if part.cite else "") for part in one.sections],
    )
    acts = table(
        ("act", "title", "by", "in", "leads to", "article"),
        [
            (act.id, act.title, "/".join(act.by), ", ".join(act.from_stages) or "any open stage",
             act.to_stage or "", act.cite.article if act.cite else "")
            for act in one.acts
        ],
    )  # fmt: skip
    deadlines = table(
        ("deadline", "title", "owed by", "starts with", "law"),
        [(rule.id, rule.title, rule.owed_by, rule.starts, rule.law) for rule in one.deadlines],
    )
    grounds = table(
        ("ground", "list", "kind", "article", "says"),
        [(ground.code, ground.list, ground.kind, ground.cite.article, ground.says) for ground in one.grounds],
    )
    return "\n\n".join([f"{one.title}\n{one.says}", head, sections, acts, deadlines, grounds])


def check(told: argparse.Namespace) -> Answer:
    """Exit 1 when there is something to mend."""
    from comity.instruments import faults, loader

    reading.content(told.file)
    try:
        loader.load(Path(told.file))
    except faults.DefinitionFaults as error:
        rows = [fault.as_json() for fault in error.faults]
        return Answer({"ok": False, "faults": rows}, error.sentence, FINDING)
    return Answer({"ok": True, "faults": []}, f"{told.file} is a sound definition.")


def example(told: argparse.Namespace) -> Answer:
    from comity.instruments import catalogue

    value = catalogue.example(told.id)
    return Answer(value, as_json(value))


def render(told: argparse.Namespace) -> Answer:
    from comity.instruments import catalogue
    from comity.instruments import render as printer

    request = reading.request(told.request)
    header = {"document": told.document or Path(told.request).stem, "at": reading.moment(told.at)}
    raw = printer.pdf(catalogue.get(request["instrument"]), request, language=told.language, header=header)
    reading.write(told.out, raw)
    value = {"file": told.out, "bytes": len(raw), "language": told.language}
    return Answer(value, f"{told.out}: {len(raw)} bytes.")
