"""The desk shows the most pressing first, and nobody's number before a purpose is given."""

import pytest
from django.test import Client

from tests.people import County
from watchroom.domains.fraud import queries
from watchroom.domains.fraud.tests.samples import DATA, live, warned
from watchroom.kernel.models import Entry, Matter

pytestmark = pytest.mark.django_db
PHONE = "13911112222"


@pytest.fixture
def desk(county: County) -> Client:
    browser = Client()
    browser.force_login(county.staff["dispatcher"])
    return browser


def test_the_most_dangerous_stands_first(county: County) -> None:
    low = warned(county)
    extreme = warned(county, transferred=True, amount=80000)
    order = [row.matter.pk for row in queries.desk(county.dispatcher)]
    assert order.index(extreme.pk) < order.index(low.pk)


def test_a_call_is_made_from_the_desk_and_leads_back_to_it(county: County, desk: Client) -> None:
    matter = warned(county, phone=PHONE)
    there = f"/fraud/?case={matter.number}"
    before = desk.get(there).text
    assert PHONE not in before and "139****2222" in before
    desk.post(f"/m/{matter.number}/step/sign/", {"version": 1, "next": there})
    answer = desk.post(f"/m/{matter.number}/step/reach/", {**DATA["reach"], "next": there})
    assert answer.headers["Location"] == there
    sent = {"code": "contact", "words": "劝阻", "next": there}
    desk.post(f"/matters/{matter.pk}/purpose/", sent)
    assert PHONE in desk.get(there).text
    read = Entry.objects.filter(matter=matter, event="fraud.case.personal_read")
    assert [row.data["purpose"] for row in read] == ["contact: 劝阻"]


def test_every_grade_shows_the_rules_that_made_it(county: County, desk: Client) -> None:
    matter = warned(county, transferred=True)
    page = desk.get(f"/fraud/?case={matter.number}").text
    assert "已经转账" in page and "高" in page


def test_the_queue_follows_and_the_visits_are_on_the_map(county: County, desk: Client) -> None:
    matter: Matter = live(county, ("sign", "ask_visit"))
    assert matter.number in desk.get(f"/fraud/queue/?case={matter.number}").text
    assert desk.get("/fraud/visits/").status_code == 200
    layer = desk.get("/fraud/visits.geojson").json()
    assert [f["properties"]["number"] for f in layer["features"]] == [matter.number]


def test_the_desk_speaks_english(county: County, desk: Client) -> None:
    warned(county)
    desk.cookies["django_language"] = "en"
    assert "Whom to reach" in desk.get("/fraud/").text


def test_a_stranger_sees_no_desk(county: County) -> None:
    matter, browser = warned(county), Client()
    browser.force_login(county.staff["stranger"])
    assert browser.get("/fraud/").status_code == 403
    browser.force_login(county.staff["colleague_elsewhere"])
    assert matter.number not in browser.get(f"/fraud/?case={matter.number}").text
