"""`comity case`: case files for scripts and nodes without a browser; always as a user (`--as`)."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from comity.cli import node
from comity.cli.answer import Answer, facts, table
from comity.cli.as_user import acting, moment, plain
from comity.cli.dossier import unit_of
from comity.cli.reading import CannotWrite
from comity.cli.usage import Commands
from comity.lib import clock
from comity.lib.errors import BadInput


class NotADay(BadInput):
    code = "cli.not-a-day"
    says = "{text!r} is not a day."
    next_step = "Write it as 2026-11-23."


def add(commands: Commands) -> None:
    group = commands.group("case", "Case files, as a user.")
    parser = acting(group, "open", open_case, "Open a case; whoever opens it leads it.")
    parser.add_argument("title")
    parser.add_argument("--unit", metavar="CODE")
    parser.add_argument("--summary", default="", metavar="TEXT", help="what it is about, and why")
    parser.add_argument("--template", default="", metavar="ID", help="'comity case templates' lists them")
    parser.add_argument("--purpose", action="append", default=[], metavar="ID", help="several times for several")
    parser.add_argument("--level", default="open", choices=["open", "restricted", "confidential", "secret"])
    parser.add_argument("--open-to-unit", action="store_true", help="everybody in the unit may read it")
    parser = acting(group, "list", show_all, "The cases that you may see, the last touched first.")
    parser.add_argument("--text", default="", help="only those with these words")
    parser.add_argument("--state", default="", choices=["open", "dormant", "closed"])
    parser.add_argument("--mine", action="store_true", help="only those in which you have a seat")
    parser.add_argument("--overseen", action="store_true", help="those of your unit, without what is in them")
    numbered(group, "show", show, "One case: people, tasks, notes, dossiers.")
    parser = numbered(group, "brief", brief, "What somebody who never saw the case needs to go on with it.")
    parser.add_argument("--pdf", metavar="FILE", type=Path, help="write it as a document instead")
    numbered(group, "timeline", timeline, "What happened in it, the oldest first.")
    parser = numbered(group, "add-member", add_member, "Give a colleague a seat, or change their part.")
    parser.add_argument("username", metavar="USER")
    parser.add_argument("--part", default="member", choices=["lead", "member", "reader"])
    parser.add_argument("--until", metavar="DAY", help="the last day, such as 2026-12-31")
    parser.add_argument("--circle", default="", metavar="NAME", help="in a circle only, such as c-2026-0001-a")
    parser = numbered(group, "note", note, "Write a note.")
    parser.add_argument("text")
    parser.add_argument("--level", default="open", choices=["open", "restricted", "confidential", "secret"])
    parser.add_argument(
        "--code", action="append", default=[], metavar="CODE", help="a handling code, such as TLP:AMBER"
    )
    parser.add_argument("--circle", default="", metavar="NAME")
    parser = numbered(group, "task", task, "Add a task.")
    parser.add_argument("title")
    parser.add_argument("--to", metavar="USER")
    parser.add_argument("--due", metavar="DAY")
    parser.add_argument("--priority", default="normal", choices=["later", "normal", "first"])
    parser.add_argument("--collect", action="store_true", help="something that belongs into the file")
    parser = acting(group, "done", done, "Tick a task; --undo opens it again.")
    parser.add_argument("task", type=int, metavar="TASK")
    parser.add_argument("--undo", action="store_true")
    parser = numbered(group, "link", link, "Say that a dossier belongs to the case; --undo takes it out.")
    parser.add_argument("dossier", metavar="DOSSIER")
    parser.add_argument("--why", default="", metavar="TEXT")
    parser.add_argument("--undo", action="store_true")
    parser = numbered(group, "state", state, "Let it rest, close it, open it again.")
    parser.add_argument("state", choices=["open", "dormant", "closed"])
    parser.add_argument("--reason", default="", metavar="TEXT")
    group.add("templates", templates, "The templates with their tasks, and the purposes.")


def numbered(group: Commands, name: str, run: Any, says: str) -> argparse.ArgumentParser:
    parser = acting(group, name, run, says)
    parser.add_argument("number", metavar="NUMBER", help="such as c-2026-0001")
    return parser


def opened(told: argparse.Namespace) -> tuple[Any, Any, Any, Any]:
    """The room's actions and queries, who acts, and now."""
    node.open_node(told.dir)
    from comity.access import asking
    from comity.access import queries as access
    from comity.cases import actions, queries

    user, at = access.user(told.user), clock.now()
    asking.begin(user.pk, at)
    return actions, queries, user, at


