"""The lives of dispatch, as data."""

from .alert import ALERT
from .assignment import ASSIGNMENT, HOLDING, UNDER_WAY
from .incident import BEFORE_SCENE, INCIDENT, OPEN
from .permissions import APPROVE, CLOSE, DRAFT, FEEDBACK, HAND_OVER, RESPOND, SEND, TAKE

FLOWS = (INCIDENT, ASSIGNMENT, ALERT)

__all__ = [
    "ALERT",
    "APPROVE",
    "ASSIGNMENT",
    "BEFORE_SCENE",
    "CLOSE",
    "DRAFT",
    "FEEDBACK",
    "FLOWS",
    "HAND_OVER",
    "HOLDING",
    "INCIDENT",
    "OPEN",
    "RESPOND",
    "SEND",
    "TAKE",
    "UNDER_WAY",
]
