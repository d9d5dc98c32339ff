"""`comity doctor`: is this node fit to run, and what to do where it is not."""

import argparse
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import comity
from comity.cli import node
from comity.cli.answer import FINDING, OK, Answer
from comity.cli.usage import Commands
from comity.lib import clock
from comity.lib.errors import ComityError

BUILT = Path(comity.__file__).resolve().parent / "web" / "static" / "built"
LEAST_FREE = 1 << 30  # bytes: a node without room for its journal loses nothing but accepts nothing either
MOST_DRIFT = timedelta(seconds=60)
PATIENCE = 5  # seconds for one peer
QUICK = 20_000  # log entries that are read back without being asked


@dataclass(frozen=True)
class Check:
    """One thing looked at; ``remedy`` is empty where all is well."""

    id: str
    ok: bool
    says: str
    remedy: str = ""


def add(commands: Commands) -> None:
    parser = commands.add("doctor", doctor, "Check this node and name the remedy for whatever is wrong.")
    parser.add_argument("--rebuild", action="store_true", help="make the lists of dossiers anew from their acts")
    parser.add_argument("--offline", action="store_true", help="do not call the peers")


def doctor(told: argparse.Namespace) -> Answer:
    """Exit 1 when something is wrong."""
    here = node.open_node(told.dir)
    at = clock.now()
    checks = [*folder(here), keys(here), *database(), static(), disk(here), *settings(here)]
    if all(check.ok for check in checks if check.id.startswith(("database", "keys"))):
        if told.rebuild:
            checks.append(rebuild())
        checks += [people(), past(at), log()]
        checks += [] if told.offline else peers(at)
    ok = all(check.ok for check in checks)
    text = "\n".join(line for check in checks for line in in_words(check))
    return Answer({"ok": ok, "checks": [asdict(check) for check in checks]}, text, OK if ok else FINDING)


def in_words(check: Check) -> list[str]:
    first = f"{'ok   ' if check.ok else 'WRONG'}  {check.id.ljust(16)}  {check.says}"
    return [first, f"{' ' * 25}{check.remedy}"] if check.remedy else [first]


def folder(here: Any) -> Iterator[Check]:
    """The node's folder and its secrets are readable by their owner alone."""
    for name, most in ((".", 0o700), ("secret.key", 0o600), ("keys.json", 0o600), ("node.toml", 0o600)):
        path = here.folder / name
        id = "folder" if name == "." else name
        if not path.exists():
            yield Check(
                id,
                False,
                f"{path} is missing",
                "Restore it from the backup; without it nothing can be opened.",
            )
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & ~most:
            yield Check(id, False, f"others may use {path} (mode {mode:o})", f"chmod {most:o} {path}")
        else:
            yield Check(id, True, f"{path} is its owner's alone")


def keys(here: Any) -> Check:
    from comity.exchange.wire.keys import words

    def look() -> str:
        from comity.exchange import identity

        fingerprint = identity.me().keys.fingerprint
        return f"the keys open; fingerprint {fingerprint[:16]}..., in words {' '.join(words(fingerprint))}"

    return tried("keys", look)


def database() -> Iterator[Check]:
    from django.db import connection
    from django.db.utils import DatabaseError

    try:
        missing = node.pending_migrations()
        connection.ensure_connection()
    except DatabaseError as error:
        why = str(error).splitlines()[0]
        yield Check(
            "database",
            False,
            f"the database does not answer: {why}",
            "Start it, or mend 'database' in node.toml.",
        )
        return
    yield Check("database", True, f"{connection.vendor} answers")
    if missing:
        yield Check(
            "database-version",
            False,
            f"{len(missing)} changes are missing",
            "Make a backup, then run 'comity migrate'.",
        )
    else:
        yield Check("database-version", True, "it has every change that this version needs")


def static() -> Check:
    """Whether the front end was built, from its manifest."""
    import json

    remedy = "Run 'node comity/web/assets/build.mjs', or 'make demo', which does it."
    try:
        names = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Check("static", False, "the files for the browser were not built", remedy)
    gone = [name for name in names.values() if not (BUILT / name).exists()]
    if gone:
        return Check("static", False, f"{gone[0]} is missing", remedy)
    return Check("static", True, f"{len(names)} files for the browser are there")


