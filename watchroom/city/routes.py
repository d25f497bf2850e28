"""Ways through the city's roads, and where on its way a unit is after some seconds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from watchroom.city import projection
from watchroom.city.model import Roads
from watchroom.city.organisation import Streets

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Route:
    """Points along a way with the second each is reached; the first second is 0."""

    lon: FloatArray
    lat: FloatArray
    seconds: FloatArray
    end: int  # node

    @property
    def duration(self) -> float:
        return float(self.seconds[-1])

    def at(self, seconds: float) -> tuple[float, float, float, float]:
        """(lon, lat, km/h, bearing in degrees) after so many seconds; stands still at the end."""
        t = min(max(seconds, 0.0), self.duration)
        lon = float(np.interp(t, self.seconds, self.lon))
        lat = float(np.interp(t, self.seconds, self.lat))
        k = int(np.searchsorted(self.seconds, t, side="right")) - 1
        if k >= len(self.seconds) - 1:
            return round(lon, 6), round(lat, 6), 0.0, 0.0
        east = float(self.lon[k + 1] - self.lon[k]) * projection.METRES_PER_LON
        north = float(self.lat[k + 1] - self.lat[k]) * projection.METRES_PER_LAT
        passing = max(float(self.seconds[k + 1] - self.seconds[k]), 0.1)
        speed = float(np.hypot(east, north)) / passing * 3.6
        bearing = float(np.degrees(np.arctan2(east, north))) % 360
        return round(lon, 6), round(lat, 6), round(speed, 1), round(bearing, 1)


class Router:
    """Shortest ways by free-flow road time."""

    def __init__(self, roads: Roads) -> None:
        self.roads, self.streets = roads, Streets(roads)
        n = len(roads.lon)
        self.graph = csr_matrix((roads.seconds, (roads.tail, roads.head)), shape=(n, n))

    def node(self, lon: float, lat: float) -> int:
        return self.streets.node(float(projection.to_x(lon)), float(projection.to_y(lat)))

    def route(self, start: int, goal: int, slowness: float = 1.0) -> Route:
        """The quickest way; `slowness` stretches its time (traffic, or a siren below 1)."""
        if start == goal:
            return self.along([start], slowness)
        _, came = dijkstra(self.graph, indices=start, return_predecessors=True)
        if came[goal] < 0:
            raise LookupError(f"no way from node {start} to node {goal}")
        path = [goal]
        while path[-1] != start:
            path.append(int(came[path[-1]]))
        return self.along(path[::-1], slowness)

    def along(self, path: list[int], slowness: float) -> Route:
        nodes = np.array(path)
        seconds = np.zeros(len(nodes))
        if len(nodes) > 1:  # whoever stands there already has no way to go
            legs = np.asarray(self.graph[nodes[:-1], nodes[1:]]).ravel()
            seconds[1:] = np.cumsum(legs * slowness)
        return Route(self.roads.lon[nodes], self.roads.lat[nodes], seconds, path[-1])

    def stroll(self, r: np.random.Generator, start: int, legs: int, slowness: float) -> Route:
        """A patrol: some legs at random, turning back only in dead ends."""
        path = [start]
        for _ in range(legs):
            onward = self.graph.indices[
                self.graph.indptr[path[-1]] : self.graph.indptr[path[-1] + 1]
            ]
            fresh = [int(n) for n in onward if len(path) < 2 or n != path[-2]] or onward.tolist()
            path.append(fresh[int(r.integers(len(fresh)))])
        return self.along(path, slowness)
