"""How commands read their arguments: every command takes ``--json`` and ``--dir``, wherever they stand."""

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

from comity.cli.answer import Answer
from comity.lib.errors import BadInput

Command = Callable[[argparse.Namespace], Answer]


class BadUsage(BadInput):
    code = "cli.bad-usage"
    says = "{why}."
    next_step = "{usage}"


class Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        usage = " ".join(self.format_usage().removeprefix("usage: ").split())
        raise BadUsage(why=message[:1].upper() + message[1:], usage=f"Usage: {usage} ('{self.prog} --help' explains)")


class Commands:
    """Adds commands to a parser, each with the options that all share."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._below: Any = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)

    def add(self, name: str, run: Command, says: str) -> argparse.ArgumentParser:
        """A command that does something; the caller adds its arguments."""
        parser = self._parser(name, says)
        shared(parser, default=argparse.SUPPRESS)
        parser.set_defaults(run=run)
        return parser

    def group(self, name: str, says: str) -> "Commands":
        """A word with commands below it."""
        return Commands(self._parser(name, says))

    def _parser(self, name: str, says: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = self._below.add_parser(name, help=says, description=says, allow_abbrev=False)
        return parser


def shared(parser: argparse.ArgumentParser, *, default: Any) -> None:
    """The two options of every command. Their default is set at the top, so they may stand anywhere."""
    parser.add_argument("--json", action="store_true", default=default, help="answer in JSON")
    parser.add_argument("--dir", metavar="DIR", default=default, help="the node's folder (or COMITY_NODE, or here)")
