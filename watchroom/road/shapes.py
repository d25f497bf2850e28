"""Reach as a shape for the map: the streets that can be driven in time, with a margin."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from watchroom.road.arrays import F64, I32
from watchroom.road.ground import Where
from watchroom.road.view import View


def isochrone_lines(view: View, source: Where, seconds: float) -> list[F64]:
    """Every stretch of street that can be reached in time, cut where the time is up.

    Each is (p, 2) lon, lat in driving direction. An edge counts from the end it is entered at.
    """
    limit = int(seconds * 1000)
    start = view.leaving(source)
    t, streets = view.network.topology, view.network.streets
    nodes, cost = view.spread(t.first, t.head, view.arc_ms, start, limit)
    share = np.zeros(len(streets.edge_ms))
    for node, at in zip(nodes.tolist(), cost.tolist(), strict=True):
        for arc in range(t.first[node], t.first[node + 1]):
            part = (limit - at) / max(1, int(view.arc_ms[arc]))
            share[t.edge[arc]] = max(share[t.edge[arc]], min(1.0, part))
    lines = [_driven(view, int(edge), 0.0, float(share[edge])) for edge in np.flatnonzero(share)]
    return lines + _first_stretches(view, start.edge, float(start.fraction[0]), limit)


def isochrone_shape(
    view: View, source: Where, seconds: float, *, margin_m: float = 60.0
) -> BaseGeometry:
    """The area within `margin_m` metres of what can be reached in time, lon/lat degrees.

    A drawing, not a promise: `View.isochrone` gives the exact times at the crossings.
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


def _first_stretches(view: View, edges: I32, fraction: float, limit: int) -> list[F64]:
    """From a point in a street towards both its ends."""
    lines = []
    for edge in edges[edges >= 0]:
        begin = fraction if view.network.streets.edge_forward[edge] else 1.0 - fraction
        end = min(1.0, begin + limit / max(1, int(view.open_ms[edge])))
        lines.append(_driven(view, int(edge), begin, end))
    return lines
