"""Give the hierarchy its weights: what each hierarchy arc costs upward and downward.

Every street arc puts its milliseconds on its hierarchy arc (the cheapest of parallel arcs wins);
then, from the lowest rank up, each pair of arcs that meets at a lower node may shorten the arc
above it. Afterwards an arc costs no more than any journey through lower nodes only.

Where only a few streets change, only the arcs that lean on them are worked out again (`amend`).
Sources: Dibbelt, Strasser, Wagner, "Customizable Contraction Hierarchies", ACM JEA 21 (2016), with
the partial update of its section 6.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from watchroom.road.arrays import I32, NEVER, ONE, U8, U32, Bools, frozen
from watchroom.road.heap import pop, push
from watchroom.road.hierarchy import Hierarchy


def customise(h: Hierarchy, arc_ms: I32) -> tuple[I32, I32]:
    """(up, down) milliseconds for each hierarchy arc, low to high and high to low.

    arc_ms: (m) int32 milliseconds of each street arc, NEVER where it is closed.
    """
    up = np.full(len(h.up_head), NEVER, np.int32)
    down = np.full(len(h.up_head), NEVER, np.int32)
    _lay(h.arc_place, h.arc_climbs, arc_ms, up, down)
    _relax_triangles(h.up_first, h.up_head, h.up_tail, h.down_first, h.down_arc, up, down)
    return frozen(up, np.int32), frozen(down, np.int32)


def amend(h: Hierarchy, arc_ms: I32, changed: I32, up: I32, down: I32, waiting: U8) -> None:
    """Bring `up` and `down` in place up to date after some street arcs changed.

    arc_ms: (m) all milliseconds, the new ones in; changed: street arcs whose time is another now;
    waiting: (c, all 0) is borrowed. Equal to `customise` of the same arc_ms.
    """
    _amend(
        h.up_first, h.up_head, h.up_tail, h.down_first, h.down_arc, h.place_first, h.place_arc,
        h.arc_climbs, arc_ms, h.arc_place[changed], up, down, waiting,
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _lay(place: I32, climbs: Bools, arc_ms: I32, up: I32, down: I32) -> None:  # pragma: no cover
    for i in range(len(place)):
        p = place[i]
        if p >= 0:
            if climbs[i]:
                up[p] = min(up[p], arc_ms[i])
            else:
                down[p] = min(down[p], arc_ms[i])


@njit(cache=True, nogil=True)
def _relax_triangles(
    up_first: U32, up_head: U32, up_tail: U32, down_first: U32, down_arc: U32, up: I32, down: I32
) -> None:  # pragma: no cover
    """For each node a: every lower neighbour v offers v's other arcs as a detour for a's arcs."""
    n = np.uint32(len(up_first) - 1)
    place = np.empty(n, np.uint32)
    for a in range(n):
        for arc in range(up_first[a], up_first[a + ONE]):
            place[up_head[arc]] = arc
        for i in range(down_first[a], down_first[a + ONE]):
            side = down_arc[i]
            to_a, from_a = up[side], down[side]
            for other in range(side + ONE, up_first[up_tail[side] + ONE]):
                arc = place[up_head[other]]
                up[arc] = min(up[arc], np.int32(from_a + up[other]))
                down[arc] = min(down[arc], np.int32(down[other] + to_a))


@njit(cache=True, nogil=True)
def _amend(
    up_first: U32, up_head: U32, up_tail: U32, down_first: U32, down_arc: U32, place_first: U32,
    place_arc: U32, climbs: Bools, arc_ms: I32, begin: I32, up: I32, down: I32, waiting: U8,
) -> None:  # fmt: skip  # pragma: no cover
    """Hierarchy arcs in ascending order; one that changes wakes those that may lean on it."""
    heap = np.empty(max(1024, 2 * len(begin)), np.int64)
    size = _wake(begin, heap, waiting)
    while size > 0:
        arc = np.uint32(pop(heap, size))
        size -= 1
        waiting[arc] = 0
        new_up, new_down = _cost(
            up_first, up_head, up_tail, down_first, down_arc, place_first, place_arc, climbs,
            arc_ms, up, down, arc,
        )  # fmt: skip
        old_up, old_down = up[arc], down[arc]
        if new_up == old_up and new_down == old_down:
            continue
        up[arc], down[arc] = new_up, new_down
        x = up_tail[arc]
        wider = size + np.int64(up_first[x + ONE] - up_first[x])
        if wider > len(heap):
            more = np.empty(2 * wider, np.int64)
            more[:size] = heap[:size]
            heap = more
        beyond = up_first[up_head[arc]]
        for side in range(up_first[x], up_first[x + ONE]):
            if side == arc:
                continue
            # The arc above both: from the lower of the two heads to the higher.
            if side < arc:
                above = _find(up_first, up_head, up_head[side], up_head[arc])
            else:
                while up_head[beyond] != up_head[side]:
                    beyond += ONE
                above = beyond
            if waiting[above]:
                continue
            if side < arc:
                was_up, was_down = down[side] + old_up, old_down + up[side]
                now_up, now_down = down[side] + new_up, new_down + up[side]
            else:
                was_up, was_down = old_down + up[side], down[side] + old_up
                now_up, now_down = new_down + up[side], down[side] + new_up
            if _leans(was_up, now_up, up[above]) or _leans(was_down, now_down, down[above]):
                waiting[above] = 1
                push(heap, size, np.int64(above))
                size += 1


@njit(cache=True, nogil=True)
def _wake(begin: I32, heap: Any, waiting: U8) -> Any:  # pragma: no cover
    """Put the hierarchy arcs to begin with into the heap (-1 for a loop); how many there are."""
    size = 0
    for i in range(len(begin)):
        if begin[i] >= 0 and not waiting[begin[i]]:
            push(heap, size, np.int64(begin[i]))
            size += 1
            waiting[begin[i]] = 1
    return size


@njit(cache=True, nogil=True)
def _leans(was: Any, now: Any, held: Any) -> Any:  # pragma: no cover
    """May an arc that costs `held` change when a way below it that cost `was` costs `now`?"""
    return (was <= held and was != now) or now < held


@njit(cache=True, nogil=True)
def _find(up_first: U32, up_head: U32, low: Any, high: Any) -> Any:  # pragma: no cover
    """The hierarchy arc from `low` to `high`; it is there."""
    a, b = up_first[low], up_first[low + ONE]
    while b - a > 8:
        middle = (a + b) >> ONE
        if up_head[middle] <= high:
            a = middle
        else:
            b = middle
    while up_head[a] != high:
        a += ONE
    return a


@njit(cache=True, nogil=True)
def _cost(
    up_first: U32, up_head: U32, up_tail: U32, down_first: U32, down_arc: U32, place_first: U32,
    place_arc: U32, climbs: Bools, arc_ms: I32, up: I32, down: I32, arc: Any,
) -> tuple[Any, Any]:  # fmt: skip  # pragma: no cover
    """(up, down) of one arc from its streets and the triangles below it."""
    best_up, best_down = np.int32(NEVER), np.int32(NEVER)
    for i in range(place_first[arc], place_first[arc + ONE]):
        street = place_arc[i]
        if climbs[street]:
            best_up = min(best_up, arc_ms[street])
        else:
            best_down = min(best_down, arc_ms[street])
    x, y = up_tail[arc], up_head[arc]
    i, j = down_first[x], down_first[y]
    last_x, last_y = down_first[x + ONE], down_first[y + ONE]
    # Both lists of lower neighbours ascend: walk them together.
    while i < last_x and j < last_y:
        a, b = down_arc[i], down_arc[j]
        if up_tail[a] < up_tail[b]:
            i += ONE
        elif up_tail[a] > up_tail[b]:
            j += ONE
        else:
            best_up = min(best_up, np.int32(down[a] + up[b]))
            best_down = min(best_down, np.int32(down[b] + up[a]))
            i += ONE
            j += ONE
    return best_up, best_down
