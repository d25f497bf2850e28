"""Silence is said out loud: whoever leads is brought in, and the second channel hears of it."""

from collections.abc import Sequence

from . import acts
from .access import system
from .models import Entry, Matter


def escalate(overdue: Entry, leaders: Sequence[int], *also: Matter) -> None:
    """Involve the leaders in the matter of an overdue clock, and in `also`; say so once.

    The entry "escalated" is what the outward channels (radio desk, telephone, message) listen to; a
    job that runs twice writes it once. An entry without a matter escalates nothing.
    """
    matter = overdue.matter
    if matter is None:
        return
    event = f"{matter.kind}.escalated"
    if Entry.objects.filter(matter=matter, event=event, data__of=overdue.pk).exists():
        return
    data = {"of": overdue.pk, "clock": overdue.data["clock"], "to": leaders, "channel": "voice"}
    with acts.together():
        for one in (matter, *also):
            acts.involve(one, leaders, "leader")
        acts.record(system(), matter, "escalated", data=data)
