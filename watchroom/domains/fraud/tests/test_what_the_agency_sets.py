"""Sources, types and rules are the agency's; what is known of people ends in time."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.people import County
from watchroom.base.clock import held_at, now
from watchroom.domains.fraud import actions, queries
from watchroom.domains.fraud.models import Contact, Reject, Warning
from watchroom.domains.fraud.tests.samples import feed, live, warned, warning
from watchroom.kernel import tokens
from watchroom.kernel.access import system
from watchroom.kernel.models import Entry

pytestmark = pytest.mark.django_db
BASE = "/api/v1/fraud"


@pytest.fixture
def machine(county: County) -> Client:
    scopes = ["fraud.view", "fraud.receive", "fraud.configure"]
    until = now() + timedelta(days=1)
    _, secret = tokens.create(system(), "centre", county.city, scopes, until)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def put(machine: Client, path: str, sent: Any, method: str = "post") -> Any:
    send = getattr(machine, method)
    return send(f"{BASE}{path}", sent, content_type="application/json")


def test_a_source_is_registered_and_its_refused_rows_are_read(
    county: County, machine: Client
) -> None:
    said = {"name": "某银行", "kind": "bank", "agency_id": county.bureau.pk}
    assert put(machine, "/feeds/bank-a", said, "put").json()["key"] == "bank-a"
    assert put(machine, "/feeds/bank-b", {**said, "kind": "x"}, "put").status_code == 422
    put(machine, "/feeds/bank-a/warnings", [warning(type="nonsense")])
    (row,) = machine.get(f"{BASE}/feeds/bank-a/rejects").json()
    assert "nonsense" in row["why_en"]
    assert [one["key"] for one in machine.get(f"{BASE}/feeds").json()] == ["bank-a"]


def test_a_new_year_has_new_types(county: County, machine: Client) -> None:
    before = machine.get(f"{BASE}/types").json()
    assert "rebate" in {one["code"] for one in before}
    new = {"version": "2027", "types": [{"code": "ai", "zh": "换脸冒充", "en": "Deepfake"}]}
    assert put(machine, "/type-lists", new).json()["types"] == 1
    assert [one["code"] for one in machine.get(f"{BASE}/types").json()] == ["ai"]
    assert put(machine, "/type-lists", new).status_code == 409
    assert queries.type_of("ai").zh == "换脸冒充"


def test_rules_are_drafted_and_tested_over_the_interface(county: County, machine: Client) -> None:
    warned(county)
    rule = {
        "key": "a",
        "zh": "甲",
        "en": "A",
        "level": "high",
        "when": [["type_code", "=", "rebate"]],
    }
    assert put(machine, "/rule-sets", {"version": "v1", "rules": [rule]}).json()["state"] == "draft"
    told = machine.get(f"{BASE}/rule-sets/v1/back-test?days=1").json()
    assert (told["changed"], told["moved"], told["fired"]) == (1, {"1>3": 1}, {"a": 1})
    assert put(machine, "/rule-sets/v1/shadow", {}).json()["state"] == "shadow"
    bad = {"version": "v2", "rules": [{**rule, "when": [["sex", "=", "f"]]}]}
    assert put(machine, "/rule-sets", bad).status_code == 422


def test_names_and_numbers_end_in_time_and_open_cases_keep_them(county: County) -> None:
    over = live(county, ("sign", "reach", "feed_back", "revisit"))
    still = warned(county)
    feed(county)
    actions.receive(system(), "telecom-a", [warning(type="nonsense")])
    with held_at(now() + timedelta(days=400)):
        assert actions.erase_expired() == (1, 1)
    kept = {c.person: c.phone for c in Contact.objects.all()}
    assert kept[over.fraud_case.person] == "" and kept[still.fraud_case.person] != ""
    assert not Reject.objects.exists() and Warning.objects.count() == 2
    assert Entry.objects.filter(event="fraud.people.erased").count() == 1
