"""Where it is: said, offered by a device or a geocoder, and what is acted on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter
from watchroom.kernel.places import beat_at

from ..flow import INCIDENT, TAKE
from ..models import Incident, PlaceSuggestion


def searchable(*parts: str) -> str:
    """What a matter is found by, of the parts that say anything."""
    return " ".join(p for p in parts if p)


def suggest(incident: Incident, item: Mapping[str, Any]) -> PlaceSuggestion:
    """Keep an offered position beside what was typed."""
    return PlaceSuggestion.objects.create(
        incident=incident,
        source=item.get("source", "device"),
        label=item.get("label", ""),
        lon=item["lon"],
        lat=item["lat"],
        accuracy_m=item.get("accuracy_m"),
        offered_at=now(),
    )


def set_place(
    actor: Actor,
    incident_id: int,
    *,
    place: str = "",
    lon: float | None = None,
    lat: float | None = None,
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Say where it is now acted on; what was typed first stays beside it."""
    if not place.strip() and (lon is None or lat is None):
        raise Refusal(Text("请给出地点或坐标", "Give a place or coordinates"))
    return _place(actor, incident_id, "set_place", (place, lon, lat), version, occurred_at, act_id)


def accept_suggestion(
    actor: Actor,
    incident_id: int,
    suggestion_id: int,
    *,
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Act on a suggested position from now on; one press."""
    row = PlaceSuggestion.objects.filter(pk=suggestion_id, incident_id=incident_id).first()
    if row is None:
        raise Refusal(Text("没有这条建议地点", "There is no such suggestion for this incident"))
    return _place(
        actor,
        incident_id,
        "accept_suggestion",
        (row.label, row.lon, row.lat),
        version,
        occurred_at,
        act_id,
        row,
    )


def _place(
    actor: Actor,
    incident_id: int,
    step: str,
    where: tuple[str, float | None, float | None],
    version: int | None,
    occurred_at: datetime | None,
    act_id: UUID | None,
    accepted: PlaceSuggestion | None = None,
) -> Matter:
    acts.find(actor, incident_id, INCIDENT.kind)
    place, lon, lat = where

    def change(matter: Matter) -> dict[str, Any]:
        before = {"place": matter.place, "lon": matter.lon, "lat": matter.lat}
        matter.place = place[:240] or matter.place
        if lon is not None and lat is not None:
            matter.lon, matter.lat = lon, lat
            matter.beat = beat_at(lon, lat)
            matter.agency_id = matter.beat.agency_id if matter.beat else matter.agency_id
        matter.words = searchable(matter.words, place)
        Incident.objects.filter(pk=matter.pk, place_typed="").update(place_typed=place[:240])
        if accepted:
            PlaceSuggestion.objects.filter(pk=accepted.pk).update(
                accepted_at=now(), accepted_by=actor.staff_id
            )
        return {"before": before, "place": matter.place, "lon": matter.lon, "lat": matter.lat}

    return acts.take(
        actor,
        incident_id,
        step,
        version=version,
        data={"suggestion_id": accepted.pk} if accepted else {},
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
    )


def suggest_place(
    actor: Actor, incident_id: int, item: Mapping[str, Any], *, act_id: UUID | None = None
) -> PlaceSuggestion:
    """A device or geocoder offers a position; it changes nothing until somebody accepts it."""
    matter = acts.find(actor, incident_id, INCIDENT.kind)
    access.require(actor, TAKE, matter)
    row = suggest(Incident.objects.get(pk=incident_id), item)
    acts.record(actor, matter, "suggestion", data={"source": row.source}, act_id=act_id)
    return row
