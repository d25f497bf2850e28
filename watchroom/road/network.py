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
from watchroom.road import checking, grid, hierarchy, osm, storage, streets, topology, weights
from watchroom.road.arrays import F64, I32
from watchroom.road.grid import Grid
from watchroom.road.ground import Ground
from watchroom.road.hierarchy import Hierarchy
from watchroom.road.route import Route
from watchroom.road.streets import CLASSES, Names, Streets
from watchroom.road.topology import Topology
from watchroom.road.view import Isochrone, View, Where

Progress = Callable[[Text, float], None]
"""Told what is being done and how much of the whole is behind us, 0 to 1."""
REMEMBERED_VIEWS = 6
"""Views kept for the next question with the same hour and closures (12 MB each for New York)."""


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
        self._views: dict[tuple[int | None, frozenset[int]], View] = {}
        self._lock = Lock()
        self.skipped_restrictions = 0
        """Turn restrictions of the source not understood (a way as via, parts cut off)."""

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
        names: Names = (("", ""),),
    ) -> Network:
        """A network from m directed edges between n nodes.

        tail, head: (m) whole numbers 0..n-1; seconds: (m) free-flow driving time, 0 to 10^6,
        kept to the millisecond; lon, lat: (n) degrees WGS-84. road_class: (m) index into
        `streets.CLASSES`; name: (m) index into names, pairs (zh, en) that begin with ("", "").
        Raises Refusal with the first thing that is wrong.
        """
        t, h, ms, x, y = checking.checked(tail, head, seconds, lon, lat)
        kind = checking.numbers(road_class, len(t), len(CLASSES), CLASSES.index("unclassified"))
        called = checking.numbers(name, len(t), len(names), 0)
        graph = topology.arrange(t, h, np.arange(len(t)), x, y, np.arange(len(x)), len(x))
        roads = streets.straight(t, h, ms, x, y, kind.astype(np.uint8), called)
        return cls.build(graph, roads, names)

    @classmethod
    def from_osm(cls, path: Path | str, progress: Progress | None = None) -> Network:
        """A network from an OpenStreetMap extract (PBF), driven by a patrol car.

        progress is told what is being done and how much of the whole is behind us, 0 to 1. Raises
        Refusal for a file that is missing, unreadable or without streets.
        """
        tell = progress or (lambda _text, _share: None)
        tell(Text("读取道路", "Reading streets"), 0.0)
        found = osm.read(Path(path))
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
        heads = graph.head.astype(np.int32)
        order = hierarchy.build(graph.tail, heads, graph.lon, graph.lat)
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

    def at(self, when: datetime | int | None = None, closures: Iterable[int] = ()) -> View:
        """The view for a local time or hour of the week (None: free flow) and closed edges.

        Nothing is rebuilt: the hierarchy gets new weights (about 40 ms for 264,000 nodes). The last
        few views are remembered.
        """
        slot = None if when is None else weights.slot_of(when)
        key = (slot, frozenset(closures))
        with self._lock:
            known = self._views.pop(key, None)
        view = known or self._view(slot, key[1])
        with self._lock:
            self._views[key] = view
            while len(self._views) > REMEMBERED_VIEWS:
                del self._views[next(iter(self._views))]
        return view

    def _view(self, slot: int | None, closures: frozenset[int]) -> View:
        row = np.ones(len(CLASSES)) if slot is None else self.factors[slot]
        ms = weights.slowed(self.streets.edge_ms, self.streets.edge_class, row)
        return View(self, ms, weights.closed_edges(closures, len(ms)) if closures else None)

    def travel_times(self, sources: Where, target: Where) -> F64:
        """(k) seconds from each source to one target; see `View.travel_times`."""
        return self.free_flow.travel_times(sources, target)

    def travel_times_from(self, source: Where, targets: Where) -> F64:
        """(k) seconds from one source to each target; see `View.travel_times_from`."""
        return self.free_flow.travel_times_from(source, targets)

    def matrix(self, sources: Where, targets: Where) -> F64:
        """(k, l) seconds; see `View.matrix`."""
        return self.free_flow.matrix(sources, targets)

    def isochrone(self, source: Where, seconds: float) -> Isochrone:
        """Nodes within a time; see `View.isochrone`."""
        return self.free_flow.isochrone(source, seconds)

    def nearest(self, sources: Where, target: Where, count: int) -> tuple[I32, F64]:
        """The nearest few of many sources; see `View.nearest`."""
        return self.free_flow.nearest(sources, target, count)

    def route(self, source: Where, target: Where) -> Route | None:
        """The quickest way; see `View.route`."""
        return self.free_flow.route(source, target)

    def save(self, path: Path | str) -> None:
        """Write the network as a folder of plain arrays, replacing it in one step."""
        storage.save(Path(path), self, self.factors)

    @classmethod
    def load(cls, path: Path | str) -> Network:
        """A saved network, memory-mapped: processes on one machine share one copy."""
        parts, names, factors = storage.load(Path(path))
        graph, roads, order, cells = parts
        network = cls(graph, roads, order, cells, names)
        network.factors = factors
        return network
