"""The road to a proven plan: exchange, price, shut what cannot help, then branch and cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from watchroom.plan.siting import interchange, lagrangian, relaxation
from watchroom.plan.siting.benders import Master
from watchroom.plan.siting.cuts import BestSite
from watchroom.plan.siting.gains import Bools, Floats, Gains, Ints
from watchroom.plan.siting.rules import Row, Rules
from watchroom.plan.siting.run import Run
from watchroom.plan.siting.tree import Plan, Tree, rounded_down

GROUPS = 1000
"""Up to so many demands each have a column of their own in the relaxation."""
FIRST, LATER, WIDE = 2000, 400, 1500
"""Exchanges at the beginning, after a look at the relaxation, and where plans are varied widely."""
POOL, SHAKE = 12, 0.8
"""So many good plans are kept to be crossed; how much the relaxation is shaken (log-normal)."""


@dataclass(frozen=True)
class Problem:
    """What is to be decided."""

    gains: Gains
    rules: Rules
    must: list[Ints] = field(default_factory=list)
    """Of each of these lists of sites at least one has to be open."""
    narrow: Callable[[Floats], Bools] | None = None
    """From a half-open plan to sites to leave shut, so that what is left keeps `rules.rows`."""


@dataclass(frozen=True)
class Found:
    """The best plan and how good any could be; a worth below 0 stands for no plan at all."""

    open: Bools
    worth: float
    bound: float


def solve(problem: Problem, run: Run, seed: int = 0) -> Found:
    """The best plan under the rules, proven unless stopped."""
    gains, rules = problem.gains, problem.rules
    best = Finder(problem, run, seed).find(np.zeros(gains.sites), FIRST)
    level = relaxation.prices(gains, rules, run)
    prices = lagrangian.price(gains, rules, best[1], run, level)
    if not run.stopped and prices.bound >= best[1] + gains.step:
        again = Finder(problem, run, seed).find(prices.score, FIRST)
        if again[1] > best[1]:
            best = again
            prices = lagrangian.price(gains, rules, best[1], run, level)
    bound = max(best[1], rounded_down(prices.bound, gains.step))
    run.tell(best=best[1], bound=bound)
    if bound <= best[1] or run.stopped:
        return Found(best[0], best[1], bound)
    return _proof(problem, best, prices, bound, run, seed)


def _proof(
    problem: Problem, best: tuple[Bools, float], prices: lagrangian.Prices, bound: float,
    run: Run, seed: int,
) -> Found:  # fmt: skip
    """Branch and cut over the sites that are not shut by prices."""
    opened, worth = best
    sites = np.flatnonzero(~prices.shut | opened)
    small = _kept(problem, sites)
    shut, needed = prices.shut[sites], prices.needed[sites]
    lower, upper = needed.astype(float), np.where(shut & ~needed, 0.0, 1.0)
    rows = [Row(which, np.ones(len(which)), 1.0) for which in small.must]
    rules = replace(small.rules, rows=[*small.rules.rows, *rows])
    master = Master(BestSite(small.gains, prices.level, GROUPS), rules, lower, upper)
    finder = Finder(small, run, seed + 1)
    plan = Plan(opened[sites].astype(float), worth)
    tree = Tree(master, plan, problem.gains.step, finder.polish, run)
    tree.search(lower, upper)
    everywhere = np.zeros(problem.gains.sites, np.bool_)
    everywhere[sites] = tree.plan.open > 0.5
    return Found(everywhere, tree.plan.worth, max(tree.plan.worth, min(bound, tree.bound)))


def _kept(problem: Problem, sites: Ints) -> Problem:
    number = np.full(problem.gains.sites, -1)
    number[sites] = np.arange(len(sites))
    narrow = problem.narrow

    def narrowed(x: Floats) -> Bools:
        wide = np.zeros(problem.gains.sites)
        wide[sites] = x
        return narrow(wide)[sites] if narrow else problem.rules.barred[sites]

    must = [number[which][number[which] >= 0] for which in problem.must]
    return Problem(problem.gains.kept(sites), problem.rules.kept(sites), must, narrow and narrowed)


class Finder:
    """Makes good plans from half-open ones, and better ones from the good ones it has made.

    Source: the pool and the crossing of plans as in Resende, Werneck, "A hybrid heuristic for the
    p-median problem", Journal of Heuristics 10 (2004), with the relaxation as a third parent.
    """

    def __init__(self, problem: Problem, run: Run, seed: int):
        self._problem, self._run, self._seed = problem, run, seed
        self._gains, self._reward = _rewarded(problem)
        self._random = np.random.default_rng(seed)
        self._pool: list[tuple[float, Bools]] = []
        self._tried = 0

    def polish(self, x: Floats, *, widely: bool) -> tuple[Floats, float]:
        """A whole plan near x and its worth; widely: farther from x, and with more patience."""
        start, exchanges = (self._varied(x), WIDE) if widely else (x, LATER)
        opened, worth = self.find(start, exchanges)
        if worth not in [known for known, _ in self._pool]:
            self._pool.append((worth, opened))
            self._pool.sort(key=lambda pair: -pair[0])
            del self._pool[POOL:]
        return opened.astype(float), worth

    def _varied(self, x: Floats) -> Floats:
        """Either x shaken, or a crossing: what two good plans open comes before what one does."""
        self._tried += 1
        if self._tried % 4 == 0 or len(self._pool) < POOL // 2:
            shaken: Floats = x * np.exp(SHAKE * self._random.standard_normal(len(x)))
            return shaken
        a, b = self._random.choice(len(self._pool), 2, replace=False)
        parents = self._pool[a][1].astype(float) + self._pool[b][1]
        chance = self._random.random((2, len(x)))
        crossed: Floats = parents * (0.5 + chance[0]) + 0.5 * x * chance[1]
        return crossed

    def find(self, x: Floats, exchanges: int) -> tuple[Bools, float]:
        """(open sites, worth), beginning with the most open of x; worth < 0: a must is missed."""
        rules = self._problem.rules
        if self._problem.narrow:
            rules = replace(rules, barred=self._problem.narrow(x))
        start = rules.rounded(x)
        opened, worth = interchange.search(
            self._gains, rules, self._run, seed=self._seed, exchanges=exchanges, start=start
        )
        worth -= self._reward
        return opened, worth if worth >= 0 else -self._problem.gains.step


def _rewarded(problem: Problem) -> tuple[Gains, float]:
    """Gains that make every must worth more than everything else together; (…, all the rewards)."""
    gains = problem.gains
    if not problem.must:
        return gains, 0.0
    counts = np.array([len(which) for which in problem.must])
    tops = gains.gain[gains.start[:-1][np.diff(gains.start) > 0]]
    each = gains.step + float(tops.sum())
    start = np.concatenate((gains.start, gains.start[-1] + np.cumsum(counts)))
    site = np.concatenate((gains.site, *problem.must))
    gain = np.concatenate((gains.gain, np.full(counts.sum(), each)))
    return Gains(start, site, gain, gains.sites), each * len(counts)
