"""Calls come, units come free: the plan is made again, and what was promised is kept."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.base.refusal import Refusal
from watchroom.plan.rolling import Reserve, replan

MANY = settings(max_examples=200, deadline=None)


@st.composite
def boards(draw):
    """Everything that `replan` can be told, as a board may stand."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    k, units = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    cost = rng.integers(0, draw(st.sampled_from([4, 900])), (k, units)).astype(float)
    cost[rng.random((k, units)) < 0.15] = np.inf
    now = np.full(k, -1)
    sent = rng.permutation(units)[: rng.integers(0, min(k, units) + 1)]
    now[rng.permutation(k)[: len(sent)]] = sent
    return {
        "cost": cost,
        "priority": rng.integers(0, 3, k),
        "now": now,
        "allowed": rng.random((k, units)) < 0.85,
        "held": rng.random(k) < 0.3,
        "switch": float(draw(st.sampled_from([0, 60, 500, np.inf]))),
        "reserves": [
            Reserve(
                units=np.flatnonzero(rng.random(units) < 0.6),
                keep=int(rng.integers(0, 3)),
                urgent=int(rng.integers(0, 3)),
            )
            for _ in range(draw(st.integers(0, 2)))
        ],
    }


def usable(board, i, j):
    return board["allowed"][i, j] and np.isfinite(board["cost"][i, j])


def legal(board, plan):
    """Does a plan keep the hard rules?"""
    taken = [j for j in plan if j >= 0]
    return len(set(taken)) == len(taken) and all(may(board, i, j) for i, j in enumerate(plan))


def may(board, i, j):
    """May call i have unit j, or wait (-1)?"""
    if settled(board, i):
        return j == board["now"][i]
    return j < 0 or usable(board, i, j)


def settled(board, i):
    """Does the call keep its unit whatever happens?"""
    had = board["now"][i]
    return had >= 0 and (board["held"][i] or (board["switch"] == np.inf and usable(board, i, had)))


def changes(board, plan):
    """Calls that lose a unit they could have kept for another one."""
    return sum(
        had >= 0 and j >= 0 and j != had and bool(usable(board, i, had))
        for i, (j, had) in enumerate(zip(plan, board["now"], strict=True))
        if not settled(board, i)
    )


def most_kept(reserves, left):
    """How many units the reserves can hold back of those that are left."""
    rows = [set(r.units.tolist()) & left for r in reserves for _ in range(r.keep)]
    subsets = (
        itertools.compress(rows, some) for some in itertools.product([0, 1], repeat=len(rows))
    )
    return max(len(some) for some in map(list, subsets) if matchable(some))


def matchable(wants):
    """Can everybody have one of theirs?"""
    if not wants:
        return True
    first, *rest = wants
    return any(matchable([want - {unit} for want in rest]) for unit in first)


def served(board, plan, level, *, kept):
    """Calls of a priority that have a unit and are not settled; kept: those that had one."""
    return sum(
        j >= 0 and rank == level and kept == bool(had >= 0 and usable(board, i, had))
        for i, (j, had, rank) in enumerate(zip(plan, board["now"], board["priority"], strict=True))
        if not settled(board, i)
    )


def stages(board):
    """(after, last): the priorities that are planned together, the most urgent first."""
    return itertools.pairwise([-1, *sorted({r.urgent for r in board["reserves"]}), 9])


def mark(board, plan, after, last):
    """What comes first in a stage counts first; the least mark is the best plan."""
    cost, ranks = board["cost"], board["priority"]
    mine = [j if after < rank <= last else -1 for j, rank in zip(plan, ranks, strict=True)]
    taken = {j for i, j in enumerate(plan) if ranks[i] <= last or settled(board, i)}
    reserves = [r for r in board["reserves"] if r.urgent <= after]
    counts = [-most_kept(reserves, set(range(cost.shape[1])) - taken)]
    for level in range(after + 1, last + 1):
        counts += [-served(board, plan, level, kept=had) for had in (True, False)]
    moved = changes(board, mine)
    return [*counts, spent(board, mine), moved]


