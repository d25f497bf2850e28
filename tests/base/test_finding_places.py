import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from watchroom.base import gcj02, geometry

LON, LAT = st.floats(-179, 179), st.floats(-85, 85)
IN_CHINA = st.tuples(
    st.floats(gcj02.CHINA.west, gcj02.CHINA.east), st.floats(gcj02.CHINA.south, gcj02.CHINA.north)
)


def test_a_degree_of_the_equator_is_as_long_as_it_is() -> None:
    degree = math.pi * geometry.EARTH_RADIUS_M / 180
    assert geometry.distance_m(0, 0, 1, 0) == pytest.approx(degree)
    assert geometry.distance_m(116, 40, 116, 40) == 0
    assert geometry.distance_m(0, 0, 180, 0) == pytest.approx(180 * degree)
    many = geometry.distances_m(0, 0, np.array([1.0, 2.0]), 0)
    assert many == pytest.approx([degree, 2 * degree])


def test_bearings_run_clockwise_from_north() -> None:
    around = [(0, 1), (1, 0), (0, -1), (-1, 0), (0, 0)]
    assert [geometry.bearing_deg(0, 0, *to) for to in around] == pytest.approx([0, 90, 180, 270, 0])


@given(LON, LAT, st.floats(0, 359.9), st.floats(1, 100_000))
def test_going_somewhere_ends_at_that_distance(lon: float, lat: float, b: float, m: float) -> None:
    there = geometry.destination(lon, lat, b, m)
    assert geometry.distance_m(lon, lat, *there) == pytest.approx(m, rel=1e-6, abs=1e-3)
    assert 0 <= geometry.bearing_deg(lon, lat, *there) < 360


@given(st.floats(-170, 170), st.floats(-80, 80), st.floats(0, 360), st.floats(1, 50_000))
def test_a_box_around_a_point_holds_everything_near(
    lon: float, lat: float, bearing: float, metres: float
) -> None:
    box = geometry.Box.around(lon, lat, metres)
    assert box.contains(*geometry.destination(lon, lat, bearing, metres * 0.999999))


def test_the_edge_of_a_beat_belongs_to_it() -> None:
    beat = Polygon([(0, 0), (2, 0), (2, 2), (0, 2)])
    assert geometry.contains(beat, 1, 1)
    assert geometry.contains(beat, 2, 1)
    assert not geometry.contains(beat, 2.001, 1)
    assert geometry.containing(beat, [1, 3], [1, 1]).tolist() == [True, False]
    assert geometry.Box.of([1, 0, 2], [0, 2, 1]).polygon().equals(beat)
    with pytest.raises(ValueError, match="west"):
        geometry.Box(1, 0, 0, 1)
    with pytest.raises(ValueError, match="pole"):
        geometry.Box.around(0, 89.9999, 1000)


@pytest.mark.parametrize(
    ("wgs84", "shifted"),
    [  # The pairs that implementations of this formula publish with their tests.
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_three_cities_are_shifted_as_everywhere_else(
    wgs84: tuple[float, float], shifted: tuple[float, float]
) -> None:
    assert tuple(map(float, gcj02.to_gcj02(*wgs84))) == pytest.approx(shifted, abs=1e-9)


@given(IN_CHINA)
def test_the_shift_is_undone_exactly(point: tuple[float, float]) -> None:
    lon, lat = gcj02.to_wgs84(*gcj02.to_gcj02(*point))
    assert abs(float(lon) - point[0]) < 1e-9
    assert abs(float(lat) - point[1]) < 1e-9


@given(IN_CHINA)
def test_the_shift_moves_a_point_but_never_far(point: tuple[float, float]) -> None:
    moved = geometry.distance_m(*point, *map(float, gcj02.to_gcj02(*point)))
    assert moved < 1_500


@given(LON, LAT)
def test_nothing_moves_outside_china(lon: float, lat: float) -> None:
    if not gcj02.CHINA.contains(lon, lat):
        assert tuple(map(float, gcj02.to_gcj02(lon, lat))) == (lon, lat)


def test_far_places_and_poles_come_back_unchanged() -> None:
    lon, lat = np.array([24.94, 0.0, -83.0]), np.array([60.17, 90.0, 40.0])
    for act in (gcj02.to_gcj02, gcj02.to_wgs84):
        x, y = act(lon, lat)
        assert (x.tolist(), y.tolist()) == (lon.tolist(), lat.tolist())


def test_a_whole_column_is_shifted_at_once() -> None:
    lon, lat = np.linspace(80, 130, 500), np.linspace(10, 50, 500)
    back = gcj02.to_wgs84(*gcj02.to_gcj02(lon, lat))
    assert np.abs(back[0] - lon).max() < 1e-9
    assert np.abs(back[1] - lat).max() < 1e-9
    assert gcj02.to_gcj02(np.array([]), np.array([]))[0].shape == (0,)
