"""disclosure: what the defence may look at, for how long, and that nothing listed is withheld."""

from django.apps import AppConfig


class Disclosure(AppConfig):
    name = "comity.disclosure"
    label = "disclosure"
    verbose_name = "Disclosure"
