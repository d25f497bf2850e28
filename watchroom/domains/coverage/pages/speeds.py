"""How fast the streets really are, by station and hour: a map and a list for who plans."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from .. import queries
from ..flow import PLAN_DUTY
from ..rules.words import BANDS

PEAK = 1


def _band(request: HttpRequest) -> int:
    """`?band=` 0 to 3; the weekday peaks where nothing is asked."""
    asked = request.GET.get("band", "")
    return int(asked) if asked in {str(band) for band in range(len(BANDS))} else PEAK


@require_GET
@needs(PLAN_DUTY)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list beside the map, for one band of hours."""
    band = _band(request)
    values = {"speeds": queries.speeds(actor, band), "band": band, "bands": BANDS}
    return render(request, "coverage/speeds.html", values)


@require_GET
@needs(PLAN_DUTY)
def streets(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The streets as the map draws them."""
    found = queries.speeds_geojson(actor, _band(request))
    return JsonResponse(found, content_type="application/geo+json")
