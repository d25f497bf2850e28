"""The tables of dispatch."""

from .alerts import AlertMessage, PublicAlert
from .classes import ClassList, IncidentClass, ReserveRule, ResponsePlan
from .incidents import Call, FollowUp, Handover, Incident, PlaceSuggestion
from .places import PremiseNote
from .sending import Assignment

__all__ = [
    "AlertMessage",
    "Assignment",
    "Call",
    "ClassList",
    "FollowUp",
    "Handover",
    "Incident",
    "IncidentClass",
    "PlaceSuggestion",
    "PremiseNote",
    "PublicAlert",
    "ReserveRule",
    "ResponsePlan",
]
