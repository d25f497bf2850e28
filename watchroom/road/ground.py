"""The streets themselves, without weights: where a point lies, and how journeys begin and end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from watchroom.base.text import Text
from watchroom.road import checking, ends
from watchroom.road.arrays import F64, I32, I64, NEVER
from watchroom.road.cordon import WALKING_SPEED
from watchroom.road.ends import Ends, Spots
from watchroom.road.grid import Grid
from watchroom.road.hierarchy import Hierarchy
from watchroom.road.scratch import Scratch
from watchroom.road.streets import CLASSES, Names, Streets
from watchroom.road.topology import Topology


@dataclass(frozen=True)
class Snapped:
    """Points put on the nearest street, k of them. May be asked with instead of the points."""

    segment: I64
    """(k) street segment."""
    fraction: F64
    """(k) how far along its line, 0 to 1."""
    metres: F64
    """(k) how far the point lies from the street."""

    @property
    def walk_seconds(self) -> F64:
        """(k) the walk between street and point: the end of every journey to it."""
        return self.metres / WALKING_SPEED

    @property
    def spots(self) -> Spots:
        """The same in whole milliseconds."""
        walk_ms = np.minimum(np.rint(self.walk_seconds * 1000), NEVER - 1).astype(np.int32)
        return Spots(self.segment.astype(np.int32), self.fraction, walk_ms)


Where: TypeAlias = npt.ArrayLike | Snapped
"""One place or many: node numbers (integers), points (lon, lat) in degrees, or points snapped."""


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
        edges = len(roads.edge_ms)
        self.scratch = Scratch(graph.first, graph.into_first, len(order.up_head), edges)

    def __len__(self) -> int:
        return self.topology.places

    @property
    def lon(self) -> F64:
        """(n) degrees of the public nodes."""
        return self.topology.lon

    @property
    def lat(self) -> F64:
        """(n) degrees of the public nodes."""
        return self.topology.lat

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
        """Directed edges of the streets within so many metres of a point: what a click closes.

        Only streets on the level of the nearest one: who closes a bridge leaves the road under it.
        """
        segments = self.grid.within(lon, lat, metres)
        if len(segments):
            levels = self.streets.segment_level
            nearest = int(self.snap(lon, lat).segment[0])
            segments = segments[(levels[segments] == levels[nearest]) | (segments == nearest)]
        _, places = ends.spread_groups(self.streets.segment_first, segments)
        return self.streets.segment_edge[places]

    def bridges(self) -> list[tuple[Text, I32]]:
        """(name, directed edges) of every bridge; one without a name has a row for each segment."""
        above = np.flatnonzero(self.streets.segment_level > 0)
        named: dict[int, list[int]] = {}
        for segment in above.tolist():
            name = int(self.streets.segment_name[segment])
            named.setdefault(name or -1 - segment, []).append(segment)
        rows = []
        for key, segments in named.items():
            zh, en = self.names[max(key, 0)]
            _, places = ends.spread_groups(self.streets.segment_first, np.array(segments))
            title = Text(zh or en, en or zh) if zh or en else Text("无名桥梁", "Unnamed bridge")
            rows.append((title, self.streets.segment_edge[places]))
        return rows

    def leaving(self, where: Where, edge_ms: I32) -> Ends:
        """`where` as starts of journeys; edge_ms: (E) milliseconds of the whole edges."""
        given = self._places(where)
        if isinstance(given, Spots):
            return ends.leaving_points(self.topology, self.streets, edge_ms, given)
        return ends.leaving_nodes(self.topology, given)

    def arriving(self, where: Where, edge_ms: I32, arc_ms: I32) -> Ends:
        """`where` as ends of journeys; edge_ms, arc_ms: milliseconds of the edges and the arcs."""
        given = self._places(where)
        if isinstance(given, Spots):
            return ends.arriving_points(self.topology, self.streets, edge_ms, arc_ms, given)
        return ends.arriving_nodes(self.topology, given)

    def _places(self, where: Where) -> I32 | Spots:
        if isinstance(where, Snapped):
            return where.spots
        given = checking.where(where)
        if given.ndim == 1:
            return checking.nodes(given, len(self))
        return self.snap(given[:, 0], given[:, 1]).spots

    def lines(self) -> Iterator[tuple[F64, dict[str, Any]]]:
        """Every street segment as ((p, 2) lon/lat, properties) for the map's tiles.

        Properties: id, class, name (zh), name_en, oneway, level (above 0: a bridge), seconds.
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
                    "level": int(s.segment_level[segment]),
                    "seconds": float(s.edge_ms[edges].min()) / 1000,
                },
            )
