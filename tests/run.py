"""What `make test` runs: every check in turn, timed, with one closing line; a failure does not stop the others."""

import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

STATIC = [
    ("style", [BIN / "ruff", "check", "."]),
    ("layout", [BIN / "ruff", "format", "--check", "."]),
    ("types", [BIN / "mypy"]),
    ("imports", [BIN / "lint-imports", "--no-cache"]),
]
TESTS = [
    ("rooms and pages", ["-n", "2", "--cov", "--cov-report=", "-m", "not journey and not chaos"]),
    ("on PostgreSQL", ["-p", "tests.postgres", "tests/access", "tests/exchange", "tests/dossiers"]),
    ("faults and kills", ["-m", "chaos", "tests/chaos"]),
    ("journeys in a browser", ["-n", "2", "--dist", "loadfile", "-m", "journey", "tests/journeys"]),
]
LEAST_COVERED = 90  # per cent of lines and branches over the whole package


def run(name: str, command: list[object], env: dict[str, str]) -> tuple[str, bool, str, float]:
    """One step: its name, whether it passed, what it printed (its summary last), and its seconds."""
    started = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    return name, done.returncode == 0, done.stderr + done.stdout, time.monotonic() - started


def say(step: tuple[str, bool, str, float]) -> bool:
    name, passed, printed, seconds = step
    lines = printed.strip().splitlines()
    print(
        f"{'ok  ' if passed else 'FAIL'} {name} ({seconds:.0f} s) {lines[-1] if passed and lines else ''}",
        flush=True,
    )
    if not passed:
        print(printed, flush=True)
    return passed


def node_for_types(folder: Path) -> dict[str, str]:
    """mypy's Django plug-in reads the settings, which need a node's folder."""
    (folder / "secret.key").write_text("only-for-type-checks-" + "x" * 40)
    (folder / "node.toml").write_text(
        'authority = "types-only"\ncountry = "FR"\nlanguages = ["en"]\n[names]\nen = "Types"\n'
    )
    return {**os.environ, "COMITY_NODE": str(folder)}


def static() -> list[bool]:
    """Style, layout, types and the direction of imports: what `make check` runs."""
    with tempfile.TemporaryDirectory() as folder:
        env = node_for_types(Path(folder))
        with ThreadPoolExecutor(2) as pool:
            return [say(step) for step in pool.map(lambda told: run(*told, env), STATIC)]


def main() -> int:
    started = time.monotonic()
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    results = static()
    env = {name: value for name, value in os.environ.items() if name != "COMITY_NODE"}
    for name, options in TESTS:
        step = run(name, [BIN / "python", "-m", "pytest", *options], env)
        results.append(say(step))
        for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", step[2].strip().splitlines()[-1]):
            counts["failed" if word == "error" else word] += int(number)
    results.append(
        say(
            run(
                "coverage",
                [BIN / "coverage", "report", "--skip-covered", f"--fail-under={LEAST_COVERED}"],
                env,
            )
        )
    )
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    print(f"{'All holds' if all(results) else 'Something does not hold'} after {time.monotonic() - started:.0f} s.")
    return 0 if all(results) and not counts["skipped"] else 1


if __name__ == "__main__":
    sys.exit(main() if sys.argv[1:] != ["static"] else not all(static()))
