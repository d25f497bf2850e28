"""Words for the flat arrays that the road engine is made of, and the meaning of its numbers.

Time inside the engine is whole milliseconds in int32. Whole numbers make "equal to Dijkstra" an
exact statement: no order of additions can change a sum. `NEVER` stands for "no way"; any journey
of that length or longer (11.5 days) counts as no way, so that NEVER + NEVER still fits int32.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

I8: TypeAlias = npt.NDArray[np.int8]
I32: TypeAlias = npt.NDArray[np.int32]
U32: TypeAlias = npt.NDArray[np.uint32]
I64: TypeAlias = npt.NDArray[np.int64]
F64: TypeAlias = npt.NDArray[np.float64]
F32: TypeAlias = npt.NDArray[np.float32]
U8: TypeAlias = npt.NDArray[np.uint8]
Bools: TypeAlias = npt.NDArray[np.bool_]

ONE = np.uint32(1)
"""Compiled kernels count with unsigned numbers: an index that cannot be negative needs no check."""

NEVER = 1_000_000_000
"""Milliseconds that mean "unreachable" (11.5 days)."""


def frozen(values: npt.ArrayLike, dtype: Any) -> npt.NDArray[Any]:
    """A contiguous read-only array of `dtype`, shared and not copied where it already is one.

    Everything that many threads or processes read together is frozen. It also gives the compiled
    kernels one single type to be compiled for, whether the array was built or memory-mapped.
    """
    array = np.asarray(np.ascontiguousarray(values, dtype=dtype))
    if array.flags.writeable:
        array = array.view()
        array.flags.writeable = False
    return array


def to_seconds(milliseconds: I32) -> F64:
    """Engine milliseconds as seconds; `inf` where there is no way."""
    return np.where(milliseconds >= NEVER, np.inf, milliseconds / 1000.0)


def gather_first(keys: npt.ArrayLike, count: int) -> I64:
    """Offsets of a compressed list: `first[k]:first[k + 1]` are the places of key k when sorted."""
    return np.concatenate(([0], np.cumsum(np.bincount(np.asarray(keys), minlength=count))))
