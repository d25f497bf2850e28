"""GeoJSON as RFC 7946 has it: WGS-84, longitude first, outer rings counter-clockwise."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

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


def polygons(parts: Iterable[Sequence[npt.NDArray[np.float64]]]) -> dict[str, Any]:
    """A MultiPolygon from closed rings (p, 2) in degrees, in each part the outer one first."""
    return {
        "type": "MultiPolygon",
        "coordinates": [[ring.tolist() for ring in rings] for rings in parts],
    }