def day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotADay(text=text) from None


def colleague(username: str) -> Any:
    from comity.access import queries

    return queries.user(username)


def open_case(told: argparse.Namespace) -> Answer:
    actions, _, user, at = opened(told)
    from comity.access import levels

    made = actions.open(
        told.title, unit=unit_of(told, user), by=user, at=at, need="unit" if told.open_to_unit else "members",
        level=levels.number(told.level), template=told.template, summary=told.summary, purposes=told.purpose,
    )  # fmt: skip
    return Answer({"number": made.number, "title": made.title}, f"{made.number} is open. You lead it.")


def show_all(told: argparse.Namespace) -> Answer:
    _, queries, user, at = opened(told)
    if told.overseen:
        rows, total = queries.overseen(user, at, limit=1000)
        value = [{**plain(row), "unit": row.unit.code} for row in rows]
        lines = [(row.number, ", ".join(row.leads) or "nobody", row.people, moment(row.touched_at), row.late_tasks)
                 for row in rows]  # fmt: skip
        headings = ("case", "led by", "seats", "last touched", "late")
        return Answer({"cases": value, "total": total}, table(headings, lines, empty="Your units have no open case."))
    found = queries.cases(user, at, text=told.text, state=told.state, mine=told.mine, limit=1000)
    shown = [(row.number, row.state, ", ".join(row.leads), row.open_tasks, row.late_tasks, row.title)
             for row in found.rows]  # fmt: skip
    columns = ("case", "state", "led by", "to do", "late", "title")
    return Answer(
        {"cases": plain(found.rows), "total": found.total}, table(columns, shown, empty="You may see no case.")
    )


def show(told: argparse.Namespace) -> Answer:
    _, queries, user, at = opened(told)
    view = queries.case(user, told.number, at)
    tables, tasks = queries.members(user, told.number, at), queries.tasks(user, told.number, at)
    notes, links = queries.notes(user, told.number, at), queries.links(user, told.number, at, told.language)
    seats = [
        {"username": seat.user.username, "name": seat.user.full_name, "part": seat.part,
         "until": plain(seat.until), "circle": one.name if one.circle else ""}
        for one in tables for seat in one.seats
    ]  # fmt: skip
    value = {
        "number": view.number, "title": view.title, "summary": view.summary, "unit": view.unit.code,
        "state": view.state, "reason": view.reason, "level": view.level_word, "need": view.need,
        "template": view.template, "purposes": list(view.purposes), "opened_by": view.opened_by,
        "opened_at": plain(view.opened_at), "may": view.may, "members": seats, "notes": plain(notes),
        "tasks": [{**plain(one), "assigned_to": one.assigned_to.username if one.assigned_to else None,
                   "due_on": one.due_on.isoformat() if one.due_on else None} for one in tasks],
        "dossiers": plain(links),
    }  # fmt: skip
    parts = [
        facts([("Case", f"{view.number}: {view.title}"), ("State", view.state), ("Level", view.level_word),
               ("Unit", view.unit.name), ("About", view.summary)]),
        table(("who", "part", "circle", "until"),
              [(one["name"], one["part"], one["circle"], one["until"] or "-") for one in seats]),
        table(("task", "", "who", "due", "done"),
              [(one.id, one.title, one.assigned_to.full_name if one.assigned_to else "-", one.due_on or "-",
                moment(one.done_at)) for one in tasks], empty="No task."),
        table(("dossier", "stage", "about"), [(one.dossier, one.stage_title, one.subject) for one in links],
              empty="No dossier."),
        "\n\n".join(f"{moment(one.written_at)}  {one.written_by}  {' '.join(one.codes)}\n{one.now.text}"
                    for one in notes),
    ]  # fmt: skip
    return Answer(value, "\n\n".join(part for part in parts if part))


