"""A machine keeps posts and drafts plans; people approve; a phone checks in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.people import MIDDLE, County
from watchroom.base.clock import local_date, now
from watchroom.domains.coverage import actions
from watchroom.domains.coverage.models import DutyPost
from watchroom.domains.coverage.tests.samples import HOUR, post_at, shift_of
from watchroom.kernel import tokens
from watchroom.kernel.access import system

BASE = "/api/v1/coverage"


@dataclass
class Caller:
    """Speaks JSON to the interface of posts."""

    client: Client

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"{BASE}{path}", query)

    def send(self, path: str, body: Any = None, method: str = "post") -> Any:
        call = getattr(self.client, method)
        return call(f"{BASE}{path}", body or {}, content_type="application/json")


Machine = Callable[..., Caller]


@pytest.fixture
def machine(county: County) -> Machine:
    def make(*scopes: str, agency: Any = None) -> Caller:
        expires, where = now() + timedelta(days=1), agency or county.bureau
        _, secret = tokens.create(system(), "machine", where, scopes, expires)
        return Caller(Client(headers={"Authorization": f"Bearer {secret}"}))

    return make


ALL = (
    "coverage.view", "coverage.duty", "coverage.respond", "coverage.approve", "coverage.inspect",
)  # fmt: skip


def plan_in(county: County, post: DutyPost, shift: int) -> dict[str, Any]:
    today = local_date(now())
    return {
        "title": "接口方案",
        "kind": "daily",
        "starts_on": (today - timedelta(days=1)).isoformat(),
        "ends_on": (today + timedelta(days=2)).isoformat(),
        "lines": [
            {"post_id": post.pk, "shift_id": shift, "staff_ids": [county.staff["officer"].pk]}
        ],
    }


def test_a_plan_from_a_machine_is_approved_by_people_and_manned(
    county: County, machine: Machine
) -> None:
    desk = machine(*ALL)
    lon, lat = MIDDLE
    made = desk.send("/posts", {"name": "北门", "kind": "gate", "lon": lon, "lat": lat})
    assert made.status_code == 200, made.content
    assert "secret" not in made.json()
    post = DutyPost.objects.get(pk=made.json()["id"])
    shift = shift_of(county, "S1", -HOUR)
    drafted = desk.send("/plans", plan_in(county, post, shift.pk)).json()
    number = drafted["id"]
    lines = {"lines": [{"post_id": post.pk, "shift_id": shift.pk, "strength": 2}]}
    content = desk.send(f"/plans/{number}/lines", lines, "put").json()
    assert [(x["post_code"], x["strength"]) for x in content["lines"]] == [(post.code, 2)]
    assert desk.send(f"/plans/{number}/submit").json()["state"] == "submitted"
    alone = desk.send(f"/plans/{number}/approve")
    assert (alone.status_code, alone.json()["error"]["code"]) == (422, "refused")
    actions.approve(county.leader, number)
    assert desk.send(f"/plans/{number}/put_in_force").json()["state"] == "in_force"
    (posting,) = [p for p in desk.get("/postings").json() if p["state"] == "planned"][:1]
    who = {"data": {"staff_id": county.staff["officer"].pk}}
    there = desk.send(f"/postings/{posting['id']}/check_in", who)
    assert there.json()["state"] == "short"
    (feature,) = desk.get("/posts.geojson").json()["features"]
    assert feature["properties"]["standing"] == "short"
    assert feature["properties"]["present"] == 1


def test_a_machine_inspects(county: County, machine: Machine) -> None:
    desk, post = machine(*ALL), post_at(county)
    wrong = desk.send("/inspections", {"post_id": post.pk, "finding": "absent"})
    assert wrong.status_code == 422
    unknown = desk.send("/inspections", {"post_id": post.pk, "finding": "x", "words": "y"})
    assert unknown.status_code == 422
    body = {"post_id": post.pk, "finding": "absent", "words": "无人", "seen": 0}
    made = desk.send("/inspections", body).json()
    assert made["state"] == "found"
    (listed,) = desk.get("/inspections", open="true").json()
    assert (listed["id"], listed["finding"]) == (made["id"], "absent")


def test_another_countys_machine_finds_nothing(county: County, machine: Machine) -> None:
    post, shift = post_at(county), shift_of(county, "S1", HOUR)
    plan = actions.draft(county.chief, "方案", "daily", local_date(now()), local_date(now()))
    other = machine(*ALL, agency=county.elsewhere)
    for path in ("/posts", "/board", "/shifts", "/plans", "/postings", "/inspections"):
        assert other.get(path).json() == [], path
    assert other.get("/posts.geojson").json()["features"] == []
    assert other.get(f"/plans/{plan.pk}").status_code == 404
    body = {"name": "x", "kind": "duty", "lon": 1, "lat": 1}
    assert other.send(f"/posts/{post.pk}", body).status_code == 404
    assert other.send("/inspections", {"post_id": post.pk}).status_code == 404
    assert other.send("/plans", plan_in(county, post, shift.pk)).status_code == 404


def test_a_machine_that_may_only_look_changes_nothing(county: County, machine: Machine) -> None:
    post = post_at(county)
    looker = machine("coverage.view")
    assert len(looker.get("/posts").json()) == 1
    body = {"name": "x", "kind": "duty", "lon": 1, "lat": 1}
    assert looker.send("/posts", body).status_code == 403
    assert looker.send(f"/posts/{post.pk}/close").status_code == 403
