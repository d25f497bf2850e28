"""Tables every matter shares."""

from .agencies import Agency, Beat, Place
from .clocks import Deadline
from .documents import Document
from .matters import Counterpart, Involvement, Link, Matter
from .roads import Closure
from .staff import ApiToken, Post, Role, Staff
from .trail import Chain, Entry
from .units import Unit, UnitPosition

__all__ = [
    "Agency",
    "ApiToken",
    "Beat",
    "Chain",
    "Closure",
    "Counterpart",
    "Deadline",
    "Document",
    "Entry",
    "Involvement",
    "Link",
    "Matter",
    "Place",
    "Post",
    "Role",
    "Staff",
    "Unit",
    "UnitPosition",
]
