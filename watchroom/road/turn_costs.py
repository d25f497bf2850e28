"""What each turn costs: by its angle, and whether other streets meet there at all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numba import njit

from watchroom.road.arrays import F64, I32, I64
from watchroom.road.directions import NEAR_M, SLIGHT_DEG
from watchroom.road.profile import TURNS
from watchroom.road.streets import Streets
from watchroom.road.turns import Arms, Turns

SHARP_DEG = 120.0
STRAIGHT, LEFT, RIGHT, SHARP_LEFT, SHARP_RIGHT, BACK = range(6)
METRES_PER_DEGREE = 111_195.0


def turn_ms(streets: Streets, arms: Arms, turns: Turns, seconds: Mapping[str, float]) -> I32:
    """(t) milliseconds of each turn; seconds: by the names in `profile.TURNS`.

    Bends cost nothing: only where three streets meet, and for turning round.
    """
    cost = np.rint([1000 * seconds.get(turn, 0.0) for turn in TURNS]).astype(np.int32)
    if not cost.any():
        return np.zeros(len(turns.into), np.int32)
    kind = kinds(streets, turns)
    meet = _streets_meeting(streets, arms)[arms.head[turns.into]]
    return np.where((kind == BACK) | (meet > 2), cost[kind], 0).astype(np.int32)


def kinds(streets: Streets, turns: Turns) -> I64:
    """(t) number of each turn's kind in `profile.TURNS`."""
    begin, end = _headings(streets)
    turned = (begin[turns.out] - end[turns.into] + 180) % 360 - 180
    size, left = np.abs(turned), turned < 0
    bend = np.where(left, LEFT, RIGHT)
    kind = np.where(size <= SLIGHT_DEG, STRAIGHT, bend)
    kind = np.where(size > SHARP_DEG, np.where(left, SHARP_LEFT, SHARP_RIGHT), kind)
    same = streets.edge_segment[turns.into] == streets.edge_segment[turns.out]
    other_way = streets.edge_forward[turns.into] != streets.edge_forward[turns.out]
    return np.where(same & other_way, BACK, kind).astype(np.int64)


def _streets_meeting(streets: Streets, arms: Arms) -> I64:
    """(n) how many segments have an end at each node."""
    count = len(streets.segment_name)
    ends = np.concatenate([arms.tail, arms.head]).astype(np.int64) * count
    pairs = np.unique(ends + np.tile(streets.edge_segment, 2))
    return np.bincount(pairs // count, minlength=arms.nodes)


def _headings(streets: Streets) -> tuple[F64, F64]:
    """(E) degrees from north in which each edge begins and ends, over its first and last metres."""
    ahead, back = _away(streets.line_first, streets.line_lon, streets.line_lat)
    segment, forward = streets.edge_segment, streets.edge_forward
    begin = np.where(forward, ahead[segment], back[segment])
    end = np.where(forward, back[segment], ahead[segment]) + 180
    return begin, end


@njit(cache=True, nogil=True)
def _away(first: I64, lon: F64, lat: F64) -> tuple[F64, F64]:  # pragma: no cover
    """Degrees in which every line sets out from its first point and, reversed, from its last."""
    count = len(first) - 1
    ahead, back = np.zeros(count), np.zeros(count)
    for i in range(count):
        for side in range(2):
            a = first[i] if side == 0 else first[i + 1] - 1
            stop = first[i + 1] if side == 0 else first[i] - 1
            step = 1 if side == 0 else -1
            wide = np.cos(np.radians(lat[a]))
            run, b = 0.0, a
            while b + step != stop and run < NEAR_M:
                east = (lon[b + step] - lon[b]) * wide
                run += METRES_PER_DEGREE * np.hypot(east, lat[b + step] - lat[b])
                b += step
            heading = np.degrees(np.arctan2((lon[b] - lon[a]) * wide, lat[b] - lat[a]))
            if side == 0:
                ahead[i] = heading
            else:
                back[i] = heading
    return ahead, back
