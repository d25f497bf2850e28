"""What can be reached within a time: crossings, and stretches of street exact to the metre."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numba import njit

from watchroom.road import search
from watchroom.road.arrays import F64, I32, I64, NEVER
from watchroom.road.ends import Ends
from watchroom.road.weighted import Weighted


@dataclass(frozen=True)
class Stretches:
    """q stretches of directed edges, as shares of the drive from the edge's beginning."""

    edge: I32
    begin: F64
    end: F64


@dataclass(frozen=True)
class Isochrone:
    """Everything that can be reached within a time."""

    nodes: I32
    """(r) public nodes reached, nearest first."""
    seconds: F64
    """(r) when."""
    _stretches: Callable[[], Stretches] = field(repr=False)

    @cached_property
    def streets(self) -> Stretches:
        """Every stretch that is driven in time, cut where the time is up.

        Ways on foot within closed streets are not drawn.
        """
        return self._stretches()


@dataclass(frozen=True)
class Reached:
    """What each of k sources reaches: source i the entries first[i]:first[i + 1], nearest first."""

    first: I64
    nodes: I32
    """Public nodes."""
    ms: I32
    """Milliseconds."""

    def within(self, seconds: float) -> I64:
        """(k) the part within a shorter time: for source i the entries first[i]:within[i]."""
        return _until(self.first, self.ms, int(seconds * 1000))


@njit(cache=True, nogil=True)
def _until(first: I64, ms: I32, limit: int) -> I64:  # pragma: no cover
    """Where the entries of each source, nearest first, pass the limit."""
    found = np.empty(len(first) - 1, np.int64)
    for i in range(len(found)):
        found[i] = first[i] + np.searchsorted(ms[first[i] : first[i + 1]], limit, "right")
    return found


def driven_stretches(at: Weighted, start: Ends, seconds: float) -> Stretches:
    """What is driven within `seconds` of the nearest of the starts."""
    limit = min(int(seconds * 1000), NEVER - 1)
    t, s = at.network.topology, at.network.scratch
    edge, share = search.stretches(
        t.head, at.arc_ms, t.edge, at.edge_ms, start.node, start.ms, limit,
        at.bucket_shift(start.ms), s.forward, s.buckets, s.pool, s.path, s.place,
    )  # fmt: skip
    lead, begun, ended = _first_stretches(at, start, limit)
    return Stretches(
        np.concatenate([edge, lead]),
        np.concatenate([np.zeros(len(edge)), begun]),
        np.concatenate([share, ended]),
    )


def _first_stretches(at: Weighted, start: Ends, limit: int) -> tuple[I32, F64, F64]:
    """From points in streets towards both ends of theirs."""
    owner = np.repeat(np.arange(len(start)), np.diff(start.first))
    lead = np.flatnonzero(start.edge >= 0)
    edge = start.edge[lead]
    fraction = start.fraction[owner[lead]]
    begun = np.where(at.network.streets.edge_forward[edge], fraction, 1.0 - fraction)
    whole = np.maximum(at.edge_ms[edge], 1)
    return edge, begun, np.minimum(1.0, begun + limit / whole)
