"""What is typed on a page is read, or refused in a sentence; it never breaks the page."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import County, county
from watchroom.base.clock import SHANGHAI, now
from watchroom.base.refusal import Refusal
from watchroom.kernel import typed

__all__ = ["county"]
LARGEST = 2**63 - 1


@given(st.text())
def test_a_whole_number_fits_a_column_or_is_none(text: str) -> None:
    found = typed.whole(text)
    assert found is None or (0 <= found <= LARGEST and found == int(text))


@given(st.integers(0, 10**18 - 1))
def test_a_whole_number_is_read_as_it_was_written(number: int) -> None:
    assert typed.whole(str(number)) == number


def test_ticked_ids_leave_out_what_is_none() -> None:
    assert typed.wholes(["7", "", "x", "²", "12"]) == [7, 12]


@given(st.text())
def test_whatever_is_typed_as_a_moment_is_read_or_refused(text: str) -> None:
    try:
        found = typed.moment(text)
    except Refusal:
        return
    assert found is None or found.tzinfo is not None


def test_a_moment_without_a_zone_is_what_the_wall_clock_showed() -> None:
    assert typed.moment("2026-07-01 21:30") == datetime(2026, 7, 1, 21, 30, tzinfo=SHANGHAI)


def test_a_clock_that_runs_ahead_is_held_at_now() -> None:
    ahead = now() + timedelta(hours=1)
    read = typed.past(ahead.isoformat())
    assert read is not None
    assert read < ahead


@pytest.mark.parametrize("text", ["181", "-181", "nan", "east"])
def test_a_number_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        typed.number(text, -180, 180)


def test_what_comes_with_an_act_is_read_whole() -> None:
    sent = {"version": "3", "reason": " 已到场 ", "act_id": "0" * 32}
    assert typed.told(QueryDict(urlencode(sent))) == {
        "version": 3,
        "reason": "已到场",
        "occurred_at": None,
        "act_id": UUID(int=0),
    }


@pytest.mark.parametrize(
    ("who", "page"),
    [("leader", "/directives/new/"), ("chief", "/disputes/new/"), ("chief", "/requests/new/")],
)
def test_a_page_that_is_out_of_date_says_so_beside_what_was_typed(
    county: County, who: str, page: str
) -> None:
    browser = Client()
    browser.force_login(county.staff[who])
    answer = browser.post(page, {"title": "夜间巡查", "act_id": "mangled"})
    assert answer.status_code == 422
    assert "页面已过期" in answer.content.decode()
    assert "夜间巡查" in answer.content.decode()
