"""Branch and Benders-cut: from a relaxation to a proof.

Nodes are taken best bound first, each followed down to its end (a dive) by opening a site that the relaxation
half opens. A node ends where its bound, brought down to the next worth that sums of the gains can have,
is not above the best plan known.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from watchroom.plan.siting.benders import Master, Relaxed, shut_or_needed
from watchroom.plan.siting.gains import Bools, Floats
from watchroom.plan.siting.run import Run

Polish = Callable[[Floats], tuple[Bools, float]]
"""From a half-open plan to (an open one that keeps the rules, its worth)."""


@dataclass
class Plan:
    """The best plan known."""

    open: Bools
    worth: float


@dataclass(frozen=True)
class Node:
    """Part of the search: some sites shut, some open."""

    bound: float
    lower: Floats
    upper: Floats
    basis: Any
    rows: int


class Tree:
    """One search; `plan` and `bound` are good whenever it is stopped."""

    def __init__(self, master: Master, plan: Plan, step: float, polish: Polish, run: Run):
        self.master, self.plan, self.run = master, plan, run
        self._step, self._polish = step, polish
        self.bound = np.inf
        self.nodes = 0

    def search(self, lower: Floats, upper: Floats) -> None:
        """Look through all plans between the bounds given."""
        order = itertools.count()
        relaxed = self._root(lower, upper)
        heap: list[tuple[float, int, Node]] = []
        node = relaxed and self._node(relaxed, lower, upper)
        while node or heap:
            if node is None:
                node = heapq.heappop(heap)[2]
                if not self._hopeful(node.bound):
                    node = None
                    continue
                relaxed = self._look(node)
                if relaxed is None:
                    node = None
                    continue
            open_bounds = [node.bound, *(-entry[0] for entry in heap[:1])]
            self.bound = max(self.plan.worth, max(map(self._down, open_bounds)))
            self.run.tell(self.plan.worth, self.bound)
            if self.run.stopped:
                return
            below, beside = self._branch(node, relaxed)
            heapq.heappush(heap, (-beside.bound, next(order), beside))
            relaxed = self._look(below)
            node = relaxed and self._node(relaxed, below.lower, below.upper)
        self.bound = self.plan.worth
        self.run.tell(self.plan.worth, self.bound)

    def _root(self, lower: Floats, upper: Floats) -> Relaxed | None:
        """Cut until nothing is gained, with a look for better plans now and then."""
        self.master.bounds(lower, upper)
        for turn in itertools.count():
            relaxed = self.master.solve()
            if relaxed is None or not self._hopeful(relaxed.bound):
                return None
            self.bound = max(self.plan.worth, min(self.bound, self._down(relaxed.bound)))
            self.run.tell(self.plan.worth, self.bound)
            if turn % 10 == 9:
                self.master.drop_idle()
            if turn % 5 == 0:
                self._improve(relaxed.x)
            self._fix(relaxed, lower, upper)
            broken = self.master.cut(relaxed.x, inside=turn > 0)
            if broken <= 1e-7 * abs(relaxed.bound) or self.run.stopped:
                break
        return self._end(relaxed)

    def _look(self, node: Node) -> Relaxed | None:
        """The relaxation of a node, cut a few times; None where nothing better can be."""
        self.nodes += 1
        self.master.restart(node.basis, node.rows)
        self.master.bounds(node.lower, node.upper)
        before = node.bound
        for turn in itertools.count():
            relaxed = self.master.solve()
            if relaxed is None or not self._hopeful(relaxed.bound):
                return None
            self._fix(relaxed, node.lower, node.upper)
            whole = np.all(np.minimum(relaxed.x, 1 - relaxed.x) < 1e-6)
            broken = self.master.cut(relaxed.x, inside=False)
            little = broken <= 1e-7 * abs(relaxed.bound)
            if little or (not whole and turn > 2 and before - relaxed.bound < 0.1 * self._step):
                break
            before = relaxed.bound
        return self._end(relaxed)

    def _end(self, relaxed: Relaxed) -> Relaxed | None:
        """A relaxation that says 0 or 1 everywhere is a plan; any other may lead to one."""
        whole = np.all(np.minimum(relaxed.x, 1 - relaxed.x) < 1e-6)
        if whole or self.nodes % 10 == 0:
            self._improve(relaxed.x)
        return relaxed if self._hopeful(relaxed.bound) and not whole else None

    def _node(self, relaxed: Relaxed, lower: Floats, upper: Floats) -> Node:
        return Node(relaxed.bound, lower, upper, self.master.basis(), self.master.count)

    def _branch(self, node: Node, relaxed: Relaxed) -> tuple[Node, Node]:
        """(open the site, shut it), for the most undecided site that matters."""
        between = np.minimum(relaxed.x, 1 - relaxed.x)
        j = int(np.argmax(between + 0.1 * relaxed.x * (between > 1e-6)))
        rest = (self.master.basis(), self.master.count)
        opened, shut = node.lower.copy(), node.upper.copy()
        opened[j], shut[j] = 1.0, 0.0
        return (
            Node(node.bound, opened, node.upper.copy(), *rest),
            Node(node.bound, node.lower.copy(), shut, *rest),
        )

    def _fix(self, relaxed: Relaxed, lower: Floats, upper: Floats) -> None:
        shut, needed = shut_or_needed(relaxed, self.plan.worth + self._step)
        shut, needed = shut & (lower < 0.5), needed & (upper > 0.5)
        upper[shut], lower[needed] = 0.0, 1.0
        if shut.any() or needed.any():
            self.master.bounds(lower, upper)

    def _improve(self, x: Floats) -> None:
        opened, worth = self._polish(x)
        if worth > self.plan.worth:
            self.plan.open, self.plan.worth = opened, worth

    def _down(self, bound: float) -> float:
        """The largest worth there can be at most at this bound."""
        slack = 1e-7 * (1.0 + abs(bound))
        return float(np.floor((bound + slack) / self._step) * self._step)

    def _hopeful(self, bound: float) -> bool:
        return self._down(bound) > self.plan.worth
