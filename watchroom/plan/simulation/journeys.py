"""What lies on the way: worked out from the table of travel times itself."""

from __future__ import annotations

import numpy as np
from numba import njit

from watchroom.plan.simulation.board import F32, I32

SAME = 1e-5
"""Share of a journey by which the sum of its parts may differ from the whole (32-bit numbers)."""


def onward(travel: F32) -> I32:
    """(slices, to, from) the nearest place that lies on a quickest way; `to` where none does.

    travel: (slices, to, from) seconds. Takes slices x n^2 x (places nearer than the one found).
    """
    order = np.argsort(travel, axis=1, kind="stable").astype(np.int32)
    return np.asarray(_onward(travel, np.ascontiguousarray(order.transpose(0, 2, 1))))


@njit(cache=True, nogil=True)
def _onward(travel: F32, order: I32) -> I32:  # pragma: no cover
    """order: (slices, from, n) places by their distance from each."""
    found = np.empty(travel.shape, np.int32)
    slices, places, _ = travel.shape
    for k in range(slices):
        for origin in range(places):
            for goal in range(places):
                whole = travel[k, goal, origin]
                slack = SAME * whole
                via = goal
                for place in order[k, origin]:
                    first = travel[k, place, origin]
                    if first > whole:
                        break
                    if first > slack and first + travel[k, goal, place] <= whole + slack:
                        via = place
                        break
                found[k, goal, origin] = via
    return found
