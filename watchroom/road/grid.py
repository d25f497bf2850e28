"""The nearest street to a point: street lines cut into straight pieces and laid into square cells.

Distances are measured on a plane tangent at the network's middle latitude: within a city region
the error stays below a percent, and "nearest" is decided between streets metres apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from watchroom.base.geometry import EARTH_RADIUS_M
from watchroom.road.arrays import F64, I64, ONE, U32, Bools, frozen, gather_first
from watchroom.road.streets import Streets

METRES_PER_DEGREE = float(np.pi * EARTH_RADIUS_M / 180)
ISLAND_PENALTY_M = 500.0
"""A street outside the main network is chosen only if it is this much nearer, metres."""


@dataclass(frozen=True)
class Grid:
    """p straight pieces in a grid of cells; piece i joins line points start[i] and start[i] + 1."""

    frame: F64
    """(6) metres per degree east and north, west and south edge in metres, cell size, columns."""
    x: F64
    """(k) line points, metres east."""
    y: F64
    """(k) line points, metres north."""
    along: F64
    """(k) how far along its line each point lies, 0 to 1."""
    start: U32
    """(p) first point of each piece."""
    segment: U32
    """(p) segment of each piece."""
    handicap: F64
    """(p) metres added to the distance of pieces outside the main network."""
    cell_first: U32
    """(cells + 1) pieces in cell c are cell_piece[cell_first[c]:cell_first[c + 1]]."""
    cell_piece: U32

    def plane(self, lon: F64, lat: F64) -> tuple[F64, F64]:
        """Degrees as metres east and north."""
        return lon * self.frame[0], lat * self.frame[1]

    def nearest(self, lon: F64, lat: F64) -> tuple[I64, F64, F64]:
        """(segment, fraction along its line, metres away) for each of the points."""
        x, y = self.plane(lon, lat)
        piece, t, metres = _nearest(
            x, y, self.frame, self.x, self.y, self.start, self.handicap, self.cell_first,
            self.cell_piece,
        )  # fmt: skip
        first = self.start[piece]
        fraction = self.along[first] + t * (self.along[first + ONE] - self.along[first])
        return self.segment[piece].astype(np.int64), fraction, metres

    def within(self, lon: float, lat: float, metres: float) -> I64:
        """Segments that come within so many metres of a point, ascending."""
        x, y = lon * self.frame[0], lat * self.frame[1]
        pieces = _within(
            x, y, metres, self.frame, self.x, self.y, self.start, self.cell_first, self.cell_piece
        )
        return np.unique(self.segment[pieces]).astype(np.int64)


def lay(streets: Streets, main: Bools) -> Grid:
    """The grid for street lines; main: (s) True for segments of the main network."""
    middle = np.radians(streets.line_lat.mean()) if len(streets.line_lat) else 0.0
    east = METRES_PER_DEGREE * float(np.cos(middle))
    x, y = streets.line_lon * east, streets.line_lat * METRES_PER_DEGREE
    lengths = np.diff(streets.line_first)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    start = np.flatnonzero(owner[:-1] == owner[1:]) if len(owner) else np.zeros(0, np.int64)
    width = float(np.ptp(x)) if len(x) else 0.0
    height = float(np.ptp(y)) if len(y) else 0.0
    cell = max(50.0, float(np.sqrt(width * height / max(1, len(start)))), (width + height) / 4000)
    columns, rows = int(width / cell) + 1, int(height / cell) + 1
    west, south = (float(x.min()), float(y.min())) if len(x) else (0.0, 0.0)
    frame = np.array([east, METRES_PER_DEGREE, west, south, cell, columns])
    cells, pieces = _cover(x, y, start.astype(np.uint32), frame)
    order = np.argsort(cells, kind="stable")
    return Grid(
        frame=frozen(frame, np.float64),
        x=frozen(x, np.float64),
        y=frozen(y, np.float64),
        along=frozen(_along(x, y, streets.line_first, owner), np.float64),
        start=frozen(start, np.uint32),
        segment=frozen(owner[start], np.uint32),
        handicap=frozen(np.where(main[owner[start]], 0.0, ISLAND_PENALTY_M), np.float64),
        cell_first=frozen(gather_first(cells, columns * rows), np.uint32),
        cell_piece=frozen(pieces[order], np.uint32),
    )


def _along(x: F64, y: F64, line_first: I64, owner: I64) -> F64:
    """(k) fraction of its line's length at each point."""
    if not len(x):
        return np.zeros(0)
    steps = np.concatenate(([0.0], np.hypot(np.diff(x), np.diff(y)) + 1e-9))
    run = np.cumsum(steps)
    begin, end = run[line_first[:-1]], run[line_first[1:] - 1]
    fractions: F64 = (run - begin[owner]) / np.maximum(end - begin, 1e-12)[owner]
    return fractions


