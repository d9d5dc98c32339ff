"""`comity evidence`: items of a case, their custody, their bytes, and what a State may need of them."""

import argparse
import mimetypes
from pathlib import Path
from typing import Any

from comity.cli.answer import FINDING, OK, Answer, table
from comity.cli.as_user import acting, moment, opened, plain
from comity.cli.usage import Commands
from comity.lib import clock


def add(commands: Commands) -> None:
    group = commands.group("evidence", "Items of a case: taking in, custody, bytes, what a court may ask.")
    parser = acting(group, "list", listed, "The items of a case that a user may read.")
    parser.add_argument("case", metavar="CASE")
    parser = acting(group, "show", show, "One item.")
    parser.add_argument("item", metavar="ITEM", help="such as c-2026-0001/7")
    parser = acting(group, "take", take, "Take a file or a thing in.")
    parser.add_argument("case", metavar="CASE", help="the number of the case, or the name of a circle in it")
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="none for a thing that can be held")
    parser.add_argument("--title", required=True)
    parser.add_argument("--kind", default="document")
    parser.add_argument("--description", default="")
    parser.add_argument("--level", default="open", help="open, restricted, confidential or secret")
    parser.add_argument("--seal", default="", help="number of the seal")
    parser.add_argument("--place", default="", help="where it is kept")
    parser.add_argument("--taken-at", metavar="MOMENT", help="such as 2026-11-23T14:05:00Z")
    parser.add_argument("--where", default="", help="where it was taken")
    parser.add_argument("--by", default="", help="who took it")
    parser.add_argument("--from", dest="from_whom", default="", help="from whom")
    parser.add_argument("--power", default="", help="under which power")
    parser.add_argument("--provision", default="", help="as it is cited")
    parser = acting(group, "custody", custody, "The chain of custody of an item, with its gaps.")
    parser.add_argument("item", metavar="ITEM")
    parser = acting(group, "verify", verify, "Check the chain of an item and read all its bytes; recorded.")
    parser.add_argument("item", metavar="ITEM")
    parser = acting(group, "passport", passport, "What a State may need of an item, what is there, what is missing.")
    parser.add_argument("item", metavar="ITEM")
    parser.add_argument("--to", dest="country", required=True, metavar="CC", help="the country, or ICC")


def room(told: argparse.Namespace) -> tuple[Any, Any, Any, Any]:
    """The room's actions and queries, who acts, and now."""
    _, _, user, at = opened(told)
    from comity.evidence import actions, queries

    return actions, queries, user, at


def compartment_of(user: Any, name: str, at: Any) -> Any:
    """:raises NotFound: there is no such case, or not for this user."""
    from comity.access import queries as people
    from comity.evidence.queries import NotFound

    found = people.compartments(user, kind="item", at=at).filter(name=name).first()
    if found is None:
        raise NotFound(what="case", id=name)
    return found


def listed(told: argparse.Namespace) -> Answer:
    _, queries, user, at = room(told)
    rows = queries.in_compartment(user, compartment_of(user, told.case, at), at)
    lines: list[Any] = [
        (row.ref, row.title, row.kind, row.state, row.level_word, "whole" if row.sound else "BROKEN", row.holder)
        for row in rows
    ]
    heads = ("item", "title", "kind", "state", "level", "chain", "with")
    return Answer([plain(row) for row in rows], table(heads, lines, empty="Nothing was taken in yet."))


def show(told: argparse.Namespace) -> Answer:
    _, queries, user, at = room(told)
    view = queries.item(user, told.item, at)
    facts = view.facts
    value = {**plain(facts), "handling": facts.handling.as_json(), "gaps": len(view.custody.gaps)}
    lines = [
        ("title", facts.title), ("kind", facts.kind), ("state", facts.state), ("with", facts.holder or "-"),
        ("level", view.level_word), ("codes", ", ".join(sorted(facts.handling.codes)) or "-"),
        ("SHA-256", facts.sha256 or "-"), ("seal", facts.seal or "-"), ("place", facts.place or "-"),
        ("taken", moment(facts.taking.at)), ("from", facts.taking.from_whom or "-"),
        ("power", facts.taking.power or "-"), ("given by", facts.originator or "-"),
        ("made of", ", ".join(facts.derived_from) or "-"), ("entries", str(len(view.custody.entries))),
        ("gaps", str(len(view.custody.gaps))),
    ]  # fmt: skip
    return Answer(value, table((facts.ref, ""), lines, empty=""))


