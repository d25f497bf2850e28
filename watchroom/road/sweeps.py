"""Queries on the customised hierarchy: a climb from one end, then a descent to the others.

Both directions are one code. `out` is the array of weights that the pinned end pays while climbing
and `back` the one the other ends pay: (up, down) for journeys *from* the pinned end, (down, up)
for journeys *to* it. Ends are given as seeds: ranks with the milliseconds already spent there.

Sources: Dibbelt, Strasser, Wagner (ACM JEA 21, 2016), elimination-tree query; Delling, Goldberg,
Nowatzyk, Werneck, "PHAST" (JPDC 73, 2013), one sweep for many ends; Strasser, Zeitz, "A fast and
tight heuristic for A* in road networks" (SEA 2021), remembering what earlier ends worked out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from watchroom.road.arrays import I32, I64, NEVER, ONE, U32

LANES = 16
"""Pinned ends handled by one sweep of a matrix: one 512-bit or two 256-bit registers."""


@njit(cache=True, nogil=True)
def climb(
    up_first: U32, up_head: U32, out: I32, ranks: U32, spent: I32, cost: I32
) -> None:  # pragma: no cover
    """Settle every ancestor of the seeds. `cost` (n) comes in as NEVER, leaves with the costs."""
    for i in range(len(ranks)):
        cost[ranks[i]] = min(cost[ranks[i]], spent[i])
    for i in range(len(ranks)):
        v = ranks[i]
        while True:
            first, last = up_first[v], up_first[v + ONE]
            base = cost[v]
            for arc in range(first, last):
                u = up_head[arc]
                cost[u] = min(cost[u], np.int32(base + out[arc]))
            if first == last:
                break
            v = up_head[first]


@njit(cache=True, nogil=True)
def rank_many(
    up_first: U32, up_head: U32, out: I32, back: I32,
    pinned: U32, pinned_ms: I32, ends: U32, cost: I32, known: Any,
) -> I32:  # fmt: skip  # pragma: no cover
    """Milliseconds between the pinned seeds and each of `ends`.

    `cost` (n, all NEVER) and `known` (n, all False) are borrowed and given back as they came.
    """
    climb(up_first, up_head, out, pinned, pinned_ms, cost)
    path = np.empty(len(cost), np.uint32)
    touched = np.empty(len(cost), np.uint32)
    touched_count = 0
    result = np.empty(len(ends), np.int32)
    for i in range(len(ends)):
        v = ends[i]
        depth = 0
        while not known[v]:
            known[v] = True
            path[depth] = v
            depth += 1
            if up_first[v] == up_first[v + ONE]:
                break
            v = up_head[up_first[v]]
        for j in range(depth - 1, -1, -1):
            v = path[j]
            best = cost[v]
            for arc in range(up_first[v], up_first[v + ONE]):
                best = min(best, np.int32(cost[up_head[arc]] + back[arc]))
            cost[v] = best
            touched[touched_count] = v
            touched_count += 1
        result[i] = cost[ends[i]]
    for j in range(touched_count):
        cost[touched[j]] = NEVER
        known[touched[j]] = False
    forget(up_first, up_head, pinned, cost)
    return result


@njit(cache=True, nogil=True)
def forget(up_first: U32, up_head: U32, ranks: U32, cost: I32) -> None:  # pragma: no cover
    """Set the cost of all ancestors of `ranks` back to NEVER."""
    for i in range(len(ranks)):
        v = ranks[i]
        while True:
            cost[v] = NEVER
            if up_first[v] == up_first[v + ONE]:
                break
            v = up_head[up_first[v]]


@njit(cache=True, nogil=True)
def ancestors(up_first: U32, up_head: U32, ranks: U32) -> U32:  # pragma: no cover
    """All given ranks and their ancestors, ascending, without repeats."""
    marked = np.zeros(len(up_first) - 1, np.bool_)
    count = 0
    for i in range(len(ranks)):
        v = ranks[i]
        while not marked[v]:
            marked[v] = True
            count += 1
            if up_first[v] == up_first[v + ONE]:
                break
            v = up_head[up_first[v]]
    found = np.empty(count, np.uint32)
    count = 0
    for v in range(len(marked)):
        if marked[v]:
            found[count] = v
            count += 1
    return found


@njit(cache=True, nogil=True)
def sweep_lanes(
    up_first: U32, up_head: U32, out: I32, back: I32,
    pinned: U32, ends: U32, chosen: U32, rows: I64, result: I32,
) -> None:  # fmt: skip  # pragma: no cover
    """result[rows[i], j] = milliseconds between pinned[i] and ends[j]; LANES pinned at a time.

    chosen: `ancestors` of the ends. pinned should be sorted by rank, so that neighbours in a batch
    share most of their climb.
    """
    n = len(up_first) - 1
    local = np.zeros(n, np.uint32)
    first, head, weight = _pack(up_first, up_head, back, chosen, local)
    climbed = np.full((n, LANES), np.int32(NEVER), np.int32)
    cost = np.empty((len(chosen), LANES), np.int32)
    for start in range(0, len(pinned), LANES):
        lanes = min(LANES, len(pinned) - start)
        batch = pinned[start : start + lanes]
        path = ancestors(up_first, up_head, batch)
        _climb_lanes(up_first, up_head, out, batch, path, climbed)
        _descend_lanes(first, head, weight, chosen, climbed, cost)
        for lane in range(lanes):
            row = rows[start + lane]
            for j in range(len(ends)):
                result[row, j] = cost[local[ends[j]], lane]
        for i in range(len(path)):
            climbed[path[i], :] = NEVER


@njit(cache=True, nogil=True)
def _pack(
    up_first: U32, up_head: U32, back: I32, chosen: U32, local: U32
) -> tuple[U32, U32, I32]:  # pragma: no cover
    """The hierarchy arcs of the chosen ranks, side by side, heads as places in `chosen`."""
    first = np.zeros(len(chosen) + 1, np.uint32)
    for i in range(len(chosen)):
        v = chosen[i]
        local[v] = i
        first[i + 1] = first[i] + up_first[v + ONE] - up_first[v]
    head = np.empty(first[len(chosen)], np.uint32)
    weight = np.empty(first[len(chosen)], np.int32)
    for i in range(len(chosen)):
        shift = up_first[chosen[i]] - first[i]
        for arc in range(first[i], first[i + 1]):
            head[arc] = local[up_head[arc + shift]]
            weight[arc] = back[arc + shift]
    return first, head, weight


@njit(cache=True, nogil=True)
def _climb_lanes(
    up_first: U32, up_head: U32, out: I32, batch: U32, path: U32, cost: I32
) -> None:  # pragma: no cover
    for lane in range(len(batch)):
        cost[batch[lane], lane] = 0
    for i in range(len(path)):
        v = path[i]
        for arc in range(up_first[v], up_first[v + ONE]):
            u, w = up_head[arc], out[arc]
            for lane in range(LANES):
                cost[u, lane] = min(cost[u, lane], np.int32(cost[v, lane] + w))


@njit(cache=True, nogil=True)
def _descend_lanes(
    first: U32, head: U32, weight: I32, chosen: U32, climbed: I32, cost: I32
) -> None:  # pragma: no cover
    for i in range(len(chosen) - 1, -1, -1):
        for lane in range(LANES):
            cost[i, lane] = climbed[chosen[i], lane]
        for arc in range(first[i], first[i + 1]):
            u, w = head[arc], weight[arc]
            for lane in range(LANES):
                cost[i, lane] = min(cost[i, lane], np.int32(cost[u, lane] + w))
