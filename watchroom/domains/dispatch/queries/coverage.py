"""What share of expected calls is left uncovered when a unit goes.

An approximation, and said so: where calls come from is counted by cells of about 500 m
(`DemandPoint`), and a unit's position is rounded to cells of about 250 m, so that what one cell
covers is computed once for the hour and not anew for every position. The times from cell to cell
are exact. Without demand points there is no answer, not a zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
import numpy.typing as npt
from django.db.models import Max

from watchroom.kernel.roads import roads

from ..models import DemandPoint

THREE_S, FIVE_S = 180.0, 300.0
CELL_DEGREES, MOST_CELLS = 0.0025, 8000
Bools = npt.NDArray[np.bool_]
Cell = tuple[int, int]
Standing = tuple[int, float, float]
"""(unit id, lon, lat)"""


@dataclass
class Demand:
    """Where calls come from, and what has been computed of who covers it."""

    key: tuple[object, ...]
    points: list[tuple[float, float]]
    share: npt.NDArray[np.float64]
    covers: dict[Cell, tuple[Bools, Bools]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def rows(self, cells: Sequence[Cell]) -> tuple[Bools, Bools]:
        """(cells, points) covered within three, and within five minutes."""
        with self.lock:
            if len(self.covers) > MOST_CELLS:
                self.covers.clear()
            if fresh := [c for c in dict.fromkeys(cells) if c not in self.covers]:
                self._compute(fresh)
            rows = [self.covers[c] for c in cells]
        return np.array([three for three, _ in rows]), np.array([five for _, five in rows])

    def _compute(self, cells: Sequence[Cell]) -> None:
        centres = [(x * CELL_DEGREES, y * CELL_DEGREES) for x, y in cells]
        seconds = roads.matrix(centres, self.points).seconds
        for cell, row in zip(cells, seconds, strict=True):
            self.covers[cell] = (row <= THREE_S, row <= FIVE_S)


_lock = Lock()
_kept: dict[str, Demand] = {}


def demand_now() -> Demand | None:
    """Where calls come from, for this hour's roads; None where nobody has counted yet."""
    rebuilt = DemandPoint.objects.aggregate(at=Max("rebuilt"))["at"]
    if rebuilt is None:
        return None
    key = (rebuilt, roads.state())
    with _lock:
        known = _kept.get("demand")
        if known is None or known.key != key:
            known = _kept["demand"] = _read(key)
    return known


def _read(key: tuple[object, ...]) -> Demand:
    rows = list(DemandPoint.objects.order_by("pk").values_list("lon", "lat", "share"))
    share = np.array([share for _, _, share in rows])
    return Demand(key, [(lon, lat) for lon, lat, _ in rows], share)


def cell_of(lon: float, lat: float) -> Cell:
    """The cell a position is rounded to."""
    return round(lon / CELL_DEGREES), round(lat / CELL_DEGREES)


def share_lost(
    units: Sequence[Standing], free: set[int]
) -> Mapping[int, tuple[float, float]] | None:
    """For each free unit, the shares of expected calls nobody else free reaches in 3 and 5 minutes.

    None where there is no history to tell where calls come from.
    """
    demand = demand_now()
    standing = [u for u in units if u[0] in free]
    if demand is None or not standing:
        return None if demand is None else {}
    cells, where, count = _cells(standing)
    three, five = demand.rows(cells)
    lost_3, lost_5 = (_alone(covers, demand.share, count) for covers in (three, five))
    return {
        u[0]: (float(lost_3[c]), float(lost_5[c])) for u, c in zip(standing, where, strict=True)
    }


def _cells(standing: Sequence[Standing]) -> tuple[list[Cell], list[int], npt.NDArray[np.int64]]:
    """(cells in use, the cell of each unit, units in each cell)"""
    index: dict[Cell, int] = {}
    where = [index.setdefault(cell_of(lon, lat), len(index)) for _, lon, lat in standing]
    return list(index), where, np.bincount(where, minlength=len(index))


def _alone(
    covers: Bools, share: npt.NDArray[np.float64], count: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """(cells) share of the calls that a unit there covers alone; two in a cell are not alone."""
    coverers = count @ covers
    lost = covers @ (share * (coverers == 1))
    return np.asarray(np.where(count == 1, lost, 0.0))


def covered_now(units: Sequence[Standing]) -> tuple[float, float] | None:
    """Shares of expected calls some unit reaches within 3 and 5 minutes; None if unknown."""
    demand = demand_now()
    if demand is None:
        return None
    if not units:
        return 0.0, 0.0
    three, five = (covers.any(axis=0) for covers in demand.rows(_cells(units)[0]))
    return float(demand.share[three].sum()), float(demand.share[five].sum())


def points_now(units: Sequence[Standing]) -> list[tuple[float, float, int]]:
    """(lon, lat, minutes) of each demand point: 3 or 5 where some unit is that near, else 0."""
    demand = demand_now()
    if demand is None or not units:
        return []
    three, five = (covers.any(axis=0) for covers in demand.rows(_cells(units)[0]))
    minutes = np.where(three, 3, np.where(five, 5, 0))
    return [(lon, lat, int(m)) for (lon, lat), m in zip(demand.points, minutes, strict=True)]
