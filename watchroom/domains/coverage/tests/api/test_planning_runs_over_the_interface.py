"""A machine asks the planner, reads what was found and drafts it; people approve."""

from datetime import timedelta
from typing import Any

from tests.people import County
from watchroom.base.clock import held_at, local_date, now
from watchroom.domains.coverage import actions
from watchroom.domains.coverage.models import DutyPost, PlanningRun
from watchroom.domains.coverage.tests.api.test_posts_over_the_interface import (
    Machine,
    machine,
)
from watchroom.domains.coverage.tests.samples import HOUR, shift_of
from watchroom.domains.coverage.tests.test_planning_and_replaying import near, posts
from watchroom.kernel import retention, tokens
from watchroom.kernel.access import system
from watchroom.kernel.models import ApiToken, Entry

__all__ = ["machine", "near"]
KEPT = timedelta(days=180)


def asked(county: County, **more: Any) -> dict[str, Any]:
    body = {"agency_id": county.east.pk, "kind": "test.call", "windows": [{"count": 1}]}
    return body | {"with_stations": False, "crossings": 0} | more


def test_a_machine_asks_reads_plays_and_drafts(
    county: County, near: DutyPost, machine: Machine
) -> None:
    desk = machine("coverage.duty", "coverage.view")
    made = desk.send("/runs/posts", asked(county)).json()
    assert (made["state"], made["asked_by"]) == ("waiting", "machine")
    actions.compute_runs()
    told = desk.get(f"/runs/{made['id']}").json()
    assert (told["state"], told["answer"]["proven"]) == ("done", True)
    assert told["asked"]["windows"] == [{"from_hour": 0, "to_hour": 24, "count": 1}]
    played = desk.send(f"/runs/{made['id']}/play", {"seconds": 5, "service_min": 20}).json()
    actions.compute_runs()
    assert desk.get(f"/runs/{played['id']}").json()["answer"]["rows"]
    assert [run["id"] for run in desk.get("/runs", what="play").json()] == [played["id"]]
    today, shift = local_date(now()).isoformat(), near.lines.get().shift_id
    head = {"title": "乙", "kind": "night", "starts_on": today, "ends_on": today}
    draft = desk.send(f"/runs/{made['id']}/draft", head | {"shifts": [[shift]]}).json()
    lines = desk.get(f"/plans/{draft['id']}").json()["lines"]
    assert [(line["post_id"], line["strength"]) for line in lines] == [(near.pk, 3)]


def test_zones_and_rosters_are_asked_stopped_and_refused_in_sentences(
    county: County, near: DutyPost, machine: Machine
) -> None:
    desk, head = machine("coverage.duty"), {"agency_id": county.east.pk, "kind": "test.call"}
    zones = desk.send("/runs/zones", head | {"zones": 1})
    assert (zones.status_code, zones.json()["error"]["code"]) == (422, "refused")
    waiting = desk.send("/runs/zones", head | {"zones": 3, "of": "cells"}).json()
    stopped = desk.send(f"/runs/{waiting['id']}/stop").json()
    assert (stopped["state"], bool(stopped["said"]["en"])) == ("refused", True)
    shift = shift_of(county, "R1", HOUR)
    team = {"shift_ids": [shift.pk], "staff_ids": [county.staff["officer"].pk]}
    assert desk.send("/runs/roster", head | team).json()["what"] == "roster"
    assert desk.send("/runs/posts", asked(county, surprise=1)).status_code == 422


def test_a_token_that_ended_meanwhile_finds_nothing(
    county: County, near: DutyPost, machine: Machine
) -> None:
    made = machine("coverage.duty").send("/runs/posts", asked(county)).json()
    tokens.revoke(system(), ApiToken.objects.get(name="machine").pk)
    actions.compute_runs()
    run = PlanningRun.objects.get(pk=made["id"])
    assert (run.state, run.answer) == ("refused", None)


def test_others_machines_neither_ask_nor_read(
    county: County, near: DutyPost, machine: Machine
) -> None:
    mine = actions.ask_run(county.chief, "posts", posts(county))
    other = machine("coverage.duty", agency=county.elsewhere)
    assert other.get("/runs").json() == []
    assert other.get(f"/runs/{mine.pk}").status_code == 404
    assert other.send(f"/runs/{mine.pk}/stop").status_code == 404
    assert other.send("/runs/posts", asked(county)).status_code in (403, 404)
    assert machine("coverage.view").send("/runs/posts", asked(county)).status_code == 403
    assert PlanningRun.objects.count() == 1


def test_runs_end_in_time_and_one_that_was_played_lately_stays(
    county: County, near: DutyPost
) -> None:
    old = actions.ask_run(county.chief, "posts", posts(county, 1))
    basis = actions.ask_run(county.chief, "posts", posts(county, 1))
    open_ = actions.ask_run(county.chief, "posts", posts(county, 1))
    begun = now()
    PlanningRun.objects.filter(pk__in=(old.pk, basis.pk)).update(state="refused", ended_at=begun)
    play = PlanningRun.objects.create(
        what="play", agency=county.east, asked_by=basis.asked_by, basis=basis, asked={},
        state="refused", asked_at=begun, ended_at=begun + timedelta(days=30),
    )  # fmt: skip
    with held_at(begun + KEPT + timedelta(days=1)):
        assert retention.erase_due()["coverage.keep.run"] == 1
        assert set(PlanningRun.objects.all()) == {basis, open_, play}
    with held_at(begun + KEPT + timedelta(days=31)):
        assert retention.erase_due()["coverage.keep.run"] == 2
        assert retention.erase_due()["coverage.keep.run"] == 0
    told = Entry.objects.filter(event=retention.EVENT).order_by("id")
    assert [entry.data["records"] for entry in told] == [1, 2]
    assert set(PlanningRun.objects.all()) == {open_}
