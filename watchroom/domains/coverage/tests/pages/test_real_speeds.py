"""A planner sees how fast the streets really are; learned from the units' own finished drives."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.people import MIDDLE, County
from watchroom.base.clock import local, now
from watchroom.domains.coverage.tests.pages.test_opening_the_screens import browser_of
from watchroom.kernel.learned_roads import Drive
from watchroom.kernel.roads import Roads, roads
from watchroom.road import Network
from watchroom.road.learned import BANDS, NIGHT, PEAK

LON, LAT = MIDDLE


@pytest.fixture
def street(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Roads:
    """One street of eight stretches, a minute each."""
    lon, lat = LON + 0.01 * np.arange(9), np.full(9, LAT)
    tail, head = np.r_[0:8, 1:9], np.r_[1:9, 0:8]
    Network.from_arrays(tail, head, np.full(16, 60.0), lon, lat).save(tmp_path / "roads")
    monkeypatch.setattr(roads, "folder", tmp_path / "roads")
    return roads


def at_band(band: int) -> Drive:
    """A drive of four minutes' free flow that took eight, in a band of hours."""
    moment = now().replace(minute=30)
    while BANDS[local(moment).weekday() * 24 + local(moment).hour] != band:
        moment += timedelta(hours=1)
    return Drive((LON, LAT), (LON + 0.04, LAT), 480.0, moment)


def test_forty_slow_drives_make_the_street_slow_in_those_hours(
    county: County, street: Roads
) -> None:
    drive = at_band(PEAK)
    before = street.times_to(LON + 0.08, LAT, [(LON, LAT)], drive.at).seconds[0]
    street.learn([drive] * 40)
    after = street.times_to(LON + 0.08, LAT, [(LON, LAT)], drive.at).seconds[0]
    assert before == 480
    assert after == pytest.approx(480 / (1 - 0.5 * 40 / 60), rel=0.001)
    at_night = at_band(NIGHT).at
    assert street.times_to(LON + 0.08, LAT, [(LON, LAT)], at_night).seconds[0] == 480


def test_what_was_learned_on_another_import_waits(county: County, street: Roads) -> None:
    street.learn([at_band(PEAK)] * 40)
    assert street.lesson() is not None
    Network.from_arrays([0, 1], [1, 0], [60.0] * 2, [LON, LON + 0.1], [LAT] * 2).save(street.folder)
    assert street.lesson() is None


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_a_planner_reads_the_factor_and_its_samples(
    county: County, street: Roads, lang: str
) -> None:
    street.learn([at_band(PEAK)] * 40)
    client = browser_of(county, "leader", lang)
    page = client.get("/coverage/speeds/").text
    assert "0.67" in page
    assert "40.0" in page
    assert "None" not in page
    [feature] = client.get("/coverage/speeds/streets.geojson").json()["features"]
    assert feature["properties"] == {"factor": 0.67, "samples": 40}
    assert len(feature["geometry"]["coordinates"]) == 8
    assert client.get("/coverage/speeds/streets.geojson?band=0").json()["features"] == []


def test_before_anything_is_learned_the_page_says_so(county: County, street: Roads) -> None:
    assert "还没有学到车速" in browser_of(county, "leader").get("/coverage/speeds/").text


@pytest.mark.parametrize("who", ["officer", "stranger"])
def test_who_does_not_plan_does_not_see_it(county: County, street: Roads, who: str) -> None:
    client = browser_of(county, who)
    assert client.get("/coverage/speeds/").status_code == 403
    assert client.get("/coverage/speeds/streets.geojson").status_code == 403
