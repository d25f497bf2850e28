"""What free units cover now: one answer for the ranking, the board, the feeds and the posts.

One search over the roads gives for every place the two nearest units: from the nearest comes which
share of the expected matters is reached in time, from the second what one unit alone covers. An
answer is kept while nobody came or left and nobody moved far, for a few seconds at most.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from watchroom.base.clock import local, now

from .demand import Demand, expected
from .roads import FAR_M, roads, straight

if TYPE_CHECKING:
    from watchroom.road.cells import Cells
    from watchroom.road.coverage import Nearest, Reach
    from watchroom.road.ends import Ends
    from watchroom.road.outline import Polygon
    from watchroom.road.view import View

F64 = npt.NDArray[np.float64]
Standing = tuple[int, float, float]
"""(unit id, lon, lat)"""
MINUTES = (1, 3, 5)
KEPT_S, MOVED_M, KEPT_ANSWERS = 5.0, 150.0, 32
METRES_PER_DEGREE = 111_195.0


class Ground:
    """The roads of one hour with its closures, and what is worked out once for them."""

    def __init__(self, view: View, demand: Demand | None) -> None:
        self.view, self.demand = view, demand

    @cached_property
    def calls(self) -> Ends | None:
        """Where matters are expected, as ends of journeys."""
        return None if self.demand is None else self.view.arriving(self.demand.points)

    @cached_property
    def cells(self) -> tuple[Cells, Ends]:
        """The streets in cells, for drawing."""
        from watchroom.road import cells  # noqa: PLC0415 - the engine loads with the roads

        laid = cells.lay(self.view.network)
        return laid, laid.spots(self.view)


@dataclass(frozen=True, eq=False)
class Covered:
    """What these units cover. Shares are of the matters expected in this hour."""

    unit_ids: tuple[int, ...]
    """Without those that stand beside no street: they reach nothing in time."""
    by_road: bool
    weight: F64 | None
    """(c) the share of each cell of the demand; None where nobody has counted yet."""
    nearest: Nearest | None
    """The two nearest units of each of those cells; None where nobody has counted yet."""
    _ground: Ground | None
    _reach: Reach | None

    @cached_property
    def within(self) -> Mapping[int, float] | None:
        """Share reached within 1, 3 and 5 minutes; None where nobody has counted yet."""
        if self.nearest is None or self.weight is None:
            return None
        shares = self.nearest.share_within(self.weight, [60.0 * m for m in MINUTES])
        return dict(zip(MINUTES, shares, strict=True))

    def lost(self, minutes: int) -> Mapping[int, float] | None:
        """For each unit the share that no other reaches in time; None as in `within`."""
        if self.nearest is None or self.weight is None:
            return None
        lost = self.nearest.share_lost(self.weight, 60.0 * minutes, len(self.unit_ids))
        return dict(zip(self.unit_ids, lost.tolist(), strict=True))

    @cached_property
    def areas(self) -> Mapping[int, list[Polygon]]:
        """The area reached within 5, 3 and 1 minutes by road; empty without a network."""
        if self._ground is None or self._reach is None:
            return {}
        laid, spots = self._ground.cells
        seconds = laid.seconds(self._reach, spots)
        return {m: laid.outline(seconds <= 60.0 * m) for m in sorted(MINUTES, reverse=True)}


def covered(units: Sequence[Standing], kind: str) -> Covered:
    """What these units cover of the matters of a kind, on the roads as they are now."""
    ids = tuple(unit[0] for unit in units)
    points = np.array([unit[1:] for unit in units], np.float64).reshape(-1, 2)
    demand = expected(kind)
    key = (ids, kind, demand and demand.rebuilt, roads.state())
    known = _answers.get(key, points)
    return known or _answers.keep(key, points, _work_out(ids, points, demand))


def _work_out(ids: tuple[int, ...], points: F64, demand: Demand | None) -> Covered:
    weight = None if demand is None else demand.share(local(now()).hour)
    view = roads.view()
    if view is None:
        return Covered(ids, False, weight, _straight(points, demand), None, None)
    from watchroom.road.coverage import Reach  # noqa: PLC0415 - the engine loads with the roads

    ground, near = _ground(view, demand), _beside_a_street(view, points)
    reach = Reach(view, points[near], 60.0 * max(MINUTES))
    nearest = reach.nearest(ground.calls) if ground.calls is not None else None
    on_roads = tuple(unit for unit, beside in zip(ids, near.tolist(), strict=True) if beside)
    return Covered(on_roads, True, weight, nearest, ground, reach)


def _beside_a_street(view: View, points: F64) -> npt.NDArray[np.bool_]:
    """A unit beside no street covers nothing."""
    return np.asarray(view.network.snap(points[:, 0], points[:, 1]).metres <= FAR_M)


def _straight(points: F64, demand: Demand | None) -> Nearest | None:
    if demand is None:
        return None
    from watchroom.road.coverage import Nearest  # noqa: PLC0415 - the engine loads with the roads

    return Nearest.of_matrix(straight(points, demand.points), 60.0 * max(MINUTES))


_lock = Lock()
_grounds: list[Ground] = []


def _ground(view: View, demand: Demand | None) -> Ground:
    with _lock:
        if not _grounds or _grounds[0].view is not view or _grounds[0].demand is not demand:
            _grounds[:] = [Ground(view, demand)]
        return _grounds[0]


class _Answers:
    """The last answers, each with where the units stood and when it was worked out."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[object, tuple[float, F64, Covered]] = OrderedDict()

    def get(self, key: object, points: F64) -> Covered | None:
        with self._lock:
            known = self._kept.get(key)
        if known is None or time.monotonic() - known[0] > KEPT_S:
            return None
        moved = (points - known[1]) * METRES_PER_DEGREE
        return None if (np.abs(moved) > MOVED_M).any() else known[2]

    def keep(self, key: object, points: F64, answer: Covered) -> Covered:
        with self._lock:
            self._kept[key] = (time.monotonic(), points, answer)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT_ANSWERS:
                self._kept.popitem(last=False)
        return answer


_answers = _Answers()
