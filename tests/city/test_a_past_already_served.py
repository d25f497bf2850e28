import datetime as dt
from collections import defaultdict
from itertools import pairwise

import pytest

from watchroom.city.classes import call_classes
from watchroom.city.served import served


@pytest.fixture(scope="module")
def past(small):
    return list(served(small, dt.date(2026, 7, 16), 3, per_day=150))


def test_every_turnout_runs_through_its_moments_in_order(past):
    went = [t for s in past for t in s.turnouts]
    assert len(went) > 200
    for t in went:
        marks = [t.sent_at, t.signed_at, t.set_out_at, t.arrived_at, t.cleared_at]
        assert marks == sorted(marks)
        assert t.feedback
        assert t.state(t.sent_at - dt.timedelta(seconds=1)) == ""
        assert t.state(t.cleared_at) == "cleared"


def test_no_unit_is_at_two_places_at_once(past):
    spans = defaultdict(list)
    for s in past:
        for t in s.turnouts:
            spans[t.unit].append((t.sent_at, t.cleared_at))
    for mine in spans.values():
        mine.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(mine))


def test_units_go_as_the_response_plan_says(past, small):
    kind = {u.code: u.kind for u in small.units}
    plans = {c.code: c.response_plan for c in call_classes()}
    for s in past:
        if s.call.outcome in ("real", "false"):
            sent = sorted(kind[t.unit] for t in s.turnouts)
            plan = plans[s.call.class_code]
            assert sent == sorted(k for k, n in plan.items() for _ in range(n))
        else:
            assert not s.turnouts


def test_nobody_is_sent_before_the_call(past):
    assert all(t.sent_at > s.call.received_at for s in past for t in s.turnouts)


def test_the_past_is_the_same_twice(past, small):
    assert list(served(small, dt.date(2026, 7, 16), 3, per_day=150)) == past
