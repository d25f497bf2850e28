"""Who called is masked until somebody says what for; then it is shown, and read on the record."""

import pytest
from django.test import Client

from tests.people import MIDDLE, County
from watchroom.domains.dispatch import actions
from watchroom.kernel.models import Entry, Matter

from .test_opening_the_screens import at_the_desk

NUMBER, NAME = "13812345678", "欧阳报警"


@pytest.fixture
def matter(county: County) -> Matter:
    return actions.report_call(
        county.operator, words="有人打架", lon=MIDDLE[0], lat=MIDDLE[1], class_code="0201",
        caller=NUMBER, caller_name=NAME,
    )  # fmt: skip


def _give_purpose(browser: Client, matter: Matter) -> None:
    there = f"/dispatch/{matter.number}/"
    sent = {"code": "contact", "words": "回拨核实地点", "next": there}
    answer = browser.post(f"/matters/{matter.pk}/purpose/", sent)
    assert answer.headers["Location"] == there


def _reads(matter: Matter) -> list[str]:
    rows = Entry.objects.filter(matter=matter, event="dispatch.incident.personal_read")
    return [row.data["purpose"] for row in rows]


def test_on_the_assessment_it_is_shown_once_a_purpose_is_given(
    county: County, matter: Matter
) -> None:
    desk = at_the_desk(county, "dispatcher")
    before = desk.get(f"/dispatch/{matter.number}/").text
    assert NUMBER not in before
    assert NAME not in before
    assert f"/matters/{matter.pk}/purpose/" in before
    assert _reads(matter) == []
    _give_purpose(desk, matter)
    for _ in range(3):
        after = desk.get(f"/dispatch/{matter.number}/").text
        assert NUMBER in after
        assert NAME in after
    assert NUMBER in desk.get(f"/dispatch/?incident={matter.pk}").text
    assert _reads(matter) == ["contact: 回拨核实地点"]


def test_the_panel_over_htmx_shows_the_same(county: County, matter: Matter) -> None:
    desk = at_the_desk(county, "dispatcher")
    _give_purpose(desk, matter)
    panel = desk.get(f"/dispatch/{matter.number}/", headers={"HX-Request": "true"}).text
    assert NUMBER in panel


def test_on_the_page_of_the_matter_too(county: County, matter: Matter) -> None:
    desk = at_the_desk(county, "dispatcher")
    assert NUMBER not in desk.get(f"/m/{matter.number}/").text
    _give_purpose(desk, matter)
    assert NUMBER in desk.get(f"/m/{matter.number}/").text
    assert _reads(matter) == ["contact: 回拨核实地点"]


def test_the_purpose_ends_with_the_session_and_is_for_this_matter_alone(
    county: County, matter: Matter
) -> None:
    desk = at_the_desk(county, "dispatcher")
    _give_purpose(desk, matter)
    other = actions.report_call(county.operator, words="另一起", caller="13987654321")
    assert "13987654321" not in desk.get(f"/dispatch/{other.number}/").text
    desk.post("/sign-out/")
    desk.force_login(county.staff["dispatcher"])
    assert NUMBER not in desk.get(f"/dispatch/{matter.number}/").text


def test_a_colleague_without_the_permission_sees_it_masked(county: County, matter: Matter) -> None:
    role = county.roles["dispatcher"]
    role.permissions = [p for p in role.permissions if p != "personal.read"]
    role.save()
    desk = at_the_desk(county, "dispatcher")
    assert desk.post(f"/matters/{matter.pk}/purpose/", {"code": "contact"}).status_code == 403
    page = desk.get(f"/dispatch/{matter.number}/").text
    assert NUMBER not in page
    assert "/purpose/" not in page


def test_a_stranger_cannot_even_ask(county: County, matter: Matter) -> None:
    other = at_the_desk(county, "colleague_elsewhere")
    assert other.post(f"/matters/{matter.pk}/purpose/", {"code": "contact"}).status_code == 404
