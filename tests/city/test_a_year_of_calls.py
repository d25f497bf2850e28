import datetime as dt
import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from watchroom.city.classes import CLASS_LIST, call_classes, habits, texts
from watchroom.city.demand import calls
from watchroom.city.rates import echoes, expected, weather

START = dt.date(2026, 3, 2)


@pytest.fixture(scope="module")
def weeks(small):
    return list(calls(small, START, 56, per_day=800))


def test_a_day_is_the_same_in_every_window(small):
    alone = list(calls(small, dt.date(2026, 5, 4), 1, per_day=300))
    window = calls(small, dt.date(2026, 5, 2), 4, per_day=300)
    assert [c for c in window if c.received_at.date() == dt.date(2026, 5, 4)] == alone


def test_calls_come_in_time_order_with_unique_numbers(weeks):
    assert all(a.received_at <= b.received_at for a, b in pairwise(weeks))
    assert len({c.number for c in weeks}) == len(weeks)
    assert all(c.received_at.utcoffset() == dt.timedelta(hours=8) for c in weeks)


def declared(small, days):
    return sum(expected(small.seed, START + dt.timedelta(k), 800) for k in range(days))


def test_hours_follow_the_declared_rates(small, weeks):
    """Pearson's chi-square on events by hour stays below the 0.9999 point of 23 degrees."""
    seen = Counter(c.received_at.hour for c in weeks if c.first)
    want = declared(small, 56).sum(axis=0)
    chi = sum((seen[h] - want[h]) ** 2 / want[h] for h in range(24))
    assert chi < 58.6


def test_classes_follow_the_declared_shares(small, weeks):
    seen = Counter(c.class_code for c in weeks if c.first)
    want = declared(small, 56).sum(axis=1)
    for habit, mean in zip(habits(), want, strict=True):
        assert abs(seen[habit.code] - mean) < 5 * np.sqrt(mean) + 1


def test_weekdays_follow_the_declared_rates(small, weeks):
    seen = Counter(c.received_at.weekday() for c in weeks if c.first)
    want = Counter()
    for k in range(56):
        day = START + dt.timedelta(k)
        want[day.weekday()] += expected(small.seed, day, 800).sum()
    assert all(abs(seen[d] - want[d]) < 4 * np.sqrt(want[d]) for d in range(7))


def test_weather_moves_the_classes_that_mind_it(small):
    crash = next(k for k, h in enumerate(habits()) if h.code == "0302")
    by_day = {
        weather(small.seed, d): expected(small.seed, d, 800)[crash].sum()
        for d in (dt.date(2026, 4, 1) + dt.timedelta(k) for k in range(30))
    }
    assert by_day["rain"] > 1.4 * by_day["cloud"]


def test_about_the_asked_number_of_calls_a_day(weeks):
    assert 0.85 < len(weeks) / 56 / 800 < 1.2


def test_several_callers_report_one_event(weeks):
    further = [c for c in weeks if not c.first]
    assert 0.08 < len(further) / len(weeks) < 0.30
    opened = {c.event: c for c in weeks if c.first}
    for call in further:
        assert call.received_at >= opened[call.event].received_at
        assert (call.lon, call.lat, call.class_code) == (
            opened[call.event].lon, opened[call.event].lat, opened[call.event].class_code,
        )  # fmt: skip
    assert float(echoes().max()) > 2


def test_texts_vary_and_name_places_of_the_city(weeks):
    said = [c.caller_text for c in weeks if c.class_code != "1103" and c.channel != "silent"]
    assert len(set(said)) > 0.75 * len(said)
    assert not any("{" in text or "}" in text for text in said)
    assert sum(c.place == "" for c in weeks) > 0.04 * len(weeks)


def test_no_telephone_number_could_be_anybodys(weeks):
    assert all(re.fullmatch(r"100\*{4}\d{4}", c.phone) for c in weeks)
    assert not any(re.search(r"1[3-9]\d{9}", c.caller_text + c.place_text) for c in weeks)


def test_outcomes_and_channels_are_mixed(weeks):
    assert {c.outcome for c in weeks} == {"real", "false", "cancelled", "referred"}
    assert {c.channel for c in weeks} == {
        "voice", "text", "video", "silent", "walk_in", "partner", "officer",
    }  # fmt: skip
    assert {c.language for c in weeks} == {"zh", "en"}


def test_calls_lie_in_the_beat_they_name(small, weeks):
    import shapely

    for call in weeks[::97]:
        assert (
            small.beat[call.beat].polygon.buffer(0.003).contains(shapely.Point(call.lon, call.lat))
        )


def test_the_class_list_can_be_imported():
    classes = call_classes()
    codes = {c.code for c in classes}
    assert len(codes) == len(classes)
    leaves = [c for c in classes if c.parent]
    assert len(leaves) >= 30
    assert all(c.parent in codes and c.zh and c.en and 1 <= c.priority <= 4 for c in leaves)
    assert {h.code for h in habits()} == {c.code for c in leaves} == set(texts())
    assert all(c.keywords for c in leaves)
    assert CLASS_LIST.exists()


def test_official_codes_are_left_to_the_operator():
    assert all(c.gat_code == "" for c in call_classes())
