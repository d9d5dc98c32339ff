"""The how-to of a lawyer, followed step by step in a copy of the package."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import comity

PACKAGE = Path(comity.__file__).resolve().parent
PAGE = PACKAGE.parent / "docs" / "how-to" / "change-a-deadline.md"
SCENARIOS = "comity/law/scenarios/deadline-reckoning.yaml"
DEADLINES = "comity/law/data/deadlines/eio.yaml"
OLD_LINE = "      2017-05-22: {weeks: 1, from: receipt"


@pytest.fixture
def copy(tmp_path):
    keep_out = shutil.ignore_patterns("static", "locale", "__pycache__", "web", "dossiers", "exchange", "demo")
    shutil.copytree(PACKAGE, tmp_path / "comity", ignore=keep_out)
    return tmp_path


def run(folder, *files):
    program = (
        "import sys; from comity.cli import scenario; from comity.cli.usage import Commands, Parser\n"
        "top = Parser(); commands = Commands(top); scenario.add(commands)\n"
        "told = top.parse_args(['scenario', *sys.argv[1:]]); answer = told.run(told)\n"
        "print(answer.text); sys.exit(answer.code)"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *files], cwd=folder, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(folder)},
    )  # fmt: skip


def blocks():
    """The scenario and the dated line, as the page gives them."""
    return re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.S)


def test_a_new_dated_line_makes_a_failing_scenario_pass(copy):
    scenario, line = blocks()
    file, data = copy / SCENARIOS, copy / DEADLINES
    file.write_text(file.read_text() + scenario)
    before = run(copy, SCENARIOS)
    assert before.returncode == 1, before.stdout + before.stderr
    told = [row.strip() for row in PAGE.read_text().splitlines()]
    says = next(row for row in before.stdout.splitlines() if row.startswith("  due is"))
    assert says.strip() in told  # the page shows what the command really says
    assert "acknowledged-in-five-days-from-july-2027" in before.stdout

    old = next(row for row in data.read_text().splitlines() if row.startswith(OLD_LINE))
    data.write_text(data.read_text().replace(old, old + "\n" + line.rstrip()))
    after = run(copy, SCENARIOS)
    assert after.returncode == 0, after.stdout + after.stderr
    everything = run(copy)
    assert everything.returncode == 0, everything.stdout + everything.stderr


def test_a_mistake_in_the_line_is_named_with_its_place(copy):
    data = copy / DEADLINES
    data.write_text(data.read_text().replace("{weeks: 1, from: receipt", "{weaks: 1, frm: receipt", 1))
    done = run(copy, SCENARIOS)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "eio.yaml" in said
    assert "weaks" in said
    assert "frm" in said
