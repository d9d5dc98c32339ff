"""The handler of test acts: keeps what arrived, refuses or breaks when the act says so."""

from datetime import datetime
from typing import Any

from django.db import connection

from comity.exchange import actions
from comity.exchange.refusal import Refused

TABLE = "CREATE TABLE IF NOT EXISTS exchange_test_act (n integer, sender text, raw text)"
broken: set[int] = set()


class Broken(Exception):
    pass


def take(raw: bytes, body: dict[str, Any], sender: str, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO exchange_test_act VALUES (%s, %s, %s)", [body["n"], sender, raw.decode()])
    for blob in body.get("blobs", []):
        actions.expect_blob(blob, from_peer=sender, at=at)
    if "refuse" in body:
        raise Refused("test.refused", body["refuse"])
    if body["n"] in broken:
        raise Broken(body["n"])


def stored(name: str) -> bytes | None:
    return kept.get(name)


kept: dict[str, bytes] = {}


def taken() -> list[int]:
    """The numbers that had effect, in order of arrival."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM exchange_test_act")
        return [row[0] for row in cursor.fetchall()]
