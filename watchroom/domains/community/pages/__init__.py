"""The pages of community policing, by what a person does there."""

from .beats import beat, evening, home, outline
from .cards import card, qr, who
from .hazards import hazards, new_hazard, notice
from .households import household, need
from .meetings import new_meeting
from .panel import matter_context
from .tiles import tile

__all__ = [
    "beat",
    "card",
    "evening",
    "hazards",
    "home",
    "household",
    "matter_context",
    "need",
    "new_hazard",
    "new_meeting",
    "notice",
    "outline",
    "qr",
    "tile",
    "who",
]
