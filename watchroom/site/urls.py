"""Every route: the shell's at the root, each domain's under its key, the machines' under /api/."""

from django.urls import URLPattern, URLResolver, include, path

from watchroom.desk.api import api
from watchroom.kernel.registry import registry

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("watchroom.desk.urls")),
    path("api/v1/", api.urls),
    *[
        path(f"{domain.key}/", include(module))
        for domain, module in registry.modules("urls")
        if hasattr(module, "urlpatterns")
    ],
]

handler400 = "watchroom.desk.errors.bad"
handler403 = "watchroom.desk.errors.forbidden"
handler404 = "watchroom.desk.errors.not_found"
handler500 = "watchroom.desk.errors.failed"
