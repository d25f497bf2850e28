"""Streets of one town: arterials around superblocks, finer streets inside, rings, embankments.

A town is laid out on a square grid in its own (u, v) coordinates and then bent by a smooth warp, so
that lines stay connected and never look ruled. Nothing here knows about junctions: lines cross,
and `network.planarise` makes nodes where they do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from watchroom.city.model import (
    PRIMARY,
    RESIDENTIAL,
    SECONDARY,
    TERTIARY,
    TRUNK,
)
from watchroom.city.seeds import rng
from watchroom.city.terrain import Terrain

FloatArray = NDArray[np.float64]
NONE = 99
RING_TITLES = ("内环快速路", "外环快速路")


@dataclass(frozen=True)
class Street:
    line: FloatArray  # (k, 2) metres
    klass: int
    name: str = ""
    bridge: bool = False
    oneway: bool = False


@dataclass(frozen=True)
class Town:
    """How one town is built; lengths in metres, turn in radians."""

    key: str
    x: float
    y: float
    radius: float
    turn: float
    block: tuple[float, float]  # arterial spacing in the middle, at the edge
    lane: tuple[float, float]  # spacing of inner streets in the middle, at the edge
    old_radius: float
    old_u: float = 0.0
    old_v: float = 0.0
    warp: float = 0.0
    rings: tuple[float, ...] = ()  # as shares of the radius
    bridges: tuple[float, ...] = ()  # u of extra bridges, as shares of the radius
    embankment: bool = False


@dataclass
class Layout:
    """What a town leaves behind for the rest of the city."""

    streets: list[Street] = field(default_factory=list)
    gates: list[tuple[float, float]] = field(default_factory=list)
    parks: list[shapely.Polygon] = field(default_factory=list)
    builtup: BaseGeometry = field(default_factory=shapely.Polygon)


class Grid:
    """The bent grid of one town."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.r = rng(seed, "town", town.key)
        self.phase = self.r.uniform(0, 2 * np.pi, 6)
        self.u = self.lines()
        self.v = self.lines()
        self.wave = [(k, self.r.normal() * 0.16 / k, self.r.uniform(0, 6.28)) for k in (2, 3, 4, 5)]
        self.cells = self.built_cells()

    def lines(self) -> FloatArray:
        """Arterial positions: close together in the middle, wide apart outside."""
        town = self.town
        out = [0.0]
        for sign in (1, -1):
            at = 0.0
            while at < town.radius * 1.12:
                share = min(at / town.radius, 1.0)
                step = town.block[0] + (town.block[1] - town.block[0]) * share
                at += step * self.r.uniform(0.86, 1.16)
                out.append(sign * at)
        shift = self.r.uniform(-0.3, 0.3) * town.block[0]
        return np.sort(np.array(out)) + shift

    def inside(self, u: FloatArray, v: FloatArray) -> NDArray[np.bool_]:
        """Whether the built-up area reaches this far."""
        angle = np.arctan2(v, u)
        reach = np.ones_like(angle)
        for k, height, phase in self.wave:
            reach += height * np.cos(k * angle + phase)
        far = (np.abs(u) ** 2.6 + np.abs(v) ** 2.6) ** (1 / 2.6)
        return np.asarray(far < self.town.radius * reach)

    def built_cells(self) -> NDArray[np.bool_]:
        """(u cells, v cells): which superblocks exist."""
        mu, mv = (self.u[1:] + self.u[:-1]) / 2, (self.v[1:] + self.v[:-1]) / 2
        gu, gv = np.meshgrid(mu, mv, indexing="ij")
        return self.inside(gu, gv)

    def place(self, u: FloatArray, v: FloatArray) -> FloatArray:
        """(u, v) -> metres on the map."""
        t, p, w = self.town, self.phase, self.town.warp
        a, b = t.radius * 1.15, t.radius * 0.62
        du = w * np.sin(2 * np.pi * v / a + p[0]) + 0.45 * w * np.sin(
            2 * np.pi * (u + v) / b + p[1]
        )
        dv = w * np.sin(2 * np.pi * u / a + p[2]) + 0.45 * w * np.sin(
            2 * np.pi * (u - v) / b + p[3]
        )
        c, s = np.cos(t.turn), np.sin(t.turn)
        x, y = u + du, v + dv
        return np.column_stack([t.x + c * x - s * y, t.y + s * x + c * y])

    def bent(self, start: tuple[float, float], end: tuple[float, float]) -> FloatArray:
        """The map line of a straight (u, v) stretch."""
        long = np.hypot(end[0] - start[0], end[1] - start[1])
        n = max(2, int(long / 45) + 1)
        return self.place(np.linspace(start[0], end[0], n), np.linspace(start[1], end[1], n))

    def nearest(self, lines: FloatArray, at: float) -> int:
        return int(np.argmin(np.abs(lines - at)))


