"""Decisions about disputes, as plain functions of plain facts."""

from .clocks import confirm_rule, mediate_rule, second_rule, why_no_more_mediation
from .following import VISITS, why_not_settled
from .paper import TEMPLATE, Signing, agreement_text, why_not_signed, why_not_strokes
from .parties import match_word, place_word, why_not_words
from .risk import FACTORS, LEVELS, RULES, Graded, explain, grade
from .type_rows import Bad, read_row
from .words import (
    CIVIL,
    CONFIRMATIONS,
    MEDIATORS,
    PUBLIC_ORDER,
    RESULTS,
    ROLES,
    ROUTES,
    SOURCES,
    TRACKS,
)

__all__ = [
    "CIVIL",
    "CONFIRMATIONS",
    "FACTORS",
    "LEVELS",
    "MEDIATORS",
    "PUBLIC_ORDER",
    "RESULTS",
    "ROLES",
    "ROUTES",
    "RULES",
    "SOURCES",
    "TEMPLATE",
    "TRACKS",
    "VISITS",
    "Bad",
    "Graded",
    "Signing",
    "agreement_text",
    "confirm_rule",
    "explain",
    "grade",
    "match_word",
    "mediate_rule",
    "place_word",
    "read_row",
    "second_rule",
    "why_no_more_mediation",
    "why_not_settled",
    "why_not_signed",
    "why_not_strokes",
    "why_not_words",
]
