"""The `comity` command: reads the arguments, calls one function of a room, prints what it answers.

Exit codes: 0 fine, 1 a finding or a refusal, 2 bad usage or input, 3 a fault of the program. docs/cli.md
shows every command.
"""

import logging
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from comity.cli import (
    access,
    bench,
    demo,
    doctor,
    dossier,
    instrument,
    law,
    log,
    peers,
    preflight,
    scenario,
    serving,
    setup,
    texts,
)
from comity.cli.answer import BAD_INPUT, FAULT, FINDING, OK, Answer, as_json
from comity.cli.usage import Commands, Parser, shared
from comity.lib.errors import BadInput, ComityError

GROUPS = (setup, serving, doctor, peers, log, instrument, preflight, law, scenario, dossier, access, texts, demo, bench)


class DatabaseTrouble(ComityError):
    code = "cli.database-trouble"
    says = "The database cannot be used: {why}."
    next_step = "Run 'comity migrate', then 'comity doctor'."


class Unforeseen(ComityError):
    code = "cli.unforeseen"
    says = "Comity met a fault of its own: {what}."
    next_step = "The lines above say where; please report them together with the command."


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    in_json = "--json" in words
    try:
        told = parser().parse_args(words)
        answer: Answer = told.run(told)
    except ComityError as error:
        return refuse(error, in_json)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - the outer edge: told in a sentence, logged in full
        return refuse(foreseen(error), in_json)
    return show(as_json(answer.value) if in_json else answer.text, answer.code)


def parser() -> Parser:
    """Every command of Comity."""
    top = Parser(
        prog="comity",
        description="Authorities of different countries work a crime together, each on its own node.",
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"comity {version('comity')}")
    shared(top, default=None)
    commands = Commands(top)
    for group in GROUPS:
        group.add(commands)
    return top


def show(text: str, code: int) -> int:
    try:
        print(text, flush=True)
    except BrokenPipeError:  # the reader, `head` for example, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def refuse(error: ComityError, in_json: bool) -> int:
    """Say what happened and what to do next; the exit code tells input from refusal from fault."""
    if in_json:
        show(as_json(error.as_json()), OK)
    else:
        print(error.sentence, error.remedy, sep="\n", file=sys.stderr)
    if isinstance(error, Unforeseen):
        return FAULT
    return BAD_INPUT if isinstance(error, BadInput) else FINDING


def foreseen(error: Exception) -> ComityError:
    """A database that is away or not set up is trouble we know; anything else is logged in full."""
    if type(error).__module__ == "django.db.utils":
        return DatabaseTrouble(why=str(error).splitlines()[0].rstrip("."))
    logging.getLogger("comity.cli").error("unforeseen", exc_info=error)
    return Unforeseen(what=f"{type(error).__name__}: {error}".splitlines()[0].rstrip("."))


if __name__ == "__main__":
    sys.exit(main())