def arterial_classes(grid: Grid) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Class of every piece of grid line: along v for each u line, along u for each v line."""
    cells = grid.cells
    wide = np.zeros((cells.shape[0] + 2, cells.shape[1] + 2), dtype=bool)
    wide[1:-1, 1:-1] = cells
    along_v = np.where(wide[1:, 1:-1] | wide[:-1, 1:-1], SECONDARY, NONE)
    along_u = np.where(wide[1:-1, 1:] | wide[1:-1, :-1], SECONDARY, NONE)
    for lines, classes in ((grid.u, along_v), (grid.v, along_u.T)):
        rank = np.abs(np.arange(len(lines)) - grid.nearest(lines, 0.0))
        for i in np.flatnonzero(rank % 3 == 0):
            classes[i][classes[i] != NONE] = PRIMARY
    return along_v.astype(np.int64), along_u.astype(np.int64)


def lay_ring(
    grid: Grid, share: float, klass: int, along_v: NDArray[np.int64], along_u: NDArray[np.int64]
) -> tuple[list[FloatArray], list[int]]:
    """Raise four grid lines to a ring road with round corners; returns its arcs and u lines."""
    reach = share * grid.town.radius
    a0, a1 = grid.nearest(grid.u, -reach), grid.nearest(grid.u, reach)
    b0, b1 = grid.nearest(grid.v, -reach), grid.nearest(grid.v, reach)
    cut = max(1, round((a1 - a0) * 0.16))
    for line in (a0, a1):
        along_v[line, b0 + cut : b1 - cut] = klass
    for line in (b0, b1):
        along_u[a0 + cut : a1 - cut, line] = klass
    arcs = []
    for a, da in ((a0, 1), (a1, -1)):
        for b, db in ((b0, 1), (b1, -1)):
            cu, cv = grid.u[a + da * cut], grid.v[b + db * cut]
            t = np.linspace(0, np.pi / 2, 24)
            u = cu - (cu - grid.u[a]) * np.cos(t)
            v = cv - (cv - grid.v[b]) * np.sin(t)
            arcs.append(grid.place(u, v))
    return arcs, [a0, a1]


def runs(classes: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """(first, after last, class) of equal neighbours that exist."""
    edges = np.flatnonzero(np.diff(classes)) + 1
    bounds = [0, *edges.tolist(), len(classes)]
    for first, last in pairwise(bounds):
        if classes[first] != NONE:
            yield first, last, int(classes[first])


def lines_of(geometry: BaseGeometry) -> list[BaseGeometry]:
    """The line strings in a geometry, joined end to end; points and emptiness left out."""
    parts = [p for p in shapely.get_parts(geometry) if p.geom_type == "LineString" and p.length > 0]
    if len(parts) < 2:
        return parts
    return list(shapely.get_parts(shapely.line_merge(shapely.MultiLineString(parts))))


def cut_dry(line: FloatArray, water: BaseGeometry) -> list[FloatArray]:
    """The parts of a line on dry land, crumbs left out."""
    dry = shapely.difference(shapely.LineString(line), water)
    return [shapely.get_coordinates(p) for p in lines_of(dry) if p.length > 25]


def with_bridges(
    line: FloatArray, klass: int, name: str, bridge: str, water: BaseGeometry
) -> Iterator[Street]:
    """One street that crosses water: dry parts as they are, wet parts as straight bridges."""
    whole = shapely.LineString(line)
    for part in lines_of(shapely.difference(whole, water)):
        yield Street(shapely.get_coordinates(part), klass, name)
    for part in lines_of(shapely.intersection(whole, water)):
        ends = shapely.get_coordinates(part)[[0, -1]]
        yield Street(ends, klass, bridge, bridge=True)


@dataclass
class Namer:
    """Who names streets; two towns may have a street of the same name, one town may not."""

    road: Callable[[], str]
    side: Callable[[], str]
    lane: Callable[[], str]


def main_name(namer: Namer, klass: int, along_u: bool) -> str:
    if klass <= PRIMARY:
        return namer.road() + "大道"
    return namer.road() + ("路" if along_u else "街")


def arterials(grid: Grid, terrain: Terrain, namer: Namer, water: BaseGeometry) -> Iterator[Street]:
    """All arterials with rings and bridges, cut at the water elsewhere."""
    along_v, along_u = arterial_classes(grid)
    crossing = {grid.nearest(grid.u, s * grid.town.radius) for s in grid.town.bridges}
    for number, share in enumerate(grid.town.rings, 1):
        arcs, lines = lay_ring(grid, share, TRUNK, along_v, along_u)
        crossing.update(lines)
        title = RING_TITLES[number - 1]
        for arc in arcs:
            yield from with_bridges(arc, TRUNK, title, title + "桥", water)
    ring_title = dict(zip(grid.town.rings, RING_TITLES, strict=False))
    stretches = [(along_v[i], True, i) for i in range(len(grid.u))]
    stretches += [(along_u[:, j], False, j) for j in range(len(grid.v))]
    for classes, is_u, k in stretches:
        base = ""
        for first, last, klass in runs(classes):
            if is_u:
                start, end = (grid.u[k], grid.v[first]), (grid.u[k], grid.v[last])
            else:
                start, end = (grid.u[first], grid.v[k]), (grid.u[last], grid.v[k])
            if klass == TRUNK:
                far = abs(grid.u[k] if is_u else grid.v[k]) / grid.town.radius
                name = ring_title[min(ring_title, key=lambda s: abs(s - far))]
            else:
                base = base or main_name(namer, klass, not is_u)
                name = base
            line = grid.bent(start, end)
            if klass == TRUNK or (is_u and k in crossing):
                yield from with_bridges(line, klass, name, "", water)
            else:
                for dry in cut_dry(line, water):
                    yield Street(dry, klass, name)


def block_streets(
    grid: Grid, i: int, j: int, namer: Namer, water: BaseGeometry
) -> tuple[list[Street], shapely.Polygon | None]:
    """The inside of one superblock: a grid with missing pieces, or a park."""
    r, town = grid.r, grid.town
    u0, u1, v0, v1 = grid.u[i], grid.u[i + 1], grid.v[j], grid.v[j + 1]
    mu, mv = (u0 + u1) / 2, (v0 + v1) / 2
    far = min(np.hypot(mu, mv) / town.radius, 1.0)
    old = np.hypot(mu - town.old_u, mv - town.old_v) < town.old_radius
    if not old and r.random() < 0.055:
        return [], park_shape(grid, u0, u1, v0, v1)
    spacing = town.lane[0] if old else town.lane[0] * 1.35 + (town.lane[1] - town.lane[0]) * far
    nu = max(1, round((u1 - u0) / spacing / r.uniform(0.85, 1.25)))
    nv = max(1, round((v1 - v0) / spacing / r.uniform(0.85, 1.25)))
    if not old and r.random() < 0.06:
        nu, nv = 1, max(1, nv // 2)
    keep = 0.93 if old else 0.80 - 0.12 * far
    streets = lattice(grid, (u0, u1, v0, v1), (nu, nv), keep, old, namer)
    return streets, None


def park_shape(grid: Grid, u0: float, u1: float, v0: float, v1: float) -> shapely.Polygon:
    inset = 22.0
    ring = [
        grid.bent((u0 + inset, v0 + inset), (u1 - inset, v0 + inset)),
        grid.bent((u1 - inset, v0 + inset), (u1 - inset, v1 - inset)),
        grid.bent((u1 - inset, v1 - inset), (u0 + inset, v1 - inset)),
        grid.bent((u0 + inset, v1 - inset), (u0 + inset, v0 + inset)),
    ]
    return shapely.make_valid(shapely.Polygon(np.vstack(ring)))


def lattice(
    grid: Grid,
    box: tuple[float, float, float, float],
    count: tuple[int, int],
    keep: float,
    old: bool,
    namer: Namer,
) -> list[Street]:
    """Inner streets of a block between jittered lattice points; ends poke over the block's edge."""
    (u0, u1, v0, v1), (nu, nv), r = box, count, grid.r
    fu, fv = np.linspace(u0, u1, nu + 1), np.linspace(v0, v1, nv + 1)
    fu[1:-1] += r.uniform(-0.14, 0.14, nu - 1) * (u1 - u0) / nu
    fv[1:-1] += r.uniform(-0.14, 0.14, nv - 1) * (v1 - v0) / nv
    shake = (0.10 if old else 0.05) * np.array([(u1 - u0) / nu, (v1 - v0) / nv])
    pu = np.repeat(fu[:, None], nv + 1, 1)
    pv = np.repeat(fv[None, :], nu + 1, 0)
    inner = np.zeros_like(pu, dtype=bool)
    inner[1:-1, 1:-1] = True
    pu = pu + inner * r.uniform(-1, 1, pu.shape) * shake[0]
    pv = pv + inner * r.uniform(-1, 1, pv.shape) * shake[1]
    over = 7.0
    pu[0], pu[-1] = u0 - over, u1 + over
    pv[:, 0], pv[:, -1] = v0 - over, v1 + over
    out: list[Street] = []
    for k in range(1, nu):
        row = [(pu[k, m], pv[k, m]) for m in range(nv + 1)]
        out += row_streets(grid, row, keep, old, namer)
    for m in range(1, nv):
        row = [(pu[k, m], pv[k, m]) for k in range(nu + 1)]
        out += row_streets(grid, row, keep, old, namer)
    return out


