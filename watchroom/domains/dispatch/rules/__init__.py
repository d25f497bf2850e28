"""Decisions of dispatch as plain functions of plain facts. No Django, no clock, no database."""

from watchroom.base.freshness import is_stale

from .alerts import VALID, AlertWords, Said, check_alert, close_ring, outlines
from .commands import WORDS, Command, parse
from .duplicates import Duplicate, OpenIncident, duplicates
from .following import follow
from .intake import ClassFacts, Suggestion, priority, suggest_classes
from .plans import Free, Reserve, Sent, fulfil, plan_needs, reserve_broken, why_not_preempt
from .ranking import RankedUnit, UnitColumns, UnitFacts, Weights, order, rank

__all__ = [
    "VALID",
    "WORDS",
    "AlertWords",
    "ClassFacts",
    "Command",
    "Duplicate",
    "Free",
    "OpenIncident",
    "RankedUnit",
    "Reserve",
    "Said",
    "Sent",
    "Suggestion",
    "UnitColumns",
    "UnitFacts",
    "Weights",
    "check_alert",
    "close_ring",
    "duplicates",
    "follow",
    "fulfil",
    "is_stale",
    "order",
    "outlines",
    "parse",
    "plan_needs",
    "priority",
    "rank",
    "reserve_broken",
    "suggest_classes",
    "why_not_preempt",
]
