"""The road network of a city: streets, graph and hierarchy in flat arrays, and how to ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from datetime import datetime
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from watchroom.base.text import Text
from watchroom.road import (
    checking,
    dissection,
    grid,
    hierarchy,
    osm,
    storage,
    streets,
    topology,
    weights,
)
from watchroom.road.arrays import F64, I32, NEVER
from watchroom.road.grid import Grid
from watchroom.road.ground import Ground, Where
from watchroom.road.hierarchy import Hierarchy
from watchroom.road.isochrone import Isochrone
from watchroom.road.jams import Jam, slowed_edges
from watchroom.road.learned import Learned
from watchroom.road.profile import Profile, named
from watchroom.road.route import Route
from watchroom.road.streets import CLASSES, Names, Streets
from watchroom.road.topology import Topology
from watchroom.road.view import View

Progress = Callable[[Text, float], None]
"""Told what is being done and how much of the whole is behind us, 0 to 1."""
REMEMBERED_VIEWS = 6
"""Views kept for the next question with the same hour and closures (20 MB each for New York)."""
FEW_EDGES = 0.01
"""Up to this share of changed edges only what leans on them is worked out again."""


class Network(Ground):
    """Immutable once built. Public nodes are numbered 0..len(network)-1.

    Asked directly it answers for free-flowing traffic without closures; `at` gives the view for an
    hour of the week and for closed streets.
    """

    def __init__(
        self, graph: Topology, roads: Streets, order: Hierarchy, cells: Grid, names: Names
    ) -> None:
        super().__init__(graph, roads, order, cells, names)
        self.factors = weights.factor_table(None)
        self.learned: Learned | None = None
        self._views: dict[tuple[int | None, frozenset[int], frozenset[Jam]], View] = {}
        self._lock = Lock()
        self.skipped_restrictions = 0
        """Turn restrictions of the source not understood, or with parts cut off."""

    @classmethod
    def from_arrays(
        cls,
        tail: npt.ArrayLike,
        head: npt.ArrayLike,
        seconds: npt.ArrayLike,
        lon: npt.ArrayLike,
        lat: npt.ArrayLike,
        *,
        road_class: npt.ArrayLike | None = None,
        name: npt.ArrayLike | None = None,
        level: npt.ArrayLike | None = None,
        names: Names = (("", ""),),
    ) -> Network:
        """A network from m directed edges between n nodes.

        tail, head: (m) whole numbers 0..n-1; seconds: (m) free-flow driving time, 0 to 10^6,
        kept to the millisecond; lon, lat: (n) degrees WGS-84. road_class: (m) index into
        `streets.CLASSES`; name: (m) index into names, pairs (zh, en) that begin with ("", "");
        level: (m) 1 and up for bridges.
        Raises Refusal with the first thing that is wrong.
        """
        t, h, ms, x, y = checking.checked(tail, head, seconds, lon, lat)
        kind = checking.numbers(road_class, len(t), len(CLASSES), CLASSES.index("unclassified"))
        called = checking.numbers(name, len(t), len(names), 0)
        above = checking.numbers(level, len(t), 100, 0)
        graph = topology.arrange(topology.plain(t, h), x, y, np.arange(len(x)))
        roads = streets.straight(t, h, ms, x, y, kind.astype(np.uint8), called, above)
        return cls.build(graph, roads, names)

    @classmethod
    def from_osm(
        cls,
        path: Path | str,
        progress: Progress | None = None,
        profile: Profile | str = "car",
    ) -> Network:
        """A network from an OpenStreetMap extract (PBF), for a patrol car or another profile.

        progress is told what is being done and how much of the whole is behind us, 0 to 1. Raises
        Refusal for a file that is missing, unreadable or without streets.
        """
        tell = progress or (lambda _text, _share: None)
        tell(Text("读取道路", "Reading streets"), 0.0)
        found = osm.read(Path(path), named(profile))
        tell(Text("连接路口", "Joining crossings"), 0.4)
        graph, roads, skipped = osm.build(found)
        tell(Text("排定层级", "Ordering the hierarchy"), 0.5)
        network = cls.build(graph, roads, tuple(found.names))
        network.skipped_restrictions = skipped
        tell(Text("完成", "Done"), 1.0)
        return network

    @classmethod
    def build(cls, graph: Topology, roads: Streets, names: Names) -> Network:
        """A network from finished parts: computes the hierarchy."""
        graph = _ordered(graph)
        heads = graph.head.astype(np.int32)
        order = hierarchy.contract(graph.tail, heads, len(graph.base))
        inside = topology.main_nodes(graph)
        arc_inside = inside[graph.tail] & inside[heads]
        main = np.zeros(len(roads.segment_name), np.bool_)
        main[roads.edge_segment[graph.edge[arc_inside]]] = True
        return cls(graph, roads, order, grid.lay(roads, main), names)

    @property
    def free_flow(self) -> View:
        """The view without traffic and closures."""
        return self.at()

    def with_speeds(self, factors: npt.ArrayLike) -> Network:
        """The same network with speed factors (168, classes) or (classes), 1 = free flow."""
        twin = copy(self)
        twin.factors = weights.factor_table(factors)
        twin._views = {}
        return twin

    def with_learned(self, learned: Learned | None) -> Network:
        """The same network with what the units' own journeys told about its speeds."""
        twin = copy(self)
        twin.learned = learned
        twin._views = {}
        return twin

    def at(
        self,
        when: datetime | int | None = None,
        closures: Iterable[int] = (),
        jams: Iterable[Jam] = (),
    ) -> View:
        """The view for a local time or hour of the week (None: free flow), closed edges and jams.

        Nothing is rebuilt: the hierarchy gets new weights (about 40 ms for 264,000 nodes, about
        2 ms where few streets differ from the hour's own). The last few views are remembered.
        """
        slot = None if when is None else weights.slot_of(when)
        key = (slot, frozenset(closures), frozenset(jams))
        with self._lock:
            known = self._views.pop(key, None)
        view = known or self._view(*key)
        with self._lock:
            self._views[key] = view
            while len(self._views) > REMEMBERED_VIEWS:
                del self._views[next(iter(self._views))]
        return view

    def _view(self, slot: int | None, closures: frozenset[int], jams: frozenset[Jam]) -> View:
        if not closures and not jams:
            row = np.ones(len(CLASSES)) if slot is None else self.factors[slot]
            speed = row[self.streets.edge_class]
            if slot is not None and self.learned is not None:
                speed = speed * self.learned.of_edges(self.streets, slot)
            return View(self, weights.slowed(self.streets.edge_ms, speed), slot=slot)
        base = self.at(slot)
        shut = weights.closed_edges(closures, len(base.edge_ms))
        edges, ms = slowed_edges(self, base.edge_ms, tuple(jams))
        if len(edges) + len(closures) <= len(base.edge_ms) * FEW_EDGES:
            kept = ~shut[edges]
            closed = np.flatnonzero(shut)
            never = np.full(len(closed), NEVER, np.int32)
            return base.changed(
                np.concatenate([edges[kept], closed]), np.concatenate([ms[kept], never])
            )
        edge_ms = base.edge_ms.copy()
        edge_ms[edges] = ms
        return View(self, edge_ms, shut if closures else None, slot=slot)

    def travel_times(self, sources: Where, targets: Where) -> F64:
        """(k) seconds from k sources to one target, or from one to k; see `View.travel_times`."""
        return self.free_flow.travel_times(sources, targets)

    def matrix(self, sources: Where, targets: Where) -> F64:
        """(k, l) seconds; see `View.matrix`."""
        return self.free_flow.matrix(sources, targets)

    def isochrone(self, source: Where, seconds: float) -> Isochrone:
        """What can be reached within a time; see `View.isochrone`."""
        return self.free_flow.isochrone(source, seconds)

    def nearest(self, target: Where, sources: Where, k: int) -> tuple[I32, F64]:
        """The nearest few of many sources; see `View.nearest`."""
        return self.free_flow.nearest(target, sources, k)

    def route(self, source: Where, target: Where) -> Route | None:
        """The quickest way; see `View.route`."""
        return self.free_flow.route(source, target)

    def save(self, path: Path | str) -> None:
        """Write the network as a folder of plain arrays, taking over from an older one at once."""
        view = self.free_flow
        storage.save(Path(path), self, self.factors, (view.up, view.down))

    @classmethod
    def load(cls, path: Path | str) -> Network:
        """A saved network, memory-mapped: processes on one machine share one copy."""
        parts, names, factors, free_flow = storage.load(Path(path))
        graph, roads, order, cells = parts
        network = cls(graph, roads, order, cells, names)
        network.factors = factors
        view = View(network, roads.edge_ms, weights=free_flow)
        network._views[None, frozenset(), frozenset()] = view
        return network


def _ordered(graph: Topology) -> Topology:
    """The graph numbered by rank."""
    lon, lat = graph.lon[graph.base], graph.lat[graph.base]
    rank = dissection.order(graph.tail, graph.head.astype(np.int32), lon, lat)
    return topology.renumbered(graph, rank)
