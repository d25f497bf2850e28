"""What the fictional city is made of: plain records and flat arrays, positions in WGS-84."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

ROAD_CLASSES = (
    "motorway",
    "ramp",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "residential",
    "country",
    "lane",
)
MOTORWAY, RAMP, TRUNK, PRIMARY, SECONDARY, TERTIARY, RESIDENTIAL, COUNTRY, LANE = range(9)
SPEED_KMH = (100, 45, 65, 50, 42, 36, 25, 45, 20)

Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class Roads:
    """Directed road edges; every edge is a straight line between its two nodes."""

    lon: NDArray[np.float64]  # (nodes,)
    lat: NDArray[np.float64]  # (nodes,)
    tail: NDArray[np.int32]  # (edges,)
    head: NDArray[np.int32]  # (edges,)
    seconds: NDArray[np.float64]  # (edges,) free-flow driving time with waiting at junctions
    metres: NDArray[np.float64]  # (edges,)
    klass: NDArray[np.uint8]  # (edges,) index into ROAD_CLASSES
    speed: NDArray[np.uint8]  # (edges,) km/h
    oneway: NDArray[np.bool_]  # (edges,)
    bridge: NDArray[np.bool_]  # (edges,)
    name: NDArray[np.int32]  # (edges,) index into names_zh / names_en, -1 for unnamed
    names_zh: list[str]
    names_en: list[str]


@dataclass(frozen=True)
class Area:
    """Something to paint under the roads."""

    kind: str  # river | stream | lake | park | forest | builtup
    zh: str
    en: str
    polygon: Polygon | MultiPolygon


@dataclass(frozen=True)
class Agency:
    code: str
    parent: str  # '' for the city bureau
    level: str  # city | county | station
    kind: str  # bureau | centre | station | traffic | patrol
    zh: str
    en: str
    lon: float
    lat: float
    node: int


@dataclass(frozen=True)
class Beat:
    code: str
    zh: str
    en: str
    kind: str  # community | village
    station: str  # agency code
    lon: float
    lat: float
    node: int
    population: int
    polygon: Polygon | MultiPolygon


@dataclass(frozen=True)
class Staff:
    username: str
    zh: str
    en: str
    sex: str  # m | f
    role: str  # see force.ROLES
    agency: str
    beats: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    badge: str = ""


@dataclass(frozen=True)
class Post:
    code: str
    zh: str
    en: str
    kind: str  # quick | gate | school | station | square | night
    agency: str
    lon: float
    lat: float
    node: int


@dataclass(frozen=True)
class Unit:
    code: str  # call sign, e.g. P07
    zh: str
    en: str
    kind: str  # car | foot | quick | traffic | community
    agency: str
    skills: tuple[str, ...]
    crew: tuple[str, ...]  # usernames, the leader first
    lon: float
    lat: float
    node: int
    device: str  # identifier that its phone reports positions under
    post: str = ""  # code of the duty post it stands at, if any


@dataclass(frozen=True)
class Place:
    """A gazetteer entry: what callers name and call-takers pick."""

    code: str
    kind: str  # beat kinds, crossing, bridge, park, hospital, school, ...
    zh: str
    en: str
    aliases: tuple[str, ...]
    initials: str  # pinyin initials of zh, for typing
    lon: float
    lat: float
    node: int
    beat: str


@dataclass(frozen=True, repr=False)
class City:
    seed: int
    size: str
    zh: str
    en: str
    roads: Roads
    boundary: Polygon | MultiPolygon
    areas: list[Area]
    agencies: list[Agency]
    beats: list[Beat]
    staff: list[Staff]
    posts: list[Post]
    units: list[Unit]
    places: list[Place]
    version: int = field(default=1)

    def __repr__(self) -> str:
        return f"<City {self.en} seed={self.seed} size={self.size}>"

    @cached_property
    def agency(self) -> dict[str, Agency]:
        return {a.code: a for a in self.agencies}

    @cached_property
    def beat(self) -> dict[str, Beat]:
        return {b.code: b for b in self.beats}

    def pick(self, kind: str, test: Callable[[Agency], bool] = lambda _: True) -> list[Agency]:
        """Agencies of one kind, in code order."""
        return [a for a in self.agencies if a.kind == kind and test(a)]
