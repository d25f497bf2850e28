"""Where to stand: every answer against all answers there are, and every bound."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import floyd_warshall

from watchroom.base.refusal import Refusal
from watchroom.plan.siting import (
    lagrangian,
    max_cover,
    min_cover,
    p_center,
    p_median,
    relaxation,
)
from watchroom.plan.siting.gains import from_table
from watchroom.plan.siting.rules import any_of
from watchroom.plan.siting.run import Run

MANY = settings(max_examples=120, deadline=None)
BEASLEY = (
    5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255,
    7696, 6634, 4374, 2968, 1729, 8162, 6999, 4809, 2845, 1789,
)  # fmt: skip
"""Optima of pmed1-20: Beasley, "A note on solving large p-median problems" (1985), table 2."""


@st.composite
def places(draw):
    """(cost, p, weights, reach, random): a few demands and sites."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n, m = draw(st.integers(1, 14)), draw(st.integers(1, 8))
    cost = rng.integers(0, draw(st.sampled_from([3, 20, 1000])), (n, m)) / 2
    reach = rng.random((n, m)) < draw(st.sampled_from([0.15, 0.4, 0.7]))
    return cost, draw(st.integers(1, m)), rng.integers(0, 5, n) / 4, reach, rng


def plans(m, p):
    return map(list, itertools.combinations(range(m), p))


@MANY
@given(places())
def test_a_median_is_the_best_of_all(place):
    cost, p, weights, _, _ = place
    found = p_median(cost, p, weights)
    best = min((weights * cost[:, plan].min(axis=1)).sum() for plan in plans(cost.shape[1], p))
    assert found.objective == pytest.approx(best, abs=1e-9)
    assert found.proven
    assert len(found.sites) == p
    served = cost[np.arange(len(cost)), found.assignment]
    assert np.all(served == cost[:, found.sites].min(axis=1))


@MANY
@given(places())
def test_a_centre_is_the_best_of_all(place):
    cost, p, *_ = place
    found = p_center(cost, p)
    best = min(cost[:, plan].min(axis=1).max() for plan in plans(cost.shape[1], p))
    assert found.objective == best == cost[np.arange(len(cost)), found.assignment].max()
    assert found.proven
    assert len(found.sites) == p


@MANY
@given(places())
def test_a_largest_cover_is_the_best_of_all(place):
    _, p, demand, reach, _ = place
    found = max_cover(sparse.csr_array(reach), demand, p)
    best = max((demand * reach[:, plan].any(axis=1)).sum() for plan in plans(reach.shape[1], p))
    assert found.objective == best
    assert found.proven
    assert len(found.sites) == p
    in_reach = found.assignment >= 0
    assert demand[in_reach].sum() == best
    assert np.all(reach[in_reach, found.assignment[in_reach]])


@MANY
@given(places())
def test_a_smallest_cover_is_the_best_of_all(place):
    *_, reach, rng = place
    n, m = reach.shape
    reach[np.arange(n), rng.integers(0, m, n)] = True
    found = min_cover(reach)
    best = min(k for k in range(1, m + 1) for plan in plans(m, k) if np.all(reach[:, plan].any(1)))
    assert found.objective == best == len(found.sites)
    assert found.proven
    assert np.all(reach[np.arange(n), found.assignment])


def town(seed, n, m):
    """(n, m) seconds between scattered demands and sites; (n) calls."""
    rng = np.random.default_rng(seed)
    demand, site = rng.random((n, 2)), rng.random((m, 2))
    seconds = 1000 * np.linalg.norm(demand[:, None] - site[None], axis=2)
    return np.rint(seconds), rng.integers(1, 50, n)


def watched():
    """(what was told, the callback that notes it)."""
    told = []
    return told, lambda *said: told.append(said)


@pytest.mark.parametrize("seed", range(3))
def test_a_stopped_run_keeps_its_best_plan_and_a_bound_that_holds(seed):
    cost, calls = town(seed, 400, 120)
    reach = cost < 160
    whole = max_cover(reach, calls, 12)
    for patience in (1, 2, 4, 8, 16, 32):
        asked = itertools.count()
        stopped = max_cover(reach, calls, 12, stop=lambda: next(asked) >= patience)  # noqa: B023
        assert stopped.objective <= whole.objective <= stopped.bound
        assert len(stopped.sites) == 12
    assert whole.proven
    asked = itertools.count()
    short = p_median(cost, 12, calls, stop=lambda: next(asked) >= 3)
    best = p_median(cost, 12, calls)
    assert short.bound <= best.bound == best.objective <= short.objective
    early = p_center(cost, 12, stop=lambda: True)
    assert early.bound <= p_center(cost, 12).objective <= early.objective
    assert min_cover(reach, stop=lambda: True).bound <= min_cover(reach).objective


