"""How busy units are: the book's example, the tables, and what must hold in every system."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.base.refusal import Refusal
from watchroom.plan.queueing import erlang_b, erlang_c, hypercube

MANY = settings(max_examples=60, deadline=None)

# Larson & Odoni (1981), 5.4.3: three units, ten atoms. Atoms with the same order of units are one
# here: 1 and 2 (0.5 calls per service time), 4 (0.25), those of unit 2 (0.35) and of unit 3 (0.40).
RATES = [0.5, 0.25, 0.35, 0.40]
ORDERS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [2, 0, 1]]


def test_the_example_of_urban_operations_research():
    found = hypercube(RATES, ORDERS, 1.0)
    assert np.round(found.workloads, 4).tolist() == [0.5574, 0.4734, 0.4693]
    assert found.exact
    assert found.queue_probability == pytest.approx(erlang_c(1.5, 3), rel=1e-10)


def test_the_approximation_stays_within_two_percent_of_the_book():
    found = hypercube(RATES, ORDERS, 1.0, method="approximate")
    assert not found.exact
    assert np.all(np.abs(found.workloads / [0.5574, 0.4734, 0.4693] - 1) < 0.02)


@pytest.mark.parametrize(
    ("offered", "units", "lost"),
    # Erlang B, e.g. Cooper, Introduction to Queueing Theory (1981), and telephone traffic tables:
    # 1 % and 10 % grade of service.
    [(4.4612, 10, 0.01), (20.337, 30, 0.01), (84.064, 100, 0.01), (7.5106, 10, 0.10)],
)
def test_erlang_b_is_what_the_tables_say(offered, units, lost):
    assert erlang_b(offered, units) == pytest.approx(lost, rel=2e-4)


@given(st.floats(0.01, 0.99), st.integers(1, 40))
def test_erlang_c_is_the_sum_of_its_series(load, units):
    offered = load * units
    terms = [offered**k / math.factorial(k) for k in range(units)]
    last = offered**units / math.factorial(units) / (1 - load)
    assert erlang_c(offered, units) == pytest.approx(last / (sum(terms) + last), rel=1e-9)


def test_erlang_at_the_ends():
    assert erlang_b(0, 3) == 0
    assert erlang_b(2.0, 0) == 1
    assert erlang_c(5.0, 5) == 1
    with pytest.raises(Refusal):
        erlang_b(-1, 3)


@st.composite
def systems(draw, equal=False):
    """(rates, preferences, service, tied): any city with up to 6 units."""
    n, a = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    orders = np.array([rng.permutation(n) for _ in range(a)])
    service = np.full(n, 3.0) if equal else rng.uniform(0.2, 5, n)
    rates = rng.random(a) + 1e-3
    rates *= draw(st.floats(0.05, 0.95)) * (1 / service).sum() / rates.sum()
    return rates, orders, service, rng.random((a, n)) < draw(st.sampled_from([0.0, 0.5, 1.0]))


@MANY
@given(systems(), st.sampled_from([0, 1, 7, math.inf]), st.sampled_from(["exact", "approximate"]))
def test_every_call_is_served_once_and_all_work_is_somebodys(system, room, method):
    rates, orders, service, tied = system
    found = hypercube(rates, orders, service, tied=tied, room=room, method=method)
    assert found.dispatch_shares.sum(1) == pytest.approx(1)
    assert np.all(found.dispatch_shares >= 0)
    served = rates @ found.dispatch_shares * (1 - found.loss_probability)
    assert found.workloads == pytest.approx(served * service, rel=1e-6)


@MANY
@given(systems(equal=True), st.sampled_from(["exact", "approximate"]))
def test_with_equal_units_the_whole_is_erlangs(system, method):
    rates, orders, service, tied = system
    offered, n = rates.sum() * service[0], len(service)
    waiting = hypercube(rates, orders, service, tied=tied, method=method)
    losing = hypercube(rates, orders, service, tied=tied, room=0, method=method)
    assert waiting.queue_probability == pytest.approx(erlang_c(offered, n), rel=1e-7)
    assert losing.loss_probability == pytest.approx(erlang_b(offered, n), rel=1e-7)
    rate_free = n / service[0] - rates.sum()
    assert waiting.wait == pytest.approx(erlang_c(offered, n) / rate_free, rel=1e-7)


@MANY
@given(systems())
def test_a_very_long_queue_is_as_good_as_an_endless_one(system):
    rates, orders, service, tied = system
    endless = hypercube(rates, orders, service, tied=tied)
    long = hypercube(rates, orders, service, tied=tied, room=2000)
    assert long.workloads == pytest.approx(endless.workloads, rel=1e-9)
    assert long.wait == pytest.approx(endless.wait, rel=1e-9)


@pytest.mark.parametrize("method", ["exact", "approximate"])
def test_units_that_stand_together_share_alike(method):
    order, tied = np.tile([2, 0, 1, 3], (2, 1)), [[False, True, True, False]] * 2
    found = hypercube([0.4, 0.8], order, 1.0, tied=tied, method=method)
    assert np.ptp(found.workloads[[2, 0, 1]]) < 1e-9
    assert found.workloads[3] < found.workloads[0]


def test_the_answer_without_our_method():
    """The balance equations written down as a matrix and solved directly."""
    rates, orders, service = np.array([0.7, 0.4]), [[0, 1], [1, 0]], np.array([1.0, 2.0])
    flows = np.zeros((4, 4))  # states: bit j set, unit j busy
    for state in range(3):
        for rate, order in zip(rates, orders, strict=True):
            first = next(j for j in order if not state >> j & 1)
            flows[state, state | 1 << first] += rate
    for state in range(4):
        for j in range(2):
            if state >> j & 1:
                flows[state, state ^ 1 << j] += 1 / service[j]
    flows -= np.diag(flows.sum(1))
    chance = np.linalg.lstsq(np.vstack([flows.T, np.ones(4)]), [0, 0, 0, 0, 1], rcond=None)[0]
    found = hypercube(rates, orders, service, room=0)
    assert found.workloads == pytest.approx([chance[1] + chance[3], chance[2] + chance[3]])
    assert found.loss_probability == pytest.approx(chance[3])


def test_response_is_the_way_plus_the_wait():
    travel = np.array([[60, 120, 180], [60, 180, 120], [90, 30, 90], [150, 150, 45.0]])
    found = hypercube(RATES, ORDERS, 1.0, travel=travel)
    expected = (found.dispatch_shares * travel).sum(1) + found.wait
    assert found.response_times == pytest.approx(expected)


def test_many_units():
    rng = np.random.default_rng(3)
    places, posts = rng.random((300, 2)), rng.random((200, 2))
    orders = np.abs(places[:, None] - posts).sum(2).argsort(1)
    rates = rng.random(300)
    rates *= 0.6 * 200 / rates.sum()
    found = hypercube(rates, orders, 1.0)
    assert not found.exact
    assert found.workloads.mean() == pytest.approx(0.6, rel=1e-6)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rates": [2.0, 2.0]},  # more than can be served
        {"rates": [0.0, 0.0]},
        {"rates": [-1.0, 1.0]},
        {"preferences": [[0, 0], [1, 0]]},
        {"preferences": [[0, 1]]},
        {"service": 0.0},
        {"service": [1.0, 1.0, 1.0]},
        {"room": -1},
        {"method": "guess"},
        {"tied": [[True]]},
        {"travel": [[1.0]]},
    ],
)
def test_what_does_not_fit_is_refused(wrong):
    good = {"rates": [0.5, 0.5], "preferences": [[0, 1], [1, 0]], "service": 1.0}
    with pytest.raises(Refusal):
        hypercube(**(good | wrong))
