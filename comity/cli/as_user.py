"""Commands that act as a user (`--as`): their options, the rooms they call, and what they answer as JSON."""

import argparse
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from comity.cli import node
from comity.cli.usage import Commands
from comity.lib import clock


def acting(group: Commands, name: str, run: Any, says: str) -> argparse.ArgumentParser:
    parser = group.add(name, run, says)
    parser.add_argument("--as", dest="user", required=True, metavar="USER", help="who asks")
    parser.add_argument("--language", default="en", metavar="L")
    return parser


def opened(told: argparse.Namespace) -> tuple[Any, Any, Any, datetime]:
    """The room's actions and queries, who acts, and now."""
    node.open_node(told.dir)
    from comity.access import queries as access
    from comity.dossiers import actions, queries

    return actions, queries, access.user(told.user), clock.now()


def moment(at: datetime | None) -> str:
    return clock.stamp(at) if at else "-"


def plain(value: Any) -> Any:
    """Values of the rooms as JSON: dataclasses by their fields, moments as text."""
    if isinstance(value, datetime):
        return clock.stamp(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value
