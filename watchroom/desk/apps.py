from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "watchroom.desk"
    label = "desk"
    verbose_name = "Desk"
