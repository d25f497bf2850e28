"""Beats as a small drawing that prints: an SVG path each, in a box of so many units."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from shapely.geometry import MultiPolygon, Polygon, shape

from watchroom.kernel.models import Beat

WIDTH = 1000.0


@dataclass(frozen=True)
class Shape:
    """One beat: its path and what it is called."""

    beat: Beat
    path: str


@dataclass(frozen=True)
class Drawing:
    """All of them, and the box they lie in."""

    shapes: list[Shape]
    width: int
    height: int


def draw(beats: Iterable[Beat]) -> Drawing:
    """Draw the beats, north up, degrees of longitude shortened as at their middle."""
    rows = list(beats)
    if not rows:
        return Drawing([], 0, 0)
    west, east = min(b.west for b in rows), max(b.east for b in rows)
    south, north = min(b.south for b in rows), max(b.north for b in rows)
    flat = cos(radians((south + north) / 2))
    scale = WIDTH / max((east - west) * flat, (north - south), 1e-9)

    def at(lon: float, lat: float) -> str:
        return f"{round((lon - west) * flat * scale)} {round((north - lat) * scale)}"

    shapes = [Shape(beat, _path(beat.outline, 1.5 / scale, at)) for beat in rows]
    size = (round((east - west) * flat * scale), round((north - south) * scale))
    return Drawing([one for one in shapes if one.path], *size)


def _path(outline: dict[str, Any], tolerance: float, at: Any) -> str:
    found = shape(outline).simplify(tolerance)
    parts = found.geoms if isinstance(found, MultiPolygon) else [found]
    rings = (part.exterior.coords for part in parts if isinstance(part, Polygon))
    return "".join("M" + "L".join(at(*point[:2]) for point in ring) + "Z" for ring in rings)
