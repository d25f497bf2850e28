"""Planning runs as people use them: asked, computed by the worker, stopped, replayed, drafted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.people import MIDDLE, County
from watchroom.base.clock import local, local_date, now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.domains.coverage import actions, queries
from watchroom.domains.coverage.actions import Head, Line
from watchroom.domains.coverage.models import DutyPost, PlanningRun, Posting
from watchroom.domains.coverage.queries import Watch
from watchroom.domains.coverage.rules.questions import (
    Condition,
    Play,
    Posts,
    Rostering,
    Window,
    Zoning,
)
from watchroom.domains.coverage.tests.samples import HOUR, in_force, post_at, shift_of
from watchroom.domains.coverage.tests.test_covering_the_city_now import expect
from watchroom.kernel.access import NotFound
from watchroom.kernel.answered import Answers
from watchroom.kernel.models import Matter
from watchroom.kernel.sessions import BACKEND

LON, LAT = MIDDLE
FIRST = "2099-01-05"
LAST = "2099-01-11"


def browser_of(county: County, who: str, lang: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(county.staff[who], backend=BACKEND)
    client.cookies["django_language"] = lang
    return client


@pytest.fixture
def near(county: County) -> DutyPost:
    """The only post in force; six of ten calls come from where it stands, four from far off."""
    post = post_at(county, "近岗<i>x", 5)
    in_force(county, Line(post.pk, shift_of(county, "S1", -HOUR, hours=23).pk, strength=3))
    expect((LON + 0.01, LAT, 60), (LON + 0.05, LAT, 40))
    return post


def posts(county: County, count: int = 2, **more: Any) -> Posts:
    return Posts(
        "test.call", county.east.pk, windows=(Window(0, 24, count),),
        with_stations=False, crossings=0, **more,
    )  # fmt: skip


def computed(run: PlanningRun) -> PlanningRun:
    actions.compute_runs()
    run.refresh_from_db()
    return run


@pytest.fixture
def found(county: County, near: DutyPost) -> PlanningRun:
    """A second post was found where nobody is."""
    post_at(county, "远岗", 25)
    return computed(actions.ask_run(county.chief, "posts", posts(county)))


def head(title: str, kind: str = "event") -> Head:
    day = datetime.fromisoformat(FIRST).date()
    return Head(title, kind, day, day + timedelta(days=6))


# -- a run and its life ----------------------------------------------------------------------


def test_a_run_waits_is_computed_once_and_keeps_its_question(
    county: County, near: DutyPost
) -> None:
    question = posts(county, conditions=(Condition("stand", "桥头", ((LON, LAT),)),))
    run = actions.ask_run(county.chief, "posts", question)
    assert (run.state, run.answer) == ("waiting", None)
    run = computed(run)
    assert (run.state, run.answer["proven"]) == ("done", True)
    assert Posts.from_json(run.asked) == question
    actions.compute_runs()
    assert PlanningRun.objects.get().ended_at == run.ended_at


def test_a_run_that_cannot_be_says_why(county: County, near: DutyPost) -> None:
    run = computed(actions.ask_run(county.chief, "posts", posts(county, 99)))
    assert (run.state, run.answer) == ("refused", None)
    assert run.said["zh"]


def test_a_waiting_run_is_stopped_and_a_stopped_one_keeps_the_best(
    county: County, near: DutyPost
) -> None:
    run = actions.ask_run(county.chief, "posts", posts(county))
    assert actions.stop_run(county.chief, run.pk).state == "refused"
    actions.compute_runs()
    post_at(county, "远岗", 25)

    class Impatient(Watch):
        def stop(self) -> bool:
            return True

    best = queries.two_plans_for(county.chief, posts(county), Impatient(20))
    assert best["worth_a"] <= best["worth_b"] + 1e-9
    assert best["worth_b"] <= best["bound"] + 1e-9


def test_a_run_whose_process_died_is_said_to_be_interrupted(county: County, near: DutyPost) -> None:
    lost = actions.ask_run(county.chief, "posts", posts(county))
    PlanningRun.objects.update(state="running", begun_at=now())
    lost.refresh_from_db()
    assert queries.is_lost(lost)
    computed(actions.ask_run(county.chief, "posts", posts(county)))
    lost.refresh_from_db()
    assert (lost.state, "中断" in lost.said["zh"]) == ("refused", True)


def test_nobody_fills_the_queue(county: County, near: DutyPost) -> None:
    for _ in range(4):
        actions.ask_run(county.chief, "posts", posts(county))
    with pytest.raises(Conflict):
        actions.ask_run(county.chief, "posts", posts(county))


@pytest.mark.parametrize("who", ["stranger", "colleague_elsewhere", "dispatcher", "officer"])
def test_others_neither_ask_nor_see_nor_stop(county: County, found: PlanningRun, who: str) -> None:
    actor, client = county.act(who), browser_of(county, who)
    with pytest.raises(Refusal):
        actions.ask_run(actor, "posts", posts(county))
    for act in (actions.stop_run, queries.find_run):
        with pytest.raises(NotFound):
            act(actor, found.pk)
    with pytest.raises(NotFound):
        actions.draft_from_posts(actor, found.pk, head("乙"), [[1]])
    for address in ("", "now/", "print/"):
        answer = client.get(f"/coverage/planner/runs/{found.pk}/{address}")
        assert (answer.status_code in (403, 404), "近岗" in answer.text) == (True, False)


# -- on the screen ---------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_planner_asks_shows_plays_prints_and_drafts(
    county: County, near: DutyPost, lang: str
) -> None:
    client = browser_of(county, "chief", lang)
    sent = {
        "agency": county.east.pk, "kind": "test.call", "from": "0", "to": "24", "count": "2",
        "posts": "on", "crossings": "50", "gain0": "1", "limit_quick": "3",
        "cond_kind": ["", "keep_out", "reach"], "cond_name": ["", "公园", "学校"],
        "cond_place": ["", "112.7,28.2 112.8,28.2 112.8,28.3", near.code],
        "cond_minutes": ["", "", "2.5"], "cond_window": ["0", "0", "1"],
    }  # fmt: skip
    asked = client.post("/coverage/planner/", sent)
    assert asked.status_code == 302, asked.text
    where = asked["Location"]
    waiting = client.get(where).text
    assert 'hx-trigger="every 1s"' in waiting
    run = computed(PlanningRun.objects.get())
    school = Posts.from_json(run.asked).conditions[1]
    assert (school.points, school.seconds) == (((near.lon, near.lat),), 150)
    assert "HX-Refresh" in client.get(f"{where}now/").headers
    for address in (where, f"{where}print/", "/coverage/planner/"):
        page = client.get(address)
        assert page.status_code == 200
        assert "None" not in page.text
        assert "<i>x" not in page.text
    client.post(f"{where}play/", {"demand": "drawn", "service": "20", "seconds": "10"})
    actions.compute_runs()
    assert "B − A" in (told := client.get(where).text) or "乙减甲" in told
    shift = near.lines.get().shift_id
    draft = {"title": "方案乙", "plan_kind": "night", "starts_on": FIRST, "ends_on": LAST,
             "post_kind": "quick"}  # fmt: skip
    assert client.post(f"{where}draft/", draft).status_code == 422
    made = client.post(f"{where}draft/", draft | {"shift0": shift})
    plan = Matter.objects.get(title="方案乙")
    assert made["Location"] == f"/coverage/plans/{plan.number}/"
    lines = plan.coverage_plan.lines
    assert sorted(lines.values_list("post__kind", "strength")) == [("duty", 3), ("quick", 1)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": "0"},
        {"count": "x"},
        {"from": "25"},
        {"gain0": "nan"},
        {"days": "9999"},
        {"seconds": "99999"},
        {"count2": "1", "from2": "3", "to2": "5"},
        {"cond_kind": "keep_out", "cond_place": "112.9,28.2"},
        {"cond_kind": "stand", "cond_place": "查无此地"},
        {"cond_kind": "reach", "cond_place": "112.9,28.2", "cond_minutes": "很快"},
    ],
)
def test_a_wrong_condition_is_a_sentence(
    county: County, near: DutyPost, wrong: dict[str, str]
) -> None:
    client = browser_of(county, "chief")
    sent = {"agency": county.east.pk, "kind": "test.call", "count": "1", "cond_name": "某处",
            "cond_minutes": "", "cond_window": "0"} | wrong  # fmt: skip
    answer = client.post("/coverage/planner/", sent)
    assert (answer.status_code, "note-late" in answer.text) == (422, True)
    assert not PlanningRun.objects.exists()


# -- real calls replayed ---------------------------------------------------------------------


@pytest.fixture
def week(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Seven days with a call an hour where nobody is; each was reached after ten minutes."""
    import numpy as np

    monday = local(now()).date() - timedelta(days=10)

    def recorded(_kind: str, since: datetime, until: datetime) -> Answers:
        at = np.arange(since.timestamp() + 60, until.timestamp(), 3600.0)
        where = np.tile([LON + 0.05, LAT], (len(at), 1))
        who = (np.arange(len(at)) % 3).astype(np.int64)
        return Answers(at, where, at + 30, at + 600, at + 1200, who)

    monkeypatch.setattr("watchroom.kernel.answered.recorded", recorded)
    return monday.isoformat()


