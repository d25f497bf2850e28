"""The desk's queue, the most pressing first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from .. import queries, rules
from ..flow import FLOWS, VIEW


@require_GET
@needs(VIEW)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open cases and the counters."""
    values = {
        "rows": queries.desk(actor),
        "counters": queries.counters(actor),
        "levels": rules.LEVELS,
        "flows": {flow.kind: flow for flow in FLOWS},
    }
    return render(request, "fraud/desk.html", values)
