"""运行状态 for an administrator, and the door that only the operator's Prometheus reaches."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from watchroom.kernel import health
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from .. import measuring, operator_door

PERMISSION = "system.view"


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
    if not operator_door.opens(request.headers, str(request.META.get("REMOTE_ADDR"))):
        raise Http404
    return HttpResponse(measuring.page(), content_type="text/plain; version=0.0.4; charset=utf-8")


urlpatterns = [path("system/", show, name="system"), path("metrics", metrics, name="metrics")]
