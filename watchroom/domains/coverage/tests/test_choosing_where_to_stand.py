"""The planner: posts as they are beside posts as they could be, with bounds and reasons."""

from datetime import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import MIDDLE, County
from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.domains.coverage import actions, queries
from watchroom.domains.coverage.actions import Line
from watchroom.domains.coverage.models import DutyPost
from watchroom.domains.coverage.queries import Watch
from watchroom.domains.coverage.rules import two_plans
from watchroom.domains.coverage.rules.questions import Condition, Posts, Window
from watchroom.domains.coverage.tests.samples import HOUR, in_force, post_at, shift_of
from watchroom.domains.coverage.tests.test_covering_the_city_now import expect
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import DemandCell
from watchroom.kernel.roads import Roads, roads
from watchroom.road import Network

LON, LAT = MIDDLE


@pytest.fixture
def near(county: County) -> DutyPost:
    """The only post in force; six of ten calls come from where it stands, four from far off."""
    post = post_at(county, "近岗<i>x", 5)
    in_force(county, Line(post.pk, shift_of(county, "S1", -HOUR, hours=23).pk, strength=3))
    expect((LON + 0.01, LAT, 60), (LON + 0.05, LAT, 40))
    return post


def asked(county: County, count: int = 1, **more: object) -> Posts:
    values: dict[str, object] = {"kind": "test.call", "agency_id": county.east.pk}
    values |= {"with_stations": False, "crossings": 0, "windows": (Window(0, 24, count),)}
    return Posts(**(values | more))  # type: ignore[arg-type]


def two_plans_for(actor: Actor, question: Posts) -> dict[str, Any]:
    question.check()
    return queries.two_plans_for(actor, question, Watch(20))


def sites(found: dict[str, Any], side: str, window: int = 0) -> set[int | None]:
    return {found["places"][site]["post"] for site in found["windows"][window][side]}


def test_a_second_post_goes_where_nobody_is_and_says_why(county: County, near: DutyPost) -> None:
    far = post_at(county, "远岗", 25)
    found = two_plans_for(county.chief, asked(county, 2))
    assert (sites(found, "a"), sites(found, "b")) == ({near.pk}, {near.pk, far.pk})
    (window,) = found["windows"]
    assert window["shares_a"] == pytest.approx([0.6, 0.6, 0.6])
    assert window["shares_b"] == pytest.approx([1.0, 1.0, 1.0])
    assert (found["worth_b"], found["bound"]) == (pytest.approx(100), 100)
    assert found["proven"]
    assert "已证明最优" in found["judged"]["zh"]
    assert window["changes"][0]["what"] == "comes"
    assert "40.0 %" in window["changes"][0]["why"]["en"]


def test_a_better_crossing_takes_the_place_of_a_post(county: County, near: DutyPost) -> None:
    near = actions.change_post(county.chief, near.pk, lon=LON + 0.02)
    found = two_plans_for(county.chief, asked(county, 1, crossings=5, with_posts=False))
    told = {row["what"]: row for row in found["windows"][0]["changes"]}
    assert set(told) == {"comes", "goes"}
    assert told["goes"]["moved"]
    assert "移至" in told["goes"]["why"]["zh"]


def test_who_is_far_off_now_need_not_wait_longer(county: County) -> None:
    """Most calls come from the east; the only post is the only one near the west."""
    expect((LON + 0.05, LAT, 90), (LON + 0.01, LAT, 10))
    west, east = post_at(county, "西岗", -10), post_at(county, "东岗", 25)
    in_force(county, Line(west.pk, shift_of(county, "S1", -HOUR, hours=23).pk))
    assert sites(two_plans_for(county.chief, asked(county)), "b") == {east.pk}
    fair = two_plans_for(county.chief, asked(county, no_later=True))
    assert sites(fair, "b") == {west.pk}


def test_a_post_that_must_stay_stays(county: County, near: DutyPost) -> None:
    other = post_at(county, "都近岗", 15)
    kept = two_plans_for(county.chief, asked(county, 1, fixed=(near.pk,)))
    assert sites(kept, "b") == {near.pk}
    with pytest.raises(Refusal, match="不在执行中"):
        two_plans_for(county.chief, asked(county, 1, fixed=(other.pk,)))
    in_force(county, Line(other.pk, near.lines.get().shift_id), kind="night")
    with pytest.raises(Refusal, match="要保留的岗位有 2 个"):
        two_plans_for(county.chief, asked(county, 1, fixed_kinds=("duty",)))
    with pytest.raises(Refusal):
        two_plans_for(county.chief, asked(county, 99))