def disk(here: Any) -> Check:
    free = shutil.disk_usage(here.folder).free
    says = f"{free / (1 << 30):.1f} GiB are free"
    if free < LEAST_FREE:
        return Check("disk", False, says, "Make room, or move the node's folder to a larger disk.")
    return Check("disk", True, says)


def settings(here: Any) -> Iterator[Check]:
    """Choices in node.toml that are fine for a trial and not beyond this machine."""
    local = here.endpoint.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))
    if here.endpoint.startswith("https://") or local:
        yield Check("endpoint", True, here.endpoint)
    else:
        yield Check(
            "endpoint",
            False,
            f"{here.endpoint} is not HTTPS",
            "Put a reverse proxy with TLS before the node.",
        )
    if here.second_factor == "required" or local:
        yield Check("second-factor", True, here.second_factor)
    else:
        remedy = 'Set second_factor = "required" in node.toml.'
        yield Check("second-factor", False, "people sign in with a password alone", remedy)


def people() -> Check:
    """Somebody administers the node, and a unit takes what no other handles."""
    from comity.access import queries

    if not queries.holders("administrator", None):
        return Check(
            "people",
            False,
            "nobody administers this node",
            "Run 'comity access add-user' and 'comity access grant'.",
        )
    if not any(unit.is_desk or "*" in unit.handles for unit in queries.units()):
        return Check(
            "people",
            False,
            "no unit takes what no other handles",
            "Run 'comity access add-unit desk Desk --desk'.",
        )
    return Check("people", True, f"{len(queries.users(active_only=True))} users, {len(queries.units())} units")


def past(at: datetime) -> Check:
    """Nothing in the log is later than now."""
    from comity.exchange import queries

    rows = queries.entries(max(queries.log_size() - 1, 0), 1)
    if rows and rows[0].at > at + MOST_DRIFT:
        says = f"the clock shows {clock.stamp(at)}, but the log's last entry is of {clock.stamp(rows[0].at)}"
        return Check("clock", False, says, "Set the clock; run a time service such as chrony.")
    return Check("clock", True, f"{clock.stamp(at)}, after everything in the log")


def log() -> Check:
    """Read the log back, if that is quick."""
    from comity.exchange import queries

    size = queries.log_size()
    if size > QUICK:
        return Check("log", True, f"{size} entries; 'comity log verify' reads them back")
    report = queries.verify_log()
    if report.faults:
        first = report.faults[0]
        says = f"{len(report.faults)} faults, the first at {first.where}: {first.says}"
        return Check(
            "log",
            False,
            says,
            "Run 'comity log verify'; keep this folder as it is and tell the security officer.",
        )
    return Check("log", True, f"{report.entries} entries and all that they stand for are sound")


def peers(at: datetime) -> Iterator[Check]:
    """Every peer answers, with the keys that we pinned and a clock like ours."""
    import httpx

    from comity.exchange import queries

    for peer in queries.peers():
        id = f"peer {peer.authority}"
        try:
            told = httpx.get(f"{peer.endpoint}/exchange/v1/card", timeout=PATIENCE, trust_env=False)
            told.raise_for_status()
        except httpx.HTTPError as error:
            yield Check(
                id,
                False,
                f"does not answer at {peer.endpoint}: {error}",
                "What we send waits; call them if it lasts.",
            )
            continue
        yield drift(id, told.headers.get("Date"), clock.now())


def drift(id: str, told: str | None, at: datetime) -> Check:
    try:
        theirs = parsedate_to_datetime(told or "")
    except ValueError:
        return Check(id, True, "answers")
    if abs(theirs - at) > MOST_DRIFT:
        says = f"its clock shows {clock.stamp(theirs)}, ours {clock.stamp(at)}"
        return Check(
            id,
            False,
            says,
            "Find out which is wrong and set it; messages are refused when clocks differ much.",
        )
    return Check(id, True, "answers, and its clock agrees with ours")


def rebuild() -> Check:
    from comity.dossiers import actions, queries

    names = [told["id"] for told in queries.summary()["dossiers"]]
    for name in names:
        actions.rebuild(name)
    return Check("rebuild", True, f"{len(names)} dossiers were made anew from their acts")


def tried(id: str, look: Callable[[], str]) -> Check:
    """A look that raises when something is wrong; the error brings its remedy."""
    try:
        return Check(id, True, look())
    except ComityError as error:
        return Check(id, False, error.sentence, error.remedy)
