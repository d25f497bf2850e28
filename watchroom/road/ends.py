"""Where journeys start and end, in the words of the engine: seeds at the nodes of the graph.

A journey from a point on a street first drives the rest of the street, one to a point last drives
its first part: whole milliseconds that add up to the street's own, as if the point were a node.
Streets that are closed are not driven, not even in part: see `cordon`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numba import njit

from watchroom.road.arrays import F64, I32, I64, NEVER, U32, Bools
from watchroom.road.streets import Streets
from watchroom.road.topology import Topology


@dataclass(frozen=True)
class Ends:
    """k ends; end i has the seeds first[i]:first[i + 1].

    A node has one seed for itself (as a goal also one for each copy a turn restriction made of
    it); a point on a street has one for each direction that the street may be driven.
    """

    first: I64
    node: U32
    """(seeds) node of the graph."""
    ms: I32
    """(seeds) milliseconds between the end and that node."""
    edge: I32
    """(seeds) the edge driven partly between the end and that node, -1 for none."""
    segment: I32
    """(k) segment that the point lies on, -1 for a node."""
    fraction: F64
    """(k) how far along the segment's line, 0 to 1."""
    walk_ms: I32
    """(k) milliseconds on foot between street and point, counted at goals (in `ms` already)."""

    def __len__(self) -> int:
        return len(self.segment)


Pairs: TypeAlias = tuple[I64, I64, I32]
"""(starts, goals, milliseconds) of pairs that need not pass any crossing."""


@dataclass(frozen=True)
class Spots:
    """k points on streets."""

    segment: I32
    fraction: F64
    walk_ms: I32


def leaving_nodes(t: Topology, places: I32) -> Ends:
    """Journeys that start at public nodes."""
    return _at_nodes(np.arange(len(places) + 1), t.node[places], len(places))


def arriving_nodes(t: Topology, places: I32) -> Ends:
    """Journeys that end at public nodes: any copy of the node will do."""
    if t.places == len(t.base):
        return leaving_nodes(t, places)
    first, copies = spread_groups(t.copy_first, places)
    return _at_nodes(first, t.copy_node[copies], len(places))


def leaving_points(t: Topology, streets: Streets, edge_ms: I32, spots: Spots) -> Ends:
    """Journeys that start at points and first drive the rest of the edge.

    edge_ms: (E) milliseconds of the whole edges, NEVER for those that may not be driven.
    """
    first, node, ms, edge = _leave(
        streets.segment_first, streets.segment_edge, streets.edge_forward, edge_ms, t.edge_node,
        spots.segment, spots.fraction,
    )  # fmt: skip
    return Ends(first, node, ms, edge, spots.segment, spots.fraction, np.zeros_like(spots.walk_ms))


def arriving_points(t: Topology, streets: Streets, edge_ms: I32, arc_ms: I32, spots: Spots) -> Ends:
    """Journeys that end at points: last they turn onto the edge, drive its first part, then walk.

    arc_ms: (m) milliseconds of turn and edge, NEVER for turns that are barred.
    """
    first, node, ms, edge = _arrive(
        streets.segment_first, streets.segment_edge, streets.edge_forward, edge_ms, arc_ms,
        t.edge_first, t.edge_arc, t.tail, spots.segment, spots.fraction, spots.walk_ms,
    )  # fmt: skip
    return Ends(first, node, ms, edge, spots.segment, spots.fraction, spots.walk_ms)


def along_street(start: Ends, goal: Ends, streets: Streets, edge_ms: I32) -> Pairs:
    """All pairs on one street that is open, the goal ahead of the start."""
    order = np.argsort(goal.segment, kind="stable") if len(goal) > 1 else np.zeros(len(goal), int)
    return _along(
        start.segment, start.fraction, goal.segment, goal.fraction, goal.walk_ms, order,
        streets.segment_first, streets.segment_edge, streets.edge_forward, edge_ms,
    )  # fmt: skip


def spread_groups(first: I32, groups: I32 | I64) -> tuple[I64, I64]:
    """(offsets, places) of the members of the given groups of a compressed list."""
    begin = first[groups].astype(np.int64)
    counts = first[groups + 1] - begin
    offsets = np.concatenate(([0], np.cumsum(counts)))
    places = np.arange(offsets[-1]) + np.repeat(begin - offsets[:-1], counts)
    return offsets, places


def least(ms: I32, first: I64) -> I32:
    """The least of each group of the last axis, NEVER if empty; `first`: offsets as in `Ends`."""
    if len(first) - 1 == ms.shape[-1] and np.all(np.diff(first) == 1):
        return ms
    padded = np.concatenate([ms, np.full((*ms.shape[:-1], 1), NEVER, ms.dtype)], -1)
    found: I32 = np.minimum.reduceat(padded, first[:-1], axis=-1)
    found[..., np.diff(first) == 0] = NEVER
    return found


