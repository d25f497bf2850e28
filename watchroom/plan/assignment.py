"""Which unit goes to which call: the best choice for all waiting calls together, with its proof.

Costs are counted in whole thousandths (milliseconds, if they are seconds), so that sums are exact,
a penalty can outweigh everything else without swallowing digits, and the proof is an equality.

Method: shortest augmenting paths, one call after the other, keeping a feasible dual solution.
Source: Jonker, Volgenant, "A shortest augmenting path algorithm for dense and sparse linear
assignment problems", Computing 38 (1987); the duals prove optimality by linear programming duality.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.plan.solution import Solution

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

STEPS_PER_UNIT = 1000
"""Costs are kept to the thousandth."""
LARGEST = 10**9
"""Largest cost, weight x cost or penalty; keeps every sum of a million calls within int64."""
FAR = 2**62


@dataclass(frozen=True)
class Duals:
    """Prices that prove the bound: calls[i] + units[j] <= cost of every allowed pair (i, j)."""

    calls: Floats
    """(k) what serving the call is worth; at most its penalty for being left waiting."""
    units: Floats
    """(l) minus what one more unit like this would save; 0 for a unit with capacity to spare."""


@dataclass(frozen=True, kw_only=True)
class Assignment(Solution):
    """Who goes where."""

    assignment: npt.NDArray[np.int32]
    """(k) the unit for each call, -1 for a call that waits."""
    duals: Duals | None
    """The proof; None for a greedy choice."""

    @property
    def unserved(self) -> int:
        """How many calls wait."""
        return int(np.count_nonzero(self.assignment < 0))


def assign(
    cost: npt.ArrayLike,
    allowed: npt.ArrayLike | None = None,
    *,
    capacity: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    unserved: npt.ArrayLike | None = None,
) -> Assignment:
    """The cheapest assignment of units to calls that keeps every hard rule.

    cost: (k, l) cost of unit j for call i, for example seconds of travel; `inf` forbids the pair.
    allowed: (k, l) False forbids the pair; a forbidden pair is never used, whatever it would save.
    capacity: (l) calls a unit can take, 1 unless told. weights: (k) importance, multiplies the
    call's costs. unserved: (k) or one number, the cost of leaving a call waiting; without it as
    many calls as possible are served, then at the least cost, and waiting itself costs nothing.
    Raises Refusal for wrong shapes, nan, or numbers beyond 10^9.
    """
    begun = time.perf_counter()
    steps, open_pairs = pairs_of(cost, allowed, weights)
    room = _capacity(capacity, *steps.shape)
    penalty, counted = _penalties(unserved, steps, open_pairs)
    columns = np.repeat(np.arange(steps.shape[1]), room)
    chosen, u, v = augment(steps[:, columns], open_pairs[:, columns], penalty)
    unit = np.append(columns, -1)[chosen].astype(np.int32)
    prices = np.zeros(steps.shape[1], np.int64)
    np.maximum.at(prices := np.where(room > 0, -FAR, 0), columns, v)
    waiting = int(np.sum(np.where(unit < 0, penalty, 0)))
    objective = _spent(steps, unit) + waiting
    bound = int(np.sum(u)) + int(np.sum(prices * room))
    shift = 0 if counted else waiting
    return Assignment(
        objective=(objective - shift) / STEPS_PER_UNIT,
        bound=(bound - shift) / STEPS_PER_UNIT,
        seconds=time.perf_counter() - begun,
        assignment=unit,
        duals=Duals(u / STEPS_PER_UNIT, prices / STEPS_PER_UNIT),
    )


def greedy(
    cost: npt.ArrayLike,
    allowed: npt.ArrayLike | None = None,
    order: npt.ArrayLike | None = None,
    *,
    capacity: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    unserved: npt.ArrayLike | None = None,
) -> Assignment:
    """Each call in turn takes the cheapest unit that is left: what a hurried desk would do.

    order: the calls in the order they are served, as numbered; otherwise as in `assign`, and its
    objective counts the same, so that the two can stand side by side.
    """
    begun = time.perf_counter()
    steps, open_pairs = pairs_of(cost, allowed, weights)
    left = _capacity(capacity, *steps.shape)
    penalty, counted = _penalties(unserved, steps, open_pairs)
    unit = np.full(len(steps), -1, np.int32)
    for call in np.arange(len(steps)) if order is None else np.asarray(order, np.int64):
        offers = np.where(open_pairs[call] & (left > 0), steps[call], FAR)
        if offers.size and offers.min() < FAR and (not counted or offers.min() <= penalty[call]):
            unit[call] = offers.argmin()
            left[unit[call]] -= 1
    waiting = int(np.sum(np.where(unit < 0, penalty, 0))) if counted else 0
    return Assignment(
        objective=(_spent(steps, unit) + waiting) / STEPS_PER_UNIT,
        bound=-np.inf,
        seconds=time.perf_counter() - begun,
        assignment=unit,
        duals=None,
    )


def _spent(steps: Ints, unit: npt.NDArray[np.int32]) -> int:
    served = np.flatnonzero(unit >= 0)
    return int(np.sum(steps[served, unit[served]]))


def pairs_of(
    cost: npt.ArrayLike, allowed: npt.ArrayLike | None, weights: npt.ArrayLike | None
) -> tuple[Ints, Bools]:
    """(whole costs, may the pair be used)."""
    given = np.asarray(cost, np.float64)
    if given.ndim != 2:
        raise refusal("费用必须是一张表：警情 × 警力。", "Costs must be a table of calls by units.")
    pairs = np.isfinite(given)
    if np.any(np.isnan(given) | (given == -np.inf)):
        raise refusal(
            "费用表中有不是数的值。", "The table of costs holds something that is no number."
        )
    if allowed is not None:
        pairs = pairs & shaped(allowed, given.shape, np.bool_)
    if weights is not None:
        given = given * shaped(weights, (len(given),), np.float64)[:, None]
    given = np.where(pairs, given, 0.0)
    _check_size(given)
    return np.rint(given * STEPS_PER_UNIT).astype(np.int64), pairs


def _capacity(capacity: npt.ArrayLike | None, calls: int, units: int) -> Ints:
    if capacity is None:
        return np.ones(units, np.int64)
    room: Ints = shaped(capacity, (units,), np.int64)
    if np.any(room < 0):
        raise refusal("警力可承接数不能为负。", "A unit's capacity cannot be negative.")
    return np.minimum(room, calls)


def _penalties(unserved: npt.ArrayLike | None, steps: Ints, pairs: Bools) -> tuple[Ints, bool]:
    """(cost of waiting for each call, does it count in the objective)."""
    if unserved is not None:
        given = np.broadcast_to(np.asarray(unserved, np.float64), (len(steps),))
        _check_size(given)
        return np.rint(given * STEPS_PER_UNIT).astype(np.int64), True
    dearest = np.abs(np.where(pairs, steps, 0)).max(axis=1, initial=0)
    outweighing = 1 + 2 * int(dearest.sum())
    if outweighing * (len(steps) + 1) >= FAR:
        raise refusal(
            "警情太多或费用太大，无法精确求和。",
            "Too many calls at costs too large to add exactly.",
        )
    return np.full(len(steps), outweighing), False


def shaped(values: npt.ArrayLike, shape: tuple[int, ...], dtype: Any) -> npt.NDArray[Any]:
    """The values as an array of this shape and type; Refusal where the shape is another."""
    array = np.asarray(values, dtype)
    if array.shape != shape:
        raise refusal(
            f"表的大小应为 {shape}，收到 {array.shape}。",
            f"The table should have the size {shape} but has {array.shape}.",
        )
    return array


def _check_size(values: Floats) -> None:
    if not np.all(np.abs(values) <= LARGEST):
        raise refusal(
            f"费用、权重与等待代价必须是不超过 {LARGEST} 的数。",
            f"Costs, weights and penalties must be numbers up to {LARGEST}.",
        )


def refusal(zh: str, en: str) -> Refusal:
    """What assignment refuses with, in both languages."""
    return Refusal(Text(zh, en), code="assignment")


@njit(cache=True, nogil=True)
def augment(  # noqa: PLR0912 - one tight loop, in the paper's own steps
    cost: Ints, pairs: Bools, penalty: Ints
) -> tuple[Ints, Ints, Ints]:  # pragma: no cover
    """(column of each row or -1, row prices, column prices); every row may also wait.

    Throughout: row + column price <= cost of every open pair, with equality where matched;
    row price <= penalty, with equality where waiting; column price <= 0, with equality where free.
    """
    rows, columns = cost.shape
    u, v = np.zeros(rows, np.int64), np.zeros(columns, np.int64)
    column_of, row_of = np.full(rows, -1), np.full(columns, -1)
    reach, via = np.empty(columns, np.int64), np.empty(columns, np.int64)
    tree = np.empty(columns, np.int64)
    for start in range(rows):
        reach[:] = FAR
        in_tree = np.zeros(columns, np.bool_)
        grown, row = 0, start
        level: Any = np.int64(0)
        leave_at: Any = np.int64(FAR)
        leaver, sink = -1, -1
        while True:
            if level + penalty[row] - u[row] < leave_at:
                leave_at, leaver = level + penalty[row] - u[row], row
            nearest, best = -1, FAR
            for j in range(columns):
                if in_tree[j]:
                    continue
                if pairs[row, j]:
                    offer = level + cost[row, j] - u[row] - v[j]
                    if offer < reach[j]:
                        reach[j], via[j] = offer, row
                tied_but_free = nearest >= 0 and reach[j] == best and row_of[j] < 0
                if reach[j] < best or (tied_but_free and row_of[nearest] >= 0):
                    nearest, best = j, reach[j]
            if best > leave_at or nearest < 0:
                level = leave_at
                break
            level = best
            if row_of[nearest] < 0:
                sink, leaver = nearest, -1
                break
            in_tree[nearest] = True
            tree[grown] = nearest
            grown += 1
            row = row_of[nearest]
        u[start] += level
        for i in range(grown):
            u[row_of[tree[i]]] += level - reach[tree[i]]
            v[tree[i]] -= level - reach[tree[i]]
        if leaver >= 0:
            sink = column_of[leaver]
            column_of[leaver] = -1
        while sink >= 0:
            row = via[sink]
            row_of[sink] = row
            sink, column_of[row] = column_of[row], sink
    return column_of, u, v
