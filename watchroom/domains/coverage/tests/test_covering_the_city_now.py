"""Coverage now: shares within minutes, what a unit's leaving loses, which moves are proposed."""

from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import MIDDLE, County
from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.domains.coverage import actions, queries
from watchroom.domains.coverage.rules import moves
from watchroom.domains.coverage.tests.samples import post_at
from watchroom.kernel.models import DemandCell, Unit
from watchroom.kernel.sessions import BACKEND

LON, LAT = MIDDLE


def expect(*cells: tuple[float, float, int]) -> None:
    """So many calls a day are expected at these places, in every hour alike."""
    at = now()
    DemandCell.objects.bulk_create(
        DemandCell(kind="test.call", lon=lon, lat=lat, count=n, by_hour=[n / 24] * 24, rebuilt=at)
        for lon, lat, n in cells
    )


@pytest.fixture
def one_free(county: County) -> Unit:
    """Only P01 is free; it stands a hundredth of a degree east of the middle."""
    Unit.objects.exclude(code="P01").update(status="off")
    return Unit.objects.get(code="P01")


def test_nothing_is_said_before_anybody_has_counted(county: County) -> None:
    found = queries.live(county.dispatcher)
    assert (found.within, found.proposals, found.losses) == (None, [], [])


def test_what_is_reached_and_what_a_leaving_unit_loses(county: County, one_free: Unit) -> None:
    expect((LON + 0.01, LAT, 60), (LON + 0.09, LAT, 40))
    found = queries.live(county.dispatcher)
    assert found.within == pytest.approx({1: 0.6, 3: 0.6, 5: 0.6})
    ((lost,),) = (found.losses,)
    assert (lost.unit.code, lost.three) == ("P01", pytest.approx(0.6))
    Unit.objects.filter(code="P02").update(status="free")
    assert [row.three for row in queries.live(county.dispatcher).losses] == []


def test_a_move_is_proposed_where_it_wins_and_it_says_why(county: County, one_free: Unit) -> None:
    post_at(county, "远岗", 45)
    expect((LON + 0.01, LAT, 40), (LON + 0.09, LAT, 60))
    (found,) = queries.live(county.dispatcher).proposals
    assert (found.unit.code, found.place.zh) == ("P01", "远岗")
    assert (found.gain, found.loss) == (pytest.approx(0.6), pytest.approx(0.4))
    assert "60.0%" in found.why.zh
    assert "40.0%" in found.why.en
    Unit.objects.filter(code="P02").update(status="free")
    (better,) = queries.live(county.dispatcher).proposals
    assert (better.gain, better.loss) == (pytest.approx(0.6), 0)


def test_a_move_that_wins_nothing_is_not_proposed(county: County, one_free: Unit) -> None:
    post_at(county, "远岗", 45)
    expect((LON + 0.01, LAT, 60), (LON + 0.09, LAT, 40))
    assert queries.live(county.dispatcher).proposals == []


def test_tiers_are_policy_and_the_nearest_agency_speaks(county: County, one_free: Unit) -> None:
    expect((LON + 0.01, LAT, 60), (LON - 0.05, LAT, 40))
    assert queries.live(county.chief).tiers is None
    actions.set_tiers(county.leader, county.bureau.pk, "place", {"urban": 60, "rural": 300})
    told = {row.title.zh: row.share for row in queries.live(county.chief).in_time}
    assert told == {"城区": pytest.approx(0.6), "农村": None}
    actions.set_tiers(county.chief, county.east.pk, "force", {"car": 60, "quick": 300})
    told = {row.title.zh: row.share for row in queries.live(county.chief).in_time}
    assert told == {"巡车": pytest.approx(0.6), "快反": 0.0}
    actions.set_tiers(county.chief, county.east.pk, "urgency", {"1": 60})
    told = {row.title.en: row.share for row in queries.live(county.chief).in_time}
    assert told == {"Priority 1": pytest.approx(0.6)}
    for basis, limits in (("moon", {"x": 60}), ("place", {}), ("place", {"urban": 301})):
        with pytest.raises(Refusal):
            actions.set_tiers(county.chief, county.east.pk, basis, limits)
    with pytest.raises(Refusal, match="权限"):
        actions.set_tiers(county.chief, county.bureau.pk, "urgency", {"1": 60})


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_screen_opens(county: County, one_free: Unit, lang: str) -> None:
    post_at(county, "远岗", 45)
    expect((LON + 0.01, LAT, 40), (LON + 0.09, LAT, 60))
    client = Client()
    client.force_login(county.staff["leader"], backend=BACKEND)
    client.cookies["django_language"] = lang
    for address in ("", "now/", "areas.geojson", "units.geojson", "?minutes=5"):
        answer = client.get(f"/coverage/live/{address}")
        assert answer.status_code == 200, address
        assert "None" not in answer.text
    sent = {"basis": "place", "place-urban": "60"}
    assert client.post("/coverage/live/tiers/", sent).status_code == 302
    wrong = client.post("/coverage/live/tiers/", {"basis": "place", "place-urban": "999"})
    assert wrong.status_code == 422


@given(st.integers(0, 2**32 - 1))
def test_what_a_move_promises_is_what_a_new_count_finds(seed: int) -> None:
    """Three units, two sites, six cells: each move's net share, counted anew from the start."""
    r = np.random.default_rng(seed)
    unit_s, site_s = r.uniform(0, 600, (3, 6)), r.uniform(0, 600, (2, 6))
    calls = r.integers(1, 10, 6)
    weight, limit = calls / calls.sum(), 180.0
    order = np.argsort(unit_s, axis=0, kind="stable")[:2].T
    nearest_s = np.take_along_axis(unit_s.T, order, axis=1)
    way_s = np.zeros((3, 2))
    before = float(weight[unit_s.min(axis=0) <= limit].sum())
    found = moves(nearest_s, order.astype(np.int32), weight, site_s, way_s, limit)
    for move in found:
        stand = unit_s.copy()
        stand[move.unit] = site_s[move.site]
        after = float(weight[stand.min(axis=0) <= limit].sum())
        assert move.net == pytest.approx(after - before)
        assert move.net >= 0.003
    assert len({move.unit for move in found}) == len(found)


def test_it_does_not_hang_on_the_hour(county: County, one_free: Unit) -> None:
    expect((LON + 0.01, LAT, 60))
    DemandCell.objects.update(by_hour=[0.0] * 24, rebuilt=now() + timedelta(seconds=1))
    DemandCell.objects.update(by_hour=[1.0] + [0.0] * 23)
    assert queries.live(county.dispatcher).within == pytest.approx({1: 1.0, 3: 1.0, 5: 1.0})
