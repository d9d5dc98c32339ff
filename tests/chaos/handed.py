"""Notes every act that the exchange hands over, in a table without a constraint that could hide a doubled one.

The tables of the dossiers would not show it: they take a repeated act once.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.utils.module_loading import import_string

from comity.config import wiring
from comity.exchange.refusal import Refused
from comity.exchange.wire.signed import Signed


def make_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE chaos_handed (act text, sender text)")


def receive(acts: Sequence[Signed], sender: str, at: datetime) -> list[Refused | None]:
    """Hand acts to whom the wiring names, inside the transaction of the exchange, and note them."""
    answers: list[Refused | None] = import_string(wiring.INCOMING["comity-act/1"])(acts, sender, at)
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO chaos_handed VALUES (%s, %s)", [(one.id, sender) for one in acts])
    return answers


def handed() -> list[str]:
    """The acts handed over, each as often as it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT act FROM chaos_handed ORDER BY act")
        return [row[0] for row in cursor.fetchall()]
