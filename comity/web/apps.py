"""web: pages."""

from django.apps import AppConfig


class Web(AppConfig):
    name = "comity.web"
    label = "web"
    verbose_name = "Pages"
