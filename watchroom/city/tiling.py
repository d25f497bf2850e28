"""Who looks after which piece of land: beats as a Voronoi tiling that never straddles the river."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from watchroom.city import names, projection
from watchroom.city.ground import Ground
from watchroom.city.names import Names
from watchroom.city.seeds import rng
from watchroom.city.sizes import Size

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Tile:
    """A beat before it has a code: metres, and the number of its county and station."""

    x: float
    y: float
    name: str
    kind: str  # community | village
    main: bool  # inside the main city
    township: bool
    county: int
    polygon: BaseGeometry


def k_means(points: FloatArray, k: int, r: np.random.Generator, rounds: int = 6) -> FloatArray:
    """Centres of k clusters by Lloyd's method, started on k of the points."""
    centres = points[np.sort(r.choice(len(points), k, replace=False))]
    for _ in range(rounds):
        _, near = cKDTree(centres).query(points)
        count = np.bincount(near, minlength=k)
        full = np.maximum(count, 1)[:, None]
        sums = np.column_stack([np.bincount(near, points[:, c], minlength=k) for c in (0, 1)])
        centres = np.where(count[:, None] > 0, sums / full, centres)
    return centres


def communities(ground: Ground, layout_index: int, k: int, seed: int) -> FloatArray:
    """k centres of neighbourhoods where streets are dense, counted for each river bank apart."""
    r = rng(seed, "communities", layout_index)
    xy = np.column_stack([projection.to_x(ground.roads.lon), projection.to_y(ground.roads.lat)])
    inside = shapely.contains(ground.layouts[layout_index].builtup, shapely.points(xy))
    xy = xy[inside]
    north = ground.terrain.north(xy[:, 0], xy[:, 1])
    upper = int(np.clip(round(k * north.mean()), 1 if north.any() else 0, k))
    parts = [k_means(xy[side], n, r) for side, n in ((north, upper), (~north, k - upper)) if n]
    return np.vstack(parts)


def banks(ground: Ground) -> tuple[BaseGeometry, BaseGeometry]:
    """The territory north and south of the river's middle line."""
    t = ground.terrain
    far = 10 * np.abs(np.array(t.outline.bounds)).max()
    line = np.column_stack([t.bed_x, t.bed_y])
    top = np.vstack([line, [(t.bed_x[-1], far), (t.bed_x[0], far)]])
    north = shapely.intersection(t.outline, shapely.make_valid(Polygon(top)))
    return north, shapely.difference(t.outline, north)


def cells(sites: FloatArray, land: BaseGeometry) -> list[BaseGeometry]:
    """One piece of land for each site; crumbs behind a bend go to the neighbour they touch most."""
    voronoi = shapely.voronoi_polygons(
        shapely.MultiPoint(sites), extend_to=land.envelope.buffer(1000), ordered=True
    )
    clipped = [shapely.intersection(cell, land) for cell in shapely.get_parts(voronoi)]
    kept: list[BaseGeometry] = []
    crumbs: list[BaseGeometry] = []
    for site, shape in zip(sites, clipped, strict=True):
        parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and p.area > 0]
        parts.sort(key=lambda p: shapely.distance(p, shapely.Point(site)))
        kept.append(parts[0])
        crumbs += parts[1:]
    for crumb in crumbs:
        near = shapely.STRtree(kept).query(crumb, predicate="intersects")
        touch = [shapely.intersection(kept[k], crumb).length for k in near]
        host = int(near[int(np.argmax(touch))])
        kept[host] = shapely.union(kept[host], crumb)
    return kept


def county_of(
    x: FloatArray, y: FloatArray, main: NDArray[np.bool_], ground: Ground, size: Size
) -> IntArray:
    """Nearest seat, with the river as a border; the main city belongs to its districts only."""
    cost = np.empty((len(x), len(size.counties)))
    north = ground.terrain.north(x, y)
    for k, county in enumerate(size.counties):
        far = np.hypot(x - county.x, y - county.y)
        same = north == bool(ground.terrain.north(county.x, county.y))
        district = county.kind == "district"
        far = np.where(same, far, far + size.territory * (0.5 if district else 0.10))
        far = far - size.territory * 0.04 * district
        cost[:, k] = np.where(main & (not district), np.inf, far)
    if sum(c.kind == "district" for c in size.counties) == 1:
        cost[main] = np.where([c.kind == "district" for c in size.counties], 0.0, np.inf)
    return np.argmin(cost, axis=1).astype(np.int64)


def make_tiles(seed: int, size: Size, ground: Ground) -> list[Tile]:
    """All beats, unordered by agency yet."""
    r = rng(seed, "community names")
    urban = [communities(ground, 0, size.communities, seed)]
    urban += [
        communities(ground, k, size.town_communities, seed) for k in range(1, len(ground.layouts))
    ]
    sites = np.vstack([*urban, [(v.x, v.y) for v in ground.villages]])
    pile = Names(r, names.community_pool(), set())
    n_urban = sum(len(u) for u in urban)
    title = [pile.draw() for _ in range(n_urban)] + [v.name for v in ground.villages]
    township = [False] * n_urban + [v.township for v in ground.villages]
    main = np.arange(len(sites)) < len(urban[0])
    county = county_of(sites[:, 0], sites[:, 1], main, ground, size)
    shape = np.empty(len(sites), dtype=object)
    north = ground.terrain.north(sites[:, 0], sites[:, 1])
    for side, land in zip((north, ~north), banks(ground), strict=True):
        if side.any():
            shape[side] = np.array(cells(sites[side], land), dtype=object)
    return [
        Tile(
            float(sites[k, 0]), float(sites[k, 1]), title[k],
            "community" if k < n_urban else "village",
            bool(main[k]), township[k], int(county[k]), shape[k],
        )
        for k in range(len(sites))
    ]  # fmt: skip


def station_areas(tiles: list[Tile], size: Size, seed: int) -> tuple[IntArray, IntArray]:
    """(station of each tile, tile of each station); stations numbered county by county."""
    xy = np.array([(t.x, t.y) for t in tiles])
    county = np.array([t.county for t in tiles])
    station = np.full(len(tiles), -1, dtype=np.int64)
    homes: list[int] = []
    for k, c in enumerate(size.counties):
        mine = np.flatnonzero(county == k)
        seats = station_seats(
            xy, mine, c.stations, np.array([c.x, c.y]), tiles, rng(seed, "stations", k)
        )
        _, near = cKDTree(xy[seats]).query(xy[mine])
        station[mine] = near + len(homes)
        homes += seats.tolist()
    return station, np.array(homes)


def station_seats(
    xy: FloatArray,
    mine: IntArray,
    k: int,
    seat: FloatArray,
    tiles: list[Tile],
    r: np.random.Generator,
) -> IntArray:
    """Tiles where stations stand: spread over the county, one in the seat, townships preferred."""
    centres = k_means(xy[mine], k, r, 12)
    centres[int(np.argmin(np.hypot(*(centres - seat).T)))] = seat
    chosen: list[int] = []
    for centre in centres:
        far = np.hypot(*(xy[mine] - centre).T)
        far = far * np.where([tiles[m].township for m in mine], 0.45, 1.0)
        far[[i for i, m in enumerate(mine) if m in chosen]] = np.inf
        chosen.append(int(mine[int(np.argmin(far))]))
    return np.array(chosen)


def degrees(shape: BaseGeometry) -> Polygon | MultiPolygon:
    """A polygon in metres as longitude and latitude."""
    moved = shapely.transform(shape, projection.to_degrees)
    return moved if moved.is_valid else shapely.make_valid(moved)
