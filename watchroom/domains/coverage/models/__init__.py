"""The tables of posts and patrol."""

from .inspections import FINDINGS, Inspection
from .plans import PLAN_KINDS, Plan, PlanLine, Requirement, Turn
from .postings import HOW, Posting, Presence
from .posts import POST_KINDS, DutyPost, Shift, Tiers
from .runs import RUN_KINDS, PlanningRun

__all__ = [
    "FINDINGS",
    "HOW",
    "PLAN_KINDS",
    "POST_KINDS",
    "RUN_KINDS",
    "DutyPost",
    "Inspection",
    "Plan",
    "PlanLine",
    "PlanningRun",
    "Posting",
    "Presence",
    "Requirement",
    "Shift",
    "Tiers",
    "Turn",
]
