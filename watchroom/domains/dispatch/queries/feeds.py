"""What the map draws and where the live stream goes on from: plain GeoJSON in WGS-84."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from watchroom.base.clock import now
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Agency, Counterpart, Place, Unit
from watchroom.kernel.roads import roads

from .. import rules
from ..exchange import geojson
from ..flow import ASSIGNMENT
from ..models import Assignment
from ..rules import UnitFacts
from .seeing import seen_units
from .units import facts_of


def unit_features(actor: Actor) -> dict[str, Any]:
    """Units on duty as the map element takes them, with the moment of their position."""
    units = facts_of(seen_units(actor).exclude(status="off"))
    doing = _doing([u.unit_id for u in units])
    return _collection([_unit(u, doing.get(u.unit_id, "")) for u in units])


def _doing(unit_ids: Sequence[int]) -> dict[int, str]:
    rows = Assignment.objects.filter(holding=True, unit_id__in=unit_ids)
    return dict(rows.values_list("unit_id", "matter__state"))


def _unit(u: UnitFacts, state: str) -> dict[str, Any]:
    said = ASSIGNMENT.states[state].title.zh if state else ""
    at = None if u.position_age_s is None else now() - timedelta(seconds=u.position_age_s)
    return {
        "type": "Feature",
        "id": u.unit_id,
        "geometry": {"type": "Point", "coordinates": [u.lon, u.lat]},
        "properties": {
            "id": u.unit_id,
            "label": u.code,
            "title": u.name if u.name != u.code else "",
            "kind": u.kind,
            "status": u.status,
            "at": at.isoformat() if at else None,
            "state_text": " ".join(p for p in (u.busy_with[-4:], said) if p),
            "stale": rules.is_stale(u.kind, u.position_age_s),
        },
    }


def post_features(_actor: Actor) -> dict[str, Any]:
    """Stations: where people can be found. Where a station stands is no secret."""
    rows = Agency.objects.filter(kind="station", lon__isnull=False)
    return _collection(
        {
            "type": "Feature",
            "id": row.pk,
            "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
            "properties": {"id": row.pk, "name": row.name},
        }
        for row in rows
    )


def posts() -> list[geojson.Feature]:
    """Duty posts; where they stand is no secret."""
    rows = Place.objects.filter(kind="post").order_by("pk").values_list("pk", "name", "lon", "lat")
    return [geojson.feature(pk, geojson.point(x, y), name=name) for pk, name, x, y in rows]


def route_features(actor: Actor, goal: tuple[float, float], ids: Iterable[int]) -> dict[str, Any]:
    """The ways of these units to a place; the first is the main one. Empty without a network."""
    units = {u.unit_id: u for u in facts_of(seen_units(actor).filter(pk__in=list(ids)))}
    found: list[dict[str, Any]] = []
    for unit in units.values():
        route = roads.route((unit.lon or 0.0, unit.lat or 0.0), goal)
        if route is None:
            continue
        found.append(
            {
                "type": "Feature",
                "id": unit.unit_id,
                "geometry": {"type": "LineString", "coordinates": route.coords.tolist()},
                "properties": {"alternative": bool(found), "seconds": route.seconds},
            }
        )
    return _collection(found)


def _collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def my_units(actor: Actor) -> list[Unit]:
    """The units whose crew the person is today."""
    if actor.staff_id is None:
        return []
    return list(Unit.objects.filter(crew=actor.staff_id).select_related("agency").order_by("code"))


def organs() -> list[Counterpart]:
    """Other organs an incident can be handed to."""
    return list(Counterpart.objects.order_by("key"))


def units_by_code(actor: Actor, start: str = "", limit: int = 12) -> list[Unit]:
    """Units whose code begins with this, free ones first: what a command line offers."""
    rows = seen_units(actor).exclude(status="off").filter(code__istartswith=start)
    return sorted(rows.order_by("code")[:200], key=lambda u: u.status != "free")[:limit]


def holding(actor: Actor, code: str) -> int | None:
    """The assignment that holds the unit of this code now."""
    rows = Assignment.objects.filter(holding=True, unit__in=seen_units(actor), unit__code=code)
    return rows.values_list("pk", flat=True).first()


def unit_of_code(actor: Actor, code: str) -> Unit | None:
    """The unit of this code, as far as the actor may see it."""
    return seen_units(actor).filter(code__iexact=code).first()