def take(told: argparse.Namespace) -> Answer:
    actions, _, user, at = room(told)
    from comity.access import levels
    from comity.evidence.values import TakingFacts

    taking = TakingFacts(
        at=clock.moment(told.taken_at) if told.taken_at else None, where=told.where, by=told.by,
        from_whom=told.from_whom, power=told.power, provision=told.provision,
    )  # fmt: skip
    named: dict[str, Any] = {
        "title": told.title, "kind": told.kind, "description": told.description, "level": levels.number(told.level),
        "seal": told.seal, "place": told.place, "taking": taking, "by": user, "at": at,
    }  # fmt: skip
    where = compartment_of(user, told.case, at)
    if told.file is None:
        row = actions.take(where, **named)
    else:
        media_type = mimetypes.guess_type(told.file.name)[0] or ""
        with told.file.open("rb") as stream:
            row = actions.take(where, stream=stream, name=told.file.name, media_type=media_type, **named)
    value = {"item": row.ref, "sha256": row.sha256, "size": row.size}
    return Answer(value, f"Taken in as {row.ref}." + (f" SHA-256 {row.sha256}" if row.sha256 else ""))


def custody(told: argparse.Namespace) -> Answer:
    _, queries, user, at = room(told)
    view = queries.custody(user, told.item, at)
    return Answer(in_json(view), in_text(view), FINDING if view.faults else OK)


def in_json(view: Any) -> dict[str, Any]:
    return {
        "entries": [{"hash": one.hash, "log_index": one.log_index, "entry": one.raw.decode()} for one in view.entries],
        "faults": [plain(one) for one in view.faults],
        "gaps": [{"number": one.number, "kind": one.kind, "says": sentence(one)} for one in view.gaps],
    }


def in_text(view: Any) -> str:
    lines: list[Any] = [
        (str(one.number), one.what, moment(one.at), one.from_whom or "-", one.to_whom or "-", one.by, one.hash[:12])
        for one in view.entries
    ]
    shown = table(("no.", "what", "at", "from", "to", "written by", "hash"), lines, empty="No entry.")
    gaps = [f"Gap before entry {one.number}: {sentence(one)}" for one in view.gaps]
    return "\n".join([shown, *gaps, *(f"Entry {one.number}: {one.says}" for one in view.faults)])


def sentence(gap: Any) -> str:
    return str(gap.says.format(**plain(dict(gap.values))))


def verify(told: argparse.Namespace) -> Answer:
    actions, queries, user, at = room(told)
    row = queries.row(user, told.item, at)
    checked = actions.check_bytes(row, by=user, at=at) if row.key else None
    view = queries.custody(user, told.item, at)
    whole = not view.faults and (checked is None or checked.ok)
    words = ["The chain is whole." if not view.faults else "The chain is NOT as it was written."]
    if checked is not None:
        words.append("The bytes are those that were taken in." if checked.ok else "The bytes are NOT those taken in.")
    words += [f"Entry {one.number}: {one.says}" for one in view.faults]
    value = {"ok": whole, "bytes": None if checked is None else plain(checked), **in_json(view)}
    return Answer(value, "\n".join(words), OK if whole else FINDING)


def passport(told: argparse.Namespace) -> Answer:
    _, queries, user, at = room(told)
    found = queries.passport(user, told.item, told.country.upper(), at)
    value = {"receiver": found.receiver, "on": found.on.isoformat(), "rows": [in_words(row) for row in found.rows]}
    lines: list[Any] = [(row.status, row.title, " ".join(in_words(row)["reasons"])) for row in found.rows]
    return Answer(value, table(("status", "what", "why"), lines, empty=""))


def in_words(row: Any) -> dict[str, Any]:
    told = []
    for one in row.reasons:
        says = one.says.format(**plain(dict(one.values)))
        cite = f" ({one.article}{', not verified' * (one.confidence == 'memory')})" if one.article else ""
        told.append(f"{says}{cite}")
    return {"key": row.key, "title": row.title, "status": row.status, "reasons": told, "next": row.mend}
