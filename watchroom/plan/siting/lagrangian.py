"""An upper bound in milliseconds: prices on demands, the best sites at those prices.

For prices level[i] >= 0: worth(X) <= sum level + sum over X of score[j], score[j] = sum (gain[i, j]
- level[i])+, so the greedily best set of sites bounds every plan. Subgradient with deflected
direction.
Source: Cornuejols, Fisher, Nemhauser, "Location of bank accounts to optimize float", Management
Science 23 (1977); reduced-cost fixing as in Beasley, "A note on solving large p-median problems",
European Journal of Operational Research 21 (1985).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from watchroom.plan.siting.gains import Bools, Floats, Gains, summed
from watchroom.plan.siting.rules import Rules
from watchroom.plan.siting.run import Run

ROUND, ROUNDS = 200, 12
"""Iterations between two looks at the clock, and how many looks."""
FLAT = 1e-6
"""A round that gains less, relative to the bound, is the last."""
SMALLEST = 1e-4
"""The shortest stride, relative to the first."""


@dataclass
class Prices:
    """A bound and what proves it."""

    bound: float
    level: Floats
    """(n) price of each demand."""
    shut: Bools
    """(m) sites that no better plan opens."""
    needed: Bools
    """(m) sites that every better plan opens."""
    score: Floats
    """(m) what a site brings at these prices."""


def price(
    gains: Gains, rules: Rules, worth: float, run: Run, level: Floats | None = None
) -> Prices:
    """The bound by Lagrangian relaxation, against the best plan known, of this `worth`.

    level: (n) prices to begin with. `rules.rows` are left out, so that the bound holds with and
    without them.
    """
    top, guess = _start(gains, rules.most)
    level = guess if level is None else np.clip(level, 0.0, top)
    best_level, direction = level.copy(), np.zeros(gains.demands)
    shut, needed = rules.barred.copy(), rules.fixed.copy()
    found = np.array([np.inf, 1.0])
    limits = (rules.team, rules.team_limit, rules.kind, rules.kind_limit)
    table, target = (gains.start, gains.site, gains.gain), worth + gains.step
    for _ in range(ROUNDS):
        before = found[0]
        _subgradient(
            *table, top, *limits, target, level, best_level, direction, shut, needed, found
        )
        run.tell(best=worth, bound=max(worth, found[0]))
        flat = before - found[0] < FLAT * abs(found[0])
        if flat or found[0] < target or found[1] < SMALLEST or run.stopped:
            break
    surplus = np.maximum(0.0, gains.gain - best_level[gains.rows])
    score = summed(gains.site, surplus, gains.sites)
    return Prices(float(found[0]), best_level, shut, needed, score)


def _start(gains: Gains, most: int) -> tuple[Floats, Floats]:
    """(the highest sensible price, a price to begin with) for each demand."""
    counts = np.diff(gains.start)
    has = counts > 0
    top, level = np.zeros(gains.demands), np.zeros(gains.demands)
    first = gains.start[:-1][has]
    top[has] = gains.gain[first]
    level[has] = 0.5 * gains.gain[first + np.minimum(counts[has] - 1, counts[has] // max(1, most))]
    return top, level


@njit(cache=True, nogil=True)
def _greedy(  # type: ignore[no-untyped-def]
    score, team, team_limit, kind, kind_limit, shut, needed, chosen
):  # pragma: no cover
    """Mark the best set under the rules; (its score, the least chosen score, the best left out)."""
    team_used, kind_used = np.zeros_like(team_limit), np.zeros_like(kind_limit)
    chosen[:] = False
    total, least, full = 0.0, np.inf, np.sum(team_limit)
    count = 0
    for j in range(len(score)):
        if needed[j]:
            chosen[j] = True
            total += score[j]
            count += 1
            team_used[team[j]] += 1
            kind_used[kind[j]] += 1
    left_out = 0.0
    for j in np.argsort(-score):
        if chosen[j] or shut[j]:
            continue
        fits = team_used[team[j]] < team_limit[team[j]] and kind_used[kind[j]] < kind_limit[kind[j]]
        if fits:
            chosen[j] = True
            total += score[j]
            least = min(least, score[j])
            count += 1
            team_used[team[j]] += 1
            kind_used[kind[j]] += 1
        else:
            left_out = max(left_out, score[j])
        if count >= full and not fits:
            break
    return total, (least if count >= full and least < np.inf else 0.0), left_out


@njit(cache=True, nogil=True)
def _subgradient(  # type: ignore[no-untyped-def]  # noqa: PLR0912 - one tight loop
    start, site, gain, top, team, team_limit, kind, kind_limit, target,
    level, best_level, direction, shut, needed, found,
):  # fmt: skip  # pragma: no cover
    """ROUND steps; `found` is (bound, step factor). All state lives in the arrays given."""
    n, m = len(start) - 1, len(team)
    score, chosen = np.zeros(m), np.zeros(m, np.bool_)
    stall = 0
    for _ in range(ROUND):
        score[:] = 0.0
        total = 0.0
        for i in range(n):
            total += level[i]
            for e in range(start[i], start[i + 1]):
                if gain[e] <= level[i]:
                    break
                score[site[e]] += gain[e] - level[i]
        picked, least, left_out = _greedy(
            score, team, team_limit, kind, kind_limit, shut, needed, chosen
        )
        total += picked
        slack = 1e-9 * abs(total) + 1e-6
        for j in range(m):
            if not (shut[j] or needed[j]):
                if not chosen[j] and total - least + score[j] + slack < target:
                    shut[j] = True
                elif chosen[j] and total - score[j] + left_out + slack < target:
                    needed[j] = True
        if total < found[0]:
            stall = 0 if found[0] - total > 1e-4 * abs(found[0] - target) else stall + 1
            found[0] = total
            best_level[:] = level
        else:
            stall += 1
        if found[0] + slack < target:
            return
        if stall > 12:
            found[1] *= 0.7
            stall = 0
            level[:] = best_level
            direction[:] = 0.0
            if found[1] < SMALLEST:
                return
        square = 0.0
        for i in range(n):
            g = 1.0
            for e in range(start[i], start[i + 1]):
                if gain[e] <= level[i]:
                    break
                if chosen[site[e]]:
                    g -= 1.0
            direction[i] = 0.7 * direction[i] + 0.3 * g
            square += direction[i] * direction[i]
        if square == 0.0:
            return
        stride = found[1] * (total - target + 1.0) / square
        for i in range(n):
            level[i] = min(top[i], max(0.0, level[i] - stride * direction[i]))
