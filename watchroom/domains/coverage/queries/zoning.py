"""Patrol zones: beats or cells divided into contiguous zones of equal work with little travel.

The work of a beat is the calls expected there times the minutes one takes at the scene. Travel is
by road from the zone's centre: to calls and, with a smaller weight, over all the ground, so that
zones stay compact where few calls come from. The engine (`plan.zones.balance`) states its bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from shapely import STRtree, points, union_all
from shapely.geometry import box, mapping, shape
from shapely.geometry.base import BaseGeometry

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.demand import CELL_DEGREES
from watchroom.kernel.roads import roads

from ..rules.questions import Zoning
from .candidates import posts_below
from .expected import Expected, area_of, beats_of, expected_calls, moment_of
from .watching import Watch

F64 = npt.NDArray[np.float64]
GAP = 0.0003
"""Beats drawn so near to each other (degrees, about 30 m) touch."""
MOST_PIECES = 1500
STARTS = 200
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Pieces:
    """What zones are made of."""

    names: Sequence[str]
    areas: Sequence[BaseGeometry]
    middles: F64
    calls: F64
    """(n) calls a day in the hours asked."""


def zoned(actor: Actor, asked: Zoning, watch: Watch) -> dict[str, Any]:
    """The division found when `watch` stops, as JSON."""
    from watchroom.plan.zones import balance  # noqa: PLC0415 - a compiler comes with it

    posts_below(actor, asked.agency_id)  # NotFound for who does not plan there
    hours = asked.window.hours
    expected = expected_calls(asked.kind, asked.agency_id, asked.days, hours)
    pieces = _beats(asked, expected) if asked.of == "beats" else _cells(asked, expected)
    if len(pieces.names) < asked.zones:
        raise Refusal(
            Text(
                f"只有 {len(pieces.names)} 个警格（方格），不能分成 {asked.zones} 个巡区",
                f"There are {len(pieces.names)} pieces: they do not make {asked.zones} zones",
            )
        )
    told = roads.matrix(pieces.middles, pieces.middles, moment_of(hours))
    finite = np.isfinite(told.seconds)
    far = 2 * told.seconds[finite].max() if finite.any() else 1.0
    seconds = np.where(finite, told.seconds, far)
    load = pieces.calls * asked.service_min / 60.0
    size = np.array([area.area for area in pieces.areas])
    land = asked.land * load.sum() * size / size.sum()
    weight = max(float(load.sum() + land.sum()), TINY)
    watch.begin()
    found = balance(
        load,
        seconds,
        _touching(pieces.areas),
        asked.zones,
        land=land,
        tolerance=asked.tolerance,
        starts=STARTS,
        progress=lambda best, bound, _: watch.best(best, bound, 1 / weight),
        stop=_in_halves(watch),
    )
    return _told(pieces, load, seconds, found) | {
        "travel": found.objective / weight,
        "bound": max(0.0, found.bound) / weight,
        "land": asked.land,
        "by_road": told.by_road,
        "said": expected.said.as_dict(),
        "calls_a_day": expected.calls_a_day,
        "unreached": int((~finite).sum()),
    }


def _in_halves(watch: Watch) -> Any:
    """The engine first tries divisions, then works on the bound: each gets half of the time."""
    half = watch.seconds / 2
    asked = {"bounding": False}

    def stop() -> bool:
        if watch.stop():
            return True
        if not asked["bounding"] and watch.taken >= half:
            asked["bounding"] = True
            return True
        return False

    return stop


def _beats(asked: Zoning, expected: Expected) -> Pieces:
    """The beats of the agency; a call in none of them, at their edge, counts in none."""
    rows = beats_of(asked.agency_id)
    if not rows:
        raise Refusal(
            Text("本单位没有警格：请按方格划分", "The agency has no beats: divide cells instead")
        )
    areas = [shape(beat.outline) for beat in rows]
    calls = np.zeros(len(rows))
    cell, beat = STRtree(areas).query(points(expected.places), predicate="intersects")
    _, once = np.unique(cell, return_index=True)
    np.add.at(calls, beat[once], expected.rate(asked.window.hours)[cell[once]])
    middles = np.array([area.representative_point().coords[0] for area in areas])
    return Pieces([beat.name for beat in rows], areas, middles, calls)


def _cells(asked: Zoning, expected: Expected) -> Pieces:
    """All cells of the area, those without calls too: zones hang together through them."""
    area = area_of(asked.agency_id)
    area = area if area is not None else box(*_bounds(expected.places))
    west, south, east, north = (round(edge / CELL_DEGREES) for edge in area.bounds)
    grid = np.array([(x, y) for x in range(west, east + 1) for y in range(south, north + 1)])
    if len(grid) > 20 * MOST_PIECES:
        raise _too_many()
    inside = STRtree(points(grid * CELL_DEGREES)).query(area, predicate="intersects")
    called = np.round(expected.places / CELL_DEGREES).astype(int)
    cells = np.unique(np.concatenate([grid[inside], called]), axis=0)
    if len(cells) > MOST_PIECES:
        raise _too_many()
    number = {tuple(cell): i for i, cell in enumerate(cells.tolist())}
    calls = np.zeros(len(cells))
    at = [number[x, y] for x, y in called.tolist()]
    np.add.at(calls, at, expected.rate(asked.window.hours))
    middles, half = cells * CELL_DEGREES, CELL_DEGREES / 2
    areas = [box(x - half, y - half, x + half, y + half) for x, y in middles.tolist()]
    return Pieces([f"{x:.3f}, {y:.3f}" for x, y in middles.tolist()], areas, middles, calls)


def _bounds(places: F64) -> tuple[float, float, float, float]:
    (west, south), (east, north) = places.min(axis=0), places.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _too_many() -> Refusal:
    return Refusal(
        Text(
            f"方格超过 {MOST_PIECES} 个：请按警格划分，或选小一些的单位",
            f"There are more than {MOST_PIECES} cells: divide beats, or choose a smaller agency",
        )
    )


def _touching(areas: Sequence[BaseGeometry]) -> npt.NDArray[np.int64]:
    """(m, 2) pairs that share an edge, not a corner only, as nearly as they are drawn."""
    wide = [area.buffer(GAP / 2, join_style="mitre") for area in areas]
    pairs = STRtree(wide).query(wide, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    shared = [wide[a].intersection(wide[b]).area > 4 * GAP * GAP for a, b in pairs.tolist()]
    return pairs[np.array(shared, bool)] if len(pairs) else np.empty((0, 2), np.int64)


def _told(pieces: Pieces, load: F64, seconds: F64, found: Any) -> dict[str, Any]:
    total = max(float(load.sum()), TINY)
    zones = [_zone(pieces, load, seconds, found, z) for z in range(len(found.sites))]
    return {
        "zones": zones,
        "mean_load": total / len(zones),
        "worst": max(abs(zone["load"] * len(zones) / total - 1) for zone in zones),
        "balanced": bool(found.balanced),
        "pieces": len(pieces.names),
        "seconds": found.seconds,
    }


def _zone(pieces: Pieces, load: F64, seconds: F64, found: Any, z: int) -> dict[str, Any]:
    mine = np.flatnonzero(found.assignment == z)
    centre = int(found.sites[z])
    own = max(float(load[mine].sum()), TINY)
    lon, lat = pieces.middles[centre].tolist()
    return {
        "name": pieces.names[centre],
        "pieces": [pieces.names[i] for i in mine.tolist()],
        "outline": mapping(_outline([pieces.areas[i] for i in mine.tolist()])),
        "lon": lon,
        "lat": lat,
        "load": float(load[mine].sum()),
        "calls": float(pieces.calls[mine].sum()),
        "travel": float((load[mine] * seconds[centre, mine]).sum()) / own,
        "farthest": float(seconds[centre, mine].max()),
    }


def _outline(areas: Sequence[BaseGeometry]) -> BaseGeometry:
    """One polygon around a zone: gaps that hardly show are closed, holes are filled."""
    width = GAP
    while True:
        wide = union_all([area.buffer(width, join_style="mitre") for area in areas])
        whole = wide.buffer(-width, join_style="mitre").simplify(GAP / 10)
        if whole.geom_type == "Polygon" and whole.is_valid and not whole.is_empty:
            return type(whole)(whole.exterior)
        width *= 2
