"""The preflight of a full request, and what it costs to have all law and instruments at hand.

Limits: ten milliseconds for a request in-process, one second to load everything in a new process. Besides, what the
preflight catches of the corpus (bench/corpus.py), by kind of defect.
"""

import statistics
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from bench import corpus
from bench.figures import Figure, answer
from comity.instruments import catalogue, preflight

LIMIT_MS = 10.0
LIMIT_LOAD = 1.0
ROUNDS = 20
LOAD = """
import time
started = time.perf_counter()
from comity.instruments import catalogue
from comity.law import countries, dual, grounds, harmonisation, immunity, offences, parties, routes
catalogue.all()
parties.treaties(); offences.pivots(); routes.measures(); grounds.facts(); immunity.offices()
[countries.of(code) for code in countries.known()]
print(time.perf_counter() - started)
"""


def run() -> dict[str, Any]:
    return answer("preflight", [*speed(), load(), *caught()])


def speed() -> list[Figure]:
    """Requests a second: the example of each instrument, the median of all and the slowest instrument."""
    taken = {}
    for definition in catalogue.all():
        request = catalogue.example(definition.id)
        preflight.run(definition, request, on=corpus.ON)
        rounds = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            preflight.run(definition, request, on=corpus.ON)
            rounds.append((time.perf_counter() - started) * 1000)
        taken[definition.id] = statistics.median(rounds)
    slowest = max(taken, key=lambda id: taken[id])
    return [
        Figure(
            "preflight, median of the instruments (requests/s)",
            1000 / statistics.median(taken.values()),
            1000 / LIMIT_MS,
            "1/s",
        ),
        Figure(f"preflight, the slowest: {slowest} (requests/s)", 1000 / taken[slowest], 1000 / LIMIT_MS, "1/s"),
    ]


def load() -> Figure:
    """All law and instruments in a new process, the median of five, as loads a second."""
    times = []
    for _ in range(5):
        told = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
        times.append(float(told.stdout))
    return Figure("load all law and instruments (1/s)", 1 / statistics.median(times), 1 / LIMIT_LOAD, "1/s")


def caught() -> list[Figure]:
    """Per kind of defect the share that is found; of sound requests the share that is not stopped."""
    right, all_of = tally()
    return [
        Figure(f"{kind}: {right[kind]} of {all_of[kind]}", right[kind] / all_of[kind], 1.0, "share") for kind in all_of
    ]


def tally(cases: list[corpus.Case] | None = None) -> tuple[Counter[str], Counter[str]]:
    """How many cases of each kind come out right, and how many there are."""
    right: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for case in cases or corpus.corpus():
        report = preflight.run(catalogue.get(case.instrument), case.request, case.requirements, on=corpus.ON)
        all_of[case.kind] += 1
        right[case.kind] += (report.verdict != "stop") if case.kind == "sound" else (report.verdict != "send")
    return right, all_of
