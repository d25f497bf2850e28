"""Sources, types and rules are the agency's; what is known of people ends in time."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.people import County
from watchroom.base.clock import now
from watchroom.domains.fraud import queries
from watchroom.domains.fraud.tests.samples import warned, warning
from watchroom.kernel import tokens
from watchroom.kernel.access import system

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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fraud_warning SET level = 1",
        "DELETE FROM fraud_warning",
        "UPDATE kernel_matter SET priority = 4, version = version + 1 WHERE kind = 'fraud.case'",
    ],
)
def test_the_database_refuses_what_nobody_may_do(county: County, statement: str) -> None:
    warned(county, transferred=True)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_case_cannot_say_open_when_it_is_over(county: County) -> None:
    matter = warned(county)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE fraud_case SET open = false WHERE matter_id = %s", [matter.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
