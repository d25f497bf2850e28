"""What the fraud centre does by itself when something has happened."""

from watchroom.kernel import access
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry

from .actions.following import (
    measure_approved,
    measure_extended,
    measure_lifted,
    measure_overdue,
    return_authorised,
    return_overdue,
)
from .flow import RESPOND

__all__ = [
    "case_overdue",
    "measure_approved",
    "measure_extended",
    "measure_lifted",
    "measure_overdue",
    "return_authorised",
    "return_overdue",
]


def case_overdue(entry: Entry) -> None:
    """A limit has passed: whoever leads is brought in, and it is said out loud."""
    matter = entry.matter
    if matter is None or matter.closed_at is not None:
        return
    escalate(entry, access.holders(RESPOND, matter.agency))
