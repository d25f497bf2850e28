"""Plain geometry on longitude and latitude in degrees (WGS-84), distances in metres."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from shapely import Polygon, covers, points
from shapely.geometry.base import BaseGeometry

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the WGS-84 ellipsoid (2a + b) / 3, metres (Moritz 2000)."""

Array = npt.NDArray[np.float64]


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Great-circle distance in metres by the haversine formula (error under 0.6 %)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    a = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, a)))


def distances_m(
    lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike
) -> Array:
    """`distance_m` over arrays of any shapes that broadcast together."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    turn = np.radians(np.subtract(lon2, lon1))
    a = np.sin((phi2 - phi1) / 2) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(turn / 2) ** 2
    metres: Array = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, a)))
    return metres


def bearing_deg(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Initial bearing of the great circle from the first point, degrees clockwise from north.

    In [0, 360); 0 for two equal points.
    """
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    turn = math.radians(lon2 - lon1)
    east = math.sin(turn) * math.cos(phi2)
    north = math.cos(phi1) * math.sin(phi2) - math.sin(phi1) * math.cos(phi2) * math.cos(turn)
    degrees = math.degrees(math.atan2(east, north)) % 360.0
    return 0.0 if degrees == 360.0 else degrees  # -1e-20 % 360 rounds up to 360 itself


def destination(lon: float, lat: float, bearing: float, metres: float) -> tuple[float, float]:
    """The point (lon, lat) reached by going `metres` along the great circle of `bearing`."""
    delta, theta, phi = metres / EARTH_RADIUS_M, math.radians(bearing), math.radians(lat)
    sin_phi2 = math.sin(phi) * math.cos(delta) + math.cos(phi) * math.sin(delta) * math.cos(theta)
    east = math.sin(theta) * math.sin(delta) * math.cos(phi)
    turn = math.atan2(east, math.cos(delta) - math.sin(phi) * sin_phi2)
    lat2 = math.asin(max(-1.0, min(1.0, sin_phi2)))
    return (lon + math.degrees(turn) + 540) % 360 - 180, math.degrees(lat2)


def contains(area: BaseGeometry, lon: float, lat: float) -> bool:
    """Whether the point lies in the area or on its edge (shapely `covers`)."""
    return bool(covers(area, points(lon, lat)))


def containing(area: BaseGeometry, lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """`contains` over arrays of equal shape."""
    return np.asarray(covers(area, points(lon, lat)), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Box:
    """A bounding box in degrees; it does not cross the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        if self.west > self.east or self.south > self.north:
            raise ValueError(f"a box needs west ≤ east and south ≤ north: {self}")

    @classmethod
    def around(cls, lon: float, lat: float, metres: float) -> Box:
        """The smallest box that holds every point within `metres` (not near a pole)."""
        reach = metres / EARTH_RADIUS_M
        ratio = math.sin(reach) / max(math.cos(math.radians(lat)), 1e-12)
        if ratio >= 1 or abs(lat) + math.degrees(reach) >= 90:
            raise ValueError("a box around a pole is not defined here")
        dlat, dlon = math.degrees(reach), math.degrees(math.asin(ratio))
        return cls(lon - dlon, lat - dlat, lon + dlon, lat + dlat)

    @classmethod
    def of(cls, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Box:
        """The box of all points. Raises ValueError where there are none."""
        x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        return cls(float(x.min()), float(y.min()), float(x.max()), float(y.max()))

    def contains(self, lon: float, lat: float) -> bool:
        """Whether the point lies in the box or on its edge."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    def polygon(self) -> Polygon:
        """The box as a shapely polygon."""
        return Polygon.from_bounds(self.west, self.south, self.east, self.north)
