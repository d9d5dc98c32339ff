"""`comity liaison`: whom to ask abroad at an hour, conversations, and urgent calls."""

import argparse
import sys
from typing import Any

from comity.cli.answer import Answer, table
from comity.cli.as_user import acting, moment, opened, plain
from comity.cli.usage import Commands
from comity.lib import clock


def add(commands: Commands) -> None:
    group = commands.group("liaison", "Whom to ask abroad, conversations with other authorities, urgent calls.")
    parser = acting(group, "who", who, "Whom to ask for a measure or an instrument in a country at an hour.")
    parser.add_argument("--for", dest="what", required=True, metavar="MEASURE", help="a measure or an instrument")
    parser.add_argument("--in", dest="country", required=True, metavar="CC", help="the country, or ICC")
    parser.add_argument("--at", metavar="MOMENT", help="such as 2026-11-23T14:05:00Z (default: now)")
    wait = parser.add_mutually_exclusive_group()
    wait.add_argument("--urgent", dest="urgent", action="store_const", const=True, help="it cannot wait")
    wait.add_argument("--can-wait", dest="urgent", action="store_const", const=False, help="it can wait")
    parser = acting(group, "threads", threads, "The conversations that a user may read, or one with its messages.")
    parser.add_argument("id", metavar="THREAD", nargs="?", default="")
    parser.add_argument("--show", choices=["open", "unread", "closed", "all"], default="open")
    parser = acting(group, "say", say, "Send a message: in a conversation, or a new one with --to and --subject.")
    parser.add_argument("id", metavar="THREAD", nargs="?", default="")
    parser.add_argument("--text", default="-", help="the message; '-' (default) reads it from standard input")
    parser.add_argument("--to", default="", metavar="AUTHORITY", help="opens a conversation with this peer")
    parser.add_argument("--subject", default="", help="of the new conversation")
    parser.add_argument("--unit", default="", metavar="CODE", help="in whose name, where you talk for several")
    parser.add_argument("--dossier", default="", metavar="ID", help="what the new conversation is about")
    parser.add_argument("--field", default="", metavar="POINTER", help="a field of the dossier's request")
    parser.add_argument("--written-in", default="en", metavar="L", help="the language of the message")
    parser = acting(group, "call", call, "Call a peer's desk urgently; with a number: how a call stands.")
    parser.add_argument("number", metavar="CALL", nargs="?", type=int)
    parser.add_argument("--to", default="", metavar="AUTHORITY")
    parser.add_argument("--about", default="", help="what it is about, in one line")
    parser.add_argument("--within", type=int, default=30, metavar="MINUTES", help="how soon an answer is wanted")
    parser.add_argument("--unit", default="", metavar="CODE")
    parser.add_argument("--take", action="store_true", help="take the call with this number")
    parser.add_argument("--written-in", default="en", metavar="L")


def room(told: argparse.Namespace) -> tuple[Any, Any, Any, Any]:
    """The room's actions and queries, who acts, and now."""
    _, _, user, at = opened(told)
    from comity.liaison import actions, queries

    return actions, queries, user, at


def unit(user: Any, code: str) -> Any:
    from comity.access import queries as people

    return people.unit(code) if code else None


def who(told: argparse.Namespace) -> Answer:
    _, queries, user, now = room(told)
    at = clock.moment(told.at) if told.at else now
    answer = queries.who(user, told.what, told.country.upper(), at, urgent=told.urgent, language=told.language)
    value = {
        "what": answer.what,
        "title": answer.title,
        "country": answer.country,
        "at": clock.stamp(at),
        "urgent": answer.urgent,
        "instruments": list(answer.instruments),
        "desks": [desk(one) for one in answer.asked],
        "ways": [plain(way) for way in answer.ways],
        "notes": [note.says.format(**note.fields) for note in answer.notes],
    }
    lines: list[Any] = [
        (one.rank, one.desk.name, one.desk.role, one.desk.phone or "-", stands(one), ", ".join(one.desk.languages))
        for one in answer.asked
    ]
    shown = table(
        ("rank", "authority", "desk", "telephone", "now", "languages"), lines, empty="No desk is known there."
    )
    ways = [
        f"The law names: {way.says} ({way.cite}{', not verified' * (way.confidence == 'memory')})"
        for way in answer.ways
    ]
    return Answer(value, "\n".join([shown, *ways]))


