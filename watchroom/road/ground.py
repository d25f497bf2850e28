"""The streets themselves, without weights: where a point lies, and how journeys begin and end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from watchroom.road import checking, ends
from watchroom.road.arrays import F64, I32, I64
from watchroom.road.ends import Ends
from watchroom.road.grid import Grid
from watchroom.road.hierarchy import Hierarchy
from watchroom.road.scratch import Scratch
from watchroom.road.streets import CLASSES, Names, Streets
from watchroom.road.topology import Topology

Where = npt.ArrayLike
"""One place or many: node numbers (integers) or points (lon, lat) in degrees (floats)."""

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


class Ground:
    """Immutable once built. Public nodes are numbered 0..len(ground) - 1."""

    def __init__(
        self, graph: Topology, roads: Streets, order: Hierarchy, cells: Grid, names: Names
    ) -> None:
        self.topology = graph
        self.streets = roads
        self.hierarchy = order
        self.grid = cells
        self.names = names
        self.scratch = Scratch(len(graph.lon), len(graph.head))

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
