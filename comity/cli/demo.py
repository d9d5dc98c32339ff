"""`comity demo`: a federation of invented people on this machine."""

import argparse
import importlib
import sys
from pathlib import Path

from comity.cli.answer import FINDING, OK, Answer
from comity.cli.usage import Commands

FOLDER = Path(".demo")


def add(commands: Commands) -> None:
    parser = commands.add("demo", demo, "Start four authorities on this machine and play a scenario.")
    parser.add_argument("--once", action="store_true", help="play, print what every party holds, and end")
    parser.add_argument("--port", type=int, default=8100, help="of the start page; the nodes take the four above it")


def demo(told: argparse.Namespace) -> Answer:
    """Exit 0 only if every party agrees."""
    run = importlib.import_module("comity.demo.run")  # a room beside this one, called by name
    folder = Path(told.dir).resolve() if told.dir else (None if told.once else FOLDER.resolve())
    summary = run.demo(folder=folder, port=told.port, once=told.once, say=say)
    return Answer(summary, run.as_text(summary), OK if summary["agreed"] else FINDING)


def say(line: str) -> None:
    """Progress goes to standard error, so that the answer stands alone."""
    print(line, file=sys.stderr, flush=True)
