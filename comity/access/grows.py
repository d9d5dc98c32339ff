"""Rows of a history: added and read, never changed or deleted. The database refuses it too (``history.py``)."""

from typing import Any

from django.db import models


class OnlyGrows(Exception):  # a fault of ours, never of the person at the keyboard
    """A row of a history was about to be changed or deleted."""


class HistoryRows(models.QuerySet[Any]):
    """Rows that are added and read, never changed or deleted."""

    def update(self, **_: Any) -> int:
        raise OnlyGrows(f"{self.model.__name__} is a history")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise OnlyGrows(f"{self.model.__name__} is a history")