@njit(cache=True, nogil=True)
def _cover(x: F64, y: F64, start: U32, frame: F64) -> tuple[I64, I64]:  # pragma: no cover
    """(cell, piece) for every cell that the box around a piece touches."""
    total = 0
    for fill in range(2):
        if fill:
            cells, pieces = np.empty(total, np.int64), np.empty(total, np.int64)
            total = 0
        for i in range(len(start)):
            a = start[i]
            b = a + ONE
            left = int((min(x[a], x[b]) - frame[2]) / frame[4])
            right = int((max(x[a], x[b]) - frame[2]) / frame[4])
            low = int((min(y[a], y[b]) - frame[3]) / frame[4])
            high = int((max(y[a], y[b]) - frame[3]) / frame[4])
            for row in range(low, high + 1):
                for column in range(left, right + 1):
                    if fill:
                        cells[total] = row * int(frame[5]) + column
                        pieces[total] = i
                    total += 1
    return cells, pieces


@njit(cache=True, nogil=True)
def _foot(px: Any, py: Any, a: Any, x: F64, y: F64) -> tuple[float, float]:  # pragma: no cover
    """(position 0..1 on the piece that starts at a, metres) of the point nearest to (px, py)."""
    dx, dy = x[a + ONE] - x[a], y[a + ONE] - y[a]
    square = dx * dx + dy * dy
    t = 0.0
    if square > 0:
        t = min(1.0, max(0.0, ((px - x[a]) * dx + (py - y[a]) * dy) / square))
    return t, np.hypot(px - x[a] - t * dx, py - y[a] - t * dy)


@njit(cache=True, nogil=True)
def _nearest(
    px: F64, py: F64, frame: F64, x: F64, y: F64, start: U32, handicap: F64, cell_first: U32,
    cell_piece: U32,
) -> tuple[I64, F64, F64]:  # fmt: skip  # pragma: no cover
    """Rings of cells around each point until nothing nearer can come."""
    size, columns = frame[4], int(frame[5])
    rows = (len(cell_first) - 1) // columns
    piece = np.zeros(len(px), np.int64)
    place, metres = np.zeros(len(px)), np.full(len(px), np.inf)
    for i in range(len(px)):
        column = min(columns - 1, max(0, int((px[i] - frame[2]) / size)))
        row = min(rows - 1, max(0, int((py[i] - frame[3]) / size)))
        best = np.inf
        for ring in range(max(rows, columns)):
            for r in range(max(0, row - ring), min(rows - 1, row + ring) + 1):
                rim = r in (row - ring, row + ring)
                step = 1 if rim or ring == 0 else 2 * ring
                for c in range(column - ring, column + ring + 1, step):
                    if c < 0 or c >= columns:
                        continue
                    cell = r * columns + c
                    for k in range(cell_first[cell], cell_first[cell + 1]):
                        candidate = cell_piece[k]
                        t, away = _foot(px[i], py[i], start[candidate], x, y)
                        if away + handicap[candidate] < best:
                            best = away + handicap[candidate]
                            piece[i], place[i], metres[i] = candidate, t, away
            # What lies in cells farther out is at least as far as the rim of these cells.
            rim_m = np.inf
            east, north = px[i] - frame[2], py[i] - frame[3]
            if column > ring:
                rim_m = min(rim_m, east - (column - ring) * size)
            if column + ring + 1 < columns:
                rim_m = min(rim_m, (column + ring + 1) * size - east)
            if row > ring:
                rim_m = min(rim_m, north - (row - ring) * size)
            if row + ring + 1 < rows:
                rim_m = min(rim_m, (row + ring + 1) * size - north)
            if best <= rim_m:
                break
    return piece, place, metres


@njit(cache=True, nogil=True)
def _within(
    px: float, py: float, metres: float, frame: F64, x: F64, y: F64, start: U32, cell_first: U32,
    cell_piece: U32,
) -> I64:  # fmt: skip  # pragma: no cover
    size, columns = frame[4], int(frame[5])
    rows = (len(cell_first) - 1) // columns
    found: Any = [np.int64(0) for _ in range(0)]
    left, right = int((px - metres - frame[2]) / size), int((px + metres - frame[2]) / size)
    low, high = int((py - metres - frame[3]) / size), int((py + metres - frame[3]) / size)
    for r in range(max(0, low), min(rows - 1, high) + 1):
        for c in range(max(0, left), min(columns - 1, right) + 1):
            for k in range(cell_first[r * columns + c], cell_first[r * columns + c + 1]):
                if _foot(px, py, start[cell_piece[k]], x, y)[1] <= metres:
                    found.append(np.int64(cell_piece[k]))
    return np.array(found)
