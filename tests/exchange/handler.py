"""The handler of test acts: keeps what arrived, refuses or breaks when the act says so."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from comity.exchange import actions
from comity.exchange.refusal import Refused
from comity.exchange.wire.signed import Signed

TABLE = "CREATE TABLE IF NOT EXISTS exchange_test_act (n integer, sender text, raw text)"
broken: set[int] = set()


class Broken(Exception):
    pass


def take(acts: Sequence[Signed], sender: str, at: datetime) -> list[Refused | None]:
    return [_take(one, sender, at) for one in acts]


def _take(one: Signed, sender: str, at: datetime) -> Refused | None:
    body = one.body
    if "refuse" in body:
        return Refused("test.refused", body["refuse"])
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO exchange_test_act VALUES (%s, %s, %s)", [body["n"], sender, one.raw.decode()])
    for blob in body.get("blobs", []):
        actions.expect_blob(blob, from_peer=sender, at=at)
    if body["n"] in broken:
        raise Broken(body["n"])
    return None


def stored(name: str) -> bytes | None:
    return kept.get(name)


kept: dict[str, bytes] = {}


def taken() -> list[int]:
    """The numbers that had effect, in order of arrival."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM exchange_test_act")
        return [row[0] for row in cursor.fetchall()]
