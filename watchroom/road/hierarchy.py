"""The customisable contraction hierarchy: the part that depends on the streets, not on the hour.

Nodes of the graph are numbered by rank (0 is contracted first). Contracting a node joins all its
higher neighbours; the result is a chordal graph whose elimination tree has this property: every
shortest path can be re-drawn as a climb from the start along its ancestors and a descent to the
goal along its ancestors. Weights come later (`customise`), in milliseconds, without touching this
part.

Source: Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", ACM JEA 21 (2016).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from watchroom.road.arrays import I32, I64, U32, Bools, frozen, gather_first


@dataclass(frozen=True)
class Hierarchy:
    """Flat arrays over n nodes by rank, c hierarchy arcs (low to high) and m street arcs."""

    parent: U32
    """(n) the next ancestor of each rank in the elimination tree; n above the top."""
    up_first: U32
    """(n + 1) hierarchy arcs of rank v are up_first[v]:up_first[v + 1], heads ascending."""
    up_head: U32
    """(c) the higher end; the first of a rank is its parent."""
    up_tail: U32
    """(c) the lower end."""
    down_first: U32
    """(n + 1) hierarchy arcs into rank v from below are down_arc[down_first[v]:...]."""
    down_arc: U32
    """(c) hierarchy arc numbers grouped by higher end, lower ends ascending."""
    arc_place: I32
    """(m) hierarchy arc that carries the street arc; -1 for a loop."""
    arc_climbs: Bools
    """(m) True where the street arc leads from the lower to the higher end."""
    place_first: U32
    """(c + 1) street arcs carried by hierarchy arc p: place_arc[place_first[p]:...]."""
    place_arc: U32
    """Street arcs grouped by hierarchy arc."""


def contract(tail: I32, head: I32, n: int) -> Hierarchy:
    """The hierarchy of a graph whose n nodes are numbered by rank."""
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    real = low != high
    seed_order = np.argsort(low[real], kind="stable")
    seed_first = gather_first(low[real], n)
    up_first, up_head = _eliminate(seed_first, high[real][seed_order].astype(np.int32))
    up_tail = np.repeat(np.arange(n, dtype=np.int32), np.diff(up_first))
    place = _places(low, high, up_tail, up_head, n)
    carried = np.flatnonzero(place >= 0)
    return Hierarchy(
        parent=frozen(_parents(up_first, up_head), np.uint32),
        up_first=frozen(up_first, np.uint32),
        up_head=frozen(up_head, np.uint32),
        up_tail=frozen(up_tail, np.uint32),
        down_first=frozen(gather_first(up_head, n), np.uint32),
        down_arc=frozen(np.argsort(up_head, kind="stable"), np.uint32),
        arc_place=frozen(place, np.int32),
        arc_climbs=frozen(tail < head, np.bool_),
        place_first=frozen(gather_first(place[carried], len(up_head)), np.uint32),
        place_arc=frozen(carried[np.argsort(place[carried], kind="stable")], np.uint32),
    )


def _parents(up_first: I64, up_head: I32) -> I64:
    n = len(up_first) - 1
    parent = np.full(n, n, np.int64)
    below = np.flatnonzero(np.diff(up_first))
    parent[below] = up_head[up_first[below]]
    return parent


def _places(low: I32, high: I32, up_tail: I32, up_head: I32, n: int) -> I64:
    keys = up_tail.astype(np.int64) * n + up_head
    places = np.searchsorted(keys, low.astype(np.int64) * n + high)
    places[low == high] = -1
    return places


@njit(cache=True, nogil=True)
def _eliminate(seed_first: I64, seed_head: I32) -> tuple[I64, I32]:  # pragma: no cover
    """Contract ranks 0..n-1; seeds are the higher neighbours by streets (repeats allowed)."""
    n = len(seed_first) - 1
    up_first = np.zeros(n + 1, np.int64)
    up_head = np.empty(max(16, 4 * len(seed_head)), np.int32)
    first_child = np.full(n, -1, np.int32)
    next_child = np.full(n, -1, np.int32)
    seen_by = np.full(n, -1, np.int32)
    scratch = np.empty(n, np.int32)
    for v in range(n):
        count = 0
        for i in range(seed_first[v], seed_first[v + 1]):
            u = seed_head[i]
            if seen_by[u] != v:
                seen_by[u] = v
                scratch[count] = u
                count += 1
        child = first_child[v]
        while child >= 0:
            # The first higher neighbour of a child is v itself, its parent.
            for i in range(up_first[child] + 1, up_first[child + 1]):
                u = up_head[i]
                if seen_by[u] != v:
                    seen_by[u] = v
                    scratch[count] = u
                    count += 1
            child = next_child[child]
        start = up_first[v]
        if start + count > len(up_head):
            wider = np.empty(2 * (start + count), np.int32)
            wider[:start] = up_head[:start]
            up_head = wider
        up_head[start : start + count] = np.sort(scratch[:count])
        up_first[v + 1] = start + count
        if count:
            parent = up_head[start]
            next_child[v] = first_child[parent]
            first_child[parent] = v
    return up_first, up_head[: up_first[n]].copy()
