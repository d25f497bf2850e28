"""The planner: posts as they are beside posts as they could be, with bounds and reasons."""

from datetime import time
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import MIDDLE, County
from watchroom.base.refusal import Conflict, Refusal
from watchroom.domains.coverage import actions, queries
from watchroom.domains.coverage.actions import Line
from watchroom.domains.coverage.models import DutyPost
from watchroom.domains.coverage.queries import Asked
from watchroom.domains.coverage.queries.planner import one_at_a_time
from watchroom.domains.coverage.rules import two_plans
from watchroom.domains.coverage.tests.samples import HOUR, in_force, post_at, shift_of
from watchroom.domains.coverage.tests.test_covering_the_city_now import expect
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Matter
from watchroom.kernel.roads import Roads, roads
from watchroom.kernel.sessions import BACKEND
from watchroom.road import Network

LON, LAT = MIDDLE


@pytest.fixture
def near(county: County) -> DutyPost:
    """The only post in force; six of ten calls come from where it stands, four from far off."""
    post = post_at(county, "近岗<i>x", 5)
    in_force(county, Line(post.pk, shift_of(county, "S1", -HOUR, hours=23).pk, strength=3))
    expect((LON + 0.01, LAT, 60), (LON + 0.05, LAT, 40))
    return post


def asked(county: County, count: int = 1, **more: object) -> Asked:
    values: dict[str, object] = {"kind": "test.call", "agency_id": county.east.pk, "count": count}
    return Asked(**(values | {"with_stations": False, "crossings": 0} | more))  # type: ignore[arg-type]


def test_a_second_post_goes_where_nobody_is_and_says_why(county: County, near: DutyPost) -> None:
    far = post_at(county, "远岗", 25)
    found = queries.two_plans_for(county.chief, asked(county, 2))
    assert [found.candidates[site].post_id for site in found.a.sites] == [near.pk]
    assert {found.candidates[site].post_id for site in found.b.sites} == {near.pk, far.pk}
    assert found.a.shares == pytest.approx([0.6, 0.6, 0.6])
    assert found.b.shares == pytest.approx([1.0, 1.0, 1.0])
    assert (found.b.worth, found.bound, found.proven) == (pytest.approx(100), 100, True)
    assert "已证明最优" in found.judged.zh
    comes = found.changes[0]
    assert (comes.what, comes.alone) == ("comes", pytest.approx(0.4))
    assert "40.0 %" in found.reasons[0].en


def test_a_better_crossing_takes_the_place_of_a_post(county: County, near: DutyPost) -> None:
    near = actions.change_post(county.chief, near.pk, lon=LON + 0.02)
    found = queries.two_plans_for(county.chief, asked(county, 1, crossings=5, with_posts=False))
    told = {row.what: row for row in found.changes}
    assert set(told) == {"comes", "goes"}
    assert told["goes"].partner == told["comes"].site
    assert told["goes"].still == pytest.approx(told["goes"].alone)
    assert "移至" in found.reasons[found.changes.index(told["goes"])].zh


def test_who_is_far_off_now_need_not_wait_longer(county: County) -> None:
    """Most calls come from the east; the only post is the only one near the west."""
    expect((LON + 0.05, LAT, 90), (LON + 0.01, LAT, 10))
    west, east = post_at(county, "西岗", -10), post_at(county, "东岗", 25)
    in_force(county, Line(west.pk, shift_of(county, "S1", -HOUR, hours=23).pk))
    most = queries.two_plans_for(county.chief, asked(county))
    assert [most.candidates[site].post_id for site in most.b.sites] == [east.pk]
    fair = queries.two_plans_for(county.chief, asked(county, no_later=True))
    assert [fair.candidates[site].post_id for site in fair.b.sites] == [west.pk]


def test_a_post_that_must_stay_stays(county: County, near: DutyPost) -> None:
    other = post_at(county, "都近岗", 15)
    kept = queries.two_plans_for(county.chief, asked(county, 1, fixed=(near.pk,)))
    assert [kept.candidates[site].post_id for site in kept.b.sites] == [near.pk]
    with pytest.raises(Refusal, match="现有点位"):
        queries.two_plans_for(
            county.chief, asked(county, 1, fixed=(other.pk,), fixed_kinds=("duty",))
        )
    with pytest.raises(Refusal, match="候选点"):
        queries.two_plans_for(county.chief, asked(county, 1, fixed=(0,)))
    with pytest.raises(Refusal):
        queries.two_plans_for(county.chief, asked(county, 99))


def test_nothing_is_found_where_nothing_was_counted(county: County) -> None:
    post_at(county)
    with pytest.raises(Refusal, match="统计"):
        queries.two_plans_for(county.chief, asked(county))
    expect((LON, LAT, 10))
    with pytest.raises(Refusal, match="放宽"):
        queries.two_plans_for(county.chief, asked(county, days=30))


