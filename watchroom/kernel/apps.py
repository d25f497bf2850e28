from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate

from watchroom.law import limits


class KernelConfig(AppConfig):
    name = "watchroom.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Kernel"

    def ready(self) -> None:
        from . import webhooks  # noqa: F401, PLC0415 - the worker must know its jobs

        post_migrate.connect(welcome_new_domain)
        if settings.WATCHROOM_LIMITS:
            limits.register(settings.WATCHROOM_LIMITS)


def welcome_new_domain(sender: AppConfig, plan: Any = (), **_said: Any) -> None:
    """A domain whose tables have just been made falls to the roles, once: later changes stay."""
    from . import roles  # noqa: PLC0415 - models are ready only now
    from .registry import registry  # noqa: PLC0415

    made = {m.app_label for m, backwards in plan if m.initial and not backwards}
    if sender.label in made & set(registry.domains):
        roles.welcome(registry.domains[sender.label])
