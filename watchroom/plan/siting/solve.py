"""The road to a proven plan: exchange, price, shut what cannot help, then branch and cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from watchroom.plan.siting import interchange, lagrangian
from watchroom.plan.siting.benders import Master
from watchroom.plan.siting.gains import Bools, Floats, Gains, Ints
from watchroom.plan.siting.rules import Rules
from watchroom.plan.siting.run import Run
from watchroom.plan.siting.tree import Plan, Tree

GROUPS = 1000
"""Up to so many demands each has its own column in the relaxation."""


@dataclass(frozen=True)
class Found:
    """The best plan and how good any could be."""

    open: Bools
    worth: float
    bound: float


def solve(gains: Gains, rules: Rules, run: Run, seed: int = 0) -> Found:
    """The best plan under the rules, proven unless stopped."""
    opened, worth = interchange.search(gains, rules, run, seed=seed, exchanges=2000)
    prices = lagrangian.price(gains, rules, worth, run)
    step = gains.step
    bound = max(worth, np.floor(prices.bound / step + 1e-9) * step)
    if bound <= worth or run.stopped:
        return Found(opened, worth, bound)
    sites = np.flatnonzero(~prices.shut | opened)
    fixed = (prices.needed | rules.fixed)[sites]
    small, inner = gains.kept(sites), rules.kept(sites, fixed)
    polish = _polisher(small, inner, run, seed)
    master = Master(small, inner, prices.level, [], GROUPS)
    tree = Tree(master, Plan(opened[sites], worth), step, polish, run)
    tree.bound = bound
    lower = fixed.astype(float)
    upper = np.where(prices.shut[sites] & ~fixed, 0.0, 1.0)
    tree.search(lower, upper)
    best = np.zeros(gains.sites, np.bool_)
    best[sites] = tree.plan.open
    return Found(best, tree.plan.worth, max(tree.plan.worth, min(bound, tree.bound)))


def _polisher(gains: Gains, rules: Rules, run: Run, seed: int):  # type: ignore[no-untyped-def]
    def polish(x: Floats) -> tuple[Bools, float]:
        start = _rounded(x, rules)
        return interchange.search(
            gains, rules, run, seed=seed + 1, exchanges=300, start=start
        )

    return polish


def _rounded(x: Floats, rules: Rules) -> Bools:
    """The most open sites that the rules allow together."""
    team, kind = rules.team_limit.copy(), rules.kind_limit.copy()
    opened = rules.fixed.copy()
    np.subtract.at(team, rules.team[opened], 1)
    np.subtract.at(kind, rules.kind[opened], 1)
    order: Ints = np.argsort(-x, kind="stable")
    for j in order[x[order] > 1e-6]:
        if not opened[j] and team[rules.team[j]] > 0 and kind[rules.kind[j]] > 0:
            opened[j] = True
            team[rules.team[j]] -= 1
            kind[rules.kind[j]] -= 1
    return opened
