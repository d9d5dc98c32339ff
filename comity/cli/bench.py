"""`comity bench NAME`: the benchmarks of the checkout, each against a named limit."""

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

import comity
from comity.cli.answer import Answer, table
from comity.cli.usage import Commands
from comity.lib.errors import BadInput

FOLDER = Path(comity.__file__).resolve().parent.parent / "bench"
NOT_BENCHMARKS = {"__init__", "figures"}


class NoBenchmarks(BadInput):
    code = "cli.no-benchmarks"
    says = "The benchmarks are not installed with Comity: there is no {folder}."
    next_step = "Run this from a checkout of the source."


class UnknownBenchmark(BadInput):
    code = "cli.unknown-benchmark"
    says = "There is no benchmark {name}."
    next_step = "Choose one of: {known}."


def add(commands: Commands) -> None:
    parser = commands.add("bench", bench, "Measure Comity against a named limit on this machine.")
    parser.add_argument("name", metavar="NAME", help="such as acts or blobs; 'all' runs every one")


def bench(told: argparse.Namespace) -> Answer:
    names = known()
    chosen = names if told.name == "all" else [told.name]
    if not set(chosen) <= set(names):
        raise UnknownBenchmark(name=told.name, known=", ".join([*names, "all"]))
    answers = [run(name) for name in chosen]
    text = "\n\n".join(in_words(answer) for answer in answers)
    return Answer(answers if told.name == "all" else answers[0], text)


def known() -> list[str]:
    """The benchmarks in the checkout.

    :raises NoBenchmarks: this is not a checkout.
    """
    if not FOLDER.is_dir():
        raise NoBenchmarks(folder=FOLDER)
    found = {file.stem for file in FOLDER.glob("*.py")} - NOT_BENCHMARKS
    return sorted(name for name in found if not name.startswith("_"))


def run(name: str) -> dict[str, Any]:
    """Call ``run()`` of bench/NAME.py, which answers ``{"name","figures","machine"}``."""
    if str(FOLDER.parent) not in sys.path:
        sys.path.insert(0, str(FOLDER.parent))
    answer: dict[str, Any] = importlib.import_module(f"bench.{name}").run()
    return answer


def in_words(answer: dict[str, Any]) -> str:
    rows = [
        (figure["what"], f"{figure['ours']:.4g}", f"{figure['other']:.4g}", figure["ratio"], figure["unit"])
        for figure in answer["figures"]
    ]
    return f"{answer['name']}\n" + table(("what", "ours", "other", "ratio", "unit"), rows)
