"""What requests do by themselves when something has happened."""

from watchroom.kernel import access, acts
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry
from watchroom.kernel.reactions import act_after

from . import actions, rules
from .flow import RESPOND


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
            act_id=act_after(entry, "request"),
        )
        acts.link(finder, visit, request, "need")
