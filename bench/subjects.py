"""Merging two subjects with a million relations, and taking it back, on SQLite: what does it cost as the data grows?

The other figure of each line is the same on a tenth of the data; a ratio near 1 says that the cost does not grow.
"""

import os
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.figures import Figure, answer

SIZES = (100_000, 1_000_000)
ROUNDS = 15
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
STEP = 20_000


def run() -> dict[str, Any]:
    """Merges, pages of relations and undoings a second with a million relations, against a hundred thousand."""
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        prepare(Path(folder))
        small, large = (measured(size) for size in SIZES)
    figures = [
        Figure(f"{what}, {SIZES[1]} relations against {SIZES[0]}", 1 / large[what], 1 / small[what], "per second")
        for what in ("merge", "page of relations", "page of the subject", "undo")
    ]
    return {
        **answer("subjects", figures),
        "milliseconds": {what: round(large[what] * 1000, 2) for what in large if what != "memory"},
        "memory_mb": round(large["memory"], 1),
        "undo_restores": True,
    }


def prepare(folder: Path) -> None:
    """A node of its own with one unit."""
    (folder / "run").mkdir()
    (folder / "secret.key").write_text("only-for-benchmarks-" + "x" * 40)
    (folder / "node.toml").write_text(
        'authority = "fr-central"\ncountry = "FR"\nlanguages = ["en"]\ntime_zone = "Europe/Paris"\n'
        'second_factor = "optional"\n[names]\nen = "Benchmark"\n'
    )
    os.environ["COMITY_NODE"] = str(folder)
    os.environ.pop("COMITY_DATABASE", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def measured(size: int) -> dict[str, float]:
    """Median seconds of each step where two subjects share ``size`` relations; the view is restored."""
    from comity.access import actions as access
    from comity.access import asking
    from comity.subjects import actions, queries
    from comity.subjects.actions import Said

    unit = access.create_unit(f"u{size}", "Bench", handles=[], at=AT)
    user, _ = access.create_user(f"user{size}", "Ada Bench", at=AT)
    access.grant(user, "officer", unit=unit, at=AT)
    case = access.create_compartment(f"c-2026-{size}", unit=unit, by=user, at=AT)
    one, two = (actions.add(case, "Person", [Said("name", name)], by=user, at=AT) for name in ("Boris", "Borja"))
    relations(size, case, user, one, two)
    seconds: dict[str, list[float]] = {"merge": [], "page of relations": [], "page of the subject": [], "undo": []}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(ROUNDS):
        with asking.asking(user.pk, AT):
            was = shown(queries, user, one, two)
            made = timed(seconds["merge"], lambda: actions.merge(one, two, "same face", by=user, at=AT))
            timed(seconds["page of relations"], lambda: queries.relations(user, one, AT, limit=50))
            timed(seconds["page of the subject"], lambda: queries.seen(user, two, AT))
            timed(seconds["undo"], lambda made=made: actions.unmerge(made, "another face", by=user, at=AT))
            if shown(queries, user, one, two) != was:
                raise AssertionError("undoing did not restore the view")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {**{what: statistics.median(times) for what, times in seconds.items()}, "memory": grown}


def relations(size: int, case: Any, user: Any, one: Any, two: Any) -> None:
    """Half of them on each of the two, written in batches."""
    from django.apps import apps

    model = apps.get_model("subjects", "Subject")
    ends = [model(compartment=case, number=10 + n, schema="Person", by=user, at=AT) for n in range(1000)]
    model.objects.bulk_create(ends)
    for start in range(0, size, STEP):
        model.objects.bulk_create(
            model(
                compartment=case, number=10_000 + n, schema="UnknownLink", source=(one, two)[n % 2],
                target=ends[n % 1000], by=user, at=AT,
            )
            for n in range(start, start + STEP)
        )  # fmt: skip


def shown(queries: Any, user: Any, one: Any, two: Any) -> list[Any]:
    views = [queries.seen(user, subject, AT) for subject in (one, two)]
    related = [queries.relations(user, subject, AT, limit=50).rows for subject in (one, two)]
    return [
        [(view.ref, view.caption, view.values, [row.ref for row in view.members]) for view in views],
        [[(row.edge.pk, row.other.ref) for row in rows] for rows in related],
    ]


def timed(into: list[float], call: Any) -> Any:
    started = time.perf_counter()
    found = call()
    into.append(time.perf_counter() - started)
    return found
