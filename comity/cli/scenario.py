"""`comity scenario`: run the readable cases that the data of law and instruments must meet."""

import argparse
from pathlib import Path
from typing import Any

from comity.cli.answer import FINDING, OK, Answer
from comity.cli.usage import Commands


def add(commands: Commands) -> None:
    parser = commands.add("scenario", scenario, "Run the scenarios of law and instruments, or those of some files.")
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="files of scenarios (default: all)")


def scenario(told: argparse.Namespace) -> Answer:
    """Every scenario that does not come out as it says, with its place; exit 1 when there is one."""
    rows: list[dict[str, Any]] = []
    for path in told.files or _all():
        for outcome in _run(path):
            one = outcome.scenario
            rows.append(
                {
                    "file": one.file,
                    "line": one.line,
                    "id": one.id,
                    "title": one.title,
                    "article": one.article,
                    "holds": outcome.holds,
                    "differences": list(outcome.differences),
                }
            )
    failed = [row for row in rows if not row["holds"]]
    lines = [
        f"{row['file']}:{row['line']}: {row['id']}: {row['title']} ({row['article']})\n"
        + "\n".join(f"  {says}" for says in row["differences"])
        for row in failed
    ]
    lines.append(f"{len(rows) - len(failed)} of {len(rows)} scenarios hold.")
    value = {"scenarios": len(rows), "failed": failed}
    return Answer(value, "\n".join(lines), FINDING if failed else OK)


def _all() -> list[Path]:
    from comity.instruments import scenarios as instruments
    from comity.law import scenarios as law

    return [*law.files(), *instruments.files()]


def _run(path: Path) -> list[Any]:
    """The room of a file is told by its first key: ``kind`` in law, ``instrument`` in instruments."""
    from comity.instruments import scenarios as instruments
    from comity.law import scenarios as law
    from comity.lib import strict_yaml

    raw = strict_yaml.read(path).value
    return law.run(path) if isinstance(raw, dict) and "kind" in raw else list(instruments.run(path))
