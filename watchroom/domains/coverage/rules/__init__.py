"""Decisions about posts, as plain functions of plain facts."""

from .moving import Move, moves
from .places import FAR_M, Arrival, why_not_here
from .plans import Demand, Slot, clashes, shortfalls
from .presence import follow, standing
from .timetable import span_of, spans

__all__ = [
    "FAR_M",
    "Arrival",
    "Demand",
    "Move",
    "Slot",
    "clashes",
    "follow",
    "moves",
    "shortfalls",
    "span_of",
    "spans",
    "standing",
    "why_not_here",
]
