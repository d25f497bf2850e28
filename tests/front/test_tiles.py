"""The base map: shapes in, tiles out; served by range; replaced in one step."""

import gzip
import os
import time
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import zxy_to_tileid

from watchroom.desk import basemap
from watchroom.desk.tiles import Feature, NoShapes, _span, build_tiles, range_response

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("WATCHROOM_SHARED", ROOT.parent / "shared"))
ROADS = SHARED / "data/roads"


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int, int]:
    x, y = shapely.get_coordinates(_mercator_point(lon, lat))[0] * 2**zoom
    return zoom, int(x), int(y)


def _mercator_point(lon: float, lat: float) -> shapely.Point:
    from watchroom.desk.tiles import _mercator

    return shapely.transform(shapely.Point(lon, lat), _mercator)


def read(path: Path, zoom: int, x: int, y: int) -> dict[str, Any] | None:
    with path.open("rb") as file:
        data = Reader(MmapSource(file)).get(zoom, x, y)
    return mapbox_vector_tile.decode(gzip.decompress(data)) if data else None


def street(name: str, *points: tuple[float, float], minzoom: int = 6) -> Feature:
    return shapely.LineString(points), {"class": "residential", "name": name}, minzoom


def test_a_street_is_found_in_its_tile_with_its_name(tmp_path: Path) -> None:
    out = tmp_path / "city.pmtiles"
    count = build_tiles({"road": [street("中山路", (114.01, 34.01), (114.02, 34.01))]}, out)
    tile = read(out, *tile_of(114.015, 34.01, 14))
    assert count > 8
    assert tile is not None
    assert tile["road"]["features"][0]["properties"]["name"] == "中山路"


def test_what_shows_from_a_zoom_is_not_in_the_tiles_before_it(tmp_path: Path) -> None:
    out = tmp_path / "city.pmtiles"
    layers = {"road": [street("巷", (114.01, 34.01), (114.02, 34.01), minzoom=12)]}
    build_tiles(layers, out)
    assert read(out, *tile_of(114.015, 34.01, 11)) is None
    assert read(out, *tile_of(114.015, 34.01, 12)) is not None


def test_pieces_of_one_street_are_joined_and_both_directions_drawn_once(tmp_path: Path) -> None:
    out = tmp_path / "city.pmtiles"
    a, b, c = (114.011, 34.01), (114.012, 34.0101), (114.013, 34.01)
    build_tiles({"road": [street("路", a, b), street("路", b, c), street("路", c, b)]}, out)
    tile = read(out, *tile_of(*b, 14))
    assert tile is not None
    assert len(tile["road"]["features"]) == 1


def test_a_lake_with_an_island_keeps_the_island_dry(tmp_path: Path) -> None:
    out = tmp_path / "city.pmtiles"
    lake = shapely.box(114.0, 34.0, 114.2, 34.2) - shapely.box(114.06, 34.06, 114.14, 34.14)
    build_tiles({"water": [(lake, {}, 6)]}, out)
    assert read(out, *tile_of(114.1, 34.1, 14)) is None
    wet = read(out, *tile_of(114.03, 34.03, 14))
    assert wet is not None
    full = wet["water"]["features"][0]["geometry"]
    assert shapely.geometry.shape(full).area >= 4096 * 4096


@given(
    lon=st.floats(-179.9, 179.9),
    lat=st.floats(-80, 80),
    zoom=st.integers(0, 14),
)
def test_a_point_lands_where_it_is(
    tmp_path_factory: pytest.TempPathFactory, lon: float, lat: float, zoom: int
) -> None:
    out = tmp_path_factory.mktemp("point") / "p.pmtiles"
    build_tiles({"place": [(shapely.Point(lon, lat), {"name": "x"}, 0)]}, out, zooms=(zoom, zoom))
    z, x, y = tile_of(lon, lat, zoom)
    tile = read(out, z, x, y)
    assert tile is not None
    found_x, found_y = tile["place"]["features"][0]["geometry"]["coordinates"]
    true_x, true_y = shapely.get_coordinates(_mercator_point(lon, lat))[0] * 2**zoom - (x, y)
    # The decoder counts y from the south edge.
    assert abs(found_x - true_x * 4096) <= 1
    assert abs((4096 - found_y) - true_y * 4096) <= 1


def test_a_city_of_sixty_thousand_edges_is_all_there(tmp_path: Path) -> None:
    out = tmp_path / "city.pmtiles"
    n = 175
    said: list[tuple[int, int, int]] = []
    started = time.perf_counter()
    build_tiles({"road": list(grid(n))}, out, lambda *news: said.append(news))
    print(f"{2 * n * n} edges in {time.perf_counter() - started:.1f} s, {out.stat().st_size} bytes")
    names = set()
    for zoom, x, y in {tile_of(114 + i * 0.003, 34 + 0.2, 14) for i in range(n)}:
        tile = read(out, zoom, x, y)
        names |= {one["properties"]["name"] for one in (tile or {})["road"]["features"]}
    assert {f"路{i}" for i in range(n)} <= names
    assert {zoom for zoom, _, _ in said} == set(range(8, 15))


