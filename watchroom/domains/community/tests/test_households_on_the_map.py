"""Doors on the map, a square at a time: one's own beat, and for everybody else an empty square."""

from collections.abc import Iterator
from datetime import timedelta
from math import asinh, pi, radians, tan
from typing import Any

import mapbox_vector_tile
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import MIDDLE, County
from watchroom.base.clock import now
from watchroom.base.gcj02 import to_gcj02
from watchroom.domains.community import actions
from watchroom.domains.community.models import Household
from watchroom.domains.community.tests.samples import household
from watchroom.kernel.vector_tiles import EXTENT, Layer, Tile, encode, points

pytestmark = pytest.mark.django_db
WEST, SOUTH = MIDDLE[0], MIDDLE[1] - 0.1
DOOR = (WEST + 0.01, SOUTH + 0.01)
"""Where `household` puts a door of the east beat."""


def square(zoom: int, lon: float, lat: float) -> tuple[int, int, int]:
    many = 1 << zoom
    return zoom, int((lon + 180) / 360 * many), int((1 - asinh(tan(radians(lat))) / pi) / 2 * many)


def address(zoom: int, lon: float = DOOR[0], lat: float = DOOR[1]) -> str:
    return "/community/tiles/{}/{}/{}.mvt".format(*square(zoom, lon, lat))


def drawn(county: County, who: str, path: str) -> dict[str, list[dict[str, Any]]]:
    client = Client()
    client.force_login(county.staff[who])
    answer = client.get(path)
    assert answer.status_code == 200
    layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
    return {
        name: [one["properties"] for one in layer["features"]] for name, layer in layers.items()
    }


def test_from_afar_a_beat_is_a_point_nearer_its_outline_then_its_doors(county: County) -> None:
    door = household(county)
    assert drawn(county, "community", address(8))["centres"] == [
        {"code": "BE", "name": "东街警格", "standing": "open"}
    ]
    assert [one["code"] for one in drawn(county, "community", address(12))["outlines"]] == ["BE"]
    found = drawn(county, "community", address(16))["doors"]
    assert found == [{"n": 1, "standing": "open", "id": door.pk}]


def test_a_door_shows_how_long_nobody_called_and_what_is_planned(county: County) -> None:
    seen, long_ago, planned = (household(county, f"{n} 号") for n in (1, 2, 3))
    for row, lon in ((seen, 0.01), (long_ago, 0.012), (planned, 0.014)):
        Household.objects.filter(pk=row.pk).update(lon=WEST + lon, last_visit_at=now())
    Household.objects.filter(pk=long_ago.pk).update(last_visit_at=now() - timedelta(days=400))
    actions.plan_visit(county.act("community"), planned.pk)
    found = drawn(county, "community", address(14, WEST + 0.012))["doors"]
    assert {one["id"]: one["standing"] for one in found} == {
        seen.pk: "manned", long_ago.pk: "open", planned.pk: "due",
    }  # fmt: skip


def test_doors_of_one_building_are_one_with_a_number(county: County) -> None:
    for number in range(30):
        household(county, f"{number} 室")
    assert drawn(county, "community", address(15))["doors"] == [{"n": 30, "standing": "open"}]


@pytest.mark.parametrize("zoom", [5, 8, 12, 14, 16, 18])
def test_a_neighbour_and_a_stranger_get_what_an_empty_square_gives(
    county: County, zoom: int
) -> None:
    household(county)
    empty = Client()
    empty.force_login(county.staff["community"])
    nothing = empty.get(address(zoom, 10.0, 50.0))
    for who in ("westerner", "colleague_elsewhere", "stranger", "officer"):
        client = Client()
        client.force_login(county.staff[who])
        answer = client.get(address(zoom))
        assert (answer.status_code, answer.content) == (200, b""), who
        assert answer.headers.items() == nothing.headers.items()
    assert drawn(county, "chief", address(zoom))


def test_who_stands_in_sees_the_beat_and_its_officer_before_them_too(county: County) -> None:
    household(county)
    actions.name_deputies(county.chief, "BE", [county.staff["officer"].pk])
    assert drawn(county, "officer", address(16))["doors"]


def test_a_square_that_is_none_is_not_found(county: County) -> None:
    client = Client()
    client.force_login(county.staff["community"])
    for path in ("23/0/0", "3/8/0", "3/0/9"):
        assert client.get(f"/community/tiles/{path}.mvt").status_code == 404
    assert Client().get(address(12)).status_code in (302, 401, 403)


def places() -> st.SearchStrategy[tuple[float, float]]:
    return st.tuples(st.floats(75, 134), st.floats(2, 54))


def positions(tile: Tile, lon: float, lat: float) -> Iterator[tuple[int, int]]:
    data = encode(tile, [Layer("one", points([(lon, lat)]), [{}])])
    for layer in mapbox_vector_tile.decode(data, default_options={"y_coord_down": True}).values():
        yield from (tuple(f["geometry"]["coordinates"]) for f in layer["features"])


@given(place=places(), zoom=st.integers(3, 18), shifted=st.booleans())
def test_what_lies_in_a_square_is_drawn_in_it_where_it_lies(
    place: tuple[float, float], zoom: int, shifted: bool
) -> None:
    lon, lat = place
    at = tuple(float(v) for v in to_gcj02(lon, lat)) if shifted else place
    z, x, y = square(zoom, *at)
    tile = Tile(z, x, y, shifted=shifted)
    assert tile.box().contains(lon, lat)
    ((column, row),) = positions(tile, lon, lat)
    many = 1 << z
    assert abs(column / EXTENT + x - (at[0] + 180) / 360 * many) < 2 / EXTENT
    assert abs(row / EXTENT + y - (1 - asinh(tan(radians(at[1]))) / pi) / 2 * many) < 2 / EXTENT
