"""What many units cover together: for every place the two nearest of them, in one search.

The nearest tells which share of the expected calls is reached in time, the second nearest what is
lost when a unit leaves: both exactly, for all units at once. A search from k sources that keeps two
labels of different sources at each crossing costs about two plain ones, whatever k is.
Source: Erwig, "The graph Voronoi diagram with applications" (Networks 36, 2000), of order two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from watchroom.road.arrays import F64, I32, NEVER, ONE, U32, to_seconds
from watchroom.road.ends import Ends
from watchroom.road.ground import Where
from watchroom.road.heap import pop, push
from watchroom.road.view import View

NOBODY = -1


@dataclass(frozen=True)
class Nearest:
    """Of l places the nearest source and the second nearest, another one."""

    seconds: F64
    """(l, 2) `inf` where none comes in time."""
    source: I32
    """(l, 2) index of the source, `NOBODY` where none comes in time."""

    @classmethod
    def of_matrix(cls, seconds: F64, limit: float) -> Nearest:
        """From the (k, l) seconds of every source to every place."""
        padded = np.vstack([seconds, np.full((2, seconds.shape[1]), np.inf)])
        source = np.argpartition(padded, 1, axis=0)[:2].T
        least = np.take_along_axis(padded.T, source, axis=1)
        order = np.argsort(least, axis=1, kind="stable")
        source, least = (np.take_along_axis(x, order, axis=1) for x in (source, least))
        near = least <= limit
        return cls(np.where(near, least, np.inf), np.where(near, source, NOBODY).astype(np.int32))

    def share_within(self, weight: npt.ArrayLike, limits: Sequence[float]) -> list[float]:
        """For each limit in seconds the share of the weight (l) whose nearest source is in time.

        0 where there is no weight at all.
        """
        weights = np.asarray(weight, np.float64)
        whole = float(weights.sum()) or 1.0
        return [float(weights[self.seconds[:, 0] <= s].sum()) / whole for s in limits]

    def share_lost(self, weight: npt.ArrayLike, limit: float, count: int) -> F64:
        """(count) for each source the share of the weight (l) that only it reaches in time."""
        weights = np.asarray(weight, np.float64)
        alone = (self.seconds[:, 0] <= limit) & (self.seconds[:, 1] > limit)
        lost = np.bincount(self.source[alone, 0], weights[alone], minlength=count)
        return np.asarray(lost / (float(weights.sum()) or 1.0))


class Reach:
    """What sources reach within a time, searched once and then asked for any places."""

    def __init__(self, view: View, sources: Where, seconds: float) -> None:
        """sources: k nodes or points (lon, lat); they and the places answer as in `View.matrix`."""
        self._view, self._limit = view, int(seconds * 1000)
        self._start = start = view.leaving(sources)
        t = view.network.topology
        owner = np.repeat(np.arange(len(start), dtype=np.int32), np.diff(start.first))
        self._cost, self._by = _spread_two(
            t.first, t.head, view.arc_ms, start.node, start.ms, owner, self._limit
        )

    def nearest(self, targets: Where | Ends) -> Nearest:
        """The two nearest sources of each of l places; equal to the two least of `View.matrix`."""
        goal = targets if isinstance(targets, Ends) else self._view.arriving(targets)
        one, other, ms = self._view.along_street(self._start, goal)
        cost, by = _two_at(
            goal.first, goal.node, goal.ms, self._cost, self._by,
            one.astype(np.int32), other, ms, self._limit,
        )  # fmt: skip
        return Nearest(to_seconds(cost), by)

    def seconds_at(self, goal: Ends) -> F64:
        """(l) seconds from the nearest source; quicker than `nearest` and without the stretch of
        a source's own street: enough for drawing."""
        known = np.append(np.minimum(self._cost[goal.node, 0] + goal.ms, NEVER), NEVER)
        ms: I32 = np.minimum.reduceat(known, goal.first[:-1]) if len(goal) else known[:0]
        ms[np.diff(goal.first) == 0] = NEVER
        return to_seconds(np.where(ms > self._limit, NEVER, ms).astype(np.int32))


@njit(cache=True, nogil=True)
def _offer(cost: I32, by: I32, v: Any, at: Any, who: Any) -> Any:  # pragma: no cover
    """Keep the label if it is among the two least of different sources; whether it was."""
    if by[v, 0] == who:
        if at >= cost[v, 0]:
            return False
        cost[v, 0] = at
    elif at < cost[v, 0]:
        cost[v, 1], by[v, 1] = cost[v, 0], by[v, 0]
        cost[v, 0], by[v, 0] = at, who
    elif at < cost[v, 1]:
        cost[v, 1], by[v, 1] = at, who
    else:
        return False
    return True


@njit(cache=True, nogil=True)
def _spread_two(
    first: U32, head: U32, ms: I32, seeds: U32, spent: I32, owner: I32, limit: int
) -> tuple[I32, I32]:  # pragma: no cover
    """(cost, by), each (n, 2): milliseconds and source of the two nearest; beyond limit not final.

    seeds, spent, owner: a source begins at a node with so many milliseconds spent.
    """
    n = len(first) - 1
    cost = np.full((n, 2), np.int32(NEVER), np.int32)
    by = np.full((n, 2), np.int32(NOBODY), np.int32)
    settled = np.zeros(n, np.uint8)
    heap = np.empty(len(seeds) + 2 * len(head), np.int64)
    size = 0
    for i in range(len(seeds)):
        if _offer(cost, by, seeds[i], spent[i], owner[i]):
            push(heap, size, (np.int64(spent[i]) << 32) | np.int64(seeds[i]))
            size += 1
    while size > 0:
        key = pop(heap, size)
        size -= 1
        at = np.int32(key >> 32)
        v = np.uint32(key & 0xFFFFFFFF)
        if at > limit:
            break
        slot = settled[v]
        if slot > 1 or at != cost[v, slot]:
            continue
        settled[v] = slot + 1
        who = by[v, slot]
        for arc in range(first[v], first[v + ONE]):
            u = head[arc]
            reach = np.int32(at + ms[arc])
            if reach <= limit and _offer(cost, by, u, reach, who):
                push(heap, size, (np.int64(reach) << 32) | np.int64(u))
                size += 1
    return cost, by


@njit(cache=True, nogil=True)
def _two_at(
    first: Any, node: U32, extra: I32, cost: I32, by: I32,
    source: I32, target: Any, along: I32, limit: int,
) -> tuple[I32, I32]:  # fmt: skip  # pragma: no cover
    """`_spread_two`'s labels carried on to places; `source` to `target` also `along` a street."""
    count = len(first) - 1
    near = np.full((count, 2), np.int32(NEVER), np.int32)
    who = np.full((count, 2), np.int32(NOBODY), np.int32)
    for i in range(count):
        for seed in range(first[i], first[i + 1]):
            for slot in range(2):
                at = np.int32(cost[node[seed], slot] + extra[seed])
                if at <= limit:
                    _offer(near, who, i, at, by[node[seed], slot])
    for i in range(len(source)):
        if along[i] <= limit:
            _offer(near, who, target[i], along[i], source[i])
    return near, who