def test_only_who_plans_duty_there_may_ask(county: County, near: DutyPost) -> None:
    for actor in (county.stranger, county.colleague_elsewhere, county.officer):
        with pytest.raises(NotFound):
            queries.two_plans_for(actor, asked(county))
    with pytest.raises(NotFound):
        queries.two_plans_for(county.chief, asked(county, agency_id=county.west.pk))


def test_two_at_once_are_told_to_wait(county: County, near: DutyPost) -> None:
    with one_at_a_time(), pytest.raises(Conflict):
        queries.two_plans_for(county.chief, asked(county))
    assert queries.two_plans_for(county.chief, asked(county)).proven


def test_both_plans_meet_the_same_calls(county: County, near: DutyPost) -> None:
    far = post_at(county, "远岗", 25)
    same = queries.played(county.chief, asked(county), f"p{near.pk}", 20)
    assert {row.difference.mean for row in same.rows} == {0}
    assert "看不出" in same.rows[0].said.zh
    both = queries.played(county.chief, asked(county), f"p{near.pk} p{far.pk}", 20)
    response = both.rows[0]
    assert response.difference.high < 0
    assert response.said.zh == "方案乙更好"
    assert both.busy_b < both.busy_a
    for keys in ("", "p0", "x,y", "999,0"):
        with pytest.raises(Refusal, match="过期"):
            queries.played(county.chief, asked(county), keys, 20)


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
    found = queries.two_plans_for(county.chief, asked(county, 2, crossings=5))
    assert found.by_road
    assert by_road.street_names([(LON + 0.01, LAT)]) == [None]
    comes = next(row for row in found.changes if row.what == "comes")
    assert found.candidates[comes.site].lon == pytest.approx(LON + 0.05)


def browser_of(county: County, who: str, lang: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(county.staff[who], backend=BACKEND)
    client.cookies["django_language"] = lang
    return client


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_screen_asks_answers_plays_and_drafts(
    county: County, near: DutyPost, lang: str
) -> None:
    client = browser_of(county, "chief", lang)
    sent = {"agency": county.east.pk, "kind": "test.call", "count": "2", "from": "0", "to": "24",
            "posts": "on", "crossings": "50", "gain0": "1"}  # fmt: skip
    for address in ("", "plans/"):
        answer = client.get(f"/coverage/planner/{address}", sent)
        assert answer.status_code == 200
        assert "None" not in answer.text
        assert "<i>x" not in answer.text
    keys = f"p{near.pk} {LON + 0.05:.6f},{LAT:.6f}"
    assert keys in answer.text
    played = client.post("/coverage/planner/played/", sent | {"places": keys, "service": "20"})
    assert (played.status_code, "None" in played.text) == (200, False)
    shift = near.lines.get().shift_id
    draft = {"agency": county.east.pk, "places": keys, "title": "方案乙", "plan_kind": "night",
             "starts_on": "2099-01-01", "ends_on": "2099-01-07", "post_kind": "quick"}  # fmt: skip
    assert client.post("/coverage/planner/draft/", draft).status_code == 422
    made = client.post("/coverage/planner/draft/", draft | {"shift": shift})
    plan = Matter.objects.get(title="方案乙")
    assert made["Location"] == f"/coverage/plans/{plan.number}/"
    assert plan.state == "drafted"
    lines = plan.coverage_plan.lines
    told = sorted(lines.values_list("post__kind", "strength"))
    assert told == [("duty", 3), ("quick", 1)]


@pytest.mark.parametrize(
    "wrong", [{"count": "0"}, {"count": "x"}, {"from": "25"}, {"gain0": "nan"}, {"days": "9999"}]
)
def test_a_wrong_condition_is_a_sentence(
    county: County, near: DutyPost, wrong: dict[str, str]
) -> None:
    client = browser_of(county, "chief")
    sent = {"agency": county.east.pk, "kind": "test.call", "count": "1"} | wrong
    for address in ("", "plans/"):
        assert client.get(f"/coverage/planner/{address}", sent).status_code == 422


@pytest.mark.parametrize("who", ["stranger", "colleague_elsewhere", "dispatcher"])
def test_others_neither_see_nor_draft(county: County, near: DutyPost, who: str) -> None:
    client = browser_of(county, who)
    sent = {"agency": county.east.pk, "kind": "test.call", "count": "1", "posts": "on"}
    for address in ("", "plans/"):
        answer = client.get(f"/coverage/planner/{address}", sent)
        assert "近岗" not in answer.text
    for address in ("played/", "draft/"):
        answer = client.post(f"/coverage/planner/{address}", sent | {"places": f"p{near.pk}"})
        assert answer.status_code in (403, 404, 422)
        assert "近岗" not in answer.text
    assert Matter.objects.filter(kind="coverage.plan").count() == 1


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
