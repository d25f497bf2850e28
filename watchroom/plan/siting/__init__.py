"""Where to stand: medians, centres, covers, tiers of response and expected cover, with proofs."""

from watchroom.plan.siting.answer import Siting
from watchroom.plan.siting.cover import max_cover
from watchroom.plan.siting.fewest import min_cover, p_center
from watchroom.plan.siting.median import p_median

__all__ = ["Siting", "max_cover", "min_cover", "p_center", "p_median"]
