"""记录质量: what in the records is to be looked at, and the matters behind it."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from watchroom.base.clock import day_end, day_start, local_date, now
from watchroom.kernel import typed
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Agency
from watchroom.kernel.registry import registry

USUAL, MOST = 30, 366


def _days(request: HttpRequest) -> tuple[date, date]:
    """The days asked for, a year of them at most; else the last thirty."""
    today = local_date(now())
    since, until = (typed.day(request.GET.get(name)) for name in ("since", "until"))
    if since is None or until is None:
        return today - timedelta(days=USUAL - 1), today
    until = max(since, until)
    return max(since, until - timedelta(days=MOST - 1)), until


@require_GET
@needs("figures.view")
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Findings of a period, by kind and agency."""
    from .. import quality  # noqa: PLC0415 - what computes it takes a second to load

    since, until = _days(request)
    found = quality.findings(actor, day_start(since), day_end(until))
    values = {
        "kinds": [(k, [f for f in found if f.kind is k]) for k in quality.KINDS.values()],
        "titles": quality.titles(found),
        "since": since,
        "until": until,
        "asked": {"since": since.isoformat(), "until": until.isoformat()},
    }
    return render(request, "desk/quality.html", values)


@require_GET
@needs("figures.view")
def records(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """The matters behind one finding, as far as the reader may see them."""
    from .. import quality  # noqa: PLC0415 - as above

    agency = Agency.objects.filter(code=request.GET.get("agency", "")).first()
    if agency is None or kind not in quality.ROWS or not actor.within("figures.view", agency.pk):
        raise NotFound
    since, until = _days(request)
    rows, hidden = quality.behind(actor, kind, agency, day_start(since), day_end(until))
    values = {
        "kind": quality.KINDS[kind],
        "agency": agency,
        "rows": rows,
        "hidden": hidden,
        "shown": quality.SHOWN,
        "flows": registry.flows,
        "asked": {"since": since.isoformat(), "until": until.isoformat()},
    }
    return render(request, "desk/quality_records.html", values)


urlpatterns = [
    path("quality/", show, name="quality"),
    path("quality/<str:kind>/", records, name="quality-records"),
]
