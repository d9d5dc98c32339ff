"""Two nodes for the benchmarks: a receiver that serves, and a sender whose process we ask to work."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comity.demo.cast import FRANCE, NETHERLANDS
from comity.demo.federation import Federation, Node, free_ports


@dataclass
class Sender:
    """The process `bench._sender` on the sender's node, and the node that it sends to."""

    process: subprocess.Popen[str]
    receiver: Node

    def ask(self, step: str, **told: Any) -> Any:
        """Have it do one step and answer.

        :raises RuntimeError: it stopped; its words stand on standard error.
        """
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the sender has no pipes")
        self.process.stdin.write(json.dumps({"step": step, "with": told}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the sender stopped")
        return json.loads(line)

    def receiver_cpu(self) -> float:
        """Seconds of processor that the receiver has used, where the system tells (Linux), else 0."""
        told = Path(f"/proc/{self.receiver.serving.pid}/stat") if self.receiver.serving else Path()
        if not told.is_file():
            return 0.0
        user, system = told.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def sender_and_receiver(folder: Path, *databases: str) -> Iterator[Sender]:
    """France sends, the Netherlands receive; one database address for each, or one ``sqlite`` for both."""
    ports = free_ports(2)
    nodes = {
        authority.id: Node(authority, folder / authority.id, port, database=database)
        for authority, port, database in zip((FRANCE, NETHERLANDS), ports, (databases[0], databases[-1]), strict=True)
    }
    with ExitStack() as stack:
        federation = stack.enter_context(Federation(nodes, lambda _: None))
        federation.make("only-for-this-benchmark")
        sender = nodes[FRANCE.id]
        sender.stop()  # its worker runs inside the measured process instead
        process = subprocess.Popen(
            [sys.executable, "-m", "bench._sender"],
            env=sender.environment,
            cwd=Path(__file__).resolve().parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield Sender(process, nodes[NETHERLANDS.id])
        finally:
            process.terminate()
            process.wait(timeout=30)