def grid(n: int) -> list[Feature]:
    def kind(index: int) -> tuple[str, int]:
        return ("primary", 8) if index % 20 == 0 else ("residential", 12)

    features: list[Feature] = []
    for i in range(n):
        for j in range(n):
            lon, lat = 114 + i * 0.003, 34 + j * 0.0025
            (along, from_along), (across, from_across) = kind(i), kind(j)
            north = shapely.LineString(
                [(lon, lat), (lon + 0.0002, lat + 0.001), (lon, lat + 0.0025)]
            )
            east = shapely.LineString([(lon, lat), (lon + 0.003, lat)])
            features.append((north, {"class": along, "name": f"路{i}"}, from_along))
            features.append((east, {"class": across, "name": f"街{j}"}, from_across))
    return features


@pytest.mark.shared
@pytest.mark.skipif(not ROADS.exists(), reason="the shared road extracts are not here")
@pytest.mark.parametrize("place", ["columbus", "Helsinki"])
def test_a_real_place_from_openstreetmap(tmp_path: Path, place: str) -> None:
    layers = basemap.osm_layers(ROADS / f"{place}.osm.pbf")
    out = tmp_path / "city.pmtiles"
    build_tiles(layers, out, attribution=basemap.ATTRIBUTION)
    with out.open("rb") as file:
        reader = Reader(MmapSource(file))
        metadata = reader.metadata()
    assert {"road", "water", "green"} <= {one["id"] for one in metadata["vector_layers"]}
    assert "OpenStreetMap" in metadata["attribution"]
    road = next(shape for shape, tags, _ in layers["road"] if tags["class"] == "primary")
    lon, lat = shapely.get_coordinates(road)[0]
    tile = read(out, *tile_of(lon, lat, 14))
    assert tile is not None
    assert "primary" in {one["properties"]["class"] for one in tile["road"]["features"]}


def test_no_shapes_is_a_mistake_and_the_old_map_stays(tmp_path: Path) -> None:
    out = tmp_path / "city.pmtiles"
    out.write_bytes(b"the old map")
    with pytest.raises(NoShapes):
        build_tiles({"road": []}, out)
    assert out.read_bytes() == b"the old map"


def test_a_build_that_breaks_leaves_the_old_map_and_no_litter(tmp_path: Path) -> None:
    out = tmp_path / "city.pmtiles"
    out.write_bytes(b"the old map")

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_tiles({"road": [street("路", (114, 34), (114.1, 34))]}, out, stop)
    assert [path.name for path in tmp_path.iterdir()] == ["city.pmtiles"]
    assert out.read_bytes() == b"the old map"


BODY = bytes(range(256)) * 4


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "map.bin"
    path.write_bytes(BODY)
    return path


def ask(path: Path, **headers: str) -> Any:
    return range_response(path, RequestFactory().get("/map/city.pmtiles", headers=headers))


@pytest.mark.parametrize(
    ("asked", "expected", "span"),
    [
        ("bytes=0-99", BODY[:100], "bytes 0-99/1024"),
        ("bytes=1000-", BODY[1000:], "bytes 1000-1023/1024"),
        ("bytes=-24", BODY[-24:], "bytes 1000-1023/1024"),
        ("bytes=1000-999999", BODY[1000:], "bytes 1000-1023/1024"),
    ],
)
def test_a_range_is_served(file: Path, asked: str, expected: bytes, span: str) -> None:
    answer = ask(file, Range=asked)
    assert (answer.status_code, answer.content) == (206, expected)
    assert answer["Content-Range"] == span


@pytest.mark.parametrize(
    "asked", ["bytes=1024-", "bytes=9-3", "bytes=-", "bytes=0-1,5-6", "lines=1-2"]
)
def test_a_range_that_is_none_is_refused(file: Path, asked: str) -> None:
    answer = ask(file, Range=asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */1024")


def test_the_whole_file_and_what_a_reader_already_has(file: Path) -> None:
    whole = ask(file)
    assert b"".join(whole.streaming_content) == BODY
    assert ask(file, **{"If-None-Match": whole["ETag"]}).status_code == 304


def test_a_rebuilt_map_has_another_tag_and_an_old_range_gets_the_whole(file: Path) -> None:
    tag = ask(file, Range="bytes=0-9")["ETag"]
    file.write_bytes(BODY[::-1] + b"x")
    assert ask(file, Range="bytes=0-9")["ETag"] != tag
    assert ask(file, Range="bytes=0-9", **{"If-Range": tag}).status_code == 200


def test_no_map_yet_is_a_sentence(tmp_path: Path) -> None:
    answer = ask(tmp_path / "none")
    assert answer.status_code == 404
    assert "底图" in answer.content.decode()


def test_nobody_writes_to_the_map(file: Path) -> None:
    assert range_response(file, RequestFactory().post("/map/city.pmtiles")).status_code == 405


@given(first=st.integers(0, 2000), last=st.integers(0, 2000), size=st.integers(1, 1500))
def test_a_span_never_leaves_the_file(first: int, last: int, size: int) -> None:
    span = _span(f"bytes={first}-{last}", size)
    if span is None:
        assert first > last or first >= size
    else:
        assert 0 <= span[0] <= span[1] < size


def test_tile_numbers_agree_with_the_format() -> None:
    assert zxy_to_tileid(*tile_of(0.001, 0.001, 1)) == zxy_to_tileid(1, 1, 0)
