"""What the log says, held in memory while the tables are compared with it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """Something stored is not what was logged. ``where`` names it: ``envelope 17 to nl-prosecution``."""

    where: str
    says: str


class Ledger:
    """The entries in order, which of them were found again, and the faults so far."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str]] = []
        self.found: set[int] = set()
        self.faults: list[Fault] = []
        self.by_name: dict[tuple[str, str], list[int]] = {}

    def add(self, kind: str, name: str, sha256: str) -> None:
        self.by_name.setdefault((kind, name), []).append(len(self.entries))
        self.entries.append((kind, name, sha256))

    def fault(self, where: str, says: str) -> None:
        self.faults.append(Fault(where, says))

    def compare(self, where: str, kind: str, name: str, sha256: str, index: int | None) -> None:
        """A stored thing with this hash must be what the entry at its index stands for."""
        if index is None or not 0 <= index < len(self.entries) or self.entries[index][:2] != (kind, name):
            known = self.by_name.get((kind, name))
            self.fault(where, "its place in the log is another" if known else "it is not in the log")
            self.found.update(known or ())
            return
        self.found.add(index)
        if self.entries[index][2] != sha256:
            self.fault(where, f"its bytes are not those that were logged as entry {index}")
