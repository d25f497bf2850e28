"""Decisions about posts, as plain functions of plain facts."""

from .places import FAR_M, Arrival, why_not_here
from .plans import Demand, Slot, clashes, shortfalls
from .presence import follow, standing
from .timetable import span_of, spans

__all__ = [
    "FAR_M",
    "Arrival",
    "Demand",
    "Slot",
    "clashes",
    "follow",
    "shortfalls",
    "span_of",
    "spans",
    "standing",
    "why_not_here",
]
