"""liaison: who is asked for what abroad, and talking with them."""

from django.apps import AppConfig


class Liaison(AppConfig):
    name = "comity.liaison"
    label = "liaison"
    verbose_name = "Liaison"
