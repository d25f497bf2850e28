"""The visit on the officer's phone: whom it shows to whom, and what can be pressed."""

import pytest
from django.test import Client

from tests.desk.test_the_phone import phone_of, press
from tests.people import County
from watchroom.domains.fraud.queries import VISITOR
from watchroom.domains.fraud.tests.samples import live
from watchroom.kernel import acts
from watchroom.kernel.models import Entry, Matter

pytestmark = pytest.mark.django_db
NAME, DOOR = "样例张三", "东街12号"


@pytest.fixture
def visit(county: County) -> Matter:
    """A visit that was given to an officer."""
    matter = live(county, ("sign", "locate", "ask_visit"))
    acts.involve(matter, [county.staff["officer"].pk], VISITOR)
    return matter


def say_why(client: Client, matter: Matter) -> None:
    answer = client.post(f"/matters/{matter.pk}/purpose/?next=/phone/", {"code": "contact"})
    assert answer.status_code == 302


def test_who_was_sent_sees_the_visit_and_nobody_else(county: County, visit: Matter) -> None:
    assert visit.number in phone_of(county).get("/phone/").text
    for who in ("colleague", "stranger", "dispatcher"):
        page = phone_of(county, who).get("/phone/").text
        assert visit.number not in page, who


def test_name_and_address_are_read_for_a_purpose_and_that_is_an_entry(
    county: County, visit: Matter
) -> None:
    client = phone_of(county)
    masked = client.get("/phone/").text
    assert NAME not in masked and DOOR not in masked
    say_why(client, visit)
    for _ in range(2):
        clear = client.get("/phone/").text
    assert NAME in clear and DOOR in clear and 'href="tel:138' in clear
    (entry,) = Entry.objects.filter(matter=visit, event="fraud.case.personal_read")
    assert entry.data == {"fields": ["address", "name", "phone"], "purpose": "contact"}


def test_a_colleague_cannot_say_why_for_somebody_else_s_visit(
    county: County, visit: Matter
) -> None:
    for who in ("colleague", "stranger"):
        answer = phone_of(county, who).post(f"/matters/{visit.pk}/purpose/", {"code": "contact"})
        assert answer.status_code in (403, 404), who


def test_the_whole_visit_is_on_the_page_before_anything_is_pressed(
    county: County, visit: Matter
) -> None:
    """Without a network there is no other page: what comes later waits there, hidden."""
    page = phone_of(county).get("/phone/").text
    for step in ("arrive", "reach", "feed_back", "not_met", "escalate"):
        assert f'action="/phone/act/{visit.pk}/{step}/"' in page, step


def test_the_page_speaks_the_reader_s_language(county: County, visit: Matter) -> None:
    client = phone_of(county)
    assert "见到本人" in client.get("/phone/").text
    client.cookies["django_language"] = "en"
    page = client.get("/phone/").text
    card = page[page.index(f'id="card-{visit.pk}"') :].split("</article>")[0]
    assert "Visit: " in card and "I stand at the door" in card
    assert "见到本人" not in card and "怎么说" not in card


def test_the_card_goes_when_the_visit_is_over(county: County, visit: Matter) -> None:
    client = phone_of(county)
    said = {"how": "visit", "verified": "seen"}
    told = {"outcome": "dissuaded", "evidence": "C", "saved": "300"}
    for step, data in (("arrive", {}), ("reach", said), ("feed_back", told)):
        assert press(client, visit.pk, step, **data)["state"] == "done", step
    assert visit.number not in client.get("/phone/").text