def spent(board, plan):
    """Seconds of all pairs, and what the changes have to save."""
    cost = np.where(np.isfinite(board["cost"]) & board["allowed"], board["cost"], 0)
    moved = changes(board, plan)
    driven = sum(cost[i, j] for i, j in enumerate(plan) if j >= 0)
    return float(driven + (board["switch"] * moved if moved else 0))


@MANY
@given(boards())
def test_the_plan_is_the_best_of_all_that_keep_the_promises(board):
    k, units = board["cost"].shape
    found = replan(**board)
    plan = found.assignment.tolist()
    plans = [p for p in itertools.product(range(-1, units), repeat=k) if legal(board, p)]
    assert legal(board, plan)
    for after, last in stages(board):
        before = np.flatnonzero(board["priority"] <= after)
        alike = (p for p in plans if all(p[i] == plan[i] for i in before))
        best = min(mark(board, other, after, last) for other in alike)
        assert mark(board, plan, after, last) == best
    assert found.objective == pytest.approx(spent(board, plan))
    assert found.proven
    assert not set(found.kept_back) & set(plan)


@MANY
@given(boards())
def test_planning_the_same_board_again_changes_nothing(board):
    first = replan(**board)
    again = replan(**board | {"now": first.assignment})
    assert again.assignment.tolist() == first.assignment.tolist()
    assert not again.changed.any()


def test_a_unit_under_way_is_turned_round_only_if_that_saves_enough():
    cost, now = [[400, 300], [250, 500]], [0, -1]
    assert replan(cost, now=now).assignment.tolist() == [1, 0]
    assert replan(cost, now=now, switch=400).assignment.tolist() == [0, 1]
    assert replan(cost, now=now, switch=np.inf).assignment.tolist() == [0, 1]
    assert replan(cost, now=now, held=[True, False]).assignment.tolist() == [0, 1]


def test_a_call_that_has_a_unit_does_not_lose_it_to_its_like():
    assert replan([[900], [10]], now=[0, -1]).assignment.tolist() == [0, -1]
    taken = replan([[900], [10]], priority=[1, 0], now=[0, -1])
    assert taken.assignment.tolist() == [-1, 0]
    assert taken.changed.tolist() == [True, False]


def test_the_last_cars_are_for_urgent_calls():
    keep = [Reserve(units=[0, 1], keep=1)]
    cost = [[60, 70, 900], [50, 80, 900]]
    found = replan(cost, priority=[1, 1], reserves=keep)
    assert found.assignment.tolist() == [2, 0]
    assert found.kept_back.tolist() == [1]
    assert replan(cost, priority=[0, 0], reserves=keep).assignment.tolist() == [1, 0]


def test_a_shift_of_calls_that_come_one_by_one():
    """Nobody who was held is moved, and each plan serves as many as can be served."""
    rng = np.random.default_rng(3)
    units, now, held = 6, np.empty(0, int), np.empty(0, bool)
    place = rng.random((20, 2))
    stand = rng.random((units, 2))
    for call in range(20):
        now, held = np.append(now, -1), np.append(held, False)
        cost = 1000 * np.abs(place[: call + 1, None] - stand).sum(axis=2)
        found = replan(cost, now=now, held=held, switch=120)
        assert np.array_equal(found.assignment[held], now[held])
        assert (found.assignment >= 0).sum() == min(units, call + 1)
        now, held = found.assignment.astype(int), found.assignment >= 0
        over = np.flatnonzero(held)[:2] if call % 3 == 2 else []
        now, held = np.delete(now, over), np.delete(held, over)
        place = np.delete(place, over, axis=0)
        if len(now) != call + 1:
            break


@pytest.mark.parametrize(
    "more",
    [{"now": [2]}, {"now": [0, 0]}, {"switch": -1}, {"held": [True, True]}, {"priority": [0, 1]}],
)
def test_a_board_that_cannot_be_is_refused(more):
    with pytest.raises(Refusal) as said:
        replan([[1, 2]], **more)
    assert said.value.say("zh") != said.value.say("en")
