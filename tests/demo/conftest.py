"""The scenario, played once with a small exhibit, in a folder that stays for a second time."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from comity.demo import run
from comity.demo.federation import free_ports

EXHIBIT = 1_000_000


@dataclass
class Played:
    folder: Path
    port: int
    summary: dict[str, Any]
    said: list[str] = field(default_factory=list)

    def again(self) -> "Played":
        """Play once more over the same nodes, which answer at the addresses on their cards."""
        said: list[str] = []
        told = run.demo(folder=self.folder, port=self.port, once=True, say=said.append, exhibit=EXHIBIT)
        return Played(self.folder, self.port, told, said)


def row_of_ports(count: int) -> int:
    """The first of so many free ports in a row."""
    for _attempt in range(50):
        first = free_ports(1)[0]
        try:
            for port in range(first, first + count):
                run.free(port)
        except run.PortTaken:
            continue
        return first
    raise AssertionError("no free ports")


@pytest.fixture(scope="package")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder, port = tmp_path_factory.mktemp("demo"), row_of_ports(run.PORTS)
    said: list[str] = []
    return Played(folder, port, run.demo(folder=folder, port=port, once=True, say=said.append, exhibit=EXHIBIT), said)
