"""Working memory for queries: borrowed by one thread at a time, always given back clean."""

from __future__ import annotations

import threading

import numpy as np

from watchroom.road.arrays import I32, NEVER, U32, Bools


class Scratch(threading.local):
    """Arrays over n nodes, one set per thread, so that a query need not clear 264,000 entries."""

    def __init__(self, n: int) -> None:
        self.cost: I32 = np.full(n, NEVER, np.int32)
        self.known: Bools = np.zeros(n, np.bool_)
        self.path: U32 = np.empty(n, np.uint32)
        self.mark: U32 = np.zeros(n, np.uint32)