def row_streets(
    grid: Grid, row: list[tuple[float, float]], keep: float, old: bool, namer: Namer
) -> list[Street]:
    """One inner street, perhaps with gaps, perhaps one-way, perhaps without a name."""
    r = grid.r
    through = r.random() < 0.22
    kept = (r.random(len(row) - 1) < keep) | through
    oneway = bool(old and r.random() < 0.22)
    klass = TERTIARY if through and not old else RESIDENTIAL
    name = ""
    if old:
        name = namer.lane() + ("巷" if r.random() < 0.7 else "街") if r.random() < 0.8 else ""
    elif through:
        name = namer.side() + "路"
    out: list[Street] = []
    for first, last, _ in runs(np.where(kept, 0, NONE)):
        points = np.array(row[first : last + 1])
        out.append(Street(grid.place(points[:, 0], points[:, 1]), klass, name, oneway=oneway))
    return out


def embankments(terrain: Terrain, water_edge: BaseGeometry, area: BaseGeometry) -> Iterator[Street]:
    """Roads along both banks of the river through the town."""
    for part in lines_of(shapely.intersection(water_edge.boundary, area)):
        if part.length > 300:
            middle = part.interpolate(0.5, normalized=True)
            north = bool(terrain.north(middle.x, middle.y))
            name = "滨江大道" if north else "沿江大道"
            yield Street(shapely.get_coordinates(part.simplify(3)), SECONDARY, name)


