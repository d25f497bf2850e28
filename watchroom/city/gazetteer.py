"""Everything a caller may name, with nicknames and initials: beats, crossings, landmarks."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from watchroom.city import names, projection
from watchroom.city.ground import Ground
from watchroom.city.model import RAMP, Beat, Place, Roads
from watchroom.city.organisation import Streets, beat_index
from watchroom.city.seeds import rng
from watchroom.city.sizes import Size

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Kind:
    key: str
    count: int  # in the full city
    zh: tuple[str, ...]  # {b} beat name, {m} brand, {n} number
    en: str
    where: str  # urban | any | town


NUMBERS = "一二三四五六七八九十"
KINDS = (
    Kind("hospital", 34, ("{b}医院", "市第{n}人民医院", "{b}卫生院"), "Hospital", "any"),
    Kind("school", 190, ("{b}小学", "{b}中学", "{b}实验小学", "{b}幼儿园"), "School", "any"),
    Kind("mall", 44, ("{m}广场", "{m}购物中心", "{m}百货"), "Mall", "urban"),
    Kind("supermarket", 150, ("{m}超市{b}店", "{b}便民超市"), "Supermarket", "any"),
    Kind("market", 72, ("{b}农贸市场", "{b}菜市场", "{b}夜市"), "Market", "any"),
    Kind("hotel", 96, ("{m}酒店{b}店", "{b}宾馆", "{b}民宿"), "Hotel", "any"),
    Kind("bar", 60, ("{m}量贩歌厅", "{m}酒吧", "{b}烧烤城"), "Bar", "urban"),
    Kind("cafe", 52, ("{m}网咖{b}店", "{m}茶楼"), "Internet café", "urban"),
    Kind("bank", 88, ("澜川农商行{b}支行", "鹭江银行{b}支行"), "Bank", "any"),
    Kind("compound", 330, ("{b}花园", "{b}小区", "{m}{b}城", "{b}家属院"), "Compound", "urban"),
    Kind("factory", 74, ("{m}电子厂", "{b}纸箱厂", "{m}食品厂", "{b}机械厂"), "Factory", "any"),
    Kind("petrol", 58, ("{b}加油站",), "Petrol station", "any"),
    Kind("bus", 12, ("{b}汽车站", "{b}客运站"), "Bus station", "any"),
    Kind("rail", 3, ("澜川{d}站",), "Railway station", "urban"),
    Kind("square", 20, ("{b}广场", "市民{n}广场"), "Square", "urban"),
    Kind("temple", 22, ("{b}寺", "{b}祠"), "Temple", "any"),
    Kind("site", 60, ("{b}工地", "{m}{b}项目部"), "Building site", "urban"),
)  # fmt: skip


class Finder:
    """Which beat a point lies in, and its nearest road node."""

    def __init__(self, beats: list[Beat], streets: Streets) -> None:
        self.beats, self.streets, self.tree = beats, streets, beat_index(beats)

    def beats_at(self, lon: FloatArray, lat: FloatArray) -> list[Beat]:
        """The beat of every point; on a border, or just over the outer one, the nearest."""
        return [self.beats[k] for k in self.tree.nearest(shapely.points(lon, lat))]


def place(
    finder: Finder,
    number: int,
    kind: str,
    zh: str,
    en: str,
    aliases: tuple[str, ...],
    spot: tuple[float, float],
) -> Place:
    lon, lat = spot
    beat = finder.beats_at(np.array([lon]), np.array([lat]))[0]
    node = finder.streets.node(float(projection.to_x(lon)), float(projection.to_y(lat)))
    return Place(
        f"G{number:05d}",
        kind,
        zh,
        en,
        aliases,
        names.initials(zh),
        round(float(lon), 6),
        round(float(lat), 6),
        node,
        beat.code,
    )


def junctions(roads: Roads) -> Iterator[tuple[int, int, int]]:
    """(node, one road name, another) where named roads cross; the two best classes count."""
    good = (roads.name >= 0) & (roads.klass > RAMP)
    order = np.lexsort((roads.name, roads.klass, roads.head))
    seen: dict[int, list[int]] = {}
    for e in order[good[order]].tolist():
        here = seen.setdefault(int(roads.head[e]), [])
        if int(roads.name[e]) not in here:
            here.append(int(roads.name[e]))
    for node, found in seen.items():
        if len(found) >= 2:
            yield node, found[0], found[1]


def crossings(roads: Roads, finder: Finder, first: int) -> list[Place]:
    """One entry for each pair of names; the second crossing of the same pair is left out."""
    out: list[Place] = []
    taken: set[tuple[int, int]] = set()
    for node, a, b in junctions(roads):
        pair = (min(a, b), max(a, b))
        if pair in taken:
            continue
        taken.add(pair)
        zh_a, zh_b = roads.names_zh[a], roads.names_zh[b]
        zh = f"{zh_a}与{zh_b}路口"
        en = f"{roads.names_en[a]} and {roads.names_en[b]}"
        aliases = (f"{zh_b}与{zh_a}路口", f"{zh_a}{zh_b}交叉口")
        spot = finder.streets.point(node)
        out.append(place(finder, first + len(out), "crossing", zh, en, aliases, spot))
    return out


def bridges(roads: Roads, finder: Finder, ground: Ground, first: int) -> list[Place]:
    """Every bridge over the main river, from west to east."""
    e = np.flatnonzero(roads.bridge & (roads.tail < roads.head))
    x = (projection.to_x(roads.lon[roads.tail[e]]) + projection.to_x(roads.lon[roads.head[e]])) / 2
    y = (projection.to_y(roads.lat[roads.tail[e]]) + projection.to_y(roads.lat[roads.head[e]])) / 2
    wet = shapely.contains(ground.terrain.river.union(ground.terrain.island), shapely.points(x, y))
    out: list[Place] = []
    last = -1e9
    for k in np.argsort(x, kind="stable").tolist():
        if not wet[k] or x[k] - last < 600:
            continue
        last = x[k]
        zh = f"澜江{NUMBERS[len(out)]}桥" if len(out) < 10 else f"澜江{len(out) + 1}号桥"
        spot = (float(projection.to_lon(x[k])), float(projection.to_lat(y[k])))
        alias = roads.names_zh[roads.name[e[k]]] if roads.name[e[k]] >= 0 else ""
        aliases = tuple(
            a for a in (alias.removesuffix("桥") + "大桥" if alias else "", zh[2:]) if a
        )
        out.append(
            place(
                finder,
                first + len(out),
                "bridge",
                zh,
                f"Lan River Bridge {len(out) + 1}",
                aliases,
                spot,
            )
        )
    return out


def landmarks(seed: int, size: Size, finder: Finder, first: int) -> list[Place]:
    """Hospitals, schools, shops …, named after where they are or after an invented brand."""
    r = rng(seed, "landmarks")
    urban = [b for b in finder.beats if b.kind == "community"]
    out: list[Place] = []
    taken: set[str] = set()
    for kind in KINDS:
        pool = urban if kind.where == "urban" else finder.beats
        weight = np.array([b.population for b in pool], dtype=float)
        wanted = max(1, round(kind.count * size.landmarks / 1000))
        for k in range(wanted):
            beat = pool[int(r.choice(len(pool), p=weight / weight.sum()))]
            zh, aliases = title(r, kind, beat, k)
            if zh in taken:
                continue
            taken.add(zh)
            scatter = 0.0022 if beat.kind == "community" else 0.0012
            spot = (beat.lon + r.normal(0, scatter), beat.lat + r.normal(0, scatter))
            node = finder.streets.node(
                float(projection.to_x(spot[0])), float(projection.to_y(spot[1]))
            )
            lon, lat = finder.streets.point(node)
            beside = (lon + r.choice([-1, 1]) * 0.00028, lat + r.choice([-1, 1]) * 0.00022)
            en = f"{names.joined(zh)} ({kind.en})"
            out.append(place(finder, first + len(out), kind.key, zh, en, aliases, beside))
    return out


def title(r: np.random.Generator, kind: Kind, beat: Beat, k: int) -> tuple[str, tuple[str, ...]]:
    """A name and what people call it."""
    short = beat.zh.removesuffix("社区").removesuffix("村")
    brand = names.BRANDS[int(r.integers(len(names.BRANDS)))]
    form = kind.zh[int(r.integers(len(kind.zh)))]
    zh = form.format(b=short, m=brand, n=NUMBERS[k % 10], d=("", "南", "东")[k % 3])
    nicks = {
        "hospital": short + "那个医院",
        "mall": brand,
        "supermarket": "便利店",
        "compound": short + "小区",
        "school": short + "学校",
        "market": short + "菜场",
        "bar": brand + "那个唱歌的",
        "rail": "火车站",
    }
    nick = nicks.get(kind.key, "")
    return zh, tuple(a for a in (nick,) if a and a != zh)


def greens(ground: Ground, finder: Finder, seed: int, first: int) -> list[Place]:
    """Parks and lakes by name, in the order they were made."""
    out: list[Place] = []
    for zh, en, kind, shape in named_areas(ground, seed):
        spot = shape.representative_point()
        lon, lat = float(projection.to_lon(spot.x)), float(projection.to_lat(spot.y))
        out.append(place(finder, first + len(out), kind, zh, en, (), (lon, lat)))
    return out


def named_areas(ground: Ground, seed: int) -> list[tuple[str, str, str, shapely.Geometry]]:
    """(zh, en, kind, shape in metres) of parks and lakes."""
    r = rng(seed, "area names")
    pile = names.Names(r, names.pairs(names.COMMUNITY_HEAD, "湖林园山苑秀溪泉"), set())
    parks = [p for layout in ground.layouts for p in layout.parks if p.area > 4_000]
    out = []
    for shape in parks:
        name = pile.draw()
        out.append((name + "公园", names.joined(name) + " Park", "park", shape))
    for k, shape in enumerate(ground.terrain.lakes):
        name = pile.draw()[:1]
        suffix = "湖" if k < 2 else "水库"
        en = " Lake" if k < 2 else " Reservoir"
        out.append(
            (f"{name}{'鹭澜荻榆桐柳枫'[k % 7]}{suffix}", names.joined(name) + en, "lake", shape)
        )
    return out


def beat_places(beats: list[Beat], first: int) -> list[Place]:
    return [
        Place(
            f"G{first + k:05d}",
            b.kind,
            b.zh,
            b.en,
            (b.zh.removesuffix("社区").removesuffix("村"),),
            names.initials(b.zh),
            b.lon,
            b.lat,
            b.node,
            b.code,
        )
        for k, b in enumerate(beats)
    ]


def make_places(
    seed: int, size: Size, ground: Ground, beats: list[Beat], streets: Streets
) -> list[Place]:
    """The whole gazetteer."""
    finder = Finder(beats, streets)
    out = beat_places(beats, 1)
    out += bridges(ground.roads, finder, ground, len(out) + 1)
    out += greens(ground, finder, seed, len(out) + 1)
    out += landmarks(seed, size, finder, len(out) + 1)
    out += crossings(ground.roads, finder, len(out) + 1)
    return out
