from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "watchroom.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Kernel"
