"""Response in tiers with rules, and units that may be busy, against all plans there are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.base.refusal import Refusal
from watchroom.plan.siting import best_of, cover_value, expected_cover, max_cover, tiered_cover

MANY = settings(max_examples=120, deadline=None)
TIERS, GAINS = (60, 180, 300), (1.0, 0.6, 0.3)


@st.composite
def wishes(draw):
    """Everything that `tiered_cover` can be asked for, at once."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    t, n, m = draw(st.integers(1, 2)), draw(st.integers(1, 8)), draw(st.integers(1, 5))
    p = rng.integers(1, m + 1, t)
    kinds = [str(kind) for kind in rng.integers(0, 2, m)]
    return {
        "cost": rng.integers(0, 400, (t, n, m)),
        "demand": rng.integers(0, 9, (t, n)) / 4,
        "p": p,
        "fixed": np.flatnonzero(rng.random(m) < 0.15)[: p.min()].tolist(),
        "kinds": kinds,
        "limits": {kind: int(rng.integers(1, m + 1)) for kind in set(kinds) if rng.random() < 0.5},
        "must": np.where(rng.random((t, n)) < 0.15, 250.0, np.inf),
        "places": draw(st.none() | st.integers(1, m)),
    }


def worth(wish, period, plan):
    """What a period's posts bring; None where they break a rule."""
    cost, kinds = wish["cost"][period], wish["kinds"]
    broken = any(
        sum(kinds[j] == kind for j in plan) > most for kind, most in wish["limits"].items()
    )
    nearest = cost[:, list(plan)].min(axis=1, initial=10**6)
    if broken or not set(wish["fixed"]) <= set(plan) or np.any(nearest > wish["must"][period]):
        return None
    gain = np.select([nearest <= tier for tier in TIERS], GAINS, 0.0)
    return float((gain * wish["demand"][period]).sum())


def best_worth(wish):
    """The best over all plans of all periods, None where no plan keeps the rules."""
    t, _, m = wish["cost"].shape
    by_period = []
    for period in range(t):
        plans = [
            s for k in range(wish["p"][period] + 1) for s in itertools.combinations(range(m), k)
        ]
        valued = [(worth(wish, period, plan), set(plan)) for plan in plans]
        by_period.append([pair for pair in valued if pair[0] is not None])
    most = m if wish["places"] is None else wish["places"]
    joint = (
        sum(value for value, _ in plans)
        for plans in itertools.product(*by_period)
        if len(set().union(*(plan for _, plan in plans))) <= most
    )
    return max(joint, default=None)


@MANY
@given(wishes())
def test_tiers_with_every_rule_at_once(wish):
    best = best_worth(wish)
    if best is None:
        with pytest.raises(Refusal):
            tiered_cover(**wish)
        return
    found = tiered_cover(**wish)
    assert found.objective == pytest.approx(best, abs=1e-6)
    assert found.proven
    brought = [worth(wish, period, found.period(period)) for period in range(len(found.open))]
    assert sum(brought) == pytest.approx(best, abs=1e-6)
    assert wish["places"] is None or len(found.sites) <= wish["places"]


def test_a_school_is_reached_at_school_hours_only():
    cost = np.array([[30, 900, 900], [900, 30, 900], [900, 900, 50]])
    calls = [[10, 5, 0], [10, 5, 0]]  # by day and by night; the school is the last place
    must = [[np.inf, np.inf, 180], [np.inf, np.inf, np.inf]]
    free = tiered_cover([cost, cost], calls, p=2)
    bound = tiered_cover([cost, cost], calls, p=2, must=must)
    assert [free.period(t).tolist() for t in (0, 1)] == [[0, 1], [0, 1]]
    assert [bound.period(t).tolist() for t in (0, 1)] == [[0, 2], [0, 1]]
    assert bound.shares[0].tolist() == pytest.approx([10 / 15] * 3)


def test_one_tier_is_a_plain_cover():
    rng = np.random.default_rng(4)
    cost, calls = rng.integers(0, 900, (60, 20)), rng.integers(0, 9, 60)
    tiered = tiered_cover(cost, calls, (180,), (1.0,), p=4)
    assert tiered.objective == max_cover(cost <= 180, calls, 4).objective


@MANY
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.3, 0.5, 0.9]), st.integers(1, 4))
def test_expected_cover_is_the_best_of_all(seed, busy, p):
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, 10), rng.integers(1, 6)
    reach, calls = rng.random((n, m)) < 0.4, rng.integers(0, 9, n) / 4
    most = int(rng.integers(-(-p // m), p + 1))
    found = expected_cover(reach, calls, p, busy=busy, most=most)
    best = max(
        cover_value(reach, calls, plan, busy=busy)
        for plan in itertools.combinations_with_replacement(range(m), p)
        if np.bincount(plan).max() <= most
    )
    assert found.objective == pytest.approx(best, rel=1e-9, abs=1e-9)
    assert found.proven
    assert len(found.sites) == p
    assert np.bincount(found.sites).max() <= most


def test_busy_units_stand_together_where_the_calls_are():
    reach = np.eye(2)
    assert expected_cover(reach, [10, 4], 2, busy=0.1).sites.tolist() == [0, 1]
    assert expected_cover(reach, [10, 4], 2, busy=0.6).sites.tolist() == [0, 0]


def test_any_judge_may_choose_between_plans():
    reach, calls = np.eye(3), [5, 4, 1]
    plans = [expected_cover(reach, calls, 2, busy=busy) for busy in (0.1, 0.9)]
    chosen, mark = best_of(plans, lambda sites: cover_value(reach, calls, sites, busy=0.1))
    assert chosen is plans[0]
    assert mark == pytest.approx(8.1)


def test_rules_that_cannot_be_kept_are_refused_in_a_sentence():
    cost = np.array([[30, 900], [900, 30]])
    for wrong in (
        {"p": 0},
        {"p": 1, "fixed": [0, 1]},
        {"p": 1, "fixed": [7]},
        {"p": 1, "kinds": ["car"]},
        {"p": 1, "limits": {"boat": 1}},
        {"p": 1, "tiers": (300, 60)},
        {"p": 1, "gains": (1.0, 2.0, 0.5)},
        {"p": 1, "must": [20, np.inf]},
        {"p": 1, "must": [60, 60]},
        {"p": 2, "places": 1, "must": [60, 60]},
    ):
        with pytest.raises(Refusal) as said:
            tiered_cover(cost, [1, 1], **wrong)
        assert said.value.say("zh")
        assert said.value.say("en").endswith(".")
    with pytest.raises(Refusal):
        expected_cover(cost < 60, [1, 1], 2, busy=1.0)
