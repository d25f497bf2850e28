"""Working memory for queries: borrowed by one thread at a time, always given back clean."""

from __future__ import annotations

import threading
from functools import cached_property

import numpy as np

from watchroom.road.arrays import I32, NEVER, U8, U32

BUCKETS = 4096
"""Buckets of the search queue (`search`); a power of two."""
POOL = 1 << 16
"""Room for so many queue entries before a search has to ask for more."""


class Scratch(threading.local):
    """Arrays over n nodes, c hierarchy arcs and E edges, one set per thread.

    No query clears a city. Each is made when a thread first needs it. first, into_first: (n + 1)
    as in `Topology`.
    """

    def __init__(self, first: U32, into_first: U32, c: int, edges: int) -> None:
        self._first, self._into_first = first, into_first
        self._n, self._c, self._edges = len(first) - 1, c, edges

    @cached_property
    def cost(self) -> I32:
        """(n) what a climb found, NEVER for nothing."""
        return np.full(self._n, NEVER, np.int32)

    @cached_property
    def near(self) -> I32:
        """(n) what a descent worked out, -1 for nothing yet."""
        return np.full(self._n, -1, np.int32)

    @cached_property
    def path(self) -> U32:
        """(n) a list of nodes."""
        return np.empty(self._n, np.uint32)

    @cached_property
    def mark(self) -> U32:
        """(n) all 0."""
        return np.zeros(self._n, np.uint32)

    @cached_property
    def forward(self) -> I32:
        """(n, 4) rows of a search along the arcs; see `search`."""
        return _rows(self._first)

    @cached_property
    def backward(self) -> I32:
        """(n, 4) rows of a search against the arcs."""
        return _rows(self._into_first)

    @cached_property
    def buckets(self) -> I32:
        """The search queue: first entry of every bucket, -1 for none."""
        return np.full(BUCKETS, -1, np.int32)

    @cached_property
    def pool(self) -> I32:
        """(POOL, 2) entries of the search queue."""
        return np.empty((POOL, 2), np.int32)

    @cached_property
    def place(self) -> I32:
        """(E) where an edge stands in a list: all -1."""
        return np.full(self._edges, -1, np.int32)

    @cached_property
    def waiting(self) -> U8:
        """(c) hierarchy arcs that wait for new weights: all 0."""
        return np.zeros(self._c, np.uint8)


def _rows(first: U32) -> I32:
    rows = np.full((len(first) - 1, 4), NEVER, np.int32)
    rows[:, 0], rows[:, 1] = first[:-1], first[1:]
    return rows
