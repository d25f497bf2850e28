"""Several waiting calls and several units: the best choice, its proof, and its hard rules."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from watchroom.base.refusal import Refusal
from watchroom.plan.assignment import assign, greedy

MANY = settings(max_examples=300, deadline=None)


@st.composite
def boards(draw, largest=5):
    """(cost, allowed, capacity, weights): as a dispatcher may find them."""
    k, n = draw(st.integers(0, largest)), draw(st.integers(0, largest))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    cost = rng.integers(-3, draw(st.sampled_from([4, 1000])), (k, n)) / 8
    allowed = rng.random((k, n)) < draw(st.sampled_from([0.3, 0.7, 1.0]))
    cost[rng.random((k, n)) < 0.1] = np.inf
    return cost, allowed, rng.integers(0, 3, n), rng.integers(1, 5, k).astype(float)


def every_choice(cost, allowed, capacity, weights):
    """(unserved, cost of the served, units) of every assignment that keeps the rules."""
    k, n = cost.shape
    for units in itertools.product(range(-1, n), repeat=k):
        taken = np.bincount([j for j in units if j >= 0], minlength=n)
        legal = all(
            j < 0 or (allowed[i, j] and np.isfinite(cost[i, j])) for i, j in enumerate(units)
        )
        if legal and np.all(taken <= capacity):
            spent = sum(weights[i] * cost[i, j] for i, j in enumerate(units) if j >= 0)
            yield sum(j < 0 for j in units), spent, units


@MANY
@given(boards(largest=4))
def test_as_many_calls_as_possible_then_the_least_cost(board):
    cost, allowed, capacity, weights = board
    found = assign(cost, allowed, capacity=capacity, weights=weights)
    waiting, spent, _ = min(every_choice(*board))
    assert found.unserved == waiting
    assert found.objective == spent
    assert found.proven
    assert found.bound == found.objective


@MANY
@given(boards(largest=4), st.integers(0, 200))
def test_leaving_a_call_waiting_has_its_price(board, tenths):
    cost, allowed, capacity, weights = board
    unserved = weights * tenths / 8
    found = assign(cost, allowed, capacity=capacity, weights=weights, unserved=unserved)
    best = min(
        spent + sum(unserved[i] for i, j in enumerate(units) if j < 0)
        for _, spent, units in every_choice(*board)
    )
    assert found.objective == best
    assert found.proven


@MANY
@given(boards(largest=7), st.integers(0, 500))
def test_the_duals_prove_it(board, tenths):
    cost, allowed, capacity, weights = board
    unserved = np.full(len(cost), tenths / 8)
    found = assign(cost, allowed, capacity=capacity, weights=weights, unserved=unserved)
    calls, units = found.duals.calls, found.duals.units
    usable = allowed & np.isfinite(cost)
    priced = weights[:, None] * np.where(usable, cost, 0)
    # Weak duality: the prices are feasible and add up to the bound.
    assert np.all(np.where(usable & (capacity > 0), calls[:, None] + units <= priced, True))
    assert np.all(calls <= unserved)
    assert np.all(units <= 0)
    room = np.minimum(capacity, len(cost))
    assert calls.sum() + (units * room).sum() == found.bound <= found.objective
    # Complementary slackness: what is used is tight, what is spare is free.
    for i, j in enumerate(found.assignment):
        assert calls[i] == unserved[i] if j < 0 else calls[i] + units[j] == priced[i, j]
    taken = np.bincount(found.assignment[found.assignment >= 0], minlength=len(capacity))
    assert np.all(taken <= capacity)
    assert np.all((units == 0) | (taken == room))


@MANY
@given(boards(largest=6))
def test_greedy_keeps_the_rules_and_is_never_better(board):
    cost, allowed, capacity, weights = board
    quick = greedy(cost, allowed, capacity=capacity, weights=weights, unserved=1000)
    best = assign(cost, allowed, capacity=capacity, weights=weights, unserved=1000)
    for i, j in enumerate(quick.assignment):
        assert j < 0 or (allowed[i, j] and np.isfinite(cost[i, j]))
    assert best.bound <= best.objective <= quick.objective
    assert not quick.proven


def test_a_full_board_costs_what_scipy_says():
    cost = np.random.default_rng(7).integers(0, 10_000, (300, 400)) / 1000
    rows, columns = linear_sum_assignment(cost)
    found = assign(cost)
    assert found.objective == pytest.approx(cost[rows, columns].sum(), abs=1e-9)
    assert found.proven


def test_the_nearest_unit_is_not_always_sent():
    cost = [[60, 70], [65, 600]]
    assert assign(cost).assignment.tolist() == [1, 0]
    assert greedy(cost).assignment.tolist() == [0, 1]
    assert greedy(cost, order=[1, 0]).assignment.tolist() == [1, 0]


def test_an_urgent_call_is_served_before_a_nearer_one():
    found = assign([[300], [60]], unserved=[10_000, 900])
    assert found.assignment.tolist() == [0, -1]
    assert found.objective == 300 + 900


@pytest.mark.parametrize(
    ("cost", "more"),
    [
        ([1, 2], {}),
        ([[float("nan")]], {}),
        ([[2e9]], {}),
        ([[1]], {"capacity": [-1]}),
        ([[1]], {"allowed": [[True, False]]}),
        ([[1]], {"unserved": float("inf")}),
    ],
)
def test_wrong_tables_are_refused_in_both_languages(cost, more):
    with pytest.raises(Refusal) as refused:
        assign(cost, **more)
    assert refused.value.say("zh") != refused.value.say("en")
