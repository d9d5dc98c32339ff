"""work: the work of a unit: triage, absence, urgency, figures."""

from django.apps import AppConfig


class Work(AppConfig):
    name = "comity.work"
    label = "work"
    verbose_name = "Work"
