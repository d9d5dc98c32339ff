"""The pages for readers: short where they promise it, links that lead somewhere, commands that exist."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "bench" / "README.md", *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")


def name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        path = target.partition("#")[0]
        if path and not re.match(r"[a-z]+:", path):
            assert (page.parent / path).exists(), f"{name(page)} links to {target}"


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 100


def test_every_room_has_a_page():
    others = {"config", "lib", "api", "cli", "demo"}  # told in architecture.md, cli.md and the README
    rooms = {path.parent.name for path in (ROOT / "comity").glob("*/__init__.py")} - others
    assert rooms == {page.stem for page in (ROOT / "docs" / "rooms").glob("*.md")}


def test_every_decision_stands_in_the_index():
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    pages = [page.name for page in (ROOT / "docs" / "adr").glob("0*.md")]
    assert pages
    assert [page for page in pages if page not in index] == []


def test_the_targets_that_the_readme_names_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake ([a-z]+)\b", (ROOT / "README.md").read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, re.M), target


class TestTheTree:
    @pytest.fixture
    def files(self):
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
        if listed.returncode:  # an archive without its history: every file that is not made here
            made = (".venv", "node_modules", ".browser", "built")
            return [path for path in ROOT.rglob("*") if path.is_file() and not set(made) & set(path.parts)]
        return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]

    def test_lock_files_name_no_package_host(self, files):
        for file in files:
            if file.name.endswith((".lock", "package-lock.json")):
                found = re.search(r"https?://\S+\.(whl|tgz|tar\.gz)|--index-url", file.read_text(encoding="utf-8"))
                assert found is None, file

    def test_nothing_is_left_unfinished(self, files):
        mark = re.compile(r"\b(" + "TO" + r"DO|FIX" + r"ME)\b|raise Not" + "Implemented")
        for file in files:
            if file.suffix in {".py", ".mjs", ".html", ".yaml", ".md", ".scss"}:
                assert mark.search(file.read_text(encoding="utf-8")) is None, file

    def test_no_file_is_large(self, files):
        # A gettext catalogue of all instruments is long by nature.
        limits = {".po": 4_000_000, ".mo": 4_000_000}
        assert [file for file in files if file.stat().st_size > limits.get(file.suffix, 1_000_000)] == []