def brief(told: argparse.Namespace) -> Answer:
    _, queries, user, at = opened(told)
    if told.pdf:
        made = queries.brief_pdf(user, told.number, at, told.language)
        try:
            told.pdf.write_bytes(made)
        except OSError as error:
            raise CannotWrite(file=str(told.pdf), why=error.strerror or str(error)) from None
        return Answer({"file": str(told.pdf), "bytes": len(made)}, f"{told.pdf}: {len(made)} bytes")
    found = queries.brief(user, told.number, at, told.language)
    speaker = queries.Speaker(told.language)
    value = {
        "number": found.number,
        "at": plain(found.at),
        "sections": [
            {"id": section.id, "title": speaker.say(section.title, {}),
             "lines": [{"says": speaker.line(line), "own": line.own, "tone": line.tone, "about": list(line.leads)}
                       for line in section.lines]}
            for section in found.sections
        ],
    }  # fmt: skip
    return Answer(value, queries.plain(found, told.language).rstrip())


def timeline(told: argparse.Namespace) -> Answer:
    _, queries, user, at = opened(told)
    speaker = queries.Speaker(told.language)
    found = [
        {"at": plain(one.at), "by": one.by, "kind": one.kind, "id": one.id, "says": speaker.say(one.says, one.values)}
        for one in queries.timeline(user, told.number, at, told.language)
    ]
    lines = [(one["at"], one["kind"], one["by"], one["says"]) for one in found]
    return Answer({"timeline": found}, table(("when", "kind", "by", "what"), lines))


def add_member(told: argparse.Namespace) -> Answer:
    actions, queries, user, at = opened(told)
    who, until = colleague(told.username), day(told.until)
    actions.add_member(
        told.number, who, part=told.part, by=user, at=at, until=queries.end_of_day(until) if until else None,
        circle=told.circle,
    )  # fmt: skip
    value = {"number": told.number, "username": who.username, "part": told.part, "until": told.until}
    return Answer(value, f"{who.full_name} has a seat in {told.circle or told.number} as {told.part}.")


def note(told: argparse.Namespace) -> Answer:
    actions, _, user, at = opened(told)
    from comity.access import levels

    made = actions.note(
        told.number, told.text, by=user, at=at, level=levels.number(told.level), handling={"codes": told.code},
        circle=told.circle,
    )  # fmt: skip
    return Answer({"note": made.pk}, f"Note {made.pk} is kept.")


def task(told: argparse.Namespace) -> Answer:
    actions, _, user, at = opened(told)
    made = actions.task(
        told.number, told.title, by=user, at=at, assigned_to=colleague(told.to) if told.to else None,
        due_on=day(told.due), priority=told.priority, collect=told.collect,
    )  # fmt: skip
    return Answer({"task": made.pk}, f"Task {made.pk} is kept.")


def done(told: argparse.Namespace) -> Answer:
    actions, _, user, at = opened(told)
    made = (actions.undo_task if told.undo else actions.do_task)(told.task, by=user, at=at)
    return Answer({"task": made.pk, "done_at": plain(made.done_at)}, "Open again." if told.undo else "Done.")


def link(told: argparse.Namespace) -> Answer:
    actions, _, user, at = opened(told)
    if told.undo:
        actions.unlink(told.number, told.dossier, by=user, at=at)
        says = f"{told.dossier} was taken out of {told.number}."
    else:
        actions.link(told.number, told.dossier, by=user, at=at, why=told.why)
        says = f"{told.dossier} belongs to {told.number}."
    return Answer({"number": told.number, "dossier": told.dossier, "linked": not told.undo}, says)


def state(told: argparse.Namespace) -> Answer:
    actions, _, user, at = opened(told)
    made = actions.set_state(told.number, told.state, reason=told.reason, by=user, at=at)
    return Answer({"number": made.number, "state": made.state}, f"{made.number} is {made.state}.")


def templates(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.cases import queries

    found = [one.model_dump() for one in queries.templates()]
    value = {"templates": found, "purposes": [one.model_dump() for one in queries.purposes()]}
    lines = [(one["id"], one["title"], len(one["tasks"]), len(one["collect"])) for one in found]
    return Answer(value, table(("template", "", "tasks", "to collect"), lines))
