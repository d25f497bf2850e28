"""Measures over the interface: a machine asks and answers, and cannot approve."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.people import County, county
from watchroom.base.clock import now
from watchroom.domains.fraud.actions import following
from watchroom.domains.fraud.models.measures import BankOrder
from watchroom.kernel import tokens
from watchroom.kernel.access import system
from watchroom.kernel.models import Entry, Matter

from .measures import TYPED, asked, entered_bank, led

__all__ = ["county"]
pytestmark = pytest.mark.django_db
SCOPES = ["fraud.view", "fraud.ask_measure", "fraud.acknowledge", "fraud.authorise"]


@pytest.fixture
def machine(county: County) -> Client:
    entered_bank(county)
    return of(county)


def of(county: County, scopes: list[str] = SCOPES, agency: Any = None) -> Client:
    """A client that calls with a token of its own."""
    ends = now() + timedelta(days=1)
    at = agency or county.bureau
    made = tokens.create(system(county.city), "machine", at, scopes, ends)
    return Client(headers={"Authorization": f"Bearer {made[1]}"})


def send(machine: Client, address: str, body: dict[str, Any], method: str = "post") -> Any:
    call = getattr(machine, method)
    return call(f"/api/v1/fraud{address}", json.dumps(body), content_type="application/json")


def test_a_machine_asks_and_a_person_approves(machine: Client, county: County) -> None:
    answer = send(machine, "/measures", {"sort": "stop", "amount": 3_000_000, **TYPED})
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["state"], told["asked_fen"]) == ("requested", 3_000_000)
    assert TYPED["account"] not in answer.text
    refused = send(machine, f"/measures/{told['id']}/approve", {"data": TYPED})
    assert refused.status_code == 403
    led(county, Matter.objects.get(pk=told["id"]), ("approve", "execute"))
    (row,) = machine.get("/api/v1/fraud/measures").json()
    assert (row["state"], row["holds_fen"]) == ("in_force", 3_000_000)
    money = machine.get(f"/api/v1/fraud/matters/{told['id']}/money").json()
    assert money == {
        "intended": 0, "held": 0, "stopped": 3_000_000, "frozen": 0, "returned": 0, "lost": 0
    }  # fmt: skip


def test_a_bank_that_calls_us_is_heard_once(machine: Client, county: County, settings) -> None:  # type: ignore[no-untyped-def]
    settings.WATCHROOM_OUTWARD_NETWORKS = []
    matter = led(county, asked(county), ("approve",))
    following.measure_approved(Entry.objects.get(matter=matter, event="fraud.measure.approve"))
    order = BankOrder.objects.get()
    BankOrder.objects.update(state="sent")
    said = {"result": "done", "amount_fen": 2_999_999, "receipt": "R7"}
    for _ in range(2):
        answer = send(machine, f"/orders/{order.pk}/answer", said)
        assert (answer.status_code, answer.json()["state"]) == (200, "done")
    matter.refresh_from_db()
    assert matter.state == "in_force"
    assert Entry.objects.filter(matter=matter, event="fraud.measure.execute").count() == 1
    elsewhere = of(county, SCOPES, county.elsewhere)
    assert send(elsewhere, f"/orders/{order.pk}/answer", said).status_code == 404
    onlooker = of(county, ["fraud.view"])
    assert send(onlooker, f"/orders/{order.pk}/answer", said).status_code == 403


def test_the_secret_of_a_bank_is_told_once(county: County) -> None:
    machine = of(county, ["fraud.view", "fraud.configure"], county.city)
    bank = {"name": "农业银行", "url": "https://bank.example/police"}
    first = send(machine, "/banks/ABC", bank, "put").json()
    assert first["secret"].startswith("whsec_")
    assert send(machine, "/banks/ABC", bank, "put").json()["secret"] == ""
    assert first["secret"] not in machine.get("/api/v1/fraud/banks").content.decode()
    told = "".join(str(e.data) for e in Entry.objects.filter(event="fraud.bank.set"))
    assert first["secret"] not in told
    assert send(of(county), "/banks/ABC", bank, "put").status_code == 403


def test_money_under_a_measure_is_not_moved_by_hand(machine: Client, county: County) -> None:
    matter = led(county, asked(county), ("approve", "execute"))
    body = {"source": "stopped", "target": "lost", "fen": 1, "evidence": "statement"}
    teller = of(county, ["fraud.view", "fraud.respond"])
    answer = send(teller, f"/matters/{matter.pk}/money", body)
    assert answer.status_code == 422
    body = {"source": "", "target": "lost", "fen": 5, "evidence": "statement"}
    assert send(teller, f"/matters/{matter.pk}/money", body).json()["lost"] == 5
