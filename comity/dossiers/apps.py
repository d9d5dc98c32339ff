"""dossiers: drafts, approvals, acts, clocks, the worklist."""

from django.apps import AppConfig


class Dossiers(AppConfig):
    name = "comity.dossiers"
    label = "dossiers"
    verbose_name = "Dossiers"
