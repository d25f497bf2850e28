"""Give the hierarchy its weights: what each hierarchy arc costs upward and downward.

Every street arc puts its milliseconds on its hierarchy arc (the cheapest of parallel arcs wins);
then, from the lowest rank up, each pair of arcs that meets at a lower node may shorten the arc
above it. Afterwards an arc costs no more than any journey through lower nodes only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from watchroom.road.arrays import I32, NEVER, ONE, U32, Bools, frozen
from watchroom.road.hierarchy import Hierarchy


@dataclass(frozen=True)
class Weights:
    """Milliseconds under one set of weights."""

    open_ms: I32
    """(E) each edge, closures forgotten."""
    arc_ms: I32
    """(m) each street arc, NEVER where closed."""
    up: I32
    """(c) each hierarchy arc, low to high."""
    down: I32
    """(c) each hierarchy arc, high to low."""


def customise(h: Hierarchy, arc_ms: I32) -> tuple[I32, I32]:
    """(up, down) milliseconds for each hierarchy arc, low to high and high to low.

    arc_ms: (m) int32 milliseconds of each street arc, NEVER where it is closed.
    """
    up = np.full(len(h.up_head), NEVER, np.int32)
    down = np.full(len(h.up_head), NEVER, np.int32)
    _lay(h.arc_place, h.arc_climbs, arc_ms, up, down)
    _relax_triangles(h.up_first, h.up_head, h.up_tail, h.down_first, h.down_arc, up, down)
    return frozen(up, np.int32), frozen(down, np.int32)


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
