"""The tables of posts and patrol."""

from .inspections import FINDINGS, Inspection
from .plans import PLAN_KINDS, Plan, PlanLine, Requirement
from .postings import HOW, Posting, Presence
from .posts import POST_KINDS, DutyPost, Shift, Tiers

__all__ = [
    "FINDINGS",
    "HOW",
    "PLAN_KINDS",
    "POST_KINDS",
    "DutyPost",
    "Inspection",
    "Plan",
    "PlanLine",
    "Posting",
    "Presence",
    "Requirement",
    "Shift",
    "Tiers",
]
