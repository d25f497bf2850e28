"""The road network of a city: streets, graph and hierarchy in flat arrays, and how to ask them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from watchroom.road import checking, ends, grid, hierarchy, storage, streets, topology, weights
from watchroom.road.arrays import F64, I32, I64
from watchroom.road.ends import Ends
from watchroom.road.grid import Grid
from watchroom.road.hierarchy import Hierarchy
from watchroom.road.route import Route
from watchroom.road.scratch import Scratch
from watchroom.road.streets import CLASSES, Names, Streets
from watchroom.road.topology import Topology
from watchroom.road.view import Isochrone, View, Where

REMEMBERED_VIEWS = 6
"""Views kept for the next question with the same hour and closures (12 MB each for New York)."""


WALKING_SPEED = 1.4
"""Metres a second on foot (Bohannon, Age and Ageing 26, 1997)."""


@dataclass(frozen=True)
class Snapped:
    """Points put on the nearest street, k of them."""

    segment: I64
    """(k) street segment."""
    fraction: F64
    """(k) how far along its line, 0 to 1."""
    metres: F64
    """(k) how far the point lies from the street."""

    @property
    def walk_seconds(self) -> F64:
        """(k) the walk between street and point; never part of a travel time."""
        return self.metres / WALKING_SPEED


class Network:
    """Immutable once built. Public nodes are numbered 0..len(network)-1.

    Asked directly it answers for free-flowing traffic without closures; `at` gives the view for an
    hour of the week and for closed streets.
    """

    def __init__(
        self, graph: Topology, roads: Streets, order: Hierarchy, cells: Grid, names: Names
    ) -> None:
        self.topology = graph
        self.streets = roads
        self.hierarchy = order
        self.grid = cells
        self.names = names
        self.scratch = Scratch(len(graph.lon))
        self.factors = weights.factor_table(None)
        self._views: dict[tuple[int | None, frozenset[int]], View] = {}
        self._lock = Lock()

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
    def build(cls, graph: Topology, roads: Streets, names: Names) -> Network:
        """A network from finished parts: computes the hierarchy."""
        heads = graph.head.astype(np.int32)
        order = hierarchy.build(graph.tail, heads, graph.lon, graph.lat)
        inside = topology.main_nodes(graph)
        arc_inside = inside[graph.tail] & inside[heads]
        main = np.zeros(len(roads.segment_name), np.bool_)
        main[roads.edge_segment[graph.edge[arc_inside]]] = True
        return cls(graph, roads, order, grid.lay(roads, main), names)

    def __len__(self) -> int:
        return self.topology.places

    @property
    def lon(self) -> F64:
        """(n) degrees of the public nodes."""
        return self.topology.lon[: len(self)]

    @property
    def lat(self) -> F64:
        """(n) degrees of the public nodes."""
        return self.topology.lat[: len(self)]

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

    def snap(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Snapped:
        """The nearest point on a street for each of k points in degrees.

        Streets of the main network are preferred to islands that cannot be reached.
        """
        x, y = checking.points(lon, lat)
        if len(x) and not len(self.grid.start):
            raise checking.refusal("路网没有道路。", "The network has no streets.")
        segment, fraction, metres = self.grid.nearest(x, y)
        return Snapped(segment, fraction, metres)

    def edges_near(self, lon: float, lat: float, metres: float) -> I32:
        """Directed edges of all streets within so many metres of a point: what a click closes."""
        segments = self.grid.within(lon, lat, metres)
        _, places = ends.spread_groups(self.streets.segment_first, segments)
        return self.streets.segment_edge[places]

    def leaving(self, where: Where, edge_ms: I32) -> Ends:
        """`where` as starts of journeys; edge_ms: (E) milliseconds of the whole edges."""
        given = checking.where(where)
        if given.ndim == 1:
            return ends.leaving_nodes(checking.nodes(given, len(self)))
        spots = self.snap(given[:, 0], given[:, 1])
        at = (spots.segment, spots.fraction)
        return ends.leaving_points(self.topology, self.streets, edge_ms, at)

    def arriving(self, where: Where, edge_ms: I32) -> Ends:
        """`where` as ends of journeys; edge_ms: (E) milliseconds of the whole edges."""
        given = checking.where(where)
        if given.ndim == 1:
            return ends.arriving_nodes(self.topology, checking.nodes(given, len(self)))
        spots = self.snap(given[:, 0], given[:, 1])
        at = (spots.segment, spots.fraction)
        return ends.arriving_points(self.topology, self.streets, edge_ms, at)

    def lines(self) -> Iterator[tuple[F64, dict[str, Any]]]:
        """Every street segment as ((p, 2) lon/lat, properties) for the map's tiles.

        Properties: id, class, name (zh), name_en, oneway, seconds.
        """
        s = self.streets
        for segment, name in enumerate(s.segment_name):
            edges = s.edges_of(segment)
            zh, en = self.names[name]
            yield (
                s.piece(segment, 0.0, 1.0),
                {
                    "id": segment,
                    "class": CLASSES[s.edge_class[edges[0]]],
                    "name": zh,
                    "name_en": en,
                    "oneway": len(edges) == 1,
                    "seconds": float(s.edge_ms[edges].min()) / 1000,
                },
            )

    def save(self, path: Path | str) -> None:
        """Write the network as a folder of plain arrays, replacing it in one step."""
        storage.save(Path(path), self)

    @classmethod
    def load(cls, path: Path | str) -> Network:
        """A saved network, memory-mapped: processes on one machine share one copy."""
        return storage.load(Path(path), cls)
