"""The tables of the fraud centre."""

from .cases import Case, Contact
from .policy import Feed, FraudType, RuleSet, TypeList
from .warnings import Reject, TakenBack, Warning, Window

__all__ = [
    "Case",
    "Contact",
    "Feed",
    "FraudType",
    "Reject",
    "RuleSet",
    "TakenBack",
    "TypeList",
    "Warning",
    "Window",
]
