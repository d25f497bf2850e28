"""Where to stand: medians, centres, covers, tiers of response and expected cover, with proofs."""

from watchroom.plan.siting.answer import Siting
from watchroom.plan.siting.cover import max_cover
from watchroom.plan.siting.expected import best_of, cover_value, expected_cover
from watchroom.plan.siting.fewest import min_cover, p_center
from watchroom.plan.siting.median import p_median
from watchroom.plan.siting.tiered import Tiered, tiered_cover

__all__ = [
    "Siting",
    "Tiered",
    "best_of",
    "cover_value",
    "expected_cover",
    "max_cover",
    "min_cover",
    "p_center",
    "p_median",
    "tiered_cover",
]
