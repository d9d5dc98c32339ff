"""retention: how long what is kept, and the proof that it was deleted."""

from django.apps import AppConfig


class Retention(AppConfig):
    name = "comity.retention"
    label = "retention"
    verbose_name = "Retention"
