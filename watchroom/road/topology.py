"""Who can drive from where to where: the arcs of the graph that is searched.

A turn restriction splits the crossing it lies at: journeys that come in by the restricted arm
arrive at a *copy* of the crossing, which only has the arms they may leave by. All queries stay
plain shortest paths on this graph.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from watchroom.road.arrays import F64, I32, U32, Bools, frozen, gather_first


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
    """(m) arcs grouped by edge; all of an edge end at one node."""
    copy_first: I32
    """(places + 1) nodes that stand for public node v: copy_node[copy_first[v]:...]."""
    copy_node: U32
    """(n) nodes grouped by public node."""

    @property
    def places(self) -> int:
        """Number of public nodes."""
        return len(self.copy_first) - 1


def arrange(
    tail: npt.ArrayLike, head: npt.ArrayLike, edge: npt.ArrayLike,
    lon: npt.ArrayLike, lat: npt.ArrayLike, base: npt.ArrayLike, node: npt.ArrayLike | None = None,
) -> Topology:  # fmt: skip
    """A Topology from arcs in any order (arrays as there); node: 0..places-1 if not told."""
    tail, head, edge, base = (np.asarray(x) for x in (tail, head, edge, base))
    n, places = len(base), len(np.asarray(lon))
    order = np.argsort(tail, kind="stable")
    tail, head, edge = tail[order], head[order], edge[order]
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
        edge_first=frozen(gather_first(edge, int(edge.max(initial=-1)) + 1), np.int32),
        edge_arc=frozen(np.argsort(edge, kind="stable"), np.int32),
        copy_first=frozen(gather_first(base, places), np.int32),
        copy_node=frozen(np.argsort(base, kind="stable"), np.uint32),
    )


def renumbered(t: Topology, rank: I32) -> Topology:
    """The same graph with node v called rank[v]."""
    base = np.empty_like(t.base)
    base[rank] = t.base
    return arrange(rank[t.tail], rank[t.head], t.edge, t.lon, t.lat, base, rank[t.node])


def main_nodes(t: Topology) -> Bools:
    """(n) True in the largest part where every node can be reached from every other."""
    n = len(t.base)
    graph = csr_array((np.ones(len(t.head), np.int8), t.head, t.first), shape=(n, n))
    _, part = connected_components(graph, directed=True, connection="strong")
    main: Bools = part == np.bincount(part).argmax()
    return main
