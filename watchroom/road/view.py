"""The network under one set of weights: what dispatch asks its questions of."""

from __future__ import annotations

import numpy as np

from watchroom.road import search, sweeps
from watchroom.road.arrays import F64, I32, I64, NEVER, to_seconds
from watchroom.road.checking import refusal
from watchroom.road.ends import Ends, least
from watchroom.road.ground import Where
from watchroom.road.isochrone import Isochrone, Reached, Stretches, driven_stretches
from watchroom.road.route import Route, trace
from watchroom.road.weighted import Weighted

FEW = 8
"""Up to so many rows of a matrix are worked out as rankings, more as sweeps."""


class Pinned:
    """Sources that will be ranked for many targets, as the units of one moment for all calls.

    Making it costs about three rankings; each ranking is then several times quicker.
    """

    def __init__(self, view: View, sources: Where) -> None:
        self._view = view
        self._start = view.leaving(sources)
        h = view.network.hierarchy
        self._chosen = sweeps.ancestors(h.parent, self._start.node)
        self._packed = sweeps.pack(h.up_first, h.up_head, view.up, self._chosen)
        self._place = sweeps.places(len(h.parent), self._chosen)
        self._ends = self._place[self._start.node]

    def travel_times(self, target: Where) -> F64:
        """(k) seconds from each source to one target; equal to `View.travel_times`."""
        view, start = self._view, self._start
        goal, h = view.arriving(target), view.network.hierarchy
        seed_ms = sweeps.rank_packed(
            h.parent, h.up_first, h.up_head, view.down, *self._packed, self._place,
            goal.node, goal.ms, self._ends, view.network.scratch.cost,
        )  # fmt: skip
        ms = least(np.minimum(seed_ms + start.ms, NEVER), start.first)
        block = ms.reshape(len(start), 1)
        view.shorten(block, start, goal)
        return to_seconds(block.ravel())


