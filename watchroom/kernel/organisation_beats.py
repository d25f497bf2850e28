"""Beats brought in from GeoJSON, each feature by itself: a wrong one is kept apart.

A feature has a Polygon or MultiPolygon in WGS-84 (or GCJ-02, if said) and the properties code,
name, agency, officer (a user name, may be empty) and setting (urban, suburb, rural; empty: urban).
"""

import json
from collections.abc import Mapping
from typing import Any

import shapely
from django.db import transaction
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape

from watchroom.base import gcj02
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import audit
from .models import Agency, Beat, Staff
from .organisation import Outcome, given, wrong

COLUMNS = ("code", "name", "agency", "officer", "setting")
SETTINGS = ("urban", "suburb", "rural")


def import_beats(text: str, *, in_gcj02: bool = False) -> Outcome:
    """Bring in beats; known codes are brought up to date. Features are numbered from 1."""
    done, seen = Outcome(), set[str]()
    for number, feature in enumerate(_features(text), 1):
        try:
            with transaction.atomic():
                how = _bring(number, feature, seen, in_gcj02)
        except Refusal as refusal:
            done.reject(number, refusal.text, feature)
        else:
            done.count(how)
    audit.note("organisation.beats_imported", data=done.counts)
    return done


def _features(text: str) -> list[Any]:
    try:
        features = json.loads(text)["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise _not_geojson() from error
    if not isinstance(features, list):
        raise _not_geojson()
    return features


def _not_geojson() -> Refusal:
    return Refusal(
        Text("这不是 GeoJSON 的 FeatureCollection", "This is no GeoJSON FeatureCollection")
    )


def _bring(number: int, feature: Any, seen: set[str], in_gcj02: bool) -> str:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise wrong(number, "没有 properties", "it has no properties", what=FEATURE)
    said = feature["properties"]
    row = {c: str(said.get(c) if said.get(c) is not None else "").strip() for c in COLUMNS}
    given(number, row, "code", "name", "agency", what=FEATURE)
    if row["code"] in seen:
        raise wrong(number, f"代码 {row['code']} 重复", f"{row['code']} comes twice", what=FEATURE)
    seen.add(row["code"])
    new = {**_facts(number, row), **_area(number, feature.get("geometry"), in_gcj02)}
    known = Beat.objects.filter(code=row["code"]).first()
    if known and all(getattr(known, name) == value for name, value in new.items()):
        return "same"
    Beat.objects.update_or_create(code=row["code"], defaults=new)
    return "changed" if known else "new"


FEATURE = Text("第 {n} 个要素", "Feature {n}")


def _facts(number: int, row: Mapping[str, str]) -> dict[str, Any]:
    agency = Agency.objects.filter(code=row["agency"]).first()
    officer = Staff.objects.filter(username=row["officer"]).first() if row["officer"] else None
    setting = row["setting"] or SETTINGS[0]
    if agency is None:
        zh, en = f"没有单位 {row['agency']}", f"there is no agency {row['agency']}"
    elif row["officer"] and officer is None:
        zh, en = f"没有用户 {row['officer']}", f"there is nobody called {row['officer']}"
    elif setting not in SETTINGS:
        zh, en = "setting 应为 urban、suburb 或 rural", "setting is urban, suburb or rural"
    else:
        return {
            "name": row["name"],
            "agency_id": agency.pk,
            "officer_id": officer and officer.pk,
            "setting": setting,
        }
    raise wrong(number, zh, en, what=FEATURE)


def _area(number: int, geometry: Any, in_gcj02: bool) -> dict[str, Any]:
    """The outline as it is kept, and its box."""
    try:
        area = shape(geometry)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, ShapelyError) as error:
        raise wrong(number, "图形读不懂", "its geometry cannot be read", what=FEATURE) from error
    if area.geom_type not in ("Polygon", "MultiPolygon") or area.is_empty:
        raise wrong(number, "图形应为面", "its geometry is no Polygon", what=FEATURE)
    west, south, east, north = area.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise wrong(
            number, "坐标应为经纬度", "its coordinates are not longitude and latitude", what=FEATURE
        )
    if not area.is_valid:
        why = shapely.is_valid_reason(area)
        raise wrong(
            number, f"边界自相交：{why}", f"its outline crosses itself: {why}", what=FEATURE
        )
    if in_gcj02:
        area = shapely.transform(area, _to_wgs84)
    west, south, east, north = area.bounds
    outline = json.loads(json.dumps(mapping(area)))
    return {"outline": outline, "west": west, "south": south, "east": east, "north": north}


def _to_wgs84(points: Any) -> Any:
    lon, lat = gcj02.to_wgs84(points[:, 0], points[:, 1])
    points[:, 0], points[:, 1] = lon, lat
    return points
