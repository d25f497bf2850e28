"""Each source: last heard, how much, how late, silent since when, with which keys."""

from datetime import timedelta

import pytest

from tests.people import County, county
from watchroom.base.clock import held_at, now
from watchroom.domains.fraud import actions
from watchroom.domains.fraud.queries.sources import Source, sources
from watchroom.kernel import tokens
from watchroom.kernel.access import system

from .samples import feed, warning
from .test_putting_refused_warnings_right import signed_in

__all__ = ["county"]
pytestmark = pytest.mark.django_db


def only(county: County) -> Source:
    (one,) = sources(county.dispatcher)
    return one


def test_a_source_that_never_spoke_is_silent(county: County) -> None:
    feed(county)
    one = only(county)
    assert (one.silent, one.heard_at, one.week, one.keys) == (True, None, 0, ())
    assert "从未收到" in signed_in(county).get("/fraud/sources/").text


def test_counts_lag_and_what_was_refused(county: County) -> None:
    feed(county)
    happened = now() - timedelta(minutes=10)
    rows = [warning(occurred_at=happened.isoformat()) for _ in range(3)]
    actions.receive(system(), "telecom-a", [*rows, warning(type="nonsense")])
    actions.take_back(system(), "telecom-a", [rows[0]["source_id"]])
    one = only(county)
    assert (one.silent, one.hour, one.day, one.week) == (False, 3, 3, 3)
    assert (one.refused, one.taken_back) == (1, 1)
    assert one.half is not None and 600 <= one.half < 700
    assert "1" in signed_in(county).get("/fraud/sources/").text


def test_after_half_a_day_without_a_word_it_is_silent(county: County) -> None:
    feed(county)
    actions.receive(system(), "telecom-a", [warning()])
    heard = only(county).heard_at
    with held_at(now() + timedelta(hours=13)):
        one = only(county)
        assert (one.silent, one.hour, one.day) == (True, 0, 1)
    with held_at(now() + timedelta(days=30)):
        one = only(county)
        assert (one.silent, one.week, one.heard_at) == (True, 0, heard)


def test_the_keys_that_may_send_for_it(county: County) -> None:
    feed(county)
    for days, agency in ((1, county.bureau), (90, county.city), (90, county.elsewhere)):
        ends = now() + timedelta(days=days)
        tokens.create(system(), f"{days}", agency, ["fraud.receive"], ends)
    gone, _ = tokens.create(system(), "x", county.city, ["fraud.receive"], ends)
    tokens.revoke(system(), gone.pk)
    assert sorted(key.state for key in only(county).keys) == ["soon", "valid"]
    with held_at(now() + timedelta(days=2)):
        assert sorted(key.state for key in only(county).keys) == ["expired", "valid"]
        assert "已过期" in signed_in(county).get("/fraud/sources/").text


def test_another_county_sees_none_of_it(county: County) -> None:
    feed(county)
    assert sources(county.colleague_elsewhere) == []
