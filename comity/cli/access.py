"""`comity access`: users, units, roles, and who looked at what.

Whoever may run this command owns the node's files: no role is asked unless ``--as`` names an administrator.
"""

import argparse
from typing import Any

from comity.cli import node, reading
from comity.cli.answer import FINDING, OK, Answer, table
from comity.cli.usage import Commands
from comity.lib import clock


def add(commands: Commands) -> None:
    group = commands.group("access", "Users, units, roles, and the record of reads.")
    group.add("users", users, "Every user with their roles.")
    group.add("units", units, "Every unit with what it handles.")
    parser = changing(group, "add-unit", add_unit, "Add a unit.")
    parser.add_argument("code")
    parser.add_argument("name")
    parser.add_argument(
        "--handles", nargs="*", default=["*"], metavar="INSTRUMENT", help="instrument ids (default: all)"
    )
    parser.add_argument("--desk", action="store_true", help="it receives what no other unit handles")
    parser = changing(group, "add-user", add_user, "Add a user; prints a one-time password.")
    parser.add_argument("username")
    parser.add_argument("full_name", metavar="FULL-NAME")
    parser.add_argument("--function", default="", help="such as Magistrate, as it appears under an act")
    parser.add_argument("--language", default="en", metavar="L")
    for name, run, says in (
        ("set-password", set_password, "Give a user a new one-time password."),
        ("reset-second-factor", reset_second_factor, "Forget a user's lost device; they enrol a new one."),
        ("deactivate", deactivate, "End a user's access."),
        ("reactivate", reactivate, "Give a deactivated user access again."),
    ):
        changing(group, name, run, says).add_argument("username")
    for name, run, says in (
        ("grant", grant, "Give a user a role."),
        ("revoke", revoke, "End a user's role."),
    ):
        parser = changing(group, name, run, says)
        parser.add_argument("username")
        parser.add_argument("role", help="clerk, officer, approver, liaison, auditor or administrator")
        parser.add_argument("--unit", metavar="CODE", help="in this unit (default: in the whole authority)")
    parser = group.add("explain", explain, "Whether a user may do something, and which rule says so.")
    parser.add_argument("username", metavar="USER")
    parser.add_argument("verb", metavar="VERB")
    parser.add_argument("thing", metavar="THING", help="a kind, such as draft or log, or KIND:ID")
    parser.add_argument("--unit", metavar="CODE", help="the unit it belongs to")
    parser.add_argument("--drafted-by", nargs="*", default=[], metavar="USER")
    parser.add_argument("--submitted-by", metavar="USER")
    parser = group.add("reads", reads, "Who looked at what, newest first.")
    parser.add_argument("--thing", metavar="KIND:ID")
    parser.add_argument("--user", metavar="USER")
    parser.add_argument("--since", metavar="MOMENT")
    parser = group.add("changes", changes, "Who changed users, units and roles, newest first.")
    parser.add_argument("--since", metavar="MOMENT")


def changing(group: Commands, name: str, run: Any, says: str) -> argparse.ArgumentParser:
    parser = group.add(name, run, says)
    parser.add_argument("--as", dest="by", metavar="USER", help="act as this administrator")
    return parser


