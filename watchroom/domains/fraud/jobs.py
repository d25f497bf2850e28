"""What the fraud centre does by itself when something has happened."""

from watchroom.kernel import access
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry

from .flow import RESPOND


def case_overdue(entry: Entry) -> None:
    """A limit has passed: whoever leads is brought in, and it is said out loud."""
    matter = entry.matter
    if matter is None or matter.closed_at is not None:
        return
    escalate(entry, access.holders(RESPOND, matter.agency))
