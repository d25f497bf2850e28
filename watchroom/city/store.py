"""Keeping a built city in a folder (roads.npz + city.json), and its digest."""

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from watchroom.city.model import Agency, Area, Beat, City, Place, Post, Roads, Staff, Unit

LISTS: dict[str, type] = {
    "areas": Area,
    "agencies": Agency,
    "beats": Beat,
    "staff": Staff,
    "posts": Post,
    "units": Unit,
    "places": Place,
}
PLAIN = ("seed", "size", "zh", "en", "version")
TEXTS = ("names_zh", "names_en")


def arrays(roads: Roads) -> dict[str, np.ndarray[Any, Any]]:
    return {
        f.name: getattr(roads, f.name) for f in dataclasses.fields(roads) if f.name not in TEXTS
    }


def record(item: object) -> list[Any]:
    """A record as a list of its fields; polygons as WKB in hex, exact to the last bit."""
    out = []
    for f in dataclasses.fields(item):  # type: ignore[arg-type]
        value = getattr(item, f.name)
        out.append(
            shapely.to_wkb(value, hex=True) if isinstance(value, shapely.Geometry) else value
        )
    return out


def document(city: City) -> dict[str, Any]:
    """Everything but the road arrays, ready for JSON."""
    doc: dict[str, Any] = {key: getattr(city, key) for key in PLAIN}
    doc["boundary"] = shapely.to_wkb(city.boundary, hex=True)
    doc |= {key: getattr(city.roads, key) for key in TEXTS}
    doc |= {key: [record(item) for item in getattr(city, key)] for key in LISTS}
    return doc


def as_json(city: City) -> bytes:
    return json.dumps(document(city), ensure_ascii=False, separators=(",", ":")).encode()


def digest(city: City) -> str:
    """SHA-256 over all arrays and records: equal digests mean equal cities."""
    sum_ = hashlib.sha256(as_json(city))
    for key, array in sorted(arrays(city.roads).items()):
        sum_.update(f"{key}{array.dtype.str}{array.shape}".encode())
        sum_.update(np.ascontiguousarray(array).tobytes())
    return sum_.hexdigest()


def save(city: City, folder: Path) -> None:
    """Write the city; the JSON is written last, so a broken write is never taken for a city."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "roads.npz").open("wb") as file:
        np.savez(file, **arrays(city.roads))  # type: ignore[arg-type]
    part = folder / "city.json.part"
    part.write_bytes(as_json(city))
    part.replace(folder / "city.json")


def revived(kind: type, values: list[Any]) -> Any:
    out = []
    for f, value in zip(dataclasses.fields(kind), values, strict=True):
        if f.name == "polygon":
            out.append(shapely.from_wkb(value))
        else:
            out.append(tuple(value) if isinstance(value, list) else value)
    return kind(*out)


def load(folder: Path) -> City:
    """The city that `save` wrote; FileNotFoundError when there is none."""
    doc = json.loads((folder / "city.json").read_bytes())
    with np.load(folder / "roads.npz") as file:
        roads = Roads(**{key: file[key] for key in file.files}, **{key: doc[key] for key in TEXTS})
    lists = {key: [revived(kind, v) for v in doc[key]] for key, kind in LISTS.items()}
    rest: dict[str, Any] = {key: doc[key] for key in PLAIN} | lists
    return City(roads=roads, boundary=shapely.from_wkb(doc["boundary"]), **rest)
