"""运行状态 for an administrator, and the door that only the operator's Prometheus reaches."""

import ipaddress
import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from watchroom.kernel import health
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from .. import measuring

PERMISSION = "system.view"
PROXIED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via")
"""What a proxy adds: such a request did not begin on this machine, or nobody can tell."""


@require_GET
@needs(PERMISSION)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The same as `watchroom check` says."""
    found = list(health.findings())
    counts = {tone: sum(one.tone == tone for one in found) for tone in ("wrong", "caution")}
    return render(request, "desk/system.html", {"found": found, "counts": counts})


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Series for Prometheus: with the operator's token, or asked on this machine itself."""
    if not _operator(request):
        raise Http404
    return HttpResponse(measuring.page(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _operator(request: HttpRequest) -> bool:
    token: str = settings.WATCHROOM_METRICS_TOKEN
    if token:
        said = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(said.encode(), token.encode())
    if any(name in request.headers for name in PROXIED):
        return False
    try:
        return ipaddress.ip_address(str(request.META.get("REMOTE_ADDR"))).is_loopback
    except ValueError:
        return False


urlpatterns = [path("system/", show, name="system"), path("metrics", metrics, name="metrics")]
