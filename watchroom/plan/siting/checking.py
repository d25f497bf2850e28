"""What the planner asks of its input, in sentences."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.plan.siting.gains import Floats

STEPS_PER_UNIT = 1000
"""Costs, demands and gains are kept to the thousandth, so that sums are exact."""
LARGEST = 2.0**52
"""Largest sum of all that could be counted, in thousandths."""


def refusal(zh: str, en: str) -> Refusal:
    """A sentence for the person who asked."""
    return Refusal(Text(zh, en), code="siting")


def table(values: npt.ArrayLike, dimensions: int = 2) -> Floats:
    """Finite numbers in a table of demands by sites, neither of them empty."""
    found = np.asarray(values, np.float64)
    if found.ndim != dimensions or 0 in found.shape:
        raise refusal(
            "费用必须是一张非空的表：需求点 × 候选点。",
            "Costs must be a table of demand points by candidate sites, and not be empty.",
        )
    if not np.all(np.isfinite(found)):
        raise refusal(
            "费用必须都是有限的数；到不了的地方请给一个很大的费用。",
            "Costs must be finite numbers; give a place that cannot be reached a large cost.",
        )
    return found


def amounts(values: npt.ArrayLike | None, shape: tuple[int, ...]) -> Floats:
    """Weights or demands: finite, not negative, of this shape; 1 each where none are given."""
    if values is None:
        return np.ones(shape)
    found = np.asarray(values, np.float64)
    if found.shape != shape:
        raise refusal(
            f"需求量的个数应为 {shape}，收到 {found.shape}。",
            f"Demand should have the size {shape} but has {found.shape}.",
        )
    if not np.all(np.isfinite(found) & (found >= 0)):
        raise refusal(
            "需求量必须是不小于零的数。", "Demand must consist of numbers that are not negative."
        )
    return found


def posts(p: int, sites: int) -> int:
    """How many sites are to be chosen: at least one, no more than there are."""
    if not 1 <= p <= sites:
        raise refusal(
            f"要选的点数应在 1 到 {sites} 之间，收到 {p}。",
            f"Between 1 and {sites} sites can be chosen, not {p}.",
        )
    return int(p)


def steps(values: Floats) -> Floats:
    """Whole thousandths; refuses what could not be added up exactly."""
    whole = np.rint(values * STEPS_PER_UNIT)
    if float(np.abs(whole).max(initial=0.0)) * max(1, len(whole)) >= LARGEST:
        raise refusal(
            "费用或需求太大，无法精确求和。", "Costs or demands are too large to add exactly."
        )
    return whole


def reaching(reach: object) -> sparse.csr_array:
    """A sparse table of demands by sites, true where the site reaches the demand."""
    found = sparse.csr_array(reach).astype(np.bool_)
    if found.ndim != 2 or 0 in found.shape:
        raise refusal(
            "可达表必须是一张非空的表：需求点 × 候选点。",
            "Reach must be a table of demand points by candidate sites, and not be empty.",
        )
    found.sum_duplicates()
    found.eliminate_zeros()
    found.sort_indices()
    return found
