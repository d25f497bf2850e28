"""One quickest way, unfolded from the hierarchy into streets, nodes and a line for the map."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numba import njit

from watchroom.road.arrays import F64, I32, I64, NEVER, ONE, U32
from watchroom.road.cordon import Walk
from watchroom.road.directions import Drive, Step, steps
from watchroom.road.ends import Ends
from watchroom.road.ground import Ground
from watchroom.road.weighted import Weighted


@dataclass(frozen=True)
class Route:
    """A way from one end to another."""

    seconds: float
    """All of it, walks too."""
    nodes: I32
    """(r) public nodes passed, in order."""
    edges: I32
    """(q) directed edges driven, in order; the first and last may be driven in part."""
    coords: F64
    """(p, 2) lon, lat of the line that is driven."""
    lines: tuple[F64, ...]
    """(q) of (·, 2): the driven part of each edge."""
    before: Walk
    """On foot out of a closed street at the beginning."""
    after: Walk
    """On foot at the end."""
    _ground: Ground = field(repr=False)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What to say to the driver, in Chinese and English."""
        drive = Drive(self.edges, self.lines, self.before, self.after, self.coords[-1])
        return steps(self._ground, drive)


def trace(view: Weighted, start: Ends, goal: Ends) -> Route | None:
    """The quickest way between two single ends, None where there is none."""
    direct = np.full((1, 1), NEVER, np.int32)
    view.shorten(direct, start, goal)
    ms, arcs, first_seed, last_seed = _through_hierarchy(view, start, goal)
    if min(ms, int(direct[0, 0])) >= NEVER:
        return None
    if direct[0, 0] <= ms:
        return _along_one_street(view, start, goal, int(direct[0, 0]))
    return _assemble(view, start, goal, ms, arcs, first_seed, last_seed)


def _through_hierarchy(view: Weighted, start: Ends, goal: Ends) -> tuple[int, I64, int, int]:
    h, t = view.network.hierarchy, view.network.topology
    n = len(h.parent)
    there, back = np.full(n, NEVER, np.int32), np.full(n, NEVER, np.int32)
    by, to = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    _climb_tracing(h.up_first, h.up_head, view.up, start.node, start.ms, there, by)
    _climb_tracing(h.up_first, h.up_head, view.down, goal.node, goal.ms, back, to)
    total = there + back
    top = int(np.argmin(total))
    if total[top] >= NEVER:
        return NEVER, np.zeros(0, np.int64), -1, -1
    climbed, bottom = _chain(h.up_tail, by, top)
    descended, end = _chain(h.up_tail, to, top)
    chain = np.concatenate([2 * climbed[::-1], 2 * descended + 1]).astype(np.int64)
    arcs = _unfold(
        chain, h.up_first, h.up_head, h.up_tail, h.down_first, h.down_arc, view.up, view.down,
        t.first, t.head, view.arc_ms,
    )  # fmt: skip
    return int(total[top]), arcs, _seed_at(start, bottom), _seed_at(goal, end)


def _seed_at(ends: Ends, wanted: int) -> int:
    seeds = np.flatnonzero(ends.node == wanted)
    return int(seeds[np.argmin(ends.ms[seeds])])


def _chain(up_tail: U32, by: I64, top: int) -> tuple[I64, int]:
    """(hierarchy arcs from `top` down to where the climb began, that rank)."""
    arcs = []
    while by[top] >= 0:
        arcs.append(by[top])
        top = int(up_tail[by[top]])
    return np.array(arcs, np.int64), top


def _along_one_street(view: Weighted, start: Ends, goal: Ends, ms: int) -> Route:
    """Between two points of one street, driven if that is as quick as any walk."""
    streets, segment = view.network.streets, int(start.segment[0])
    begin, end = float(start.fraction[0]), float(goal.fraction[0])
    line = streets.piece(segment, begin, end)
    edges = streets.edges_of(segment)
    forward = end >= begin if end != begin else bool(streets.edge_forward[edges[0]])
    driven = edges[(streets.edge_forward[edges] == forward) & (view.edge_ms[edges] < NEVER)][:1]
    final, nothing = int(goal.walk_ms[0]), np.zeros((0, 2))
    if not len(driven):
        after = Walk(ms / 1000, line)
        return _route(view, ms, np.zeros(0, np.int32), [], [], (Walk(0.0, nothing), after))
    walks = (Walk(0.0, nothing), Walk(final / 1000, nothing))
    return _route(view, ms, np.zeros(0, np.int32), driven.tolist(), [line], walks)


def _assemble(
    view: Weighted, start: Ends, goal: Ends, ms: int, arcs: I64, first_seed: int, last_seed: int
) -> Route:
    t, streets = view.network.topology, view.network.streets
    begin = int(start.node[first_seed])
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
    before = _walk(view, start, first_seed, int(nodes[0]))
    after = _walk(view, goal, last_seed, int(nodes[-1]))
    walks = (before, Walk(after.seconds, after.coords[::-1]))
    return _route(view, ms, nodes.astype(np.int32), edges, lines, walks)


def _walk(view: Weighted, ends: Ends, seed: int, crossing: int) -> Walk:
    """From a point to the crossing where the drive begins (or ends): on foot if that is closed."""
    plain, nothing = int(ends.walk_ms[0]), np.zeros((0, 2))
    if ends.edge[seed] >= 0 or ends.segment[0] < 0 or view.cordon is None:
        return Walk(plain / 1000, nothing)
    way = view.cordon.walks(int(ends.segment[0]), float(ends.fraction[0]))[crossing][1]
    return Walk(int(ends.ms[seed]) / 1000, view.cordon.line(way, float(ends.fraction[0])))


def _route(
    view: Weighted,
    ms: int,
    nodes: I32,
    edges: list[int],
    lines: list[F64],
    walks: tuple[Walk, Walk],
) -> Route:
    ground = view.network
    walked = [walk.coords[-1:] for walk in walks[:1]] + [walk.coords[:1] for walk in walks[1:]]
    spot = [line for line in walked if len(line)]
    if not spot and len(nodes):
        spot = [np.column_stack([ground.lon[nodes[-1:]], ground.lat[nodes[-1:]]])]
    coords = np.concatenate(lines) if lines else spot[0]
    keep = np.append(True, np.any(np.diff(coords, axis=0) != 0, axis=1))
    return Route(
        ms / 1000.0, nodes, np.array(edges, np.int32), coords[keep], tuple(lines), *walks, ground
    )


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
    up: I32, down: I32, first: U32, head: U32, arc_ms: I32,
) -> I64:  # fmt: skip  # pragma: no cover
    """Street arcs of a chain of hierarchy arcs (2 * arc upward, 2 * arc + 1 downward), in order."""
    stack = list(chain[::-1])
    streets = [np.int64(0) for _ in range(0)]
    while len(stack) > 0:
        code = stack.pop()
        arc, falls = np.uint32(code >> 1), code & 1
        low, high = up_tail[arc], up_head[arc]
        cost = down[arc] if falls else up[arc]
        begin, end = (high, low) if falls else (low, high)
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
