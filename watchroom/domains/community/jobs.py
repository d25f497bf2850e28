"""What community policing does by itself when something has happened."""

from watchroom.kernel import access
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry

from .flow import APPROVE


def visit_overdue(entry: Entry) -> None:
    """A visit nobody made: whoever leads the station is brought in."""
    if entry.matter is not None and entry.matter.closed_at is None:
        escalate(entry, access.holders(APPROVE, entry.matter.agency))


def hazard_overdue(entry: Entry) -> None:
    """The ladder: the station's leaders first; by the clock "bureau" also those above."""
    matter = entry.matter
    if matter is None or matter.closed_at is not None:
        return
    leaders = access.holders(APPROVE, matter.agency)
    if entry.data.get("clock") != "bureau":
        above = matter.agency.parent
        bureau = set(access.holders(APPROVE, above)) if above else set()
        leaders = [pk for pk in leaders if pk not in bureau] or leaders
    escalate(entry, leaders)
