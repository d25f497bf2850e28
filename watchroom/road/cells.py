"""Streets laid out in square cells: how an area that is reached by road is drawn, quickly.

A drawing, not a promise: a cell counts as reached when some street in it is. The times behind it
are exact, on the streets and not only at the crossings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from watchroom.road.arrays import F64, I64, Bools
from watchroom.road.coverage import Reach
from watchroom.road.ends import Ends
from watchroom.road.ground import Ground
from watchroom.road.outline import Polygon, polygons
from watchroom.road.view import View

METRES_PER_DEGREE = 111_195.0
DECIMALS = 6
"""Of degrees: 0.1 m."""
SAMPLE_M = 100.0
"""Streets are looked at once in so many metres."""


@dataclass(frozen=True)
class Cells:
    """The cells that streets run through, c of them, and s spots on the streets in their order."""

    row: I64
    """(c) southmost first; within a row from the west."""
    column: I64
    """(c)"""
    first: I64
    """(c) the spots of cell i are first[i]:first[i + 1]."""
    segment: I64
    """(s) street segment of each spot."""
    fraction: F64
    """(s) how far along its line."""
    size: tuple[float, float]
    """Width and height of a cell in degrees."""

    def spots(self, view: View) -> Ends:
        """The spots as ends of journeys: worked out once for a view, it costs more than a look."""
        return view.arriving_at(self.segment, self.fraction)

    def seconds(self, reach: Reach, spots: Ends) -> F64:
        """(c) when the nearest source is in each cell; `inf` where it is not in time."""
        seconds = reach.seconds_at(spots)
        return np.asarray(np.minimum.reduceat(seconds, self.first)) if len(self.row) else seconds

    def outline(self, chosen: Bools) -> list[Polygon]:
        """The chosen (c) cells as polygons, as `outline.polygons` gives them, in degrees."""
        wide, tall = self.size
        found = polygons(self.row[chosen], self.column[chosen])
        return [[np.round(ring * [wide, tall], DECIMALS) for ring in rings] for rings in found]


def lay(network: Ground, metres: float = 300.0) -> Cells:
    """The streets of a network in cells of about so many metres."""
    segment, fraction, lon, lat = _sampled(network)
    tall = metres / METRES_PER_DEGREE
    wide = tall / float(np.cos(np.radians(network.lat.mean())))
    row, column = (np.floor(x).astype(np.int64) for x in (lat / tall, lon / wide))
    order = np.lexsort((column, row))
    row, column = row[order], column[order]
    first = np.flatnonzero(np.r_[True, (np.diff(row) != 0) | (np.diff(column) != 0)][: len(row)])
    return Cells(row[first], column[first], first, segment[order], fraction[order], (wide, tall))


def _sampled(network: Ground) -> tuple[I64, F64, F64, F64]:
    """(segment, fraction, lon, lat) of spots along every street, at most `SAMPLE_M` apart."""
    s = network.streets
    points = np.diff(s.line_first)
    owner = np.repeat(np.arange(len(points)), points)
    begin = np.flatnonzero(owner[:-1] == owner[1:])
    east = np.diff(s.line_lon) * np.cos(np.radians(s.line_lat[:-1]))
    steps = np.hypot(east, np.diff(s.line_lat))[begin] + 1e-15
    whole = np.bincount(owner[begin], steps, minlength=len(points))
    before = np.cumsum(steps) - steps
    before -= before[np.searchsorted(owner[begin], owner[begin])]
    count = np.maximum(1, np.ceil(steps * METRES_PER_DEGREE / SAMPLE_M)).astype(np.int64)
    piece = np.repeat(np.arange(len(begin)), count)
    nth = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    part = (nth + 0.5) / count[piece]
    segment, at = owner[begin][piece], begin[piece]
    fraction = np.minimum(1.0, (before[piece] + part * steps[piece]) / whole[segment])
    lon = s.line_lon[at] + part * (s.line_lon[at + 1] - s.line_lon[at])
    lat = s.line_lat[at] + part * (s.line_lat[at + 1] - s.line_lat[at])
    return segment.astype(np.int64), fraction, lon, lat
