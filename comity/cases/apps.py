"""cases: private case files: members, notes, tasks, links."""

from django.apps import AppConfig


class Cases(AppConfig):
    name = "comity.cases"
    label = "cases"
    verbose_name = "Cases"
