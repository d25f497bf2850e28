"""Requests between systems: a hall's terminal asks, the station's answers; hardships stay shut."""

from typing import Any

import pytest
from django.test import Client

from tests.people import County
from watchroom.domains.requests import actions
from watchroom.domains.requests.flow import ASK, KNOW, RESPOND, VIEW
from watchroom.domains.requests.tests.samples import article, worry
from watchroom.kernel import operator
from watchroom.kernel.models import Agency

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/requests"


def machine(agency: Agency, *scopes: str) -> Client:
    """A system of the agency's."""
    secret = operator.create_token("terminal", agency.code, scopes, 30)
    return Client(headers={"authorization": f"Bearer {secret}"})


def numbers(client: Client, path: str) -> list[str]:
    return [row["number"] for row in client.get(f"{ROOT}{path}").json()]


def sent(client: Client, path: str, **said: Any) -> Any:
    """What is answered to a post that is taken."""
    answer = client.post(f"{ROOT}{path}", said, "application/json")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_terminal_asks_and_the_station_answers(county: County) -> None:
    hall = machine(county.east, VIEW, ASK, RESPOND)
    asked = sent(hall, "/requests", sort="worry", title="路灯坏了", channel="window")
    assert numbers(hall, "/requests?sort=worry") == [asked["number"]]
    taken = sent(hall, f"/matters/{asked['id']}/take", data={"by": county.staff["chief"].pk})
    assert (taken["state"], taken["owner_id"]) == ("taken", county.staff["chief"].pk)
    answer = {"answer": "周五前修好"}
    assert sent(hall, f"/matters/{asked['id']}/answer", data=answer)["state"] == "answered"


def test_a_neighbours_system_sees_and_moves_nothing(county: County) -> None:
    matter, other = worry(county), machine(county.elsewhere, VIEW, ASK, RESPOND)
    assert numbers(other, "/requests") == []
    taken = other.post(f"{ROOT}/matters/{matter.pk}/take", {}, "application/json")
    assert taken.status_code == 404


def test_no_system_reads_a_hardship(county: County) -> None:
    chosen = [county.staff["leader"].pk]
    actions.ask(county.chief, "想调到离家近的岗位", sort="hardship", to=chosen)
    assert numbers(machine(county.bureau, VIEW, ASK, RESPOND), "/requests") == []


def test_what_is_known_is_found_by_its_words(county: County) -> None:
    draft, known = article(county), machine(county.east, VIEW, KNOW)
    assert numbers(known, "/articles?q=拘留") == []
    actions.perform(county.leader, draft.pk, "publish")
    assert numbers(known, "/articles?q=拘留") == [draft.number]