def test_last_week_is_replayed_after_the_record_was_reproduced(
    county: County, found: PlanningRun, week: str
) -> None:
    until = (datetime.fromisoformat(week) + timedelta(days=6)).date().isoformat()
    question = Play("test.call", county.east.pk, since=week, until=until)
    run = computed(actions.ask_run(county.chief, "play", question, basis=found))
    assert run.state == "done", run.said
    told = run.answer
    again = told["again"]
    assert (told["calls"], again["played"], again["exact"]) == (168, 168, 168)
    assert again["recorded"] == again["reproduced"] == pytest.approx(600)
    assert told["same"]["identical"]
    response = told["rows"][0]
    assert response["b"][0] < response["a"][0]
    assert response["said"]["zh"] == "方案乙更好"
    page = browser_of(county, "chief").get(f"/coverage/planner/runs/{found.pk}/").text
    assert "一秒不差" in page
    with pytest.raises(Refusal, match="92"):
        actions.ask_run(
            county.chief, "play", Play("test.call", county.east.pk, since=week, until="2099-01-01"),
            basis=found,
        )  # fmt: skip


def test_the_same_plan_twice_makes_no_difference(county: County, near: DutyPost) -> None:
    run = computed(actions.ask_run(county.chief, "posts", posts(county, 1)))
    question = Play("test.call", county.east.pk, seconds=10, service_min=20)
    played = computed(actions.ask_run(county.chief, "play", question, basis=run)).answer
    assert {row["difference"][0] for row in played["rows"]} == {0}
    assert "看不出" in played["rows"][0]["said"]["zh"]


