"""GeoJSON that any map can draw, and lists whose cost does not grow with what they hold."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from shapely.geometry import shape

FEEDS = ("units", "incidents", "posts", "coverage", "closures")


def assert_rfc_7946(collection):
    """RFC 7946 §3: types, positions of numbers in range, closed rings, outer ones turning left."""
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    for feature in collection["features"]:
        assert feature["type"] == "Feature"
        assert isinstance(feature["properties"], dict)
        assert isinstance(feature["id"], int | str)
        geometry = shape(feature["geometry"])
        assert geometry.is_valid
        if not geometry.is_empty:
            west, south, east, north = geometry.bounds
            assert -180 <= west <= east <= 180
            assert -90 <= south <= north <= 90
        for part in getattr(geometry, "geoms", ()):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw
                assert not any(hole.is_ccw for hole in part.interiors)


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_is_geojson(desk, robbery, name):
    desk.post("/closures", {"title": "塌方", "line": [[112.9, 28.2], [112.91, 28.2]]})
    answer = desk.get(f"/{name}.geojson")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/geo+json"
    assert_rfc_7946(answer.json())


def test_the_incident_feed_names_nobody(desk, robbery):
    (feature,) = desk.get("/incidents.geojson").json()["features"]
    assert feature["geometry"]["coordinates"] == [112.92, 28.2]
    assert set(feature["properties"]) == {
        "number", "short", "state", "priority", "overdue", "title_zh", "title_en",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/incidents", "/board", "/queue", "/assignments", "/units", "/incidents.geojson",
             "/units.geojson"],
)  # fmt: skip
def test_more_incidents_cost_no_more_queries(desk, path):
    def fill(count):
        for _ in range(count):
            desk.post("/calls", {"words": "抢了", "class_code": "0101", "lon": 112.9, "lat": 28.2})

    fill(2)
    desk.post("/incidents/{}/send-best".format(desk.get("/board").json()[0]["id"]))
    desk.get(path)
    with CaptureQueriesContext(connection) as few:
        desk.get(path)
    fill(6)
    with CaptureQueriesContext(connection) as many:
        desk.get(path)
    assert len(many) == len(few)
