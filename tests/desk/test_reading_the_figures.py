"""A reader asks for the figures of days of their own choosing."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.people import County
from watchroom.domains.dispatch import actions
from watchroom.kernel.access import system

LONG_AGO = datetime(2017, 1, 3, 4, 0, tzinfo=UTC)


@pytest.fixture
def reader(county: County, client: Client) -> Client:
    """A duty leader; years ago two units came to one call, 90 and 101.9 s after they were sent."""
    client.force_login(county.staff["leader"])
    actor = system(county.east)
    call = actions.report_call(actor, words="有人打架", class_code="0201", received_at=LONG_AGO)
    sent = LONG_AGO + timedelta(seconds=30)
    for code, seconds in (("P01", 90.0), ("P02", 101.9)):
        actions.dispatch(actor, call.pk, [county.units[code].pk], occurred_at=sent)
        row = county.units[code].assignments.get()
        actions.arrive(actor, row.pk, occurred_at=sent + timedelta(seconds=seconds))
    return client


def sent_to_arrival(page: str) -> tuple[int, list[float]]:
    (row,) = re.findall(r"<tr[^>]*figures/dispatch\.sent_to_arrival/.*?</tr>", page, re.DOTALL)
    (count,) = re.findall(r'<td class="num"[^>]*>(\d+)</td>', row)
    return int(count), [float(value) for value in re.findall(r'<data value="([^"]+)"', row)]


def test_days_of_ones_own_show_their_percentiles_exactly(reader: Client) -> None:
    page = reader.get("/figures/?since=2017-01-03&until=2017-01-03").text
    count, (half, *_) = sent_to_arrival(page)
    assert count == 2
    assert half == 95.5  # a moment counts by its whole second: between 90 and 101, not 101.9
    assert "1:36" in page


def test_the_days_before_and_after_are_not_counted(reader: Client) -> None:
    for days in ("since=2017-01-02&until=2017-01-02", "since=2017-01-04&until=2017-01-05"):
        assert sent_to_arrival(reader.get(f"/figures/?{days}").text) == (0, [])


def test_a_figure_opens_to_the_records_of_the_same_days(reader: Client) -> None:
    days = "since=2017-01-03&until=2017-01-03"
    shown = reader.get(f"/figures/?{days}").text
    address = "/figures/dispatch.sent_to_arrival/?" + days
    assert address.replace("&", "&amp;") in shown
    behind = reader.get(address).text
    assert behind.count('data-href="/m/') == 2


@pytest.mark.parametrize("wrong", ["since=x&until=2017-01-03", "since=2017-01-03&until=2017-01-01"])
def test_days_that_make_no_sense_are_today(reader: Client, wrong: str) -> None:
    answer = reader.get(f"/figures/?{wrong}")
    assert answer.status_code == 200
    assert sent_to_arrival(answer.text) == (0, [])
