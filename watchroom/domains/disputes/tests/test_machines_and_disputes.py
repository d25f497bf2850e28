"""A grid worker's own system registers disputes, leads them on, and reads no more than it may."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.people import County
from watchroom.domains.disputes import actions, queries
from watchroom.domains.disputes.tests.samples import DATA, PLACE, types
from watchroom.kernel.models import Entry

pytestmark = pytest.mark.django_db
API = "/api/v1/disputes"
JSON = {"content_type": "application/json"}


@pytest.fixture
def officer(county: County) -> Client:
    """The beat's officer, by session."""
    types()
    found = Client()
    found.force_login(county.staff["community"])
    return found


def sent(county: County, **more: Any) -> str:
    given = {
        "type": "02",
        "source": "grid",
        "beat_id": county.beats["east"].pk,
        "place": PLACE,
        "factors": ["debt"],
        "parties": [
            {"role": "applicant", "name": "张三丰", "phone": "13800001234"},
            {"role": "respondent", "name": "李四光"},
        ],
        "act_id": "0190f000-0000-7000-8000-00000000000a",
    }
    return json.dumps(given | more)


def test_it_is_registered_once_led_on_and_read_masked(county: County, officer: Client) -> None:
    first, again = (officer.post(f"{API}/disputes", sent(county), **JSON).json() for _ in range(2))
    assert first == again
    assert (first["risk"], first["risk_rule"], first["type"]) == (2, "R11", "02")
    assert [row["number"] for row in officer.get(f"{API}/disputes").json()] == [first["number"]]
    address = f"{API}/disputes/{first['id']}"
    step = officer.post(
        f"{API}/matters/{first['id']}/assign",
        json.dumps({"data": DATA["assign"], "version": 1}),
        **JSON,
    )
    assert (step.status_code, step.json()["state"]) == (200, "assigned")
    late = {"data": DATA["hold_session"], "version": 1}
    stale = officer.post(f"{API}/matters/{first['id']}/hold_session", json.dumps(late), **JSON)
    assert stale.status_code == 409
    assert [p["name"] for p in officer.get(address).json()["parties"]] == ["张**", "李**"]
    clear = officer.get(address, headers={"X-Purpose": "contact"}).json()
    assert clear["parties"][0]["phone"] == "13800001234"
    assert clear["mediators"] == ["peoples_mediator"]
    read = Entry.objects.get(matter=first["id"], event="disputes.dispute.personal_read")
    assert read.data["purpose"] == "contact"


def test_parties_repeats_and_types_over_the_interface(county: County, officer: Client) -> None:
    one, two = (
        officer.post(f"{API}/disputes", sent(county, act_id=None, place=place), **JSON).json()
        for place in (PLACE, "别处")
    )
    third = json.dumps({"role": "third", "name": "钱七"})
    assert officer.post(f"{API}/disputes/{two['id']}/parties", third, **JSON).status_code == 200
    repeats = f"{API}/disputes/{two['id']}/repeats"
    assert officer.get(repeats).status_code == 422
    found = officer.get(repeats, headers={"X-Purpose": "handling"}).json()
    assert [row["id"] for row in found] == [one["id"]]
    said = officer.post(f"{repeats}/{one['id']}", **JSON)
    assert "repeat" in said.json()["factors"]
    assert len(officer.get(f"{API}/types").json()) == 20


def test_what_is_wrong_is_said_and_changes_nothing(county: County, officer: Client) -> None:
    for wrong in ({"factors": ["religion"]}, {"type": "99"}, {"source": "rumour"}):
        answer = officer.post(f"{API}/disputes", sent(county, **wrong), **JSON)
        assert answer.status_code == 422, wrong
    future = {"occurred_at": "2999-01-01T00:00:00Z"}
    assert officer.post(f"{API}/disputes", sent(county, **future), **JSON).status_code == 422
    assert queries.disputes(county.leader).count() == 0


def test_lists_come_in_as_csv_from_who_may(county: County, officer: Client) -> None:
    lines = "version,code,zh,en,calls,organ\nAPI,1,测试,Test,0201;0301,\nAPI,1,又,Again,,\n"
    body = {"data": lines.encode(), "content_type": "text/csv"}
    assert officer.post(f"{API}/type-lists", **body).status_code == 403
    admin = Client()
    admin.force_login(county.staff["admin"])
    done = admin.post(f"{API}/type-lists?source=city", **body).json()
    assert (done["accepted"], done["rejected"][0]["line"]) == (1, 3)
    assert queries.type_of_call("0301") is not None
    assert admin.post(f"{API}/type-lists/2026.1/in-force").json()["in_force"] is True
    assert admin.post(f"{API}/type-lists/none/in-force").status_code == 404
    assert actions.shipped_types()[0].startswith("version,")
