"""One quickest way, unfolded from the hierarchy into streets, nodes and a line for the map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from watchroom.road.arrays import F64, I32, I64, NEVER, ONE, U32
from watchroom.road.customise import Weights
from watchroom.road.ends import Ends, shorten_along_street
from watchroom.road.ground import Ground


@dataclass(frozen=True)
class Route:
    """A way from one end to another."""

    seconds: float
    nodes: I32
    """(r) public nodes passed, in order."""
    edges: I32
    """(q) directed edges driven, in order; the first and last may be driven in part."""
    coords: F64
    """(p, 2) lon, lat of the line."""


def trace(ground: Ground, weights: Weights, start: Ends, goal: Ends) -> Route | None:
    """The quickest way between two single ends, None where there is none."""
    direct = np.full((1, 1), NEVER, np.int32)
    shorten_along_street(direct, start, goal, ground.streets, weights.open_ms)
    ms, arcs, first_seed, last_seed = _through_hierarchy(ground, weights, start, goal)
    if min(ms, direct[0, 0]) >= NEVER:
        return None
    if direct[0, 0] <= ms:
        return _along_one_street(ground, start, goal, int(direct[0, 0]))
    return _assemble(ground, start, goal, ms, arcs, first_seed, last_seed)


def _through_hierarchy(
    ground: Ground, weights: Weights, start: Ends, goal: Ends
) -> tuple[int, I64, int, int]:
    h, t = ground.hierarchy, ground.topology
    n = len(h.rank)
    there, back = np.full(n, NEVER, np.int32), np.full(n, NEVER, np.int32)
    by, to = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    _climb_tracing(h.up_first, h.up_head, weights.up, h.rank[start.node], start.ms, there, by)
    _climb_tracing(h.up_first, h.up_head, weights.down, h.rank[goal.node], goal.ms, back, to)
    total = there.astype(np.int64) + back
    top = int(np.argmin(total))
    if total[top] >= NEVER:
        return NEVER, np.zeros(0, np.int64), -1, -1
    climbed, bottom = _chain(h.up_tail, by, top)
    descended, end = _chain(h.up_tail, to, top)
    chain = np.concatenate([2 * climbed[::-1], 2 * descended + 1]).astype(np.int64)
    arcs = _unfold(
        chain, h.up_first, h.up_head, h.up_tail, h.down_first, h.down_arc, weights.up, weights.down,
        np.argsort(h.rank).astype(np.uint32), h.rank, t.first, t.head, weights.arc_ms,
    )  # fmt: skip
    return int(total[top]), arcs, _seed_at(h.rank, start, bottom), _seed_at(h.rank, goal, end)


def _seed_at(rank: U32, ends: Ends, wanted: int) -> int:
    seeds = np.flatnonzero(rank[ends.node] == wanted)
    return int(seeds[np.argmin(ends.ms[seeds])])


def _chain(up_tail: U32, by: I64, top: int) -> tuple[I64, int]:
    """(hierarchy arcs from `top` down to where the climb began, that rank)."""
    arcs = []
    while by[top] >= 0:
        arcs.append(by[top])
        top = int(up_tail[by[top]])
    return np.array(arcs, np.int64), top


def _along_one_street(ground: Ground, start: Ends, goal: Ends, ms: int) -> Route:
    streets = ground.streets
    line = streets.piece(int(start.segment[0]), float(start.fraction[0]), float(goal.fraction[0]))
    forward = bool(goal.fraction[0] >= start.fraction[0])
    edges = streets.edges_of(int(start.segment[0]))
    edge = edges[streets.edge_forward[edges] == forward][:1]
    return Route(ms / 1000.0, np.zeros(0, np.int32), edge, line)


def _assemble(
    ground: Ground, start: Ends, goal: Ends, ms: int, arcs: I64, first_seed: int, last_seed: int
) -> Route:
    t, streets = ground.topology, ground.streets
    begin, finish = int(start.node[first_seed]), int(goal.node[last_seed])
    nodes = t.base[np.concatenate([[begin], t.head[arcs]]).astype(np.int64)]
    edges = [int(e) for e in t.edge[arcs]]
    lines = [streets.line_of(e) for e in edges]
    lead, tail = int(start.edge[first_seed]), int(goal.edge[last_seed])
    if lead >= 0:
        end = 1.0 if streets.edge_forward[lead] else 0.0
        edges.insert(0, lead)
        lines.insert(0, streets.piece(int(start.segment[0]), float(start.fraction[0]), end))
    if tail >= 0:
        begun = 0.0 if streets.edge_forward[tail] else 1.0
        edges.append(tail)
        lines.append(streets.piece(int(goal.segment[0]), begun, float(goal.fraction[0])))
    here = np.array([[t.lon[finish], t.lat[finish]]])
    coords = np.concatenate(lines) if lines else here
    keep = np.append(True, np.any(np.diff(coords, axis=0) != 0, axis=1))
    return Route(ms / 1000.0, nodes.astype(np.int32), np.array(edges, np.int32), coords[keep])


@njit(cache=True, nogil=True)
def _climb_tracing(
    up_first: U32, up_head: U32, out: I32, ranks: U32, spent: I32, cost: I32, by: I64
) -> None:  # pragma: no cover
    """`climb`, noting for each rank the hierarchy arc it was reached by (-1 for a seed)."""
    for i in range(len(ranks)):
        cost[ranks[i]] = min(cost[ranks[i]], spent[i])
    for i in range(len(ranks)):
        v = ranks[i]
        while True:
            for arc in range(up_first[v], up_first[v + ONE]):
                reach = np.int32(cost[v] + out[arc])
                if reach < cost[up_head[arc]]:
                    cost[up_head[arc]] = reach
                    by[up_head[arc]] = arc
            if up_first[v] == up_first[v + ONE]:
                break
            v = up_head[up_first[v]]


@njit(cache=True, nogil=True)
def _unfold(
    chain: I64, up_first: U32, up_head: U32, up_tail: U32, down_first: U32, down_arc: U32,
    up: I32, down: I32, node: U32, rank: U32, first: U32, head: U32, arc_ms: I32,
) -> I64:  # fmt: skip  # pragma: no cover
    """Street arcs of a chain of hierarchy arcs (2 * arc upward, 2 * arc + 1 downward), in order."""
    stack = list(chain[::-1])
    streets = [np.int64(0) for _ in range(0)]
    while len(stack) > 0:
        code = stack.pop()
        arc, falls = np.uint32(code >> 1), code & 1
        low, high = up_tail[arc], up_head[arc]
        cost = down[arc] if falls else up[arc]
        begin, end = (node[high], node[low]) if falls else (node[low], node[high])
        found = False
        for a in range(first[begin], first[begin + ONE]):
            if head[a] == end and arc_ms[a] == cost:
                streets.append(np.int64(a))
                found = True
                break
        if found:
            continue
        for i in range(down_first[low], down_first[low + ONE]):
            side = down_arc[i]
            x = up_tail[side]
            last = up_first[x + ONE]
            other = side + ONE
            while other < last and up_head[other] < high:
                other += ONE
            if other == last or up_head[other] != high:
                continue
            if falls and down[other] + up[side] == cost:
                stack.append(np.int64(2 * side))
                stack.append(np.int64(2 * other + 1))
                break
            if not falls and down[side] + up[other] == cost:
                stack.append(np.int64(2 * other))
                stack.append(np.int64(2 * side + 1))
                break
    return np.array(streets)
