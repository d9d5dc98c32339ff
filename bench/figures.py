"""What every benchmark answers: figures with a ratio, and the machine they were taken on."""

import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measurement. ``ratio`` is ours divided by the other's, both in ``unit``; more is better."""

    what: str
    ours: float
    other: float
    unit: str

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": round(self.ours / self.other, 3) if self.other else None}


def machine() -> dict[str, Any]:
    """Processor, cores and Python, so that a figure can be read later."""
    told = Path("/proc/cpuinfo")
    names = (
        [line.split(":", 1)[1].strip() for line in told.read_text().splitlines() if line.startswith("model name")]
        if told.exists()
        else []
    )
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
    }


def answer(name: str, figures: list[Figure]) -> dict[str, Any]:
    """The JSON of `comity bench NAME`."""
    return {"name": name, "figures": [figure.as_json() for figure in figures], "machine": machine()}
