"""Turns that cost time or are forbidden, as plain graph: a crossing is split by how one came.

Where a turn out of an edge costs anything, or is barred, the edge ends at a *copy* of its crossing:
the copy has the arms one may leave by, each at the cost of its turn. A rule over several streets (a
way as via) makes a copy for every history that matters: "came by a, then by b". All queries stay
plain shortest paths. Sources: Geisberger & Vetter, "Efficient routing in road networks with turn
costs" (SEA 2011); the histories are the automaton of Aho & Corasick (CACM 18, 1975) over edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from watchroom.road.arrays import I32, I64, Bools, gather_first
from watchroom.road.hours import ALWAYS, SLOTS
from watchroom.road.topology import Arcs

LONGEST_CHAIN = 64
"""A rule over more edges than these is a mistake in the map."""

Sequences = dict[tuple[int, ...], dict[int, frozenset[int]]]
"""{edges driven one after the other: {edge that may not follow: in which hours of the week}}."""


@dataclass(frozen=True)
class Restriction:
    """One rule, in numbers of the source file."""

    kind: str
    """"no_left_turn", "only_straight_on", ..."""
    from_ways: tuple[int, ...]
    via: int
    """A node; -1 where it leads over `via_ways`."""
    to_ways: tuple[int, ...]
    via_ways: tuple[int, ...] = ()
    hours: frozenset[int] = ALWAYS
    """Of the week, when it binds."""


class Arms:
    """The directed edges around each node, by way: what a restriction speaks about."""

    def __init__(self, tail: I32, head: I32, way: I64, nodes: int) -> None:
        self.way = way
        self.tail = tail
        self.head = head
        self.nodes = nodes
        self.out_first = gather_first(tail, nodes)
        self.out = np.argsort(tail, kind="stable")
        self._in_first = gather_first(head, nodes)
        self._in = np.argsort(head, kind="stable")
        self._by_way = np.argsort(way, kind="stable")
        self._ways = way[self._by_way]

    def leaving(self, node: int) -> list[int]:
        """Edges out of a node."""
        return self.out[self.out_first[node] : self.out_first[node + 1]].tolist()  # type: ignore[no-any-return]

    def entering(self, node: int) -> list[int]:
        """Edges into a node."""
        return self._in[self._in_first[node] : self._in_first[node + 1]].tolist()  # type: ignore[no-any-return]

    def along(self, ways: tuple[int, ...]) -> list[int]:
        """Edges of some ways."""
        ends = [
            np.searchsorted(self._ways, way, side) for way in ways for side in ("left", "right")
        ]
        spans = [self._by_way[a:b] for a, b in zip(ends[::2], ends[1::2], strict=True)]
        return np.concatenate(spans).tolist() if spans else []  # type: ignore[no-any-return]

    def of_ways(self, edges: Iterable[int], ways: tuple[int, ...]) -> list[int]:
        """Those of the edges that belong to the ways."""
        return [edge for edge in edges if self.way[edge] in ways]


@dataclass(frozen=True)
class Turns:
    """Every way on from every directed edge, t in all, by the edge one comes from."""

    first: I64
    """(E + 1) the turns out of edge e are first[e]:first[e + 1]."""
    into: I64
    """(t) the edge one comes by."""
    out: I64
    """(t) the edge one leaves by, in the order of `Arms.leaving`."""


def all_turns(arms: Arms) -> Turns:
    """The turns of a graph, back again too."""
    begin = arms.out_first[arms.head]
    count = arms.out_first[arms.head + 1] - begin
    first = np.concatenate(([0], np.cumsum(count)))
    places = np.arange(first[-1]) + np.repeat(begin - first[:-1], count)
    return Turns(first, np.repeat(np.arange(len(count)), count), arms.out[places])


def barred_sequences(
    arms: Arms, rules: Iterable[Restriction], node_of: Mapping[int, int]
) -> tuple[Sequences, int]:
    """(what may not follow what, rules that could not be applied).

    node_of: graph node for the source's node numbers.
    """
    barred: Sequences = {}
    skipped = 0
    for rule in rules:
        chains = list(_chains(arms, rule, node_of))
        if not chains or _ambiguous(arms, [chain[0] for chain in chains]):
            skipped += 1
            continue
        for chain in chains:
            _bar(arms, rule, chain, barred)
    return barred, skipped


def _chains(arms: Arms, rule: Restriction, node_of: Mapping[int, int]) -> Iterator[tuple[int, ...]]:
    """The edges driven before the turn that the rule is about: from, then all of via."""
    if not rule.via_ways:
        node = node_of.get(rule.via, -1)
        if node >= 0 and arms.of_ways(arms.leaving(node), rule.to_ways):
            for edge in arms.of_ways(arms.entering(node), rule.from_ways):
                yield (edge,)
        return
    waiting: list[tuple[int, ...]] = [(edge,) for edge in arms.along(rule.from_ways)]
    while waiting:
        chain = waiting.pop()
        node = int(arms.head[chain[-1]])
        used = {int(arms.way[edge]) for edge in chain[1:]}
        ways_on = arms.leaving(node)
        if used == set(rule.via_ways) and arms.of_ways(ways_on, rule.to_ways):
            yield chain
        elif len(chain) < LONGEST_CHAIN:
            seen = {int(arms.tail[edge]) for edge in chain} | {node}
            along = arms.of_ways(ways_on, rule.via_ways)
            waiting += [(*chain, edge) for edge in along if int(arms.head[edge]) not in seen]


def _bar(arms: Arms, rule: Restriction, chain: tuple[int, ...], barred: Sequences) -> None:
    """Note what may not follow the chain; "only" also keeps to the chain once on its way."""
    ways_on = arms.leaving(int(arms.head[chain[-1]]))
    meant = arms.of_ways(ways_on, rule.to_ways)
    only = rule.kind.startswith("only_")
    shut = [(chain, set(ways_on) - set(meant) if only else set(meant))]
    for i in range(2, len(chain) if only else 0):
        others = set(arms.leaving(int(arms.head[chain[i - 1]]))) - {chain[i]}
        shut.append((chain[:i], others))
    for before, edges in shut:
        held = barred.setdefault(before, {})
        for edge in edges:
            held[edge] = held.get(edge, frozenset()) | rule.hours


def _ambiguous(arms: Arms, edges: list[int]) -> bool:
    """A way that runs on through the crossing does not say which of its sides is meant."""
    own = set(edges)
    return len({int(arms.way[edge]) for edge in own}) < len(own)


def expand(arms: Arms, turns: Turns, ms: I32, barred: Sequences) -> tuple[Arcs, I64]:
    """(arcs, node of every copy) of the graph in which turns cost `ms` (t) and some are barred.

    The nodes of `arms` keep their numbers; the copies follow.
    """
    histories = sorted({seq[:i] for seq in barred for i in range(2, len(seq) + 1)})
    special = sorted({seq[0] for seq in barred})
    split = np.union1d(turns.into[ms > 0], np.array(special, np.int64))
    ends = arms.head.astype(np.int64)
    ends[split] = arms.nodes + np.arange(len(split))
    numbers = {seq: arms.nodes + len(split) + i for i, seq in enumerate(histories)}
    plain = np.zeros(len(ends), np.bool_)
    plain[split] = True
    plain[special] = False
    kept = np.flatnonzero(plain[turns.into])
    hours: dict[frozenset[int], int] = {frozenset(): 0}
    told = _special(arms, turns, ms, barred, ends, numbers, hours, special)
    streets, into, out = np.arange(len(ends)), turns.into[kept], turns.out[kept]
    nothing = np.zeros(len(streets) + len(kept), np.int64)
    arcs = Arcs(
        tail=np.concatenate([arms.tail, ends[into], told[:, 0]]),
        head=np.concatenate([ends, ends[out], told[:, 1]]),
        edge=np.concatenate([streets, out, told[:, 2]]),
        turn_ms=np.concatenate([nothing[: len(streets)], ms[kept], told[:, 3]]),
        turn_hours=np.concatenate([nothing, told[:, 4]]),
        hours=_table(hours),
        edge_node=ends,
    )
    last = np.array([seq[-1] for seq in histories], np.int64)
    return arcs, np.concatenate([arms.head[split], arms.head[last]]).astype(np.int64)


def _special(
    arms: Arms, turns: Turns, ms: I32, barred: Sequences, ends: I64,
    numbers: Mapping[tuple[int, ...], int], hours: dict[frozenset[int], int], special: list[int],
) -> I64:  # fmt: skip
    """(k, 5) arcs (tail, head, edge, turn_ms, turn_hours) from where something is barred."""
    rows = []
    for before in [*((edge,) for edge in special), *numbers]:
        here = numbers.get(before, int(ends[before[0]]))
        for turn in range(turns.first[before[-1]], turns.first[before[-1] + 1]):
            out = int(turns.out[turn])
            tails = [before[i:] for i in range(len(before))]
            shut = frozenset().union(*(barred.get(tail, {}).get(out, ()) for tail in tails))
            if len(shut) < SLOTS:
                onward = next((n for tail in tails if (n := numbers.get((*tail, out)))), ends[out])
                rule = hours.setdefault(shut, len(hours))
                rows.append((here, int(onward), out, int(ms[turn]), rule))
    return np.array(rows, np.int64).reshape(-1, 5)


def _table(hours: Mapping[frozenset[int], int]) -> Bools:
    """(k, 168) True in the hours of each rule."""
    table = np.zeros((len(hours), SLOTS), np.bool_)
    for shut, row in hours.items():
        table[row, list(shut)] = True
    return table
