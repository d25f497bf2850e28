"""Decisions of the fraud centre, as plain functions of plain facts."""

from .grading import NAMES
from .levels import EXTREME, HIGH, LEVELS, LOW, MEDIUM, level_of, priority_of, urgency
from .people import AGE_BANDS, age_band, identity, person_hex, person_key
from .results import (
    BECAUSE,
    CALL_RESULTS,
    DANGERS,
    EVIDENCE,
    HOW,
    OUTCOMES,
    REVISIT_RESULTS,
    VERIFIED,
    VISIT_RESULTS,
    why_no_outcome,
    why_not_dismissed,
)
from .warnings import Bad, Given, read

__all__ = [
    "AGE_BANDS",
    "BECAUSE",
    "CALL_RESULTS",
    "DANGERS",
    "EVIDENCE",
    "EXTREME",
    "HIGH",
    "HOW",
    "LEVELS",
    "LOW",
    "MEDIUM",
    "NAMES",
    "OUTCOMES",
    "REVISIT_RESULTS",
    "VERIFIED",
    "VISIT_RESULTS",
    "Bad",
    "Given",
    "age_band",
    "identity",
    "level_of",
    "person_hex",
    "person_key",
    "priority_of",
    "read",
    "urgency",
    "why_no_outcome",
    "why_not_dismissed",
]
