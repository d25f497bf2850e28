"""What dispatch does by itself when something has happened."""

from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor, system
from watchroom.kernel.models import Entry

from . import actions

LEADS = "dispatch.override"
"""Who leads the watch: the people with this permission in the agency or above it."""


def assignment_overdue(entry: Entry) -> None:
    """Nobody signed, or nobody is safe for certain: bring in who leads the watch, and say so.

    The second entry is what the outward channels (radio desk, telephone, message) listen to; a job
    that runs twice writes it once.
    """
    if entry.matter is None or entry.data.get("clock") not in ("sign", "scene_safety"):
        return
    done = Entry.objects.filter(
        matter=entry.matter, event="dispatch.assignment.escalated", data__of=entry.pk
    )
    if done.exists():
        return
    actor = system()
    leaders = access.holders(LEADS, entry.matter.agency)
    with acts.together():
        acts.involve(entry.matter, leaders, "leader")
        if entry.matter.parent:
            acts.involve(entry.matter.parent, leaders, "leader")
        _second_channel(actor, entry, leaders)


def _second_channel(actor: Actor, entry: Entry, leaders: list[int]) -> None:
    data = {"of": entry.pk, "clock": entry.data["clock"], "to": leaders, "channel": "voice"}
    assert entry.matter is not None  # noqa: S101 - checked by the caller
    acts.record(actor, entry.matter, "escalated", data=data)


def alert_overdue(entry: Entry) -> None:
    """The time of a public alert is over. An alert nobody approves or issues only turns red."""
    if entry.matter is not None and entry.data.get("clock") == "valid":
        actions.expire_alert(system(), entry.matter.pk)