def desk(one: Any) -> dict[str, Any]:
    return {
        "rank": one.rank,
        "authority": one.desk.authority,
        "name": one.desk.name,
        "country": one.desk.country,
        "role": one.desk.role,
        "person": one.desk.person,
        "phone": one.desk.phone,
        "email": one.desk.email,
        "languages": list(one.desk.languages),
        "posted_in": one.desk.posted_in,
        "open": one.now.open,
        "until": plain(one.now.until),
        "opens": plain(one.now.opens),
        "opens_local": one.now.opens.isoformat() if one.now.opens else None,
        "holiday": one.now.holiday,
        "reasons": [
            {"code": reason.code, "says": reason.says.format(**spoken(reason.fields)), "speaks": reason.speaks}
            for reason in one.reasons
        ],
    }


def spoken(fields: Any) -> dict[str, Any]:
    return {
        name: ", ".join(value) if isinstance(value, tuple) else f"{value:%H:%M}" if hasattr(value, "hour") else value
        for name, value in fields.items()
    }


def stands(one: Any) -> str:
    if one.now.open is None:
        return one.desk.hours.words or "not known"
    if one.now.open:
        return "open"
    if one.now.opens is None:
        return "closed"
    return f"opens {one.now.opens:%a %H:%M} there, {one.opens_here:%a %H:%M} here"


def threads(told: argparse.Namespace) -> Answer:
    _, queries, user, at = room(told)
    if told.id:
        view = queries.thread(user, told.id, at)
        value = {"thread": plain(view.row), "messages": [plain(one) for one in view.messages]}
        lines = [f"{one.number}  {moment(one.at)}  {one.by}  [{one.language}]\n   {one.text}" for one in view.messages]
        return Answer(value, "\n".join([f"{view.row.id}  {view.row.subject}", *lines]))
    rows = queries.threads(user, at, show=told.show)
    listed = [(row.id, row.peer, row.subject, row.dossier or "-", row.unread, moment(row.last_at)) for row in rows]
    headings = ("conversation", "with", "subject", "about", "new", "last")
    return Answer({"threads": [plain(row) for row in rows]}, table(headings, listed, empty="No conversation."))


def say(told: argparse.Namespace) -> Answer:
    actions, queries, user, at = room(told)
    text = sys.stdin.read() if told.text == "-" else told.text
    if told.id:
        actions.say(told.id, text, language=told.written_in, by=user, at=at)
        id = told.id
    else:
        id = actions.open_thread(
            to=told.to, subject=told.subject, text=text, language=told.written_in, unit=unit(user, told.unit),
            dossier=told.dossier, pointer=told.field, by=user, at=at,
        ).pk  # fmt: skip
    said = queries.thread(user, id, at).messages[-1]
    value = {"thread": id, "message": said.id, "number": said.number, "sent": plain(said.sent)}
    return Answer(value, f"{id}: message {said.number} is signed and {said.sent.state}.")


def call(told: argparse.Namespace) -> Answer:
    actions, queries, user, at = room(told)
    number = told.number
    if number is None:
        number = actions.call(
            to=told.to, about=told.about, within=told.within, language=told.written_in, unit=unit(user, told.unit),
            by=user, at=at,
        ).pk  # fmt: skip
    elif told.take:
        actions.acknowledge(number, by=user, at=at)
    view = queries.call(user, number, at, language=told.language)
    value = {**plain(view.row), "unit": view.unit, "within": view.within, "steps": [plain(one) for one in view.steps]}
    steps = [(one.state, one.place, one.who, one.person or "-", moment(one.at)) for one in view.steps]
    shown = table(("step", "place", "who", "person", "when"), steps, empty="Nobody was called yet.")
    return Answer(value, f"Call {number}, {view.row.peer}: {view.row.state}\n{shown}")
