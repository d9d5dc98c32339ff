"""The index. Its full-text side is a table of SQLite or a column of PostgreSQL, made in migration 0001."""

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """What is written in one thing, or in one ``part`` of it, with who may find it."""

    kind = models.CharField(max_length=20)  # a kind of thing of access.rules
    ref = models.CharField(max_length=80)
    part = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    words = models.TextField(blank=True)  # folded, with the tokens of its compartment or unit at the end
    compartment = models.ForeignKey("access.Compartment", on_delete=models.PROTECT, related_name="+", null=True)
    unit = models.ForeignKey("access.Unit", on_delete=models.PROTECT, related_name="+", null=True)
    level = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref", "part"], name="a_thing_is_indexed_once"),
            models.CheckConstraint(
                condition=Q(compartment__isnull=False, unit__isnull=True)
                | Q(compartment__isnull=True, unit__isnull=False),
                name="an_entry_stands_in_a_compartment_or_a_unit",
            ),
        ]
