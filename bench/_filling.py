"""Fills a node with years of work, and signs people in: prints a cookie and pages for each of them."""

import json
import random
import sys
from itertools import islice
from typing import Any


def main() -> None:
    import django

    django.setup()
    from comity.demo import many
    from comity.lib import clock

    told = json.load(sys.stdin)
    at = clock.now()
    officers = many.fill(many.Size(**told["size"]), at=at)
    step = max(1, len(officers) // told["people"])
    print(json.dumps([person(name, n, at) for n, name in enumerate(officers[::step][: told["people"]])]))


def person(username: str, seed: int, at: Any) -> dict[str, Any]:
    """Somebody's cookie, and what they look at: the worklist in several ways, their cases, names to search for."""
    from django.conf import settings
    from django.test import Client

    from comity.access import asking
    from comity.access import queries as access
    from comity.cases import queries as cases
    from comity.demo import many

    user = access.user(username)
    client = Client()
    client.force_login(user)
    with asking.asking(user.pk, at):
        numbers = [row.number for row in cases.cases(user, at).rows]
    dice = random.Random(seed)
    names = list(islice(many.names(), 2000))
    return {
        "cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}",
        "pages": {
            "worklist": ["/", "/?owed=us", "/?overdue=1", "/?mine=1", "/?closed=1", "/?page=2"],
            "case": [f"/cases/{number}/" for number in numbers],
            "search": [f"/search/?words={dice.choice(names).replace(' ', '+')}" for _ in range(20)]
            + [f"/search/?words={dice.choice(names).split()[0]}" for _ in range(5)],
        },
    }


if __name__ == "__main__":
    main()
