"""Where and when matters are expected: counted, drawn towards the whole day, kept, read again."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.base.clock import held_at
from watchroom.kernel import demand
from watchroom.kernel.models import DemandCell

NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
KIND = "toy.thing"


@given(st.integers(0, 10**6), st.floats(1, 400))
@settings(deadline=None)
def test_rates_add_up_to_what_the_city_has_in_each_hour(seed, days):
    told = np.random.default_rng(seed).poisson(0.7, (9, 24))
    found = demand.rates(told, days)
    assert found.sum(axis=0) == pytest.approx(told.sum(axis=0) / days)
    assert (found >= 0).all()


def test_few_calls_of_an_hour_say_little_and_many_say_all():
    told = np.zeros((2, 24), np.int64)
    told[0, :], told[1, 3] = 100, 100
    share = demand.rates(told, 1.0)[:, 3] / 200
    assert 0.5 < share[0] < told[0].sum() / told.sum()
    many = demand.rates(told * 10_000, 1.0)[:, 3]
    assert many[0] / many.sum() == pytest.approx(0.5, abs=0.001)


def test_nobody_has_counted_is_not_nothing_expected(db):
    assert demand.expected(KIND) is None


def test_cells_of_another_kind_stay(db):
    row = {"lon": 1.0, "lat": 1.0, "count": 1, "by_hour": [1.0] * 24, "rebuilt": NOW}
    DemandCell.objects.create(kind="toy.other", **row)
    with held_at(NOW):
        assert demand.rebuild(KIND) == 0
    assert DemandCell.objects.filter(kind="toy.other").count() == 1


def test_the_share_of_an_hour_without_any_matter_is_the_whole_days(db):
    by_hour = [[3.0, *[0.0] * 23], [1.0, *[0.0] * 23]]
    for lon, rates in enumerate(by_hour):
        DemandCell.objects.create(kind=KIND, lon=lon, lat=0, count=1, by_hour=rates, rebuilt=NOW)
    known = demand.expected(KIND)
    assert known is not None
    assert known.share(0).tolist() == [0.75, 0.25]
    assert known.share(5).tolist() == [0.75, 0.25]
