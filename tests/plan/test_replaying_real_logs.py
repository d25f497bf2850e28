"""Real records played again: to the second, before anybody asks what if."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.shared
PARTS = ("sent", "unit", "arrived", "cleared")


def test_the_san_francisco_week_reproduces_itself(shared):
    from benchmarks import replayed

    recorded = replayed.san_francisco()
    apart = replayed.departures(recorded)
    assert apart["calls"] > 2800
    assert [apart[part] for part in PARTS] == [0, 0, 0, 0]
    assert recorded.corrected == 3


def test_the_london_year_reproduces_itself(shared):
    from benchmarks import replayed

    recorded = replayed.london()
    apart = replayed.departures(recorded)
    assert apart["calls"] == 6708
    assert [apart[part] for part in PARTS] == [0, 0, 0, 0]
    assert round(100 * recorded.own.mean(), 1) == 79.9
