"""Turn restrictions as plain graph: a crossing is split for the arms that may not turn freely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from watchroom.road.arrays import F64, I32, I64, gather_first
from watchroom.road.topology import Topology, arrange


@dataclass(frozen=True)
class Restriction:
    """One rule at a node, in numbers of the source file."""

    kind: str
    """"no_left_turn", "only_straight_on", ..."""
    from_ways: tuple[int, ...]
    via: int
    to_ways: tuple[int, ...]


class Arms:
    """The directed edges around each node, by way: what a restriction speaks about."""

    def __init__(self, tail: I32, head: I32, way: I64, nodes: int) -> None:
        self.way = way
        self.tail = tail
        self._out_first = gather_first(tail, nodes)
        self._out = np.argsort(tail, kind="stable")
        self._in_first = gather_first(head, nodes)
        self._in = np.argsort(head, kind="stable")

    def leaving(self, node: int) -> I64:
        """Edges out of a node."""
        return self._out[self._out_first[node] : self._out_first[node + 1]]

    def entering(self, node: int) -> I64:
        """Edges into a node."""
        return self._in[self._in_first[node] : self._in_first[node + 1]]


def forbidden_turns(
    arms: Arms, rules: Iterable[Restriction], node_of: dict[int, int]
) -> tuple[dict[int, set[int]], int]:
    """({edge in: edges out that it may not take}, rules that could not be applied).

    node_of: graph node for the source's node numbers.
    """
    forbidden: dict[int, set[int]] = {}
    skipped = 0
    for rule in rules:
        node = node_of.get(rule.via, -1)
        begin = _of_ways(arms, arms.entering(node), rule.from_ways) if node >= 0 else []
        out = arms.leaving(node).tolist() if node >= 0 else []
        end = _of_ways(arms, np.array(out, np.int64), rule.to_ways)
        if not begin or not end or _ambiguous(arms, begin):
            skipped += 1
            continue
        barred = set(out) - set(end) if rule.kind.startswith("only_") else set(end)
        for edge in begin:
            forbidden.setdefault(edge, set()).update(barred)
    return {edge: out for edge, out in forbidden.items() if out}, skipped


def expand(
    tail: I32, head: I32, lon: F64, lat: F64, forbidden: dict[int, set[int]], arms: Arms
) -> Topology:
    """The graph in which exactly the forbidden turns are missing.

    Each edge with forbidden turns ends at a copy of its node; the copy has the other arms. U-turns
    are possible everywhere else: patrol cars make them.
    """
    places = len(lon)
    ends = head.copy()
    ends[list(forbidden)] = places + np.arange(len(forbidden))
    extra_tail, extra_edge = [], []
    for i, (edge, barred) in enumerate(forbidden.items()):
        free = [e for e in arms.leaving(int(head[edge])).tolist() if e not in barred]
        extra_tail += [places + i] * len(free)
        extra_edge += free
    copied = head[list(forbidden)]
    more = np.array(extra_edge, np.int64)
    return arrange(
        np.concatenate([tail, np.array(extra_tail, np.int64)]),
        np.concatenate([ends, ends[more]]),
        np.concatenate([np.arange(len(tail)), more]),
        lon,
        lat,
        np.concatenate([np.arange(places), copied]),
    )


def _of_ways(arms: Arms, edges: I64, ways: tuple[int, ...]) -> list[int]:
    return [int(e) for e in edges if arms.way[e] in ways]


def _ambiguous(arms: Arms, edges: list[int]) -> bool:
    """A way that runs on through the crossing does not say which of its sides is meant."""
    return len({int(arms.way[e]) for e in edges}) < len(edges)
