"""What requests do by themselves when something has happened."""

from watchroom.kernel import access
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry

from .flow import RESPOND


def request_overdue(entry: Entry) -> None:
    """Silence brings in whoever leads, except to a hardship: that one stays with the chosen."""
    matter = entry.matter
    if matter is None or matter.closed_at is not None or matter.sealed:
        return
    escalate(entry, access.holders(RESPOND, matter.agency))