class View(Weighted):
    """Network and weights, immutable; any number of threads may ask at once.

    Times are seconds, `inf` where there is no way. They are exact sums of whole milliseconds:
    equal to Dijkstra's algorithm on the same weights, not close to it. Journeys to a point (not to
    a crossing by number) end with the walk from the street to the point.
    """

    def travel_times(self, sources: Where, targets: Where) -> F64:
        """(k) seconds from each of k sources to one target, or from one source to k targets.

        The first is the dispatch ranking. For many of both there is `matrix`.
        """
        start, goal = self.leaving(sources), self.arriving(targets)
        if len(goal) == 1:
            return to_seconds(self._rank(goal, start, self.down, self.up, start, goal))
        if len(start) != 1:
            raise refusal(
                "多个起点对多个终点请用 matrix。", "For many sources and many targets use matrix."
            )
        return to_seconds(self._rank(start, goal, self.up, self.down, start, goal))

    def matrix(self, sources: Where, targets: Where) -> F64:
        """(k, l) seconds from each of k sources to each of l targets."""
        return to_seconds(self.matrix_ms(sources, targets))

    def matrix_ms(self, sources: Where, targets: Where) -> I32:
        """`matrix` as whole milliseconds, NEVER where there is no way: half the memory."""
        start, goal = self.leaving(sources), self.arriving(targets)
        if len(start) <= len(goal):
            ms = self._block(start, goal, self.up, self.down)
        else:
            ms = np.ascontiguousarray(self._block(goal, start, self.down, self.up).T)
        self.shorten(ms, start, goal)
        return ms

    def isochrone(self, source: Where, seconds: float) -> Isochrone:
        """What can be reached within `seconds` of a source (or of the nearest of several)."""
        start = self.leaving(source)
        _, nodes, ms = self._reached(start, np.array([0, len(start.node)]), seconds)
        return Isochrone(nodes, to_seconds(ms), lambda: driven_stretches(self, start, seconds))

    def driven(self, source: Where, seconds: float) -> Stretches:
        """The streets of `isochrone` alone."""
        return driven_stretches(self, self.leaving(source), seconds)

    def reached(self, sources: Where, seconds: float) -> Reached:
        """What each of k sources reaches within `seconds`: coverage of posts in one go."""
        start = self.leaving(sources)
        first, nodes, ms = self._reached(start, start.first, seconds)
        return Reached(first, nodes, ms)

    def pin(self, sources: Where) -> Pinned:
        """The sources made ready to be ranked for many targets; see `Pinned`."""
        return Pinned(self, sources)

    def nearest(self, target: Where, sources: Where, k: int) -> tuple[I32, F64]:
        """(indices into sources, seconds) of the k sources nearest to the target, in order.

        Searches outward from the target and stops early: for many units this beats ranking all.
        Ties are ordered by index. Fewer come back where fewer can reach the target.
        """
        start, goal = self.leaving(sources), self.arriving(target)
        direct = np.full((len(start), 1), NEVER, np.int32)
        self.shorten(direct, start, goal)
        t, s = self.network.topology, self.network.scratch
        who, ms = search.near(
            t.into_tail, self.into_ms, goal.node, goal.ms, self.bucket_shift(goal.ms),
            start.first, start.node, start.ms, direct[:, 0], max(1, min(k, len(start))),
            s.backward, s.buckets, s.pool, s.path, s.mark,
        )  # fmt: skip
        return who[: max(k, 0)], to_seconds(ms[: max(k, 0)])

    def route(self, source: Where, target: Where) -> Route | None:
        """The quickest way from one source to one target, or None where there is none."""
        return trace(self, self.leaving(source), self.arriving(target))

    def _rank(
        self, pinned: Ends, others: Ends, out: I32, back: I32, start: Ends, goal: Ends
    ) -> I32:
        h, s = self.network.hierarchy, self.network.scratch
        ms = sweeps.rank_many(
            h.parent, h.up_first, h.up_head, out, back, pinned.node, pinned.ms, others.first,
            others.node, others.ms, s.cost, s.near, s.path,
        )  # fmt: skip
        self.shorten(ms.reshape(len(start), len(goal)), start, goal)
        return ms

    def _block(self, pinned: Ends, others: Ends, out: I32, back: I32) -> I32:
        """(pinned, others) milliseconds; two points on one street not yet looked at."""
        h, s = self.network.hierarchy, self.network.scratch
        if len(pinned) <= FEW:
            block = np.empty((len(pinned), len(others)), np.int32)
            for i in range(len(pinned)):
                seeds = slice(pinned.first[i], pinned.first[i + 1])
                block[i] = sweeps.rank_many(
                    h.parent, h.up_first, h.up_head, out, back, pinned.node[seeds],
                    pinned.ms[seeds], others.first, others.node, others.ms, s.cost, s.near, s.path,
                )  # fmt: skip
            return block
        order = np.argsort(pinned.node, kind="stable")
        result = np.empty((len(order), len(others.node)), np.int32)
        chosen = sweeps.ancestors(h.parent, others.node)
        sweeps.sweep_lanes(
            h.parent, h.up_first, h.up_head, h.up_tail, out, back, pinned.node[order],
            others.node, chosen, order, result,
        )  # fmt: skip
        if pinned.ms.any() or others.ms.any():
            result += pinned.ms[:, None]
            result += others.ms
        np.minimum(result, NEVER, out=result)
        return least(least(result, others.first).T, pinned.first).T

    def _reached(self, start: Ends, first: I64, seconds: float) -> tuple[I64, I32, I32]:
        t, s = self.network.topology, self.network.scratch
        mark = s.mark if t.places < len(t.base) else s.mark[:0]
        return search.reached(
            t.head, self.arc_ms, first, start.node, start.ms,
            min(int(seconds * 1000), NEVER - 1), self.bucket_shift(start.ms), t.base,
            s.forward, s.buckets, s.pool, s.path, mark,
        )  # fmt: skip
