"""Two motorways with few exits: one-way carriageways, ramps to a toll gate, a road beyond it."""

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from watchroom.city.model import COUNTRY, MOTORWAY, PRIMARY, RAMP
from watchroom.city.network import Graph
from watchroom.city.sizes import Size
from watchroom.city.streets import Street
from watchroom.city.terrain import Terrain

FloatArray = NDArray[np.float64]
STEP = 450.0  # metres between motorway nodes
HALF = 17.0  # metres from the middle line to a carriageway


@dataclass
class Motorway:
    """Nodes and one-way pieces that are added to the finished ground-level graph."""

    xy: list[tuple[float, float]] = field(default_factory=list)
    links: list[tuple[int, int, int]] = field(default_factory=list)  # from, to, street
    streets: list[Street] = field(default_factory=list)

    def node(self, x: float, y: float) -> int:
        self.xy.append((float(x), float(y)))
        return len(self.xy) - 1


@dataclass
class Laid:
    """Nodes of one motorway: both carriageways by index along the line, and its toll gates."""

    there: list[int]
    back: list[int]
    ramp: int  # street of its ramps
    gates: list[int]

    def ramps(self, way: Motorway, k: int, to: int) -> None:
        """Off and on in both directions around index k."""
        way.links += [(self.there[k - 1], to, self.ramp), (to, self.there[k + 1], self.ramp)]
        way.links += [(self.back[k + 1], to, self.ramp), (to, self.back[k - 1], self.ramp)]


def middle_line(control: list[tuple[float, float]]) -> FloatArray:
    """A smooth line through control points (Catmull-Rom), at even steps."""
    p = np.array([control[0], *control, control[-1]], dtype=float)
    t = np.linspace(0, 1, 60, endpoint=False)[:, None]
    parts = []
    for k in range(1, len(p) - 2):
        a, b, c, d = p[k - 1 : k + 3]
        parts.append(
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
        )
    line = shapely.LineString(np.vstack(parts))
    n = max(8, round(line.length / STEP))
    return shapely.get_coordinates(
        shapely.line_interpolate_point(line, np.linspace(0, line.length, n))
    )


def routes(size: Size) -> list[tuple[str, list[tuple[float, float]]]]:
    """West-east north of the city, and north-south east of it."""
    c, t = size.core, size.territory
    west_east = [
        (-1.25 * t, 0.34 * t),
        (-0.62 * t, 0.13 * t),
        (-1.0 * c, 1.42 * c),
        (0.35 * c, 1.40 * c),
        (1.35 * c, 1.06 * c),
        (0.55 * t, 0.17 * t),
        (1.25 * t, 0.36 * t),
    ]
    north_south = [
        (0.02 * t, 1.25 * t),
        (0.15 * t, 0.66 * t),
        (1.20 * c, 1.75 * c),
        (1.34 * c, 0.2 * c),
        (1.30 * c, -1.0 * c),
        (0.36 * t, -0.52 * t),
        (0.30 * t, -1.25 * t),
    ]
    return [("澜鹭高速", west_east), ("榆荻高速", north_south)]


def exits(line: FloatArray, seats: FloatArray, inside: NDArray[np.bool_]) -> list[int]:
    """Where to leave: near each seat that is close, near both ends, never twice in 5 km."""
    wanted = []
    for seat in seats:
        far = np.hypot(*(line - seat).T)
        if far.min() < 13_000:
            wanted.append(int(np.argmin(far)))
    rows = np.flatnonzero(inside)
    wanted += [int(rows[0]) + 4, int(rows[-1]) - 4]
    kept: list[int] = []
    for k in wanted:
        if all(abs(k - other) * STEP > 5_000 for other in kept) and 3 < k < len(line) - 4:
            kept.append(k)
    return sorted(kept)


