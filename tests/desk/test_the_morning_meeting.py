"""The daily picture: what was unlike such days, by place and class, with what is open besides."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people import County
from watchroom.base.clock import at_local, held_at
from watchroom.desk import picture
from watchroom.domains.directives.tests.samples import issued
from watchroom.domains.dispatch.models import Incident, IncidentClass
from watchroom.domains.dispatch.picture import WATCHED
from watchroom.kernel import access, acts
from watchroom.kernel.acts import Opening
from watchroom.kernel.models import Beat

DAY = date(2026, 6, 10)  # a Wednesday
(INCIDENTS,) = WATCHED


@pytest.fixture
def twelve_weeks(county: County) -> County:
    """Twelve weeks of two fights a day in a beat of the east station, and a day of fourteen."""
    beat = Beat.objects.filter(agency=county.east).earliest("code")
    fight = IncidentClass.objects.get(code="0201")
    openings = [
        Opening("打架", county.east.pk, at_local(day) + timedelta(hours=n), {"beat": beat})
        for day, count in ((DAY - timedelta(days=n), 14 if n == 0 else 2) for n in range(84))
        for n in range(count)
    ]
    with acts.together():
        made = acts.open_many(access.system(), "dispatch.incident", openings)
        Incident.objects.bulk_create(Incident(matter=m, incident_class=fight) for m in made)
    return county


def _morning_after() -> datetime:
    return at_local(DAY + timedelta(days=1)) + timedelta(hours=8)


def test_a_day_of_fourteen_where_there_are_two_stands_out_in_beat_station_and_whole(
    twelve_weeks: County,
) -> None:
    with held_at(_morning_after()):
        seen = picture.of_day(twelve_weeks.leader, INCIDENTS, DAY)
    assert {(bool(a.series.beat), bool(a.series.agency), a.count) for a in seen.alarms} == {
        (True, True, 14),
        (False, True, 14),
        (False, False, 14),
    }
    assert all(alarm.rise and alarm.high < 14 for alarm in seen.alarms)
    assert (seen.total, seen.usual) == (14, 2.0)


def test_an_ordinary_day_says_that_nothing_stood_out(twelve_weeks: County) -> None:
    with held_at(_morning_after()):
        ordinary = picture.of_day(twelve_weeks.leader, INCIDENTS, DAY - timedelta(days=1))
    assert ordinary.alarms == []
    assert ordinary.looked_at > 1


def test_the_page_opens_each_number_and_says_what_it_looked_at(twelve_weeks: County) -> None:
    browser = Client()
    browser.force_login(twelve_weeks.staff["leader"])
    with held_at(_morning_after() - timedelta(days=1)):
        issued(twelve_weeks)
    with held_at(_morning_after()):
        page = browser.get("/picture/").text
        records = browser.get(f"/picture/records/?kind=dispatch.incident&day={DAY}&what=02").text
        station = browser.get(f"/picture/records/?kind=dispatch.incident&day={DAY}&agency=WEST")
    assert "偏多" in page
    assert "加油站安全检查" in page
    assert "is-rise" in page
    assert records.count("data-href") == 14
    assert "没有记录" in station.text


def test_a_stranger_sees_no_picture_and_a_neighbour_nothing_of_ours(twelve_weeks: County) -> None:
    browser = Client()
    browser.force_login(twelve_weeks.staff["stranger"])
    assert browser.get("/picture/").status_code == 403
    with held_at(_morning_after()):
        seen = picture.of_day(twelve_weeks.colleague_elsewhere, INCIDENTS, DAY)
    assert (seen.total, seen.alarms) == (0, [])


def test_without_days_like_it_nothing_is_called_unusual(county: County) -> None:
    browser = Client()
    browser.force_login(county.staff["leader"])
    assert "还不足以判断" in browser.get("/picture/").text


def test_it_asks_no_more_of_the_database_the_more_there_is(twelve_weeks: County) -> None:
    with held_at(_morning_after()), CaptureQueriesContext(connection) as queries:
        picture.of_day(twelve_weeks.leader, INCIDENTS, DAY)
    assert len(queries) <= 18 + 5  # a day each of the baseline, and the lists
