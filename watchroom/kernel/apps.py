from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "watchroom.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Kernel"

    def ready(self) -> None:
        """The worker must know the jobs of webhooks, which no act imports."""
        from . import webhooks  # noqa: F401, PLC0415 - models are ready only now