def users(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.access import queries

    rows: list[dict[str, Any]] = [
        {
            "username": user.username,
            "full_name": user.full_name,
            "function": user.function,
            "language": user.language,
            "active": user.is_active,
            "roles": [{"role": grant.role, "unit": grant.unit} for grant in queries.roles(user)],
        }
        for user in queries.users()
    ]
    lines = [
        (
            row["username"],
            row["full_name"],
            row["function"],
            in_words(row["roles"]),
            "" if row["active"] else "left",
        )
        for row in rows
    ]
    return Answer(rows, table(("user", "name", "function", "roles", ""), lines, empty="There are no users."))


def in_words(roles: list[dict[str, Any]]) -> str:
    return ", ".join(f"{role['role']} in {role['unit']}" if role["unit"] else role["role"] for role in roles)


def units(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.access import queries

    rows = [
        {"code": unit.code, "name": unit.name, "handles": unit.handles, "is_desk": unit.is_desk}
        for unit in queries.units()
    ]
    lines = [
        (
            row["code"],
            row["name"],
            "all" if row["handles"] == ["*"] else ", ".join(row["handles"]),
            "desk" * row["is_desk"],
        )
        for row in rows
    ]
    return Answer(rows, table(("unit", "name", "handles", ""), lines, empty="There are no units."))


def add_unit(told: argparse.Namespace) -> Answer:
    actions, by, at = opened(told)
    unit = actions.create_unit(told.code, told.name, handles=told.handles, is_desk=told.desk, by=by, at=at)
    return Answer({"code": unit.code, "name": unit.name}, f"The unit {unit.code} is there.")


def add_user(told: argparse.Namespace) -> Answer:
    actions, by, at = opened(told)
    user, password = actions.create_user(
        told.username, told.full_name, function=told.function, language=told.language, by=by, at=at
    )
    return handed_over(user.username, password)


def set_password(told: argparse.Namespace) -> Answer:
    actions, by, at = opened(told)
    return handed_over(told.username, actions.set_password(person(told), by=by, at=at))


def handed_over(username: str, password: str) -> Answer:
    says = f"{username} signs in with the one-time password {password}   (shown once)"
    return Answer({"username": username, "password": password}, says)


def reset_second_factor(told: argparse.Namespace) -> Answer:
    actions, by, at = opened(told)
    actions.reset_second_factor(person(told), by=by, at=at)
    return Answer({"username": told.username}, f"{told.username} enrols a new device at the next sign-in.")


def deactivate(told: argparse.Namespace) -> Answer:
    actions, by, at = opened(told)
    actions.deactivate(person(told), by=by, at=at)
    return Answer({"username": told.username, "active": False}, f"{told.username} has no access any more.")


def reactivate(told: argparse.Namespace) -> Answer:
    actions, by, at = opened(told)
    actions.reactivate(person(told), by=by, at=at)
    return Answer({"username": told.username, "active": True}, f"{told.username} has access again.")


def grant(told: argparse.Namespace) -> Answer:
    actions, by, at = opened(told)
    actions.grant(person(told), told.role, unit=unit(told), by=by, at=at)
    return about_role(told, "is now")


def revoke(told: argparse.Namespace) -> Answer:
    actions, by, at = opened(told)
    actions.revoke(person(told), told.role, unit=unit(told), by=by, at=at)
    return about_role(told, "is no longer")


def about_role(told: argparse.Namespace, verb: str) -> Answer:
    where = f"unit {told.unit}" if told.unit else "the whole authority"
    value = {"username": told.username, "role": told.role, "unit": told.unit}
    return Answer(value, f"{told.username} {verb} {told.role} in {where}.")


def opened(told: argparse.Namespace) -> tuple[Any, Any, Any]:
    """The room's actions, who acts, and now."""
    node.open_node(told.dir)
    from comity.access import actions, queries

    return actions, queries.user(told.by) if told.by else None, clock.now()


def person(told: argparse.Namespace) -> Any:
    from comity.access import queries

    return queries.user(told.username)


def unit(told: argparse.Namespace) -> Any:
    from comity.access import queries

    return queries.unit(told.unit) if told.unit else None


def explain(told: argparse.Namespace) -> Answer:
    """Exit 0 when it is allowed, 1 when it is not."""
    node.open_node(told.dir)
    from comity.access import queries, rules

    kind, _, name = told.thing.partition(":")
    thing = rules.Thing(kind, name, told.unit, told.drafted_by, told.submitted_by)
    found = rules.can(queries.actor(person(told)), told.verb, thing)
    value = {"allowed": found.allowed, "rule": found.rule, "says": found.says, "needs": list(found.needs)}
    needs = f"\nRoles that could: {', '.join(found.needs)}" if found.needs else ""
    text = f"{'yes' if found.allowed else 'no'}, by the rule {found.rule}: {found.says}{needs}"
    return Answer(value, text, OK if found.allowed else FINDING)


def reads(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.access import queries, rules

    of = rules.Thing(*told.thing.partition(":")[::2]) if told.thing else None
    by = queries.user(told.user) if told.user else None
    since = reading.moment(told.since) if told.since else None
    rows = [
        {
            "at": clock.stamp(row.at),
            "user": row.user.username,
            "verb": row.verb,
            "kind": row.kind,
            "id": row.thing,
            "rule": row.rule,
        }
        for row in queries.reads(of=of, by=by, since=since)
    ]
    headings = ("at", "user", "verb", "kind", "id", "rule")
    return Answer(
        {"reads": rows}, table(headings, [tuple(row.values()) for row in rows], empty="Nobody read anything.")
    )


def changes(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.access import queries

    since = reading.moment(told.since) if told.since else None
    rows = [
        {
            "at": clock.stamp(row.at),
            "by": row.by.username if row.by else None,
            "what": row.what,
            "user": row.user.username if row.user else None,
            "unit": row.unit.code if row.unit else None,
            "details": row.details,
        }
        for row in queries.changes(since=since)
    ]
    lines = [
        (
            row["at"],
            row["by"] or "(command line)",
            row["what"],
            row["user"] or "",
            row["unit"] or "",
            row["details"].get("role", ""),
        )
        for row in rows
    ]
    headings = ("at", "by", "what", "user", "unit", "role")
    return Answer({"changes": rows}, table(headings, lines, empty="Nothing was changed."))
