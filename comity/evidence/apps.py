"""evidence: items, their custody, and what makes them admissible."""

from django.apps import AppConfig


class Evidence(AppConfig):
    name = "comity.evidence"
    label = "evidence"
    verbose_name = "Evidence"
