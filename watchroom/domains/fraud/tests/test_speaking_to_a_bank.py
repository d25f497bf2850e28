"""Orders over real HTTP: signed both ways, and safe to send twice."""

import base64
import secrets
from collections.abc import Iterator

import pytest

from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.domains.fraud.gateways import bank as gateway
from watchroom.domains.fraud.gateways.bank import Answer, NoAnswer

from .bank import Bank

ORDER = {"act": "stop", "account": "6222021122334455", "amount_fen": 3_000_000}


@pytest.fixture
def bank(settings) -> Iterator[Bank]:  # type: ignore[no-untyped-def]
    settings.WATCHROOM_OUTWARD_NETWORKS = ["127.0.0.0/8"]
    one = Bank("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())
    one.start()
    yield one
    one.stop()


def test_the_same_order_twice_is_done_once(bank: Bank) -> None:
    order = uuid7()
    first = gateway.send(bank.url, bank.secret, order, ORDER)
    assert first == Answer("done", 3_000_000, "R000001")
    assert gateway.send(bank.url, bank.secret, order, ORDER) == first
    assert gateway.ask(bank.url, bank.secret, order) == first
    assert len(bank.heard) == 2
    assert len(bank.done) == 1
    assert bank.forged == 0


def test_a_bank_that_hangs_up_may_have_done_it_and_is_asked_again(bank: Bank) -> None:
    order = uuid7()
    bank.moods = ["hang up"]
    with pytest.raises(NoAnswer):
        gateway.send(bank.url, bank.secret, order, ORDER)
    assert gateway.send(bank.url, bank.secret, order, ORDER).receipt == "R000001"


@pytest.mark.parametrize("mood", ["unsigned", "stale", "another", 500, 404, 401])
def test_an_answer_that_cannot_be_believed_is_none(bank: Bank, mood: str | int) -> None:
    bank.moods = [mood]
    with pytest.raises(NoAnswer):
        gateway.send(bank.url, bank.secret, uuid7(), ORDER)


def test_an_order_signed_by_somebody_else_is_not_heard(bank: Bank) -> None:
    forged = "whsec_" + base64.b64encode(b"x" * 32).decode()
    with pytest.raises(NoAnswer, match="401"):
        gateway.send(bank.url, forged, uuid7(), ORDER)
    assert (bank.forged, bank.heard) == (1, [])


def test_a_bank_is_only_spoken_to_where_the_operator_allowed_it(bank: Bank, settings) -> None:  # type: ignore[no-untyped-def]
    settings.WATCHROOM_OUTWARD_NETWORKS = []
    with pytest.raises(Refusal):
        gateway.send(bank.url, bank.secret, uuid7(), ORDER)
    assert bank.heard == []
