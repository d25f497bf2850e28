"""Hazards: the list, reporting one, and the notice an organ gets."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from watchroom.base.clock import now
from watchroom.kernel import documents, typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Matter

from .. import actions, queries, rules
from ..flow import FLOW_OF, RESPOND, VIEW
from .offering import beats_offered

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
    }
    return typed.form_page(
        request, "community/hazard_new.html", values, lambda _: _reported(request, actor)
    )


def _reported(request: HttpRequest, actor: Actor) -> Matter:
    sent = request.POST
    lon = typed.number(sent.get("lon"), -180, 180)
    lat = typed.number(sent.get("lat"), -90, 90)
    matter = actions.find_hazard(
        actor,
        sent.get("title", ""),
        kind=sent.get("kind", ""),
        beat_id=typed.whole(sent.get("beat")) or 0,
        words=sent.get("words", ""),
        place=sent.get("place", ""),
        lon=lon,
        lat=lat,
        act_id=typed.act_id(sent),
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
