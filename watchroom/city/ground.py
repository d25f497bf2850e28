"""The land and all its roads: towns first, then villages, country roads and motorways."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from watchroom.city import names
from watchroom.city.country import Points, links_between, village_sites, village_streets
from watchroom.city.model import Roads
from watchroom.city.motorways import add_motorways
from watchroom.city.names import Names
from watchroom.city.network import make_roads, planarise
from watchroom.city.seeds import rng
from watchroom.city.sizes import Size
from watchroom.city.streets import Layout, Namer, Street, Town, lay_out
from watchroom.city.terrain import Terrain, make_terrain

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Village:
    x: float
    y: float
    name: str
    township: bool


@dataclass(frozen=True)
class Ground:
    terrain: Terrain
    layouts: list[Layout]  # the main city first, then the county towns
    villages: list[Village]
    roads: Roads


def towns(seed: int, size: Size) -> list[Town]:
    """The main city and every county town."""
    r = rng(seed, "towns")
    k = size.core / 9_200
    main = Town(
        key="main",
        x=0,
        y=0,
        radius=size.core,
        turn=0.05,
        warp=size.core * 0.030,
        block=(560 * max(k, 0.6), 930 * max(k, 0.55)),
        lane=(104.0, 235.0),
        old_radius=size.core * 0.155,
        old_u=0.0,
        old_v=size.core * 0.10,
        rings=(0.36, 0.80) if k > 0.5 else (),
        bridges=(-0.02, 0.20) if k > 0.5 else (-0.35, 0.25),
        embankment=True,
    )
    small = [
        Town(
            key=c.en,
            x=c.x,
            y=c.y,
            radius=c.radius,
            turn=float(r.uniform(-0.6, 0.6)),
            warp=c.radius * 0.05,
            block=(360, 480),
            lane=(92.0, 165.0),
            old_radius=c.radius * 0.28,
        )
        for c in size.counties
        if c.radius
    ]
    return [main, *small]


def namer(seed: int, town: str) -> Namer:
    r, taken = rng(seed, "street names", town), set[str]()
    pools = (names.road_pool(), names.side_pool(), names.lane_pool())
    return Namer(*(Names(r, pool, taken).draw for pool in pools))


def make_ground(seed: int, size: Size) -> Ground:
    terrain = make_terrain(seed, size)
    layouts = [lay_out(town, terrain, namer(seed, town.key), seed) for town in towns(seed, size)]
    villages = make_villages(seed, size, terrain, layouts)
    streets = [s for layout in layouts for s in layout.streets]
    gates = [np.array(layout.gates) for layout in layouts]
    sites = np.array([(v.x, v.y) for v in villages])
    points = Points(
        np.vstack([sites, *gates]),
        np.concatenate(
            [np.full(len(sites), -1), *(np.full(len(g), k) for k, g in enumerate(gates))]
        ),
    )
    townships = np.flatnonzero([v.township for v in villages])
    streets += links_between(seed, size, terrain, layouts, points, townships)
    streets += village_lanes(seed, villages)
    seats = np.array([(c.x, c.y) for c in size.counties])
    streets = [s for s in streets if len(s.line) > 1]
    graph, streets = add_motorways(planarise(streets), streets, terrain, size, seats)
    return Ground(terrain, layouts, villages, make_roads(graph, streets))


def make_villages(seed: int, size: Size, terrain: Terrain, layouts: list[Layout]) -> list[Village]:
    r = rng(seed, "village names")
    towns_beats = size.town_communities * (len(layouts) - 1)
    count = size.beats - size.communities - towns_beats
    built = shapely.union_all([layout.builtup for layout in layouts])
    sites = village_sites(seed, size, terrain, built, count)
    pile = Names(r, names.village_pool(), set())
    big = set(spread(sites, size, layouts).tolist())
    return [Village(float(x), float(y), pile.draw(), k in big) for k, (x, y) in enumerate(sites)]


def spread(sites: FloatArray, size: Size, layouts: list[Layout]) -> NDArray[np.int64]:
    """Townships: villages farthest from all seats and from each other, one after the other."""
    fixed = np.array([(c.x, c.y) for c in size.counties])
    far, _ = cKDTree(fixed).query(sites)
    far = np.minimum(far, (size.territory * 1.02 - np.hypot(*sites.T)) * 1.3)
    chosen = []
    for _ in range(size.townships):
        k = int(np.argmax(far))
        chosen.append(k)
        far = np.minimum(far, np.hypot(*(sites - sites[k]).T))
    return np.array(chosen)


def village_lanes(seed: int, villages: list[Village]) -> list[Street]:
    return [
        street
        for v in villages
        for street in village_streets(
            rng(seed, "lanes", v.name),
            v.x,
            v.y,
            v.township,
            v.name + ("街" if v.township else "村道"),
        )
    ]
