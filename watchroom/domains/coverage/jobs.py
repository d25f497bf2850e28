"""What posts do by themselves when something has happened."""

from watchroom.kernel import acts
from watchroom.kernel.access import system
from watchroom.kernel.models import Entry


def posting_overdue(entry: Entry) -> None:
    """A post is not manned or not relieved in time: who answers for the plan is brought in.

    The second entry is what the outward channels (radio desk, telephone, message) listen to; a job
    that runs twice writes it once.
    """
    matter = entry.matter
    if matter is None or matter.parent is None:
        return
    done = Entry.objects.filter(
        matter=matter, event="coverage.posting.escalated", data__of=entry.pk
    )
    if done.exists():
        return
    leaders = [pk] if (pk := matter.parent.owner_id) else []
    with acts.together():
        acts.involve(matter, leaders, "leader")
        data = {"of": entry.pk, "clock": entry.data["clock"], "to": leaders, "channel": "voice"}
        acts.record(system(), matter, "escalated", data=data)
