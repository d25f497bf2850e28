"""The network under one set of weights: what dispatch asks its questions of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from watchroom.road import search, sweeps
from watchroom.road.arrays import F64, I32, I64, NEVER, U32, Bools, frozen, to_seconds
from watchroom.road.customise import Weights, customise
from watchroom.road.ends import Ends, arriving_points, least, shorten_along_street
from watchroom.road.ground import Ground, Where
from watchroom.road.route import Route, trace


@dataclass(frozen=True)
class Isochrone:
    """Everything that can be reached within a time."""

    nodes: I32
    """(r) public nodes reached, nearest first."""
    seconds: F64
    """(r) when."""


class Pinned:
    """Sources that will be ranked for many targets, as the units of one moment for all calls.

    Making it costs about three rankings; each ranking is then several times quicker.
    """

    def __init__(self, view: View, sources: Where) -> None:
        self._view = view
        self._start = view.leaving(sources)
        h = view.network.hierarchy
        ranks = h.rank[self._start.node]
        self._chosen = sweeps.ancestors(h.parent, ranks)
        self._packed = sweeps.pack(h.up_first, h.up_head, view.up, self._chosen)
        self._places = np.searchsorted(self._chosen, ranks).astype(np.uint32)

    def travel_times(self, target: Where) -> F64:
        """(k) seconds from each source to one target; equal to `View.travel_times`."""
        view, start = self._view, self._start
        goal, h = view.arriving(target), view.network.hierarchy
        seed_ms = sweeps.rank_packed(
            h.parent, h.up_first, h.up_head, view.down, *self._packed, self._chosen,
            h.rank[goal.node], goal.ms, self._places, view.network.scratch.cost,
        )  # fmt: skip
        ms = least(np.minimum(seed_ms + start.ms, NEVER), start.first)
        block = ms.reshape(len(start), 1)
        shorten_along_street(block, start, goal, view.network.streets, view.open_ms)
        return to_seconds(block.ravel())


class View:
    """Network and weights, immutable; any number of threads may ask at once.

    Times are seconds, `inf` where there is no way. They are exact sums of whole milliseconds:
    equal to Dijkstra's algorithm on the same weights, not close to it.
    """

    def __init__(self, network: Ground, edge_ms: I32, closed: Bools | None = None) -> None:
        """edge_ms: (E) milliseconds of every edge; closed: (E) edges that may not be entered."""
        self.network = network
        self.open_ms = frozen(edge_ms, np.int32)
        shut = edge_ms if closed is None else np.where(closed, NEVER, edge_ms)
        self.edge_ms = frozen(shut, np.int32)
        self.arc_ms = frozen(self.edge_ms[network.topology.edge], np.int32)
        self.up, self.down = customise(network.hierarchy, self.arc_ms)

    def travel_times(self, sources: Where, target: Where) -> F64:
        """(k) seconds from each of k sources to one target: the dispatch ranking."""
        start, goal = self.leaving(sources), self.arriving(target)
        return to_seconds(self._rank(goal, start, self.down, self.up, start, goal))

    def travel_times_from(self, source: Where, targets: Where) -> F64:
        """(k) seconds from one source to each of k targets."""
        start, goals = self.leaving(source), self.arriving(targets)
        return to_seconds(self._rank(start, goals, self.up, self.down, start, goals))

    def matrix(self, sources: Where, targets: Where) -> F64:
        """(k, l) seconds from each of k sources to each of l targets."""
        return to_seconds(self.matrix_ms(sources, targets))

    def matrix_ms(self, sources: Where, targets: Where) -> I32:
        """`matrix` as whole milliseconds, NEVER where there is no way: half the memory."""
        start, goal = self.leaving(sources), self.arriving(targets)
        if len(start) <= len(goal):
            ms = self._sweep(start, goal, self.up, self.down)
        else:
            ms = np.ascontiguousarray(self._sweep(goal, start, self.down, self.up).T)
        self._shorten_along_street(ms, start, goal)
        return ms

    def isochrone(self, source: Where, seconds: float) -> Isochrone:
        """The public nodes within `seconds` of one source, nearest first, with their times."""
        start = self.leaving(source)
        t = self.network.topology
        nodes, cost = self.spread(t.first, t.head, self.arc_ms, start, int(seconds * 1000))
        if t.places == len(t.base):
            return Isochrone(nodes.astype(np.int32), to_seconds(cost))
        public, where = np.unique(t.base[nodes], return_index=True)
        order = np.argsort(where, kind="stable")
        return Isochrone(public[order], to_seconds(cost[where][order]))

    def pin(self, sources: Where) -> Pinned:
        """The sources made ready to be ranked for many targets; see `Pinned`."""
        return Pinned(self, sources)

    def nearest(self, sources: Where, target: Where, count: int) -> tuple[I32, F64]:
        """(indices into sources, seconds) of the `count` sources nearest to the target, in order.

        Searches outward from the target and stops early: for many units this beats ranking all.
        Ties are ordered by index. Fewer come back where fewer can reach the target.
        """
        start, goal = self.leaving(sources), self.arriving(target)
        ms = self._near(start, goal, count)
        best = np.lexsort((np.arange(len(ms)), ms))[:count]
        best = best[ms[best] < NEVER]
        return best.astype(np.int32), to_seconds(ms[best])

    def route(self, source: Where, target: Where) -> Route | None:
        """The quickest way from one source to one target, or None where there is none."""
        weights = Weights(self.open_ms, self.arc_ms, self.up, self.down)
        return trace(self.network, weights, self.leaving(source), self.arriving(target))

    def leaving(self, where: Where) -> Ends:
        """Places as starts of journeys under these weights."""
        return self.network.leaving(where, self.open_ms)

    def arriving(self, where: Where) -> Ends:
        """Places as ends of journeys under these weights."""
        return self.network.arriving(where, self.open_ms)

    def arriving_at(self, segment: I64, fraction: F64) -> Ends:
        """Points given by street segment and share of its line as ends of journeys."""
        network = self.network
        at = (segment, fraction)
        return arriving_points(network.topology, network.streets, self.open_ms, at)

    def _rank(
        self, pinned: Ends, others: Ends, out: I32, back: I32, start: Ends, goal: Ends
    ) -> I32:
        h = self.network.hierarchy
        borrowed = self.network.scratch
        seed_ms = sweeps.rank_many(
            h.parent, h.up_first, h.up_head, out, back, h.rank[pinned.node], pinned.ms,
            h.rank[others.node], borrowed.cost, borrowed.known, borrowed.path,
        )  # fmt: skip
        ms = least(np.minimum(seed_ms + others.ms, NEVER), others.first)
        block = ms.reshape(len(start), len(goal))
        self._shorten_along_street(block, start, goal)
        return block.ravel()

    def _sweep(self, pinned: Ends, others: Ends, out: I32, back: I32) -> I32:
        h = self.network.hierarchy
        ranks = h.rank[pinned.node]
        order = np.argsort(ranks, kind="stable")
        ends = h.rank[others.node]
        result = np.empty((len(order), len(ends)), np.int32)
        chosen = sweeps.ancestors(h.parent, ends)
        sweeps.sweep_lanes(
            h.parent, h.up_first, h.up_head, h.up_tail, out, back, ranks[order], ends, chosen,
            order, result,
        )  # fmt: skip
        result += pinned.ms[:, None]
        result += others.ms
        np.minimum(result, NEVER, out=result)
        return least(least(result, others.first).T, pinned.first).T

    def _near(self, start: Ends, goal: Ends, count: int) -> I32:
        t = self.network.topology
        best = np.full((len(start), 1), NEVER, np.int32)
        self._shorten_along_street(best, start, goal)
        order = np.argsort(start.node, kind="stable")
        owner = np.repeat(np.arange(len(start)), np.diff(start.first))[order].astype(np.int32)
        borrowed = self.network.scratch
        search.near(
            t.into_first, self.into[0], self.into[1], goal.node, goal.ms, start.node[order],
            start.ms[order], owner, count, best[:, 0], borrowed.cost, borrowed.mark,
            borrowed.heap,
        )  # fmt: skip
        return best[:, 0]

    @cached_property
    def into(self) -> tuple[U32, I32]:
        """(tails, milliseconds) of the arcs, grouped by head: the graph driven backwards."""
        t = self.network.topology
        tails = frozen(t.tail[t.into_arc], np.uint32)
        return tails, frozen(self.arc_ms[t.into_arc], np.int32)

    def spread(self, first: U32, head: U32, ms: I32, start: Ends, limit: int) -> tuple[U32, I32]:
        """(nodes, milliseconds) of the graph within `limit` milliseconds, nearest first."""
        borrowed = self.network.scratch
        nodes = search.spread(
            first, head, ms, start.node, start.ms, limit, borrowed.cost, borrowed.heap
        )
        cost = borrowed.cost[nodes]
        search.forget_around(first, head, start.node, nodes, borrowed.cost)
        return nodes, cost

    def _shorten_along_street(self, ms: I32, start: Ends, goal: Ends) -> None:
        """Two points on one street may be joined without passing any crossing."""
        shorten_along_street(ms, start, goal, self.network.streets, self.open_ms)
