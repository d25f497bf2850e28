"""Reach as a shape for the map: the streets that can be driven in time, with a margin."""

from __future__ import annotations

import numpy as np
import shapely
from numba import njit
from shapely.geometry.base import BaseGeometry

from watchroom.road.arrays import F64, I32, I64
from watchroom.road.contour import around, fewer
from watchroom.road.ground import Where
from watchroom.road.view import View

THIN_M = 1.0
"""Bends of a street that lie closer to the straight line are left out of the drawing."""


def isochrone_shape(
    view: View, source: Where, seconds: float, *, margin_m: float = 60.0
) -> BaseGeometry:
    """The area within `margin_m` metres of what can be reached in time, lon/lat degrees.

    A drawing, not a promise: `View.isochrone` has the exact times and stretches. Its outline is
    mostly right to two metres, and nowhere off by more than 0.4 of the margin (see `contour`).
    """
    grid = view.network.grid
    area = around(isochrone_pieces(view, source, seconds), margin_m)
    return shapely.transform(area, lambda metres: metres / grid.frame[:2])


def isochrone_pieces(view: View, source: Where, seconds: float) -> F64:
    """(p, 4) x, y, x, y on the plane of `Grid`: the streets that can be reached, piece by piece.

    Cut where the time is up; what is reached both ways comes once where both reach all of it.
    """
    found, streets, grid = view.driven(source, seconds), view.network.streets, view.network.grid
    forward = streets.edge_forward[found.edge]
    segment = streets.edge_segment[found.edge]
    low = np.where(forward, found.begin, 1.0 - found.end)
    high = np.where(forward, found.end, 1.0 - found.begin)
    return _pieces(segment, low, high, streets.line_first, grid.x, grid.y, grid.along)


@njit(cache=True, nogil=True)
def _pieces(
    segment: I32, low: F64, high: F64, line_first: I64, x: F64, y: F64, along: F64
) -> F64:  # pragma: no cover
    """The straight pieces of each segment's line between two shares of its length."""
    total, longest, whole = 0, 0, set()
    for i in range(len(segment)):
        size = line_first[segment[i] + 1] - line_first[segment[i]]
        total += size
        longest = max(longest, size)
    pieces, count, line = np.empty((total, 4)), 0, np.empty((longest + 2, 2))
    for i in range(len(segment)):
        if low[i] <= 0.0 and high[i] >= 1.0:
            if segment[i] in whole:
                continue
            whole.add(segment[i])
        size = 0
        for a in range(line_first[segment[i]], line_first[segment[i] + 1] - 1):
            long = along[a + 1] - along[a]
            if along[a + 1] < low[i] or along[a] > high[i] or long <= 0.0:
                continue
            begin = max(0.0, (low[i] - along[a]) / long)
            end = min(1.0, (high[i] - along[a]) / long)
            if size == 0:
                line[0, 0] = x[a] + begin * (x[a + 1] - x[a])
                line[0, 1] = y[a] + begin * (y[a + 1] - y[a])
                size = 1
            line[size, 0] = x[a] + end * (x[a + 1] - x[a])
            line[size, 1] = y[a] + end * (y[a + 1] - y[a])
            size += 1
        size = fewer(line, 0, size, THIN_M) if size else 0
        for a in range(size - 1):
            pieces[count, :2], pieces[count, 2:] = line[a], line[a + 1]
            count += 1
    return pieces[:count]
