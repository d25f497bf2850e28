"""Hazards: the list, reporting one, and the notice an organ gets."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from watchroom.base.clock import now
from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.kernel import documents
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Matter

from .. import actions, queries, rules
from ..flow import FLOW_OF, RESPOND, VIEW
from .typed import beats_offered, number, sent_act, whole

HAZARDS_SHOWN = 200


@require_GET
@needs(VIEW)
def hazards(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open hazards by time left, or those that are over."""
    over = request.GET.get("which") == "over"
    values = {
        "rows": list(queries.hazards(actor, over=over)[:HAZARDS_SHOWN]),
        "over": over,
        "shown": HAZARDS_SHOWN,
        "kinds": rules.HAZARDS,
        "grades": rules.GRADES,
        "flows": FLOW_OF,
        "may": actor.holds(RESPOND),
    }
    return render(request, "community/hazards.html", values)


@require_http_methods(["GET", "POST"])
@needs(RESPOND)
def new_hazard(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Report a hazard, with a photo of it."""
    values: dict[str, Any] = {
        "typed": request.POST or request.GET,
        "kinds": rules.HAZARDS,
        "beats": beats_offered(actor),
        "act_id": request.POST.get("act_id") or uuid7(),
    }
    if request.method == "GET":
        return render(request, "community/hazard_new.html", values)
    try:
        matter = _reported(request, actor)
    except Refusal as refusal:
        values["refusal"] = refusal.text
        return render(request, "community/hazard_new.html", values, status=422)
    return redirect("matter", matter.number)


def _reported(request: HttpRequest, actor: Actor) -> Matter:
    lon, lat = number(request, "lon"), number(request, "lat")
    matter = actions.find_hazard(
        actor,
        request.POST.get("title", ""),
        kind=request.POST.get("kind", ""),
        beat_id=whole(request, "beat") or 0,
        words=request.POST.get("words", ""),
        place=request.POST.get("place", ""),
        lon=lon,
        lat=lat,
        act_id=sent_act(request),
    )
    for file in request.FILES.getlist("photo"):
        documents.add(
            actor,
            matter.pk,
            file.name or "photo.jpg",
            file.chunks(),
            occurred_at=now(),
            place=(lon, lat) if lon is not None and lat is not None else None,
        )
    return matter


@require_GET
@needs(VIEW)
def notice(request: HttpRequest, actor: Actor, notice_id: int) -> HttpResponse:
    """What an organ is told of a hazard, to be printed."""
    row = queries.notice_of(actor, notice_id)
    values = {
        "notice": row,
        "record": row.record,
        "kind": rules.HAZARDS[row.record["kind"]],
        "grade": rules.GRADES[row.record["grade"]],
        "found_at": datetime.fromisoformat(row.record["found_at"]),
    }
    return render(request, "community/notice.html", values)
