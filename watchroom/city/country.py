"""Villages, the roads between them, and the highways that tie the county towns to the city."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import Delaunay, cKDTree
from shapely.geometry.base import BaseGeometry

from watchroom.city.model import COUNTRY, LANE, PRIMARY, SECONDARY, TERTIARY
from watchroom.city.seeds import rng
from watchroom.city.sizes import Size
from watchroom.city.streets import Layout, Street
from watchroom.city.terrain import Terrain

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Points:
    """Everything country roads run between; group -1 for a village, else the town of a gate."""

    xy: FloatArray
    group: IntArray


def village_sites(
    seed: int, size: Size, terrain: Terrain, built: BaseGeometry, count: int
) -> FloatArray:
    """Well spread places outside towns, water and (mostly) forests."""
    r = rng(seed, "villages")
    x0, y0, x1, y1 = terrain.outline.bounds
    taboo = shapely.union_all(
        [
            built.buffer(size.territory * 0.012),
            terrain.river.buffer(160),
            terrain.streams.buffer(90),
        ]
        + [lake.buffer(120) for lake in terrain.lakes]
    )
    inner = terrain.outline.buffer(-size.territory * 0.012)
    woods = shapely.union_all(terrain.forests)
    for geometry in (taboo, inner, woods):
        shapely.prepare(geometry)
    area = inner.area - taboo.area - 0.85 * woods.area
    apart = np.sqrt(area / count) * 0.80
    found: list[tuple[float, float]] = []
    while len(found) < count:
        found = thrown(r, (x0, y0, x1, y1), count, apart, (inner, taboo, woods))
        apart *= 0.94
    return np.array(found)


def thrown(
    r: np.random.Generator,
    box: tuple[float, float, float, float],
    count: int,
    apart: float,
    land: tuple[BaseGeometry, BaseGeometry, BaseGeometry],
) -> list[tuple[float, float]]:
    """Darts at least `apart` metres from each other, checked on a grid of cells."""
    inner, taboo, woods = land
    p = np.column_stack(
        [r.uniform(box[0], box[2], count * 40), r.uniform(box[1], box[3], count * 40)]
    )
    points = shapely.points(p)
    good = shapely.contains(inner, points) & ~shapely.contains(taboo, points)
    good &= ~(shapely.contains(woods, points) & (r.random(len(p)) < 0.85))
    cells: dict[tuple[int, int], list[tuple[float, float]]] = {}
    found: list[tuple[float, float]] = []
    for x, y in p[good].tolist():
        cx, cy = int(x // apart), int(y // apart)
        near = [q for i in (-1, 0, 1) for j in (-1, 0, 1) for q in cells.get((cx + i, cy + j), ())]
        if all((x - a) ** 2 + (y - b) ** 2 >= apart * apart for a, b in near):
            cells.setdefault((cx, cy), []).append((x, y))
            found.append((x, y))
            if len(found) == count:
                break
    return found


def village_streets(
    r: np.random.Generator, x: float, y: float, big: bool, name: str
) -> list[Street]:
    """A main street with side lanes; a township gets a small grid."""
    turn = r.uniform(0, np.pi)
    c, s = np.cos(turn), np.sin(turn)

    def at(u: float, v: float) -> tuple[float, float]:
        bend = 14 * np.sin(u / 90)
        return x + c * u - s * (v + bend), y + s * u + c * (v + bend)

    half = r.uniform(330, 480) if big else r.uniform(110, 240)
    rows = (-150.0, 0.0, 140.0) if big else (0.0,)
    klass = TERTIARY if big else LANE
    out = []
    for v in rows:
        long = half * (1 if v == 0 else 0.75)
        line = np.array([at(u, v) for u in np.linspace(-long, long, 9)])
        out.append(Street(line, klass if v == 0 else LANE, name if v == 0 else ""))
    for u in np.arange(-half * 0.9, half * 0.91, 120 if big else r.uniform(75, 120)):
        up, down = r.uniform(55, 150, 2)
        ends = (
            (-up - 100, down + 100)
            if big
            else ((-up, 0.0), (0.0, down), (-up, down))[r.integers(3)]
        )
        out.append(Street(np.array([at(u + r.uniform(-9, 9), ends[0]), at(u, ends[1])]), LANE))
    return out


def gabriel(points: Points, size: Size) -> tuple[IntArray, IntArray]:
    """(Delaunay links of the Gabriel graph, all Delaunay links) as (k, 2) index arrays."""
    tri = Delaunay(points.xy).simplices
    links = np.vstack([tri[:, [0, 1]], tri[:, [1, 2]], tri[:, [0, 2]]])
    links = np.unique(np.sort(links, axis=1), axis=0).astype(np.int64)
    a, b = points.xy[links[:, 0]], points.xy[links[:, 1]]
    middle, half = (a + b) / 2, np.hypot(*(a - b).T) / 2
    near, _ = cKDTree(points.xy).query(middle)
    short = half < max(size.territory * 0.10, 3_000)
    return links[(near >= half - 1e-6) & short], links[short]


def usable(points: Points, links: IntArray, blocked: BaseGeometry) -> NDArray[np.bool_]:
    """Links that neither join two gates of a town nor run through what is blocked."""
    a, b = links.T
    group = points.group
    same = (group[a] == group[b]) & (group[a] >= 0)
    lines = shapely.linestrings(np.stack([points.xy[a], points.xy[b]], axis=1))
    shapely.prepare(blocked)
    return np.asarray(~same & ~shapely.intersects(blocked, lines))


def river_bridges(points: Points, links: IntArray, terrain: Terrain, size: Size) -> IntArray:
    """A few links across the main river, about one each 9 km, outside the towns."""
    lines = shapely.linestrings(points.xy[links])
    wet = shapely.intersects(terrain.river, lines)
    middle = points.xy[links].mean(axis=1)
    chosen: list[int] = []
    gap = size.territory * 0.19
    order = np.lexsort((np.arange(len(links)), shapely.length(lines)))
    for k in order[wet[order]].tolist():
        far = abs(middle[k, 0]) > size.core * 1.02
        if far and all(abs(middle[k, 0] - middle[c, 0]) > gap for c in chosen):
            chosen.append(k)
    return links[chosen]


def joined_up(points: Points, links: IntArray, spare: IntArray) -> IntArray:
    """Add the shortest spare links until everything hangs together (gates of a town already do)."""
    n = len(points.xy)
    ties = [np.flatnonzero(points.group == g) for g in range(int(points.group.max()) + 1)]
    inside = np.vstack([np.column_stack([t[:-1], t[1:]]) for t in ties if len(t) > 1])
    base = np.vstack([links, inside])
    label = connected_components(
        coo_matrix((np.ones(len(base)), (base[:, 0], base[:, 1])), shape=(n, n)), directed=False
    )[1]
    length = np.hypot(*(points.xy[spare[:, 0]] - points.xy[spare[:, 1]]).T)
    added = []
    for k in np.argsort(length, kind="stable").tolist():
        a, b = label[spare[k, 0]], label[spare[k, 1]]
        if a != b:
            label[label == b] = a
            added.append(k)
    return np.vstack([links, spare[added]])


def wiggled(
    r: np.random.Generator, a: FloatArray, b: FloatArray, calm: float, water: BaseGeometry
) -> FloatArray:
    """A country road between two points: it swings, and swings the other way when that is wet."""
    d = b - a
    long = float(np.hypot(*d))
    n = max(3, int(long / 480) + 1)
    t = np.linspace(0, 1, n)
    normal = np.array([-d[1], d[0]]) / max(long, 1.0)
    swing = r.normal(0, 0.075 * calm) * np.sin(np.pi * t)
    swing += r.normal(0, 0.035 * calm) * np.sin(2 * np.pi * t)
    swing += r.normal(0, 0.014 * calm) * np.sin(np.pi * t) * np.sin(5 * np.pi * t)
    for sign in (1.0, -1.0, 0.0):
        line = a + t[:, None] * d + (sign * swing * long)[:, None] * normal
        if sign == 0.0 or not shapely.intersects(water, shapely.LineString(line)):
            break
    return line


def ranked(
    points: Points, links: IntArray, hubs: list[list[int]], towns: int
) -> tuple[IntArray, IntArray]:
    """Class and number of each link: highways run on shortest paths between towns."""
    n = len(points.xy)
    length = np.hypot(*(points.xy[links[:, 0]] - points.xy[links[:, 1]]).T)
    length = length + 200.0
    reach = 26_000.0  # a township hangs on the towns around it
    klass = np.full(len(links), COUNTRY)
    number = np.arange(len(links)) % 89
    index = {(min(a, b), max(a, b)): k for k, (a, b) in enumerate(links.tolist())}
    weights = coo_matrix((length, (links[:, 0], links[:, 1])), shape=(n, n)).tocsr()
    for i, start in enumerate(hubs[:towns]):
        far, came, _ = dijkstra(
            weights, directed=False, indices=start, return_predecessors=True, min_only=True
        )
        for j, goal in enumerate(hubs[i + 1 :], i + 1):
            ends = sorted(goal, key=lambda g: (float(far[g]), g))[: 2 if i == 0 else 1]
            if far[ends[0]] > (60_000 if i == 0 and j < towns else reach):
                continue
            to = PRIMARY if i == 0 and j < towns else SECONDARY
            for end in ends:
                path = [index[pair] for pair in steps_back(came, end)]
                fresh = [k for k in path if klass[k] > to]
                klass[fresh], number[fresh] = to, (7 * i + j) % 90
    return klass, number


def steps_back(came: IntArray, end: int) -> list[tuple[int, int]]:
    """Links of the shortest path that ends here."""
    steps = []
    while came[end] >= 0:
        before = int(came[end])
        steps.append((min(end, before), max(end, before)))
        end = before
    return steps


def links_between(
    seed: int,
    size: Size,
    terrain: Terrain,
    layouts: list[Layout],
    points: Points,
    townships: IntArray,
) -> list[Street]:
    """All roads outside the towns."""
    cores = shapely.union_all([lay.builtup.buffer(-60) for lay in layouts])
    lakes = shapely.union_all([lake.buffer(40) for lake in terrain.lakes])
    best, every = gabriel(points, size)
    over_land = shapely.union_all([cores, lakes])
    dry = over_land.union(terrain.river)
    land = Land(terrain.river, terrain.river.buffer(40), over_land, dry)
    shapely.prepare(over_land)
    shapely.prepare(dry)
    bridges = river_bridges(points, every[usable(points, every, over_land)], terrain, size)
    links = joined_up(points, best[usable(points, best, dry)], every[usable(points, every, dry)])
    links = joined_up(points, np.vstack([links, bridges]), every[usable(points, every, over_land)])
    links = np.unique(links, axis=0)
    hubs = [np.flatnonzero(points.group == g).tolist() for g in range(len(layouts))]
    hubs += [[int(t)] for t in townships]
    klass, number = ranked(points, links, hubs, len(layouts))
    return [
        street
        for k, (a, b) in enumerate(links.tolist())
        for street in country_road(
            rng(seed, "link", a, b), points.xy[[a, b]], int(klass[k]), int(number[k]), land
        )
    ]


@dataclass(frozen=True)
class Land:
    """What a country road keeps clear of."""

    river: BaseGeometry
    banks: BaseGeometry  # the river and a strip beside it
    built: BaseGeometry  # towns and lakes
    wet: BaseGeometry  # all of it


def country_road(
    r: np.random.Generator, ends: FloatArray, klass: int, number: int, land: Land
) -> list[Street]:
    """One link as one street, or three where it crosses the river on a bridge."""
    calm = 0.55 if klass < COUNTRY else 1.0
    name = highway_name(klass, number)
    straight = shapely.LineString(ends)
    if not straight.intersects(land.river):
        return [Street(wiggled(r, ends[0], ends[1], calm, land.wet), klass, name)]
    wet = shapely.get_coordinates(straight.intersection(land.banks))
    first, last = wet[0], wet[-1]
    return [
        Street(wiggled(r, ends[0], first, calm, land.built), klass, name),
        Street(np.array([first, last]), klass, "", bridge=True),
        Street(wiggled(r, last, ends[1], calm, land.built), klass, name),
    ]


def highway_name(klass: int, number: int) -> str:
    """Numbers in the usual style; 9xx is where a fictional prefecture keeps its own."""
    kind = {PRIMARY: "S{}省道", SECONDARY: "X{}县道"}.get(klass, "Y{}乡道")
    return kind.format(900 + number)
