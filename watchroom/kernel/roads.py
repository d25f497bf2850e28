"""The imported road network, as this process sees it: with this hour's speeds and today's closures.

Where no network is imported, or the place lies far from every street, times are straight-line
estimates and say so (`by_road` is False). Nothing here ever passes an estimate off as a road time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db.models import Q

from watchroom.base.clock import local, now
from watchroom.base.geometry import distance_m, distances_m
from watchroom.base.text import Text

from . import learned_roads
from .learned_roads import Drive, Lesson
from .models import Closure

if TYPE_CHECKING:
    from watchroom.road import Network
    from watchroom.road.route import Route
    from watchroom.road.view import Isochrone, View

Point = tuple[float, float]
Stamp = tuple[int, int]
"""When a file was written, and which file it is."""
F64 = npt.NDArray[np.float64]

FAR_M = 1000.0
"""A place farther than this from every street is not on this network."""
DETOUR, METRES_PER_S = 1.3, 30 / 3.6
"""The straight-line estimate: a third longer than the crow flies, at 30 km/h."""
STREET_STEP_M = 75.0
STEP_M = 20.0
"""A drawn closure is matched to streets at points this far apart."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds, `inf` where there is no way; `by_road` False where it is an estimate."""

    seconds: F64
    by_road: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """Points (k, 2) along the streets that can be reached, and when: (k) seconds."""

    points: F64
    seconds: F64


class Roads:
    """One folder with a saved network. Safe for any number of threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._network: Network | None = None
        self._stamp: Stamp | None = None
        self._lesson: Lesson | None = None
        self._lesson_stamp: Stamp | None = None
        self._shut: dict[tuple[str, float], frozenset[int]] = {}

    @property
    def version(self) -> str:
        """Names the import; changes when another is read. "" where there is none."""
        return f"{self._stamp[0]:x}" if self.network() is not None and self._stamp else ""

    def state(self) -> tuple[object, ...]:
        """What times hang on now: the import, what was learned on it, the hour, the closures."""
        network, moment = self.network(), now()
        shut = self._closed(network, moment) if network is not None else frozenset()
        hour = local(moment).weekday() * 24 + local(moment).hour
        return (self.version, self._lesson_stamp, hour, shut)

    def network(self) -> Network | None:
        """The newest import with what was learned on it, or None. Two `stat`s a call: what is new
        is read on the next call."""
        stamps = _stamp(self.folder / "about.json"), _stamp(self.folder / learned_roads.FILE)
        if stamps == (self._stamp, self._lesson_stamp):
            return self._network
        with self._lock:
            stamp, lesson_stamp = stamps
            if stamps != (self._stamp, self._lesson_stamp):
                self._lesson = learned_roads.read(self.folder) if stamp else None
                self._network = _load(self.folder) if stamp else None
                if self._network is not None and self._lesson is not None:
                    self._network = self._network.with_learned(self._lesson.learned)
                self._shut = {}
                self._stamp, self._lesson_stamp = stamp, lesson_stamp
        return self._network

    def lesson(self) -> Lesson | None:
        """What the units' own journeys told about these streets, None where nothing yet."""
        return self._lesson if self.network() is not None else None

    def learn(self, drives: Iterable[Drive]) -> Lesson | None:
        """Learn the streets' speeds anew from finished drives; None without a network."""
        network = self.network()
        return None if network is None else learned_roads.learn_from(drives, self.folder, network)

    def view(self, when: datetime | None = None) -> View | None:
        """The network at a moment (default now): that hour's speeds, that moment's closures."""
        network = self.network()
        if network is None:
            return None
        moment = when or now()
        return network.at(local(moment), self._closed(network, moment))

    def _closed(self, network: Network, moment: datetime) -> frozenset[int]:
        rows = Closure.objects.filter(starts__lte=moment).filter(
            Q(ends=None) | Q(ends__gt=moment), Q(opened_at=None) | Q(opened_at__gt=moment)
        )
        edges: set[int] = set()
        for line, width in rows.values_list("line", "width_m"):
            key = (json.dumps(line), width)
            if key not in self._shut:
                self._shut[key] = edges_along(network, line, width)
            edges |= self._shut[key]
        return frozenset(edges)

    def _reachable(self, lon: float, lat: float, when: datetime | None) -> View | None:
        view = self.view(when)
        if view is None or float(view.network.snap([lon], [lat]).metres[0]) > FAR_M:
            return None
        return view

    def times_to(
        self, lon: float, lat: float, points: Sequence[Point] | F64, when: datetime | None = None
    ) -> Times:
        """Seconds from each of k points (lon, lat) to one place: the ranking of units."""
        sources = _points(points)
        view = self._reachable(lon, lat, when) if len(sources) else None
        if view is None:
            return Times(straight(sources, np.array([[lon, lat]]))[:, 0], by_road=False)
        return Times(view.travel_times(sources, np.array([[lon, lat]])), by_road=True)

    def matrix(
        self,
        sources: Sequence[Point] | F64,
        targets: Sequence[Point] | F64,
        when: datetime | None = None,
    ) -> Times:
        """(k, l) seconds from each of k points to each of l points."""
        start, goal = _points(sources), _points(targets)
        view = self.view(when) if len(start) and len(goal) else None
        if view is None:
            return Times(straight(start, goal), by_road=False)
        return Times(view.matrix(start, goal), by_road=True)

    def route(self, start: Point, goal: Point, when: datetime | None = None) -> Route | None:
        """The quickest way, or None where there is no network or no way."""
        view = self._reachable(*goal, when)
        return None if view is None else view.route(np.array([start]), np.array([goal]))

    def isochrone(
        self, lon: float, lat: float, seconds: float, when: datetime | None = None
    ) -> Isochrone | None:
        """What can be reached from a place within a time, or None where there is no network."""
        view = self._reachable(lon, lat, when)
        return None if view is None else view.isochrone(np.array([[lon, lat]]), seconds)

    def crossings(self, points: Sequence[Point] | F64) -> F64:
        """(k, 2) the nearer end of the street beside each of k points: where one could stand.

        A point beside no street (`FAR_M`), or without a network, stays where it is.
        """
        network, given = self.network(), _points(points)
        if network is None or not len(given):
            return given
        on, streets = network.snap(given[:, 0], given[:, 1]), network.streets
        first, last = streets.line_first[on.segment], streets.line_first[on.segment + 1] - 1
        at = np.where(on.fraction < 0.5, first, last)
        ends = np.column_stack([streets.line_lon[at], streets.line_lat[at]])
        return np.asarray(np.where((on.metres <= FAR_M)[:, None], ends, given))

    def street_names(self, points: Sequence[Point] | F64) -> list[Text | None]:
        """The name of the street beside each of k points; None where none is known."""
        network, given = self.network(), _points(points)
        if network is None or not len(given):
            return [None] * len(given)
        on = network.snap(given[:, 0], given[:, 1])
        told = (network.names[name] for name in network.streets.segment_name[on.segment].tolist())
        near = (on.metres <= FAR_M).tolist()
        return [
            Text(zh or en, en or zh) if beside and (zh or en) else None
            for (zh, en), beside in zip(told, near, strict=True)
        ]

    def reached(
        self, points: Sequence[Point], seconds: float, when: datetime | None = None
    ) -> Reached | None:
        """What the nearest of k points reaches within a time, or None where there is no network.

        Points beside no street (`FAR_M`) reach nothing. Between two crossings that are reached the
        street is sampled every 75 m, at the later of both times.
        """
        view = self.view(when)
        if view is None:
            return None
        starts = _points(points)
        near = view.network.snap(starts[:, 0], starts[:, 1]).metres <= FAR_M
        if not near.any():
            return Reached(np.empty((0, 2)), np.empty(0))
        found = view.isochrone(starts[near], seconds)
        return _along(view, found)


