"""What requests do by themselves when something has happened."""

from uuid import UUID, uuid5

from watchroom.kernel import access, acts
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry

from . import actions, rules
from .flow import RESPOND

NEEDS = UUID("5f0c3c5a-5c0e-4a55-9a0e-1c4f6d0d2b61")
"""Each need has one request, however often the job runs."""


def request_overdue(entry: Entry) -> None:
    """Silence brings in whoever leads, except to a hardship: that one stays with the chosen."""
    matter = entry.matter
    if matter is None or matter.closed_at is not None or matter.sealed:
        return
    escalate(entry, access.holders(RESPOND, matter.agency))


def need_found(entry: Entry) -> None:
    """What an officer found on a visit becomes a worry of the public, linked to the visit, once."""
    visit = entry.matter
    if visit is None or entry.data.get("kind") != "request":
        return
    finder = access.actor_of(entry.actor) if entry.actor else access.system(visit.agency)
    with acts.together():
        request = actions.ask(
            finder,
            entry.data["title"],
            sort=rules.WORRY,
            channel="visit",
            place=visit.place,
            beat_id=visit.beat_id,
            agency_id=None,
            occurred_at=entry.occurred_at,
            act_id=uuid5(NEEDS, str(entry.pk)),
        )
        acts.link(finder, visit, request, "need")
