"""What every siting function hands back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from watchroom.plan.siting.gains import Bools
from watchroom.plan.solution import Solution

Whole = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Siting(Solution):
    """Where to stand, and who is served from where."""

    sites: Whole
    """Numbers of the chosen sites, in order; a site that holds several units stands repeated."""
    assignment: Whole
    """(n) the site that serves each demand, -1 where none does."""


def chosen(opened: Bools) -> Whole:
    """The numbers of the open sites."""
    return np.flatnonzero(opened).astype(np.int32)
