from django.apps import AppConfig


class Exchange(AppConfig):
    name = "comity.exchange"
    verbose_name = "Exchange between authorities"
