"""What is wrong with a file of data: every fault has a place, and says what may stand there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing to mend in a file; ``allowed`` names what may stand there, where that is a closed list."""

    file: str
    line: int
    pointer: str
    says: str
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.pointer or '/'}: {self.says}{self.known}"

    @property
    def known(self) -> str:
        """`` Allowed here: a, b.``, or nothing."""
        return f" Allowed here: {', '.join(self.allowed)}." if self.allowed else ""

    def as_json(self) -> dict[str, object]:
        return {
            "file": self.file,
            "line": self.line,
            "pointer": self.pointer,
            "says": self.says,
            "allowed": list(self.allowed),
        }
