"""The outline of many square cells, traced along their sides: ten times quicker than a union."""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy import ndimage

from watchroom.road.arrays import F64, I64, Bools

Polygon = list[F64]
"""Rings (p, 2) of x, y, closed: the outer one counter-clockwise, then holes clockwise (GeoJSON)."""


def polygons(row: I64, column: I64) -> list[Polygon]:
    """Cells (row, column), k of them, as polygons in units of a cell: (0, 0) is [0, 1] × [0, 1].

    Cells that share a side are one polygon; those that only touch at a corner are two.
    """
    if not len(row):
        return []
    south, west = int(row.min()), int(column.min())
    grid = np.zeros((int(row.max()) - south + 3, int(column.max()) - west + 3), np.bool_)
    grid[row - south + 1, column - west + 1] = True
    parts, count = ndimage.label(grid)
    found: list[Polygon] = [[] for _ in range(count)]
    for ring, part in _rings(grid, parts):
        ring += [west - 1, south - 1]
        outer = _area(ring) > 0
        found[part - 1].insert(0 if outer else len(found[part - 1]), ring)
    return found


def _rings(grid: Bools, parts: I64) -> list[tuple[F64, int]]:
    """(ring, number of the part it bounds), the inside on the left."""
    width = grid.shape[1] + 1
    begin, way, cell = _sides(grid, width)
    end = begin + np.array([1, width, -1, -width])[way]
    order = np.argsort(begin * 4 + way)
    begin, way, end, cell = begin[order], way[order], end[order], cell[order]
    ring, place = _follow(_after(begin, way, end), begin)
    turn = np.lexsort((place, ring))
    corner = turn[way[turn] != way[_before(turn, ring[turn])]]
    cuts = np.flatnonzero(np.diff(ring[corner])) + 1
    points = np.stack([begin % width, begin // width], 1).astype(np.float64)
    of = parts.ravel()[cell]
    return [(points[np.append(part, part[0])], int(of[part[0]])) for part in np.split(corner, cuts)]


def _sides(grid: Bools, width: int) -> tuple[I64, I64, I64]:
    """(corner it begins at, 0 east 1 north 2 west 3 south, cell) of every side with nobody beyond.

    Corner (row, column) is row * width + column: the south-west one of that cell.
    """
    beyond = {0: (-1, 0), 1: (0, 1), 2: (1, 0), 3: (0, -1)}
    from_corner = {0: (0, 0), 1: (0, 1), 2: (1, 1), 3: (1, 0)}
    begins, ways, cells = [], [], []
    for way, (up, right) in beyond.items():
        rows, columns = np.nonzero(grid & ~np.roll(grid, (-up, -right), (0, 1)))
        add_row, add_column = from_corner[way]
        begins.append((rows + add_row) * width + columns + add_column)
        ways.append(np.full(len(rows), way))
        cells.append(rows * grid.shape[1] + columns)
    return np.concatenate(begins), np.concatenate(ways), np.concatenate(cells)


def _after(begin: I64, way: I64, end: I64) -> I64:
    """The side that follows each: left where there is a choice, so that a corner joins nothing."""
    keys = begin * 4 + way
    after = np.full(len(keys), -1)
    for bend in (-1, 0, 1):  # the last one found, the left turn, stays
        wanted = end * 4 + (way + bend) % 4
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        after = np.where(keys[place] == wanted, place, after)
    return after


@njit(cache=True, nogil=True)
def _follow(after: I64, begin: I64) -> tuple[I64, I64]:  # pragma: no cover
    """(number of its ring, place in it) of every side; no ring passes a corner twice."""
    ring = np.full(len(after), -1, np.int64)
    place = np.zeros(len(after), np.int64)
    path = np.empty(len(after), np.int64)
    passed = np.full(begin.max() + 1, -1, np.int64)  # where in the path each corner was passed
    count = 0
    for start in range(len(after)):
        side, length = start, 0
        while True:
            met = passed[begin[side]]
            if met >= 0:
                for i in range(met, length):
                    ring[path[i]], place[path[i]] = count, i - met
                    passed[begin[path[i]]] = -1
                count += 1
                length = met
            if ring[side] >= 0:
                break
            path[length] = side
            passed[begin[side]] = length
            length += 1
            side = after[side]
    return ring, place


def _before(turn: I64, ring: I64) -> I64:
    """The side before each in its ring; `turn` holds sides ring by ring in order."""
    starts = np.flatnonzero(np.r_[True, np.diff(ring) != 0])
    lasts = np.r_[starts[1:], len(turn)] - 1
    before = np.roll(turn, 1)
    before[starts] = turn[lasts]
    return before


def _area(ring: F64) -> float:
    """Twice the signed area, positive counter-clockwise."""
    x, y = ring[:, 0], ring[:, 1]
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
