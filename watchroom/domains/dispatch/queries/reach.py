"""What free units reach now, as areas; where duty posts are."""

import numpy as np
import numpy.typing as npt
from shapely import MultiPolygon, Polygon, box, unary_union

from watchroom.kernel.access import Actor
from watchroom.kernel.models import Place
from watchroom.kernel.roads import roads

from ..exchange import geojson
from .units import facts_of, seen_units

MINUTES = (1, 3, 5)
CELL_M = 300.0
"""Areas are drawn in cells of this size: the streets reached, not more exactly than that."""
METRES_PER_DEGREE = 111_195.0


def reached_now(actor: Actor) -> list[geojson.Feature]:
    """For 1, 3 and 5 minutes the area some free unit reaches, largest first so that maps can draw
    them over each other. Empty without a road network."""
    free = [u for u in facts_of(seen_units(actor).filter(status="free")) if u.lon is not None]
    places = [(u.lon or 0.0, u.lat or 0.0) for u in free]
    found = roads.reached(places, 60.0 * max(MINUTES)) if places else None
    if found is None:
        return []
    return [
        _feature(minutes, found.points[found.seconds <= 60.0 * minutes], len(free))
        for minutes in sorted(MINUTES, reverse=True)
    ]


def _feature(minutes: int, points: npt.NDArray[np.float64], units: int) -> geojson.Feature:
    shape = _cells(points) if len(points) else MultiPolygon()
    return geojson.feature(f"{minutes}min", geojson.area(shape), minutes=minutes, free_units=units)


def _cells(points: npt.NDArray[np.float64]) -> Polygon | MultiPolygon:
    """The cells these points lie in, joined; neighbours in a row become one box first."""
    tall = CELL_M / METRES_PER_DEGREE
    wide = tall / float(np.cos(np.radians(points[:, 1].mean())))
    used = np.unique(np.floor(points / [wide, tall]).astype(np.int64)[:, ::-1], axis=0)
    row, column = used[:, 0], used[:, 1]
    starts = np.flatnonzero(np.r_[True, (np.diff(row) != 0) | (np.diff(column) != 1)])
    ends = np.r_[starts[1:], len(used)] - 1
    west, south = column[starts] * wide, row[starts] * tall
    east = (column[ends] + 1) * wide
    joined = unary_union(box(west, south, east, south + tall))
    return joined if isinstance(joined, Polygon | MultiPolygon) else MultiPolygon()


def posts() -> list[geojson.Feature]:
    """Duty posts; where they stand is no secret."""
    rows = Place.objects.filter(kind="post").order_by("pk").values_list("pk", "name", "lon", "lat")
    return [geojson.feature(pk, geojson.point(x, y), name=name) for pk, name, x, y in rows]