def _load(folder: Path) -> Network:
    """The engine takes a second to import: only what asks for roads pays for it."""
    from watchroom.road import Network  # noqa: PLC0415

    return Network.load(folder)


def _along(view: View, found: Isochrone) -> Reached:
    network, graph = view.network, view.network.topology
    when = np.full(len(network), np.inf)
    when[found.nodes] = found.seconds
    tail, head = graph.base[graph.tail], graph.base[graph.head.astype(np.int64)]
    later = np.maximum(when[tail], when[head])
    used = np.flatnonzero(np.isfinite(later) & (tail < head))
    a, b = tail[used], head[used]
    metres = distances_m(network.lon[a], network.lat[a], network.lon[b], network.lat[b])
    count = np.maximum(1, np.ceil(metres / STREET_STEP_M)).astype(np.int64)
    which = np.repeat(np.arange(len(used)), count)
    part = (np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)) / count[which]
    lon = network.lon[a][which] * (1 - part) + network.lon[b][which] * part
    lat = network.lat[a][which] * (1 - part) + network.lat[b][which] * part
    spots = np.column_stack([network.lon[found.nodes], network.lat[found.nodes]])
    return Reached(
        np.concatenate([spots, np.column_stack([lon, lat])]),
        np.concatenate([found.seconds, later[used][which]]),
    )


def _stamp(about: Path) -> tuple[int, int] | None:
    try:
        stat = about.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino


def _points(points: Sequence[Point] | F64) -> F64:
    return np.asarray(points, np.float64).reshape(-1, 2)


def straight(sources: F64, targets: F64) -> F64:
    """(k, l) estimated seconds between points (lon, lat) without any network."""
    metres = distances_m(
        sources[:, None, 0], sources[:, None, 1], targets[None, :, 0], targets[None, :, 1]
    )
    return np.asarray(metres * DETOUR / METRES_PER_S)


def edges_along(
    network: Network, line: Sequence[Sequence[float]], width_m: float
) -> frozenset[int]:
    """Directed edges of the streets that a drawn line runs over."""
    edges: set[int] = set()
    for lon, lat in _dense(line):
        edges |= {int(edge) for edge in network.edges_near(lon, lat, width_m)}
    return frozenset(edges)


def _dense(line: Sequence[Sequence[float]]) -> list[Point]:
    dots: list[Point] = [(line[0][0], line[0][1])]
    for (x1, y1), (x2, y2) in pairwise(line):
        count = max(1, math.ceil(distance_m(x1, y1, x2, y2) / STEP_M))
        dots += [
            (x1 + (x2 - x1) * i / count, y1 + (y2 - y1) * i / count) for i in range(1, count + 1)
        ]
    return dots


roads = Roads(Path(settings.DATA) / "roads")
