"""The base map: layers of shapes in, one PMTiles file of vector tiles out, served by HTTP Range.

Layers and properties the map style knows: `frontend/README.md`, "What the map expects".
"""

import gzip
import json
import math
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import mapbox_vector_tile
import numpy as np
import shapely
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from mapbox_vector_tile.encoder import on_invalid_geometry_make_valid
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely.geometry.base import BaseGeometry

Feature = tuple[BaseGeometry, Mapping[str, Any], int]
Layers = Mapping[str, Iterable[Feature]]
Progress = Callable[[int, int, int], None]

EXTENT = 4096
# Shapes reach over the tile's edge so that strokes and labels do not end at it.
BUFFER = 64 / EXTENT
# Half a pixel: a tile is drawn 512 pixels wide, so a pixel is 8 units of its extent.
TOLERANCE = 4 / EXTENT
MAX_LATITUDE = 85.051128779806604
_WORLD = 6_378_137.0 * 2 * math.pi


class NoShapes(ValueError):
    """There is nothing to draw: a map without a single shape is a mistake of the caller."""

    def __init__(self) -> None:
        super().__init__(
            "地图没有任何图形，请先导入道路或辖区。 / "
            "The map has no shapes at all: import roads or areas first."
        )


@dataclass(frozen=True)
class Layer:
    """One layer, projected: shapes in the unit square of Web Mercator (x east, y south)."""

    name: str
    shapes: np.ndarray[Any, Any]
    properties: list[Mapping[str, Any]]
    minzoom: np.ndarray[Any, Any]


def build_tiles(
    layers: Layers,
    out: Path,
    progress: Progress | None = None,
    *,
    zooms: tuple[int, int] = (6, 14),
    attribution: str = "",
) -> int:
    """Writes `out` and returns the number of tiles in it.

    `layers`: name → (shape in WGS-84 degrees, properties, zoom from which it shows).
    `progress(zoom, done, total)` is called as tiles are written. The last zoom is enough for closer
    views too: the screen enlarges it (at 14 one unit is 0.6 m at the equator).
    `out` is replaced in one step, so readers see the old map or the new one and never half of it.
    """
    prepared = [made for name, features in layers.items() if (made := _prepare(name, features))]
    if not prepared:
        raise NoShapes
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            writer = Writer(file)  # type: ignore[no-untyped-call]
            count = _write(writer, prepared, zooms, attribution, progress)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o644)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return count


def _write(
    writer: Any,
    layers: list[Layer],
    zooms: tuple[int, int],
    attribution: str,
    progress: Progress | None,
) -> int:
    count = 0
    for zoom in range(zooms[0], zooms[1] + 1):
        tiles = _tiles(layers, zoom, last=zoom == zooms[1])
        for done, key in enumerate(sorted(tiles, key=lambda xy: zxy_to_tileid(zoom, *xy)), 1):
            data = _encode(tiles[key], zoom, *key)
            if data:
                writer.write_tile(zxy_to_tileid(zoom, *key), gzip.compress(data, 6, mtime=0))
                count += 1
            if progress:
                progress(zoom, done, len(tiles))
    writer.finalize(_header(layers, zooms), _metadata(layers, zooms, attribution))
    return count


def _prepare(name: str, features: Iterable[Feature]) -> Layer | None:
    """Projects a layer and joins lines of equal properties: no gaps, and room for labels."""
    groups: dict[str, tuple[list[BaseGeometry], dict[str, Any], int]] = {}
    for shape, properties, minzoom in features:
        if shape.is_empty:
            continue
        clean = {key: value for key, value in properties.items() if value not in (None, "")}
        dimension = int(shapely.get_dimensions(shape))
        key = json.dumps([minzoom, dimension, clean], sort_keys=True, default=str)
        groups.setdefault(key, ([], clean, minzoom))[0].append(shape)
    shapes: list[BaseGeometry] = []
    owners: list[tuple[dict[str, Any], int]] = []
    for members, clean, minzoom in groups.values():
        joined = _join(np.array(members, dtype=object))
        shapes.extend(joined)
        owners.extend([(clean, minzoom)] * len(joined))
    if not shapes:
        return None
    projected = shapely.transform(np.array(shapes, dtype=object), _mercator)
    minzooms = np.array([minzoom for _, minzoom in owners], dtype=np.int16)
    return Layer(name, projected, [clean for clean, _ in owners], minzooms)


def _join(members: np.ndarray[Any, Any]) -> list[BaseGeometry]:
    parts = shapely.get_parts(shapely.force_2d(members))
    if shapely.get_dimensions(parts[:1])[0] == 1:
        # A two-way road arrives once each way: draw it once.
        parts = np.unique(shapely.to_wkb(shapely.normalize(parts)))
        merged = shapely.line_merge(shapely.multilinestrings(shapely.from_wkb(parts)))
        return list(shapely.get_parts(merged))
    if shapely.get_dimensions(parts[:1])[0] == 2:
        return list(shapely.get_parts(shapely.make_valid(parts)))
    return list(parts)


