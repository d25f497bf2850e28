"""Directives between systems: one issues, a station's answers, a neighbour's sees nothing."""

from typing import Any

import pytest
from django.test import Client

from tests.people import County
from watchroom.domains.directives.flow import ISSUE, RESPOND, VIEW
from watchroom.kernel import operator
from watchroom.kernel.models import Agency

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/directives"


def machine(agency: Agency, *scopes: str) -> Client:
    """A system of the agency's."""
    secret = operator.create_token("system", agency.code, scopes, 30)
    return Client(headers={"authorization": f"Bearer {secret}"})


def sent(client: Client, path: str, **said: Any) -> Any:
    """What is answered to a post that is taken."""
    answer = client.post(f"{ROOT}{path}", said, "application/json")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_order_goes_from_system_to_system_and_its_answer_back(county: County) -> None:
    above = machine(county.bureau, VIEW, ISSUE)
    station = machine(county.east, VIEW, RESPOND)
    told = {"title": "加油站安全检查", "words": "反馈数量", "urgency": 1, "to": [county.east.pk]}
    directive = sent(above, "/directives", **told)
    assert (directive["kind"], directive["urgency"]) == ("directives.directive", 1)
    assert [row["id"] for row in above.get(f"{ROOT}/directives").json()] == [directive["id"]]
    (order,) = station.get(f"{ROOT}/orders").json()
    assert (order["words"], order["state"]) == ("反馈数量", "issued")
    sent(station, f"/matters/{order['id']}/sign", version=order["version"])
    answer = {"result": "检查 12 座", "checked": 12, "found": 2}
    sent(station, f"/matters/{order['id']}/feed_back", data=answer)
    (part,) = above.get(f"{ROOT}/directives/{directive['id']}/orders").json()
    assert (part["order"]["state"], part["checked"], part["found"]) == ("fed_back", 12, 2)
    assert part["signed_at"] <= part["fed_back_at"]


def test_whoever_saw_an_older_version_is_told_so(county: County) -> None:
    above = machine(county.bureau, VIEW, ISSUE)
    station = machine(county.east, VIEW, RESPOND)
    sent(above, "/directives", title="夜查", words="x", to=[county.east.pk])
    (order,) = station.get(f"{ROOT}/orders").json()
    sent(station, f"/matters/{order['id']}/sign")
    late = {"version": order["version"]}
    answer = station.post(f"{ROOT}/matters/{order['id']}/set_out", late, "application/json")
    assert answer.status_code == 409


def test_a_neighbours_system_sees_nothing_of_it(county: County) -> None:
    above = machine(county.bureau, VIEW, ISSUE)
    neighbour = machine(county.elsewhere, VIEW, RESPOND)
    directive = sent(above, "/directives", title="夜查", words="x", to=[county.east.pk])
    assert neighbour.get(f"{ROOT}/directives").json() == []
    assert neighbour.get(f"{ROOT}/orders").json() == []
    assert neighbour.get(f"{ROOT}/directives/{directive['id']}/orders").status_code == 404
    taken = neighbour.post(f"{ROOT}/matters/{directive['id']}/close", {}, "application/json")
    assert taken.status_code == 404
