"""Land and water before anybody lived there: the outline, the river, streams, lakes, hills."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from watchroom.city.seeds import rng
from watchroom.city.sizes import Size

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Terrain:
    outline: Polygon
    bed_x: FloatArray  # the river's middle line, x rising
    bed_y: FloatArray
    river: BaseGeometry  # water of the main river, without its islands
    island: Polygon
    streams: BaseGeometry
    lakes: list[Polygon]
    forests: list[Polygon]

    def bed(self, x: FloatArray | float) -> FloatArray:
        return np.asarray(np.interp(x, self.bed_x, self.bed_y))

    def north(self, x: FloatArray | float, y: FloatArray | float) -> NDArray[np.bool_]:
        """Which points lie on the northern bank of the main river."""
        return np.asarray(np.asarray(y) > self.bed(x))


def blob(
    r: np.random.Generator,
    x: float,
    y: float,
    radius: float,
    rough: float = 0.22,
    n: int = 72,
    waves: int = 9,
    steep: float = 1.0,
) -> Polygon:
    """A closed smooth shape: a circle with a few random waves on it."""
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    reach = np.ones(n)
    for wave in range(2, waves):
        reach += rough * r.normal() / wave**steep * np.cos(wave * angle + r.uniform(0, 2 * np.pi))
    reach = np.clip(reach, 0.45, 1.8) * radius
    return Polygon(np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)]))


def river_bed(r: np.random.Generator, size: Size) -> tuple[FloatArray, FloatArray]:
    """A meandering line that passes just south of the old town."""
    reach, core = size.territory * 1.5, size.core
    x = np.arange(-reach, reach, core / 90)
    y = np.zeros_like(x)
    for length, height in ((4.6, 0.30), (2.05, 0.115), (1.1, 0.028), (0.6, 0.008)):
        y += core * height * np.sin(2 * np.pi * x / (core * length) + r.uniform(0, 2 * np.pi))
    y += (
        size.territory
        * 0.16
        * np.sin(2 * np.pi * x / (size.territory * 1.5) + r.uniform(-0.4, 0.4))
    )
    y -= np.interp(0, x, y) + 0.115 * core
    return x, y


def ribbon(x: FloatArray, y: FloatArray, width: FloatArray) -> Polygon:
    """The strip of the given width around a line."""
    dx, dy = np.gradient(x), np.gradient(y)
    long = np.hypot(dx, dy)
    nx, ny = -dy / long * width / 2, dx / long * width / 2
    left = np.column_stack([x + nx, y + ny])
    right = np.column_stack([x - nx, y - ny])[::-1]
    return shapely.make_valid(Polygon(np.vstack([left, right]))).buffer(0)


def river_and_island(
    r: np.random.Generator, size: Size, x: FloatArray, y: FloatArray
) -> tuple[BaseGeometry, Polygon]:
    """Wider downstream, swelling around one long island east of the old town."""
    core = size.core
    width = core * (0.036 + 0.012 * np.tanh(x / (3 * core)))
    width *= 1 + 0.10 * np.sin(x / (0.31 * core)) + 0.06 * np.sin(x / (0.13 * core) + 1)
    centre, half = 0.30 * core, 0.17 * core
    swell = np.exp(-(((x - centre) / half) ** 4))
    near = np.abs(x - centre) < half * 0.98
    lens = core * 0.030 * (1 - ((x[near] - centre) / half) ** 2)
    island = ribbon(x[near], y[near] + 0.004 * core, np.maximum(lens, 1.0))
    river = ribbon(x, y, width + core * 0.026 * swell)
    return river.difference(island), island


def streams(r: np.random.Generator, size: Size, x: FloatArray, y: FloatArray) -> BaseGeometry:
    """Two tributaries from the north and one from the south."""
    t = np.linspace(0, 1, 240)
    shapes = []
    for mouth, side, lean in ((-0.47, 1, -0.20), (1.35, 1, 0.14), (0.92, -1, -0.22)):
        mx = mouth * size.core
        my = float(np.interp(mx, x, y))
        sx = mx + t * lean * size.territory
        sy = my + side * t * size.territory * 1.15
        for length, height in ((0.9, 0.07), (0.37, 0.03), (0.17, 0.012)):
            wave = np.sin(2 * np.pi * t * 1.2 / length + r.uniform(0, 2 * np.pi))
            sx += np.minimum(t * 6, 1) * wave * height * size.territory * 0.5
        shapes.append(ribbon(sx, sy, size.core * (0.0085 - 0.005 * t)))
    return shapely.union_all(shapes)


def scattered(
    r: np.random.Generator, size: Size, count: int, radii: tuple[float, float], keep: BaseGeometry
) -> list[Polygon]:
    """Blobs thrown on the map that stay clear of `keep` and of each other."""
    found: list[Polygon] = []
    for _ in range(count * 40):
        if len(found) == count:
            break
        angle, far = r.uniform(0, 2 * np.pi), size.territory * np.sqrt(r.uniform(0.06, 0.9))
        shape = blob(r, far * np.cos(angle), far * np.sin(angle), r.uniform(*radii), 0.30)
        others = shapely.union_all([keep, *found])
        if not shape.buffer(radii[0] * 0.6).intersects(others):
            found.append(shape)
    return found


def make_terrain(seed: int, size: Size) -> Terrain:
    r = rng(seed, "terrain")
    core, big = size.core, size.territory
    outline = blob(r, 0, 0, big, 0.30, 720, 60, 1.5)
    x, y = river_bed(r, size)
    river, island = river_and_island(r, size, x, y)
    brooks = streams(r, size, x, y).difference(river)
    towns = [shapely.Point(c.x, c.y).buffer(c.radius * 1.9) for c in size.counties if c.radius]
    town_lake = blob(r, -0.34 * core, -0.46 * core, 0.085 * core, 0.30)
    east_lake = blob(r, 0.60 * core, 0.62 * core, 0.060 * core, 0.30)
    settled = shapely.union_all([shapely.Point(0, 0).buffer(core * 1.3), river, brooks, *towns])
    wild = scattered(r, size, size.lakes, (0.007 * big, 0.030 * big), settled)
    lakes = [s.difference(river.buffer(90)) for s in (town_lake, east_lake)] + wild
    hills = scattered(r, size, size.forests, (0.06 * big, 0.15 * big), settled)
    return Terrain(outline, x, y, river, island, brooks, lakes, hills)
