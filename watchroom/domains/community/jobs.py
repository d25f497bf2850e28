"""What community policing does by itself when something has happened."""

from watchroom.kernel import access
from watchroom.kernel.escalation import escalate
from watchroom.kernel.models import Entry

from . import queries
from .flow import APPROVE
from .tasks import tell


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


def hazard_sent(entry: Entry) -> None:
    """What can be told without anybody's hand is told in the background, and tried again."""
    for notice_id in queries.untold(entry.matter_id or 0):
        tell.defer(notice_id=notice_id)