def _mercator(lonlat: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Degrees (n, 2) to the unit square (n, 2): x east of the date line, y south of 85.05°."""
    latitude = np.radians(np.clip(lonlat[:, 1], -MAX_LATITUDE, MAX_LATITUDE))
    y = 0.5 - np.log(np.tan(np.pi / 4 + latitude / 2)) / (2 * np.pi)
    return np.column_stack([lonlat[:, 0] / 360 + 0.5, y])


TileParts = dict[tuple[int, int], list[tuple[Layer, np.ndarray[Any, Any], np.ndarray[Any, Any]]]]


def _tiles(layers: list[Layer], zoom: int, *, last: bool) -> TileParts:
    """(x, y) → for each layer in it: the layer, simplified shapes, their positions in the layer."""
    tiles: TileParts = {}
    side = 1 / 2**zoom
    for layer in layers:
        chosen = np.flatnonzero(layer.minzoom <= zoom)
        tolerance = side * TOLERANCE / (4 if last else 1)
        shapes = shapely.simplify(layer.shapes[chosen], tolerance)
        shapes, chosen = _visible(shapes, chosen, side)
        for key, members in _places(shapely.bounds(shapes), zoom):
            tiles.setdefault(key, []).append((layer, shapes[members], chosen[members]))
    return tiles


def _visible(
    shapes: np.ndarray[Any, Any], chosen: np.ndarray[Any, Any], side: float
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Areas under two pixels square are left out; lines and points stay (a gap would be seen)."""
    pixel = side / 512
    small = (shapely.get_dimensions(shapes) == 2) & (shapely.area(shapes) < 4 * pixel * pixel)
    keep = ~small & ~shapely.is_empty(shapes)
    return shapes[keep], chosen[keep]


def _places(
    bounds: np.ndarray[Any, Any], zoom: int
) -> Iterator[tuple[tuple[int, int], np.ndarray[Any, Any]]]:
    """Tiles (x, y) at `zoom` with the indices of the boxes (n, 4) that reach into each."""
    if not len(bounds):
        return
    count = 2**zoom
    low = np.clip(np.floor(bounds[:, :2] * count - BUFFER), 0, count - 1).astype(np.int64)
    high = np.clip(np.floor(bounds[:, 2:] * count + BUFFER), 0, count - 1).astype(np.int64)
    span = high - low + 1
    each = span[:, 0] * span[:, 1]
    index = np.repeat(np.arange(len(bounds)), each)
    step = np.arange(len(index)) - np.repeat(np.cumsum(each) - each, each)
    x = low[index, 0] + step % span[index, 0]
    y = low[index, 1] + step // span[index, 0]
    order = np.lexsort((index, y, x))
    x, y, index = x[order], y[order], index[order]
    starts = np.flatnonzero(np.r_[True, (np.diff(x) != 0) | (np.diff(y) != 0)])
    for start, end in zip(starts, [*starts[1:], len(x)], strict=True):
        yield (int(x[start]), int(y[start])), index[start:end]


def _encode(
    parts: list[tuple[Layer, np.ndarray[Any, Any], np.ndarray[Any, Any]]], zoom: int, x: int, y: int
) -> bytes:
    side = 1 / 2**zoom
    margin = side * BUFFER
    box = (x * side - margin, y * side - margin, (x + 1) * side + margin, (y + 1) * side + margin)

    def local(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return cast(np.ndarray[Any, Any], (points / side - (x, y)) * EXTENT)

    encoded = []
    for layer, shapes, owners in parts:
        clipped = shapely.transform(shapely.clip_by_rect(shapes, *box), local)
        features = [
            {"geometry": shape, "properties": layer.properties[owner]}
            for shape, owner in zip(clipped, owners, strict=True)
            if not shape.is_empty
        ]
        if features:
            encoded.append({"name": layer.name, "features": features})
    options = {
        "y_coord_down": True,
        "extents": EXTENT,
        "on_invalid_geometry": on_invalid_geometry_make_valid,
    }
    return mapbox_vector_tile.encode(encoded, default_options=options) if encoded else b""


def _extent(layers: list[Layer]) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees."""
    west, north, east, south = shapely.total_bounds(np.concatenate([one.shapes for one in layers]))

    def latitude(y: float) -> float:
        return math.degrees(2 * math.atan(math.exp((0.5 - y) * 2 * math.pi)) - math.pi / 2)

    return (west - 0.5) * 360, latitude(south), (east - 0.5) * 360, latitude(north)


def _header(layers: list[Layer], zooms: tuple[int, int]) -> dict[str, Any]:
    west, south, east, north = (round(value * 1e7) for value in _extent(layers))
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": min(max(zooms[0], 11), zooms[1]),
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata(layers: list[Layer], zooms: tuple[int, int], attribution: str) -> dict[str, Any]:
    described = [
        {
            "id": layer.name,
            "fields": {key: "String" for one in layer.properties for key in one},
            "minzoom": max(int(layer.minzoom.min()), zooms[0]),
            "maxzoom": zooms[1],
        }
        for layer in layers
    ]
    return {"name": "city", "attribution": attribution, "vector_layers": described}


_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def range_response(path: Path, request: HttpRequest) -> HttpResponseBase:
    """The file, or the one byte range asked for (206), or 416; 304 when the reader has it already.

    The ETag changes with every rebuild: the map client sees a replaced file and starts afresh.
    """
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    try:
        file = path.open("rb")
    except FileNotFoundError:
        text = "还没有底图，请先生成。 / There is no base map yet: build it first."
        return HttpResponse(text, status=404, content_type="text/plain; charset=utf-8")
    status = os.fstat(file.fileno())
    size = status.st_size
    tag = f'"{status.st_mtime_ns:x}-{size:x}"'
    headers = {"ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "private, max-age=300"}
    if tag in request.headers.get("If-None-Match", ""):
        file.close()
        return HttpResponse(status=304, headers=headers)
    asked = request.headers.get("Range", "")
    if not asked or request.headers.get("If-Range", tag) != tag:
        return FileResponse(file, content_type="application/vnd.pmtiles", headers=headers)
    with file:
        wanted = _span(asked, size)
        if wanted is None:
            return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
        start, end = wanted
        file.seek(start)
        body = file.read(end - start + 1)
    headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    return HttpResponse(body, status=206, content_type="application/vnd.pmtiles", headers=headers)


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range in a file of `size` bytes; None: unsatisfiable."""
    match = _RANGE.fullmatch(asked.strip())
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    return (start, end) if start <= end else None
