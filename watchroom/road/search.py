"""Plain Dijkstra on the street arcs with an early stop: no hierarchy needed.

The best choice where the answer is near: isochrones, and the nearest few of many units. It is also
the yardstick that the hierarchy is tested against.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from watchroom.road.arrays import I32, I64, NEVER, ONE, U32


@njit(cache=True, nogil=True)
def push(heap: I64, size: Any, key: Any) -> None:  # pragma: no cover
    """Put `key` into the binary heap that fills heap[:size]; the caller counts one more."""
    hole = size
    while hole > 0:
        above = (hole - 1) >> 1
        if heap[above] <= key:
            break
        heap[hole] = heap[above]
        hole = above
    heap[hole] = key


@njit(cache=True, nogil=True)
def pop(heap: I64, size: Any) -> Any:  # pragma: no cover
    """Take the smallest key out of heap[:size]; the caller counts one less."""
    smallest = heap[0]
    last = heap[size - 1]
    hole = 0
    while True:
        below = 2 * hole + 1
        if below >= size - 1:
            break
        if below + 1 < size - 1 and heap[below + 1] < heap[below]:
            below += 1
        if heap[below] >= last:
            break
        heap[hole] = heap[below]
        hole = below
    heap[hole] = last
    return smallest


@njit(cache=True, nogil=True)
def spread(
    first: U32, head: U32, ms: I32, seeds: U32, spent: I32, limit: int, cost: I32, heap: I64
) -> U32:  # pragma: no cover
    """Settle all nodes within `limit` milliseconds of the seeds; returns them, nearest first.

    `cost` (n) comes in as NEVER and leaves with the costs of the settled nodes; others it touched
    hold more than `limit`: `forget_around` cleans up. `heap` (m + n) is borrowed.
    """
    size = _plant(heap, seeds, spent, cost)
    settled = np.empty(len(cost), np.uint32)
    count = 0
    while size > 0:
        key = pop(heap, size)
        size -= 1
        at = np.int32(key >> 32)
        v = np.uint32(key & 0xFFFFFFFF)
        if at > limit or at >= NEVER:
            break
        if at != cost[v]:
            continue
        settled[count] = v
        count += 1
        size = _relax(first, head, ms, v, at, heap, size, cost)
    return settled[:count]


@njit(cache=True, nogil=True)
def forget_around(
    first: U32, head: U32, seeds: U32, settled: U32, cost: I32
) -> None:  # pragma: no cover
    """Set the cost of the seeds, the settled nodes and their neighbours back to NEVER."""
    for v in seeds:
        cost[v] = NEVER
    for v in settled:
        cost[v] = NEVER
        for arc in range(first[v], first[v + ONE]):
            cost[head[arc]] = NEVER


@njit(cache=True, nogil=True)
def near(
    first: U32, head: U32, ms: I32, seeds: U32, spent: I32, node: U32, extra: I32, owner: I32,
    count: int, best: I32, cost: I32, mark: U32, heap: I64,
) -> None:  # fmt: skip  # pragma: no cover
    """Search from the seeds until the `count` best owners are certain; `best` (owners) gets them.

    node (k, ascending), extra, owner: an owner waits at a node with so many milliseconds of its
    own. `best` comes in with what is known already (NEVER where nothing is); entries beyond the
    `count` best may be left unknown or too large. `cost` (n, all NEVER), `mark` (n, all 0) and
    `heap` (m + n) are borrowed; the first two are given back as they came.
    """
    for last in range(len(node), 0, -1):
        mark[node[last - 1]] = last
    size = _plant(heap, seeds, spent, cost)
    settled = np.empty(len(cost), np.uint32)
    settled_count = 0
    limit: Any = _nth_least(best, count)
    while size > 0:
        key = pop(heap, size)
        size -= 1
        at = np.int32(key >> 32)
        v = np.uint32(key & 0xFFFFFFFF)
        if at > limit or at >= NEVER:
            break
        if at != cost[v]:
            continue
        settled[settled_count] = v
        settled_count += 1
        i: Any = np.int64(mark[v])
        if i > 0:
            better = False
            while i <= len(node) and node[i - 1] == v:
                if at + extra[i - 1] < best[owner[i - 1]]:
                    best[owner[i - 1]] = at + extra[i - 1]
                    better = True
                i += 1
            if better:
                limit = _nth_least(best, count)
        size = _relax(first, head, ms, v, at, heap, size, cost)
    for v in node:
        mark[v] = 0
    forget_around(first, head, seeds, settled[:settled_count], cost)


@njit(cache=True, nogil=True)
def _plant(heap: I64, seeds: U32, spent: I32, cost: I32) -> Any:  # pragma: no cover
    size = 0
    for i in range(len(seeds)):
        if spent[i] < cost[seeds[i]]:
            cost[seeds[i]] = spent[i]
            push(heap, size, (np.int64(spent[i]) << 32) | np.int64(seeds[i]))
            size += 1
    return size


@njit(cache=True, nogil=True)
def _relax(
    first: U32, head: U32, ms: I32, v: Any, at: Any, heap: I64, size: Any, cost: I32
) -> Any:  # pragma: no cover
    for arc in range(first[v], first[v + ONE]):
        u = head[arc]
        reach = np.int32(at + ms[arc])
        if reach < cost[u]:
            cost[u] = reach
            push(heap, size, (np.int64(reach) << 32) | np.int64(u))
            size += 1
    return size


@njit(cache=True, nogil=True)
def _nth_least(values: I32, count: int) -> Any:  # pragma: no cover
    if count > len(values):
        return NEVER
    return np.partition(values, count - 1)[count - 1]