# -- conditions drawn on the map -------------------------------------------------------------


def square(lon: float, half: float = 0.005) -> tuple[tuple[float, float], ...]:
    return (
        (lon - half, LAT - half), (lon + half, LAT - half),
        (lon + half, LAT + half), (lon - half, LAT + half),
    )  # fmt: skip


def test_no_post_stands_where_none_may_be(county: County, near: DutyPost) -> None:
    far = post_at(county, "远岗", 25)
    park = Condition("keep_out", "公园", square(LON + 0.01))
    found = two_plans_for(county.chief, asked(county, 1, conditions=(park,)))
    assert (sites(found, "a"), sites(found, "b")) == ({near.pk}, {far.pk})
    with pytest.raises(Refusal, match="不得设岗"):
        two_plans_for(county.chief, asked(county, fixed=(near.pk,), conditions=(park,)))
    crossed = Condition("keep_out", "公园", (*square(LON + 0.01)[::2], *square(LON + 0.01)[1::2]))
    with pytest.raises(Refusal, match="相交"):
        two_plans_for(county.chief, asked(county, conditions=(crossed,)))


def test_a_place_that_must_be_reached_is_reached_or_named(county: County, near: DutyPost) -> None:
    far = post_at(county, "远岗", 25)
    school = Condition("reach", "实验小学", ((LON + 0.05, LAT),), 180)
    found = two_plans_for(county.chief, asked(county, 1, conditions=(school,)))
    assert sites(found, "b") == {far.pk}
    (kept,) = found["must"]
    assert kept["b"] <= 180 < kept["a"]
    area = Condition("reach", "学区", square(LON + 0.05), 180)
    assert sites(two_plans_for(county.chief, asked(county, conditions=(area,))), "b") == {far.pk}
    nowhere = Condition("keep_out", "全部", square(LON + 0.05, 0.3))
    with pytest.raises(Refusal):
        two_plans_for(county.chief, asked(county, conditions=(school, nowhere)))
    close = Condition("reach", "远山村", ((LON + 0.12, LAT),), 60)
    keep_out = Condition("keep_out", "山", square(LON + 0.12, 0.02))
    with pytest.raises(Refusal, match="远山村"):
        two_plans_for(county.chief, asked(county, conditions=(close, keep_out)))


def test_somebody_stands_where_a_post_must_stand(county: County, near: DutyPost) -> None:
    gate = Condition("stand", "新大桥", ((LON - 0.08, LAT),))
    found = two_plans_for(county.chief, asked(county, 1, conditions=(gate,)))
    (site,) = found["windows"][0]["b"]
    assert found["places"][site]["name"]["zh"] == "新大桥"
    here = Condition("stand", "老地方", ((near.lon, near.lat),))
    assert sites(two_plans_for(county.chief, asked(county, conditions=(here,))), "b") == {near.pk}


def test_no_more_of_a_kind_than_allowed(county: County, near: DutyPost) -> None:
    lon = LON + 0.05
    actions.add_post(county.chief, "快反", "quick", lon=lon, lat=LAT)
    both = two_plans_for(county.chief, asked(county, 2))
    assert {place["kind"] for place in both["places"]} == {"duty", "quick"}
    without = two_plans_for(county.chief, asked(county, 2, limits={"quick": 0}))
    assert {place["kind"] for place in without["places"]} == {"duty"}


def test_day_and_night_are_planned_together(county: County, near: DutyPost) -> None:
    """By day calls come from the east, by night from where the post is; one place serves each."""
    DemandCell.objects.all().delete()
    at, day = now(), [1.0] * 12 + [0.0] * 12
    for lon, by_hour in ((LON + 0.05, day), (LON + 0.01, day[::-1])):
        DemandCell.objects.create(
            kind="test.call", lon=lon, lat=LAT, count=12, by_hour=by_hour, rebuilt=at
        )
    far = post_at(county, "远岗", 25)
    windows = (Window(0, 12, 1), Window(12, 24, 1))
    found = two_plans_for(county.chief, asked(county, windows=windows))
    assert (sites(found, "b", 0), sites(found, "b", 1)) == ({far.pk}, {near.pk})
    assert found["worth_b"] == pytest.approx(100)
    one = two_plans_for(county.chief, asked(county, windows=windows, places=1))
    assert sites(one, "b", 0) == sites(one, "b", 1)
    assert one["worth_b"] == pytest.approx(50)
    with pytest.raises(Refusal, match="重叠"):
        two_plans_for(county.chief, asked(county, windows=(Window(0, 13), Window(12, 24))))


