"""The one root of every error that Comity raises on purpose."""

from typing import Any, ClassVar


class ComityError(Exception):
    """Anticipated trouble: a stable code, a sentence that says what happened, and a next step.

    Subclasses set ``code`` (``room.what-happened``), ``says`` and ``next_step``; the last two may name
    fields in braces, which are filled from the keyword arguments.
    """

    code: ClassVar[str] = "comity.error"
    says: ClassVar[str] = "Something went wrong."
    next_step: ClassVar[str] = ""

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        return self.says.format(**self.fields)

    @property
    def remedy(self) -> str:
        return self.next_step.format(**self.fields)

    def as_json(self) -> dict[str, str]:
        """What the command line and the API answer: ``{"error", "says", "next_step"}``."""
        return {"error": self.code, "says": self.sentence, "next_step": self.remedy}


class BadInput(ComityError):
    """Root of everything that came in and cannot be used: exit code 2 on the command line, 400 over HTTP."""

    code = "comity.bad-input"