# -- patrol zones ----------------------------------------------------------------------------


def test_zones_of_cells_become_patrol_zones_of_a_draft(county: County) -> None:
    expect(*((LON + 0.005 * x, LAT + 0.005 * y, 10) for x in range(4) for y in range(2)))
    question = Zoning("test.call", county.east.pk, seconds=5, zones=2, of="cells", tolerance=0.2)
    run = computed(actions.ask_run(county.chief, "zones", question))
    assert run.state == "done", run.said
    told = run.answer
    assert (len(told["zones"]), told["balanced"]) == (2, True)
    assert told["bound"] <= told["travel"] + 1e-6
    assert sum(zone["calls"] for zone in told["zones"]) == pytest.approx(80)
    client = browser_of(county, "chief")
    where = f"/coverage/planner/runs/{run.pk}/"
    for address in (where, f"{where}print/", "/coverage/planner/zones/"):
        page = client.get(address)
        assert (page.status_code, "None" in page.text) == (200, False)
    shift = shift_of(county, "N1", HOUR)
    draft = {"title": "夜巡", "plan_kind": "night", "starts_on": FIRST, "ends_on": LAST,
             "strength": "2", "shift": shift.pk}  # fmt: skip
    assert client.post(f"{where}draft/", draft).status_code == 302
    lines = Matter.objects.get(title="夜巡").coverage_plan.lines
    assert set(lines.values_list("post__kind", "strength")) == {("zone", 2)}
    assert all(line.post.outline["type"] == "Polygon" for line in lines.select_related("post"))


