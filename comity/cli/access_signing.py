"""`comity access sessions | sign-ins | bind | unbind`: who is signed in, who came in, and whose an identity is."""

import argparse
from typing import Any

from comity.cli import node, reading
from comity.cli.answer import Answer, table
from comity.cli.usage import Commands
from comity.lib import clock
from comity.lib.errors import ComityError


class NoProvider(ComityError):
    code = "cli.no-provider"
    says = "This node has no sign-in service."
    next_step = "Name one in node.toml under [oidc]; docs/operations.md lists its keys."


def add(group: Commands) -> None:
    parser = group.add("sessions", sessions, "Where a user is signed in; --end signs them out everywhere.")
    parser.add_argument("username", metavar="USER")
    parser.add_argument("--end", action="store_true", help="end all of them")
    parser.add_argument("--as", dest="by", metavar="USER", help="act as this administrator")
    parser = group.add("sign-ins", sign_ins, "Who signed in and who tried, newest first.")
    parser.add_argument("--user", metavar="USER")
    parser.add_argument("--failed", action="store_true", help="only what failed")
    parser.add_argument("--since", metavar="MOMENT")
    parser = group.add("bind", bind, "Bind an identity at the node's sign-in service to a user.")
    parser.add_argument("username", metavar="USER")
    parser.add_argument("subject", metavar="SUBJECT", help="as the service writes it in its tokens (claim sub)")
    parser.add_argument("--as", dest="by", metavar="USER", help="act as this administrator")
    parser = group.add("unbind", unbind, "Undo such a binding.")
    parser.add_argument("username", metavar="USER")
    parser.add_argument("--as", dest="by", metavar="USER", help="act as this administrator")


def sessions(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.access import queries
    from comity.access import sessions as room

    user, at = queries.user(told.username), clock.now()
    if told.end:
        ended = room.end_all(user, at=at, by=acting(told))
        return Answer({"username": user.username, "ended": ended}, f"{user.username}: {ended} sessions have ended.")
    rows = [
        {"since": clock.stamp(one.since), "seen": clock.stamp(one.seen), "ip": one.ip, "browser": one.browser}
        for one in room.sessions(user, at=at)
    ]
    lines = [tuple(row.values()) for row in rows]
    empty = f"{user.username} is signed in nowhere."
    return Answer({"sessions": rows}, table(("since", "last used", "address", "browser"), lines, empty=empty))


def sign_ins(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.access import queries, signing

    of = queries.user(told.user) if told.user else None
    since = reading.moment(told.since) if told.since else None
    rows = [
        {
            "at": clock.stamp(row.at),
            "user": row.user.username if row.user else None,
            "what": row.what,
            "how": row.how,
            "why": row.why,
            "ip": row.ip,
            "browser": row.browser,
        }
        for row in signing.sign_ins(of=of, failed=told.failed, since=since)
    ]
    lines = [
        (row["at"], row["user"] or "(nobody known)", row["what"], row["how"], row["why"], row["ip"] or "")
        for row in rows
    ]
    headings = ("at", "user", "what", "how", "why", "address")
    return Answer({"sign_ins": rows}, table(headings, lines, empty="Nobody signed in or tried."))


def bind(told: argparse.Namespace) -> Answer:
    issuer, user = opened(told)
    from comity.access import signing

    signing.bind(user, issuer, told.subject, at=clock.now(), by=acting(told))
    value = {"username": user.username, "issuer": issuer, "subject": told.subject}
    return Answer(value, f"{told.subject} at {issuer} signs in as {user.username}.")


def unbind(told: argparse.Namespace) -> Answer:
    issuer, user = opened(told)
    from comity.access import signing

    signing.unbind(user, issuer, at=clock.now(), by=acting(told))
    return Answer({"username": user.username, "issuer": issuer}, f"{issuer} no longer signs {user.username} in.")


def opened(told: argparse.Namespace) -> tuple[str, Any]:
    """The issuer of the node's provider, and the user.

    :raises NoProvider: there is none.
    """
    node.open_node(told.dir)
    from django.conf import settings

    from comity.access import queries

    if settings.COMITY.oidc is None:
        raise NoProvider
    return str(settings.COMITY.oidc.issuer), queries.user(told.username)


def acting(told: argparse.Namespace) -> Any:
    from comity.access import queries

    return queries.user(told.by) if told.by else None
