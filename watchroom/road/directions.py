"""What to say to the driver: one sentence for each turn, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from watchroom.base.geometry import bearing_deg
from watchroom.base.text import Text
from watchroom.road.arrays import F64, I32
from watchroom.road.cordon import WALKING_SPEED, Walk, metres_of
from watchroom.road.ground import Ground
from watchroom.road.streets import CLASSES

NEAR_M = 15.0
"""Directions at a crossing are taken over this much of the street: lines wriggle at their ends."""
STRAIGHT_DEG, SLIGHT_DEG, BACK_DEG = 30.0, 55.0, 160.0
LONG_BRIDGE_M = 60.0
HEADINGS = (
    Text("北", "north"), Text("东北", "northeast"), Text("东", "east"), Text("东南", "southeast"),
    Text("南", "south"), Text("西南", "southwest"), Text("西", "west"), Text("西北", "northwest"),
)  # fmt: skip
TURNS = {
    "straight": Text("直行", "Go straight on"),
    "slight_left": Text("向左前方行驶", "Bear left"),
    "slight_right": Text("向右前方行驶", "Bear right"),
    "left": Text("左转", "Turn left"),
    "right": Text("右转", "Turn right"),
    "back": Text("掉头", "Turn round"),
}
UNNAMED = {
    "motorway_link": Text("匝道", "the ramp"),
    "trunk_link": Text("匝道", "the ramp"),
    "primary_link": Text("匝道", "the ramp"),
    "service": Text("内部道路", "the service road"),
    "track": Text("机耕路", "the track"),
    "footway": Text("步道", "the footpath"),
    "path": Text("小路", "the path"),
    "steps": Text("台阶", "the steps"),
    "cycleway": Text("自行车道", "the cycle path"),
    "pedestrian": Text("步行街", "the pedestrian street"),
}
NO_NAME = Text("无名道路", "an unnamed road")


@dataclass(frozen=True)
class Drive:
    """What a route is made of."""

    edges: I32
    lines: tuple[F64, ...]
    """The driven part of each edge."""
    before: Walk
    after: Walk
    end: F64
    """(2) lon, lat."""


@dataclass(frozen=True)
class Step:
    """One thing to do."""

    kind: str
    """depart, a key of TURNS, walk or arrive."""
    text: Text
    metres: float
    name: Text | None
    """The street."""
    lon: float
    lat: float


@dataclass(frozen=True)
class _Leg:
    """Edges driven on without a turn worth a word."""

    kind: str
    name: Text
    metres: float
    bridge_m: float
    lines: tuple[F64, ...]


def steps(ground: Ground, route: Drive) -> tuple[Step, ...]:
    """The sentences for a route, from its first street to the arrival."""
    said = [_walking(route.before, route.before.coords[0])] if route.before.seconds else []
    legs = _legs(ground, route)
    said += [_driving(leg, first=i == 0) for i, leg in enumerate(legs)]
    if route.after.seconds:
        said.append(_walking(route.after, route.end))
    said.append(
        Step("arrive", Text("到达目的地。", "You have arrived."), 0.0, None, *map(float, route.end))
    )
    return tuple(said)


def _legs(ground: Ground, route: Drive) -> list[_Leg]:
    legs: list[_Leg] = []
    pieces = [
        (int(edge), line)
        for edge, line in zip(route.edges, route.lines, strict=True)
        if metres_of(line) > 0
    ]
    for i, (edge, line) in enumerate(pieces):
        name, metres = _name(ground, edge), metres_of(line)
        kind = "depart" if i == 0 else turn_kind(turn_deg(pieces[i - 1][1], line))
        bridge = (
            metres if ground.streets.segment_level[ground.streets.edge_segment[edge]] > 0 else 0
        )
        if legs and name == legs[-1].name and kind in {"straight", "slight_left", "slight_right"}:
            last = legs.pop()
            legs.append(
                _Leg(
                    last.kind,
                    name,
                    last.metres + metres,
                    last.bridge_m + bridge,
                    (*last.lines, line),
                )
            )
        else:
            legs.append(_Leg(kind, name, metres, bridge, (line,)))
    return legs


def _name(ground: Ground, edge: int) -> Text:
    streets = ground.streets
    zh, en = ground.names[streets.segment_name[streets.edge_segment[edge]]]
    return (
        Text(zh or en, en or zh)
        if zh or en
        else UNNAMED.get(CLASSES[streets.edge_class[edge]], NO_NAME)
    )


def _driving(leg: _Leg, *, first: bool) -> Step:
    line = leg.lines[0]
    far = spoken_metres(leg.metres)
    bridge = leg.bridge_m >= LONG_BRIDGE_M
    over = ("，过桥", ", over the bridge") if bridge else ("", "")
    if first:
        way = heading(line)
        text = Text(
            f"沿{leg.name.zh}向{way.zh}行驶{far.zh}{over[0]}。",
            f"Head {way.en} on {leg.name.en} for {far.en}{over[1]}.",
        )
    else:
        turn = TURNS[leg.kind]
        text = Text(
            f"{turn.zh}进入{leg.name.zh}，行驶{far.zh}{over[0]}。",
            f"{turn.en} into {leg.name.en} for {far.en}{over[1]}.",
        )
    return Step(leg.kind, text, leg.metres, leg.name, float(line[0, 0]), float(line[0, 1]))


def _walking(walk: Walk, here: F64) -> Step:
    metres = walk.seconds * WALKING_SPEED
    far = spoken_metres(metres)
    text = Text(f"步行{far.zh}。", f"Walk {far.en}.")
    if len(walk.coords):
        text = Text(f"道路封闭，步行{far.zh}。", f"The street is closed: walk {far.en}.")
        here = walk.coords[0]
    return Step("walk", text, metres, None, float(here[0]), float(here[1]))


def spoken_metres(metres: float) -> Text:
    """A distance as one would say it: 40 m, 350 m, 2.4 km."""
    if metres < 975:
        step = 10 if metres < 100 else 50
        whole = max(step, round(metres / step) * step)
        return Text(f"{whole}米", f"{whole} m")
    return Text(f"{metres / 1000:.1f}公里", f"{metres / 1000:.1f} km")


def heading(line: F64) -> Text:
    """The compass direction in which a line sets out."""
    begin, end = _ahead(line)
    return HEADINGS[round(bearing_deg(*begin, *end) / 45) % 8]


def turn_deg(before: F64, after: F64) -> float:
    """Degrees turned from the end of one line to the beginning of the next, right positive."""
    last, here = _ahead(before[::-1])[::-1]
    begin, end = _ahead(after)
    turn = bearing_deg(*begin, *end) - bearing_deg(*last, *here)
    return (turn + 180) % 360 - 180


def turn_kind(degrees: float) -> str:
    """The word for a turn."""
    size = abs(degrees)
    side = "right" if degrees > 0 else "left"
    if size <= STRAIGHT_DEG:
        return "straight"
    if size <= SLIGHT_DEG:
        return f"slight_{side}"
    return side if size < BACK_DEG else "back"


def _ahead(line: F64) -> tuple[tuple[float, float], tuple[float, float]]:
    """(first point, the point NEAR_M along): the direction in which a line begins."""
    run = 0.0
    for (x1, y1), (x2, y2) in pairwise(line.tolist()):
        run += metres_of(np.array([[x1, y1], [x2, y2]]))
        if run >= NEAR_M:
            return (float(line[0, 0]), float(line[0, 1])), (x2, y2)
    return (float(line[0, 0]), float(line[0, 1])), (float(line[-1, 0]), float(line[-1, 1]))