def add_motorways(
    graph: Graph, streets: list[Street], terrain: Terrain, size: Size, seats: FloatArray
) -> tuple[Graph, list[Street]]:
    """The graph with both motorways, one-way and never merged with what they pass over."""
    if not size.motorways:
        return graph, streets
    way = Motorway(streets=list(streets))
    start = len(graph.xy)
    street_class = np.array([s.klass for s in streets])[graph.street]
    good = (street_class >= PRIMARY) & (street_class <= COUNTRY)
    land = np.unique(np.concatenate([graph.a[good], graph.b[good]]))
    tree = cKDTree(graph.xy[land])
    lines = []
    for name, control in routes(size):
        line = middle_line(control)
        inside = shapely.contains(terrain.outline, shapely.points(line))
        line = line[np.flatnonzero(inside)[0] : np.flatnonzero(inside)[-1] + 1]
        lines.append((name, line))
    ramps = [exits(line, seats, np.ones(len(line), dtype=bool)) for _, line in lines]
    laid = [
        carriageways(way, name, line, outs, terrain)
        for (name, line), outs in zip(lines, ramps, strict=True)
    ]
    interchange(way, lines[0][1], laid[0], lines[1][1], laid[1])
    for gate in (gate for side in laid for gate in side.gates):
        _, k = tree.query(way.xy[gate])
        way.links.append((gate, int(land[k]) - start, road(way, "", RAMP, False)))
    return merged(graph, way, start), way.streets


def road(way: Motorway, name: str, klass: int, oneway: bool, bridge: bool = False) -> int:
    """A street record for a single piece (its line lives in the graph)."""
    way.streets.append(Street(np.zeros((2, 2)), klass, name, bridge, oneway))
    return len(way.streets) - 1


def carriageways(
    way: Motorway, name: str, line: FloatArray, outs: list[int], terrain: Terrain
) -> Laid:
    """Both directions, turned around at the ends, with ramps to the toll gates."""
    d = np.gradient(line, axis=0)
    normal = np.column_stack([-d[:, 1], d[:, 0]]) / np.hypot(*d.T)[:, None]
    there = [way.node(*p) for p in line - normal * HALF]  # traffic keeps right
    back = [way.node(*p) for p in line + normal * HALF]
    plain = road(way, name, MOTORWAY, True)
    bridge = road(way, name, MOTORWAY, True, bridge=True)
    wet = shapely.intersects(
        terrain.river, shapely.linestrings(np.stack([line[:-1], line[1:]], axis=1))
    )
    for k in range(len(line) - 1):
        street = bridge if wet[k] else plain
        way.links.append((there[k], there[k + 1], street))
        way.links.append((back[k + 1], back[k], street))
    way.links.append((there[-1], back[-1], plain))
    way.links.append((back[0], there[0], plain))
    ramp = road(way, name + "匝道", RAMP, True)
    laid = Laid(there, back, ramp, [])
    for k in outs:
        laid.gates.append(way.node(*(line[k] + normal[k] * 260)))
        laid.ramps(way, k, laid.gates[-1])
    return laid


def interchange(way: Motorway, one: FloatArray, a: Laid, other: FloatArray, b: Laid) -> None:
    """Ramps between the motorways where they cross (a clover leaf drawn as one node)."""
    far = np.hypot(*(one[:, None, :] - other[None, :, :]).transpose(2, 0, 1))
    i, j = np.unravel_index(int(np.argmin(far)), far.shape)
    middle = way.node(*((one[i] + other[j]) / 2 + 60.0))
    a.ramps(way, int(i), middle)
    b.ramps(way, int(j), middle)


def merged(graph: Graph, way: Motorway, start: int) -> Graph:
    a = np.array([link[0] for link in way.links]) + start
    b = np.array([link[1] for link in way.links]) + start
    owner = np.array([link[2] for link in way.links])
    return Graph(
        np.vstack([graph.xy, np.array(way.xy)]),
        np.concatenate([graph.a, a]),
        np.concatenate([graph.b, b]),
        np.concatenate([graph.street, owner]),
    )
