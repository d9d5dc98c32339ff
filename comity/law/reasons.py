"""What a finding of law rests on: reasons with their citation, and facts that nobody has stated yet."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from comity.law.reading import Confidence

Speaks = Literal["for", "against", "open"]


@dataclass(frozen=True)
class Reason:
    """One sentence of a finding, with the text it rests on and how sure that text is.

    ``speaks`` is seen from the finding: for it, against it, or left open.
    """

    says: str
    cite: str
    source: str
    confidence: Confidence
    speaks: Speaks

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Ask:
    """A fact that nobody has stated, as a question that a person can answer."""

    fact: str
    question: str
    type: str
    choices: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"choices": list(self.choices)}


def weakest(reasons: tuple[Reason, ...]) -> Confidence:
    """ "verified" only where every reason is."""
    return "verified" if all(reason.confidence == "verified" for reason in reasons) else "memory"
