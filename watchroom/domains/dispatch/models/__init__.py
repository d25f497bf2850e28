"""The tables of dispatch."""

from .classes import ClassList, IncidentClass, ReserveRule, ResponsePlan
from .incidents import Call, FollowUp, Handover, Incident, PlaceSuggestion
from .places import PremiseNote
from .sending import Assignment

__all__ = [
    "Assignment",
    "Call",
    "ClassList",
    "FollowUp",
    "Handover",
    "Incident",
    "IncidentClass",
    "PlaceSuggestion",
    "PremiseNote",
    "ReserveRule",
    "ResponsePlan",
]
