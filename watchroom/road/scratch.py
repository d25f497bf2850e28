"""Working memory for queries: borrowed by one thread at a time, always given back clean."""

from __future__ import annotations

import threading

import numpy as np

from watchroom.road.arrays import I32, I64, NEVER, U32, Bools


class Scratch(threading.local):
    """Arrays over n nodes and m arcs, one set per thread: no query has to clear a whole city."""

    def __init__(self, n: int, m: int) -> None:
        self.cost: I32 = np.full(n, NEVER, np.int32)
        self.known: Bools = np.zeros(n, np.bool_)
        self.path: U32 = np.empty(n, np.uint32)
        self.mark: U32 = np.zeros(n, np.uint32)
        self.heap: I64 = np.empty(n + m, np.int64)
