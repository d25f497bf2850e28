"""The network under one set of weights, and how journeys begin and end under them."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import Self

import numpy as np

from watchroom.road import search
from watchroom.road.arrays import F64, I32, I64, NEVER, Bools, frozen
from watchroom.road.cordon import Cordon
from watchroom.road.customise import amend, customise
from watchroom.road.ends import Ends, Pairs, along_street, spread_groups
from watchroom.road.ground import Ground, Snapped, Where
from watchroom.road.weights import with_turns


class Weighted:
    """Streets, weights and closures: immutable."""

    def __init__(
        self,
        network: Ground,
        edge_ms: I32,
        closed: Bools | None = None,
        weights: tuple[I32, I32] | None = None,
        slot: int | None = None,
    ) -> None:
        """edge_ms: (E) milliseconds of every edge; closed: (E) edges that may not be driven.

        weights: (up, down) of the hierarchy for just these milliseconds, where they are known;
        slot: the hour of the week whose turn restrictions bind.
        """
        shut = edge_ms if closed is None else np.where(closed, NEVER, edge_ms)
        self.network = network
        self.edge_ms = frozen(shut, np.int32)
        self.slot = slot
        t = network.topology
        self.arc_ms = frozen(with_turns(t, slice(None), self.edge_ms[t.edge], slot), np.int32)
        self.up, self.down = weights or customise(network.hierarchy, self.arc_ms)
        self.cordon = None if closed is None else _cordon(network, np.flatnonzero(closed))

    def changed(self, edges: I64, ms: I32) -> Self:
        """The view in which some edges take other times (NEVER: closed); this one stays as it is.

        Meant for few edges: works out only what leans on them.
        """
        t, twin = self.network.topology, copy(self)
        edge_ms, arc_ms = self.edge_ms.copy(), self.arc_ms.copy()
        edge_ms[edges] = ms
        counts, places = spread_groups(t.edge_first, edges)
        arcs = t.edge_arc[places]
        arc_ms[arcs] = with_turns(t, arcs, np.repeat(ms, np.diff(counts)), self.slot)
        up, down = self.up.copy(), self.down.copy()
        scratch = self.network.scratch
        amend(self.network.hierarchy, arc_ms, arcs, up, down, scratch.waiting)
        twin.edge_ms, twin.arc_ms = frozen(edge_ms, np.int32), frozen(arc_ms, np.int32)
        twin.up, twin.down = frozen(up, np.int32), frozen(down, np.int32)
        shut = edges[ms >= NEVER]
        if self.cordon is not None:
            still = self.cordon.edges[edge_ms[self.cordon.edges] >= NEVER]
            shut = np.concatenate([still, shut])
        twin.__dict__.pop("into_ms", None)
        driven = arc_ms[arcs]
        twin.longest_ms = max(self.longest_ms, int(driven[driven < NEVER].max(initial=0)))
        twin.cordon = _cordon(self.network, np.unique(shut)) if len(shut) else None
        return twin

    def leaving(self, where: Where) -> Ends:
        """Places as starts of journeys under these weights."""
        ends = self.network.leaving(where, self.edge_ms)
        return ends if self.cordon is None else self.cordon.on_foot(ends, arriving=False)

    def arriving(self, where: Where) -> Ends:
        """Places as ends of journeys under these weights."""
        ends = self.network.arriving(where, self.edge_ms, self.arc_ms)
        return ends if self.cordon is None else self.cordon.on_foot(ends, arriving=True)

    def arriving_at(self, segment: I64, fraction: F64) -> Ends:
        """Points given by street segment and share of its line as ends of journeys."""
        return self.arriving(Snapped(segment, fraction, np.zeros(len(segment))))

    def along_street(self, start: Ends, goal: Ends) -> Pairs:
        """All pairs on one street that need not pass any crossing, driven or on foot; repeats."""
        pairs = along_street(start, goal, self.network.streets, self.edge_ms)
        if self.cordon is None:
            return pairs
        walks = self.cordon.along_street(start, goal)
        return (
            np.concatenate([pairs[0], walks[0]]),
            np.concatenate([pairs[1], walks[1]]),
            np.concatenate([pairs[2], walks[2]]),
        )

    def shorten(self, ms: I32, start: Ends, goal: Ends) -> None:
        """Lower ms (starts, goals) where two points on one street need not pass any crossing."""
        one, other, between = self.along_street(start, goal)
        if len(one):
            np.minimum.at(ms, (one, other), between)

    @cached_property
    def into_ms(self) -> I32:
        """(m) milliseconds of the arcs grouped by head: the graph driven backwards."""
        return frozen(self.arc_ms[self.network.topology.into_arc], np.int32)

    @cached_property
    def longest_ms(self) -> int:
        """No edge takes longer."""
        return int(np.max(self.arc_ms, where=self.arc_ms < NEVER, initial=0))

    def bucket_shift(self, spent: I32) -> int:
        """Width of the search queue's buckets (a power of two) for seeds `spent` ms from an end."""
        spread = int(spent.max(initial=0)) - int(spent.min(initial=0))
        return search.shift_for(max(self.longest_ms, spread))


def _cordon(network: Ground, edges: I64) -> Cordon:
    return Cordon(network.topology, network.streets, edges)
