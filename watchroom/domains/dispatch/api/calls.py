"""Calls come in; what somebody is typing is assessed before it is one."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from watchroom.kernel.access import require
from watchroom.kernel.machines import Lat, Lon, actor_of, past

from .. import actions, queries
from .schemas import Assess, Assessment, CallIn, MatterOut, PlaceOut, Position, Reported

router = Router()


@router.post("/calls", response=Reported, summary="Report a call")
def report(request: HttpRequest, call: CallIn) -> Any:
    """Take a call; answers the incident it became.

    The same `act_id` or `external_id` again answers the same incident and changes nothing.
    Needs dispatch.take_call.
    """
    values = call.dict()
    values["received_at"], values["answered_at"] = past(call.received_at), past(call.answered_at)
    return actions.report_call(actor_of(request), **values)


@router.post("/assess", response=Assessment, summary="Assess what is being typed")
def assess(request: HttpRequest, known: Assess) -> dict[str, Any]:
    """Likely classes, places, duplicates and premise notes for an unfinished call."""
    actor = actor_of(request)
    require(actor, "dispatch.view")
    where = (known.lon, known.lat) if known.lon is not None and known.lat is not None else None
    told = known.dict(include={"words", "place", "lon", "lat", "caller"})
    return {
        "classes": queries.suggested_classes(actor, known.words),
        "places": queries.search_places(actor, known.place, near=where) if known.place else [],
        "duplicates": queries.duplicates_of(actor, **told),
        "notes": queries.premise_notes(actor, known.lon, known.lat),
    }


@router.get("/places", response=list[PlaceOut], summary="Find a place by what people call it")
def places(request: HttpRequest, q: str, lon: Lon | None = None, lat: Lat | None = None) -> Any:
    """Names, parts of names, pinyin initials, crossings, coordinates, "near X"; best first."""
    if len(q) > 240:
        raise HttpError(422, "q: 240")
    near = (lon, lat) if lon is not None and lat is not None else None
    return queries.search_places(actor_of(request), q, near=near)


@router.post(
    "/incidents/{int:incident_id}/suggestions",
    response=MatterOut,
    summary="Offer a position for an incident",
)
def suggest(request: HttpRequest, incident_id: int, position: Position) -> Any:
    """A device or geocoder offers a position; nothing changes until somebody accepts it."""
    row = actions.suggest_place(actor_of(request), incident_id, position.dict())
    return row.incident.matter
