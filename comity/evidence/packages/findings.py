"""What a verification answers: numbered steps, and for each the faults that were found, by name."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: a stable code, where it is, and a sentence."""

    code: str
    where: str
    says: str

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "where": self.where, "says": self.says}


@dataclass
class Step:
    """One step of the procedure; ``says`` tells what was found when all is well."""

    number: int
    title: str
    says: str = ""
    faults: list[Fault] = field(default_factory=list)
    skipped: bool = False

    @property
    def ok(self) -> bool:
        return not self.faults and not self.skipped

    def fault(self, code: str, where: str, says: str) -> None:
        self.faults.append(Fault(code, where, says))

    def as_json(self) -> dict[str, Any]:
        state = "fault" if self.faults else "skipped" if self.skipped else "ok"
        return {
            "step": self.number, "title": self.title, "state": state, "says": self.says,
            "faults": [fault.as_json() for fault in self.faults],
        }  # fmt: skip


@dataclass
class Report:
    """The steps in their order, and what the file says of itself where the signature holds."""

    kind: str = ""
    steps: list[Step] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)

    def step(self, title: str) -> Step:
        made = Step(len(self.steps) + 1, title)
        self.steps.append(made)
        return made

    def skip(self, *titles: str) -> None:
        """Steps that cannot be taken after a fault; the file is not sound without them."""
        for title in titles:
            step = self.step(title)
            step.skipped, step.says = True, "Not reached."

    @property
    def faults(self) -> list[Fault]:
        return [fault for step in self.steps for fault in step.faults]

    @property
    def ok(self) -> bool:
        return bool(self.steps) and all(step.ok for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok, "kind": self.kind, "told": self.told,
            "steps": [step.as_json() for step in self.steps],
            "faults": [fault.as_json() for fault in self.faults],
        }  # fmt: skip