def lay_out(town: Town, terrain: Terrain, namer: Namer, seed: int) -> Layout:
    """All streets of one town."""
    grid = Grid(town, seed)
    cells = np.argwhere(grid.cells)
    shapes = [shapely.Polygon(park_shape_outer(grid, i, j)) for i, j in cells.tolist()]
    area = shapely.union_all([shapely.make_valid(s) for s in shapes])
    bank = terrain.river.union(terrain.island).buffer(38)
    lakes = shapely.union_all(terrain.lakes).buffer(30)
    brooks = terrain.streams.buffer(14)
    hard = shapely.union_all([bank, lakes])
    near = shapely.box(*area.bounds)
    hard, brooks = hard.intersection(near.buffer(2000)), brooks.intersection(near.buffer(2000))
    layout = Layout(builtup=area)
    for street in arterials(grid, terrain, namer, hard):
        layout.streets += across_brooks(street, brooks)
    inner = hard.union(brooks)
    shapely.prepare(inner)
    for i, j in cells.tolist():
        streets, park = block_streets(grid, i, j, namer, inner)
        layout.streets += [d for s in streets for d in dried(s, inner)]
        if park is not None:
            layout.parks.append(park.difference(hard))
    if town.embankment:
        for s in embankments(terrain, bank, area.buffer(60)):
            layout.streets += across_brooks(s, brooks)
        for lake in terrain.lakes[:2]:
            edge = shapely.get_coordinates(lake.buffer(31).simplify(4).exterior)
            if area.contains(lake.centroid):
                layout.streets.append(Street(edge, TERTIARY, "环湖路"))
    layout.gates = gates(layout.streets, area)
    return layout


def park_shape_outer(grid: Grid, i: int, j: int) -> FloatArray:
    u0, u1, v0, v1 = grid.u[i], grid.u[i + 1], grid.v[j], grid.v[j + 1]
    ring = [((u0, v0), (u1, v0)), ((u1, v0), (u1, v1)), ((u1, v1), (u0, v1)), ((u0, v1), (u0, v0))]
    return np.vstack([grid.bent(a, b) for a, b in ring])


def dried(street: Street, water: BaseGeometry) -> list[Street]:
    if not shapely.intersects(water, shapely.LineString(street.line)):
        return [street]
    return [
        Street(line, street.klass, street.name, False, street.oneway)
        for line in cut_dry(street.line, water)
    ]


def across_brooks(street: Street, brooks: BaseGeometry) -> list[Street]:
    if street.bridge or not shapely.intersects(brooks, shapely.LineString(street.line)):
        return [street]
    return list(with_bridges(street.line, street.klass, street.name, street.name, brooks))


def gates(streets: list[Street], area: BaseGeometry) -> list[tuple[float, float]]:
    """Ends of main roads on the town's edge, where country roads begin."""
    edge = area.boundary.buffer(15)
    found: list[tuple[float, float]] = []
    apart = max(350.0, float(np.sqrt(area.area)) / 14)
    for street in sorted(streets, key=lambda s: s.klass):
        if street.klass > SECONDARY or street.bridge or street.klass == TRUNK:
            continue
        for x, y in (street.line[0], street.line[-1]):
            clear = all(np.hypot(x - a, y - b) > apart for a, b in found)
            if clear and edge.contains(shapely.Point(x, y)):
                found.append((float(x), float(y)))
    return found
