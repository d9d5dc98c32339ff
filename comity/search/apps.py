"""search: one index over what is written in private rows."""

from django.apps import AppConfig


class Search(AppConfig):
    name = "comity.search"
    label = "search"
    verbose_name = "Search"
