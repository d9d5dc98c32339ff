"""`comity dossier`: what the pages do, for scripts and nodes without a browser; always as a user (`--as`)."""

import argparse
import mimetypes
from pathlib import Path
from typing import Any

from comity.cli import dossier_safeguards, reading
from comity.cli.answer import FINDING, OK, Answer, facts, table
from comity.cli.as_user import acting, moment, opened, plain
from comity.cli.usage import Commands
from comity.lib.errors import BadInput


class WhichUnit(BadInput):
    code = "cli.which-unit"
    says = "{username} has a role in {count} units."
    next_step = "Name the unit that the draft belongs to with --unit."


def add(commands: Commands) -> None:
    group = commands.group("dossier", "Dossiers and drafts, as a user.")
    parser = acting(group, "list", show_all, "The worklist: due soonest first, who holds it, what it waits for.")
    parser.add_argument("--owed", choices=["us", "them"], help="only what we, or they, must do next")
    parser.add_argument("--text", default="", help="only dossiers with this text")
    parser.add_argument("--closed", action="store_true", help="the closed ones too")
    acting(group, "show", show, "One dossier: stage, clocks, questions, documents, next steps.").add_argument("id")
    acting(group, "acts", acts, "Its timeline: every act with signature, delivery and place in the log.").add_argument(
        "id"
    )
    parser = acting(group, "draft", draft, "Start the draft of a request.")
    parser.add_argument("instrument", metavar="INSTRUMENT")
    parser.add_argument("--to", required=True, metavar="AUTHORITY", help="one of our peers")
    parser.add_argument("--unit", metavar="CODE")
    parser.add_argument("--request", metavar="REQUEST.json", help="take form and facts from it")
    parser = acting(group, "act", act, "Start the draft of a further act.")
    parser.add_argument("id", metavar="DOSSIER")
    parser.add_argument("type", metavar="TYPE", help="one of those that 'comity dossier show' lists")
    parser.add_argument("--content", metavar="FILE.json")
    acting(group, "drafts", drafts, "Drafts in the making and those that wait for approval.")
    parser = drafting(group, "save", save, "Put a value into a draft.")
    parser.add_argument(
        "--pointer", required=True, metavar="POINTER", help="where, such as /form/urgency; '' for all of it"
    )
    parser.add_argument("--value", required=True, metavar="FILE.json", help="the value; - for standard input")
    parser = drafting(group, "attach", attach, "Add a document to a draft.")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--media-type", metavar="TYPE", help="such as application/pdf (default: by the file's name)")
    drafting(group, "check", check, "Run the rules over a draft.")
    drafting(group, "submit", submit, "Submit a draft for approval.")
    drafting(group, "approve", approve, "Approve a draft as its second person: it is signed and sent.")
    drafting(group, "send", send, "Send an act that needs no second person.")
    drafting(group, "give-back", give_back, "Return a draft to its drafter.").add_argument("--reason", required=True)
    drafting(group, "discard", discard, "Put a draft aside; it can be restored.")
    dossier_safeguards.add(group)


def drafting(group: Commands, name: str, run: Any, says: str) -> argparse.ArgumentParser:
    parser = acting(group, name, run, says)
    parser.add_argument("draft", metavar="DRAFT", type=int, help="its number")
    return parser


def show_all(told: argparse.Namespace) -> Answer:
    _, queries, user, at = opened(told)
    found = queries.worklist(user, at=at, owed=told.owed, text=told.text, closed=told.closed, language=told.language)
    value = {
        "dossiers": plain(found.rows),
        "total": found.total,
        "owed_by_us": found.owed_by_us,
        "overdue": found.overdue,
    }
    lines = [
        (row.id, row.instrument, row.stage_title, row.holder or "-", moment(row.due.at) if row.due else "-",
         row.counterpart, row.subject)
        for row in found.rows
    ]  # fmt: skip
    headings = ("dossier", "instrument", "stage", "next move", "due", "with", "about")
    return Answer(value, table(headings, lines, empty="No dossier of your units is open."))


def show(told: argparse.Namespace) -> Answer:
    _, queries, user, at = opened(told)
    from comity.instruments import procedure

    view = queries.dossier(user, told.id, at, language=told.language)
    value = {
        **plain(view.row),
        "role": view.role,
        "authority": view.authority,
        "parties": view.parties,
        "digest": procedure.digest(view.state),
        "form": view.state.form,
        "clocks": plain(view.clocks),
        "questions": plain(view.questions),
        "items": plain(view.items),
        "possible": [{"id": step.id, "title": step.title, "four_eyes": step.four_eyes} for step in view.possible],
        "conflicts": plain(view.crossed),
    }
    return Answer(value, in_words(view, value))


def in_words(view: Any, value: dict[str, Any]) -> str:
    parts = [
        facts(
            [
                ("Dossier", f"{view.row.id}: {view.row.title}"),
                ("About", view.row.subject),
                ("Stage", view.row.stage_title),
                ("Next move", view.row.holder or "nobody's"),
                *(
                    (role.capitalize(), f"{party['authority']} ({party['country']})")
                    for role, party in view.parties.items()
                ),
                ("State", value["digest"]),
            ]
        ),
        table(
            ("clock", "owed by", "due", "met", "article"),
            [
                (clock_.title, clock_.owed_by, moment(clock_.due), moment(clock_.met_at), clock_.article)
                for clock_ in view.clocks
            ],
            empty="No clock runs.",
        ),
    ]
    if view.questions:
        headings = ("question about", "asked by", "asks", "answer")
        parts.append(table(headings, [(one.field, one.by, one.asks, one.answer or "-") for one in view.questions]))
    if view.items:
        headings = ("document", "from", "bytes", "state")
        parts.append(table(headings, [(one.name, one.from_authority, one.size, one.state) for one in view.items]))
    parts.append(
        table(
            ("you may draft", ""),
            [(step.id, step.title) for step in view.possible],
            empty="No step is yours now.",
        )
    )
    return "\n\n".join(parts)


def acts(told: argparse.Namespace) -> Answer:
    _, queries, user, at = opened(told)
    found = queries.timeline(user, told.id, at, language=told.language)
    text = "\n\n".join(
        f"{moment(entry.at)}  {entry.by}  {entry.title}\n"
        + facts(
            [
                ("  act", entry.act),
                ("  log", "-" if entry.log_index is None else entry.log_index),
                ("  signature", "good" if entry.signature.verified else f"BAD: {entry.signature.says}"),
                *(("  delivery", f"{one.receiver}: {one.status} {one.says}".rstrip()) for one in entry.deliveries),
                *(("  no effect", entry.out_of_place) for _ in range(1) if entry.out_of_place),
            ]
        )
        for entry in found
    )
    return Answer({"acts": plain(found)}, text)


def draft(told: argparse.Namespace) -> Answer:
    actions, _, user, at = opened(told)
    request = reading.request(told.request) if told.request else {}
    made = actions.start(
        told.instrument, to=told.to, unit=unit_of(told, user), by=user, at=at,
        language=request.get("language"), form=request.get("form"), facts=request.get("facts"),
    )  # fmt: skip
    return about(made, "is started")


def unit_of(told: argparse.Namespace, user: Any) -> Any:
    """The unit named, or the only one in which the user has a role.

    :raises WhichUnit: none is named and there is not exactly one.
    """
    from comity.access import queries

    if told.unit:
        return queries.unit(told.unit)
    codes = {grant.unit for grant in queries.roles(user) if grant.unit}
    if len(codes) != 1:
        raise WhichUnit(username=user.username, count=len(codes) or "no")
    return queries.unit(codes.pop())


def act(told: argparse.Namespace) -> Answer:
    actions, queries, user, at = opened(told)
    content = reading.json_file(told.content) if told.content else None
    dossier = queries.dossier(user, told.id, at).dossier
    return about(actions.begin_act(dossier, told.type, by=user, at=at, content=content), "is started")


def drafts(told: argparse.Namespace) -> Answer:
    _, queries, user, _ = opened(told)
    mine, waiting = queries.drafts(user, told.language), queries.to_approve(user, told.language)
    lines = [(row.id, row.dossier or "new", row.title, row.receiver, row.status, row.drafted_by) for row in mine]
    lines += [
        (row.id, row.dossier or "new", row.title, row.receiver, "for you to approve", row.drafted_by) for row in waiting
    ]
    headings = ("draft", "dossier", "act", "to", "status", "drafted by")
    return Answer({"drafts": plain(mine), "to_approve": plain(waiting)}, table(headings, lines, empty="No drafts."))


def save(told: argparse.Namespace) -> Answer:
    actions, queries, user, at = opened(told)
    value = reading.json_file(told.value)
    made = queries.draft(user, told.draft, at).draft
    return about(actions.save(made, pointer=told.pointer, value=value, by=user, at=at), "is saved")


def attach(told: argparse.Namespace) -> Answer:
    actions, queries, user, at = opened(told)
    made = queries.draft(user, told.draft, at).draft
    media_type = told.media_type or mimetypes.guess_type(told.file)[0] or "application/octet-stream"
    with reading.stream(told.file) as stream:
        added = actions.attach(made, name=Path(told.file).name, media_type=media_type, stream=stream, by=user, at=at)
    value = {"draft": told.draft, "name": added.name, "size": added.size, "sha256": added.sha256}
    return Answer(value, f"{added.name}, {added.size} bytes, SHA-256 {added.sha256}")


def check(told: argparse.Namespace) -> Answer:
    _, queries, user, at = opened(told)
    report = queries.preflight(queries.draft(user, told.draft, at).draft, at.date(), told.language)
    value = {"verdict": report.verdict, "findings": plain(report.findings)}
    lines = [(one.severity, one.pointer, one.article, one.says) for one in report.findings]
    text = f"{report.verdict}\n\n" + table(("", "where", "article", "says"), lines, empty="Nothing found.")
    return Answer(value, text, OK if report.verdict == "send" else FINDING)


def submit(told: argparse.Namespace) -> Answer:
    return step(told, "submit", "is submitted")


def discard(told: argparse.Namespace) -> Answer:
    return step(told, "discard", "is put aside")


def give_back(told: argparse.Namespace) -> Answer:
    return step(told, "give_back", "is returned", reason=told.reason)


def step(told: argparse.Namespace, action: str, says: str, **more: str) -> Answer:
    actions, queries, user, at = opened(told)
    made = queries.draft(user, told.draft, at).draft
    return about(getattr(actions, action)(made, by=user, at=at, **more), says)


def approve(told: argparse.Namespace) -> Answer:
    return signed(told, "approve")


def send(told: argparse.Namespace) -> Answer:
    return signed(told, "send")


def signed(told: argparse.Namespace, action: str) -> Answer:
    actions, queries, user, at = opened(told)
    made = getattr(actions, action)(queries.draft(user, told.draft, at).draft, by=user, at=at)
    value = {"dossier": made.dossier_id, "act": made.act_id, "type": made.type, "log_index": made.log_index}
    return Answer(value, f"Signed as {made.act_id} in {made.dossier_id}; it is on its way.")


def about(made: Any, says: str) -> Answer:
    value = {
        "draft": made.pk,
        "dossier": made.dossier_id,
        "instrument": made.instrument,
        "act": made.act_type,
        "status": made.status,
        "revision": made.revision,
    }
    return Answer(value, f"Draft {made.pk} {says}.")
