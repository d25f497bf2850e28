"""The lives of the fraud centre, as data."""

from .case import CASE, EVENTS, LEVELS_UP, OPEN, UNREACHED
from .permissions import APPROVE, CONFIGURE, RECEIVE, RESPOND, VIEW

FLOWS = (CASE,)

__all__ = [
    "APPROVE",
    "CASE",
    "CONFIGURE",
    "EVENTS",
    "FLOWS",
    "LEVELS_UP",
    "OPEN",
    "RECEIVE",
    "RESPOND",
    "UNREACHED",
    "VIEW",
]
