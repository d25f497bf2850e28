"""Closed streets: nobody drives them; who has to go into them or come out of them walks.

A journey from a point in a closed street begins on foot, one to such a point ends on foot: along
closed streets only, either way, over as many of them as lie between the point and an open crossing.
So the scene of an accident stays reachable in the street that was closed for it, nobody slips
through a closed street because of standing at its very end, and a time never comes out too short.
Journeys between crossings (asked by number) simply do without the closed streets.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from watchroom.base.geometry import distances_m
from watchroom.road.arrays import F64, I64, Bools
from watchroom.road.ends import Ends, Pairs
from watchroom.road.streets import Streets
from watchroom.road.topology import Topology

WALKING_SPEED = 1.4
"""Metres a second on foot (Bohannon, Age and Ageing 26, 1997)."""


@dataclass(frozen=True)
class Stretch:
    """A closed segment between two crossings (public numbers), first to last point of its line."""

    segment: int
    begin: int
    end: int
    ms: int
    """Milliseconds on foot."""


@dataclass(frozen=True)
class Walk:
    """A part of the way on foot: within closed streets, or from the street to the place."""

    seconds: float
    coords: F64
    """(p, 2) lon, lat of the part along closed streets; may be empty."""


@dataclass(frozen=True)
class Cordon:
    """The closed streets of one moment."""

    graph: Topology
    streets: Streets
    edges: I64
    """Closed directed edges, ascending."""

    @cached_property
    def stretches(self) -> dict[int, Stretch]:
        """Closed segments by number."""
        return {
            int(s): Stretch(int(s), *self._ends_of(int(s)), walking_ms(self.streets, int(s)))
            for s in np.unique(self.streets.edge_segment[self.edges])
        }

    @cached_property
    def shut(self) -> Bools:
        """(s) True for segments of which a direction is closed."""
        shut = np.zeros(len(self.streets.segment_name), np.bool_)
        shut[self.streets.edge_segment[self.edges]] = True
        return shut

    @cached_property
    def _paths(self) -> dict[int, list[tuple[int, int, int]]]:
        """(milliseconds, other crossing, segment) around every crossing."""
        paths: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for one in self.stretches.values():
            paths[one.begin].append((one.ms, one.end, one.segment))
            paths[one.end].append((one.ms, one.begin, one.segment))
        return paths

    def _ends_of(self, segment: int) -> tuple[int, int]:
        edge = int(self.streets.edges_of(segment)[0])
        arc = int(self.graph.edge_arc[self.graph.edge_first[edge]])
        tail = int(self.graph.base[self.graph.tail[arc]])
        head = int(self.graph.base[int(self.graph.head[arc])])
        return (tail, head) if self.streets.edge_forward[edge] else (head, tail)

    def walks(self, segment: int, fraction: float) -> dict[int, tuple[int, list[tuple[int, int]]]]:
        """{crossing: (milliseconds on foot, the way)} from a point in a closed segment.

        The way: (segment, crossing it is left at) of every closed segment walked, in order.
        """
        here = self.stretches[segment]
        part = walked(fraction, here.ms)
        queue: list[tuple[int, int, list[tuple[int, int]]]] = []
        heapq.heappush(queue, (part, here.begin, [(segment, here.begin)]))
        heapq.heappush(queue, (here.ms - part, here.end, [(segment, here.end)]))
        found: dict[int, tuple[int, list[tuple[int, int]]]] = {}
        while queue:
            at, place, way = heapq.heappop(queue)
            if place in found:
                continue
            found[place] = at, way
            for ms, other, by in self._paths[place]:
                if other not in found:
                    heapq.heappush(queue, (at + ms, other, [*way, (by, other)]))
        return found

    def line(self, way: list[tuple[int, int]], fraction: float) -> F64:
        """(p, 2) the line of a way of `walks`, from the point outward."""
        begin = fraction
        lines: list[F64] = []
        for segment, left_at in way:
            end = 1.0 if self.stretches[segment].end == left_at else 0.0
            begin = begin if not lines else 1.0 - end
            lines.append(self.streets.piece(segment, begin, end))
        return np.concatenate(lines)

    def on_foot(self, ends: Ends, *, arriving: bool) -> Ends:
        """The ends with the seeds that points in closed streets reach on foot added."""
        inside = np.flatnonzero((ends.segment >= 0) & self.shut[ends.segment])
        if not len(inside):
            return ends
        owner, node, ms = [], [], []
        for i in inside.tolist():
            for place, (at, _) in self.walks(int(ends.segment[i]), float(ends.fraction[i])).items():
                nodes = self._nodes(place) if arriving else [int(self.graph.node[place])]
                owner += [i] * len(nodes)
                node += nodes
                ms += [at + int(ends.walk_ms[i])] * len(nodes)
        owners = np.concatenate([np.repeat(np.arange(len(ends)), np.diff(ends.first)), owner])
        order = np.argsort(owners, kind="stable")
        return replace(
            ends,
            first=np.concatenate(([0], np.cumsum(np.bincount(owners, minlength=len(ends))))),
            node=np.concatenate([ends.node, np.array(node, np.uint32)])[order],
            ms=np.concatenate([ends.ms, np.array(ms, np.int32)])[order],
            edge=np.concatenate([ends.edge, np.full(len(node), -1, np.int32)])[order],
        )

    def _nodes(self, place: int) -> list[int]:
        t = self.graph
        return [int(v) for v in t.copy_node[t.copy_first[place] : t.copy_first[place + 1]]]

    def along_street(self, start: Ends, goal: Ends) -> Pairs:
        """All pairs in one closed segment: the walk between them."""
        inside = np.flatnonzero((start.segment >= 0) & self.shut[start.segment])
        one, other, ms = [], [], []
        for i in inside.tolist():
            whole = self.stretches[int(start.segment[i])].ms
            begun = walked(float(start.fraction[i]), whole)
            for j in np.flatnonzero(goal.segment == start.segment[i]).tolist():
                one.append(i)
                other.append(j)
                between = abs(walked(float(goal.fraction[j]), whole) - begun)
                ms.append(between + int(goal.walk_ms[j]))
        return np.array(one, np.int64), np.array(other, np.int64), np.array(ms, np.int32)


def walked(fraction: float, whole_ms: int) -> int:
    """Milliseconds on foot from the first point of a line to a fraction of it."""
    return round(fraction * whole_ms)


def walking_ms(streets: Streets, segment: int) -> int:
    """Milliseconds to walk a segment from end to end."""
    line = streets.piece(segment, 0.0, 1.0)
    return round(metres_of(line) / WALKING_SPEED * 1000)


def metres_of(line: F64) -> float:
    """Length of a line (p, 2) of lon, lat."""
    return float(distances_m(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1]).sum())
