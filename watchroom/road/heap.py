"""A binary heap in a plain array, for compiled kernels."""

from __future__ import annotations

from typing import Any

from numba import njit

from watchroom.road.arrays import I64


@njit(cache=True, nogil=True)
def push(heap: I64, size: Any, key: Any) -> None:  # pragma: no cover
    """Put `key` into the binary heap that fills heap[:size]; the caller counts one more."""
    hole = size
    while hole > 0:
        above = (hole - 1) >> 1
        if heap[above] <= key:
            break
        heap[hole] = heap[above]
        hole = above
    heap[hole] = key


@njit(cache=True, nogil=True)
def pop(heap: I64, size: Any) -> Any:  # pragma: no cover
    """Take the smallest key out of heap[:size]; the caller counts one less."""
    smallest = heap[0]
    last = heap[size - 1]
    hole = 0
    while True:
        below = 2 * hole + 1
        if below >= size - 1:
            break
        if below + 1 < size - 1 and heap[below + 1] < heap[below]:
            below += 1
        if heap[below] >= last:
            break
        heap[hole] = heap[below]
        hole = below
    heap[hole] = last
    return smallest
