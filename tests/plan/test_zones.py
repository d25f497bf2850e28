"""Patrol zones of equal work, each in one piece."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from watchroom.base.refusal import Refusal
from watchroom.plan.zones import balance


def chessboard(wide: int, high: int) -> tuple[np.ndarray, np.ndarray]:
    """Seconds between the cells of a board, one minute a cell, and who touches whom."""
    cells = np.array(list(product(range(high), range(wide))))
    seconds = 60.0 * np.abs(cells[:, None] - cells[None]).sum(axis=2)
    pairs = np.argwhere(np.triu(seconds == 60))
    return seconds, pairs


def in_one_piece(zone: np.ndarray, pairs: np.ndarray) -> bool:
    for z in set(zone):
        members = np.flatnonzero(zone == z)
        where = {int(m): i for i, m in enumerate(members)}
        inside = [(where[a], where[b]) for a, b in pairs.tolist() if a in where and b in where]
        rows, columns = np.array(inside, int).reshape(-1, 2).T
        size = len(members)
        graph = sparse.coo_array((np.ones(len(rows)), (rows, columns)), (size, size))
        if connected_components(graph, directed=False)[0] != 1:
            return False
    return True


def least_of_all(
    load: np.ndarray, land: np.ndarray, seconds: np.ndarray, pairs: np.ndarray, zones: int,
    tolerance: float,
) -> float:  # fmt: skip
    """By trying every division there is."""
    best, mean, n = np.inf, load.sum() / zones, len(load)
    for labels in product(range(zones), repeat=n - 1):
        zone = np.array((0, *labels))
        if len(set(zone)) < zones:
            continue
        loads = np.bincount(zone, weights=load, minlength=zones)
        if (np.abs(loads - mean) > tolerance * mean + 1e-9).any() or not in_one_piece(zone, pairs):
            continue
        cost = 0.0
        for z in range(zones):
            inside = zone == z
            cost += (seconds[np.ix_(inside, inside)] * (load + land)[inside]).sum(axis=1).min()
        best = min(best, cost)
    return best


def test_a_town_in_four_equal_quarters() -> None:
    seconds, pairs = chessboard(8, 8)
    found = balance(np.ones(64), seconds, pairs, 4, tolerance=0.05)
    assert found.balanced
    assert set(found.loads) == {16.0}
    assert in_one_piece(found.assignment, pairs)
    assert found.bound <= found.objective


@given(
    wide=st.integers(3, 12),
    high=st.integers(3, 9),
    zones=st.integers(2, 6),
    seed=st.integers(0, 99),
)
@settings(max_examples=25, deadline=None)
def test_zones_are_whole_and_everybody_is_in_one(
    wide: int, high: int, zones: int, seed: int
) -> None:
    seconds, pairs = chessboard(wide, high)
    load = np.random.default_rng(seed).uniform(0.5, 2, wide * high)
    found = balance(load, seconds, pairs, zones, tolerance=0.25, starts=2, seed=seed)
    assert set(found.assignment) == set(range(zones))
    assert in_one_piece(found.assignment, pairs)
    assert found.loads.sum() == pytest.approx(load.sum())
    assert found.balanced == bool(
        (np.abs(found.loads - load.sum() / zones) <= 0.25 * load.sum() / zones + 1e-6).all()
    )
    taken = seconds[found.sites[found.assignment], np.arange(len(load))]
    assert found.objective == pytest.approx(float(load @ taken))


@given(seed=st.integers(0, 10_000), zones=st.integers(2, 3))
@settings(max_examples=20, deadline=None)
def test_no_division_at_all_costs_less_than_the_bound(seed: int, zones: int) -> None:
    seconds, pairs = chessboard(3, 3)
    load = np.random.default_rng(seed).uniform(0.5, 2, 9)
    land = np.random.default_rng(seed + 1).uniform(0, 0.5, 9)
    truth = least_of_all(load, land, seconds, pairs, zones, 0.4)
    found = balance(load, seconds, pairs, zones, land=land, tolerance=0.4, seed=seed)
    assert found.bound <= truth + 1e-6
    if found.balanced:
        assert found.objective >= truth - 1e-6


def test_a_city_of_many_beats_is_divided_with_a_narrow_gap() -> None:
    seconds, pairs = chessboard(20, 15)
    load = np.random.default_rng(5).gamma(2.0, 1.0, 300)
    found = balance(load, seconds, pairs, 10, tolerance=0.1, starts=4)
    assert found.balanced
    assert found.gap / found.objective < 0.1


def test_zones_of_empty_countryside_are_compact_and_the_bound_holds_for_all_that_is_minimised() -> (
    None
):
    seconds, pairs = chessboard(16, 12)
    random = np.random.default_rng(3)
    load = np.where(random.random(192) < 0.1, random.uniform(0.5, 2, 192), 0.0)
    land = np.full(192, 0.1 * load.sum() / 192)
    arms = balance(load, seconds, pairs, 4, tolerance=0.3)
    found = balance(load, seconds, pairs, 4, tolerance=0.3, land=land)
    assert found.balanced
    assert in_one_piece(found.assignment, pairs)
    taken, wide = (seconds[z.sites[z.assignment], np.arange(192)] for z in (found, arms))
    assert taken.mean() < wide.mean()
    assert found.objective == pytest.approx(float((load + land) @ taken))
    assert 0 < found.bound <= found.objective
    assert found.loads.sum() == pytest.approx(load.sum())


def test_a_planner_may_stop_it() -> None:
    seconds, pairs = chessboard(6, 6)
    told: list[float] = []
    found = balance(
        np.ones(36), seconds, pairs, 4, starts=50, progress=lambda o, _b, _s: told.append(o),
        stop=lambda: len(told) >= 2,
    )  # fmt: skip
    assert len(told) == 3  # two divisions, then one bound
    assert found.objective == min(told)


def test_beats_on_two_banks_without_a_bridge_are_not_one_zone() -> None:
    seconds, pairs = chessboard(4, 1)
    apart = pairs[[0, 2]]
    with pytest.raises(Refusal, match="2"):
        balance(np.ones(4), seconds, apart, 1)
    found = balance(np.ones(4), seconds, apart, 2)
    assert found.assignment[0] == found.assignment[1] != found.assignment[2]


@pytest.mark.parametrize(
    ("load", "zones", "pairs"),
    [([1, 2], 1, [[0, 1]]), ([1, 1, -1], 1, [[0, 1], [1, 2]]), ([1, 1, 1], 4, [[0, 1], [1, 2]]),
     ([1, 1, 1], 1, [[0, 3]]), ([1, np.nan, 1], 1, [[0, 1], [1, 2]])],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_words(
    load: list[float], zones: int, pairs: list[list[int]]
) -> None:
    with pytest.raises(Refusal):
        balance(load, chessboard(3, 1)[0], pairs, zones)
