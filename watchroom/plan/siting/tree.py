"""Branch and Benders-cut: from a relaxation to a proof.

The best bound first, each followed down to its end by opening what the relaxation half opens. A
node ends where its bound, brought down to the next worth that sums of whole gains can have, is not
above the best plan known. Sites may hold several units: x is a whole number between bounds.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from watchroom.plan.siting.benders import Master, Relaxed
from watchroom.plan.siting.gains import Floats
from watchroom.plan.siting.run import Run


class Polish(Protocol):
    """From a half-open plan to (a whole one that keeps the rules, its worth)."""

    def __call__(self, x: Floats, *, widely: bool) -> tuple[Floats, float]:
        """widely: another one than the nearest; a whole x itself is at hand only otherwise."""


WHOLE = 1e-6
EXACT = 2e-10
"""Relative error allowed for in a bound of the solver."""
NEAR = 1e-9
"""Where worth has no steps, a plan so near (relative) to its bound counts as proven."""
FAR, INSISTENCE = 0.005, 30
"""How far (relative) plan and bound lie apart where many plans are tried, and how many in vain for
each time so far."""
PATIENCE = 12
"""Rounds of cuts at the root after which something must have been gained."""


@dataclass
class Plan:
    """The best plan known."""

    open: Floats
    worth: float


@dataclass(frozen=True)
class Node:
    """Part of the search: between these bounds, at most this good."""

    bound: float
    lower: Floats
    upper: Floats
    basis: tuple[Any, int]


class Tree:
    """One search; `plan` and `bound` hold whenever it is stopped."""

    def __init__(self, master: Master, plan: Plan, step: float, polish: Polish, run: Run):
        """step: every worth is a multiple of it; 0 for any number."""
        self._master, self.plan, self._run = master, plan, run
        self._step, self._polish = step, polish
        self.bound = np.inf
        self._closed = -np.inf  # the best bound of a node that ended without a full proof
        self.nodes = 0

    def search(self, lower: Floats, upper: Floats) -> None:
        """Look through all plans between the bounds given."""
        order = itertools.count()
        heap: list[tuple[float, int, Node]] = []
        relaxed = self._root(lower, upper)
        self._insist(relaxed)
        node = self._node(relaxed, lower, upper)
        while True:
            if relaxed is None or node is None:
                if not heap:
                    break
                node = heapq.heappop(heap)[2]
                self._proven(node.bound)
                relaxed = self._look(node) if self._hopeful(node.bound) else None
                if relaxed is None:
                    continue
            self._proven(max(node.bound, -heap[0][0] if heap else -np.inf))
            if self._run.stopped:
                return
            below, beside = self._branch(node, relaxed)
            heapq.heappush(heap, (-beside.bound, next(order), beside))
            relaxed = self._look(below)
            node = self._node(relaxed, below.lower, below.upper)
        self._proven(-np.inf)

    def _root(self, lower: Floats, upper: Floats) -> Relaxed | None:
        """Cut until little is gained, with a look for better plans now and then."""
        self._master.bounds(lower, upper)
        history: list[float] = []
        turn = -1
        while True:
            turn += 1
            relaxed = self._master.solve()
            if relaxed is None or not self._hopeful(relaxed.bound):
                return None
            self._proven(relaxed.bound)
            if self._run.stopped:
                return relaxed
            history.append(relaxed.bound)
            if turn % 10 == 9:
                self._master.drop_idle()
            if turn % 5 == 0:
                self._improve(relaxed.x)
            self._fix(relaxed, lower, upper)
            if self._master.cut(relaxed.x, inside=turn > 0) <= self._least(relaxed):
                return self._end(relaxed)
            gained = history[max(0, turn - PATIENCE)] - relaxed.bound
            slow = turn > PATIENCE and gained < 0.01 * (relaxed.bound - self.plan.worth)
            if slow and not _whole(relaxed.x):
                return self._end(relaxed)

    def _look(self, node: Node) -> Relaxed | None:
        """The relaxation of a node, cut a few times; None where nothing better can be."""
        self.nodes += 1
        self._master.restart(node.basis)
        self._master.bounds(node.lower, node.upper)
        before, turn = node.bound, -1
        while True:
            turn += 1
            relaxed = self._master.solve()
            if relaxed is None or not self._hopeful(relaxed.bound):
                return None
            self._fix(relaxed, node.lower, node.upper)
            broken = self._master.cut(relaxed.x, inside=False)
            slow = turn > 2 and before - relaxed.bound < 0.02 * (before - self.plan.worth)
            if broken <= self._least(relaxed) or (slow and not _whole(relaxed.x)):
                return self._end(relaxed)
            before = relaxed.bound

    def _end(self, relaxed: Relaxed) -> Relaxed | None:
        """A relaxation that says whole numbers everywhere is a plan; any other may lead to one."""
        whole = _whole(relaxed.x)
        if whole or self.nodes % 10 == 0:
            self._improve(relaxed.x)
        if not self._hopeful(relaxed.bound):
            return None
        if whole:
            self._closed = max(self._closed, relaxed.bound)
        return None if whole else relaxed

    def _least(self, relaxed: Relaxed) -> float:
        """So little broken is nothing broken."""
        if _whole(relaxed.x):
            return 0.0
        return max(0.01 * self._step, 1e-9 * abs(relaxed.bound))

    def _insist(self, relaxed: Relaxed | None) -> None:
        """Where much is open after the root, better plans are sought before the tree grows."""
        if relaxed is None:
            return
        since, best = 0, self.plan.worth
        gap = (relaxed.bound - best) / (FAR * max(1.0, abs(best)))
        while gap > 1 and since < INSISTENCE * gap and not self._run.stopped:
            self._improve(relaxed.x, widely=True)
            since, best = (0 if self.plan.worth > best else since + 1), self.plan.worth
            self._proven(relaxed.bound)

    def _node(self, relaxed: Relaxed | None, lower: Floats, upper: Floats) -> Node | None:
        if relaxed is None:
            return None
        return Node(relaxed.bound, lower, upper, self._master.basis())

    def _branch(self, node: Node, relaxed: Relaxed) -> tuple[Node, Node]:
        """(more of the site, no more of it), for the site that is most undecided."""
        between = np.abs(relaxed.x - np.rint(relaxed.x))
        j = int(np.argmax(between + 0.1 * (relaxed.x % 1) * (between > WHOLE)))
        more, less = node.lower.copy(), node.upper.copy()
        more[j], less[j] = np.ceil(relaxed.x[j]), np.floor(relaxed.x[j])
        bound, rest = min(node.bound, relaxed.bound), self._master.basis()
        return (
            Node(bound, more, node.upper.copy(), rest),
            Node(bound, node.lower.copy(), less, rest),
        )

    def _fix(self, relaxed: Relaxed, lower: Floats, upper: Floats) -> None:
        """Hold a site where it is, if every plan with another number of units is no better."""
        target, slack = self.plan.worth + self._step, 1e-8 * (1.0 + abs(relaxed.bound))
        movable = upper - lower > 0.5
        lost = relaxed.bound - np.abs(relaxed.reduced) + slack < target
        down = movable & lost & (relaxed.x < lower + WHOLE) & (relaxed.reduced < 0)
        up = movable & lost & (relaxed.x > upper - WHOLE) & (relaxed.reduced > 0)
        upper[down], lower[up] = lower[down], upper[up]
        if down.any() or up.any():
            self._master.bounds(lower, upper)

    def _improve(self, x: Floats, *, widely: bool = False) -> None:
        opened, worth = self._polish(x, widely=widely)
        if worth > self.plan.worth:
            self.plan.open, self.plan.worth = opened, worth

    def _proven(self, bound: float) -> None:
        """No plan in what is left of the search is better than this."""
        self.bound = min(self.bound, max(self.plan.worth, self._down(max(bound, self._closed))))
        self._run.tell(best=self.plan.worth, bound=self.bound)

    def _down(self, bound: float) -> float:
        """The largest worth there can be at this bound."""
        if not np.isfinite(bound):
            return bound
        if self._step:
            return rounded_down(bound, self._step)
        near = bound <= self.plan.worth + NEAR * abs(self.plan.worth)
        return self.plan.worth if near else bound + EXACT * (1.0 + abs(bound))

    def _hopeful(self, bound: float) -> bool:
        return self._down(bound) > self.plan.worth


def rounded_down(bound: float, step: float) -> float:
    """The largest multiple of step that a bound of the solver's exactness allows."""
    return float(np.floor((bound + EXACT * (1.0 + abs(bound))) / step) * step)


def _whole(x: Floats) -> bool:
    return bool(np.all(np.abs(x - np.rint(x)) < WHOLE))
