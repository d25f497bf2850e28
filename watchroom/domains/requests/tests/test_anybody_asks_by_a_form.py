"""Somebody without an account asks by a form, reads the answer by number, has the last word."""

import re

import pytest
from django.test import Client

from tests.people import County
from watchroom.domains.requests import actions
from watchroom.domains.requests.tests.samples import DATA
from watchroom.kernel.models import Matter

pytestmark = pytest.mark.django_db
FORM = "/public/requests/worry/"
SAID = {
    "title": "巷口的井盖松了",
    "name": "刘女士",
    "act_id": "0190f000-0000-7000-8000-000000000001",
}


@pytest.fixture
def number(county: County) -> str:
    """The number of a worry from the east beat's QR code."""
    page = Client().post(f"{FORM}?beat={county.beats['east'].code}", SAID).text
    found = re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", page)
    assert found
    return found[0]


def look(number: str, **more: str) -> str:
    return Client().post("/public/follow/", {"number": number, **more}).text


def answered(county: County) -> Matter:
    matter = Matter.objects.get(receipt__isnull=False)
    actions.perform(county.chief, matter.pk, "take")
    return actions.perform(county.chief, matter.pk, "answer", data=DATA["answer"])


def test_it_comes_to_the_beat_and_the_answer_is_read_by_number(county: County, number: str) -> None:
    assert "路灯已报修" not in look(number)
    matter = answered(county)
    assert (matter.agency, matter.beat) == (county.east, county.beats["east"])
    assert "路灯已报修" in look(number)
    assert "刘女士" not in look(number)


def test_the_asker_confirms_and_it_is_over(county: County, number: str) -> None:
    answered(county)
    assert "已办结" in look(number, step="confirm")
    assert Matter.objects.get(receipt__isnull=False).state == "confirmed"


def test_the_asker_sends_it_back_and_says_why(county: County, number: str) -> None:
    matter = answered(county)
    look(number, step="send_back")
    matter.refresh_from_db()
    assert matter.state == "answered", "without a reason nothing happens"
    look(number, step="send_back", reason="还是松的")
    matter.refresh_from_db()
    assert matter.state == "taken"


def test_a_number_does_not_open_other_doors(county: County, number: str) -> None:
    for step in ("refuse", "take", "withdraw", "confirm"):
        Client().post("/public/follow/", {"number": number, "step": step, "reason": "x"})
    assert Matter.objects.get(receipt__isnull=False).state == "asked"


def test_a_refusal_tells_its_reason(county: County, number: str) -> None:
    matter = Matter.objects.get(receipt__isnull=False)
    actions.perform(county.chief, matter.pk, "refuse", reason="归城管局，已代为转告")
    assert "归城管局，已代为转告" in look(number)


def test_a_hardship_has_no_public_form() -> None:
    for sort in ("hardship", "law"):
        assert Client().get(f"/public/requests/{sort}/").status_code == 404
