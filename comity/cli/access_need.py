"""`comity access clearance|absence|absences|seats|emergencies`: who needs to know, on the node's own machine."""

import argparse
from typing import Any

from comity.cli import node, reading
from comity.cli.answer import Answer, table
from comity.cli.usage import Commands
from comity.lib import clock


def add(group: Commands) -> None:
    parser = group.add("clearance", clearance, "Show up to which level people are cleared, or set it for one.")
    parser.add_argument("username", nargs="?", metavar="USER")
    parser.add_argument("level", nargs="?", metavar="LEVEL", help="open, restricted, confidential or secret")
    parser.add_argument("--until", metavar="MOMENT")
    parser.add_argument("--as", dest="by", metavar="USER", help="act as this administrator")
    group.add("absences", absences, "Who is away now or will be, and who stands in.")
    parser = group.add("absence", absence, "Say that somebody is away.")
    parser.add_argument("username", metavar="USER")
    parser.add_argument("--from", dest="starts", required=True, metavar="MOMENT")
    parser.add_argument("--until", required=True, metavar="MOMENT")
    parser.add_argument("--deputy", metavar="USER", help="who stands in (default: nobody)")
    parser.add_argument("--reason", default="")
    parser.add_argument("--as", dest="by", required=True, metavar="USER", help="the colleague, or an approver")
    parser = group.add("seats", seats, "Who sits in a case, or in which cases somebody sits.")
    parser.add_argument("of", metavar="CASE|USER")
    parser = group.add("emergencies", emergencies, "Glass that was broken, newest first.")
    parser.add_argument("--open", action="store_true", help="only what nobody reviewed yet")


def clearance(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.access import actions, levels, queries

    at = clock.now()
    if told.level:
        user = queries.user(told.username)
        actions.set_clearance(
            user,
            levels.number(told.level),
            by=queries.user(told.by) if told.by else None,
            at=at,
            until=reading.moment(told.until) if told.until else None,
        )
    wanted = [queries.user(told.username)] if told.username else queries.users(active_only=True)
    held = queries.clearances(at)
    rows = [
        {
            "username": user.username,
            "level": levels.word(held[user.pk].level if user.pk in held else 0),
            "until": moment(held[user.pk].until) if user.pk in held else None,
        }
        for user in wanted
    ]
    lines = [(row["username"], row["level"], row["until"] or "") for row in rows]
    return Answer({"clearances": rows}, table(("user", "cleared up to", "until"), lines, empty="There are no users."))


def absences(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.access import queries

    rows = [as_json(row) for row in queries.absences(clock.now())]
    lines = [(row["absent"], row["from"], row["until"], row["deputy"] or "nobody", row["reason"]) for row in rows]
    headings = ("away", "from", "until", "stands in", "why")
    return Answer({"absences": rows}, table(headings, lines, empty="Nobody is away."))


def as_json(row: Any) -> dict[str, Any]:
    return {
        "absent": row.absent.username,
        "from": clock.stamp(row.starts_at),
        "until": clock.stamp(row.until),
        "deputy": row.deputy.username if row.deputy else None,
        "reason": row.reason,
    }


def absence(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.access import actions, queries

    row = actions.name_deputy(
        queries.user(told.username),
        queries.user(told.deputy) if told.deputy else None,
        starts_at=reading.moment(told.starts),
        until=reading.moment(told.until),
        reason=told.reason,
        by=queries.user(told.by),
        at=clock.now(),
    )
    who = f"{told.deputy} stands in" if told.deputy else "nobody stands in"
    return Answer(as_json(row), f"{told.username} is away until {clock.stamp(row.until)}; {who}.")


def seats(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.access import queries

    at = clock.now()
    case = queries.compartment(told.of)
    if case is not None:
        rows = [seat_as_json(row) for row in queries.seats_in(case, at)]
    else:
        rows = [seat_as_json(row) for row in queries.seats_of(queries.user(told.of), at)]
    lines = [(row["case"], row["username"], row["part"], row["until"] or "") for row in rows]
    return Answer({"seats": rows}, table(("case", "user", "as", "until"), lines, empty="There are no seats."))


def seat_as_json(row: Any) -> dict[str, Any]:
    return {
        "case": row.compartment.name,
        "username": row.user.username,
        "part": row.part,
        "until": moment(row.until),
    }


def emergencies(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.access import queries

    rows = [
        {
            "number": row.pk,
            "case": row.compartment.name,
            "user": row.user.username,
            "at": clock.stamp(row.at),
            "reason": row.reason,
            "reviewed_by": row.reviewed_by.username if row.reviewed_by else None,
            "justified": row.justified,
            "finding": row.finding,
        }
        for row in queries.all_emergencies(open_only=told.open)
    ]
    lines = [(row["at"], row["case"], row["user"], row["reason"], verdict(row)) for row in rows]
    headings = ("at", "case", "user", "reason", "review")
    return Answer({"emergencies": rows}, table(headings, lines, empty="No glass was broken."))


def verdict(row: dict[str, Any]) -> str:
    if row["reviewed_by"] is None:
        return "waits"
    return f"{'justified' if row['justified'] else 'not justified'} ({row['reviewed_by']})"


def moment(at: Any) -> str | None:
    return clock.stamp(at) if at else None
