"""Callers of the interface: machines with tokens, people with sessions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.people import County
from watchroom.base.clock import now
from watchroom.kernel import tokens
from watchroom.kernel.access import system

BASE = "/api/v1/dispatch"


@dataclass
class Caller:
    """Speaks JSON to the interface of dispatch."""

    client: Client

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"{BASE}{path}", query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"{BASE}{path}", body or {}, content_type="application/json", headers=headers
        )


@pytest.fixture
def machine(county: County) -> Callable[..., Caller]:
    """A machine of an agency (default: the county) with these scopes."""

    def make(*scopes: str, agency: Any = None, **headers: str) -> Caller:
        expires = now() + timedelta(days=1)
        where = agency or county.bureau
        _, secret = tokens.create(system(), "machine", where, scopes, expires)
        return Caller(Client(headers={"Authorization": f"Bearer {secret}", **headers}))

    return make


@pytest.fixture
def desk(machine: Callable[..., Caller]) -> Caller:
    """A machine that may do what a dispatcher does."""
    return machine(
        "dispatch.view", "dispatch.take_call", "dispatch.dispatch", "dispatch.respond",
        "dispatch.feedback", "dispatch.close", "dispatch.hand_over", "dispatch.duty",
        "dispatch.premise", "unit.view", "map.close",
    )  # fmt: skip


@pytest.fixture
def stranger(machine: Callable[..., Caller], county: County) -> Caller:
    """The same of another county."""
    return machine(
        "dispatch.view", "dispatch.take_call", "dispatch.dispatch", "dispatch.respond",
        "dispatch.feedback", "dispatch.close", "dispatch.duty", "dispatch.premise", "unit.view",
        agency=county.elsewhere,
    )  # fmt: skip


@pytest.fixture
def robbery(desk: Caller) -> dict[str, Any]:
    """An open incident in the east, classified, waiting for a unit."""
    answer = desk.post(
        "/calls", {"words": "有人抢了我的包", "lon": 112.92, "lat": 28.2, "class_code": "0101"}
    )
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found
