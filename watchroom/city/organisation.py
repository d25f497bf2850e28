"""Agencies on three levels and the beats below them, with the codes they are known by."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from watchroom.city import projection
from watchroom.city.ground import Ground
from watchroom.city.model import MOTORWAY, RAMP, Agency, Beat, Roads
from watchroom.city.names import joined
from watchroom.city.seeds import rng
from watchroom.city.sizes import County, Size
from watchroom.city.tiling import Tile, degrees, make_tiles, station_areas

CITY_ZH, CITY_EN = "澜川市", "Lanchuan"
SQUADS = (
    ("91", "centre", "指挥中心", "Command Centre"),
    ("92", "traffic", "交通警察大队", "Traffic Squad"),
    ("93", "patrol", "巡特警大队", "Patrol and Tactical Squad"),
)


class Streets:
    """Finds the road node somebody at a place would start from."""

    def __init__(self, roads: Roads) -> None:
        plain = (roads.klass != MOTORWAY) & (roads.klass != RAMP)
        self.nodes = np.unique(np.concatenate([roads.tail[plain], roads.head[plain]]))
        self.x, self.y = projection.to_x(roads.lon), projection.to_y(roads.lat)
        self.tree = cKDTree(np.column_stack([self.x[self.nodes], self.y[self.nodes]]))
        self.roads = roads

    def node(self, x: float, y: float) -> int:
        return int(self.nodes[self.tree.query((x, y))[1]])

    def nodes_at(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.asarray(self.nodes[self.tree.query(xy)[1]], dtype=np.int64)

    def point(self, node: int) -> tuple[float, float]:
        return float(self.roads.lon[node]), float(self.roads.lat[node])


@dataclass(frozen=True)
class Organisation:
    agencies: list[Agency]
    beats: list[Beat]


def county_titles(county: County) -> tuple[str, str]:
    if county.kind == "district":
        return f"{CITY_ZH}公安局{county.zh}分局", f"{county.en} District Branch"
    kind = "市" if county.kind == "town" else "县"
    return f"{county.zh}{kind}公安局", f"{county.en} {'City' if kind == '市' else 'County'} Bureau"


def short_title(county: County) -> str:
    return county.zh + {"district": "区", "county": "县", "town": "市"}[county.kind]


def city_agencies(streets: Streets) -> list[Agency]:
    spots = {
        "000": (0.0, 600.0),
        "001": (0.0, 600.0),
        "002": (900.0, 1400.0),
        "003": (-1500.0, 300.0),
    }
    titles = {
        "000": ("bureau", "公安局", "Public Security Bureau"),
        "001": ("centre", "公安局指挥中心", "Command Centre"),
        "002": ("traffic", "公安局交通警察支队", "Traffic Police Division"),
        "003": ("patrol", "公安局巡特警支队", "Patrol and Tactical Division"),
    }
    out = []
    for tail, (kind, zh, en) in titles.items():
        node = streets.node(*spots[tail])
        parent = "" if tail == "000" else "990000"
        out.append(
            Agency(
                "990" + tail,
                parent,
                "city",
                kind,
                CITY_ZH + zh,
                f"{CITY_EN} {en}",
                *streets.point(node),
                node,
            )
        )
    return out


def county_agencies(number: int, county: County, streets: Streets) -> list[Agency]:
    base = f"99{number:02d}"
    node = streets.node(county.x, county.y)
    zh, en = county_titles(county)
    own = Agency(base + "00", "990000", "county", "bureau", zh, en, *streets.point(node), node)
    out = [own]
    for k, (tail, kind, squad_zh, squad_en) in enumerate(SQUADS):
        spot = streets.node(county.x + 260 * k, county.y - 190 * k)
        out.append(
            Agency(
                base + tail,
                own.code,
                "county",
                kind,
                zh + squad_zh,
                f"{county.en} {squad_en}",
                *streets.point(spot),
                spot,
            )
        )
    return out


def station_agency(code: str, parent: str, tile: Tile, streets: Streets) -> Agency:
    node = streets.node(tile.x, tile.y)
    zh, en = tile.name + "派出所", joined(tile.name) + " Police Station"
    return Agency(code, parent, "station", "station", zh, en, *streets.point(node), node)


def make_beat(code: str, station: str, tile: Tile, streets: Streets, people: int) -> Beat:
    village = tile.kind == "village"
    node = streets.node(tile.x, tile.y)
    return Beat(
        code=code,
        zh=tile.name + ("村" if village else "社区"),
        en=joined(tile.name) + (" Village" if village else " Community"),
        kind=tile.kind,
        station=station,
        lon=float(projection.to_lon(tile.x)),
        lat=float(projection.to_lat(tile.y)),
        node=node,
        population=people,
        polygon=degrees(tile.polygon),
    )


def populations(tiles: list[Tile], seed: int) -> NDArray[np.int64]:
    r = rng(seed, "population")
    scale = np.array(
        [
            9_000 if t.main else 6_500 if t.kind == "community" else 5_200 if t.township else 2_100
            for t in tiles
        ]
    )
    return np.round(scale * np.exp(r.normal(0, 0.28, len(tiles))), -1).astype(np.int64)


def make_organisation(seed: int, size: Size, ground: Ground, streets: Streets) -> Organisation:
    """Agencies in code order; beats in code order, each in one station."""
    tiles = make_tiles(seed, size, ground)
    station, homes = station_areas(tiles, size, seed)
    people = populations(tiles, seed)
    agencies, beats, first = city_agencies(streets), [], 0
    for number, county in enumerate(size.counties, 1):
        agencies += county_agencies(number, county, streets)
        for k in range(county.stations):
            code = f"99{number:02d}{k + 1:02d}"
            agencies.append(
                station_agency(code, f"99{number:02d}00", tiles[homes[first + k]], streets)
            )
            mine = np.flatnonzero(station == first + k)
            mine = mine[np.lexsort(([tiles[m].x for m in mine], [-tiles[m].y for m in mine]))]
            beats += [
                make_beat(f"{code}{m:03d}", code, tiles[t], streets, int(people[t]))
                for m, t in enumerate(mine.tolist(), 1)
            ]
        first += county.stations
    return Organisation(sorted(agencies, key=lambda a: a.code), beats)


def beat_index(beats: list[Beat]) -> shapely.STRtree:
    return shapely.STRtree([b.polygon for b in beats])
