"""Queries on the customised hierarchy: a climb from one end, then a descent to the others.

Both directions are one code. `out` is the array of weights that the pinned end pays while climbing
and `back` the one the other ends pay: (up, down) for journeys *from* the pinned end, (down, up)
for journeys *to* it. Ends are given as seeds: ranks with the milliseconds already spent there.

Sources: Dibbelt, Strasser, Wagner (ACM JEA 21, 2016), elimination-tree query; Delling, Goldberg,
Werneck, "Faster batched shortest paths in road networks" (ATMOS 2011), a sweep restricted to what
the ends need; Strasser, Zeitz, "A fast and tight heuristic for A* in road networks" (SEA 2021),
remembering what earlier ends worked out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from watchroom.road.arrays import I32, I64, NEVER, ONE, U32
from watchroom.road.lanes import LANES, take_least
from watchroom.road.prefetch import LINE, prefetch

AHEAD = 8
"""How many ranks ahead the memory is asked for what it holds."""


@njit(cache=True, nogil=True)
def climb(
    parent: U32, up_first: U32, up_head: U32, out: I32, ranks: U32, spent: I32, cost: I32
) -> None:  # pragma: no cover
    """Settle every ancestor of the seeds. `cost` (n) comes in as NEVER, leaves with the costs."""
    for i in range(len(ranks)):
        cost[ranks[i]] = min(cost[ranks[i]], spent[i])
    for i in range(len(ranks)):
        v = ranks[i]
        while v < len(parent):
            base = cost[v]
            for arc in range(up_first[v], up_first[v + ONE]):
                u = up_head[arc]
                cost[u] = min(cost[u], np.int32(base + out[arc]))
            v = parent[v]


@njit(cache=True, nogil=True)
def forget(parent: U32, ranks: U32, cost: I32) -> None:  # pragma: no cover
    """Set the cost of all ancestors of `ranks` back to NEVER."""
    for i in range(len(ranks)):
        v = ranks[i]
        while v < len(parent):
            cost[v] = NEVER
            v = parent[v]


@njit(cache=True, nogil=True)
def rank_many(
    parent: U32, up_first: U32, up_head: U32, out: I32, back: I32, pinned: U32, pinned_ms: I32,
    owner_first: I64, ends: U32, ends_ms: I32, cost: I32, near: I32, path: U32,
) -> I32:  # fmt: skip  # pragma: no cover
    """Milliseconds between the pinned seeds and each owner's nearest end, NEVER for no way.

    Ends of owner i are owner_first[i]:owner_first[i + 1]. `cost` (n, all NEVER), `near` (n, all -1)
    and `path` (n) are borrowed; the first two are given back as they came.

    First all ancestors of all ends are listed, higher ones before lower ones, then worked out in
    that order. The list is known in advance, so the memory can be asked ahead.
    """
    climb(parent, up_first, up_head, out, pinned, pinned_ms, cost)
    done = np.uint32(0)
    for i in range(len(pinned)):
        done = _list(parent, pinned[i], near, path, done)
    for j in range(done):
        near[path[j]] = cost[path[j]]
    for i in range(len(ends)):
        if i + AHEAD < len(ends):
            prefetch(near, ends[i + AHEAD])
            prefetch(up_first, ends[i + AHEAD])
            prefetch(parent, ends[i + AHEAD])
        done = _list(parent, ends[i], near, path, done)
    _descend(up_first, up_head, back, near, path, done)
    result = np.full(len(owner_first) - 1, np.int32(NEVER), np.int32)
    for i in range(len(result)):
        for j in range(owner_first[i], owner_first[i + 1]):
            result[i] = min(result[i], np.int32(near[ends[j]] + ends_ms[j]))
    for j in range(done):
        near[path[j]] = -1
    forget(parent, pinned, cost)
    return result


@njit(cache=True, nogil=True)
def _list(parent: U32, v: Any, near: I32, path: U32, done: Any) -> Any:  # pragma: no cover
    """Append v and its ancestors that are not listed yet to `path`, higher ones first."""
    n, low, high = np.uint32(len(parent)), done, done
    while v < n and near[v] < 0:
        near[v] = NEVER
        path[high] = v
        high += ONE
        v = parent[v]
    done = high
    while low + ONE < high:
        high -= ONE
        path[low], path[high] = path[high], path[low]
        low += ONE
    return done


@njit(cache=True, nogil=True)
def _descend(
    up_first: U32, up_head: U32, back: I32, near: I32, path: U32, count: Any
) -> None:  # pragma: no cover
    """near[v], so far what the climb found, for the ranks in `path`, higher ones first."""
    ahead = np.uint32(AHEAD)
    for j in range(count):
        if j + ahead < count:
            soon = path[j + ahead]
            arc = up_first[soon]
            while arc < up_first[soon + ONE]:
                prefetch(up_head, arc)
                prefetch(back, arc)
                arc += np.uint32(LINE)
        v = path[j]
        best = near[v]
        for arc in range(up_first[v], up_first[v + ONE]):
            best = min(best, np.int32(near[up_head[arc]] + back[arc]))
        near[v] = best


@njit(cache=True, nogil=True)
def ancestors(parent: U32, ranks: U32) -> U32:  # pragma: no cover
    """All given ranks and their ancestors, ascending, without repeats."""
    marked = np.zeros(len(parent), np.bool_)
    count = 0
    for i in range(len(ranks)):
        v = ranks[i]
        while v < len(parent) and not marked[v]:
            marked[v] = True
            count += 1
            v = parent[v]
    found = np.empty(count, np.uint32)
    count = 0
    for v in range(np.uint32(len(marked))):
        if marked[v]:
            found[count] = v
            count += 1
    return found


@njit(cache=True, nogil=True)
def pack(
    up_first: U32, up_head: U32, back: I32, chosen: U32
) -> tuple[U32, U32, I32]:  # pragma: no cover
    """(first, head, weight): the hierarchy arcs of the chosen ranks side by side.

    chosen: `ancestors` of something; heads are places in `chosen`.
    """
    local = np.empty(len(up_first), np.uint32)
    first = np.zeros(len(chosen) + 1, np.uint32)
    for i in range(np.uint32(len(chosen))):
        v = chosen[i]
        local[v] = i
        first[i + ONE] = first[i] + up_first[v + ONE] - up_first[v]
    head = np.empty(first[len(chosen)], np.uint32)
    weight = np.empty(first[len(chosen)], np.int32)
    for i in range(len(chosen)):
        arc = up_first[chosen[i]]
        for slot in range(first[i], first[i + 1]):
            head[slot] = local[up_head[arc]]
            weight[slot] = back[arc]
            arc += ONE
    return first, head, weight


@njit(cache=True, nogil=True)
def places(n: int, chosen: U32) -> U32:  # pragma: no cover
    """(n) the place of every rank in `chosen`, n where it is not there."""
    found = np.full(n, np.uint32(n), np.uint32)
    for i in range(np.uint32(len(chosen))):
        found[chosen[i]] = i
    return found


@njit(cache=True, nogil=True)
def rank_packed(
    parent: U32, up_first: U32, up_head: U32, out: I32, first: U32, head: U32, weight: I32,
    place: U32, pinned: U32, pinned_ms: I32, ends: U32, cost: I32,
) -> I32:  # fmt: skip  # pragma: no cover
    """`rank_many` to ends that were packed before; `places` of the chosen; ends are such places.

    Only the few ranks that the climb settled are looked up; all else is read as it lies.
    """
    climb(parent, up_first, up_head, out, pinned, pinned_ms, cost)
    count = np.uint32(len(first) - 1)
    near = np.full(count, np.int32(NEVER), np.int32)
    for seed in range(len(pinned)):
        v = pinned[seed]
        while v < len(parent):
            if place[v] < count:
                near[place[v]] = cost[v]
            v = parent[v]
    for j in range(count):
        i = count - ONE - j
        best = near[i]
        for arc in range(first[i], first[i + ONE]):
            best = min(best, np.int32(near[head[arc]] + weight[arc]))
        near[i] = best
    forget(parent, pinned, cost)
    result = np.empty(len(ends), np.int32)
    for end in range(len(ends)):
        result[end] = near[ends[end]]
    return result


@njit(cache=True, nogil=True)
def sweep_lanes(
    parent: U32, up_first: U32, up_head: U32, up_tail: U32, out: I32, back: I32,
    pinned: U32, ends: U32, chosen: U32, rows: I64, result: I32,
) -> None:  # fmt: skip  # pragma: no cover
    """result[rows[i], j] = milliseconds between pinned[i] and ends[j]; LANES pinned at a time.

    chosen: `ancestors` of the ends. pinned should be sorted by rank, so that neighbours in a batch
    share most of their climb.
    """
    n = np.uint32(len(parent))
    first, head, weight = pack(up_first, up_head, back, chosen)
    local = places(len(parent), chosen)
    # Row n stays NEVER: where the descent begins for a rank that the climb did not touch.
    climbed = np.full((np.int64(n) + 1, LANES), np.int32(NEVER), np.int32)
    origin = np.full(len(chosen), n, np.uint32)
    cost = np.empty((len(chosen), LANES), np.int32)
    for start in range(0, len(pinned), LANES):
        batch = pinned[start : start + LANES]
        path = ancestors(parent, batch)
        for lane in range(len(batch)):
            climbed[batch[lane], lane] = 0
        for i in range(len(path)):
            v = path[i]
            for arc in range(up_first[v], up_first[v + ONE]):
                u = up_head[arc]
                after = arc + np.uint64(1)
                take_least(climbed, u, climbed, u, climbed, up_tail, out, arc, after)
            if local[v] < n:
                origin[local[v]] = v
        for i in range(len(chosen) - 1, -1, -1):
            take_least(cost, i, climbed, origin[i], cost, head, weight, first[i], first[i + 1])
        for lane in range(len(batch)):
            row = rows[start + lane]
            for j in range(len(ends)):
                result[row, j] = cost[local[ends[j]], lane]
        for i in range(len(path)):
            climbed[path[i], :] = NEVER
            if local[path[i]] < n:
                origin[local[path[i]]] = n
