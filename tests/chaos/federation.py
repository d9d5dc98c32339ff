"""A federation of real nodes in child processes, with a bad network between them, that can be killed at any moment."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.proxy import Proxies, Proxy

ROOT = Path(__file__).resolve().parents[2]
AUTHORITIES = {"fr-central": "FR", "nl-prosecution": "NL", "br-central": "BR"}


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@dataclass
class Node:
    """One authority: a folder, a spawner, and perhaps a running child."""

    authority: str
    folder: Path
    settings: str
    seed: int
    spawner: subprocess.Popen[str] = field(init=False)
    running: bool = False

    def open(self) -> None:
        env = {
            **os.environ,
            "COMITY_NODE": str(self.folder),
            "DJANGO_SETTINGS_MODULE": self.settings,
            "COMITY_LOG": "ERROR",
            "COMITY_CHAOS_SEED": str(self.seed),
        }
        env.pop("COMITY_DATABASE", None)
        self.spawner = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.spawner"], cwd=ROOT, env=env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def tell(self, **told: Any) -> Any:
        assert self.spawner.stdin is not None
        assert self.spawner.stdout is not None
        self.spawner.stdin.write(json.dumps(told) + "\n")
        self.spawner.stdin.flush()
        line = self.spawner.stdout.readline()
        assert line, f"the spawner of {self.authority} has ended"
        return json.loads(line)

    def start(self) -> None:
        self.tell(do="start")
        self.running = True

    def kill(self) -> None:
        """kill -9."""
        self.tell(do="kill")
        self.running = False

    def call(self, name: str, *arguments: Any) -> Any:
        """A function of ``tests.chaos.questions`` in this node, beside the running child."""
        told = self.tell(do="call", name=name, arguments=list(arguments))
        assert "error" not in told, f"{self.authority}: {told.get('error')}"
        return told["value"]

    def allow(self, acts: int) -> None:
        """Let the node's driver send up to this many acts."""
        file = self.folder / "run" / "allowed"
        part = file.with_suffix(".part")
        part.write_text(str(acts))
        part.replace(file)

    def sent(self) -> int:
        """How many acts its people have sent, read beside it: asking it would cost more than a kill."""
        with closing(sqlite3.connect(f"file:{self.folder}/node.sqlite3?mode=ro", uri=True, timeout=5)) as file:
            found: int = file.execute("SELECT count(*) FROM dossiers_act WHERE way = 'sent'").fetchone()[0]
        return found

    def log(self) -> str:
        file = self.folder / "run" / "log.txt"
        return file.read_text(errors="replace") if file.exists() else ""

    def close(self) -> None:
        if self.running:
            self.kill()
        assert self.spawner.stdin is not None
        self.spawner.stdin.close()
        self.spawner.wait(20)
        assert self.spawner.stdout is not None
        self.spawner.stdout.close()


class Federation:
    """Use as a context: nodes that know each other, each behind its proxy."""

    def __init__(self, *, seed: int, settings: str = "tests.chaos.settings", proxied: bool = True) -> None:
        """:param proxied: whether nodes reach each other through the bad network, or directly."""
        self.folder = Path(tempfile.mkdtemp(prefix="comity-chaos-"))
        ports = free_ports(2 * len(AUTHORITIES))
        self.nodes: dict[str, Node] = {}
        proxies = []
        for n, (authority, country) in enumerate(AUTHORITIES.items()):
            listen, shown = ports[2 * n], ports[2 * n + 1]
            proxies.append(Proxy(shown, listen, seed + n))
            self.nodes[authority] = Node(
                authority, self._write(authority, country, listen, shown if proxied else listen), settings, seed
            )
        self.proxies = Proxies(proxies)

    def _write(self, authority: str, country: str, listen: int, shown: int) -> Path:
        folder = self.folder / authority
        (folder / "run").mkdir(parents=True)
        (folder / "run" / "allowed").write_text("0")
        (folder / "secret.key").write_text("only-for-tests-" + "x" * 40)
        (folder / "node.toml").write_text(
            f'authority = "{authority}"\ncountry = "{country}"\nlanguages = ["en"]\n'
            f'endpoint = "http://127.0.0.1:{shown}"\nlisten = "127.0.0.1:{listen}"\n'
            f'[names]\nen = "{authority} (test)"\n'
        )
        return folder

    def __enter__(self) -> "Federation":
        for node in self:
            node.open()
        cards = {node.authority: node.call("set_up") for node in self}
        for node in self:
            node.call("pin", [card for authority, card in cards.items() if authority != node.authority])
        return self

    def __exit__(self, *_: object) -> None:
        for node in self:
            node.close()
        self.proxies.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __iter__(self) -> Any:
        return iter(self.nodes.values())

    def start(self) -> None:
        for node in self:
            if not node.running:
                node.start()

    def until(self, holds: Callable[[dict[str, dict[str, Any]]], bool], *, seconds: float) -> dict[str, dict[str, Any]]:
        """Wait until the progress of all nodes satisfies a condition; the last progress either way."""
        end = time.monotonic() + seconds
        while True:
            progress = {node.authority: node.call("progress") for node in self}
            if holds(progress) or time.monotonic() > end:
                return progress
            time.sleep(0.2)
