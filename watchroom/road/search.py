"""Plain Dijkstra on the street arcs with an early stop: no hierarchy needed.

The best choice where the answer is near: isochrones, coverage, and the nearest few of many units.

The queue is a ring of buckets, each `1 << shift` milliseconds wide. Nodes of one bucket are taken
in any order and again if a shorter way turns up, so a bucket is final only once it is empty; it is
then sorted. The costs are Dijkstra's own. Source: Dial (CACM 12, 1969); Denardo & Fox, "Shortest
route methods: 1" (Operations Research 27, 1979).

Everything a search knows about a node lies in one row of four numbers, one quarter of a cache line:
first arc, end of its arcs, least cost so far, and the cost it was last taken at. Entries of the
queue (next, node) are never moved: those that came too late are passed over.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from watchroom.road.arrays import F64, I32, I64, NEVER, ONE, U32
from watchroom.road.prefetch import prefetch
from watchroom.road.scratch import BUCKETS

FIRST, END, COST, TAKEN = 0, 1, 2, 3
"""Columns of a row."""
NEXT, NODE = 0, 1
"""Columns of a queue entry."""
NARROWEST = 10
"""A bucket is at least 1,024 ms wide: most streets take longer to drive."""
RING = np.int64(BUCKETS - 1)
AHEAD = 12
"""How many units ahead the memory is asked for their marks."""


def shift_for(longest_ms: int) -> int:
    """The width of buckets (a power of two) for which the ring holds `longest_ms`, with room."""
    return max(NARROWEST, int(longest_ms // (BUCKETS - 4)).bit_length())


@njit(cache=True, nogil=True)
def spread(
    head: U32, ms: I32, seeds: U32, spent: I32, limit: int, shift: int, rows: I32, buckets: I32,
    pool: I32, settled: U32,
) -> int:  # fmt: skip  # pragma: no cover
    """Settle all nodes within `limit` milliseconds of the seeds; returns how many.

    `settled` (n) gets them, nearest first; their costs stay in `rows` until `forget`. No seed may
    lie farther from the nearest one than the ring is long. limit < NEVER.
    """
    pool, used, slot = _plant(seeds, spent, limit, shift, rows, buckets, pool)
    size, count = used, 0
    while size > 0:
        while buckets[slot & RING] < 0:
            slot += 1
        begun = count
        while buckets[slot & RING] >= 0:
            used, size, count = _empty(
                head, ms, slot, limit, shift, rows, buckets, pool, used, size, settled, count
            )
            if buckets[slot & RING] >= 0:
                pool = _wider_pool(pool)
        _sort(rows, settled, begun, count)
    return count


@njit(cache=True, nogil=True)
def forget(rows: I32, settled: U32, count: int) -> None:  # pragma: no cover
    """Give the rows of settled nodes back clean."""
    for i in range(count):
        rows[settled[i], COST] = NEVER
        rows[settled[i], TAKEN] = NEVER


@njit(cache=True, nogil=True)
def reached(
    head: U32, ms: I32, owner_first: I64, seeds: U32, spent: I32, limit: int, shift: int, base: I32,
    rows: I32, buckets: I32, pool: I32, settled: U32, mark: U32,
) -> tuple[I64, I32, I32]:  # fmt: skip  # pragma: no cover
    """(offsets, public nodes, milliseconds) within `limit` of each owner's seeds, nearest first.

    Seeds of owner i are owner_first[i]:owner_first[i + 1]. `mark` (n, all 0) is borrowed; it tells
    the copies of a crossing apart, and may be empty where there are none.
    """
    owners, copies = len(owner_first) - 1, len(mark) > 0
    total: Any = 0
    offset = np.zeros(owners + 1, np.int64)
    node, when = np.empty(1024 * owners, np.int32), np.empty(1024 * owners, np.int32)
    for i in range(owners):
        a, b = owner_first[i], owner_first[i + 1]
        count = spread(head, ms, seeds[a:b], spent[a:b], limit, shift, rows, buckets, pool, settled)
        if total + count > len(node):
            node = _wider(node, total, 2 * (total + count))
            when = _wider(when, total, len(node))
        for j in range(count):
            public, v = base[settled[j]], settled[j]
            at = rows[v, COST]
            rows[v, COST], rows[v, TAKEN] = NEVER, NEVER
            if copies:
                if mark[public]:
                    continue
                mark[public] = 1
            node[total], when[total] = public, at
            total += 1
        if copies:
            for j in range(offset[i], total):
                mark[node[j]] = 0
        offset[i + 1] = total
    return offset, node[:total], when[:total]


@njit(cache=True, nogil=True)
def stretches(
    head: U32, ms: I32, edge: I32, edge_ms: I32, seeds: U32, spent: I32, limit: int, shift: int,
    rows: I32, buckets: I32, pool: I32, settled: U32, place: I32,
) -> tuple[I32, F64]:  # fmt: skip  # pragma: no cover
    """(edges, greatest share driven in time) of the arcs out of all nodes within `limit`.

    `place` (E, all -1) is borrowed.
    """
    count = spread(head, ms, seeds, spent, limit, shift, rows, buckets, pool, settled)
    arcs: Any = 0
    for i in range(count):
        arcs += np.int64(rows[settled[i], END] - rows[settled[i], FIRST])
    edges, shares = np.empty(arcs, np.int32), np.empty(arcs, np.float64)
    filled = 0
    for i in range(count):
        left = limit - rows[settled[i], COST]
        for arc in range(np.uint32(rows[settled[i], FIRST]), np.uint32(rows[settled[i], END])):
            drive = edge_ms[edge[arc]]
            rest = left - (ms[arc] - drive)  # after the turn
            if ms[arc] < NEVER and (rest > 0 or (drive == 0 and rest == 0)):
                at = place[edge[arc]]
                if at < 0:
                    at = place[edge[arc]] = filled
                    edges[at], shares[at] = edge[arc], 0.0
                    filled += 1
                shares[at] = max(shares[at], 1.0 if rest >= drive else rest / drive)
    forget(rows, settled, count)
    for i in range(filled):
        place[edges[i]] = -1
    return edges[:filled], shares[:filled]


@njit(cache=True, nogil=True)
def near(
    head: U32, ms: I32, seeds: U32, spent: I32, shift: int, owner_first: I64, node: U32,
    extra: I32, direct: I32, count: int, rows: I32, buckets: I32, pool: I32, settled: U32,
    mark: U32,
) -> tuple[I32, I32]:  # fmt: skip  # pragma: no cover
    """(owners, milliseconds) of the `count` owners nearest to the seeds; ties by number.

    Owner i waits at node[owner_first[i]:owner_first[i + 1]] with `extra` milliseconds of its own;
    direct: (owners) what is known already, NEVER where nothing is. `mark` (n, all 0) is borrowed.
    """
    best, who = np.full(count, np.int32(NEVER), np.int32), np.full(count, np.int32(-1), np.int32)
    for i in range(len(direct)):
        _enter(best, who, direct[i], i)
    chain, owner = _wait(owner_first, node, mark)
    limit = min(best[count - 1], np.int32(NEVER - 1))
    pool, used, slot = _plant(seeds, spent, limit, shift, rows, buckets, pool)
    size, known = used, 0
    while size > 0:
        while buckets[slot & RING] < 0:
            slot += 1
        if (slot << shift) > limit:
            break
        begun = known
        while buckets[slot & RING] >= 0:
            used, size, known = _empty(
                head, ms, slot, limit, shift, rows, buckets, pool, used, size, settled, known
            )
            if buckets[slot & RING] >= 0:
                pool = _wider_pool(pool)
        for i in range(begun, known):
            j = mark[settled[i]]
            while j > 0:
                j -= ONE
                _enter(best, who, np.int32(rows[settled[i], COST] + extra[j]), owner[j])
                j = chain[j]
        limit = min(best[count - 1], np.int32(NEVER - 1))
    _abandon(slot, rows, buckets, pool, used, size)
    for j in range(len(node)):
        mark[node[j]] = 0
    found = 0
    while found < count and best[found] < NEVER:
        found += 1
    return who[:found], best[:found]


@njit(cache=True, nogil=True)
def _wait(owner_first: I64, node: U32, mark: U32) -> tuple[U32, I32]:  # pragma: no cover
    """Lay the waiting owners on `mark`: (next waiting at the same node, owner) of each, from 1."""
    chain, owner = np.empty(len(node), np.uint32), np.empty(len(node), np.int32)
    for i in range(len(owner_first) - 1):
        for j in range(owner_first[i], owner_first[i + 1]):
            if j + AHEAD < len(node):
                prefetch(mark, node[j + AHEAD])
            chain[j] = mark[node[j]]
            mark[node[j]] = np.uint32(j + 1)
            owner[j] = i
    return chain, owner


@njit(cache=True, nogil=True)
def _empty(
    head: U32, ms: I32, slot: Any, limit: Any, shift: int, rows: I32, buckets: I32, pool: I32,
    used: Any, size: Any, settled: U32, count: Any,
) -> tuple[Any, Any, Any]:  # fmt: skip  # pragma: no cover
    """Settle one bucket, or as much of it as the pool has room for: (used, size, count) then."""
    while buckets[slot & RING] >= 0:
        entry = buckets[slot & RING]
        v = np.uint32(pool[entry, NODE])
        if used + rows[v, END] - rows[v, FIRST] > len(pool):
            break
        buckets[slot & RING] = pool[entry, NEXT]
        size -= 1
        at = rows[v, COST]
        if rows[v, TAKEN] == at:
            continue
        if rows[v, TAKEN] == NEVER:
            settled[count] = v
            count += 1
        rows[v, TAKEN] = at
        for arc in range(np.uint32(rows[v, FIRST]), np.uint32(rows[v, END])):
            reach, u = np.int32(at + ms[arc]), head[arc]
            if reach <= limit and reach < rows[u, COST]:
                prefetch(head, rows[u, FIRST])
                prefetch(ms, rows[u, FIRST])
                rows[u, COST] = reach
                _enqueue(buckets, pool, used, (np.int64(reach) >> shift) & RING, u)
                used += 1
                size += 1
    return used, size, count


@njit(cache=True, nogil=True)
def _abandon(
    slot: Any, rows: I32, buckets: I32, pool: I32, used: Any, size: Any
) -> None:  # pragma: no cover
    """Empty the queue and clean the rows of everything that was ever in it."""
    while size > 0:
        while buckets[slot & RING] < 0:
            slot += 1
        buckets[slot & RING] = pool[buckets[slot & RING], NEXT]
        size -= 1
    for i in range(used):
        rows[pool[i, NODE], COST] = NEVER
        rows[pool[i, NODE], TAKEN] = NEVER


@njit(cache=True, nogil=True)
def _plant(
    seeds: U32, spent: I32, limit: Any, shift: int, rows: I32, buckets: I32, pool: I32
) -> tuple[I32, Any, Any]:  # pragma: no cover
    """(pool, entries used, first bucket) after the seeds were queued."""
    while len(pool) < len(seeds):
        pool = _wider_pool(pool)
    used: Any = 0
    slot: Any = np.int64(NEVER)
    for i in range(len(seeds)):
        v = seeds[i]
        if spent[i] <= limit and spent[i] < rows[v, COST]:
            rows[v, COST] = spent[i]
            bucket = np.int64(spent[i]) >> shift
            _enqueue(buckets, pool, used, bucket & RING, v)
            used += 1
            slot = min(slot, bucket)
    return pool, used, slot


@njit(cache=True, nogil=True)
def _enqueue(buckets: I32, pool: I32, used: Any, bucket: Any, v: Any) -> None:  # pragma: no cover
    pool[used, NEXT] = buckets[bucket]
    pool[used, NODE] = v
    buckets[bucket] = used


@njit(cache=True, nogil=True)
def _wider_pool(pool: I32) -> I32:  # pragma: no cover
    wide = np.empty((2 * len(pool) + 64, 2), np.int32)
    wide[: len(pool)] = pool
    return wide


@njit(cache=True, nogil=True)
def _enter(best: I32, who: I32, ms: Any, owner: Any) -> None:  # pragma: no cover
    """Keep the least times in order, each owner once, ties by number."""
    last = len(best) - 1
    if ms >= NEVER or ms > best[last] or (ms == best[last] and owner >= who[last]):
        return
    hole = last
    for i in range(len(best)):
        if who[i] == owner:
            hole = i
            break
    if who[hole] == owner and best[hole] <= ms:
        return
    while hole > 0 and (best[hole - 1] > ms or (best[hole - 1] == ms and who[hole - 1] > owner)):
        best[hole], who[hole] = best[hole - 1], who[hole - 1]
        hole -= 1
    best[hole], who[hole] = ms, owner


@njit(cache=True, nogil=True)
def _sort(rows: I32, settled: U32, begun: int, end: int) -> None:  # pragma: no cover
    """Order settled[begun:end] by cost: mostly a handful."""
    if end - begun > 64:
        part = settled[begun:end].copy()
        cost = np.empty(len(part), np.int32)
        for i in range(len(part)):
            cost[i] = rows[part[i], COST]
        order = np.argsort(cost)
        for i in range(len(part)):
            settled[begun + i] = part[order[i]]
        return
    for i in range(begun + 1, end):
        v = settled[i]
        cost_v = rows[v, COST]
        hole = i
        while hole > begun and rows[settled[hole - 1], COST] > cost_v:
            settled[hole] = settled[hole - 1]
            hole -= 1
        settled[hole] = v


@njit(cache=True, nogil=True)
def _wider(values: I32, used: int, length: int) -> I32:  # pragma: no cover
    wide = np.empty(length, np.int32)
    wide[:used] = values[:used]
    return wide
