"""One table: which rows of the access record were sealed in the log, and the hash of each."""

from django.db import models

from comity.access.grows import HistoryRows


class Seal(models.Model):
    """The rows ``first`` to ``last`` of one record as they were sealed; see ``record.py``."""

    record = models.CharField(max_length=20)
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    raw = models.BinaryField()
    at = models.DateTimeField()

    objects = models.Manager.from_queryset(HistoryRows)()

    class Meta:
        ordering = ["record", "last"]
        constraints = [
            models.UniqueConstraint(fields=["record", "last"], name="a_row_of_the_record_is_sealed_once"),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="a_seal_covers_rows"),
        ]
