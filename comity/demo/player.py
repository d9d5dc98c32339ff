"""One node's people, as a process: reads a step a line on standard input, plays it through the actions, answers a line.

Run with the node's folder in COMITY_NODE. The same actions run behind the pages; here nobody has to click.
"""

import json
import sys
from collections.abc import Callable
from typing import Any, TextIO

Step = Callable[..., Any]


def play(told: TextIO, answers: TextIO, steps: dict[str, Step]) -> None:
    """Answer every line ``{"step", "with": {...}}`` with ``{"ok": value}`` or ``{"error", "says", "next_step"}``."""
    from comity.lib.errors import ComityError

    for line in told:
        asked = json.loads(line)
        try:
            answer = {"ok": steps[asked["step"]](**asked["with"])}
        except ComityError as error:
            answer = error.as_json()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main() -> None:
    import django

    django.setup()
    from comity.demo import steps

    play(sys.stdin, sys.stdout, steps.STEPS)


if __name__ == "__main__":
    main()