def test_progress_closes_in_on_the_answer():
    cost, calls = town(5, 600, 150)
    told, note = watched()
    found = p_median(cost, 10, calls, progress=note)
    best, bound, seconds = map(np.array, zip(*told, strict=True))
    assert np.all(np.diff(best) <= 0)
    assert np.all(np.diff(bound) >= 0)
    assert np.all(np.diff(seconds) >= 0)
    assert (best[-1], bound[-1]) == (found.objective, found.bound)


def test_the_same_seed_gives_the_same_plan():
    cost, calls = town(6, 500, 100)
    first, again = (max_cover(cost < 120, calls, 9, seed=3) for _ in range(2))
    assert first.sites.tolist() == again.sites.tolist()


def test_a_gap_is_never_negative_whichever_way_is_better():
    cost, calls = town(7, 200, 60)
    most = max_cover(cost < 150, calls, 6, stop=lambda: True)
    least = p_median(cost, 6, calls, stop=lambda: True)
    assert most.gap > 0
    assert least.gap > 0
    assert not most.proven


@pytest.mark.shared
@pytest.mark.parametrize("number", range(1, 21))
def test_the_medians_of_beasleys_graphs(shared, number):
    path = shared / "data" / "benchmarks" / "pmed" / f"pmed{number}.txt"
    given = np.array(path.read_text().split(), int)
    n, p = given[0], given[2]
    graph = np.full((n, n), np.inf)
    for a, b, length in given[3:].reshape(-1, 3):
        graph[a - 1, b - 1] = graph[b - 1, a - 1] = length  # the last of parallel edges counts
    found = p_median(floyd_warshall(graph), int(p))
    assert found.objective == BEASLEY[number - 1]
    assert found.proven


def test_wrong_input_is_refused_in_a_sentence():
    cost, calls = town(8, 6, 4)
    for wrong in (
        lambda: p_median(cost[0], 1),
        lambda: p_median(np.where(cost > 500, np.inf, cost), 1),
        lambda: p_median(cost, 0),
        lambda: p_median(cost, 5),
        lambda: p_median(cost, 1, calls[:3]),
        lambda: p_median(cost * 1e15, 1),
        lambda: p_center(cost, 9),
        lambda: max_cover(cost < 300, -calls, 2),
        lambda: max_cover(cost < 300, calls, 5),
        lambda: max_cover(np.zeros((0, 3)), [], 1),
    ):
        with pytest.raises(Refusal) as said:
            wrong()
        assert said.value.say("zh")
        assert said.value.say("en").endswith(".")


def test_demand_that_nobody_reaches_is_named():
    reach = np.array([[1, 0], [0, 0], [0, 1]])
    with pytest.raises(Refusal, match=r"1"):
        min_cover(reach)
    assert max_cover(reach, [1, 9, 1], 2).assignment.tolist() == [0, -1, 1]


@MANY
@given(places(), st.booleans())
def test_the_prices_of_the_whole_relaxation_give_its_bound(place, median):
    """Against the same relaxation written the textbook way, and never below the best plan."""
    cost, p, weights, reach, _ = place
    table = np.rint(8 * (cost.max() - cost)) if median else np.rint(8 * weights)[:, None] * reach
    n, m = table.shape
    gains = from_table(*np.indices((n, m)).reshape(2, -1), table.ravel(), (n, m))
    run, rules = Run(None, None, float), any_of(m, p)
    level = relaxation.prices(gains, rules, run)
    if level is None:
        assert not table.any()
        return
    found = lagrangian.price(gains, rules, 0.0, run, level)
    share = [-table.ravel(), np.zeros(m)]  # of each demand by each site, then how far it is open
    served = np.hstack((np.kron(np.eye(n), np.ones(m)), np.zeros((n, m))))
    opened = np.hstack((np.eye(n * m), -np.tile(np.eye(m), (n, 1))))
    limit = np.concatenate((np.zeros(n * m), np.ones(m)))
    best = linprog(
        np.concatenate(share), np.vstack((served, opened, limit)),
        np.concatenate((np.ones(n), np.zeros(n * m), [p])), bounds=(0, 1),
    )  # fmt: skip
    assert found.bound >= -best.fun - 1e-6
    rounded = 0.5 * n * (p + 1)  # prices are whole numbers
    assert found.bound <= -best.fun + rounded + 1e-6
