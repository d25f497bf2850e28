"""Where journeys start and end, in the words of the engine: seeds at the nodes of the graph.

A journey from a point on a street first drives the rest of the street, one to a point last drives
its first part: whole milliseconds that add up to the street's own, as if the point were a node. A
closure does not bind these two partial drives: the scene of an accident is often the street that
was closed for it, and a unit inside a cordon may leave it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from watchroom.road.arrays import F64, I32, I64, NEVER, U32
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

    def __len__(self) -> int:
        return len(self.segment)


def leaving_nodes(nodes: I32) -> Ends:
    """Journeys that start at public nodes."""
    count = len(nodes)
    return _at_nodes(np.arange(count + 1), nodes, count)


def arriving_nodes(t: Topology, nodes: I32) -> Ends:
    """Journeys that end at public nodes: any copy of the node will do."""
    first, places = spread_groups(t.copy_first, nodes)
    return _at_nodes(first, t.copy_node[places], len(nodes))


def leaving_points(t: Topology, streets: Streets, edge_ms: I32, at: tuple[I64, F64]) -> Ends:
    """Journeys that start at points (segment, fraction) and first drive the rest of the edge."""
    segment, fraction = at
    first, places = spread_groups(streets.segment_first, segment)
    edge = streets.segment_edge[places]
    part = _driven(streets, edge_ms, edge, np.repeat(fraction, np.diff(first)))
    node = t.head[t.edge_arc[t.edge_first[edge]]]
    return Ends(first, node, edge_ms[edge] - part, edge, segment.astype(np.int32), fraction)


def arriving_points(t: Topology, streets: Streets, edge_ms: I32, at: tuple[I64, F64]) -> Ends:
    """Journeys that end at points (segment, fraction) and last drive the first part of the edge."""
    segment, fraction = at
    first, places = spread_groups(streets.segment_first, segment)
    edge = streets.segment_edge[places]
    part = _driven(streets, edge_ms, edge, np.repeat(fraction, np.diff(first)))
    seeds, arcs = spread_groups(t.edge_first, edge)
    counts = np.diff(seeds)
    node = t.tail[t.edge_arc[arcs]].astype(np.uint32)
    ms, driven = np.repeat(part, counts), np.repeat(edge, counts)
    return Ends(seeds[first], node, ms, driven, segment.astype(np.int32), fraction)


def shorten_along_street(ms: I32, start: Ends, goal: Ends, streets: Streets, edge_ms: I32) -> None:
    """Lower ms (starts, goals) where both lie on one street, one ahead of the other."""
    s, g, gain = along_street(start, goal, streets, edge_ms)
    np.minimum.at(ms, (s, g), gain)


def along_street(start: Ends, goal: Ends, streets: Streets, edge_ms: I32) -> tuple[I64, I64, I32]:
    """(starts, goals, milliseconds) of all pairs on one street, the goal ahead of the start."""
    order = np.argsort(goal.segment, kind="stable")
    sorted_segment = goal.segment[order]
    low = np.searchsorted(sorted_segment, start.segment, "left")
    high = np.where(start.segment < 0, low, np.searchsorted(sorted_segment, start.segment, "right"))
    counts = high - low
    s = np.repeat(np.arange(len(start)), counts)
    within = np.arange(len(s)) - np.repeat(np.cumsum(counts) - counts, counts)
    g = order[np.repeat(low, counts) + within]
    first, places = spread_groups(streets.segment_first, start.segment[s])
    edge = streets.segment_edge[places]
    s, g = np.repeat(s, np.diff(first)), np.repeat(g, np.diff(first))
    gain = _driven(streets, edge_ms, edge, goal.fraction[g])
    gain = gain - _driven(streets, edge_ms, edge, start.fraction[s])
    ahead = (goal.fraction[g] >= start.fraction[s]) == streets.edge_forward[edge]
    ahead |= goal.fraction[g] == start.fraction[s]
    return s[ahead], g[ahead], gain[ahead]


def least(ms: I32, first: I64) -> I32:
    """The least of each group of the last axis, NEVER if empty; `first`: offsets as in `Ends`."""
    if len(first) - 1 == ms.shape[-1] and np.all(np.diff(first) == 1):
        return ms
    padded = np.concatenate([ms, np.full((*ms.shape[:-1], 1), NEVER, ms.dtype)], -1)
    found: I32 = np.minimum.reduceat(padded, first[:-1], axis=-1)
    found[..., np.diff(first) == 0] = NEVER
    return found


def spread_groups(first: I32, groups: I32 | I64) -> tuple[I64, I64]:
    """(offsets, places) of the members of the given groups of a compressed list."""
    begin = first[groups].astype(np.int64)
    counts = first[groups + 1] - begin
    offsets = np.concatenate(([0], np.cumsum(counts)))
    places = np.arange(offsets[-1]) + np.repeat(begin - offsets[:-1], counts)
    return offsets, places


def _at_nodes(first: I64, nodes: I32, count: int) -> Ends:
    return Ends(
        first=first,
        node=nodes.astype(np.uint32),
        ms=np.zeros(len(nodes), np.int32),
        edge=np.full(len(nodes), -1, np.int32),
        segment=np.full(count, -1, np.int32),
        fraction=np.zeros(count),
    )


def _driven(streets: Streets, edge_ms: I32, edge: I32, fraction: F64) -> I32:
    """Milliseconds from the start of each edge to the fraction of its segment's line."""
    share = np.where(streets.edge_forward[edge], fraction, 1.0 - fraction)
    return np.rint(share * edge_ms[edge]).astype(np.int32)
