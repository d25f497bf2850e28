"""Ranking by road, with closures; places by name; one choice for several calls."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shapely.geometry import shape

from tests.people import MIDDLE, County
from watchroom.base.clock import local, now
from watchroom.domains.dispatch import actions, queries
from watchroom.domains.dispatch.queries import coverage
from watchroom.kernel import demand, places
from watchroom.kernel.models import Closure, Matter, Place
from watchroom.kernel.roads import Roads, roads
from watchroom.road import Network

LON, LAT = MIDDLE


def ladder() -> Network:
    """Two streets eastward through the county's units, joined every 0.01°: south is quicker."""
    lon = np.array([LON + 0.01 * i for i in range(9)] * 2)
    lat = np.array([LAT] * 9 + [LAT + 0.01] * 9)
    pairs = [(i, i + 1, 60) for i in range(8)] + [(9 + i, 10 + i, 90) for i in range(8)]
    pairs += [(i, 9 + i, 60) for i in range(9)]
    both = [(a, b, s) for a, b, s in pairs] + [(b, a, s) for a, b, s in pairs]
    tail, head, seconds = (np.array(column) for column in zip(*both, strict=True))
    return Network.from_arrays(tail, head, seconds.astype(float), lon, lat)


@pytest.fixture
def by_road(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Roads:
    folder = tmp_path / "roads"
    ladder().save(folder)
    monkeypatch.setattr(roads, "folder", folder)
    return roads


@pytest.fixture
def call(county: County) -> Matter:
    return actions.report_call(county.operator, words="打架", lon=LON, lat=LAT, class_code="0201")


def order(county: County, call: Matter) -> list[str]:
    rows = queries.ranked_units(county.dispatcher, call.pk)
    return [r.facts.code for r in rows]


def test_units_stand_in_order_of_road_time(county: County, call: Matter, by_road: Roads) -> None:
    rows = queries.ranked_units(county.dispatcher, call.pk)
    assert [r.facts.code for r in rows] == ["P01", "P02", "P03", "P04", "P05", "F01", "F02"]
    assert [r.facts.seconds for r in rows][:3] == [60.0, 120.0, 180.0]
    assert all(r.facts.by_road for r in rows)
    assert rows[0].facts.crew == ((county.staff["officer"].pk, "张巡逻"),)


def test_without_a_network_the_estimate_says_so(
    county: County, call: Matter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roads, "folder", tmp_path / "none")
    rows = queries.ranked_units(county.dispatcher, call.pk)
    assert not any(r.facts.by_road for r in rows)
    assert "直线" in rows[0].reasons[0].zh


def test_a_shut_road_counts_at_once_and_opening_it_too(
    county: County, call: Matter, by_road: Roads
) -> None:
    middle = [[LON + 0.015, LAT]]
    closure = actions.close_road(county.dispatcher, "桥面施工", middle)
    third = next(
        r
        for r in queries.ranked_units(county.dispatcher, call.pk, limit=None)
        if r.facts.code == "P03"
    )
    assert third.facts.seconds == pytest.approx(60 + 60 + 90 + 60 + 60)
    actions.open_road(county.dispatcher, closure.pk)
    assert order(county, call)[:2] == ["P01", "P02"]
    assert Closure.objects.get().opened_at is not None
    assert by_road.times_to(LON, LAT, [(LON + 0.02, LAT)]).seconds[0] == pytest.approx(120.0)


def test_a_place_far_from_every_street_gets_an_honest_estimate(
    county: County, by_road: Roads
) -> None:
    assert by_road.times_to(LON, LAT, [(LON + 0.01, LAT)]).by_road
    assert not by_road.times_to(LON + 3, LAT, [(LON + 0.01, LAT)]).by_road
    assert by_road.route((LON + 0.02, LAT), (LON, LAT)).seconds == pytest.approx(120.0)
    assert by_road.isochrone(LON, LAT, 130.0) is not None


def test_a_new_import_is_read_without_a_restart(county: County, by_road: Roads) -> None:
    before = by_road.times_to(LON, LAT, [(LON + 0.01, LAT)]).seconds[0]
    network = ladder().with_speeds(np.full(len(ladder().factors[0]), 0.5))
    network.save(by_road.folder)
    after = by_road.times_to(LON, LAT, [(LON + 0.01, LAT)]).seconds[0]
    assert (before, after) == (60.0, 120.0)


def test_what_was_promised_is_kept_with_the_assignment(
    county: County, call: Matter, by_road: Roads
) -> None:
    actions.dispatch(county.dispatcher, call.pk, [county.units["P02"].pk])
    (sent,) = queries.incident(county.dispatcher, call.pk).assignments
    assert (sent.travel_seconds, sent.by_road, sent.rank) == (120.0, True, 2)
    assert sent.reasons[0].zh == "路程2′00″"


def test_coverage_lost_is_told_only_where_history_tells_where_calls_come_from(
    county: County, call: Matter, by_road: Roads
) -> None:
    (first, *_) = queries.ranked_units(county.dispatcher, call.pk)
    assert first.facts.lost_5 is None
    assert actions.rebuild_demand() == 1
    (first, *rest) = queries.ranked_units(county.dispatcher, call.pk)
    assert (first.facts.code, first.facts.lost_3, first.facts.lost_5) == ("P01", 0.0, 0.0)
    for code in ("P02", "P03"):
        actions.unit_off_duty(county.dispatcher, county.units[code].pk)
    (first, *rest) = queries.ranked_units(county.dispatcher, call.pk)
    told = {r.facts.code: (r.facts.lost_3, r.facts.lost_5) for r in (first, *rest)}
    assert told["P01"] == (1.0, 0.0)  # P04 is four minutes away
    assert told["P04"] == told["P05"] == (0.0, 0.0)


def test_coverage_lost_equals_counting_by_hand(county: County, by_road: Roads) -> None:
    rng = np.random.default_rng(7)
    for _ in range(30):
        lon, lat = LON + rng.uniform(0, 0.08), LAT + rng.uniform(0, 0.01)
        actions.report_call(county.operator, words="x", lon=lon, lat=lat)
    actions.rebuild_demand()
    units = [(i, LON + rng.uniform(0, 0.08), LAT) for i in range(6)]
    expected = demand.expected("dispatch.incident")
    assert expected is not None
    share = expected.share(local(now()).hour)
    seconds = by_road.matrix([u[1:] for u in units], expected.points).seconds
    told = coverage.share_lost(units, {u[0] for u in units})
    assert told is not None
    for i, (pk, _, _) in enumerate(units):
        for place, within in enumerate((180.0, 300.0)):
            theirs = (np.delete(seconds, i, axis=0) <= within).any(axis=0)
            mine = seconds[i] <= within
            assert told[pk][place] == pytest.approx(share[mine & ~theirs].sum())
    assert share.sum() == pytest.approx(1.0)
    within = coverage.covered_now(units).within
    for minutes, reached in (within or {}).items():
        near = (seconds <= 60.0 * minutes).any(axis=0)
        assert reached == pytest.approx(share[near].sum())


def test_the_map_is_redrawn_when_a_unit_leaves(
    county: County, call: Matter, by_road: Roads
) -> None:
    actions.rebuild_demand()
    before = queries.coverage_features(county.dispatcher)["features"]
    assert [f["properties"]["minutes"] for f in before] == [5, 3, 1]
    assert [f["properties"]["share"] for f in before] == [1.0, 1.0, 1.0]
    for code in ("P01", "P02"):
        actions.dispatch(county.dispatcher, call.pk, [county.units[code].pk])
    after = queries.coverage_features(county.dispatcher)["features"]
    assert [f["properties"]["share"] for f in after] == [1.0, 1.0, 0.0]
    assert after[0]["properties"]["free_units"] == before[0]["properties"]["free_units"] - 2
    sizes = [[shape(f["geometry"]).area for f in features] for features in (before, after)]
    assert sizes[1][2] < sizes[0][2]


def test_without_a_network_coverage_is_an_estimate_and_says_so(
    county: County, call: Matter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roads, "folder", tmp_path / "none")
    actions.rebuild_demand()
    found = coverage.covered_now(queries.free_now(county.dispatcher))
    assert found.within is not None
    assert (found.by_road, found.areas) == (False, {})
    assert queries.coverage_features(county.dispatcher)["features"] == []


def test_one_choice_for_all_waiting_calls_beats_one_after_the_other(
    county: County, by_road: Roads
) -> None:
    """Greedy gives the near unit to the first call and leaves the other a long way."""
    for code in ("P03", "P04", "P05", "F01", "F02"):
        actions.unit_off_duty(county.dispatcher, county.units[code].pk)
    told: dict[str, Any] = {"words": "打架", "class_code": "0201"}
    near_both = actions.report_call(county.operator, lon=LON + 0.015, lat=LAT, **told)
    left = actions.report_call(county.operator, lon=LON, lat=LAT, **told)
    best = queries.best_assignment(county.dispatcher, [near_both.pk, left.pk])
    chosen = {p.incident_id: p.unit for p in best.pairs}
    assert set(chosen.values()) == {"P01", "P02"}
    assert best.proven
    assert best.bound == best.cost <= best.greedy_cost
    assert best.by_road
    assert chosen[left.pk] == "P01"


def test_no_waiting_call_and_no_free_unit_are_no_error(county: County, by_road: Roads) -> None:
    none = queries.best_assignment(county.dispatcher)
    assert none.pairs == ()
    for code in county.units:
        actions.unit_off_duty(county.dispatcher, county.units[code].pk)
    actions.report_call(county.operator, words="打架", lon=LON, lat=LAT, class_code="0201")
    (pair,) = queries.best_assignment(county.dispatcher).pairs
    assert pair.unit_id is None


@pytest.fixture
def named(county: County) -> None:
    rows = (
        ("东街与南路路口", "crossing", "djynllk", 5.0),
        ("东街菜市场", "landmark", "djcsc", 3.0),
        ("李家村", "village", "ljc", 1.0),
        ("人民公园", "landmark", "rmgy", 9.0),
    )
    for i, (name, kind, initials, weight) in enumerate(rows):
        Place.objects.create(
            name=name, kind=kind, initials=initials, weight=weight, lon=LON + i * 0.01, lat=LAT
        )


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("东街与南路路口", "东街与南路路口"),
        ("南路和东街", "东街与南路路口"),
        ("人民公园附近", "人民公园"),
        ("菜市场", "东街菜市场"),
        ("ljc", "李家村"),
        ("rmg", "人民公园"),
        ("李家庄村", "李家村"),
        ("东街警格", "东街警格"),
        ("112.93, 28.21", "112.930000,28.210000"),
    ],
)
def test_places_are_found_as_people_say_them(
    county: County, named: None, typed: str, first: str
) -> None:
    found = queries.search_places(county.operator, typed)
    assert found[0].label == first


def test_what_nobody_calls_anything_finds_nothing(county: County, named: None) -> None:
    assert queries.search_places(county.operator, "") == []
    assert queries.search_places(county.operator, "zzzz") == []


def test_a_point_lies_in_its_beat(county: County) -> None:
    beat = places.beat_at(LON + 0.05, LAT)
    assert beat == county.beats["east"]
    assert places.beat_at(LON + 5, LAT) is None
    assert places.beat_at(None, None) is None