def _at_nodes(first: I64, nodes: U32, count: int) -> Ends:
    nothing = np.zeros(len(nodes), np.int32)
    none = np.full(max(count, len(nodes)), -1, np.int32)
    return Ends(
        first=first,
        node=nodes,
        ms=nothing,
        edge=none[: len(nodes)],
        segment=none[:count],
        fraction=np.zeros(count),
        walk_ms=np.zeros(count, np.int32),
    )


@njit(cache=True, nogil=True)
def driven(forward: Bools, edge_ms: I32, edge: Any, fraction: float) -> Any:  # pragma: no cover
    """Milliseconds from the start of an open edge to the fraction of its segment's line."""
    share = fraction if forward[edge] else 1.0 - fraction
    return np.int32(np.rint(share * edge_ms[edge]))


@njit(cache=True, nogil=True)
def _leave(
    segment_first: I32, segment_edge: I32, forward: Bools, edge_ms: I32, edge_node: U32,
    segment: I32, fraction: F64,
) -> tuple[I64, U32, I32, I32]:  # fmt: skip  # pragma: no cover
    first = np.zeros(len(segment) + 1, np.int64)
    room = 0
    for i in range(len(segment)):
        room += segment_first[segment[i] + 1] - segment_first[segment[i]]
    node, ms, edge = np.empty(room, np.uint32), np.empty(room, np.int32), np.empty(room, np.int32)
    k = 0
    for i in range(len(segment)):
        for place in range(segment_first[segment[i]], segment_first[segment[i] + 1]):
            e = segment_edge[place]
            if edge_ms[e] < NEVER:
                node[k] = edge_node[e]
                ms[k] = edge_ms[e] - driven(forward, edge_ms, e, fraction[i])
                edge[k] = e
                k += 1
        first[i + 1] = k
    return first, node[:k], ms[:k], edge[:k]


@njit(cache=True, nogil=True)
def _arrive(
    segment_first: I32, segment_edge: I32, forward: Bools, edge_ms: I32, arc_ms: I32,
    edge_first: I32, edge_arc: I32, arc_tail: I32, segment: I32, fraction: F64, walk_ms: I32,
) -> tuple[I64, U32, I32, I32]:  # fmt: skip  # pragma: no cover
    first = np.zeros(len(segment) + 1, np.int64)
    room = 0
    for i in range(len(segment)):
        for place in range(segment_first[segment[i]], segment_first[segment[i] + 1]):
            e = segment_edge[place]
            room += edge_first[e + 1] - edge_first[e]
    node, ms, edge = np.empty(room, np.uint32), np.empty(room, np.int32), np.empty(room, np.int32)
    k = 0
    for i in range(len(segment)):
        for place in range(segment_first[segment[i]], segment_first[segment[i] + 1]):
            e = segment_edge[place]
            if edge_ms[e] >= NEVER:
                continue
            part = driven(forward, edge_ms, e, fraction[i]) + walk_ms[i]
            for a in range(edge_first[e], edge_first[e + 1]):
                arc = edge_arc[a]
                if arc_ms[arc] < NEVER:
                    node[k] = arc_tail[arc]
                    ms[k] = part + (arc_ms[arc] - edge_ms[e])
                    edge[k] = e
                    k += 1
        first[i + 1] = k
    return first, node[:k], ms[:k], edge[:k]


@njit(cache=True, nogil=True)
def _along(
    start_segment: I32, start_fraction: F64, goal_segment: I32, goal_fraction: F64,
    walk_ms: I32, order: I64, segment_first: I32, segment_edge: I32, forward: Bools, edge_ms: I32,
) -> Pairs:  # fmt: skip  # pragma: no cover
    one, other, ms = np.empty(16, np.int64), np.empty(16, np.int64), np.empty(16, np.int32)
    k = 0
    for i in range(len(start_segment)):
        segment = start_segment[i]
        low, high = 0, len(order) if segment >= 0 else 0
        while low < high:
            middle = (low + high) >> 1
            if goal_segment[order[middle]] < segment:
                low = middle + 1
            else:
                high = middle
        while segment >= 0 and low < len(order) and goal_segment[order[low]] == segment:
            j = order[low]
            low += 1
            best = np.int64(walk_ms[j]) if start_fraction[i] == goal_fraction[j] else NEVER
            for place in range(segment_first[segment], segment_first[segment + 1]):
                e = segment_edge[place]
                ahead = (goal_fraction[j] >= start_fraction[i]) == forward[e]
                if edge_ms[e] < NEVER and ahead:
                    gain = driven(forward, edge_ms, e, goal_fraction[j])
                    gain -= driven(forward, edge_ms, e, start_fraction[i])
                    best = min(best, np.int64(gain) + walk_ms[j])
            if best >= NEVER:
                continue
            if k == len(one):
                one, other = np.append(one, one), np.append(other, other)
                ms = np.append(ms, ms)
            one[k], other[k], ms[k] = i, j, best
            k += 1
    return one[:k], other[:k], ms[:k]