def test_nothing_is_found_where_nothing_was_counted(county: County) -> None:
    post_at(county)
    with pytest.raises(Refusal, match="统计"):
        two_plans_for(county.chief, asked(county))
    expect((LON, LAT, 10))
    with pytest.raises(Refusal, match="放宽"):
        two_plans_for(county.chief, asked(county, days=30))


def test_only_who_plans_duty_there_may_ask(county: County, near: DutyPost) -> None:
    for actor in (county.stranger, county.colleague_elsewhere, county.officer):
        with pytest.raises(NotFound):
            two_plans_for(actor, asked(county))
        with pytest.raises(Exception, match=r"权限|NotFound|") as refused:
            actions.ask_run(actor, "posts", asked(county))
        assert refused.type in (NotFound, Refusal) or issubclass(refused.type, Refusal)
    with pytest.raises(NotFound):
        two_plans_for(county.chief, asked(county, agency_id=county.west.pk))


@pytest.fixture
def by_road(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Roads:
    """One street eastward from the middle with a crossing each 0.01°, a minute apart."""
    lon, step = LON + 0.01 * np.arange(9), np.arange(8)
    tail, head = np.append(step, step + 1), np.append(step + 1, step)
    Network.from_arrays(tail, head, np.full(16, 60.0), lon, np.full(9, LAT)).save(tmp_path / "r")
    monkeypatch.setattr(roads, "folder", tmp_path / "r")
    return roads


def test_candidates_stand_at_crossings_and_times_are_by_road(
    county: County, near: DutyPost, by_road: Roads
) -> None:
    ends = by_road.crossings([(LON + 0.012, LAT), (LON + 0.017, LAT + 0.001), (LON - 1, LAT)])
    assert ends == pytest.approx(np.array([(LON + 0.01, LAT), (LON + 0.02, LAT), (LON - 1, LAT)]))
    found = two_plans_for(county.chief, asked(county, 2, crossings=5))
    assert found["by_road"]
    assert by_road.street_names([(LON + 0.01, LAT)]) == [None]
    comes = next(row for row in found["windows"][0]["changes"] if row["what"] == "comes")
    assert found["places"][comes["place"]]["lon"] == pytest.approx(LON + 0.05)


@given(st.integers(0, 2**32 - 1))
def test_what_a_change_says_is_what_a_new_count_finds(seed: int) -> None:
    r = np.random.default_rng(seed)
    seconds, calls = r.uniform(0, 400, (9, 6)), r.integers(1, 10, 9)
    weight, apart = calls / calls.sum(), r.uniform(0, 4000, (6, 6))
    apart = (apart + apart.T) / 2
    before, after = (tuple(sorted(r.choice(6, 3, replace=False).tolist())) for _ in range(2))
    for row in two_plans.changes(seconds, weight, before, after, apart):
        plan = before if row.what == "goes" else after
        rest = [site for site in plan if site != row.site]
        lost = two_plans.shares(seconds, weight, plan)[1]
        lost -= two_plans.shares(seconds, weight, rest)[1]
        assert row.alone == pytest.approx(lost)
        assert (row.what == "goes") == (row.site not in after)
        assert 0 <= row.still <= row.alone + 1e-12
        assert row.partner is None or apart[row.site, row.partner] <= two_plans.MOVED_M


def test_hours_run_over_midnight_and_shifts_with_them() -> None:
    assert two_plans.hours_of(22, 2) == [22, 23, 0, 1]
    assert two_plans.hours_of(0, 24) == two_plans.hours_of(7, 7) == list(range(24))
    assert two_plans.runs_in(time(23), time(7), [3])
    assert not two_plans.runs_in(time(7), time(15), [22, 23, 0, 1])
    assert two_plans.runs_in(time(1, 30), time(5), [22, 23, 0, 1])
    assert two_plans.runs_in(time(8), time(8), [3])
