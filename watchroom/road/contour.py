"""The area within a distance of many straight pieces, as polygons: a field of distances, cut.

The distance to the nearest piece is worked out exactly at the nodes of a square grid; between two
of them, one inside and one outside, the outline is drawn where a straight line through both
distances says (marching squares). Hence every place within `margin` less the diagonal of a cell is
inside, and none beyond `margin` and that diagonal; mostly the outline is right to a metre.
Source: Lorensen & Cline, "Marching cubes" (SIGGRAPH 1987), in the plane.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numba import njit
from shapely.geometry.base import BaseGeometry

from watchroom.road.arrays import F32, F64, I32, I64, U8

CELLS_A_MARGIN = 4
"""Cells of the grid to one margin."""
MOST_CELLS = 4_000_000
"""Larger areas are drawn on a coarser grid."""
OFF = 0.04
"""Points that the outline passes closer than so much of a cell are left out."""
AWAY = 0.06
"""The outline keeps so much of a cell off the nodes, more than `OFF`: parts of it never meet."""
SMALLEST = 1.0
"""Gaps of fewer cells than these are filled."""
EAST, NORTH, WEST, SOUTH = range(4)
"""Ways along the side of a cell; the inside lies on the left."""


def around(pieces: F64, margin: float) -> BaseGeometry:
    """What lies within `margin` of p straight pieces (p, 4: x, y, x, y), in the same plane.

    Valid polygons. On more than `MOST_CELLS` cells of a quarter margin the cells grow, and where
    they outgrow half the margin, it does too.
    """
    if not len(pieces):
        return shapely.MultiPolygon()
    low = np.minimum(pieces[:, :2], pieces[:, 2:]).min(axis=0) - margin
    high = np.maximum(pieces[:, :2], pieces[:, 2:]).max(axis=0) + margin
    wide, tall = high - low
    cell = max(margin / CELLS_A_MARGIN, float(np.sqrt(wide * tall / MOST_CELLS)))
    margin = max(margin, 2 * cell)
    low -= 2 * cell
    columns, rows = (int(n) + 1 for n in (high - low + 3 * cell) / cell)
    field = _distances((pieces - np.tile(low, 2)) / cell, margin / cell, rows, columns)
    x, y, first, outer = _outlines(field, margin / cell)
    return _polygons(np.stack([x, y], 1) * cell + low, first, outer)


def _polygons(points: F64, first: I64, outer: I32) -> BaseGeometry:
    """Rings first[i]:first[i + 1] as areas; outer: (rings) the outer ring round each, or itself.

    A ring without points is left out.
    """
    size = np.diff(first)
    kept = np.flatnonzero(size)
    rings = shapely.linearrings(points, indices=np.repeat(np.arange(len(kept)), size[kept]))
    order = np.lexsort((outer[kept] != kept, outer[kept]))
    _, number = np.unique(outer[kept][order], return_inverse=True)
    return shapely.multipolygons(shapely.polygons(rings[order], indices=number))


@njit(cache=True, nogil=True, fastmath=True)
def _distances(pieces: F64, margin: float, rows: int, columns: int) -> F32:  # pragma: no cover
    """(rows, columns) squared distance of each node from the nearest piece, in cells.

    Exact up to one cell beyond the margin; farther off it may be too large.
    """
    reach = np.float32(margin + 1.0)
    far = np.float32(4.0) * reach * reach
    field = np.full((rows, columns), far, np.float32)
    east = np.arange(columns).astype(np.float32)
    for i in range(len(pieces)):
        ax, ay = np.float32(pieces[i, 0]), np.float32(pieces[i, 1])
        dx, dy = np.float32(pieces[i, 2]) - ax, np.float32(pieces[i, 3]) - ay
        long = dx * dx + dy * dy
        per = np.float32(1.0) / long if long > np.float32(1e-12) else np.float32(0.0)
        left = max(0, int(min(ax, ax + dx) - reach))
        right = min(columns - 1, int(max(ax, ax + dx) + reach) + 1)
        low = max(0, int(min(ay, ay + dy) - reach))
        high = min(rows - 1, int(max(ay, ay + dy) + reach) + 1)
        for row in range(low, high + 1):
            line, x = field[row, left : right + 1], east[left : right + 1]
            py = np.float32(row) - ay
            for k in range(len(line)):
                px = x[k] - ax
                t = (px * dx + py * dy) * per
                t = min(max(t, np.float32(0.0)), np.float32(1.0))
                ex, ey = px - t * dx, py - t * dy
                line[k] = min(line[k], ex * ex + ey * ey)
    return field


@njit(cache=True, nogil=True)
def _outlines(field: F32, margin: float) -> tuple[F64, F64, I64, I32]:  # pragma: no cover
    """(x, y, first, outer): closed rings round the nodes within the margin; see `_polygons`."""
    rows, columns = field.shape
    limit = np.float32(margin * margin)
    passed = np.zeros((rows, columns), np.uint8)
    west_of = np.empty((rows, columns), np.int32)
    points, used = np.empty((1024, 2)), 0
    first: Any = [0]
    beside: Any = [0 for _ in range(0)]  # for holes, the node left of where they begin
    for row in range(1, rows):
        for column in range(columns):
            below = field[row - 1, column] > limit
            if field[row, column] <= limit and below and not passed[row, column] & 1:
                points, used, where = _follow(
                    field, margin, row, column, len(beside), passed, west_of, points, used
                )
                first.append(used)
                beside.append(where)
    return (
        points[:used, 0],
        points[:used, 1],
        np.array(first),
        _owners(field, limit, beside, west_of),
    )


@njit(cache=True, nogil=True)
def _follow(
    field: F32, margin: float, row: Any, column: Any, ring: int, passed: U8, west_of: I32,
    points: F64, used: Any,
) -> tuple[F64, Any, Any]:  # fmt: skip  # pragma: no cover
    """Walk once round, the inside on the left; (points, how many, `beside` or -1 if an outer ring).

    Where two nodes inside only touch at a corner the walk keeps to the one it is at.
    """
    limit, begun, way = np.float32(margin * margin), used, EAST
    area, leftmost, beside = 0.0, field.shape[1], np.int64(-1)
    while not passed[row, column] & (1 << way):
        passed[row, column] |= 1 << way
        out_row, out_column = _step(row, column, (way + 3) % 4)
        if used + 2 > len(points):
            wide = np.empty((2 * len(points), 2))
            wide[:used] = points[:used]
            points = wide
        inside, outside = np.sqrt(field[row, column]), np.sqrt(field[out_row, out_column])
        share = (margin - inside) / (outside - inside)
        share = min(max(share, AWAY), 1.0 - AWAY)
        points[used, 0] = column + share * (out_column - column)
        points[used, 1] = row + share * (out_row - row)
        if used > begun:
            area += points[used - 1, 0] * points[used, 1] - points[used, 0] * points[used - 1, 1]
        used += 1
        if way == SOUTH:
            west_of[row, column] = ring
        elif way == NORTH and column < leftmost:
            leftmost, beside = column, np.int64(row) * field.shape[1] + column
        ahead_row, ahead_column = _step(row, column, way)
        if field[ahead_row, ahead_column] > limit:
            way = (way + 1) % 4
            continue
        row, column = ahead_row, ahead_column
        right_row, right_column = _step(row, column, (way + 3) % 4)
        if field[right_row, right_column] <= limit:
            row, column, way = right_row, right_column, (way + 3) % 4
    area += points[used - 1, 0] * points[begun, 1] - points[begun, 0] * points[used - 1, 1]
    points[used] = points[begun]
    if area > 0:
        return points, fewer(points, begun, used + 1, OFF), np.int64(-1)
    if area > -2 * SMALLEST:
        return points, begun, beside
    return points, fewer(points, begun, used + 1, OFF), beside


@njit(cache=True, nogil=True)
def fewer(points: F64, begin: Any, end: Any, off: float) -> Any:  # pragma: no cover
    """Drop points of points[begin:end] that lie within `off` of the line without them; the new end.

    From the last point kept a cone is open that passes all points since then closely enough; a
    point outside it, or one that leads back, begins a new one. The first and the last stay.
    Source: Zhao & Saalfeld, "Linear-time sleeve-fitting polyline simplification" (AutoCarto 1997).
    """
    kept, far = begin, 0.0
    left_x = left_y = right_x = right_y = 0.0
    for i in range(begin + 1, end):
        x, y = points[i, 0] - points[kept, 0], points[i, 1] - points[kept, 1]
        away = np.hypot(x, y)
        outside = left_x * y - left_y * x > 0 or right_x * y - right_y * x < 0
        if outside or away < far:
            kept += 1
            points[kept] = points[i - 1]
            x, y = points[i, 0] - points[kept, 0], points[i, 1] - points[kept, 1]
            away, far = np.hypot(x, y), 0.0
            left_x = left_y = right_x = right_y = 0.0
        if away > off:
            sine = off / away
            cosine = np.sqrt(1.0 - sine * sine)
            l_x, l_y = x * cosine - y * sine, y * cosine + x * sine
            r_x, r_y = x * cosine + y * sine, y * cosine - x * sine
            fresh = left_x == 0.0 and left_y == 0.0
            if fresh or left_x * l_y - left_y * l_x < 0:
                left_x, left_y = l_x, l_y
            if fresh or right_x * r_y - right_y * r_x > 0:
                right_x, right_y = r_x, r_y
        far = away
    kept += 1
    points[kept] = points[end - 1]
    return kept + 1


@njit(cache=True, nogil=True)
def _step(row: Any, column: Any, way: Any) -> tuple[Any, Any]:  # pragma: no cover
    """The next node that way; north is the higher row."""
    if way == EAST:
        return row, column + 1
    if way == NORTH:
        return row + 1, column
    return (row, column - 1) if way == WEST else (row - 1, column)


@njit(cache=True, nogil=True)
def _owners(field: F32, limit: Any, beside: Any, west_of: I32) -> I32:  # pragma: no cover
    """(rings) the outer ring that each lies in: what one meets going west inside the area.

    That may be another hole, but one that begins farther west: it ends at an outer ring.
    """
    outer = np.empty(len(beside), np.int32)
    for ring in range(len(beside)):
        owner = ring
        while beside[owner] >= 0:
            row, column = beside[owner] // field.shape[1], beside[owner] % field.shape[1]
            while field[row, column - 1] <= limit:
                column -= 1
            owner = west_of[row, column]
        outer[ring] = owner
    return outer
