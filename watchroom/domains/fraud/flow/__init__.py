"""The lives of the fraud centre, as data."""

from .case import CASE, LEVELS_UP, OPEN, UNREACHED
from .case import EVENTS as CASE_EVENTS
from .measure import ACKNOWLEDGE, ASK, AUTHORISE, MEASURE, MEASURE_EVENTS, REACTS
from .permissions import ANSWER, APPROVE, CONFIGURE, MEND, RECEIVE, RESPOND, VIEW
from .restitution import RETURN

FLOWS = (CASE, MEASURE, RETURN)
EVENTS = {**CASE_EVENTS, **MEASURE_EVENTS}

__all__ = [
    "ACKNOWLEDGE",
    "ANSWER",
    "APPROVE",
    "ASK",
    "AUTHORISE",
    "CASE",
    "CONFIGURE",
    "EVENTS",
    "FLOWS",
    "LEVELS_UP",
    "MEASURE",
    "MEND",
    "OPEN",
    "REACTS",
    "RECEIVE",
    "RESPOND",
    "RETURN",
    "UNREACHED",
    "VIEW",
]
