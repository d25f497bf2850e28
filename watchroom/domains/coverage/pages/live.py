"""Coverage now: 1, 3 and 5 minutes, what a leaving unit loses, where one could stand instead."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.refusal import Refusal
from watchroom.kernel import trail
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from .. import actions, queries
from ..flow import PLAN_DUTY, VIEW
from ..rules.tiers import BASES, KEYS
from . import typed

MINUTES = {"1": 1, "3": 3, "5": 5}


@require_GET
@needs(VIEW)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The whole screen; `?minutes=` says for which time moves are proposed."""
    live_from = trail.stream_position()
    values = {**_values(request, actor), "live_from": live_from}
    return render(request, "coverage/live.html", values)


@require_GET
@needs(VIEW)
def now(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The figures and lists alone, for keeping them current."""
    return render(request, "coverage/parts/live.html", _values(request, actor))


def _values(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    minutes = MINUTES.get(request.GET.get("minutes", ""), 3)
    found = queries.live(actor, minutes)
    first = next(iter(found.proposals), None)
    return {
        "live": found,
        "minutes": minutes,
        "choices": list(MINUTES.values()),
        "bases": BASES,
        "keys": KEYS,
        "may_set": queries.may_set_tiers(actor),
        "center": f"{first.lon},{first.lat}" if first else "",
    }


@require_GET
@needs(VIEW)
def areas(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is reached, as the map draws it."""
    return JsonResponse(queries.areas_geojson(actor), content_type="application/geo+json")


@require_GET
@needs(VIEW)
def units(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who is free, as the map draws it."""
    return JsonResponse(queries.units_geojson(actor), content_type="application/geo+json")


@require_POST
@needs(PLAN_DUTY)
def tiers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What one's agency asks of response times."""
    sent = request.POST
    basis = sent.get("basis", "")
    try:
        limits = {
            key: seconds
            for key, title in KEYS.get(basis, {}).items()
            if (seconds := typed.number(sent, f"{basis}-{key}", title)) is not None
        }
        actions.set_tiers(actor, actor.agency_id, basis, limits)
    except Refusal as refusal:
        values = {**_values(request, actor), "refusal": refusal.text, "typed": sent}
        return render(request, "coverage/live.html", values, status=422)
    return redirect("coverage:live")
