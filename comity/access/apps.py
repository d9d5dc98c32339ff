"""access: users, units, roles, rules, and the record of reads."""

from django.apps import AppConfig


class Access(AppConfig):
    name = "comity.access"
    label = "access"
    verbose_name = "Access"
