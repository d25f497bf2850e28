"""Measures over the interface: a machine asks and answers, and cannot approve."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.people import County, county
from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.domains.fraud.actions import banks, following
from watchroom.domains.fraud.models.measures import BankOrder
from watchroom.kernel import tokens
from watchroom.kernel.access import NotFound, system
from watchroom.kernel.models import Entry, Matter
from watchroom.kernel.sessions import BACKEND

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


def bank_s(county: County, code: str) -> Client:
    """A bank's own machine, with the key that the administrator gave it."""
    return Client(headers={"Authorization": f"Bearer {banks.give_token(county.admin, code)[1]}"})


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
    address = f"/orders/{order.pk}/answer"
    assert send(machine, address, said).status_code == 403  # not a bank
    banks.set_bank(county.admin, "ABC", name="农业银行")
    another, bank = bank_s(county, "ABC"), bank_s(county, "ICBC")
    assert send(another, address, said).status_code == 404
    for _ in range(2):
        answer = send(bank, address, said)
        assert (answer.status_code, answer.json()["state"]) == (200, "done")
    matter.refresh_from_db()
    assert matter.state == "in_force"
    assert Entry.objects.filter(matter=matter, event="fraud.measure.execute").count() == 1


def test_a_bank_s_key_answers_its_own_orders_and_does_nothing_else(
    machine: Client, county: County
) -> None:
    led(county, asked(county), ("approve",))
    old = bank_s(county, "ICBC")
    for address in ("/measures", "/returns", "/banks", "/cases", "/feeds"):
        answer = old.get(f"/api/v1/fraud{address}")
        assert answer.status_code == 403 or answer.json() == [], address
    assert send(old, "/measures", {"sort": "stop", **TYPED}).status_code == 403
    unbound = of(county, ["fraud.answer_orders"])
    order = "00000000-0000-7000-8000-000000000000"
    assert send(unbound, f"/orders/{order}/answer", {"result": "done"}).status_code == 404
    bank_s(county, "ICBC")  # a new key ends the old one
    assert old.get("/api/v1/fraud/measures").status_code == 401


def test_who_may_not_keep_banks_gives_no_keys(machine: Client, county: County) -> None:
    for who in (county.dispatcher, county.leader, county.stranger):
        with pytest.raises(Refusal):
            banks.give_token(who, "ICBC")
    with pytest.raises(NotFound):
        banks.give_token(county.admin, "NONE")


def test_the_key_is_shown_once_on_the_banks_page(machine: Client, county: County) -> None:
    page = Client()
    page.force_login(county.staff["admin"], backend=BACKEND)
    shown = page.post("/fraud/banks/ICBC/token/")
    assert shown.status_code == 200 and ">wr_" in shown.text
    assert ">wr_" not in page.get("/fraud/banks/").text
    desk = Client()
    desk.force_login(county.staff["dispatcher"], backend=BACKEND)
    assert desk.post("/fraud/banks/ICBC/token/").status_code == 403


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
