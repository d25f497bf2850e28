"""Planning again whenever something changes: what is under way counts, and so does what may come.

Calls come in, units come free: each time all calls that are not settled are assigned anew. What
has been promised is not broken lightly: a unit that is `held` stays, a change has to save `switch`,
and of equally good plans the one with the fewest changes is taken. Some units may be kept back for
calls more urgent than those that wait.

A stage is one assignment problem. A call without a unit costs more than everything that is less
urgent can cost or save together, so that it waits only where serving it would leave a more urgent
one waiting. A unit kept back is a row too, that costs nothing to fill and more than all calls of
the stage to leave empty. Calls that may break a reserve are settled in a stage before it.

Source: rolling horizon: Psaraftis, "Dynamic vehicle routing problems", in Golden, Assad (eds.),
"Vehicle routing: methods and studies" (1988); weights that put one aim before another: Sherali,
"Equivalent weights for lexicographic multi-objective programs", European Journal of Operational
Research 11 (1982). Solved as in `assignment`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from watchroom.plan import assignment
from watchroom.plan.assignment import FAR, STEPS_PER_UNIT, Bools, Ints
from watchroom.plan.solution import Solution

Whole = npt.NDArray[np.int32]
KEPT_BACK = (-1, 0)
"""More urgent than any call of its stage."""


@dataclass(frozen=True, kw_only=True)
class Reserve:
    """`keep` of these units are spent on calls of priority `urgent` or more urgent ones only."""

    units: npt.ArrayLike
    """Numbers of the units, for example of all cars of a station."""
    keep: int
    """How many of them, if so many are free."""
    urgent: int = 0
    """Priorities from 0, the most urgent, to this one may break the reserve."""


@dataclass(frozen=True, kw_only=True)
class Replan(Solution):
    """Who goes where from now on. `objective`: cost of the pairs, and `switch` for each change."""

    assignment: Whole
    """(k) the unit for each call, -1 for a call that waits."""
    changed: Bools
    """(k) calls that had a unit and now have another one or none."""
    kept_back: Whole
    """Numbers of the units that a reserve holds."""


@dataclass(frozen=True)
class _Board:
    """The input, checked. k calls, l units."""

    cost: Ints
    """(k, l) steps, with what a change has to save."""
    open: Bools
    """(k, l) may the pair be used."""
    keeps: Bools
    """(k) could the call keep the unit it has."""
    moves: Bools
    """(k, l) does the pair take a call from a unit it could keep."""
    has: Ints
    """(k) the unit each call has, -1 for none."""
    rank: Ints
    """(k) priority."""


def replan(
    cost: npt.ArrayLike,
    priority: npt.ArrayLike | None = None,
    now: npt.ArrayLike | None = None,
    *,
    allowed: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    held: npt.ArrayLike | None = None,
    switch: float = 0.0,
    reserves: Sequence[Reserve] = (),
) -> Replan:
    """The best assignment of units to calls that keeps what has been promised.

    cost, allowed, weights: (k, l), (k, l), (k) as in `assign`; a unit under way costs what it takes
    from where it is. priority: (k) 0 is the most urgent, all alike unless told. now: (k) the unit
    each call has, -1 for none. held: (k) True: the call keeps that unit, whatever it costs.
    switch: what a change has to save at least; inf holds everybody who can still go.

    As many calls of the first priority as possible are served, those that have a unit before the
    others, then as many of the next; then costs are least. Calls that may break a reserve come
    first as if there were no others; those that may not get what is left beside it.
    Raises Refusal for wrong shapes or numbers.
    """
    begun = time.perf_counter()
    board = _board(cost, priority, now, allowed, weights, switch)
    k = len(board.has)
    settled = assignment.shaped(np.zeros(k) if held is None else held, (k,), np.bool_)
    settled = (settled & (board.has >= 0)) | (board.keeps & np.isinf(switch))
    whole, proven, back = np.where(settled, board.has, -1), True, np.zeros(0, np.int64)
    for calls, kept in _stages(board.rank, ~settled, reserves):
        whole[calls], back, sure = _stage(board, calls, whole, kept)
        proven &= sure
    served = np.flatnonzero(whole >= 0)
    objective = int(board.cost[served, whole[served]].sum()) / STEPS_PER_UNIT
    return Replan(
        objective=objective,
        bound=objective if proven else -np.inf,
        seconds=time.perf_counter() - begun,
        assignment=whole.astype(np.int32),
        changed=(board.has >= 0) & (whole != board.has),
        kept_back=np.sort(back).astype(np.int32),
    )


def _board(
    cost: npt.ArrayLike, priority: npt.ArrayLike | None, now: npt.ArrayLike | None,
    allowed: npt.ArrayLike | None, weights: npt.ArrayLike | None, switch: float,
) -> _Board:  # fmt: skip
    steps, pairs = assignment.pairs_of(cost, allowed, weights)
    k, units = steps.shape
    has = _now(now, k, units)
    rank = assignment.shaped(np.zeros(k) if priority is None else priority, (k,), np.int64)
    stays = np.arange(units) == has[:, None]
    keeps = (pairs & stays).any(axis=1)
    moves = keeps[:, None] & ~stays
    return _Board(steps + np.where(moves, _change(switch), 0), pairs, keeps, moves, has, rank)


def _now(given: npt.ArrayLike | None, calls: int, units: int) -> Ints:
    has: Ints = assignment.shaped(
        np.full(calls, -1) if given is None else given, (calls,), np.int64
    )
    sent = has[has >= 0]
    if np.any((has < -1) | (has >= units)) or len(np.unique(sent)) < len(sent):
        raise assignment.refusal(
            "现在的派警中有不存在的警力，或同一警力派给了两起警情。",
            "The present assignment names a unit that does not exist, or one unit for two calls.",
        )
    return has


def _change(switch: float) -> int:
    if not switch >= 0 or (np.isfinite(switch) and switch > assignment.LARGEST):
        raise assignment.refusal(
            "改派至少要节省的数必须不小于零。",
            "What a change has to save cannot be negative, nor beyond all costs.",
        )
    return round(switch * STEPS_PER_UNIT) if np.isfinite(switch) else 0


def _stages(
    rank: Ints, loose: Bools, reserves: Sequence[Reserve]
) -> Iterator[tuple[Ints, list[Reserve]]]:
    """(calls, what is kept from them), the most urgent first."""
    done = np.iinfo(np.int64).min
    for last in [*sorted({reserve.urgent for reserve in reserves}), np.iinfo(np.int64).max]:
        calls = np.flatnonzero(loose & (rank > done) & (rank <= last))
        yield calls, [reserve for reserve in reserves if reserve.urgent <= done]
        done = last


def _stage(
    board: _Board, calls: Ints, whole: Ints, reserves: Sequence[Reserve]
) -> tuple[Ints, Ints, bool]:
    """(units of these calls, units kept back, is it proven), of the units nobody has yet."""
    free = np.setdiff1d(np.arange(board.cost.shape[1]), whole)
    pairs = np.ix_(calls, free)
    # In grains, so that a needless change costs one more than the same without.
    rows, opened = [(len(calls) + 1) * board.cost[pairs] + board.moves[pairs]], [board.open[pairs]]
    urgency = [(int(board.rank[i]), 0 if board.keeps[i] else 1) for i in calls]
    for reserve in reserves:
        mine = np.isin(free, np.asarray(reserve.units, np.int64))
        count = min(max(0, int(reserve.keep)), int(mine.sum()))
        rows.append(np.zeros((count, len(free)), np.int64))
        opened.append(np.tile(mine, (count, 1)))
        urgency += [KEPT_BACK] * count
    chosen, sure = _solved(np.concatenate(rows), np.concatenate(opened), urgency)
    units = np.append(free, -1)[chosen]
    back = units[len(calls) :]
    return units[: len(calls)], back[back >= 0], sure


def _solved(cost: Ints, opened: Bools, urgency: list[tuple[int, int]]) -> tuple[Ints, bool]:
    """(the column of each row or -1, do the prices prove it)."""
    penalty = _penalties(cost, opened, urgency)
    chosen, u, v = assignment.augment(cost, opened, penalty)
    served = np.flatnonzero(chosen >= 0)
    total = int(cost[served, chosen[served]].sum()) + int(penalty[chosen < 0].sum())
    return chosen, total == int(u.sum()) + int(v.sum())


def _penalties(cost: Ints, opened: Bools, urgency: list[tuple[int, int]]) -> Ints:
    """(r) the cost of waiting: more than all that is less urgent could cost or save."""
    dearest = np.abs(np.where(opened, cost, 0)).max(axis=1, initial=0)
    heaviest = 2 * int(dearest.sum())
    found = [0] * len(urgency)
    for level in sorted(set(urgency), reverse=True):
        weight, mine = heaviest + 1, [row for row, at in enumerate(urgency) if at == level]
        for row in mine:
            found[row] = weight
        heaviest += weight * len(mine)
    if heaviest * 2 >= FAR:
        raise assignment.refusal(
            "警情太多或优先级太多，无法精确求和。",
            "Too many calls or priorities at costs too large to add exactly.",
        )
    return np.array(found, np.int64)
