"""A real road extract is imported and whom to send is decided on it."""

from pathlib import Path

import numpy as np
import pytest

from tests.people import County
from watchroom.base.clock import now
from watchroom.domains.dispatch import actions, queries
from watchroom.kernel.models import Unit, UnitPosition
from watchroom.kernel.roads import roads
from watchroom.road import Network
from watchroom.road.importing import import_roads


@pytest.fixture
def helsinki(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    """The centre of Helsinki (OpenStreetMap), imported as `watchroom import roads` does."""
    folder = tmp_path / "roads"
    import_roads(shared / "data" / "roads" / "Helsinki.osm.pbf", folder)
    monkeypatch.setattr(roads, "folder", folder)
    return Network.load(folder)


def test_units_in_a_real_town_stand_in_order_of_its_road_times(
    county: County, helsinki: Network
) -> None:
    some = np.random.default_rng(7).choice(len(helsinki), 5, replace=False)
    lon, lat = helsinki.lon[some], helsinki.lat[some]
    units = list(Unit.objects.filter(status="free").order_by("pk")[:4])
    for unit, x, y in zip(units, lon[1:], lat[1:], strict=True):
        UnitPosition.objects.update_or_create(
            unit=unit, defaults={"lon": x, "lat": y, "at": now(), "received_at": now()}
        )
    call = actions.report_call(
        county.operator, words="打架", lon=float(lon[0]), lat=float(lat[0]), class_code="0201"
    )
    ranked = queries.ranked_units(county.dispatcher, call.pk)
    mine = {unit.pk for unit in units}
    shown = {r.facts.unit_id: r.facts.seconds for r in ranked if r.facts.unit_id in mine}
    places = np.column_stack([lon, lat])
    expected = helsinki.at(now()).travel_times(places[1:], places[0])
    assert all(r.facts.by_road for r in ranked if r.facts.unit_id in shown)
    for unit, seconds in zip(units, expected, strict=True):
        assert shown[unit.pk] == pytest.approx(seconds, abs=0.001)
    order = [r.facts.unit_id for r in ranked if r.facts.unit_id in shown]
    by_road = [units[i].pk for i in np.argsort(expected, kind="stable")]
    assert order == by_road
