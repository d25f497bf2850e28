"""The base map of a real place: layers for `build_tiles` out of an OpenStreetMap extract."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import osmium
import shapely
from osmium.geom import WKBFactory

from watchroom.desk.tiles import Feature

# Class of road → zoom from which it shows.
ROADS = {
    "motorway": 6,
    "trunk": 7,
    "primary": 9,
    "secondary": 10,
    "tertiary": 11,
    "unclassified": 12,
    "residential": 12,
    "living_street": 13,
    "service": 14,
    "pedestrian": 13,
    "track": 14,
    "footway": 14,
    "cycleway": 14,
    "path": 14,
}
PLACES = {"city": 6, "town": 8, "suburb": 11, "village": 11, "quarter": 12, "neighbourhood": 13}
GREEN_LEISURE = {"park", "garden", "golf_course", "nature_reserve", "pitch"}
GREEN_LAND = {"forest", "grass", "meadow", "cemetery", "recreation_ground"}
BUILT = {"residential", "commercial", "industrial", "retail"}
ATTRIBUTION = "© OpenStreetMap contributors"

Tags = Mapping[str, str]
Placed = tuple[str, dict[str, Any], int]


def osm_layers(path: Path) -> dict[str, list[Feature]]:
    """Layer name → features, for the whole extract. Broken areas are left out, as renderers do."""
    with TemporaryDirectory() as folder:
        ordered = Path(folder) / "ordered.osm.pbf"
        _order(path, ordered)
        layers: dict[str, list[Feature]] = {}
        for layer, feature in _features(ordered):
            layers.setdefault(layer, []).append(feature)
        return layers


def _order(path: Path, ordered: Path) -> None:
    """Areas can be put together only from a file sorted by id, and many cut-outs are not."""
    reader = osmium.MergeInputReader()
    reader.add_file(str(path))
    writer = osmium.SimpleWriter(str(ordered))
    try:
        reader.apply(writer)
    finally:
        writer.close()


def _features(path: Path) -> Iterator[tuple[str, Feature]]:
    factory = WKBFactory()
    for thing in osmium.FileProcessor(str(path)).with_locations().with_areas():
        tags = dict(thing.tags)
        placed = _place(thing, tags) if tags else None
        if placed is None:
            continue
        layer, properties, minzoom = placed
        wkb = _wkb(factory, thing)
        if wkb is not None:
            yield layer, (shapely.from_wkb(wkb), _names(tags) | properties, minzoom)


def _place(thing: Any, tags: Tags) -> Placed | None:
    if thing.is_area():
        return area(tags)
    if thing.is_way():
        return line(tags)
    return point(tags) if thing.is_node() else None


def _wkb(factory: WKBFactory, thing: Any) -> str | None:
    try:
        if thing.is_area():
            return str(factory.create_multipolygon(thing))
        if thing.is_way():
            return str(factory.create_linestring(thing))
        return str(factory.create_point(thing))
    except (RuntimeError, osmium.InvalidLocationError):
        return None


def _names(tags: Tags) -> dict[str, str]:
    found = {"name": tags.get("name", ""), "name_en": tags.get("name:en", "")}
    return {key: value for key, value in found.items() if value}


def line(tags: Tags) -> Placed | None:
    """Layer, properties and first zoom of a way with these tags."""
    kind = tags.get("highway", "").removesuffix("_link")
    if kind in ROADS:
        extra = {key: True for key in ("bridge", "tunnel") if tags.get(key, "no") != "no"}
        return "road", {"class": kind, **extra}, ROADS[kind]
    if tags.get("railway") in ("rail", "light_rail", "subway") and "tunnel" not in tags:
        return "rail", {"class": tags["railway"]}, 10
    if tags.get("waterway") in ("river", "canal"):
        return "waterway", {"class": tags["waterway"]}, 8
    if tags.get("waterway") in ("stream", "ditch", "drain"):
        return "waterway", {"class": tags["waterway"]}, 13
    return None


def area(tags: Tags) -> Placed | None:
    """Layer, properties and first zoom of an area with these tags."""
    if tags.get("natural") == "water" or tags.get("waterway") == "riverbank":
        return "water", {}, 6
    if tags.get("leisure") in GREEN_LEISURE or tags.get("natural") == "wood":
        return "green", {"class": "park"}, 10
    if tags.get("landuse") in GREEN_LAND:
        return "green", {"class": tags["landuse"]}, 10
    if tags.get("landuse") in BUILT:
        return "built", {"class": tags["landuse"]}, 9
    if tags.get("building", "no") != "no":
        return "building", {}, 14
    return None


def point(tags: Tags) -> Placed | None:
    """Layer, properties and first zoom of a node with these tags."""
    kind = tags.get("place", "")
    return ("place", {"class": kind}, PLACES[kind]) if kind in PLACES and "name" in tags else None
