"""Decisions of dispatch as plain functions of plain facts. No Django, no clock, no database."""

from .commands import WORDS, Command, parse
from .duplicates import Duplicate, OpenIncident, duplicates
from .following import follow
from .intake import ClassFacts, Suggestion, priority, suggest_classes
from .plans import Free, Reserve, Sent, fulfil, plan_needs, reserve_broken, why_not_preempt
from .ranking import RankedUnit, UnitColumns, UnitFacts, Weights, is_stale, order, rank

__all__ = [
    "WORDS",
    "ClassFacts",
    "Command",
    "Duplicate",
    "Free",
    "OpenIncident",
    "RankedUnit",
    "Reserve",
    "Sent",
    "Suggestion",
    "UnitColumns",
    "UnitFacts",
    "Weights",
    "duplicates",
    "follow",
    "fulfil",
    "is_stale",
    "order",
    "parse",
    "plan_needs",
    "priority",
    "rank",
    "reserve_broken",
    "suggest_classes",
    "why_not_preempt",
]
