"""In which order crossings are contracted: nested dissection by smallest separators.

A region is looked at from four sides; from each the fewest crossings are found whose removal parts
the near quarter from the far one (a maximum flow of paths that share no crossing). The cut that is
smallest for the part it separates is contracted last, then both parts in the same way.
Sources: Schild & Sommer, "On balanced separators in road networks" (SEA 2015), inertial flow, here
with capacities on nodes; Dinic, "Algorithm for solution of a problem of maximum flow in networks
with power estimation" (Soviet Math. Doklady 11, 1970).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from watchroom.road.arrays import F64, I8, I32, I64, gather_first

SMALL = 3
"""Regions of fewer nodes are not cut."""
TERMINAL = 0.27
"""Share of a region on either side that a cut must part."""
NEAR, MIDDLE, FAR = 0, 1, 2
NOBODY, OUTSIDE = -1, -2
"""No path through a node; a path that begins or ends there."""


def order(tail: I32, head: I32, lon: F64, lat: F64) -> I32:
    """(n) the rank of every node, 0 contracted first.

    tail, head: (m) node numbers; lon, lat: (n) degrees. About 17 microseconds a node.
    """
    n = len(lon)
    low, high = np.minimum(tail, head).astype(np.int64), np.maximum(tail, head)
    pair = np.unique(low * n + high)
    a, b = pair // n, pair % n
    a, b = a[a != b], b[a != b]
    ends, others = np.concatenate([a, b]), np.concatenate([b, a])
    first, by_end = gather_first(ends, n), np.argsort(ends, kind="stable")
    east = lon * np.cos(np.radians(lat.mean() if n else 0.0))
    by_rank = _dissect(first, others[by_end].astype(np.int32), east, lat, _along_a_curve(east, lat))
    rank = np.empty(n, np.int32)
    rank[by_rank] = np.arange(n, dtype=np.int32)
    return rank


def _along_a_curve(x: F64, y: F64) -> I32:
    """The nodes so that those near in place are near in memory (Morton's curve)."""
    if not len(x):
        return np.zeros(0, np.int32)
    span = max(float(np.ptp(x)), float(np.ptp(y)), 1e-12)
    place = np.zeros(len(x), np.int64)
    for bit in range(12):
        for shift, along in enumerate((x, y)):
            cell = ((along - along.min()) / span * 4095).astype(np.int64)
            place |= (cell >> bit & 1) << (2 * bit + shift)
    return np.argsort(place, kind="stable").astype(np.int32)


@njit(cache=True, nogil=True)
def _dissect(first: I64, head: I32, x: F64, y: F64, nodes: I32) -> I32:  # pragma: no cover
    """Nodes by rank, from any order. A region, a run of them, becomes two parts and their cut."""
    n = len(x)
    local = np.full(n, np.int32(-1), np.int32)
    stack = [(0, n)]
    while len(stack) > 0:
        begin, end = stack.pop()
        if end - begin < SMALL:
            continue
        region = nodes[begin:end].copy()
        own_first, own_head = _region(first, head, region, local)
        part = _best_cut(own_first, own_head, x[region], y[region])
        place = begin
        for wanted in (NEAR, FAR, MIDDLE):
            since = place
            for i in range(len(region)):
                if part[i] == wanted:
                    nodes[place] = region[i]
                    place += 1
            if wanted != MIDDLE:
                stack.append((since, place))
    return nodes


@njit(cache=True, nogil=True)
def _region(first: I64, head: I32, region: I32, local: I32) -> tuple[I32, I32]:  # pragma: no cover
    """The graph of a region's own nodes, by place in the region; `local` (n, -1) is borrowed."""
    room = 0
    for i in range(len(region)):
        local[region[i]] = i
        room += first[region[i] + 1] - first[region[i]]
    own_first, own_head = np.empty(len(region) + 1, np.int32), np.empty(room, np.int32)
    used = 0
    for i in range(len(region)):
        own_first[i] = used
        for arc in range(first[region[i]], first[region[i] + 1]):
            if local[head[arc]] >= 0:
                own_head[used] = local[head[arc]]
                used += 1
    own_first[len(region)] = used
    for i in range(len(region)):
        local[region[i]] = -1
    return own_first, own_head[:used]


@njit(cache=True, nogil=True)
def _best_cut(first: I32, head: I32, x: F64, y: F64) -> I8:  # pragma: no cover
    """(k) NEAR, FAR or MIDDLE (the separator) of every node of a region."""
    k = len(x)
    terminal = max(1, int(k * TERMINAL))
    best, best_score = np.full(k, np.int8(MIDDLE), np.int8), np.inf
    for way in range(4):
        along = x if way == 0 else (y if way == 1 else (x + y if way == 2 else x - y))
        side = _sides(along, terminal)
        enough = min(np.float64(k), best_score * k / 2)
        before, after, paths = _flow(first, head, side, enough)
        if paths >= enough:
            continue
        for turned in range(2):
            if turned:
                side, before, after = np.int8(FAR) - side, after, before
            part, score = _cut(first, head, side, before, after)
            if score < best_score:
                best, best_score = part, score
    return best


@njit(cache=True, nogil=True)
def _sides(along: F64, terminal: int) -> I8:  # pragma: no cover
    """(k) NEAR for the `terminal` nodes that come first, FAR for as many that come last."""
    k = len(along)
    turn, side = np.arange(k), np.full(k, np.int8(MIDDLE), np.int8)
    _select(along, turn, 0, terminal)
    _select(along, turn, terminal, k - terminal)
    for i in range(terminal):
        side[turn[i]], side[turn[k - 1 - i]] = np.int8(NEAR), np.int8(FAR)
    return side


@njit(cache=True, nogil=True)
def _select(along: F64, turn: I64, low: int, wanted: int) -> None:  # pragma: no cover
    """Arrange turn[low:] so that what comes before place `wanted` is no greater than what follows.

    Source: Hoare, "Algorithm 65: find" (CACM 4, 1961).
    """
    high = len(turn) - 1
    while low < high:
        middle, i, j = along[turn[(low + high) >> 1]], low, high
        while i <= j:
            while along[turn[i]] < middle:
                i += 1
            while along[turn[j]] > middle:
                j -= 1
            if i <= j:
                turn[i], turn[j] = turn[j], turn[i]
                i += 1
                j -= 1
        if wanted <= j:
            high = j
        elif wanted >= i:
            low = i
        else:
            return


@njit(cache=True, nogil=True)
def _flow(
    first: I32, head: I32, side: I8, enough: float
) -> tuple[I32, I32, int]:  # pragma: no cover
    """(before, after, paths): as many paths from NEAR to FAR as share no node, or `enough`.

    before, after: (k) the nodes next to each on its path.
    """
    k = len(side)
    before, after = np.full(k, np.int32(NOBODY), np.int32), np.full(k, np.int32(NOBODY), np.int32)
    level, queue = np.empty(2 * k, np.int32), np.empty(2 * k, np.int32)
    turn, path = np.empty(k, np.int32), np.empty(2 * k, np.int32)
    starts, paths = _rim(first, head, side), 0
    while paths < enough and _levels(first, head, side, starts, before, after, level, queue, turn):
        for i in range(len(starts)):
            if before[starts[i]] != OUTSIDE:
                paths += _lead(first, head, side, before, after, level, turn, path, starts[i])
    return before, after, paths


@njit(cache=True, nogil=True)
def _rim(first: I32, head: I32, side: I8) -> I32:  # pragma: no cover
    """The NEAR nodes next to others: no path need set out from farther in."""
    rim = np.empty(len(side), np.int32)
    count = 0
    for v in range(len(side)):
        if side[v] == NEAR:
            for arc in range(first[v], first[v + 1]):
                if side[head[arc]] != NEAR:
                    rim[count] = v
                    count += 1
                    break
    return rim[:count]


@njit(cache=True, nogil=True)
def _levels(
    first: I32, head: I32, side: I8, starts: I32, before: I32, after: I32, level: I32, queue: I32,
    turn: I32,
) -> bool:  # fmt: skip  # pragma: no cover
    """Steps from NEAR to every state (2 v: at the door of v; 2 v + 1: in it); is FAR reached?

    Who stands at the door of a free node is in it. The door of a node on a path is locked: there
    one may only push the path back. `turn`: the first arc to try out of every node entered.
    """
    level[:] = -1
    done, size = 0, 0
    for i in range(len(starts)):
        v = starts[i]
        if before[v] != OUTSIDE:
            level[2 * v], level[2 * v + 1], turn[v] = 0, 0, first[v]
            queue[size] = 2 * v + 1
            size += 1
    while done < size:
        state = queue[done]
        done += 1
        v, deep = state >> 1, level[state] + 1
        if state & 1 == 0:
            back = before[v]
            if back >= 0 and level[2 * back + 1] < 0:
                level[2 * back + 1], turn[back] = deep, first[back]
                queue[size] = 2 * back + 1
                size += 1
            continue
        if side[v] == FAR:
            if after[v] != OUTSIDE:
                return True
        else:
            for arc in range(first[v], first[v + 1]):
                u = head[arc]
                if level[2 * u] < 0 and side[u] != NEAR and after[v] != u:
                    level[2 * u] = deep
                    queue[size] = 2 * u
                    if after[u] == NOBODY:
                        level[2 * u + 1], turn[u] = deep, first[u]
                        queue[size] += 1
                    size += 1
        if after[v] != NOBODY and level[2 * v] < 0:
            level[2 * v] = deep
            queue[size] = 2 * v
            size += 1
    return False


@njit(cache=True, nogil=True)
def _lead(
    first: I32, head: I32, side: I8, before: I32, after: I32, level: I32, turn: I32, path: I32,
    start: int,
) -> int:  # fmt: skip  # pragma: no cover
    """One more path from `start` along rising levels, if there is one: 1 or 0.

    States that lead nowhere, and those that were used, are struck out for this round.
    """
    path[0], long = 2 * start + 1, 1
    while long > 0:
        state = path[long - 1]
        v, onward, deep = state >> 1, np.int32(-1), level[state] + 1
        if state & 1 == 0:
            if before[v] >= 0 and level[2 * before[v] + 1] == deep:
                onward = 2 * before[v] + 1
        elif side[v] == FAR and after[v] != OUTSIDE:
            _keep(before, after, level, path, long)
            return 1
        else:
            if after[v] != NOBODY and level[2 * v] == deep:
                onward = 2 * v
            while onward < 0 and side[v] != FAR and turn[v] < first[v + 1]:
                u = head[turn[v]]
                turn[v] += 1
                if side[u] != NEAR and after[v] != u:
                    free = after[u] == NOBODY
                    door = 2 * u + 1 if free else 2 * u
                    if level[door] == deep:
                        onward = door
        if onward >= 0:
            path[long] = onward
            long += 1
        else:
            level[state] = -1
            long -= 1
    return 0


@njit(cache=True, nogil=True)
def _keep(before: I32, after: I32, level: I32, path: I32, long: int) -> None:  # pragma: no cover
    """Lay a path through, undoing the parts of others that it pushes back."""
    before[path[0] >> 1] = OUTSIDE
    for i in range(long):
        level[path[i]] = -1
        level[path[i] & ~1] = -1
    for i in range(long - 1):
        v, u = path[i] >> 1, path[i + 1] >> 1
        if path[i] & 1:
            if u == v:
                before[v], after[v] = NOBODY, NOBODY
            else:
                after[v], before[u] = u, v
    after[path[long - 1] >> 1] = OUTSIDE


@njit(cache=True, nogil=True)
def _cut(
    first: I32, head: I32, side: I8, before: I32, after: I32
) -> tuple[I8, float]:  # pragma: no cover
    """(part of every node, nodes cut for one of the smaller part): the cut nearest to NEAR."""
    k = len(side)
    level, queue, turn = np.empty(2 * k, np.int32), np.empty(2 * k, np.int32), np.empty(k, np.int32)
    starts = _rim(first, head, side)
    _levels(first, head, side, starts, before, after, level, queue, turn)
    part, near, cut = np.full(k, np.int8(FAR), np.int8), 0, 0
    for v in range(k):
        if level[2 * v + 1] >= 0 or (side[v] == NEAR and before[v] != OUTSIDE):
            part[v] = NEAR
            near += 1
        elif level[2 * v] >= 0 or side[v] == NEAR:
            part[v] = MIDDLE
            cut += 1
    return part, cut / max(1, min(near, k - near - cut))
