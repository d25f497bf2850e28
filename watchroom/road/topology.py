"""Who can drive from where to where: the arcs of the graph that is searched.

A turn that costs time or is forbidden splits the crossing it lies at: journeys that come in by such
an arm arrive at a *copy* of the crossing, which only has the arms they may leave by, each at the
cost of its turn (`turns`). All queries stay plain shortest paths on this graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from watchroom.road.arrays import F64, I32, U32, Bools, frozen, gather_first
from watchroom.road.hours import SLOTS


@dataclass(frozen=True)
class Topology:
    """n nodes standing for `places` public ones, and m arcs sorted by tail.

    Nodes of the graph are numbered so that neighbours lie close together in memory (by their rank
    in the hierarchy, once there is one); public numbers are the caller's own.
    """

    lon: F64
    """(places) degrees of the public nodes."""
    lat: F64
    """(places) degrees."""
    base: I32
    """(n) the public node of every node."""
    node: U32
    """(places) the node with all arms of every public node, where journeys start."""
    tail: I32
    """(m) where the arc starts."""
    head: U32
    """(m) where it ends."""
    edge: I32
    """(m) the directed street edge that the arc drives along."""
    first: U32
    """(n + 1) arcs out of v are first[v]:first[v + 1]."""
    into_first: U32
    """(n + 1) arcs into v are into_arc[into_first[v]:into_first[v + 1]]."""
    into_arc: U32
    """(m) arcs grouped by head."""
    into_tail: U32
    """(m) where they start."""
    edge_first: I32
    """(E + 1) arcs that drive along edge e are edge_arc[edge_first[e]:edge_first[e + 1]]."""
    edge_arc: I32
    """(m) arcs grouped by edge."""
    edge_node: U32
    """(E) the node at which an edge ends for a journey that began on it."""
    turn_ms: I32
    """(m) milliseconds of the turn onto the arc's edge; empty where no turn costs anything."""
    turn_hours: I32
    """(m) row of `hours`; empty like `turn_ms`."""
    hours: Bools
    """(k, 168) True in the hours of the week in which a turn is barred; row 0 never."""
    copy_first: I32
    """(places + 1) nodes that stand for public node v: copy_node[copy_first[v]:...]."""
    copy_node: U32
    """(n) nodes grouped by public node."""

    @property
    def places(self) -> int:
        """Number of public nodes."""
        return len(self.copy_first) - 1


@dataclass(frozen=True)
class Arcs:
    """m arcs in any order, as in `Topology`."""

    tail: npt.NDArray[Any]
    head: npt.NDArray[Any]
    edge: npt.NDArray[Any]
    turn_ms: npt.NDArray[Any]
    turn_hours: npt.NDArray[Any]
    hours: Bools
    edge_node: npt.NDArray[Any]


def plain(tail: npt.NDArray[Any], head: npt.NDArray[Any]) -> Arcs:
    """Arcs of a graph without turn costs: edge i is arc i."""
    nothing = np.zeros(0, np.int32)
    never = np.zeros((1, SLOTS), np.bool_)
    return Arcs(tail, head, np.arange(len(tail)), nothing, nothing, never, head)


def arrange(
    arcs: Arcs, lon: npt.ArrayLike, lat: npt.ArrayLike, base: npt.ArrayLike,
    node: npt.ArrayLike | None = None,
) -> Topology:  # fmt: skip
    """A Topology from its arcs (other arrays as there); node: 0..places-1 if not told."""
    base, edge_node = np.asarray(base), arcs.edge_node
    n, places = len(base), len(np.asarray(lon))
    order = np.argsort(arcs.tail, kind="stable")
    tail, head, edge = arcs.tail[order], arcs.head[order], arcs.edge[order]
    turning = arcs.turn_ms.any() or arcs.turn_hours.any()
    turn_ms, turn_hours = (x[order] if turning else x[:0] for x in (arcs.turn_ms, arcs.turn_hours))
    into = np.argsort(head, kind="stable")
    return Topology(
        lon=frozen(lon, np.float64),
        lat=frozen(lat, np.float64),
        base=frozen(base, np.int32),
        node=frozen(np.arange(places) if node is None else node, np.uint32),
        tail=frozen(tail, np.int32),
        head=frozen(head, np.uint32),
        edge=frozen(edge, np.int32),
        first=frozen(gather_first(tail, n), np.uint32),
        into_first=frozen(gather_first(head, n), np.uint32),
        into_arc=frozen(into, np.uint32),
        into_tail=frozen(tail[into], np.uint32),
        edge_first=frozen(gather_first(edge, len(edge_node)), np.int32),
        edge_arc=frozen(np.argsort(edge, kind="stable"), np.int32),
        edge_node=frozen(edge_node, np.uint32),
        turn_ms=frozen(turn_ms, np.int32),
        turn_hours=frozen(turn_hours, np.int32),
        hours=frozen(arcs.hours, np.bool_),
        copy_first=frozen(gather_first(base, places), np.int32),
        copy_node=frozen(np.argsort(base, kind="stable"), np.uint32),
    )


def renumbered(t: Topology, rank: I32) -> Topology:
    """The same graph with node v called rank[v]."""
    base = np.empty_like(t.base)
    base[rank] = t.base
    arcs = Arcs(
        rank[t.tail], rank[t.head], t.edge, t.turn_ms, t.turn_hours, t.hours, rank[t.edge_node]
    )
    return arrange(arcs, t.lon, t.lat, base, rank[t.node])


def main_nodes(t: Topology) -> Bools:
    """(n) True in the largest part where every node can be reached from every other."""
    n = len(t.base)
    graph = csr_array((np.ones(len(t.head), np.int8), t.head, t.first), shape=(n, n))
    _, part = connected_components(graph, directed=True, connection="strong")
    main: Bools = part == np.bincount(part).argmax()
    return main
