"""subjects: people and things of a case, statement by statement."""

from django.apps import AppConfig


class Subjects(AppConfig):
    name = "comity.subjects"
    label = "subjects"
    verbose_name = "Subjects"
