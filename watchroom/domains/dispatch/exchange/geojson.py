"""GeoJSON as RFC 7946 has it: WGS-84, longitude first, outer rings counter-clockwise."""

from collections.abc import Iterable
from typing import Any

from shapely import MultiPolygon, Polygon
from shapely.geometry import mapping
from shapely.geometry.polygon import orient

Feature = dict[str, Any]
DECIMALS = 6
"""About 0.1 m; RFC 7946 §11.2 asks for no more than is known."""


def collection(features: Iterable[Feature]) -> dict[str, Any]:
    """A FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(features)}


def feature(pk: int | str, geometry: dict[str, Any] | None, **properties: Any) -> Feature:
    """A Feature; `geometry` None where the place is not known."""
    return {"type": "Feature", "id": pk, "geometry": geometry, "properties": properties}


def point(lon: float, lat: float) -> dict[str, Any]:
    """A Point from degrees."""
    return {"type": "Point", "coordinates": [round(lon, DECIMALS), round(lat, DECIMALS)]}


def area(shape: Polygon | MultiPolygon) -> dict[str, Any]:
    """A MultiPolygon with outer rings counter-clockwise and holes clockwise."""
    parts = [shape] if isinstance(shape, Polygon) else list(shape.geoms)
    turned = MultiPolygon([orient(part) for part in parts if not part.is_empty])
    return _rounded(mapping(turned))


def _rounded(geometry: Any) -> dict[str, Any]:
    def near(value: Any) -> Any:
        return round(value, DECIMALS) if isinstance(value, float) else [near(v) for v in value]

    return {"type": geometry["type"], "coordinates": near(geometry["coordinates"])}
