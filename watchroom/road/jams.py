"""Slow (or fast) traffic in an area: a jam, fog in a valley, a market day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from watchroom.road.arrays import F64, I32, I64, NEVER
from watchroom.road.checking import refusal
from watchroom.road.ends import spread_groups
from watchroom.road.ground import Ground
from watchroom.road.streets import CLASSES


@dataclass(frozen=True)
class Jam:
    """Inside `area` streets are driven at `factor` times the hour's speed."""

    area: BaseGeometry
    """Polygon or multipolygon, lon/lat degrees."""
    factor: float
    """0.01 to 100; 0.5 is half as fast."""
    classes: frozenset[str] = frozenset()
    """Street classes it holds for (`streets.CLASSES`); empty: all."""

    def __post_init__(self) -> None:
        if not 0.01 <= self.factor <= 100:
            raise refusal(
                f"车速系数 {self.factor} 必须在 0.01 到 100 之间。",
                f"The speed factor {self.factor} must be from 0.01 to 100.",
            )
        unknown = sorted(self.classes - set(CLASSES))
        if unknown:
            raise refusal(
                f"没有“{unknown[0]}”这种道路等级。", f"There is no street class {unknown[0]!r}."
            )


def segments_inside(ground: Ground, area: BaseGeometry) -> tuple[I64, F64]:
    """(segments, share of their length inside) for the segments that lie in an area.

    Measured by the straight pieces of the lines: a piece is inside if its middle is.
    """
    g = ground.grid
    a = g.start.astype(np.int64)
    east, north = (g.x[a] + g.x[a + 1]) / 2, (g.y[a] + g.y[a + 1]) / 2
    west, south, right, top = np.asarray(area.bounds) * np.tile(g.frame[:2], 2)
    near = np.flatnonzero((east >= west) & (east <= right) & (north >= south) & (north <= top))
    shapely.prepare(area)
    held = shapely.contains_xy(area, east[near] / g.frame[0], north[near] / g.frame[1])
    pieces = near[held]
    shares = g.along[a[pieces] + 1] - g.along[a[pieces]]
    segments, where = np.unique(g.segment[pieces].astype(np.int64), return_inverse=True)
    return segments, np.minimum(1.0, np.bincount(where, shares, len(segments)))


def slowed_edges(ground: Ground, edge_ms: I32, jams: tuple[Jam, ...]) -> tuple[I64, I32]:
    """(edges, milliseconds) of the edges that the jams change; several jams multiply."""
    longer = np.ones(len(edge_ms))
    for jam in jams:
        segments, share = segments_inside(ground, jam.area)
        first, places = spread_groups(ground.streets.segment_first, segments)
        edges = ground.streets.segment_edge[places]
        times = np.repeat(1 + share * (1 / jam.factor - 1), np.diff(first))
        held = [CLASSES.index(kind) for kind in jam.classes or CLASSES]
        bound = np.isin(ground.streets.edge_class[edges], held)
        longer[edges[bound]] *= times[bound]
    changed = np.flatnonzero(longer != 1)
    ms = np.minimum(np.rint(edge_ms[changed] * longer[changed]), NEVER - 1)
    return changed, ms.astype(np.int32)
