"""Rows for the map, and the choice over several waiting calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from watchroom.base.clock import now
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Closure, Matter
from watchroom.kernel.roads import roads

from .. import rules
from ..flow import INCIDENT
from .incidents import board
from .seeing import seen_units
from .units import CODE, SKILLS, Roll, facts_of, place_of, roll_of
from .views import UnitView

if TYPE_CHECKING:
    from watchroom.plan import assignment

URGENCY = {1: 8.0, 2: 4.0, 3: 2.0, 4: 1.0}
"""Policy: how much a second of waiting weighs by priority."""


def units(actor: Actor) -> list[UnitView]:
    """Units on duty that the actor may see, with where they are and whether that is stale."""
    moment = now()
    return [
        UnitView(
            u.unit_id, u.code, u.name, u.kind, u.agency_id, u.agency, u.status, u.lon or 0.0,
            u.lat or 0.0, _seen_at(u.position_age_s, moment),
            rules.is_stale(u.kind, u.position_age_s), u.busy_with,
        )
        for u in facts_of(seen_units(actor).exclude(status="off"))
    ]  # fmt: skip


def _seen_at(age_s: float | None, moment: datetime) -> datetime | None:
    return None if age_s is None else moment - timedelta(seconds=age_s)


def units_geojson(actor: Actor) -> dict[str, Any]:
    """Units as a GeoJSON FeatureCollection in WGS-84; the page turns it to GCJ-02 if it must."""
    return _collection(
        _feature(
            u.id,
            u.lon,
            u.lat,
            code=u.code,
            kind=u.kind,
            status=u.status,
            stale=u.stale,
            busy_with=u.busy_with,
        )
        for u in units(actor)
    )


def incidents_geojson(actor: Actor) -> dict[str, Any]:
    """Open incidents that have a place, as a GeoJSON FeatureCollection in WGS-84."""
    return _collection(
        _feature(
            i.id,
            i.lon,
            i.lat,
            number=i.number,
            short=i.short,
            state=i.state,
            priority=i.priority,
            overdue=i.overdue,
            title_zh=(i.class_title.zh if i.class_title else i.title),
            title_en=(i.class_title.en if i.class_title else i.title),
        )
        for i in board(actor)
        if i.lon is not None and i.lat is not None
    )


def closures_geojson(_actor: Actor) -> dict[str, Any]:
    """Shut roads as drawn."""
    rows = Closure.objects.filter(opened_at=None)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": row.pk,
                "geometry": _line(row.line),
                "properties": {"title": row.title, "ends": row.ends and row.ends.isoformat()},
            }
            for row in rows
        ],
    }


def _line(points: list[list[float]]) -> dict[str, Any]:
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "LineString", "coordinates": points}


def _collection(features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def _feature(pk: int, lon: float | None, lat: float | None, **properties: Any) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "id": pk, "geometry": point, "properties": properties}


@dataclass(frozen=True, slots=True)
class Pair:
    """One call and the unit chosen for it; `unit_id` None where it waits."""

    incident_id: int
    number: str
    priority: int | None
    unit_id: int | None
    unit: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class BestAssignment:
    """All waiting calls at once, beside what a hurried desk would do one after the other.

    `cost` and `bound` are seconds weighted by urgency; `proven`: no choice at all is cheaper.
    """

    pairs: tuple[Pair, ...]
    greedy: tuple[Pair, ...]
    cost: float
    greedy_cost: float
    bound: float
    proven: bool
    by_road: bool
    said: Text


def best_assignment(actor: Actor, incident_ids: Sequence[int] | None = None) -> BestAssignment:
    """One optimal choice of free units for several waiting calls, with the bound that proves it.

    Without ids: all classified incidents the actor sees that have a place. Units that lack a
    needed skill are not allowed; seconds are weighed by urgency. It only proposes.
    """
    from watchroom.plan import assignment  # noqa: PLC0415 - brings a compiler

    calls = _waiting(actor, incident_ids)
    free = roll_of(seen_units(actor).filter(status="free"))
    places = [place for m in calls if (place := place_of(m))]
    times = roads.matrix(free.points(), [(p.lon, p.lat) for p in places])
    cost = times.seconds.reshape(len(free.rows), len(calls)).T
    may = np.array([_skilled(free, p.needed) for p in places], np.bool_).reshape(cost.shape)
    weight = np.array([URGENCY.get(m.priority or 2, 1.0) for m in calls])
    order = np.lexsort(([m.pk for m in calls], [m.priority or 2 for m in calls]))
    best = assignment.assign(cost, may, weights=weight)
    hurried = assignment.greedy(cost, may, order, weights=weight)
    return BestAssignment(
        _pairs(calls, free.rows, best.assignment, cost),
        _pairs(calls, free.rows, hurried.assignment, cost),
        best.objective,
        hurried.objective,
        best.bound,
        best.proven,
        times.by_road,
        _said(best, hurried),
    )


def _waiting(actor: Actor, ids: Sequence[int] | None) -> list[Matter]:
    rows = Matter.objects.filter(kind=INCIDENT.kind, state="classified", lon__isnull=False)
    chosen = rows if ids is None else rows.filter(pk__in=ids)
    told = chosen.select_related("beat", "dispatch_incident__incident_class")
    return list(access.visible(actor, told).order_by("pk"))


def _skilled(units: Roll, needed: Sequence[str]) -> npt.NDArray[np.bool_]:
    if not needed:
        return np.ones(len(units.rows), np.bool_)
    return np.array([set(needed) <= set(row[SKILLS]) for row in units.rows], np.bool_)


def _pairs(
    calls: Sequence[Matter], free: Sequence[tuple[Any, ...]], chosen: Any, cost: Any
) -> tuple[Pair, ...]:
    found = []
    for i, (matter, unit) in enumerate(zip(calls, chosen.tolist(), strict=True)):
        row = free[unit] if unit >= 0 else None
        found.append(
            Pair(
                matter.pk,
                matter.number,
                matter.priority,
                row[0] if row else None,
                row[CODE] if row else "",
                float(cost[i, unit]) if row else None,
            )
        )
    return tuple(found)


def _said(best: assignment.Assignment, hurried: assignment.Assignment) -> Text:
    if best.unserved < hurried.unserved:
        more = hurried.unserved - best.unserved
        return Text(
            f"比逐个派警多派到{more}起，已证明最优",
            f"serves {more} more than one by one; proven best",
        )
    saved = hurried.objective - best.objective
    return Text(
        f"比逐个派警少等{saved:.0f}加权秒；下界{best.bound:.0f}，{_proof(best).zh}",
        f"{saved:.0f} weighted seconds less waiting than one by one; bound {best.bound:.0f}, "
        f"{_proof(best).en}",
    )


def _proof(best: assignment.Assignment) -> Text:
    if best.proven:
        return Text("已证明最优", "proven best")
    return Text(f"最多还可少{best.gap:.0f}", f"at most {best.gap:.0f} better is possible")
