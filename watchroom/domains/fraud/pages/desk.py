"""The desk: the queue at the left, everything for the next call at the right. Keys suffice."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from watchroom.kernel import access, entry_titles, personal, step_forms, trail
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Matter

from .. import queries, rules
from ..flow import CASE, FLOWS, VIEW
from .case_money import money_context
from .matter import KINDS, card


@require_GET
@needs(VIEW)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The desk; `?case=` opens one, else the first that nobody has in hand."""
    live_from = trail.stream_position()
    rows = queries.desk(actor)
    chosen = _chosen(actor, rows, request.GET.get("case", ""))
    values = {**_queue(actor, rows, chosen), "live_from": live_from}
    if chosen is not None:
        values |= _open(request, actor, chosen)
    return render(request, "fraud/desk.html", values)


@require_GET
@needs(VIEW)
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The queue and the counters alone, as of now."""
    rows = queries.desk(actor)
    number = request.GET.get("case", "")
    chosen = next((row.matter for row in rows if row.matter.number == number), None)
    return render(request, "fraud/parts/queue.html", _queue(actor, rows, chosen))


def _queue(actor: Actor, rows: list[queries.Row], chosen: Matter | None) -> dict[str, Any]:
    fresh = next((row for row in rows if row.matter.state == "waiting"), None)
    return {
        "rows": rows,
        "counters": queries.counters(actor),
        "levels": rules.LEVELS,
        "flows": {flow.kind: flow for flow in FLOWS},
        "chosen": chosen.number if chosen else "",
        "next_number": fresh.matter.number if fresh else "",
    }


def _chosen(actor: Actor, rows: list[queries.Row], wish: str) -> Matter | None:
    if wish:
        try:
            return access.find(actor, number=wish.upper(), kind=CASE.kind)
        except NotFound:
            return None
    return rows[0].matter if rows else None


def _open(request: HttpRequest, actor: Actor, matter: Matter) -> dict[str, Any]:
    """One case as the desk works on it."""
    case = queries.case_of(actor, matter.pk)
    asked = personal.for_matter(actor, request.session, matter)
    opened = personal.opened(actor, request.session, matter, KINDS)
    return {
        **card(case, queries.contact_of(case), opened=opened),
        **money_context(asked, matter),
        "matter": matter,
        "steps": step_forms.open_to(actor, matter),
        "may_read": access.may(actor, personal.PERMISSION, matter),
        "title_of": entry_titles.of,
        "history": queries.told(matter.pk),
        "back": f"{reverse('fraud:desk')}?case={matter.number}",
    }


@require_GET
@needs(VIEW)
def visits(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Where somebody is to be visited now."""
    rows = [row for row in queries.desk(actor) if row.matter.state == "visiting"]
    placed = next((row.matter for row in rows if row.matter.lon is not None), None)
    values = {
        "rows": rows,
        "levels": rules.LEVELS,
        "flows": {flow.kind: flow for flow in FLOWS},
        "center": f"{placed.lon},{placed.lat}" if placed else "",
    }
    return render(request, "fraud/visits.html", values)


@require_GET
@needs(VIEW)
def visits_map(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The visits as a layer of the map. Places and levels, nobody's name."""
    features = [
        {
            "type": "Feature",
            "id": row.matter.pk,
            "geometry": {"type": "Point", "coordinates": [row.matter.lon, row.matter.lat]},
            "properties": {
                "number": row.matter.number,
                "priority": row.matter.priority,
                "due": row.matter.due_at.isoformat() if row.matter.due_at else None,
            },
        }
        for row in queries.desk(actor)
        if row.matter.state == "visiting" and row.matter.lon is not None
    ]
    layer = {"type": "FeatureCollection", "features": features}
    return JsonResponse(layer, content_type="application/geo+json")
