"""Vector tiles made when they are asked for, of what the reader may see and nothing else.

A domain says where a tile's things are; this draws them into it. Positions are WGS-84 inside; where
the map below is shifted (GCJ-02), so is the tile.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mapbox_vector_tile
import numpy as np
import numpy.typing as npt
import shapely
from mapbox_vector_tile.encoder import on_invalid_geometry_make_valid
from shapely.geometry.base import BaseGeometry

from watchroom.base.gcj02 import to_gcj02, to_wgs84
from watchroom.base.geometry import Box

EXTENT, BUFFER = 4096, 64
"""Units of a tile's side, and how far beyond it things are still drawn."""
DEEPEST = 22
MEDIA = "application/vnd.mapbox-vector-tile"
Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tile:
    """One square of the map. `shifted`: it lies over a map in GCJ-02."""

    z: int
    x: int
    y: int
    shifted: bool = False

    @property
    def exists(self) -> bool:
        """Whether there is such a square."""
        many = 1 << min(self.z, DEEPEST)
        return self.z <= DEEPEST and self.x < many and self.y < many

    def box(self) -> Box:
        """What of the earth can be drawn in it, in WGS-84 degrees."""
        over = BUFFER / EXTENT
        corners = [(self.x - over, self.y - over), (self.x + 1 + over, self.y + 1 + over)]
        lon, lat = zip(*(self._degrees(*corner) for corner in corners), strict=True)
        if not self.shifted:
            return Box.of(lon, lat)
        return Box.of(*to_wgs84([*lon, lon[0], lon[1]], [*lat, lat[1], lat[0]]))

    def _degrees(self, x: float, y: float) -> tuple[float, float]:
        many = 1 << self.z
        latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / many))))
        return x / many * 360 - 180, latitude

    def placed(self, points: Points) -> Points:
        """(n, 2) lon, lat in WGS-84 → (n, 2) units of the tile, from its upper left."""
        lon, lat = points[:, 0], points[:, 1]
        if self.shifted:
            lon, lat = to_gcj02(lon, lat)
        many = 1 << self.z
        mercator = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2
        return (
            np.column_stack([(lon + 180) / 360 * many - self.x, mercator * many - self.y]) * EXTENT
        )


@dataclass(frozen=True)
class Layer:
    """Things of one sort: shapes in WGS-84 degrees, and what is said of each."""

    name: str
    shapes: Sequence[BaseGeometry]
    said: Sequence[Mapping[str, Any]]


def points(lon_lat: Iterable[tuple[float, float]]) -> list[BaseGeometry]:
    """Points from pairs of longitude and latitude."""
    pairs = np.array(list(lon_lat), dtype=np.float64).reshape(-1, 2)
    return list(shapely.points(pairs))


def encode(tile: Tile, layers: Iterable[Layer]) -> bytes:
    """The tile; empty where nothing lies in it."""
    drawn = [{"name": one.name, "features": list(_features(tile, one))} for one in layers]
    drawn = [layer for layer in drawn if layer["features"]]
    options = {
        "y_coord_down": True,
        "extents": EXTENT,
        "on_invalid_geometry": on_invalid_geometry_make_valid,
    }
    return mapbox_vector_tile.encode(drawn, default_options=options) if drawn else b""


def _features(tile: Tile, layer: Layer) -> Iterable[dict[str, Any]]:
    if not layer.shapes:
        return
    local = shapely.transform(np.array(layer.shapes, dtype=object), tile.placed)
    low, high = -BUFFER, EXTENT + BUFFER
    clipped = shapely.clip_by_rect(local, low, low, high, high)
    for shape, said in zip(clipped, layer.said, strict=True):
        if not shape.is_empty:
            yield {"geometry": shape, "properties": said}
