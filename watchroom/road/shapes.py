"""Reach as a shape for the map: the streets that can be driven in time, with a margin."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from watchroom.road.arrays import F64
from watchroom.road.ground import Where
from watchroom.road.view import View


def isochrone_lines(view: View, source: Where, seconds: float) -> list[F64]:
    """Every stretch of street that can be reached in time, cut where the time is up.

    Each is (p, 2) lon, lat in driving direction. An edge counts from the end it is entered at.
    """
    found = view.isochrone(source, seconds).streets
    return [
        _driven(view, int(edge), float(begin), float(end))
        for edge, begin, end in zip(found.edge, found.begin, found.end, strict=True)
    ]


def isochrone_shape(
    view: View, source: Where, seconds: float, *, margin_m: float = 60.0
) -> BaseGeometry:
    """The area within `margin_m` metres of what can be reached in time, lon/lat degrees.

    A drawing, not a promise: `View.isochrone` has the exact times and stretches.
    """
    frame = view.network.grid.frame
    lines = [line * frame[:2] for line in isochrone_lines(view, source, seconds)]
    drawn = shapely.multilinestrings([shapely.linestrings(line) for line in lines])
    area = shapely.buffer(drawn, margin_m, quad_segs=4)
    smooth = shapely.simplify(area, margin_m / 10)
    return shapely.transform(smooth, lambda metres: metres / frame[:2])


def _driven(view: View, edge: int, begin: float, end: float) -> F64:
    """The line of an edge between two shares of its drive."""
    streets = view.network.streets
    if not streets.edge_forward[edge]:
        begin, end = 1.0 - begin, 1.0 - end
    return streets.piece(int(streets.edge_segment[edge]), begin, end)