def test_more_zones_than_beats_are_refused(county: County) -> None:
    expect((LON, LAT, 10))
    run = actions.ask_run(county.chief, "zones", Zoning("test.call", county.east.pk, zones=50))
    assert computed(run).state == "refused"


# -- rosters ---------------------------------------------------------------------------------


def test_a_roster_becomes_postings_with_who_stands_when(county: County) -> None:
    expect((LON, LAT, 12))
    post = post_at(county)
    shift = actions.add_shift(county.leader, "D", "白班", time(8), time(16))
    team = tuple(county.staff[name].pk for name in ("officer", "colleague", "chief"))
    question = Rostering(
        "test.call", county.east.pk, seconds=5, shift_ids=(shift.pk,), staff_ids=team,
        post_id=post.pk, crew=1, may_wait=0.5, days_off=2,
    )  # fmt: skip
    run = computed(actions.ask_run(county.chief, "roster", question))
    assert run.state == "done", run.said
    told = run.answer
    assert told["missing"] >= told["bound"]
    assert all(sum(turn < 0 for turn in week) >= 2 for week in told["turns"])
    client = browser_of(county, "chief")
    where = f"/coverage/planner/runs/{run.pk}/"
    for address in (where, f"{where}print/", "/coverage/planner/rosters/"):
        page = client.get(address)
        assert (page.status_code, "None" in page.text) == (200, False)
    first = local_date(now())
    draft = {"title": "一周排班", "plan_kind": "daily", "starts_on": first.isoformat(),
             "ends_on": (first + timedelta(days=6)).isoformat()}  # fmt: skip
    assert client.post(f"{where}draft/", draft).status_code == 302
    plan = Matter.objects.get(title="一周排班")
    line = plan.coverage_plan.lines.get()
    for day in line.days:
        on = {
            person["id"]
            for person, week in zip(told["people"], told["turns"], strict=True)
            if week[day - 1] == 0
        }
        assert {person.pk for person in line.people_on(day)} == on
    assert "白班" in client.get(f"/coverage/plans/{plan.number}/order/").text
    assert plan.number in client.get("/coverage/planner/rosters/").text
    again = computed(actions.ask_run(county.chief, "roster", replace(question, source=plan.number)))
    needed = sum(line.strength_on(day) for day in line.days) * 8
    assert sum(map(sum, again.answer["needed"])) == needed
    assert client.get(f"/coverage/plans/{plan.number}/order.pdf").content.startswith(b"%PDF")
    actions.submit(county.chief, plan.pk)
    actions.approve(county.leader, plan.pk)
    actions.put_in_force(county.leader, plan.pk)
    for posting in Posting.objects.filter(line=line):
        day = posting.day.isoweekday()
        assert posting.strength == line.strength_on(day)
        on = {person.pk for person in line.people_on(day)}
        assert set(posting.presences.values_list("staff_id", flat=True)) == on


def test_people_of_others_are_not_rostered(county: County) -> None:
    expect((LON, LAT, 12))
    shift = shift_of(county, "S1", HOUR)
    question = Rostering(
        "test.call", county.east.pk, shift_ids=(shift.pk,),
        staff_ids=(county.staff["colleague_elsewhere"].pk,),
    )  # fmt: skip
    assert computed(actions.ask_run(county.chief, "roster", question)).state == "refused"
