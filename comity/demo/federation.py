"""Four nodes on this machine: their folders, their processes, and the pinning of their cards."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from comity.demo.cast import Authority
from comity.lib.errors import ComityError

START_SECONDS = 60


class NodeFailed(ComityError):
    code = "demo.node-failed"
    says = "The node {authority} {what}."
    next_step = "Its own words stand in {log}."


class StepFailed(ComityError):
    code = "demo.step-failed"
    says = "{authority}: {step} failed: {why}"
    next_step = "{remedy}"


@dataclass
class Node:
    """A node's folder, its serving process, and the process that plays its people."""

    authority: Authority
    folder: Path
    port: int
    second_factor: str = "optional"
    database: str = "sqlite"
    serving: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    playing: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "run" / "node.log"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "COMITY_NODE": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "comity.config.settings",
            "PYTHONUNBUFFERED": "1",
        }

    def make(self) -> None:
        """Write the folder, the keys and the database, as `comity init` does for anyone."""
        if (self.folder / "node.toml").exists():
            return
        told = self.authority
        names = [word for language, name in told.names.items() for word in ("--name", f"{language}={name}")]
        self._comity(
            "init", "--authority", told.id, "--country", told.country, *names,
            "--language", *told.languages, "--time-zone", told.time_zone, "--endpoint", self.address,
            "--listen", f"127.0.0.1:{self.port}", "--second-factor", self.second_factor,
            "--database", self.database, "--no-administrator",
        )  # fmt: skip

    def _comity(self, *words: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "comity.cli.main", *words, "--dir", str(self.folder)],
            env={**os.environ, "COMITY_NODE": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise StepFailed(
                authority=self.authority.id,
                step=words[0],
                why=done.stderr.strip() or done.stdout.strip(),
                remedy="",
            )
        return done.stdout

    def start(self) -> None:
        """Start serving; returns at once."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.serving = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "comity.cli.main", "serve", "--dir", str(self.folder)],
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def wait(self) -> None:
        """Wait until the node answers.

        :raises NodeFailed: it ended, or does not answer in time.
        """
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.serving is None or self.serving.poll() is not None:
                raise NodeFailed(authority=self.authority.id, what="ended while it started", log=self.log)
            with suppress(URLError, OSError), urlopen(f"{self.address}/exchange/v1/card", timeout=2):  # noqa: S310
                return
            time.sleep(0.1)
        raise NodeFailed(authority=self.authority.id, what="does not answer", log=self.log)

    def play(self, step: str, **told: Any) -> Any:
        """Have the node's people do one step (`comity.demo.steps`).

        :raises StepFailed: with the sentence and the remedy that a page would show.
        """
        if self.playing is None:
            self.playing = subprocess.Popen(
                [sys.executable, "-m", "comity.demo.player"],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        if self.playing.stdin is None or self.playing.stdout is None:
            raise NodeFailed(authority=self.authority.id, what="has no people", log=self.log)
        self.playing.stdin.write(json.dumps({"step": step, "with": told}) + "\n")
        self.playing.stdin.flush()
        line = self.playing.stdout.readline()
        if not line:
            raise NodeFailed(authority=self.authority.id, what=f"stopped while it played {step}", log=self.log)
        answer = json.loads(line)
        if "ok" not in answer:
            raise StepFailed(authority=self.authority.id, step=step, why=answer["says"], remedy=answer["next_step"])
        return answer["ok"]

    def stop(self) -> None:
        for process in (self.playing, self.serving):
            if process is None or process.poll() is not None:
                continue
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.playing = self.serving = None


@dataclass
class Federation:
    """Nodes that know each other. Used as a context: leaving it stops every process."""

    nodes: dict[str, Node]
    say: Callable[[str], None]

    def __enter__(self) -> "Federation":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __getitem__(self, authority: str) -> Node:
        return self.nodes[authority]

    def make(self, password: str) -> None:
        """Make what is missing, start every node, and pin every card at every other node."""
        self.say("Making the nodes: folders, keys, databases")
        for node in self.nodes.values():
            node.make()
            self.say(f"  {node.authority.name} ({node.address})")
        for node in self.nodes.values():
            node.play("settle", authority=node.authority.id, password=password)
        self.say("Starting the nodes")
        for node in self.nodes.values():
            node.start()
        for node in self.nodes.values():
            node.wait()
        self.say("Pinning each other's cards by their fingerprints")
        cards = {name: node.play("card") for name, node in self.nodes.items()}
        for name, node in self.nodes.items():
            for other, card in cards.items():
                if other != name:
                    node.play("pin", **card)

    def stop(self) -> None:
        for node in self.nodes.values():
            node.stop()


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens at now."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def federation(
    folder: Path,
    authorities: Sequence[Authority],
    *,
    port: int,
    say: Callable[[str], None],
    second_factor: str = "optional",
) -> Federation:
    """Describe a federation: node folders below ``folder``, ports from ``port`` upward."""
    nodes = {
        authority.id: Node(authority, folder / authority.id, port + number, second_factor)
        for number, authority in enumerate(authorities)
    }
    return Federation(nodes, say)
