"""The same acts over the interface and from a phone, and the figures that follow from them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests.people import County
from watchroom.base.clock import now
from watchroom.domains.community import actions, phone
from watchroom.domains.community.actions import Call
from watchroom.domains.community.indicators import INDICATORS
from watchroom.domains.community.tests.samples import DATA, hazard, household, meeting
from watchroom.figures.periods import Period
from watchroom.kernel import operator, tokens
from watchroom.kernel.indicators import figure, records
from watchroom.kernel.phone import Said

pytestmark = pytest.mark.django_db


def test_the_figures_of_a_station(county: County) -> None:
    officer = county.act("community")
    doors = [household(county, f"{n} 号") for n in range(3)]
    for door in (doors[0], doors[0], doors[1]):
        actions.record_visit(officer, door.pk, Call(service="care", helped=1))
    actions.record_visit(officer, doors[2].pk, Call(result="not_met"))
    meeting(county, "held")
    hazard(county, ("grade", "send", "put_right", "verify"))
    hazard(county)
    day = Period(now() - timedelta(hours=1), now() + timedelta(hours=1))
    counts = {one.key: figure(county.chief, one, day).count for one in INDICATORS}
    assert counts == {
        "households": 2,
        "visits": 3,
        "services": 3,
        "needs": 0,
        "meetings": 1,
        "hazards_found": 2,
        "hazards_put_right": 1,
        "hazards_verified": 1,
        "found_to_put_right": 1,
        "put_right_in_time": 1,
    }
    for one in INDICATORS:
        seen, hidden = records(county.chief, one, day)
        assert hidden == 0, one.key
        assert len(seen) >= counts[one.key] or one.key == "needs", one.key


def test_a_visit_from_the_phone_is_one_act_at_its_own_time(county: County) -> None:
    door, officer = household(county), county.act("community")
    planned = household(county, "2 号")
    actions.plan_visit(officer, planned.pk)
    cards = phone.cards(officer)
    assert [card.place for card in cards] == ["幸福路2 号", "幸福路1 号"]
    assert phone.cards(county.officer) == []
    at, act_id = now() - timedelta(days=2), uuid4()
    said = Said({"household": str(door.pk), "result": "made"}, "", at, act_id)
    form = next(form for form in phone.NEW if form.name == "visit")
    done = form.record(officer, said)
    assert form.record(officer, said).matter == done.matter
    door.refresh_from_db()
    assert door.last_visit_at == at


def test_a_hazard_from_the_phone_has_its_place(county: County) -> None:
    form = next(form for form in phone.NEW if form.name == "hazard")
    said = Said({"title": "井盖缺失", "kind": "road"}, "", None, uuid4(), 112.95, 28.15)
    matter = form.record(county.act("community"), said).matter
    assert matter is not None
    assert (matter.lon, matter.lat, matter.beat_id) == (112.95, 28.15, county.beats["east"].pk)


def machine(county: County, *scopes: str) -> Client:
    """A machine of the east station's."""
    secret = operator.create_token("organ", county.east.code, scopes, 30)
    assert tokens.actor_of_secret(secret, "")
    return Client(headers={"authorization": f"Bearer {secret}"})


def test_an_organ_answers_by_its_own_token_and_may_do_no_more(county: County) -> None:
    matter = hazard(county, ("grade", "send"))
    organ = machine(county, "community.view", "community.feedback")
    assert [row["number"] for row in organ.get("/api/v1/community/hazards").json()] == [
        matter.number
    ]
    address = f"/api/v1/community/matters/{matter.pk}"
    for step in ("answer", "put_right"):
        told = organ.post(f"{address}/{step}", {"data": DATA[step]}, "application/json")
        assert told.status_code == 200, told.text
    refused = organ.post(f"{address}/verify", {}, "application/json")
    assert refused.status_code == 403


def test_doors_are_read_in_pages_and_visited_over_the_interface(county: County) -> None:
    door = household(county)
    there = machine(county, "community.view", "community.respond")
    page = there.get("/api/v1/community/beats/BE/households").json()
    assert [row["id"] for row in page["households"]] == [door.pk]
    assert page["after"] == ""
    told = there.post(
        f"/api/v1/community/households/{door.pk}/visits", {"result": "made"}, "application/json"
    )
    assert told.status_code == 200, told.text
    assert told.json()["state"] == "made"
    assert there.get("/api/v1/community/beats/BW/households").status_code == 404
