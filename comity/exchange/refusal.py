"""How a handler of arriving acts says no."""

import re

from comity.lib.errors import ComityError

CODE = re.compile(r"[a-z]+(\.[a-z][a-z0-9-]*)+")
LONGEST = 500


class Refused(ComityError):
    """The answer of a handler named in ``INCOMING``: the sender gets the code and the sentence in our receipt.

    :param code: the reason for machines, such as ``dossiers.unknown-instrument``.
    :param says: the reason for people; cut at 500 letters.
    """

    code = "exchange.refused"
    says = "{reason}"

    def __init__(self, code: str, says: str) -> None:
        if not CODE.fullmatch(code) or not says:
            raise ValueError("a refusal needs a code such as room.reason and a sentence")
        self.reason_code = code
        self.reason = says if len(says) <= LONGEST else says[: LONGEST - 1] + "…"
        super().__init__(reason=self.reason)
