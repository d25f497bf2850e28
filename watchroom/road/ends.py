"""Where journeys start and end, in the words of the engine: seeds on the hierarchy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from watchroom.road.arrays import F64, I32, I64, NEVER, U32


@dataclass(frozen=True)
class Ends:
    """k ends; end i has the seeds first[i]:first[i + 1].

    A node has one seed for itself (as a goal also one for each copy a turn restriction made of
    it); a point on a street has one for each direction that the street may be driven.
    """

    first: I64
    node: U32
    """(seeds) node of the graph."""
    ms: I32
    """(seeds) milliseconds between the end and that node."""
    edge: I32
    """(seeds) the edge driven partly between the end and that node, -1 for none."""
    segment: I32
    """(k) segment that the point lies on, -1 for a node."""
    fraction: F64
    """(k) how far along the segment's line, 0 to 1."""

    def __len__(self) -> int:
        return len(self.segment)


def least(ms: I32, first: I64) -> I32:
    """The least of each group of the last axis, NEVER if empty; `first`: offsets as in `Ends`."""
    if len(first) - 1 == ms.shape[-1] and np.all(np.diff(first) == 1):
        return ms
    padded = np.concatenate([ms, np.full((*ms.shape[:-1], 1), NEVER, ms.dtype)], -1)
    found = np.minimum.reduceat(padded, first[:-1], axis=-1)
    found[..., np.diff(first) == 0] = NEVER
    return found
