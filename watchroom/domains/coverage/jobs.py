"""What posts do by themselves when something has happened."""

from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry


def posting_overdue(entry: Entry) -> None:
    """A post is not manned or not relieved in time: who answers for the plan is brought in."""
    plan = entry.matter and entry.matter.parent
    if plan is not None:
        escalate(entry, [plan.owner_id] if plan.owner_id else [])
