"""What share of expected calls is left uncovered when a unit goes.

An approximation, and said so: where calls come from is counted by cells of about 500 m
(`DemandPoint`), and a unit counts as standing in the cell nearest to it. The times between cells
are exact and kept for the hour; only the position is rounded. Without demand points there is no
answer, not a zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt
from django.db.models import Max
from scipy.spatial import cKDTree

from watchroom.base.clock import local, now
from watchroom.kernel.roads import roads

from ..models import DemandPoint

THREE_S, FIVE_S = 180.0, 300.0
F32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Demand:
    """Cells, their shares of all calls, and the seconds between them."""

    key: tuple[object, ...]
    tree: cKDTree
    share: npt.NDArray[np.float64]
    seconds: F32
    stretch: float


_lock = Lock()
_kept: dict[str, Demand] = {}


def _demand() -> Demand | None:
    rebuilt = DemandPoint.objects.aggregate(at=Max("rebuilt"))["at"]
    if rebuilt is None:
        return None
    key = (rebuilt, roads.version, local(now()).hour)
    with _lock:
        known = _kept.get("demand")
        if known is None or known.key != key:
            known = _kept["demand"] = _read(key)
    return known


def _read(key: tuple[object, ...]) -> Demand:
    rows = np.array(
        list(DemandPoint.objects.order_by("pk").values_list("lon", "lat", "share")), np.float64
    )
    stretch = float(np.cos(np.radians(rows[:, 1].mean())))
    points = [(float(x), float(y)) for x, y in rows[:, :2]]
    seconds = roads.matrix(points, points).seconds.astype(np.float32)
    return Demand(key, cKDTree(rows[:, :2] * [stretch, 1.0]), rows[:, 2], seconds, stretch)


def share_lost(
    units: Sequence[tuple[int, float, float]], free: set[int]
) -> Mapping[int, tuple[float, float]] | None:
    """For each free unit, the shares of expected calls nobody else free reaches in 3 and 5 minutes.

    `units`: (id, lon, lat). None where there is no history to tell where calls come from.
    """
    demand = _demand()
    standing = [u for u in units if u[0] in free]
    if demand is None or not standing:
        return None if demand is None else {}
    places = np.array([(lon * demand.stretch, lat) for _, lon, lat in standing])
    _, cell = demand.tree.query(places)
    three = _only_there(demand, cell, THREE_S)
    five = _only_there(demand, cell, FIVE_S)
    return {unit[0]: (float(a), float(b)) for unit, a, b in zip(standing, three, five, strict=True)}


def _only_there(
    demand: Demand, cell: npt.NDArray[np.int64], within: float
) -> npt.NDArray[np.float64]:
    """(units) share of the calls that each unit alone covers."""
    used, count = np.unique(cell, return_counts=True)
    covers = demand.seconds[used] <= within
    coverers = count @ covers
    alone = covers @ (demand.share * (coverers == 1))
    # Two units in one cell cover the same: none of them is alone.
    by_cell = dict(zip(used.tolist(), np.where(count == 1, alone, 0.0), strict=True))
    return np.array([by_cell[int(c)] for c in cell])


def covered_now(units: Sequence[tuple[int, float, float]]) -> tuple[float, float] | None:
    """Shares of expected calls some free unit reaches within 3 and 5 minutes; None if unknown."""
    demand = _demand()
    if demand is None:
        return None
    if not units:
        return 0.0, 0.0
    _, cell = demand.tree.query(np.array([(lon * demand.stretch, lat) for _, lon, lat in units]))
    best = demand.seconds[np.unique(cell)].min(axis=0)
    return float(demand.share[best <= THREE_S].sum()), float(demand.share[best <= FIVE_S].sum())


def cells_now(units: Sequence[tuple[int, float, float]]) -> list[tuple[float, float, float]]:
    """(lon, lat, seconds of the nearest of these units) for each cell; empty if unknown."""
    demand = _demand()
    if demand is None or not units:
        return []
    _, cell = demand.tree.query(np.array([(lon * demand.stretch, lat) for _, lon, lat in units]))
    best = demand.seconds[np.unique(cell)].min(axis=0)
    places = demand.tree.data / [demand.stretch, 1.0]
    return [(float(x), float(y), float(s)) for (x, y), s in zip(places, best, strict=True)]
