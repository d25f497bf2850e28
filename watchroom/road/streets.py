"""What the streets are: class, name, length and line of every directed edge.

A segment is a piece of street between two crossings with one line; it carries one directed edge
for each way it may be driven.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from watchroom.road.arrays import F64, I8, I32, I64, U8, Bools, frozen, gather_first

CLASSES = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link",
    "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified",
    "residential", "living_street", "service", "track", "road",
    "busway", "pedestrian", "footway", "path", "steps", "cycleway", "bridleway",
)  # fmt: skip
"""Street classes by number, the words of OpenStreetMap."""

Names = tuple[tuple[str, str], ...]
"""(zh, en) for each name number; number 0 is the street without a name."""


@dataclass(frozen=True)
class Streets:
    """E directed edges on s segments; lines are k points, degrees."""

    edge_ms: I32
    """(E) free-flow milliseconds."""
    edge_class: U8
    """(E) index into CLASSES."""
    edge_segment: I32
    """(E) the segment driven along."""
    edge_forward: Bools
    """(E) True where the edge follows the drawing direction of the segment's line."""
    segment_name: I32
    """(s) name number."""
    segment_level: I8
    """(s) 0 on the ground, above it (bridges) 1 and up, below it (tunnels) -1 and down."""
    line_first: I64
    """(s + 1) the line of segment i is line_lon/line_lat[line_first[i]:line_first[i + 1]]."""
    line_lon: F64
    line_lat: F64
    segment_first: I32
    """(s + 1) edges of segment i are segment_edge[segment_first[i]:segment_first[i + 1]]."""
    segment_edge: I32
    """(E) edges grouped by segment."""

    def edges_of(self, segment: int) -> I32:
        """The directed edges of a segment."""
        return self.segment_edge[self.segment_first[segment] : self.segment_first[segment + 1]]

    def line_of(self, edge: int) -> F64:
        """(p, 2) the line of an edge in driving direction."""
        ends = (0.0, 1.0) if self.edge_forward[edge] else (1.0, 0.0)
        return self.piece(int(self.edge_segment[edge]), *ends)

    def piece(self, segment: int, begin: float, end: float) -> F64:
        """(p, 2) the line between two fractions of its length, reversed where begin > end."""
        part = slice(self.line_first[segment], self.line_first[segment + 1])
        line = np.stack([self.line_lon[part], self.line_lat[part]], axis=1)
        if begin > end:
            return self.piece(segment, end, begin)[::-1]
        along = along_line(line)
        inner = line[(along > begin) & (along < end)]
        cuts = [[np.interp(f, along, line[:, i]) for i in (0, 1)] for f in (begin, end)]
        return np.concatenate([cuts[:1], inner, cuts[1:]])


def along_line(line: F64) -> F64:
    """(p) how far along its length each point of a line lies, 0 to 1 (rising even if length 0)."""
    east = np.diff(line[:, 0]) * np.cos(np.radians(line[:-1, 1]))
    steps = np.hypot(east, np.diff(line[:, 1])) + 1e-15
    return np.concatenate(([0.0], np.cumsum(steps) / steps.sum()))


def straight(
    tail: I32, head: I32, ms: I32, lon: F64, lat: F64, edge_class: U8, name: I32, level: I32
) -> Streets:
    """Streets whose lines are straight; an edge and its opposite share one segment.

    name, level: (E) of each edge; a segment takes those of its first edge.
    """
    forward = tail <= head
    segment, owner = _pair(tail, head, forward)
    ends = np.stack([np.minimum(tail, head)[owner], np.maximum(tail, head)[owner]], 1).ravel()
    return assemble(
        ms, edge_class, segment, forward, name[owner], level[owner],
        np.arange(0, 2 * len(owner) + 1, 2), lon[ends], lat[ends],
    )  # fmt: skip


def assemble(
    ms: I32, edge_class: U8, segment: I32, forward: Bools, segment_name: I32,
    segment_level: I32, line_first: I64, line_lon: F64, line_lat: F64,
) -> Streets:  # fmt: skip
    """Streets from their parts, frozen."""
    return Streets(
        edge_ms=frozen(ms, np.int32),
        edge_class=frozen(edge_class, np.uint8),
        edge_segment=frozen(segment, np.int32),
        edge_forward=frozen(forward, np.bool_),
        segment_name=frozen(segment_name, np.int32),
        segment_level=frozen(segment_level, np.int8),
        line_first=frozen(line_first, np.int64),
        line_lon=frozen(line_lon, np.float64),
        line_lat=frozen(line_lat, np.float64),
        segment_first=frozen(gather_first(segment, len(segment_name)), np.int32),
        segment_edge=frozen(np.argsort(segment, kind="stable"), np.int32),
    )


def _pair(tail: I32, head: I32, forward: Bools) -> tuple[I32, I32]:
    """(segment of each edge, first edge of each segment); the i-th edge u to v meets the i-th back.

    Parallel edges stay on segments of their own, so that each keeps its own time and class.
    """
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((forward, high, low))
    same = np.any(np.diff([low[order], high[order], forward[order].astype(np.int32)]) != 0, axis=0)
    starts = np.flatnonzero(np.concatenate(([1], same))) if len(order) else np.zeros(0, np.int64)
    turn = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    nth = np.empty(len(order), np.int64)
    nth[order] = turn
    keys = (low.astype(np.int64) * (int(high.max(initial=0)) + 1) + high) * (nth.max(initial=0) + 1)
    _, owner, segment = np.unique(keys + nth, return_index=True, return_inverse=True)
    return segment.astype(np.int32), owner.astype(np.int32)
